// SPDX-License-Identifier: Apache-2.0
#include "training/instance_limits.h"

#include <gtest/gtest.h>

namespace tunesmith::training {
namespace {

TEST(InstanceLimits, MemoryIsTheInstanceTypes) {
  constexpr std::uint64_t kGib = std::uint64_t{1} << 30U;
  EXPECT_EQ(instance_memory_bytes("ml.m5.xlarge"), 16 * kGib);
  EXPECT_EQ(instance_memory_bytes("ml.m4.16xlarge"), 256 * kGib);
  EXPECT_EQ(instance_memory_bytes("ml.m5.large"), 8 * kGib);
  EXPECT_EQ(instance_memory_bytes("ml.c5.2xlarge"), 16 * kGib);
  EXPECT_EQ(instance_memory_bytes("ml.c4.xlarge"), 15 * kGib / 2);
  EXPECT_EQ(instance_memory_bytes("ml.r5.xlarge"), 32 * kGib);
  EXPECT_EQ(instance_memory_bytes("ml.t3.medium"), 4 * kGib);
  EXPECT_EQ(instance_memory_bytes("ml.p3.2xlarge"), 61 * kGib);
}

TEST(InstanceLimits, WhatIsNoInstanceTypeHasALimitToo) {
  for (const char* text :
       {"", "ml", "local", "ml.m5.", "ml.m5.0xlarge", "ml.m5.99999999999xlarge"}) {
    EXPECT_GT(instance_memory_bytes(text), 0U) << text;
    EXPECT_LT(instance_memory_bytes(text), std::uint64_t{1} << 50U) << text;
  }
}

TEST(InstanceLimits, AVolumeIsAtLeastTheDefault) {
  EXPECT_EQ(volume_bytes(0), std::uint64_t{30} << 30U);
  EXPECT_EQ(volume_bytes(100), std::uint64_t{100} << 30U);
  EXPECT_EQ(volume_bytes(-1), std::uint64_t{30} << 30U);
}

}  // namespace
}  // namespace tunesmith::training
