"""The package's tables as rows of text, and with rows added."""

from __future__ import annotations

import polars as pl

from shegong.curation.workspace.work_folder import Cells
from shegong.errors import PackageError, first_line
from shegong.package.canonical import read_text, sort_rows, write_table
from shegong.package.package import Package


def table_rows(package: Package, table: str) -> list[Cells]:
    """The rows of a table as text, empty cells as empty text."""
    return package.rows(table)


def with_rows(package: Package, table: str, rows: list[Cells]) -> bytes:
    """The canonical bytes of a table with rows added."""
    schema = package.schemas[table]
    text = pl.DataFrame(rows, schema=dict.fromkeys(schema.columns, pl.String))
    new = text.select(pl.when(pl.all() != "").then(pl.all()))
    return write_table(sort_rows(schema, pl.concat([_frame(package, table), new])))


def _frame(package: Package, table: str) -> pl.DataFrame:
    path = package.path(table)
    try:
        frame = read_text(path.read_bytes())
    except OSError as error:
        raise PackageError(f"{path}: cannot be read: {error.strerror}") from None
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise PackageError(f"{path}: cannot be read: {first_line(error)}; see `shegong check`") from None
    if tuple(frame.columns) != package.schemas[table].columns:
        raise PackageError(f"{path}:1: the header is not the schema's: see `shegong check`")
    return frame
