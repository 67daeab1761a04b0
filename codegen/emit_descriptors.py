# SPDX-License-Identifier: Apache-2.0
"""operations.h, shapes.h and descriptors.cc: the tables that the hand-written protocols walk."""
import re

import names
from emit_types import Types

_KINDS = {
    "string": "kString",
    "character": "kString",
    "integer": "kInteger",
    "long": "kLong",
    "float": "kDouble",
    "double": "kDouble",
    "boolean": "kBoolean",
    "timestamp": "kTimestamp",
    "blob": "kBlob",
    "structure": "kStructure",
    "list": "kList",
    "map": "kMap",
}
_LOCATIONS = {
    None: "kBody",
    "header": "kHeader",
    "headers": "kHeaderPrefix",
    "querystring": "kQuery",
    "uri": "kUri",
    "statusCode": "kStatus",
}
_PROTOCOLS = {"json": "kJson", "rest-json": "kRestJson", "rest-xml": "kRestXml", "query": "kQuery"}
_TIMESTAMPS = {"iso8601": "kIso8601", "rfc822": "kHttpDate", "unixTimestamp": "kEpochSeconds"}


def operation_type(types: Types, operation: str) -> str:
    """The tag's name; the model may use the operation's name for a structure too."""
    structures = {names.type_name(shape) for shape in types.order}
    return operation + "Operation" if operation in structures else operation


def _side(operation: dict, side: str) -> str:
    if side in operation:
        return names.type_name(operation[side]["shape"])
    return "aws::NoInput" if side == "input" else "aws::NoOutput"


def emit_operations(types: Types, stamp: str) -> str:
    service = types.service
    namespace = f"tunesmith::api::{names.service_namespace(service.name)}"
    out = [stamp, "//", f"// The operations of {service.name} that Tunesmith implements.", "#pragma once", "",
           '#include "aws/operation.h"', "",
           f'#include "tunesmith/api/{names.service_namespace(service.name)}/types.h"', "",
           f"namespace {namespace} {{", "",
           "/// Name, protocol and every operation of the service, implemented or not.",
           "const aws::ServiceDescriptor& service();", ""]
    for name, operation in service.operations.items():
        out += [f"struct {operation_type(types, name)} {{",
                f"  using Input = {_side(operation, 'input')};",
                f"  using Output = {_side(operation, 'output')};",
                "  static const aws::OperationDescriptor& descriptor();",
                "};", ""]
    out += [f"}}  // namespace {namespace}", ""]
    return "\n".join(out)


def emit_shapes(types: Types, stamp: str) -> str:
    namespace = names.service_namespace(types.service.name)
    out = [stamp, "//", "// The descriptor of each structure, for reading and writing one outside of a request.",
           "#pragma once", "", '#include "aws/shape.h"', "",
           f'#include "tunesmith/api/{namespace}/types.h"', "", "namespace tunesmith::aws {", ""]
    for shape in types.order:
        out += ["template <>", f"const Shape& shape_of<api::{namespace}::{names.type_name(shape)}>();"]
    out += ["", "}  // namespace tunesmith::aws", ""]
    return "\n".join(out)


