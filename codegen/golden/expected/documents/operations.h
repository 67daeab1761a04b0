// Generated from golden documents. Do not edit.
//
// The operations of documents that Tunesmith implements.
#pragma once

#include "aws/operation.h"

#include "tunesmith/api/documents/types.h"

namespace tunesmith::api::documents {

/// Name, protocol and every operation of the service, implemented or not.
const aws::ServiceDescriptor& service();

struct GetDocument {
  using Input = aws::NoInput;
  using Output = Document;
  static const aws::OperationDescriptor& descriptor();
};

struct PutDocument {
  using Input = Document;
  using Output = aws::NoOutput;
  static const aws::OperationDescriptor& descriptor();
};

struct WhereIs {
  using Input = aws::NoInput;
  using Output = WhereIsOutput;
  static const aws::OperationDescriptor& descriptor();
};

}  // namespace tunesmith::api::documents
