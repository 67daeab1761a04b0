// SPDX-License-Identifier: Apache-2.0
//
// The query protocol's forms.
#include "aws/protocol/query.h"
#include "aws/protocol/rest_router.h"

#include "tunesmith/api/iam/shapes.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace aws = tunesmith::aws;
  using Input = tunesmith::api::iam::CreateRoleRequest;
  const auto form = aws::parse_query(tunesmith::fuzz::text_of(data, size));
  Input input{};
  aws::Validator validator;
  (void)aws::decode_form(form, aws::shape_of<Input>(), &input, validator);
  return 0;
}
