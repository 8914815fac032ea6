"""A table of a database as canonical CSV: the proof that it is the table of the descriptor. Needs only `duckdb`."""

from __future__ import annotations

import csv
import hashlib
import io

import duckdb

from shegong.package.schema import Field, TableSchema

AT_ONCE = 100_000


def written_back(connection: duckdb.DuckDBPyConnection, schema: TableSchema) -> bytes:
    """The canonical bytes of a table.

    Raises:
        duckdb.Error: The database has no such table or column.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(schema.columns)
    cells = ", ".join(_as_text(field) for field in schema.fields)
    rows = connection.execute(f"SELECT {cells} FROM {schema.name} ORDER BY {', '.join(schema.primary_key)}")
    while some := rows.fetchmany(AT_ONCE):
        writer.writerows(some)
    return out.getvalue().encode("utf-8")


def table_hash(connection: duckdb.DuckDBPyConnection, schema: TableSchema) -> str:
    """The `sha256:` hash of a table's canonical bytes."""
    return f"sha256:{hashlib.sha256(written_back(connection, schema)).hexdigest()}"


def _as_text(field: Field) -> str:
    text = f"CAST({field.name} AS VARCHAR)"
    return f"regexp_replace({text}, '\\.0$', '')" if field.type == "number" else text
