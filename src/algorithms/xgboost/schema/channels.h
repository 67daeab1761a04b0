// SPDX-License-Identifier: Apache-2.0
//
// Which input channels the built-in XGBoost takes, and what their content types mean. Shared by
// validation at Create time and by the trainer. Pure functions.
#pragma once

#include "base/result.h"

#include <map>
#include <string>
#include <string_view>

namespace tunesmith::algorithms::xgboost {

enum class ContentType { kCsv, kLibsvm, kParquet, kRecordioProtobuf };

struct ChannelConfig {
  std::string content_type;         // empty: not given (means text/libsvm)
  std::string input_mode = "File";  // "File", "FastFile" or "Pipe"
  std::string s3_distribution_type = "FullyReplicated";
};

/// kInvalid with the container's text when the channels are not a set it can train on. Pipe mode is
/// what older versions of the container take of it: anything but libsvm.
Result<void> validate_channels(const std::map<std::string, ChannelConfig>& channels);

/// "csv", "text/csv; label_size=1", "text/libsvm", ... Empty means libsvm.
Result<ContentType> parse_content_type(std::string_view text);

}  // namespace tunesmith::algorithms::xgboost