class _Descriptors:
    def __init__(self, types: Types):
        self.types = types
        self.service = types.service
        self.shapes = types.service.shapes
        self.namespace = names.service_namespace(types.service.name)
        self.out: list[str] = []

    def emit(self, stamp: str) -> str:
        api = f"tunesmith/api/{self.namespace}"
        self.out = [stamp, f'#include "{api}/operations.h"', f'#include "{api}/shapes.h"', "",
                    '#include "aws/shape_access.h"', "",
                    f"namespace tunesmith::api::{self.namespace} {{", "namespace {", "",
                    "using aws::Location;", "using aws::Member;", "using aws::Shape;", "using aws::ShapeKind;",
                    "using aws::TimestampFormat;", "using enum aws::MemberFlag;", ""]
        for shape in self.shapes:
            self.out.append(f"extern const Shape {_shape(shape)};")
        self.out.append("")
        for shape in self.shapes:
            self._shape(shape)
        self.out.append("extern const aws::ServiceDescriptor the_service;")
        self.out.append("")
        for name in self.service.operations:
            self._operation(name)
        self._service()
        self.out += ["}  // namespace", "", "const aws::ServiceDescriptor& service() { return the_service; }"]
        for name in self.service.operations:
            self.out.append(f"const aws::OperationDescriptor& {operation_type(self.types, name)}::descriptor() "
                            f"{{ return operation_{name}; }}")
        self.out += ["", "namespace shapes {"]
        for shape in self.types.order:
            self.out.append(f"const Shape& of_{shape}() {{ return {_shape(shape)}; }}")
        self.out += ["}  // namespace shapes", "", f"}}  // namespace tunesmith::api::{self.namespace}", "",
                     "namespace tunesmith::aws {", ""]
        for shape in self.types.order:
            self.out += ["template <>",
                         f"const Shape& shape_of<api::{self.namespace}::{names.type_name(shape)}>() "
                         f"{{ return api::{self.namespace}::shapes::of_{shape}(); }}"]
        self.out += ["", "}  // namespace tunesmith::aws", ""]
        return "\n".join(self.out)

    def _shape(self, shape: str) -> None:
        definition = self.shapes[shape]
        fields = [f".kind = ShapeKind::{_KINDS[definition['type']]}", f".name = {names.c_string(shape)}"]
        for bound in ("min", "max"):
            if bound in definition:
                value = definition[bound]
                if value != int(value):
                    raise ValueError(f"{shape}: {bound} {value} is not a whole number")
                fields.append(f".{bound} = std::int64_t{{{int(value)}}}")
        if "enum" in definition:
            values = ", ".join(names.c_string(value) for value in definition["enum"])
            self.out.append(f"constexpr std::string_view enum_{shape}[] = {{{values}}};")
            fields.append(f".enum_values = enum_{shape}")
        if "pattern" in definition and definition["type"] == "string":
            self.out.append(f"constinit aws::Pattern pattern_{shape}({names.c_string(definition['pattern'])});")
            fields.append(f".pattern = &pattern_{shape}")
        if definition.get("sensitive"):
            fields.append(".sensitive = true")
        kind = definition["type"]
        if kind == "structure":
            fields += self._structure(shape, definition)
        elif kind == "list":
            fields += self._list(shape, definition)
        elif kind == "map":
            fields += self._map(shape, definition)
        elif kind == "timestamp" and "timestampFormat" in definition:
            fields.append(f".timestamp_format = TimestampFormat::{_TIMESTAMPS[definition['timestampFormat']]}")
        self.out.append(f"constinit const Shape {_shape(shape)}{{{', '.join(fields)}}};")

    def _structure(self, shape: str, definition: dict) -> list[str]:
        lines = []
        for member, field, reference in self.types.members(shape):
            lines.append("    " + self._member(shape, definition, member, field, reference) + ",")
        fields = []
        if lines:
            self.out += [f"constinit const Member members_{shape}[] = {{", *lines, "};"]
            fields.append(f".members = members_{shape}")
        if definition.get("union"):
            fields.append(".is_union = true")
        if "xmlNamespace" in definition:
            fields.append(f".xml_namespace = {names.c_string(definition['xmlNamespace']['uri'])}")
        return fields

    def _member(self, shape: str, definition: dict, member: str, field: str, reference: dict) -> str:
        target = self.shapes[reference["shape"]]
        wire = reference.get("locationName", member)
        if target["type"] == "list" and target.get("flattened"):
            # A flattened list's elements carry the name that the list's member shape gives, if it does.
            wire = target["member"].get("locationName", wire)
        stream = self.types.stream_kind(shape, member)
        target_shape = f"&aws::k{stream.capitalize()}StreamShape" if stream else f"&{_shape(reference['shape'])}"
        flags = []
        if self.types.is_required(shape, member):
            flags.append("kRequired")
        if target.get("flattened") or reference.get("flattened"):
            flags.append("kFlattened")
        if reference.get("xmlAttribute"):
            flags.append("kXmlAttribute")
        if definition.get("payload") == member:
            flags.append("kPayload")
        if reference.get("idempotencyToken"):
            flags.append("kIdempotencyToken")
        parts = [f".name = {names.c_string(member)}", f".wire_name = {names.c_string(wire)}",
                 f".shape = {target_shape}"]
        if reference.get("location"):
            parts.append(f".location = Location::{_LOCATIONS[reference['location']]}")
        if flags:
            parts.append(f".flags = {' | '.join(flags)}")
        if "timestampFormat" in reference:
            parts.append(f".timestamp_format = TimestampFormat::{_TIMESTAMPS[reference['timestampFormat']]}")
        if "xmlNamespace" in reference:
            parts.append(f".xml_namespace = {names.c_string(reference['xmlNamespace']['uri'])}")
        parts.append(f".access = aws::access<&{names.type_name(shape)}::{field}>()")
        return "{" + ", ".join(parts) + "}"

    def _list(self, shape: str, definition: dict) -> list[str]:
        element = definition["member"]
        return [f".element = &{_shape(element['shape'])}",
                f".element_name = {names.c_string(element.get('locationName', 'member'))}",
                f".list = aws::list_access<{self.types.value_type(shape)}>()"]

    def _map(self, shape: str, definition: dict) -> list[str]:
        return [f".element = &{_shape(definition['value']['shape'])}",
                f".element_name = {names.c_string(definition['value'].get('locationName', 'value'))}",
                f".key = &{_shape(definition['key']['shape'])}",
                f".key_name = {names.c_string(definition['key'].get('locationName', 'key'))}",
                f".map = aws::map_access<{self.types.value_type(shape)}>()"]

    def _operation(self, name: str) -> None:
        operation = self.service.operations[name]
        errors = []
        for reference in operation.get("errors", []):
            error = self.service.all_shapes[reference["shape"]].get("error", {})
            code = error.get("code", reference["shape"])
            default = 500 if self.service.all_shapes[reference["shape"]].get("fault") else 400
            errors.append(f"{{{names.c_string(code)}, {error.get('httpStatusCode', default)}}}")
        if errors:
            self.out.append(f"constexpr aws::ErrorDescriptor errors_{name}[] = {{{', '.join(errors)}}};")
        output = operation.get("output", {})
        fields = [f".name = {names.c_string(name)}", ".service = &the_service",
                  f".http_method = {names.c_string(operation['http']['method'])}",
                  f".uri = {names.c_string(operation['http']['requestUri'])}"]
        if operation["http"].get("responseCode", 200) != 200:
            fields.append(f".success_status = {operation['http']['responseCode']}")
        if "input" in operation:
            fields.append(f".input = &{_shape(operation['input']['shape'])}")
        if output:
            fields.append(f".output = &{_shape(output['shape'])}")
        if "resultWrapper" in output:
            fields.append(f".result_wrapper = {names.c_string(output['resultWrapper'])}")
        if name in self.service.config.root_names:
            fields.append(f".root_name = {names.c_string(self.service.config.root_names[name])}")
        if operation.get("httpChecksum", {}).get("requestChecksumRequired"):
            fields.append(".checked_body = true")
        if name in self.service.config.unwrapped:
            fields.append(".unwrapped = true")
        if errors:
            fields.append(f".errors = errors_{name}")
        access = self.service.config.access
        for field, kind, pairs in (("access", "AccessRule", access.rules_of(name)),
                                   ("condition_keys", "ConditionKey", access.keys_of(name))):
            if pairs:
                rows = ", ".join(f"{{{names.c_string(left)}, {names.c_string(right)}}}" for left, right in pairs)
                self.out.append(f"constexpr aws::{kind} {field}_{name}[] = {{{rows}}};")
                fields.append(f".{field} = {field}_{name}")
        self.out += [f"constinit const aws::OperationDescriptor operation_{name}{{{', '.join(fields)}}};", ""]

    def _service(self) -> None:
        service = self.service
        listed = ", ".join(f"&operation_{name}" for name in service.operations)
        if listed:  # C++ has no arrays of nothing
            self.out.append(f"constinit const aws::OperationDescriptor* const operations[] = {{{listed}}};")
        self.out.append("constexpr aws::KnownOperation known_operations[] = {")
        rest = service.protocol.startswith("rest")
        for name in sorted(service.all_operations):
            operation = service.all_operations[name]
            implemented = f"&operation_{name}" if name in service.operations else "nullptr"
            row = [names.c_string(name), implemented]
            if rest:
                row += [names.c_string(operation["http"]["method"]), names.c_string(operation["http"]["requestUri"]),
                        names.c_string(_required_locations(service, operation))]
            self.out.append("    {" + ", ".join(row) + "},")
        self.out.append("};")
        metadata = service.metadata
        fields = [f".name = {names.c_string(service.name)}", f".id = {names.c_string(metadata['serviceId'])}",
                  f".signing_name = {names.c_string(metadata.get('signingName', metadata['endpointPrefix']))}",
                  f".protocol = aws::Protocol::{_PROTOCOLS[service.protocol]}"]
        if service.protocol == "json":
            for flag, protocol in ((".also_query", "query"), (".also_cbor", "smithy-rpc-v2-cbor")):
                if protocol in metadata.get("protocols", []):
                    fields.append(f"{flag} = true")
        for field, key in ((".target_prefix", "targetPrefix"), (".json_version", "jsonVersion"),
                           (".api_version", "apiVersion"), (".xml_namespace", "xmlNamespace")):
            if key in metadata:
                value = metadata[key]
                fields.append(f"{field} = {names.c_string(value if isinstance(value, str) else value['uri'])}")
        if service.name == "s3":
            fields.append('.xml_namespace = "http://s3.amazonaws.com/doc/2006-03-01/"')
        if service.config.max_document:
            fields.append(f".max_document = {service.config.max_document}")
        if not service.config.check_enums:
            fields.append(".check_enums = false")
        fields += [".operations = operations"] if listed else []
        fields.append(".known_operations = known_operations")
        self.out += [f"constinit const aws::ServiceDescriptor the_service{{{', '.join(fields)}}};", ""]


def _shape(name: str) -> str:
    return f"shape_{name}"


def _required_locations(service, operation: dict) -> str:
    """What tells operations with one method and path apart: query parameters and the copy header that
    the model requires, "?uploadId" or "x-amz-copy-source", separated by spaces."""
    if "input" not in operation:
        return ""
    shape = service.all_shapes[operation["input"]["shape"]]
    result = []
    for member in shape.get("required", []):
        reference = shape["members"][member]
        if reference.get("location") == "querystring":
            result.append("?" + reference["locationName"])
        elif reference.get("location") == "header" and re.fullmatch(r"x-amz-copy-source", reference["locationName"]):
            result.append(reference["locationName"])
    return " ".join(result)


def emit_descriptors(types: Types, stamp: str) -> str:
    return _Descriptors(types).emit(stamp)
