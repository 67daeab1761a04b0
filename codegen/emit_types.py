# SPDX-License-Identifier: Apache-2.0
"""types.h and enums.h: plain structures, and constants for the known values of enumerations."""
import model_loader
import names

_SCALARS = {
    "string": "std::string",
    "character": "std::string",
    "integer": "std::int32_t",
    "long": "std::int64_t",
    "float": "double",  # a float on the wire is read and written as a double: nothing is lost
    "double": "double",
    "boolean": "bool",
    "timestamp": "Timestamp",
    "blob": "std::string",
}


class Types:
    """Knows the C++ type of every shape and member of a service."""

    def __init__(self, service: model_loader.Service):
        self.service = service
        self.order, self.boxed = model_loader.structures_in_order(service.shapes)
        self.inputs = {op["input"]["shape"] for op in service.operations.values() if "input" in op}
        self.outputs = {op["output"]["shape"] for op in service.operations.values() if "output" in op}
        self._check_names()

    def _check_names(self) -> None:
        by_name: dict[str, str] = {}
        for shape in self.order:
            other = by_name.setdefault(names.type_name(shape), shape)
            if other != shape:
                raise ValueError(f"{self.service.name}: {shape} and {other} have one C++ name")

    def members(self, shape: str) -> list[tuple[str, str, dict]]:
        """(model name, C++ name, reference) of each member of a structure."""
        table = self.service.shapes[shape].get("members", {})
        fields = names.unique([names.snake_case(member) for member in table])
        return [(member, field, table[member]) for member, field in zip(table, fields)]

    def is_required(self, shape: str, member: str) -> bool:
        return member in self.service.shapes[shape].get("required", [])

    def stream_kind(self, shape: str, member: str) -> str | None:
        """'input' or 'output' for a body that streams."""
        reference = self.service.shapes[shape]["members"][member]
        target = self.service.shapes[reference["shape"]]
        if target["type"] != "blob" or not (reference.get("streaming") or target.get("streaming")):
            return None
        return "input" if shape in self.inputs else "output"

    def value_type(self, shape: str) -> str:
        """The type that holds a value of a shape."""
        definition = self.service.shapes[shape]
        kind = definition["type"]
        if kind == "structure":
            return names.type_name(shape)
        if kind == "list":
            element = self.value_type(definition["member"]["shape"])
            # std::vector<bool> has no elements to point at.
            return f"std::deque<bool>" if element == "bool" else f"std::vector<{element}>"
        if kind == "map":
            return f"std::map<std::string, {self.value_type(definition['value']['shape'])}>"
        return _SCALARS[kind]

    def member_type(self, shape: str, member: str) -> str:
        """The type of a field: optional unless the model requires the member."""
        stream = self.stream_kind(shape, member)
        if stream:
            return "aws::InputStream" if stream == "input" else "aws::OutputStream"
        reference = self.service.shapes[shape]["members"][member]
        inner = self.value_type(reference["shape"])
        if (shape, member) in self.boxed:
            return f"aws::Boxed<{inner}>"
        return inner if self.is_required(shape, member) else f"std::optional<{inner}>"


def emit_types(types: Types, stamp: str) -> str:
    bodies = [_structure(types, shape) for shape in types.order]
    text = "\n".join(bodies)
    headers = ["<cstdint>"]
    for needle, header in (("std::deque<", "<deque>"), ("std::map<", "<map>"),
                           ("std::optional<", "<optional>"), ("std::string", "<string>"),
                           ("std::vector<", "<vector>")):
        if needle in text:
            headers.append(header)
    ours = []
    if "aws::InputStream" in text or "aws::OutputStream" in text:
        ours.append('#include "aws/stream.h"')
    if "aws::Boxed<" in text:
        ours.append('#include "aws/boxed.h"')
    if "Timestamp " in text or "Timestamp>" in text:
        ours.append('#include "base/clock.h"')
    out = [stamp, "//", f"// The structures of {types.service.name}. An enumeration is a string (a value that is not known",
           "// yet survives); enums.h has its known values.", "#pragma once", ""]
    out += [f"#include {header}" for header in sorted(headers)]
    if ours:
        out += [""] + sorted(ours)
    namespace = f"tunesmith::api::{names.service_namespace(types.service.name)}"
    out += ["", f"namespace {namespace} {{", "", text, f"}}  // namespace {namespace}", ""]
    return "\n".join(out)


def _structure(types: Types, shape: str) -> str:
    lines = [f"struct {names.type_name(shape)} {{"]
    for member, field, _ in types.members(shape):
        field_type = types.member_type(shape, member)
        lines.append(f"  {field_type} {field}{_initialiser(field_type)};")
    lines.append("};")
    return "\n".join(lines) + "\n"


def _initialiser(field_type: str) -> str:
    if field_type in ("std::int32_t", "std::int64_t", "double"):
        return " = 0"
    return " = false" if field_type == "bool" else "{}"


def emit_enums(types: Types, stamp: str) -> str:
    namespace = f"tunesmith::api::{names.service_namespace(types.service.name)}"
    structures = {names.type_name(shape) for shape in types.order}
    out = [stamp, "//", f"// The known values of {types.service.name}'s enumerations.", "#pragma once", "",
           "#include <string_view>", "", f"namespace {namespace} {{", ""]
    for shape, definition in types.service.shapes.items():
        if definition["type"] != "string" or "enum" not in definition:
            continue
        name = names.type_name(shape)
        name = name + "Enum" if name in structures else name
        out.append(f"struct {name} {{")
        values = definition["enum"]
        for constant, value in zip(names.unique([names.enum_constant(v) for v in values]), values):
            out.append(f"  static constexpr std::string_view {constant} = {names.c_string(value)};")
        out += ["};", ""]
    out += [f"}}  // namespace {namespace}", ""]
    return "\n".join(out)
