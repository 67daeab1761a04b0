// SPDX-License-Identifier: Apache-2.0
//
// The model inside a model.tar.gz, read into memory: nothing of the archive reaches the disk, so
// its paths and links are harmless. Bounded in size. The archive is anybody's; call this confined.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <string>

namespace tunesmith::algorithms::xgboost {

inline constexpr std::size_t kMaxModel = std::size_t{2} << 30U;

/// The bytes of the archive's model: the file "xgboost-model", or the only file. `fd` is read from
/// its position on. kInvalid, in words for the model's owner, when there is no such archive or
/// model.
Result<std::string> read_model_archive(int fd);

}  // namespace tunesmith::algorithms::xgboost
