// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/inference/payload.h"

#include "algorithms/xgboost/trainer/csv_reader.h"
#include "algorithms/xgboost/trainer/libsvm_reader.h"
#include "algorithms/xgboost/trainer/recordio_reader.h"
#include "base/strings.h"

#include <fmt/core.h>

#include <string>

namespace tunesmith::algorithms::xgboost {
namespace {

constexpr std::string_view kName = "the request";

/// The reader wants a label in front of each row. A request's rows may do without: one that begins
/// with "index:value" is given a zero.
std::string with_labels(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  while (!text.empty()) {
    const auto newline = text.find('\n');
    const auto line = trim(text.substr(0, newline));
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
    if (line.substr(0, line.find_first_of(" \t")).find(':') != std::string_view::npos) out += "0 ";
    out += line;
    out += '\n';
  }
  return out;
}

}  // namespace

Result<Payload> parse_payload(std::string_view body, std::string_view content_type) {
  Payload payload;
  TUNESMITH_TRY(payload.type, parse_content_type(content_type));
  switch (payload.type) {
    case ContentType::kCsv: {
      // A model of one feature has rows without a delimiter.
      const char delimiter = sniff_delimiter(first_line(body)).value_or(',');
      TUNESMITH_TRY_VOID(read_csv(body, kName, delimiter, CsvLayout::kFeatures, payload.table));
      break;
    }
    case ContentType::kLibsvm:
      TUNESMITH_TRY_VOID(read_libsvm(with_labels(body), kName, payload.table));
      break;
    case ContentType::kRecordioProtobuf:
      TUNESMITH_TRY_VOID(read_recordio(body, kName, false, payload.table));
      break;
    case ContentType::kParquet:
      return {ErrorKind::kInvalid,
              fmt::format("Content-type {} is not supported for inference here: use text/csv, "
                          "text/libsvm or application/x-recordio-protobuf.",
                          content_type)};
  }
  return payload;
}

}  // namespace tunesmith::algorithms::xgboost
