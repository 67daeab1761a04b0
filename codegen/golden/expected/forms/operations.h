// Generated from golden forms. Do not edit.
//
// The operations of forms that Tunesmith implements.
#pragma once

#include "aws/operation.h"

#include "tunesmith/api/forms/types.h"

namespace tunesmith::api::forms {

/// Name, protocol and every operation of the service, implemented or not.
const aws::ServiceDescriptor& service();

struct Describe {
  using Input = aws::NoInput;
  using Output = DescribeOutput;
  static const aws::OperationDescriptor& descriptor();
};

struct Submit {
  using Input = SubmitInput;
  using Output = aws::NoOutput;
  static const aws::OperationDescriptor& descriptor();
};

}  // namespace tunesmith::api::forms
