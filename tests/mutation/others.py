"""What others catch: frictionless, the official profile, and DuckDB that loads the tables with all that a schema can say."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb

from shegong.checks.conformance import official_profile
from shegong.package.schema import Field, TableSchema
from tests.mutation.base import DESCRIPTOR, Base

TYPES = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "date": "DATE", "boolean": "BOOLEAN"}


def frictionless_complains(base: Base) -> bool:
    """As `frictionless validate --type package datapackage.json`."""
    from frictionless import validate

    logging.getLogger("frictionless").setLevel(logging.CRITICAL)
    return not validate(str(base.root / DESCRIPTOR), type="package").valid


def profile_complains(base: Base) -> bool:
    """The official v2.0 profile, asked of the descriptor with its schemas in it, and of each schema."""
    try:
        descriptor = json.loads((base.root / DESCRIPTOR).read_bytes())
        schemas = [json.loads((base.root / item["schema"]).read_bytes()) for item in descriptor["resources"]]
        inlined = [item | {"schema": schema} for item, schema in zip(descriptor["resources"], schemas, strict=True)]
    except (OSError, ValueError, KeyError, TypeError):
        return True
    asked = [("datapackage.json", descriptor | {"resources": inlined}), *(("tableschema.json", s) for s in schemas)]
    return any(_has_errors(profile, content) for profile, content in asked)


def _has_errors(profile: str, content: Any) -> bool:
    return any(True for _ in official_profile(profile).iter_errors(content))


def duckdb_complains(base: Base) -> bool:
    """Load each file into a table with types, NOT NULL, keys and checks; a reference to the table itself cannot be."""
    schemas = list(base.package.schemas.values())
    with duckdb.connect() as connection:
        try:
            for schema in sorted(schemas, key=lambda schema: _depth(schema, base.package.schemas)):
                connection.execute(f"CREATE TABLE {schema.name} ({', '.join(_columns(schema))})")
                connection.execute(_load(schema, base.root / base.package.file(schema.name)))
        except duckdb.Error:
            return True
    return False


def _depth(schema: TableSchema, schemas: dict[str, TableSchema]) -> int:
    """How many tables must be there before this one."""
    others = {key.table for key in schema.foreign_keys} - {schema.name}
    return max((_depth(schemas[other], schemas) + 1 for other in others), default=0)


def _columns(schema: TableSchema) -> Iterator[str]:
    for field in schema.fields:
        yield " ".join(
            [f'"{field.name}"', TYPES[field.type], *(["NOT NULL"] if field.required else []), *_checks(field)]
        )
    yield f"PRIMARY KEY ({', '.join(schema.primary_key)})"
    for unique in schema.unique_keys:
        yield f"UNIQUE ({', '.join(unique)})"
    for key in schema.foreign_keys:
        if key.table != schema.name:
            yield f"FOREIGN KEY ({key.field}) REFERENCES {key.table} ({key.reference})"


def _checks(field: Field) -> Iterator[str]:
    name = f'"{field.name}"'
    if field.codes:
        yield f"CHECK ({name} IN ({', '.join(_text(code) for code in field.codes)}))"
    if field.pattern is not None:
        yield f"CHECK (regexp_full_match({name}, {_text(field.pattern)}))"
    for sign, bound in ((">=", field.minimum), ("<=", field.maximum)):
        if bound is not None:
            yield f"CHECK ({name} {sign} {_text(bound)})"
    for sign, length in ((">=", field.min_length), ("<=", field.max_length)):
        if length is not None:
            yield f"CHECK (length({name}) {sign} {length})"


def _load(schema: TableSchema, path: Path) -> str:
    types = ", ".join(f"{_text(field.name)}: {_text(TYPES[field.type])}" for field in schema.fields)
    return f"INSERT INTO {schema.name} BY NAME FROM read_csv({_text(path)}, header=true, delim=',', types={{{types}}})"


def _text(value: object) -> str:
    if isinstance(value, int | float):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


TOOLS: dict[str, Callable[[Base], bool]] = {
    "frictionless": frictionless_complains,
    "official profile": profile_complains,
    "DuckDB": duckdb_complains,
}
