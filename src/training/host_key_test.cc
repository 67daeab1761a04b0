// SPDX-License-Identifier: Apache-2.0
#include "training/host_key.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace tunesmith::training {
namespace {

JobSpec spec() {
  JobSpec made;
  made.role = "role-1";
  made.hyperparameters = {{"eta", "0.1"}, {"max_bin", "256"}};
  made.channels["train"].content_type = "text/csv";
  made.channels["train"].files = {{"a", "/1", 1, "v1"}, {"b", "/2", 1, "v2"}};
  return made;
}

TEST(HostKey, TrialsThatDifferInTunedHyperparametersShareAHost) {
  JobSpec other = spec();
  other.hyperparameters["eta"] = "0.9";
  other.job_id = "another";
  other.threads = 2;
  EXPECT_EQ(host_key(other), host_key(spec()));
  EXPECT_EQ(host_key(spec()).size(), 32U);
}

TEST(HostKey, WhatChangesTheDataOrWhoMayReadItChangesTheKey) {
  const std::vector<std::function<void(JobSpec&)>> changes = {
      [](JobSpec& s) { s.role = "role-2"; },
      [](JobSpec& s) { s.hyperparameters["max_bin"] = "512"; },
      [](JobSpec& s) { s.hyperparameters["csv_weights"] = "true"; },
      [](JobSpec& s) { s.channels["train"].content_type = "text/libsvm"; },
      [](JobSpec& s) { s.channels["train"].files[0].identity = "v3"; },
      [](JobSpec& s) { s.channels["train"].files.pop_back(); },
      [](JobSpec& s) { s.channels["validation"] = s.channels["train"]; },
      [](JobSpec& s) { std::swap(s.channels["train"].files[0], s.channels["train"].files[1]); },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    JobSpec other = spec();
    changes[i](other);
    EXPECT_NE(host_key(other), host_key(spec())) << i;
  }
}

TEST(HostKey, AFileOfUnknownIdentityIsNotShared) {
  JobSpec other = spec();
  other.channels["train"].files[1].identity.clear();
  EXPECT_EQ(host_key(other), "");
}

TEST(HostKey, AJobWithAnEnvironmentOfItsOwnRunsAlone) {
  JobSpec other = spec();
  other.environment["OMP_NUM_THREADS"] = "1";
  EXPECT_EQ(host_key(other), "");
}

}  // namespace
}  // namespace tunesmith::training
