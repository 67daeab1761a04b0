// Generated from golden obstacles. Do not edit.
//
// The operations of obstacles that Tunesmith implements.
#pragma once

#include "aws/operation.h"

#include "tunesmith/api/obstacles/types.h"

namespace tunesmith::api::obstacles {

/// Name, protocol and every operation of the service, implemented or not.
const aws::ServiceDescriptor& service();

struct ClassOperation {
  using Input = Class;
  using Output = ClassOutput;
  static const aws::OperationDescriptor& descriptor();
};

struct GetThing {
  using Input = GetThingInput;
  using Output = GetThingOutput;
  static const aws::OperationDescriptor& descriptor();
};

struct PutBlob {
  using Input = PutBlobInput;
  using Output = PutBlobOutput;
  static const aws::OperationDescriptor& descriptor();
};

struct Walk {
  using Input = Tree;
  using Output = aws::NoOutput;
  static const aws::OperationDescriptor& descriptor();
};

}  // namespace tunesmith::api::obstacles
