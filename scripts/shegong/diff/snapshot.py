"""One version of the package as text: descriptor, schemas as written, rows of the tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl
from jsonschema_rs import Draft202012Validator

from shegong.diff.versions import Version, parse_version
from shegong.errors import PackageError, first_line
from shegong.package.canonical import read_text
from shegong.package.package import DESCRIPTOR, Package, Resource

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
"""What a comparison needs of a Table Schema: less than `check`, so that older versions stay comparable."""


@dataclass(frozen=True)
class Snapshot:
    """A version.

    Attributes:
        name: Where it was read from.
        descriptor: The parsed descriptor.
        schemas: Each table's schema, as parsed JSON.
        tables: Each table's rows, as strings and nulls.
        table_bytes: The bytes of each table's file.
        metadata_files: The bytes of the descriptor and of each schema, by path.
    """

    name: str
    descriptor: dict[str, Any]
    schemas: dict[str, dict[str, Any]]
    tables: dict[str, pl.DataFrame]
    table_bytes: dict[str, bytes]
    metadata_files: dict[str, bytes]

    @property
    def version(self) -> Version:
        """Its version."""
        return parse_version(self.descriptor["version"])


def take_snapshot(package: Package) -> Snapshot:
    """Read a version.

    Raises:
        PackageError: It cannot be read, or cannot be compared; the message names the file.
    """
    _require_version(package)
    names = [resource.name for resource in package.resources]
    metadata = {path: package.read(path) for path in (DESCRIPTOR, *(r.schema_path for r in package.resources))}
    schemas = {resource.name: _schema(package, resource) for resource in package.resources}
    contents = {name: package.table_bytes(name) for name in names}
    tables = {name: _rows(package, name, schemas[name], contents[name]) for name in names}
    return Snapshot(package.name, package.descriptor, schemas, tables, contents, metadata)


def _require_version(package: Package) -> None:
    try:
        parse_version(package.version)
    except PackageError as error:
        raise PackageError(f"{package.place(DESCRIPTOR)}: {error}") from None


def _schema(package: Package, resource: Resource) -> dict[str, Any]:
    schema, place = package.schema_json(resource.name), package.place(resource.schema_path)
    if error := next(_shape().iter_errors(schema), None):
        raise PackageError(f"{place}: is not a Table Schema of this package: {error.message[:100]}")
    if not set(schema["primaryKey"]) <= {field["name"] for field in schema["fields"]}:
        raise PackageError(f"{place}: the primary key is not a column")
    return schema


@cache
def _shape() -> Draft202012Validator:
    return Draft202012Validator(SHAPE)


def _rows(package: Package, table: str, schema: dict[str, Any], content: bytes) -> pl.DataFrame:
    place, columns = package.place(package.file(table)), [field["name"] for field in schema["fields"]]
    try:
        rows = read_text(content)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise PackageError(f"{place}: cannot be read: {first_line(error)}") from None
    if rows.columns != columns:
        raise PackageError(f"{place}: the header does not have the columns of its schema, {', '.join(columns)}")
    if (twice := rows.select(schema["primaryKey"]).is_duplicated()).any():
        raise PackageError(f"{place}: the key {rows.filter(twice)[0, schema['primaryKey'][0]]!r} is there twice")
    return rows
