// SPDX-License-Identifier: Apache-2.0
#include "training/training_spec.h"

#include <gtest/gtest.h>

namespace tunesmith::training {
namespace {

TEST(TrainingSpec, IsReadBackAsItWas) {
  TrainingSpec spec;
  spec.image = "i/xgboost:1";
  spec.hyperparameters = {{"eta", "0.1"}};
  spec.channels.push_back({"train", "s3://b/k", "csv", "", "", "S3Prefix", ""});
  spec.channels.push_back({"validation",
                           "s3://b/m",
                           "csv",
                           "None",
                           "Pipe",
                           "AugmentedManifestFile",
                           "ShardedByS3Key",
                           "RecordIO",
                           {"a-ref", "b"},
                           3});
  spec.metric_definitions.push_back({"m", "m=(.*)"});
  spec.environment = {{"A", "b"}};
  spec.role_arn = "arn:aws:iam::1:role/r";
  spec.acting_role = "r";
  spec.volume_gb = 50;
  const auto read = parse_training_spec(print_training_spec(spec));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, spec);
}

// As the first version wrote it: every later member has to be absent in it.
TEST(TrainingSpec, OfTheFirstVersionIsStillRead) {
  const auto read = parse_training_spec(
      R"({"image":"i","algorithm":"xgboost","input_mode":"File","hyperparameters":{"eta":"0.1"},
      "channels":[{"name":"train","s3_uri":"s3://b/k","content_type":"csv","compression":"",
      "input_mode":"","data_type":"S3Prefix","distribution":""}],
      "metric_definitions":[{"name":"m","regex":"x"}],"environment":{},"output_s3_uri":"s3://b/o",
      "role_arn":"arn:aws:iam::1:role/r","instance_type":"ml.m5.large","instance_count":1,
      "max_runtime_seconds":60,"objective_metric":"m","network_isolation":false})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->role_arn, "arn:aws:iam::1:role/r");
  EXPECT_EQ(read->acting_role, "");
}

TEST(TrainingSpec, OtherTextsAreCorrupt) {
  for (const char* text : {"", "{}", "[]", R"({"image":1})"})
    EXPECT_EQ(parse_training_spec(text).error().kind, ErrorKind::kCorrupt) << text;
}

}  // namespace
}  // namespace tunesmith::training
