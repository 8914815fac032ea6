"""Cite the package at exactly its version, or one row with its own source. Needs only `duckdb`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shegong.citation.bibtex import as_bibtex
from shegong.citation.citation_metadata import CitationMetadata, Row, citation_metadata
from shegong.citation.csl import as_csl_json
from shegong.citation.plain_text import as_text
from shegong.citation.row import find_row
from shegong.errors import PackageError
from shegong.package.package import Package

if TYPE_CHECKING:
    import duckdb

FORMS: dict[str, Callable[[CitationMetadata, Row | None], str]] = {
    "text": as_text,
    "bibtex": as_bibtex,
    "csl-json": as_csl_json,
}


def cite_package(package: Package, form: str) -> str:
    """Cite the whole package at exactly its version.

    Args:
        package: What to cite.
        form: `text`, `bibtex` or `csl-json`.

    Raises:
        PackageError: The format is unknown, or the descriptor names no creator.
    """
    return _written(form, citation_metadata(package), None)


def cite_row(package: Package, connection: duckdb.DuckDBPyConnection, key: str, form: str) -> str:
    """Cite one row, with its own source and the package that contains it.

    Args:
        package: The package that contains the row.
        connection: The package's tables and views.
        key: An id such as `obs-0001`; `table/id` where two tables have the same.
        form: `text`, `bibtex` or `csl-json`.

    Raises:
        PackageError: No row, or more than one, has this id; or the format is unknown.
    """
    return _written(form, citation_metadata(package), find_row(package, connection, key))


def _written(form: str, work: CitationMetadata, row: Row | None) -> str:
    if form not in FORMS:
        raise PackageError(f"no citation format {form!r}; there are {', '.join(FORMS)}")
    return FORMS[form](work, row)
