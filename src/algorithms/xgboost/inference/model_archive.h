// SPDX-License-Identifier: Apache-2.0
//
// The model inside a model.tar.gz, read into memory: nothing of the archive reaches the disk, so
// its paths and links are harmless. Bounded in size, however much the archive expands to. The
// archive is anybody's; call this confined.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

namespace tunesmith::algorithms::xgboost {

inline constexpr std::uint64_t kMaxModel = std::uint64_t{2} << 30U;

/// The bytes of the archive's model: the file "xgboost-model", or the only file. `fd` is read from
/// its position on. kInvalid, in words for the model's owner, when there is no such archive or
/// model, when a file up to it is larger than `most` bytes, or all of them are four times as large.
Result<std::string> read_model_archive(int fd, std::uint64_t most = kMaxModel);

}  // namespace tunesmith::algorithms::xgboost
