"""A table of a database as canonical CSV, to prove that it equals the table of the package. Needs only `duckdb`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import duckdb

from shegong.package.schema import Field, TableSchema

ROWS_AT_ONCE = 100_000


def canonical_lines(connection: duckdb.DuckDBPyConnection, schema: TableSchema) -> Iterator[bytes]:
    """Yield the canonical bytes of a table, piece by piece.

    Raises:
        duckdb.Error: The database has no such table or column.
    """
    yield f"{','.join(schema.columns)}\n".encode()
    line = " || ',' || ".join(f"coalesce({_as_text(field)}, '')" for field in schema.fields)
    rows = connection.execute(f"SELECT {line} FROM {schema.name} ORDER BY {', '.join(schema.primary_key)}")
    while some := rows.fetchmany(ROWS_AT_ONCE):
        yield "".join(f"{text}\n" for (text,) in some).encode()


def canonical_hash(connection: duckdb.DuckDBPyConnection, schema: TableSchema) -> str:
    """Return the `sha256:` hash of a table's canonical bytes."""
    digest = hashlib.sha256()
    for piece in canonical_lines(connection, schema):
        digest.update(piece)
    return f"sha256:{digest.hexdigest()}"


def _as_text(field: Field) -> str:
    text = f"CAST({field.name} AS VARCHAR)"
    if field.type == "number":
        return f"regexp_replace({text}, '\\.0$', '')"
    if field.type != "string":
        return text
    return f"""IF(regexp_matches({text}, '[",\\r\\n]'), '"' || replace({text}, '"', '""') || '"', {text})"""
