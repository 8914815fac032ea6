"""One version of the package, as text: its descriptor, its schemas as they were written, the rows of its tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl
from jsonschema import Draft202012Validator

from shegong.diff.versions import Version, parse_version
from shegong.errors import PackageError, first_line
from shegong.package.canonical import read_text
from shegong.package.files import Files, read_descriptor, read_json
from shegong.package.package import DESCRIPTOR

_NAMES = {"type": "array", "minItems": 1, "items": {"type": "string"}}
_CATEGORY = {
    "type": "object",
    "required": ["value"],
    "properties": {"value": {"type": "string"}, "classifiers": {"type": "array", "items": {"type": "string"}}},
}
_FIELD = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "pattern": "^[^ ]+$"},
        "constraints": {"type": "object", "properties": {"enum": {"type": "array"}}},
        "categories": {"type": "array", "items": _CATEGORY},
    },
}
SHAPE = {
    "type": "object",
    "required": ["fields", "primaryKey"],
    "properties": {
        "fields": {"type": "array", "minItems": 1, "items": _FIELD},
        "primaryKey": _NAMES,
        "uniqueKeys": {"type": "array"},
        "foreignKeys": {"type": "array"},
    },
}
"""What a comparison needs of a Table Schema, of whatever version."""


@dataclass(frozen=True)
class Snapshot:
    """A version.

    Attributes:
        name: Where it was read from.
        descriptor: The parsed descriptor.
        schemas: Each table's schema, as parsed JSON.
        tables: Each table's rows, as strings and nulls.
        contents: The bytes of each table's file.
        pages: The bytes of the descriptor and of each schema, by path.
    """

    name: str
    descriptor: dict[str, Any]
    schemas: dict[str, dict[str, Any]]
    tables: dict[str, pl.DataFrame]
    contents: dict[str, bytes]
    pages: dict[str, bytes]

    @property
    def version(self) -> Version:
        """Its version."""
        return parse_version(self.descriptor["version"])


def take_snapshot(files: Files) -> Snapshot:
    """Read a version.

    Raises:
        PackageError: It cannot be read, or cannot be compared; the message names the file.
    """
    descriptor = read_descriptor(files)
    _has_version(files, descriptor)
    listed = {item["name"]: item for item in descriptor["resources"]}
    pages = {path: files.read(path) for path in (DESCRIPTOR, *(item["schema"] for item in listed.values()))}
    schemas = {name: _schema(files, item["schema"]) for name, item in listed.items()}
    contents = {name: files.read(item["path"]) for name, item in listed.items()}
    tables = {name: _rows(files, listed[name]["path"], schemas[name], contents[name]) for name in listed}
    return Snapshot(files.name, descriptor, schemas, tables, contents, pages)


def _has_version(files: Files, descriptor: dict[str, Any]) -> None:
    try:
        parse_version(descriptor["version"])
    except PackageError as error:
        raise PackageError(f"{files.name}: {DESCRIPTOR}: {error}") from None


def _schema(files: Files, path: str) -> dict[str, Any]:
    schema = read_json(files, path)
    if error := next(_shape().iter_errors(schema), None):
        raise PackageError(f"{files.name}: {path}: no Table Schema of this package: {error.message[:100]}")
    if not set(schema["primaryKey"]) <= {field["name"] for field in schema["fields"]}:
        raise PackageError(f"{files.name}: {path}: the primary key is no column")
    return schema


@cache
def _shape() -> Draft202012Validator:
    return Draft202012Validator(SHAPE)


def _rows(files: Files, path: str, schema: dict[str, Any], content: bytes) -> pl.DataFrame:
    place, columns = f"{files.name}: {path}", [field["name"] for field in schema["fields"]]
    try:
        rows = read_text(content)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise PackageError(f"{place}: no table that can be read: {first_line(error)}") from None
    if rows.columns != columns:
        raise PackageError(f"{place}: the header is not the columns of its schema, {', '.join(columns)}")
    if (twice := rows.select(schema["primaryKey"]).is_duplicated()).any():
        raise PackageError(f"{place}: the key {rows.filter(twice)[0, schema['primaryKey'][0]]!r} stands twice")
    return rows
