"""Parquet: one file a table, rows in the order of their key, and the tables and views in SQL for Apache Spark.

A large table needs no files of its own for each worker: engines share a file out by its row groups.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from shegong.database.comments import view_sql
from shegong.database.load import CODES, PACKAGE_TABLE, VIEWS, sql_literal
from shegong.package.package import DESCRIPTOR, Package

SPARK = "spark.sql"


def build_parquet(connection: duckdb.DuckDBPyConnection, package: Package, folder: Path) -> None:
    """Write each table, the code lists and the version, as zstd-compressed Parquet with the same bytes each time.

    The metadata of a file have the title, the version, the licence and the source of its table.
    """
    folder.mkdir()
    orders = {name: ", ".join(schema.primary_key) for name, schema in package.schemas.items()}
    for name, order in {**orders, CODES: "table_name, column_name, code", PACKAGE_TABLE: "version"}.items():
        target = sql_literal(str(folder / f"{name}.parquet"))
        pairs = ", ".join(f"{key}: {sql_literal(value)}" for key, value in _metadata(package, name).items())
        options = f"FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{pairs}}}"
        connection.execute(f"COPY (FROM {name} ORDER BY {order}) TO {target} ({options})")
    (folder / SPARK).write_text(spark_sql([*orders, CODES, PACKAGE_TABLE]), "utf-8")


def _metadata(package: Package, table: str) -> dict[str, str]:
    """Return what a file says of itself; its source is a file of the package, with the hash if it has one."""
    about = package.descriptor
    stamps = {resource.name: f"{resource.path} ({resource.hash})" for resource in package.resources}
    source = stamps.get(table, {CODES: "schemas/*.json"}.get(table, DESCRIPTOR))
    return {
        "title": f"{package.schemas[table].title if table in package.schemas else table}; {about['title']}",
        "version": package.version,
        "date": about["created"][:10],
        "licence": ", ".join(licence.get(key, "") for licence in about["licenses"] for key in ("name", "path")),
        "source": ", ".join(filter(None, (f"{about['name']} {package.version}", source, about.get("homepage")))),
    }


def spark_sql(tables: list[str]) -> str:
    """Return statements that open the Parquet files in `${folder}` as tables, and the views on them.

    The views are the very files of the database: their SQL keeps to what DuckDB and Spark both read.
    """
    view = "CREATE OR REPLACE TEMPORARY VIEW"
    opened = [f"{view} {name} USING parquet OPTIONS (path '${{folder}}/{name}.parquet');\n" for name in tables]
    return "".join([*opened, *(view_sql(name).replace("CREATE VIEW", view, 1) for name in VIEWS)])
