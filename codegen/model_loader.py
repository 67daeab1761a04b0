# SPDX-License-Identifier: Apache-2.0
"""Reads an AWS service model and cuts it down to the closure of the operations that are asked for."""
import dataclasses
import gzip
import json
import pathlib
import re
import tomllib


@dataclasses.dataclass
class Config:
    """One service's table in operations.toml."""

    operations: list[str]
    # Shape -> the members to keep, where the whole would drag in half of the model.
    keep_members: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    # Shape -> a pattern to use in place of the model's (whose syntax is Java's).
    patterns: dict[str, str] = dataclasses.field(default_factory=dict)
    # Structure -> headers that the service reads and the model lacks, by the members' names.
    extra_headers: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)
    # Shape -> further enum values to accept.
    extra_enum_values: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    # False: values outside an enum reach the operation, which answers with the service's own error.
    check_enums: bool = True
    # Operation -> name of the root element of its XML answer.
    root_names: dict[str, str] = dataclasses.field(default_factory=dict)
    # Operations whose single output member is itself the root element.
    unwrapped: list[str] = dataclasses.field(default_factory=list)
    # Bytes of a request body that is read whole, where the service takes longer ones than the usual documents; 0: it
    # does not.
    max_document: int = 0
    # Operation -> one sentence for docs/compatibility.md.
    notes: dict[str, str] = dataclasses.field(default_factory=dict)
    # What callers need to be allowed to do: see access.toml.
    access: "Access" = dataclasses.field(default_factory=lambda: Access())


@dataclasses.dataclass
class Access:
    """One service's table in access.toml."""

    prefix: str = ""  # of the service's actions: "sagemaker"
    rules: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    keys: dict[str, list[str]] = dataclasses.field(default_factory=dict)

    def rules_of(self, operation: str) -> list[tuple[str, str]]:
        """(action, resource) pairs."""
        default = [f"{self.prefix}:{operation} *"] if self.prefix else []
        return [tuple(rule.split(" ", 1)) for rule in self.rules.get(operation, default)]

    def keys_of(self, operation: str) -> list[tuple[str, str]]:
        """(condition key, value) pairs."""
        return [tuple(key.split(" ", 1)) for key in self.keys.get(operation, [])]


@dataclasses.dataclass
class Service:
    name: str  # "sagemaker": the folder of the model
    version: str  # "2017-07-24"
    metadata: dict
    shapes: dict[str, dict]  # the closure
    operations: dict[str, dict]  # those asked for, by name
    all_operations: dict[str, dict]  # every one of the model
    all_shapes: dict[str, dict]
    config: Config

    @property
    def protocol(self) -> str:
        """The first protocol of the model that Tunesmith speaks."""
        known = ("json", "rest-json", "rest-xml", "query")
        for protocol in self.metadata.get("protocols", [self.metadata["protocol"]]):
            if protocol in known:
                return protocol
        raise ValueError(f"{self.name}: no known protocol among {self.metadata.get('protocols')}")


def load_config(path: pathlib.Path) -> dict[str, Config]:
    config = {name: Config(**table) for name, table in tomllib.loads(path.read_text()).items()}
    access = path.with_name("access.toml")
    if access.exists():
        tables = tomllib.loads(access.read_text())
        for name, table in config.items():
            if name not in tables:
                raise ValueError(f"access.toml says nothing of {name}")
            table.access = Access(**tables[name])
    return config


def find_model(data: pathlib.Path, service: str) -> pathlib.Path:
    """The newest version's model of a service in botocore's data folder."""
    found = sorted((data / service).glob("*/service-2.json*"))
    if not found:
        raise FileNotFoundError(f"no model of {service} in {data}")
    return found[-1]


def botocore_version(data: pathlib.Path) -> str:
    init = data.parent / "__init__.py"
    found = re.search(r"__version__ = '([^']+)'", init.read_text()) if init.exists() else None
    return found[1] if found else "(none)"


