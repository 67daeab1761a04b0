// Generated from golden forms. Do not edit.
#include "tunesmith/api/forms/operations.h"
#include "tunesmith/api/forms/shapes.h"

#include "aws/shape_access.h"

namespace tunesmith::api::forms {
namespace {

using aws::Location;
using aws::Member;
using aws::Shape;
using aws::ShapeKind;
using aws::TimestampFormat;
using enum aws::MemberFlag;

extern const Shape shape_DescribeOutput;
extern const Shape shape_FlatList;
extern const Shape shape_FlatRenamed;
extern const Shape shape_Name;
extern const Shape shape_NameList;
extern const Shape shape_Nested;
extern const Shape shape_Ratio;
extern const Shape shape_Settings;
extern const Shape shape_SubmitInput;
extern const Shape shape_Time;

constinit const Member members_DescribeOutput[] = {
    {.name = "Names", .wire_name = "Names", .shape = &shape_NameList, .access = aws::access<&DescribeOutput::names>()},
    {.name = "Flat", .wire_name = "Flat", .shape = &shape_FlatList, .flags = kFlattened, .access = aws::access<&DescribeOutput::flat>()},
    {.name = "Settings", .wire_name = "Settings", .shape = &shape_Settings, .access = aws::access<&DescribeOutput::settings>()},
    {.name = "Empty", .wire_name = "Empty", .shape = &shape_Nested, .access = aws::access<&DescribeOutput::empty>()},
};
constinit const Shape shape_DescribeOutput{.kind = ShapeKind::kStructure, .name = "DescribeOutput", .members = members_DescribeOutput};
constinit const Shape shape_FlatList{.kind = ShapeKind::kList, .name = "FlatList", .element = &shape_Name, .element_name = "member", .list = aws::list_access<std::vector<std::string>>()};
constinit const Shape shape_FlatRenamed{.kind = ShapeKind::kList, .name = "FlatRenamed", .element = &shape_Name, .element_name = "item", .list = aws::list_access<std::vector<std::string>>()};
constinit const Shape shape_Name{.kind = ShapeKind::kString, .name = "Name", .min = std::int64_t{1}};
constinit const Shape shape_NameList{.kind = ShapeKind::kList, .name = "NameList", .element = &shape_Name, .element_name = "member", .list = aws::list_access<std::vector<std::string>>()};
constinit const Member members_Nested[] = {
    {.name = "Names", .wire_name = "Names", .shape = &shape_NameList, .access = aws::access<&Nested::names>()},
    {.name = "Again", .wire_name = "Again", .shape = &shape_Nested, .access = aws::access<&Nested::again>()},
};
constinit const Shape shape_Nested{.kind = ShapeKind::kStructure, .name = "Nested", .members = members_Nested};
constinit const Shape shape_Ratio{.kind = ShapeKind::kDouble, .name = "Ratio"};
constinit const Shape shape_Settings{.kind = ShapeKind::kMap, .name = "Settings", .element = &shape_Nested, .element_name = "v", .key = &shape_Name, .key_name = "k", .map = aws::map_access<std::map<std::string, Nested>>()};
constinit const Member members_SubmitInput[] = {
    {.name = "Names", .wire_name = "Names", .shape = &shape_NameList, .flags = kRequired, .access = aws::access<&SubmitInput::names>()},
    {.name = "Flat", .wire_name = "Flat", .shape = &shape_FlatList, .flags = kFlattened, .access = aws::access<&SubmitInput::flat>()},
    {.name = "Renamed", .wire_name = "item", .shape = &shape_FlatRenamed, .flags = kFlattened, .access = aws::access<&SubmitInput::renamed>()},
    {.name = "Settings", .wire_name = "Settings", .shape = &shape_Settings, .access = aws::access<&SubmitInput::settings>()},
    {.name = "Nested", .wire_name = "nest", .shape = &shape_Nested, .access = aws::access<&SubmitInput::nested>()},
    {.name = "When", .wire_name = "When", .shape = &shape_Time, .access = aws::access<&SubmitInput::when>()},
    {.name = "Ratio", .wire_name = "Ratio", .shape = &shape_Ratio, .access = aws::access<&SubmitInput::ratio>()},
};
constinit const Shape shape_SubmitInput{.kind = ShapeKind::kStructure, .name = "SubmitInput", .members = members_SubmitInput};
constinit const Shape shape_Time{.kind = ShapeKind::kTimestamp, .name = "Time"};
extern const aws::ServiceDescriptor the_service;

constinit const aws::OperationDescriptor operation_Describe{.name = "Describe", .service = &the_service, .http_method = "POST", .uri = "/", .output = &shape_DescribeOutput, .result_wrapper = "DescribeResult"};

constinit const aws::OperationDescriptor operation_Submit{.name = "Submit", .service = &the_service, .http_method = "POST", .uri = "/", .input = &shape_SubmitInput};

constinit const aws::OperationDescriptor* const operations[] = {&operation_Describe, &operation_Submit};
constexpr aws::KnownOperation known_operations[] = {
    {"Describe", &operation_Describe},
    {"Submit", &operation_Submit},
};
constinit const aws::ServiceDescriptor the_service{.name = "forms", .id = "Forms", .signing_name = "forms", .protocol = aws::Protocol::kQuery, .api_version = "2024-01-01", .xml_namespace = "https://forms.example/doc/", .operations = operations, .known_operations = known_operations};

}  // namespace

const aws::ServiceDescriptor& service() { return the_service; }
const aws::OperationDescriptor& Describe::descriptor() { return operation_Describe; }
const aws::OperationDescriptor& Submit::descriptor() { return operation_Submit; }

namespace shapes {
const Shape& of_Nested() { return shape_Nested; }
const Shape& of_DescribeOutput() { return shape_DescribeOutput; }
const Shape& of_SubmitInput() { return shape_SubmitInput; }
}  // namespace shapes

}  // namespace tunesmith::api::forms

namespace tunesmith::aws {

template <>
const Shape& shape_of<api::forms::Nested>() { return api::forms::shapes::of_Nested(); }
template <>
const Shape& shape_of<api::forms::DescribeOutput>() { return api::forms::shapes::of_DescribeOutput(); }
template <>
const Shape& shape_of<api::forms::SubmitInput>() { return api::forms::shapes::of_SubmitInput(); }

}  // namespace tunesmith::aws
