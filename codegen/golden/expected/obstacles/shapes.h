// Generated from golden obstacles. Do not edit.
//
// The descriptor of each structure, for reading and writing one outside of a request.
#pragma once

#include "aws/shape.h"

#include "tunesmith/api/obstacles/types.h"

namespace tunesmith::aws {

template <>
const Shape& shape_of<api::obstacles::Choice>();
template <>
const Shape& shape_of<api::obstacles::Wide>();
template <>
const Shape& shape_of<api::obstacles::Class>();
template <>
const Shape& shape_of<api::obstacles::ClassOutput>();
template <>
const Shape& shape_of<api::obstacles::GetThingInput>();
template <>
const Shape& shape_of<api::obstacles::Tree>();
template <>
const Shape& shape_of<api::obstacles::Thing>();
template <>
const Shape& shape_of<api::obstacles::GetThingOutput>();
template <>
const Shape& shape_of<api::obstacles::PutBlobInput>();
template <>
const Shape& shape_of<api::obstacles::PutBlobOutput>();

}  // namespace tunesmith::aws
