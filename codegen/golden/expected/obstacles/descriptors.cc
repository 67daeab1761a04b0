// Generated from golden obstacles. Do not edit.
#include "tunesmith/api/obstacles/operations.h"
#include "tunesmith/api/obstacles/shapes.h"

#include "aws/shape_access.h"

namespace tunesmith::api::obstacles {
namespace {

using aws::Location;
using aws::Member;
using aws::Shape;
using aws::ShapeKind;
using aws::TimestampFormat;
using enum aws::MemberFlag;

extern const Shape shape_Big;
extern const Shape shape_Bytes;
extern const Shape shape_Choice;
extern const Shape shape_Class;
extern const Shape shape_ClassOutput;
extern const Shape shape_Color;
extern const Shape shape_Flag;
extern const Shape shape_FlagList;
extern const Shape shape_GetThingInput;
extern const Shape shape_GetThingOutput;
extern const Shape shape_IsoTime;
extern const Shape shape_ListList;
extern const Shape shape_Odd;
extern const Shape shape_PutBlobInput;
extern const Shape shape_PutBlobOutput;
extern const Shape shape_Ratio;
extern const Shape shape_Secret;
extern const Shape shape_Stream;
extern const Shape shape_Text;
extern const Shape shape_TextList;
extern const Shape shape_TextMap;
extern const Shape shape_Thing;
extern const Shape shape_Time;
extern const Shape shape_Tree;
extern const Shape shape_TreeList;
extern const Shape shape_TreeMap;
extern const Shape shape_Whole;
extern const Shape shape_Wide;

constinit const Shape shape_Big{.kind = ShapeKind::kLong, .name = "Big"};
constinit const Shape shape_Bytes{.kind = ShapeKind::kBlob, .name = "Bytes"};
constinit const Member members_Choice[] = {
    {.name = "Left", .wire_name = "Left", .shape = &shape_Text, .access = aws::access<&Choice::left>()},
    {.name = "Right", .wire_name = "Right", .shape = &shape_Whole, .access = aws::access<&Choice::right>()},
};
constinit const Shape shape_Choice{.kind = ShapeKind::kStructure, .name = "Choice", .members = members_Choice, .is_union = true};
constinit const Member members_Class[] = {
    {.name = "Name", .wire_name = "Name", .shape = &shape_Text, .location = Location::kUri, .flags = kRequired, .access = aws::access<&Class::name>()},
    {.name = "Rest", .wire_name = "Rest", .shape = &shape_Text, .location = Location::kUri, .flags = kRequired, .access = aws::access<&Class::rest>()},
    {.name = "default", .wire_name = "default", .shape = &shape_Whole, .flags = kRequired, .access = aws::access<&Class::default_>()},
    {.name = "Default", .wire_name = "Default", .shape = &shape_Whole, .access = aws::access<&Class::default_2>()},
    {.name = "operator", .wire_name = "operator", .shape = &shape_Flag, .access = aws::access<&Class::operator_>()},
    {.name = "this-is.odd", .wire_name = "odd", .shape = &shape_Odd, .access = aws::access<&Class::this_is_odd>()},
    {.name = "2ndTry", .wire_name = "2ndTry", .shape = &shape_Text, .access = aws::access<&Class::n2nd_try>()},
    {.name = "ETag", .wire_name = "ETag", .shape = &shape_Text, .access = aws::access<&Class::etag>()},
    {.name = "SSEKMSKeyId", .wire_name = "SSEKMSKeyId", .shape = &shape_Text, .access = aws::access<&Class::ssekms_key_id>()},
    {.name = "ChecksumCRC32C", .wire_name = "ChecksumCRC32C", .shape = &shape_Text, .access = aws::access<&Class::checksum_crc32c>()},
    {.name = "VPCIds", .wire_name = "VPCIds", .shape = &shape_TextList, .access = aws::access<&Class::vpc_ids>()},
    {.name = "RoleARNs", .wire_name = "RoleARNs", .shape = &shape_TextList, .access = aws::access<&Class::role_arns>()},
    {.name = "S3Uri", .wire_name = "S3Uri", .shape = &shape_Text, .access = aws::access<&Class::s3_uri>()},
    {.name = "Secret", .wire_name = "Secret", .shape = &shape_Secret, .access = aws::access<&Class::secret>()},
    {.name = "Wide", .wire_name = "Wide", .shape = &shape_Wide, .access = aws::access<&Class::wide>()},
};
constinit const Shape shape_Class{.kind = ShapeKind::kStructure, .name = "Class", .members = members_Class};
constinit const Member members_ClassOutput[] = {
    {.name = "Status", .wire_name = "Status", .shape = &shape_Whole, .location = Location::kStatus, .access = aws::access<&ClassOutput::status>()},
    {.name = "When", .wire_name = "When", .shape = &shape_Time, .access = aws::access<&ClassOutput::when>()},
    {.name = "WhenHeader", .wire_name = "x-when", .shape = &shape_Time, .location = Location::kHeader, .access = aws::access<&ClassOutput::when_header>()},
    {.name = "WhenIso", .wire_name = "WhenIso", .shape = &shape_IsoTime, .access = aws::access<&ClassOutput::when_iso>()},
    {.name = "WhenHttp", .wire_name = "WhenHttp", .shape = &shape_Time, .timestamp_format = TimestampFormat::kHttpDate, .access = aws::access<&ClassOutput::when_http>()},
    {.name = "Long", .wire_name = "Long", .shape = &shape_Big, .access = aws::access<&ClassOutput::long_>()},
    {.name = "Ratio", .wire_name = "Ratio", .shape = &shape_Ratio, .access = aws::access<&ClassOutput::ratio>()},
};
constinit const Shape shape_ClassOutput{.kind = ShapeKind::kStructure, .name = "ClassOutput", .members = members_ClassOutput};
constexpr std::string_view enum_Color[] = {"red", "RED", "dark-red", "2", "", "ml.m4.xlarge", "local"};
constinit const Shape shape_Color{.kind = ShapeKind::kString, .name = "Color", .enum_values = enum_Color};
constinit const Shape shape_Flag{.kind = ShapeKind::kBoolean, .name = "Flag"};
constinit const Shape shape_FlagList{.kind = ShapeKind::kList, .name = "FlagList", .element = &shape_Flag, .element_name = "member", .list = aws::list_access<std::deque<bool>>()};
constinit const Member members_GetThingInput[] = {
    {.name = "Name", .wire_name = "Name", .shape = &shape_Text, .location = Location::kUri, .flags = kRequired, .access = aws::access<&GetThingInput::name>()},
    {.name = "Limit", .wire_name = "limit", .shape = &shape_Whole, .location = Location::kQuery, .access = aws::access<&GetThingInput::limit>()},
    {.name = "After", .wire_name = "after", .shape = &shape_Time, .location = Location::kQuery, .access = aws::access<&GetThingInput::after>()},
    {.name = "Tags", .wire_name = "x-tags", .shape = &shape_TextList, .location = Location::kHeader, .access = aws::access<&GetThingInput::tags>()},
    {.name = "Extra", .wire_name = "x-extra-", .shape = &shape_TextMap, .location = Location::kHeaderPrefix, .access = aws::access<&GetThingInput::extra>()},
};
constinit const Shape shape_GetThingInput{.kind = ShapeKind::kStructure, .name = "GetThingInput", .members = members_GetThingInput};
constinit const Member members_GetThingOutput[] = {
    {.name = "Thing", .wire_name = "Thing", .shape = &shape_Thing, .flags = kPayload, .access = aws::access<&GetThingOutput::thing>()},
    {.name = "Color", .wire_name = "x-color", .shape = &shape_Color, .location = Location::kHeader, .access = aws::access<&GetThingOutput::color>()},
};
constinit const Shape shape_GetThingOutput{.kind = ShapeKind::kStructure, .name = "GetThingOutput", .members = members_GetThingOutput};
constinit const Shape shape_IsoTime{.kind = ShapeKind::kTimestamp, .name = "IsoTime", .timestamp_format = TimestampFormat::kIso8601};
constinit const Shape shape_ListList{.kind = ShapeKind::kList, .name = "ListList", .max = std::int64_t{2}, .element = &shape_TextList, .element_name = "member", .list = aws::list_access<std::vector<std::vector<std::string>>>()};
constinit aws::Pattern pattern_Odd("a?""?b\\\\\"c");
constinit const Shape shape_Odd{.kind = ShapeKind::kString, .name = "Odd", .pattern = &pattern_Odd};
constinit const Member members_PutBlobInput[] = {
    {.name = "Name", .wire_name = "Name", .shape = &shape_Text, .location = Location::kUri, .flags = kRequired, .access = aws::access<&PutBlobInput::name>()},
    {.name = "Body", .wire_name = "Body", .shape = &shape_Bytes, .flags = kPayload, .access = aws::access<&PutBlobInput::body>()},
};
constinit const Shape shape_PutBlobInput{.kind = ShapeKind::kStructure, .name = "PutBlobInput", .members = members_PutBlobInput};
constinit const Member members_PutBlobOutput[] = {
    {.name = "Body", .wire_name = "Body", .shape = &aws::kOutputStreamShape, .flags = kPayload, .access = aws::access<&PutBlobOutput::body>()},
};
constinit const Shape shape_PutBlobOutput{.kind = ShapeKind::kStructure, .name = "PutBlobOutput", .members = members_PutBlobOutput};
constinit const Shape shape_Ratio{.kind = ShapeKind::kDouble, .name = "Ratio"};
constinit const Shape shape_Secret{.kind = ShapeKind::kString, .name = "Secret", .min = std::int64_t{3}, .sensitive = true};
constinit const Shape shape_Stream{.kind = ShapeKind::kBlob, .name = "Stream"};
constinit const Shape shape_Text{.kind = ShapeKind::kString, .name = "Text", .max = std::int64_t{10}};
constinit const Shape shape_TextList{.kind = ShapeKind::kList, .name = "TextList", .min = std::int64_t{1}, .max = std::int64_t{5}, .element = &shape_Text, .element_name = "member", .list = aws::list_access<std::vector<std::string>>()};
constinit const Shape shape_TextMap{.kind = ShapeKind::kMap, .name = "TextMap", .element = &shape_Text, .element_name = "value", .key = &shape_Text, .key_name = "key", .map = aws::map_access<std::map<std::string, std::string>>()};
constinit const Member members_Thing[] = {
    {.name = "Color", .wire_name = "Color", .shape = &shape_Color, .access = aws::access<&Thing::color>()},
    {.name = "Flags", .wire_name = "Flags", .shape = &shape_FlagList, .access = aws::access<&Thing::flags>()},
    {.name = "ByName", .wire_name = "ByName", .shape = &shape_TreeMap, .access = aws::access<&Thing::by_name>()},
    {.name = "Lists", .wire_name = "Lists", .shape = &shape_ListList, .access = aws::access<&Thing::lists>()},
    {.name = "Choice", .wire_name = "Choice", .shape = &shape_Choice, .access = aws::access<&Thing::choice>()},
    {.name = "Data", .wire_name = "Data", .shape = &shape_Bytes, .access = aws::access<&Thing::data>()},
};
constinit const Shape shape_Thing{.kind = ShapeKind::kStructure, .name = "Thing", .members = members_Thing};
constinit const Shape shape_Time{.kind = ShapeKind::kTimestamp, .name = "Time"};
constinit const Member members_Tree[] = {
    {.name = "Label", .wire_name = "Label", .shape = &shape_Text, .access = aws::access<&Tree::label>()},
    {.name = "Child", .wire_name = "Child", .shape = &shape_Tree, .access = aws::access<&Tree::child>()},
    {.name = "Children", .wire_name = "Children", .shape = &shape_TreeList, .access = aws::access<&Tree::children>()},
    {.name = "Named", .wire_name = "Named", .shape = &shape_TreeMap, .access = aws::access<&Tree::named>()},
};
constinit const Shape shape_Tree{.kind = ShapeKind::kStructure, .name = "Tree", .members = members_Tree};
constinit const Shape shape_TreeList{.kind = ShapeKind::kList, .name = "TreeList", .element = &shape_Tree, .element_name = "member", .list = aws::list_access<std::vector<Tree>>()};
constinit const Shape shape_TreeMap{.kind = ShapeKind::kMap, .name = "TreeMap", .element = &shape_Tree, .element_name = "value", .key = &shape_Text, .key_name = "key", .map = aws::map_access<std::map<std::string, Tree>>()};
constinit const Shape shape_Whole{.kind = ShapeKind::kInteger, .name = "Whole", .min = std::int64_t{1}, .max = std::int64_t{100}};
constinit const Member members_Wide[] = {
    {.name = "Kept", .wire_name = "Kept", .shape = &shape_Text, .access = aws::access<&Wide::kept>()},
};
constinit const Shape shape_Wide{.kind = ShapeKind::kStructure, .name = "Wide", .members = members_Wide};
extern const aws::ServiceDescriptor the_service;

constexpr aws::ErrorDescriptor errors_Class[] = {{"GoneError", 410}, {"Broken", 500}, {"Plain", 400}};
constinit const aws::OperationDescriptor operation_Class{.name = "Class", .service = &the_service, .http_method = "POST", .uri = "/class/{Name}/{Rest+}?mode=a", .success_status = 201, .input = &shape_Class, .output = &shape_ClassOutput, .errors = errors_Class};

constinit const aws::OperationDescriptor operation_GetThing{.name = "GetThing", .service = &the_service, .http_method = "GET", .uri = "/things/{Name}", .input = &shape_GetThingInput, .output = &shape_GetThingOutput};

constinit const aws::OperationDescriptor operation_PutBlob{.name = "PutBlob", .service = &the_service, .http_method = "PUT", .uri = "/blobs/{Name}", .input = &shape_PutBlobInput, .output = &shape_PutBlobOutput};

constinit const aws::OperationDescriptor operation_Walk{.name = "Walk", .service = &the_service, .http_method = "POST", .uri = "/walk", .input = &shape_Tree};

constinit const aws::OperationDescriptor* const operations[] = {&operation_Class, &operation_GetThing, &operation_PutBlob, &operation_Walk};
constexpr aws::KnownOperation known_operations[] = {
    {"Class", &operation_Class, "POST", "/class/{Name}/{Rest+}?mode=a", ""},
    {"GetThing", &operation_GetThing, "GET", "/things/{Name}", ""},
    {"Missing", nullptr, "GET", "/missing", ""},
    {"PutBlob", &operation_PutBlob, "PUT", "/blobs/{Name}", ""},
    {"Walk", &operation_Walk, "POST", "/walk", ""},
};
constinit const aws::ServiceDescriptor the_service{.name = "obstacles", .id = "Obstacles", .signing_name = "course", .protocol = aws::Protocol::kRestJson, .api_version = "2024-01-01", .operations = operations, .known_operations = known_operations};

}  // namespace

const aws::ServiceDescriptor& service() { return the_service; }
const aws::OperationDescriptor& ClassOperation::descriptor() { return operation_Class; }
const aws::OperationDescriptor& GetThing::descriptor() { return operation_GetThing; }
const aws::OperationDescriptor& PutBlob::descriptor() { return operation_PutBlob; }
const aws::OperationDescriptor& Walk::descriptor() { return operation_Walk; }

namespace shapes {
const Shape& of_Choice() { return shape_Choice; }
const Shape& of_Wide() { return shape_Wide; }
const Shape& of_Class() { return shape_Class; }
const Shape& of_ClassOutput() { return shape_ClassOutput; }
const Shape& of_GetThingInput() { return shape_GetThingInput; }
const Shape& of_Tree() { return shape_Tree; }
const Shape& of_Thing() { return shape_Thing; }
const Shape& of_GetThingOutput() { return shape_GetThingOutput; }
const Shape& of_PutBlobInput() { return shape_PutBlobInput; }
const Shape& of_PutBlobOutput() { return shape_PutBlobOutput; }
}  // namespace shapes

}  // namespace tunesmith::api::obstacles

