// SPDX-License-Identifier: Apache-2.0
//
// The XML documents that S3 takes.
#include "aws/protocol/xml.h"

#include "tunesmith/api/s3/shapes.h"

#include "fuzz.h"

namespace {

template <class Input>
void check(std::string_view text) {
  Input input{};
  tunesmith::aws::Validator validator;
  const auto& shape = tunesmith::aws::shape_of<Input>();
  if (!tunesmith::aws::decode_xml(text, shape, &input, validator)) return;
  std::string written;
  tunesmith::aws::encode_xml_element("X", "", shape, &input, written);
  Input again{};
  tunesmith::aws::Validator ignored;
  TUNESMITH_CHECK(tunesmith::aws::decode_xml(written, shape, &again, ignored));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace api = tunesmith::api::s3;
  const std::string_view text = tunesmith::fuzz::text_of(data, size);
  check<api::CompletedMultipartUpload>(text);
  check<api::Delete>(text);
  check<api::Tagging>(text);
  check<api::CreateBucketConfiguration>(text);
  return 0;
}
