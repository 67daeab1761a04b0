// SPDX-License-Identifier: Apache-2.0
//
// What a training job may take of this machine, from the instance type and the storage volume that
// its request names. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace tunesmith::training {

/// Bytes of memory of an instance type ("ml.m5.xlarge"), by its family and size; of an xlarge of
/// the m family when the family is not known. Never 0.
std::uint64_t instance_memory_bytes(std::string_view instance_type);

/// Bytes of a storage volume of `gigabytes`; with 0, or less than the service's default of 30,
/// that.
std::uint64_t volume_bytes(std::int64_t gigabytes);

}  // namespace tunesmith::training
