// Generated from golden documents. Do not edit.
//
// The descriptor of each structure, for reading and writing one outside of a request.
#pragma once

#include "aws/shape.h"

#include "tunesmith/api/documents/types.h"

namespace tunesmith::aws {

template <>
const Shape& shape_of<api::documents::Grantee>();
template <>
const Shape& shape_of<api::documents::Document>();
template <>
const Shape& shape_of<api::documents::WhereIsOutput>();

}  // namespace tunesmith::aws
