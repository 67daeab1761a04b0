// SPDX-License-Identifier: Apache-2.0
//
// Reads RecordIO-protobuf, the format of Amazon's built-in algorithms: records framed as dmlc-core
// frames them (magic number, flag and length, payload padded to four bytes), each a protobuf
// message with a map of feature tensors and a map of label tensors; "values" is what XGBoost takes
// of both. Any input gives a table or an error; nothing crashes.
#pragma once

#include "algorithms/xgboost/trainer/table.h"
#include "base/result.h"

#include <string_view>

namespace tunesmith::algorithms::xgboost {

/// Appends the records of one file to `table`: dense where tensors have no keys, sparse where they
/// have; a table is one or the other. `labels`: each record must have a label; else labels are
/// passed over. kInvalid names file and record.
Result<void> read_recordio(std::string_view bytes, std::string_view file_name, bool labels,
                           Table& table);

}  // namespace tunesmith::algorithms::xgboost
