// SPDX-License-Identifier: Apache-2.0
//
// The CBOR of the largest input that comes in it; what is read is written and read again.
#include "aws/protocol/cbor.h"
#include "aws/protocol/json.h"

#include "tunesmith/api/cloudwatch/shapes.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace aws = tunesmith::aws;
  using Input = tunesmith::api::cloudwatch::PutMetricDataInput;
  const auto document = aws::cbor_to_json(tunesmith::fuzz::text_of(data, size));
  if (!document) return 0;
  Input input{};
  aws::Validator validator;
  if (!aws::decode_json(*document, aws::shape_of<Input>(), &input, validator)) return 0;
  std::string written;
  aws::encode_cbor(aws::shape_of<Input>(), &input, written);
  const auto again = aws::cbor_to_json(written);
  TUNESMITH_CHECK(again.has_value());
  Input same{};
  aws::Validator none;
  TUNESMITH_CHECK(aws::decode_json(*again, aws::shape_of<Input>(), &same, none).has_value());
  std::string twice;
  aws::encode_cbor(aws::shape_of<Input>(), &same, twice);
  TUNESMITH_CHECK(twice == written);
  return 0;
}
