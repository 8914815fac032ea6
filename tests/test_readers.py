"""The three readers agree: frictionless, polars and DuckDB give the same cell everywhere."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from frictionless import Package as FrictionlessPackage

from shegong.database.load import connect_package
from shegong.package.canonical import read_table
from shegong.package.cells import parse_table
from shegong.package.package import Package, open_package
from tests.conftest import ROOT

TABLES = list(open_package(ROOT).schemas)
Rows = list[list[Any]]


def plain(value: Any) -> Any:
    """A cell without the reader's own type for it."""
    if isinstance(value, Decimal):
        return float(value)
    return value.date() if isinstance(value, datetime.datetime) else value


def by_polars(package: Package, table: str) -> Rows:
    text = read_table(package.schemas[table], package.file(table), package.path(table).read_bytes())
    frame, findings = parse_table(text)
    assert findings == []
    return [list(row) for row in frame.iter_rows()]


@pytest.fixture(scope="module")
def frictionless_package() -> FrictionlessPackage:
    return FrictionlessPackage(str(ROOT / "datapackage.json"))


@pytest.fixture(scope="module")
def connection(package: Package) -> duckdb.DuckDBPyConnection:
    return connect_package(package)


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
def test_three_readers_agree_on_every_cell(package: Package, frictionless_package, connection, table: str) -> None:
    polars = by_polars(package, table)
    assert len(polars) == package.path(table).read_bytes().count(b"\n") - 1
    assert polars == [list(row) for row in connection.execute(f"FROM {table} ORDER BY 1").fetchall()]
    rows = frictionless_package.get_resource(table).read_rows()
    assert polars == [[plain(value) for value in row.to_list()] for row in rows]
