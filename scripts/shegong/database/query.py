"""One SELECT over the tables, in a database that reaches nothing outside itself."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import math
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from shegong.chinese import display_width
from shegong.errors import PackageError, first_line
from shegong.escape import cell_text, escape_controls, escape_formula, escape_markdown

EXPLAIN = re.compile(r"^(?:\s|--[^\n]*\n|/\*.*?\*/)*EXPLAIN(\s+ANALYZE)?(\s*\([^)]*\))?\s", re.I | re.S)
PIVOT = re.compile(r"\bPIVOT(_WIDER)?\b", re.I)
MAGIC = slice(8, 12), b"DUCK"
"""Offset and bytes that identify a DuckDB file. For another database DuckDB would download an extension."""
WIDE = 100_000
"""Columns of a table that is not cut."""
LOCKED = "SELECT current_setting('lock_configuration')"
LOCKS = ("SET temp_directory = ''", "SET enable_external_access = false", "SET lock_configuration = true")


def open_database(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a built database, read-only.

    Raises:
        PackageError: It is not a database that this DuckDB reads.
    """
    if not path.is_file():
        raise PackageError(f"{path}: file not found. Run `shegong build` to make the database")
    with path.open("rb") as file:
        place, magic = MAGIC
        if file.read(place.stop)[place] != magic:
            raise PackageError(f"{path}: is not a DuckDB file: `shegong build` makes one")
    try:
        return duckdb.connect(str(path.absolute()), read_only=True)
    except duckdb.Error as error:
        raise PackageError(f"{path}: cannot be opened: {first_line(error)}") from None