namespace tunesmith::aws {

template <>
const Shape& shape_of<api::obstacles::Choice>() { return api::obstacles::shapes::of_Choice(); }
template <>
const Shape& shape_of<api::obstacles::Wide>() { return api::obstacles::shapes::of_Wide(); }
template <>
const Shape& shape_of<api::obstacles::Class>() { return api::obstacles::shapes::of_Class(); }
template <>
const Shape& shape_of<api::obstacles::ClassOutput>() { return api::obstacles::shapes::of_ClassOutput(); }
template <>
const Shape& shape_of<api::obstacles::GetThingInput>() { return api::obstacles::shapes::of_GetThingInput(); }
template <>
const Shape& shape_of<api::obstacles::Tree>() { return api::obstacles::shapes::of_Tree(); }
template <>
const Shape& shape_of<api::obstacles::Thing>() { return api::obstacles::shapes::of_Thing(); }
template <>
const Shape& shape_of<api::obstacles::GetThingOutput>() { return api::obstacles::shapes::of_GetThingOutput(); }
template <>
const Shape& shape_of<api::obstacles::PutBlobInput>() { return api::obstacles::shapes::of_PutBlobInput(); }
template <>
const Shape& shape_of<api::obstacles::PutBlobOutput>() { return api::obstacles::shapes::of_PutBlobOutput(); }

}  // namespace tunesmith::aws
