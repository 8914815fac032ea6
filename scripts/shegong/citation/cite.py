"""Citations: of the package at exactly its version, and of one row of it with its own source.

Standard library and DuckDB only: consumers cite too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shegong.citation.bibtex import as_bibtex
from shegong.citation.citation_metadata import Row, Work, work_of
from shegong.citation.csl import as_csl_json
from shegong.citation.row import find_row
from shegong.citation.text import as_text
from shegong.errors import PackageError
from shegong.package.package import Package

if TYPE_CHECKING:
    import duckdb

FORMS: dict[str, Callable[[Work, Row | None], str]] = {
    "text": as_text,
    "bibtex": as_bibtex,
    "csl-json": as_csl_json,
}


def cite_package(package: Package, form: str) -> str:
    """The citation of the whole package at exactly its version.

    Args:
        package: What to cite.
        form: `text`, `bibtex` or `csl-json`.

    Raises:
        PackageError: There is no such form, or the descriptor names no creator.
    """
    return _written(form, work_of(package), None)


def cite_row(package: Package, connection: duckdb.DuckDBPyConnection, key: str, form: str) -> str:
    """The citation of one row, with its own source and the package that holds it.

    Args:
        package: What holds the row.
        connection: The package's tables and views.
        key: An id such as `obs-0001`; `table/id` where two tables have the same.
        form: `text`, `bibtex` or `csl-json`.

    Raises:
        PackageError: No row, or more than one, has this id; or there is no such form.
    """
    return _written(form, work_of(package), find_row(package, connection, key))


def _written(form: str, work: Work, row: Row | None) -> str:
    if form not in FORMS:
        raise PackageError(f"no citation format {form!r}; there are {', '.join(FORMS)}")
    return FORMS[form](work, row)
