// Generated from golden documents. Do not edit.
#include "tunesmith/api/documents/operations.h"
#include "tunesmith/api/documents/shapes.h"

#include "aws/shape_access.h"

namespace tunesmith::api::documents {
namespace {

using aws::Location;
using aws::Member;
using aws::Shape;
using aws::ShapeKind;
using aws::TimestampFormat;
using enum aws::MemberFlag;

extern const Shape shape_Document;
extern const Shape shape_FlatList;
extern const Shape shape_FlatSettings;
extern const Shape shape_Grantee;
extern const Shape shape_Settings;
extern const Shape shape_Text;
extern const Shape shape_Time;
extern const Shape shape_WhereIsOutput;
extern const Shape shape_Whole;
extern const Shape shape_WrappedList;

constinit const Member members_Document[] = {
    {.name = "Grantee", .wire_name = "Grantee", .shape = &shape_Grantee, .access = aws::access<&Document::grantee>()},
    {.name = "Flat", .wire_name = "Piece", .shape = &shape_FlatList, .flags = kFlattened, .access = aws::access<&Document::flat>()},
    {.name = "Wrapped", .wire_name = "Wrapped", .shape = &shape_WrappedList, .access = aws::access<&Document::wrapped>()},
    {.name = "Settings", .wire_name = "Settings", .shape = &shape_Settings, .access = aws::access<&Document::settings>()},
    {.name = "FlatSettings", .wire_name = "FlatSettings", .shape = &shape_FlatSettings, .flags = kFlattened, .access = aws::access<&Document::flat_settings>()},
    {.name = "When", .wire_name = "When", .shape = &shape_Time, .access = aws::access<&Document::when>()},
    {.name = "Spaced", .wire_name = "Spaced", .shape = &shape_Text, .xml_namespace = "urn:spaced", .access = aws::access<&Document::spaced>()},
    {.name = "Count", .wire_name = "Count", .shape = &shape_Whole, .access = aws::access<&Document::count>()},
};
constinit const Shape shape_Document{.kind = ShapeKind::kStructure, .name = "Document", .members = members_Document};
constinit const Shape shape_FlatList{.kind = ShapeKind::kList, .name = "FlatList", .element = &shape_Text, .element_name = "Piece", .list = aws::list_access<std::vector<std::string>>()};
constinit const Shape shape_FlatSettings{.kind = ShapeKind::kMap, .name = "FlatSettings", .element = &shape_Text, .element_name = "V", .key = &shape_Text, .key_name = "K", .map = aws::map_access<std::map<std::string, std::string>>()};
constinit const Member members_Grantee[] = {
    {.name = "Type", .wire_name = "xsi:type", .shape = &shape_Text, .flags = kXmlAttribute, .access = aws::access<&Grantee::type>()},
    {.name = "Id", .wire_name = "Id", .shape = &shape_Text, .access = aws::access<&Grantee::id>()},
};
constinit const Shape shape_Grantee{.kind = ShapeKind::kStructure, .name = "Grantee", .members = members_Grantee, .xml_namespace = "urn:xsi"};
constinit const Shape shape_Settings{.kind = ShapeKind::kMap, .name = "Settings", .element = &shape_Text, .element_name = "value", .key = &shape_Text, .key_name = "key", .map = aws::map_access<std::map<std::string, std::string>>()};
constinit const Shape shape_Text{.kind = ShapeKind::kString, .name = "Text"};
constinit const Shape shape_Time{.kind = ShapeKind::kTimestamp, .name = "Time"};
constinit const Member members_WhereIsOutput[] = {
    {.name = "Place", .wire_name = "Place", .shape = &shape_Text, .access = aws::access<&WhereIsOutput::place>()},
};
constinit const Shape shape_WhereIsOutput{.kind = ShapeKind::kStructure, .name = "WhereIsOutput", .members = members_WhereIsOutput};
constinit const Shape shape_Whole{.kind = ShapeKind::kInteger, .name = "Whole"};
constinit const Shape shape_WrappedList{.kind = ShapeKind::kList, .name = "WrappedList", .element = &shape_Grantee, .element_name = "Item", .list = aws::list_access<std::vector<Grantee>>()};
extern const aws::ServiceDescriptor the_service;

constinit const aws::OperationDescriptor operation_GetDocument{.name = "GetDocument", .service = &the_service, .http_method = "GET", .uri = "/documents", .output = &shape_Document, .root_name = "DocumentResult"};

constinit const aws::OperationDescriptor operation_PutDocument{.name = "PutDocument", .service = &the_service, .http_method = "PUT", .uri = "/documents", .input = &shape_Document};

constinit const aws::OperationDescriptor operation_WhereIs{.name = "WhereIs", .service = &the_service, .http_method = "GET", .uri = "/where", .output = &shape_WhereIsOutput, .root_name = "Place", .unwrapped = true};

constinit const aws::OperationDescriptor* const operations[] = {&operation_GetDocument, &operation_PutDocument, &operation_WhereIs};
constexpr aws::KnownOperation known_operations[] = {
    {"GetDocument", &operation_GetDocument, "GET", "/documents", ""},
    {"PutDocument", &operation_PutDocument, "PUT", "/documents", ""},
    {"WhereIs", &operation_WhereIs, "GET", "/where", ""},
};
constinit const aws::ServiceDescriptor the_service{.name = "documents", .id = "Documents", .signing_name = "documents", .protocol = aws::Protocol::kRestXml, .api_version = "2024-01-01", .check_enums = false, .operations = operations, .known_operations = known_operations};

}  // namespace

const aws::ServiceDescriptor& service() { return the_service; }
const aws::OperationDescriptor& GetDocument::descriptor() { return operation_GetDocument; }
const aws::OperationDescriptor& PutDocument::descriptor() { return operation_PutDocument; }
const aws::OperationDescriptor& WhereIs::descriptor() { return operation_WhereIs; }

namespace shapes {
const Shape& of_Grantee() { return shape_Grantee; }
const Shape& of_Document() { return shape_Document; }
const Shape& of_WhereIsOutput() { return shape_WhereIsOutput; }
}  // namespace shapes

}  // namespace tunesmith::api::documents

namespace tunesmith::aws {

template <>
const Shape& shape_of<api::documents::Grantee>() { return api::documents::shapes::of_Grantee(); }
template <>
const Shape& shape_of<api::documents::Document>() { return api::documents::shapes::of_Document(); }
template <>
const Shape& shape_of<api::documents::WhereIsOutput>() { return api::documents::shapes::of_WhereIsOutput(); }

}  // namespace tunesmith::aws
