// SPDX-License-Identifier: Apache-2.0
#include "inference/transform_run.h"

#include "base/strings.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "inference/column_filter.h"
#include "inference/record_reader.h"

namespace tunesmith::inference {
namespace {

using algorithms::xgboost::Frame;

class Transform {
 public:
  Transform(const TransformSpec& spec, const TransformHooks& hooks) : spec_(spec), hooks_(hooks) {}

  Result<bool> run(const std::filesystem::path& path) {
    TUNESMITH_TRY(input_filter_, ColumnFilter::parse(spec_.input_filter));
    TUNESMITH_TRY(output_filter_, ColumnFilter::parse(spec_.output_filter));
    TUNESMITH_TRY(RecordReader reader, RecordReader::open(path, spec_.gzip));
    if (!spec_.by_line) {
      TUNESMITH_TRY(std::string whole, reader.rest(spec_.max_payload));
      TUNESMITH_TRY_VOID(send(std::move(whole), {}));
      return true;
    }
    std::string batch;
    std::vector<std::string> records;
    const auto flush = [&]() -> Result<void> {
      if (records.empty()) return {};
      return send(std::exchange(batch, {}), std::exchange(records, {}));
    };
    for (;;) {
      if (hooks_.should_stop()) return false;
      TUNESMITH_TRY(auto line, reader.next_line(spec_.max_payload));
      if (!line) break;
      const std::string payload = input_filter_.apply(*line);
      if (batch.size() + payload.size() + 1 > spec_.max_payload) TUNESMITH_TRY_VOID(flush());
      batch += payload;
      batch += '\n';
      records.push_back(std::move(*line));
      if (spec_.single_record) TUNESMITH_TRY_VOID(flush());
    }
    TUNESMITH_TRY_VOID(flush());
    return true;
  }

 private:
  Result<void> send(std::string body, const std::vector<std::string>& records) {
    Frame request;
    request.code = algorithms::xgboost::kBatchInvocation;
    request.content_type = spec_.content_type;
    request.accept = spec_.accept;
    request.body = std::move(body);
    TUNESMITH_TRY(const Frame answer, hooks_.ask(request));
    if (answer.code >= 400) {
      return Error(ErrorKind::kInvalid,
                   fmt::format("the model answered {}: {}", answer.code, answer.body));
    }
    if (spec_.join_input || !output_filter_.keeps_all()) return write_records(answer.body, records);
    // What the model wrote stands for itself; a line's end follows each record when asked for.
    std::string_view text = answer.body;
    if (!spec_.assemble_lines) return hooks_.write(text);
    if (text.ends_with('\n')) text.remove_suffix(1);
    TUNESMITH_TRY_VOID(hooks_.write(text));
    return hooks_.write("\n");
  }

  /// A line of output for each record: its input, when joined, and its prediction.
  Result<void> write_records(std::string_view text, const std::vector<std::string>& records) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    const auto predictions = split(text, '\n');
    if (predictions.size() != records.size()) {
      return Error(ErrorKind::kInvalid,
                   fmt::format("the model answered {} records with {} predictions: they cannot be "
                               "joined or filtered",
                               records.size(), predictions.size()));
    }
    std::string out;
    for (std::size_t i = 0; i < records.size(); ++i) {
      const std::string record = spec_.join_input ? records[i] + "," + std::string(predictions[i])
                                                  : std::string(predictions[i]);
      out += output_filter_.apply(record) + "\n";
    }
    return hooks_.write(out);
  }

  const TransformSpec& spec_;
  const TransformHooks& hooks_;
  ColumnFilter input_filter_, output_filter_;
};

}  // namespace

Result<bool> transform_object(const TransformSpec& spec, const std::filesystem::path& input,
                              const TransformHooks& hooks) {
  return Transform(spec, hooks).run(input);
}

}  // namespace tunesmith::inference
