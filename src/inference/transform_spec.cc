// SPDX-License-Identifier: Apache-2.0
#include "inference/transform_spec.h"

#include <boost/json.hpp>

namespace tunesmith::inference {
namespace {

namespace json = boost::json;
using algorithms::xgboost::Generation;

}  // namespace

std::string print_transform_state(const TransformState& state) {
  const TransformSpec& s = state.spec;
  json::object out{{"image", s.model.image},
                   {"legacy", s.model.generation == Generation::kLegacy},
                   {"artifact", s.model.artifact_uri},
                   {"role", s.model.acting_role},
                   {"input", s.input_uri},
                   {"content_type", s.content_type},
                   {"gzip", s.gzip},
                   {"by_line", s.by_line},
                   {"single_record", s.single_record},
                   {"max_payload", s.max_payload},
                   {"output", s.output_uri},
                   {"accept", s.accept},
                   {"assemble_lines", s.assemble_lines},
                   {"input_filter", s.input_filter},
                   {"output_filter", s.output_filter},
                   {"join_input", s.join_input},
                   {"stop_requested", state.stop_requested}};
  if (state.started) out["started"] = to_millis(*state.started);
  return json::serialize(out);
}

Result<TransformState> parse_transform_state(std::string_view text) {
  try {
    const json::value document = json::parse(text);
    const auto word = [&](const char* key) {
      return json::value_to<std::string>(document.at(key));
    };
    const auto truth = [&](const char* key) { return document.at(key).as_bool(); };
    TransformState state;
    TransformSpec& s = state.spec;
    s.model = {word("image"), truth("legacy") ? Generation::kLegacy : Generation::kSagemakerXgboost,
               word("artifact"), word("role"), ""};
    s.input_uri = word("input");
    s.content_type = word("content_type");
    s.gzip = truth("gzip");
    s.by_line = truth("by_line");
    s.single_record = truth("single_record");
    s.max_payload = document.at("max_payload").to_number<std::size_t>();
    s.output_uri = word("output");
    s.accept = word("accept");
    s.assemble_lines = truth("assemble_lines");
    s.input_filter = word("input_filter");
    s.output_filter = word("output_filter");
    s.join_input = truth("join_input");
    state.stop_requested = truth("stop_requested");
    if (const auto* started = document.as_object().if_contains("started"))
      state.started = from_millis(started->to_number<std::int64_t>());
    return state;
  } catch (const std::exception& error) {
    return Error(ErrorKind::kCorrupt, std::string("stored transform job: ") + error.what());
  }
}

}  // namespace tunesmith::inference
