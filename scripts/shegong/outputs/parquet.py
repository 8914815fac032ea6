"""Parquet: one file a table, rows in the order of their key."""

from __future__ import annotations

from pathlib import Path

import duckdb

from shegong.database.load import CODES, quoted
from shegong.package.descriptor import Package


def build_parquet(connection: duckdb.DuckDBPyConnection, package: Package, folder: Path) -> None:
    """Write each table, and the code lists, as zstd-compressed Parquet with the same bytes each time."""
    folder.mkdir()
    orders = {name: ", ".join(schema.primary_key) for name, schema in package.schemas.items()}
    for name, order in {**orders, CODES: "table_name, column_name, code"}.items():
        target = quoted(str(folder / f"{name}.parquet"))
        connection.execute(f"COPY (FROM {name} ORDER BY {order}) TO {target} (FORMAT parquet, COMPRESSION zstd)")
