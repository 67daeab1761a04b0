// Generated from golden forms. Do not edit.
//
// The descriptor of each structure, for reading and writing one outside of a request.
#pragma once

#include "aws/shape.h"

#include "tunesmith/api/forms/types.h"

namespace tunesmith::aws {

template <>
const Shape& shape_of<api::forms::Nested>();
template <>
const Shape& shape_of<api::forms::DescribeOutput>();
template <>
const Shape& shape_of<api::forms::SubmitInput>();

}  // namespace tunesmith::aws
