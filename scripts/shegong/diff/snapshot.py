"""One version of the package, as text: its descriptor, its schemas as they were written, the rows of its tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from shegong.diff.versions import Version, parse_version
from shegong.finding import PackageError
from shegong.package.canonical import read_text
from shegong.package.files import Files, read_descriptor, read_json


@dataclass(frozen=True)
class Snapshot:
    """A version.

    Attributes:
        name: Where it was read from.
        descriptor: The parsed descriptor.
        schemas: Each table's schema, as parsed JSON.
        tables: Each table's rows, as strings and nulls.
        contents: The bytes of each table's file.
    """

    name: str
    descriptor: dict[str, Any]
    schemas: dict[str, dict[str, Any]]
    tables: dict[str, pl.DataFrame]
    contents: dict[str, bytes]

    @property
    def version(self) -> Version:
        """Its version."""
        return parse_version(self.descriptor["version"])


def take_snapshot(files: Files) -> Snapshot:
    """Read a version.

    Raises:
        PackageError: It cannot be read; the message names the file.
    """
    descriptor = read_descriptor(files)
    listed = {item["name"]: item for item in descriptor["resources"]}
    schemas = {name: _schema(files, item["schema"]) for name, item in listed.items()}
    contents = {name: files.read(item["path"]) for name, item in listed.items()}
    tables = {name: _rows(files, listed[name]["path"], content) for name, content in contents.items()}
    return Snapshot(files.name, descriptor, schemas, tables, contents)


def _schema(files: Files, path: str) -> dict[str, Any]:
    schema = read_json(files, path)
    try:
        named = [field["name"] for field in schema["fields"]]
        keyed = list(schema["primaryKey"])
    except (KeyError, TypeError) as error:
        raise PackageError(f"{files.name}: {path}: no Table Schema of this package: {error}") from None
    if not set(keyed) <= set(named):
        raise PackageError(f"{files.name}: {path}: the primary key is no column")
    return schema


def _rows(files: Files, path: str, content: bytes) -> pl.DataFrame:
    try:
        return read_text(content)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        reason = str(error).strip().splitlines()[0]
        raise PackageError(f"{files.name}: {path}: no table that can be read: {reason}") from None