def run_query(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyRelation:
    """Run one SELECT or EXPLAIN with files, network, extensions and settings out of reach.

    Raises:
        PackageError: It is not a single SELECT or EXPLAIN, or DuckDB refuses it.
    """
    _read_only(connection)
    lock(connection)
    try:
        if not _is_select(connection, EXPLAIN.sub("", sql, count=1)):
            fix = ". A PIVOT must list its values: ON column IN (...)" if PIVOT.search(sql) else ""
            raise PackageError(f"give one SELECT (or EXPLAIN of one) and nothing else{fix}")
        return connection.sql(_without_end(sql))
    except duckdb.Error as error:
        raise PackageError(f"DuckDB: {error}".strip()) from None


def lock(connection: duckdb.DuckDBPyConnection) -> None:
    """Lock files, network, extensions and settings for every later statement of the connection."""
    if connection.execute(LOCKED).fetchall() == [(False,)]:
        for setting in LOCKS:
            connection.execute(setting)


def _read_only(connection: duckdb.DuckDBPyConnection) -> None:
    """Begin a transaction in which nothing can be written: a SELECT may contain a DELETE in a WITH."""
    with contextlib.suppress(duckdb.TransactionException):  # there is none to end
        connection.execute("ROLLBACK")
    connection.execute("BEGIN TRANSACTION READ ONLY")


def _is_select(connection: duckdb.DuckDBPyConnection, sql: str) -> bool:
    statements = connection.extract_statements(sql)
    try:
        return len(statements) == 1 and statements[0].type == duckdb.StatementType.SELECT
    except ValueError:  # a kind of statement that the Python side of DuckDB has no name for
        return False


def _without_end(sql: str) -> str:
    """Remove the semicolons and comments after a statement: DuckDB nests it in one of its own to draw the rows."""
    content = sql.encode("utf-8")
    end = len(content)
    for start, kind in reversed(duckdb.tokenize(sql)):
        if kind != duckdb.token_type.comment and content[start : start + 1] != b";":
            break
        end = start
    return content[:end].decode("utf-8")


def show(relation: duckdb.DuckDBPyRelation, form: str, max_rows: int, width: int = WIDE) -> str:
    """Render the rows.

    Args:
        relation: The rows.
        form: `table`, `line`, `csv`, `json` or `markdown`.
        max_rows: Rows of a table to show.
        width: Columns of the terminal that a table may take.

    Raises:
        PackageError: DuckDB fails while it computes the rows.
    """
    try:
        return as_table(relation, max_rows, width) if form == "table" else FORMS[form](relation)
    except duckdb.Error as error:
        raise PackageError(f"DuckDB: {error}".strip()) from None


def as_csv(relation: duckdb.DuckDBPyRelation) -> str:
    """Render the rows as CSV with a header; empty cells are null. Text that a spreadsheet would run gets a `'`."""
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\r\n")  # so that a cell with either character is quoted
    writer.writerow(_without_formula(column) for column in _unique(relation.columns))
    writer.writerows([_without_formula(value) for value in row] for row in relation.fetchall())
    return "\n".join(line.removesuffix("\r\n") for line in lines)


class _Lines(list[str]):
    """Collects what a CSV writer writes, a row at a time."""

    write = list[str].append


def as_json(relation: duckdb.DuckDBPyRelation) -> str:
    """Render the rows as a JSON array of objects; dates as text; null, NaN and infinity as null."""
    columns = list(_unique(relation.columns))
    rows = [dict(zip(columns, map(_json_value, row), strict=True)) for row in relation.fetchall()]
    return escape_controls(json.dumps(rows, ensure_ascii=False, indent=2, allow_nan=False))


def as_markdown(relation: duckdb.DuckDBPyRelation) -> str:
    """Render the rows as a Markdown table."""
    rows = [[escape_markdown(_text(value)) for value in row] for row in relation.fetchall()]
    head = [escape_markdown(column) for column in relation.columns]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def as_lines(relation: duckdb.DuckDBPyRelation) -> str:
    """Render each row as lines, one a column, with an empty line between rows."""
    columns = list(_unique(relation.columns))
    widest = max(map(display_width, columns))
    heads = [f"{' ' * (widest - display_width(column))}{column}: " for column in columns]
    broken = "\n" + " " * (widest + 2)
    rows = [[_text(value).replace("\n", broken) for value in row] for row in relation.fetchall()]
    return "\n\n".join(
        "\n".join(f"{head}{cell}".rstrip() for head, cell in zip(heads, row, strict=True)) for row in rows
    )


def as_table(relation: duckdb.DuckDBPyRelation, max_rows: int, width: int) -> str:
    """Render the rows in DuckDB's own box, which aligns Chinese; a plan as DuckDB draws it."""
    if relation.columns == ["explain_key", "explain_value"]:
        return "\n".join(plan.rstrip("\n") for _, plan in relation.fetchall())
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        relation.show(max_rows=max_rows, max_width=width, null_value="")
    return escape_controls(out.getvalue().rstrip("\n"))


def _unique(columns: list[str]) -> Iterator[str]:
    """Yield the names of columns, a repeated one with a number, as DuckDB does in a table: `a`, `a_1`."""
    taken, numbers = set(columns), dict.fromkeys(columns, 0)
    for at, column in enumerate(columns):
        name = column
        while at != columns.index(column) and name in taken:
            numbers[column] += 1
            name = f"{column}_{numbers[column]}"
        taken.add(name)
        yield name


def _json_value(value: Any) -> Any:
    """Return a value of DuckDB as one that JSON can represent."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return float(value)
        case list() | tuple() | set():
            return [_json_value(item) for item in value]
        case dict():
            return {_text(key): _json_value(item) for key, item in value.items()}
        case _:
            return _text(value)


def _text(value: Any) -> str:
    """Return a value as text: a list or a struct as JSON, bytes as DuckDB prints them."""
    match value:
        case list() | tuple() | dict():
            return json.dumps(_json_value(value), ensure_ascii=False)
        case bytes():
            return "".join(chr(byte) if 32 <= byte < 127 and byte != 92 else f"\\x{byte:02X}" for byte in value)
        case _:
            return cell_text(value)


def _without_formula(value: Any) -> str:
    """Return a cell that is not a formula; no cell of the package begins like one."""
    return escape_formula(value) if isinstance(value, str) else _text(value)


FORMS = {"line": as_lines, "csv": as_csv, "json": as_json, "markdown": as_markdown}
