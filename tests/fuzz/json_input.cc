// SPDX-License-Identifier: Apache-2.0
//
// The JSON of the two largest inputs; what is read is written and read again.
#include "aws/protocol/json.h"

#include "tunesmith/api/sagemaker/shapes.h"

#include "fuzz.h"

namespace {

template <class Input>
void check(std::string_view text) {
  namespace aws = tunesmith::aws;
  Input input{};
  aws::Validator validator;
  if (!aws::decode_json(text, aws::shape_of<Input>(), &input, validator)) return;
  const std::string written = aws::to_json(input);
  const auto again = aws::from_json<Input>(written);
  TUNESMITH_CHECK(again.has_value());
  TUNESMITH_CHECK(aws::to_json(*again) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace api = tunesmith::api::sagemaker;
  const std::string_view text = tunesmith::fuzz::text_of(data, size);
  check<api::CreateHyperParameterTuningJobRequest>(text);
  check<api::CreateTrainingJobRequest>(text);
  return 0;
}
