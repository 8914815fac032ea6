"""The DuckDB file, in a format that DuckDB 1.2 and later read, proven by writing its tables back."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import polars as pl

from shegong.database.load import load, quoted
from shegong.finding import PackageError
from shegong.package.canonical import write_table
from shegong.package.descriptor import Package
from shegong.package.schema import Field, TableSchema

STORAGE = "v1.2.0"


def build_database(package: Package, path: Path, keys: bool) -> None:
    """Write the database file.

    Args:
        package: The package.
        path: A file that is not there yet.
        keys: Whether to declare primary and foreign keys.

    Raises:
        PackageError: A table, written back as canonical CSV, has not the hash that the descriptor gives.
    """
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH {quoted(str(path))} AS built (STORAGE_VERSION '{STORAGE}', BLOCK_SIZE 16384)")
        connection.execute("USE built")
        load(connection, package, keys)
        connection.execute("CHECKPOINT built")
        for resource in package.resources:
            content = written_back(connection, package.schemas[resource.name])
            if f"sha256:{hashlib.sha256(content).hexdigest()}" != resource.hash:
                raise PackageError(f"{path.name}: table {resource.name} is not {resource.path} (run `shegong check`)")


def written_back(connection: duckdb.DuckDBPyConnection, schema: TableSchema) -> bytes:
    """A table of the database as canonical CSV."""
    cells = ", ".join(_as_text(field) for field in schema.fields)
    rows = connection.sql(f"SELECT {cells} FROM {schema.name} ORDER BY {', '.join(schema.primary_key)}")
    return write_table(pl.DataFrame(rows.to_arrow_table()))


def _as_text(field: Field) -> str:
    text = f"CAST({field.name} AS VARCHAR)"
    if field.type == "number":
        text = f"regexp_replace({text}, '\\.0$', '')"
    return f"{text} AS {field.name}"
