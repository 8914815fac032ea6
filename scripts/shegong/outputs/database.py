"""The DuckDB file, in a format that DuckDB 1.2 and later read; its tables are written back to prove them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb

from shegong.database.load import limit_memory, load, sql_literal
from shegong.database.roundtrip import canonical_hash
from shegong.errors import PackageError
from shegong.package.package import Package

STORAGE = "v1.2.0"
COUNTS = ("coverage",)
"""Views that take longer than a second over many rows."""


def build_database(package: Package, path: Path, is_large: bool) -> None:
    """Write the database file.

    Args:
        package: The package.
        path: A file that does not exist yet.
        is_large: Whether to leave the keys out, and to make the views that count all rows as tables.

    Raises:
        PackageError: A table, written back as canonical CSV, does not have the hash in the descriptor.
    """
    with duckdb.connect() as connection, tempfile.TemporaryDirectory(prefix=".spilled-", dir=path.parent) as spilled:
        limit_memory(connection, Path(spilled))
        connection.execute(f"ATTACH {sql_literal(str(path))} AS built (STORAGE_VERSION '{STORAGE}', BLOCK_SIZE 16384)")
        connection.execute("USE built")
        load(connection, package, keys=not is_large, materialized=COUNTS if is_large else ())
        connection.execute("CHECKPOINT built")
        for resource in package.resources:
            if canonical_hash(connection, package.schemas[resource.name]) != resource.hash:
                raise PackageError(f"{path.name}: table {resource.name} is not {resource.path} (run `shegong check`)")
