// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/inference/payload.h"

#include "algorithms/xgboost/trainer/csv_reader.h"
#include "algorithms/xgboost/trainer/libsvm_reader.h"
#include "algorithms/xgboost/trainer/recordio_reader.h"
#include "algorithms/xgboost/trainer/text_lines.h"
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
  for (TextLines lines(text); !lines.done();) {
    const auto line = trim(lines.next());
    if (line.substr(0, line.find_first_of(" \t")).find(':') != std::string_view::npos) out += "0 ";
    out += line;
    out += '\n';
  }
  return out;
}

/// As the container says it, so that clients which look for its words find them.
Error unreadable(std::string_view format, const Error& why) {
  return {ErrorKind::kInvalid,
          fmt::format("Loading {0} data failed with Exception, please ensure data is in {0} "
                      "format:\n <class 'ValueError'>\n {1}",
                      format, why.message)};
}

}  // namespace

Result<Payload> parse_payload(std::string_view body, std::string_view content_type) {
  Payload payload;
  TUNESMITH_TRY(payload.type, parse_content_type(content_type));
  switch (payload.type) {
    case ContentType::kCsv: {
      // A model of one feature has rows without a delimiter.
      const char delimiter = sniff_delimiter(first_line(body)).value_or(',');
      const auto read = read_csv(body, kName, delimiter, CsvLayout::kFeatures, payload.table);
      if (!read) return unreadable("csv", read.error());
      break;
    }
    case ContentType::kLibsvm: {
      const auto read = read_libsvm(with_labels(body), kName, payload.table);
      if (!read) return unreadable("libsvm", read.error());
      break;
    }
    case ContentType::kRecordioProtobuf: {
      const auto read = read_recordio(body, kName, false, payload.table);
      if (!read) return unreadable("recordio-protobuf", read.error());
      break;
    }
    case ContentType::kParquet:
      return {ErrorKind::kInvalid,
              fmt::format("Content-type {} is not supported for inference here: use text/csv, "
                          "text/libsvm or application/x-recordio-protobuf.",
                          content_type)};
  }
  return payload;
}

}  // namespace tunesmith::algorithms::xgboost
