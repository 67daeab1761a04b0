// SPDX-License-Identifier: Apache-2.0
//
// What a batch transform does: the document that its row keeps beside the request. Plain values.
#pragma once

#include "base/clock.h"

#include <optional>
#include <string>

#include "inference/endpoint_spec.h"

namespace tunesmith::inference {

struct TransformSpec {
  ServedModel model;
  std::string input_uri;  // of all objects under it
  std::string content_type;
  bool gzip = false;
  bool by_line = false;        // SplitType Line; else an object is a record
  bool single_record = false;  // BatchStrategy SingleRecord; else as many as the payload holds
  std::size_t max_payload = std::size_t{6} << 20U;  // bytes of a request to the model
  std::string output_uri;
  std::string accept;
  bool assemble_lines = false;  // AssembleWith Line
  std::string input_filter, output_filter;
  bool join_input = false;
};

struct TransformState {
  TransformSpec spec;
  std::optional<Timestamp> started;
  bool stop_requested = false;
};

std::string print_transform_state(const TransformState& state);
Result<TransformState> parse_transform_state(std::string_view text);

}  // namespace tunesmith::inference