def load_service(path: pathlib.Path, name: str, config: Config) -> Service:
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    model = json.loads(raw)
    shapes = model["shapes"]
    _apply_overrides(shapes, config, name)
    missing = [op for op in config.operations if op not in model["operations"]]
    if missing:
        raise ValueError(f"{name}: operations.toml names operations that the model lacks: {missing}")
    missing = [op for op in (*config.access.rules, *config.access.keys) if op not in model["operations"]]
    if missing:
        raise ValueError(f"{name}: access.toml names operations that the model lacks: {missing}")
    _check_templates(name, model, config.access)
    operations = {op: model["operations"][op] for op in sorted(config.operations)}
    return Service(
        name=name,
        version=model["metadata"]["apiVersion"],
        metadata=model["metadata"],
        shapes=_closure(shapes, operations),
        operations=operations,
        all_operations=model["operations"],
        all_shapes=shapes,
        config=config,
    )


def _check_templates(name: str, model: dict, access: Access) -> None:
    """A member that is misspelt would be one that every request lacks: the rule would not hold."""
    shapes = model["shapes"]
    for operation in {*access.rules, *access.keys}:
        templates = [text for _, text in (*access.rules_of(operation), *access.keys_of(operation))]
        for place in (found for text in templates for found in re.findall(r"{([^}|]*)", text)):
            for path in place.split("/"):
                shape = model["operations"][operation].get("input", {}).get("shape")
                for part in [] if path in ("region", "account") else path.split("."):
                    members = shapes[shape].get("members", {}) if shape else {}
                    shape = members.get(part.removesuffix("[]"), {}).get("shape")
                    if shape and part.endswith("[]"):
                        shape = shapes[shape].get("member", {}).get("shape")
                    if not shape:
                        raise ValueError(f"{name}: access.toml: {operation} has no {path}")


def _apply_overrides(shapes: dict, config: Config, service: str) -> None:
    for kind, table in (("keep_members", config.keep_members), ("patterns", config.patterns),
                        ("extra_headers", config.extra_headers), ("extra_enum_values", config.extra_enum_values)):
        for shape in table:
            if shape not in shapes:
                raise ValueError(f"{service}: {kind} names the unknown shape {shape}")
    for shape, keep in config.keep_members.items():
        members = shapes[shape]["members"]
        shapes[shape]["members"] = {name: members[name] for name in keep}
    for shape, pattern in config.patterns.items():
        shapes[shape]["pattern"] = pattern
    for shape, headers in config.extra_headers.items():
        for member, header in headers.items():
            shapes.setdefault(member, {"type": "string"})
            shapes[shape]["members"][member] = {"shape": member, "location": "header", "locationName": header}
    for shape, values in config.extra_enum_values.items():
        shapes[shape]["enum"] = shapes[shape]["enum"] + values


def children(shape: dict) -> list[str]:
    """The shapes that a shape names directly."""
    if shape["type"] == "structure":
        return [member["shape"] for member in shape.get("members", {}).values()]
    if shape["type"] == "list":
        return [shape["member"]["shape"]]
    if shape["type"] == "map":
        return [shape["key"]["shape"], shape["value"]["shape"]]
    return []


def _closure(shapes: dict, operations: dict) -> dict[str, dict]:
    todo = []
    for operation in operations.values():
        todo += [operation[side]["shape"] for side in ("input", "output") if side in operation]
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        todo += children(shapes[name])
    return {name: shapes[name] for name in sorted(seen)}


def structures_in_order(shapes: dict[str, dict]) -> tuple[list[str], set[tuple[str, str]]]:
    """Structures such that each follows those it holds by value, and the (structure, member) pairs
    that close a circle and must be held through a pointer."""
    order: list[str] = []
    boxed: set[tuple[str, str]] = set()
    state: dict[str, str] = {}

    def held(name: str) -> str | None:
        # A vector or a map may hold an incomplete type, but its user needs the complete one in the end.
        while shapes[name]["type"] in ("list", "map"):
            name = children(shapes[name])[-1]
        return name if shapes[name]["type"] == "structure" else None

    def visit(name: str) -> None:
        state[name] = "open"
        for member, reference in shapes[name].get("members", {}).items():
            target = held(reference["shape"])
            if target is None:
                continue
            if state.get(target) == "open":
                if shapes[reference["shape"]]["type"] == "structure":
                    boxed.add((name, member))
            elif target not in state:
                visit(target)
        state[name] = "done"
        order.append(name)

    for name in sorted(shapes):
        if shapes[name]["type"] == "structure" and name not in state:
            visit(name)
    return order, boxed
