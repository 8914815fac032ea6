"""Breaches of the profiles of `datapackage.json` and the schemas, generated from what the profiles say of each value."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from shegong.checks.descriptor import json_path

Path = list[str | int]
OF_TYPES = {"string": "text", "integer": 7, "boolean": True, "null": None, "array": [], "object": {}}


@dataclass(frozen=True)
class Node:
    """A value of a JSON file, with what the profile says of it."""

    path: Path
    value: Any
    says: dict[str, Any]
    is_required: bool

    @property
    def shape(self) -> str:
        """The path without the numbers of items."""
        return re.sub(r"\[\d+\]", "[]", json_path(self.path))


def nodes(content: Any, profile: str) -> Iterator[Node]:
    """Every value of a JSON file."""
    says = json.loads(files("shegong.checks").joinpath(f"profiles/{profile}").read_text("utf-8"))
    yield from _nodes(content, says, says["$defs"], [], False)


def _nodes(value: Any, says: dict[str, Any], defs: dict[str, Any], path: Path, required: bool) -> Iterator[Node]:
    while "$ref" in says:
        says = {**defs[says["$ref"].rpartition("/")[2]], **{key: rest for key, rest in says.items() if key != "$ref"}}
    yield Node(path, value, says, required)
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _nodes(child, says["properties"][key], defs, [*path, key], key in says.get("required", ()))
    if isinstance(value, list) and "items" in says:
        for index, child in enumerate(value):
            yield from _nodes(child, says["items"], defs, [*path, index], True)


def breaches(content: Any, node: Node) -> Iterator[tuple[str, Path, Any]]:
    """The content with a value broken in each way that fits: the rule, where the finding must be, and the content."""
    if isinstance(node.value, dict):
        yield "descriptor-unknown-key", [*node.path, "extra"], _changed(content, node.path, lambda d: d.update(extra=1))
    if not node.path:
        return
    *above, key = node.path
    if isinstance(key, str):
        for wrong in (f"{key}s", key.upper() + "_", f"{key} "):
            changed = _changed(content, above, lambda d, wrong=wrong: d.update({wrong: d.pop(key)}))
            yield "descriptor-unknown-key", [*above, wrong], changed
        if node.is_required:
            yield "descriptor-profile", above, _changed(content, above, lambda d: d.pop(key))
    for wrong in _wrong_values(node.value, node.says):
        yield (
            "descriptor-profile",
            node.path,
            _changed(content, above, lambda d, wrong=wrong: d.__setitem__(key, wrong)),
        )


def _changed(content: Any, path: Path, change: Callable[[Any], object]) -> Any:
    changed = part = copy.deepcopy(content)
    for step in path:
        part = part[step]
    change(part)
    return changed


def _wrong_values(value: Any, says: dict[str, Any]) -> Iterator[Any]:
    types = says.get("type", "string" if isinstance(value, str) else "boolean")
    allowed = {types} if isinstance(types, str) else set(types)
    allowed |= {"integer"} if "number" in allowed else set()
    yield from (other for name, other in OF_TYPES.items() if name not in allowed and other != value)
    if says.get("minLength"):
        yield ""
    if says.get("minItems"):
        yield []
    if isinstance(says.get("const"), str):
        yield from (value + "x", value.upper())
    if "enum" in says:
        yield "geopoint"
    if "pattern" in says:
        yield from (f"{value} ", f" {value}", value.upper() + "!", "", f"{value}\n")
    if "minimum" in says:
        yield says["minimum"] - 1
    if says.get("uniqueItems"):
        yield [*value, value[0]]
