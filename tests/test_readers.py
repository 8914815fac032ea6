"""The three readers agree: frictionless, polars and DuckDB give the same cell everywhere."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from frictionless import Package as FrictionlessPackage

from shegong.database.load import connect_package
from shegong.package.canonical import read_table
from shegong.package.cells import parse_table
from shegong.package.package import Package
from tests.conftest import ROOT


def plain(value: Any) -> Any:
    """A cell without the reader's own type for it."""
    if isinstance(value, Decimal):
        return float(value)
    return value.date() if isinstance(value, datetime.datetime) else value


@pytest.mark.slow
def test_three_readers_agree_on_every_cell(package: Package) -> None:
    by_frictionless, by_duckdb = FrictionlessPackage(str(ROOT / "datapackage.json")), connect_package(package)
    for table, schema in package.schemas.items():
        content = package.path(table).read_bytes()
        frame, findings = parse_table(read_table(schema, package.file(table), content))
        assert findings == []
        polars = [list(row) for row in frame.iter_rows()]
        assert len(polars) == content.count(b"\n") - 1
        assert polars == [list(row) for row in by_duckdb.execute(f"FROM {table} ORDER BY 1").fetchall()]
        rows = by_frictionless.get_resource(table).read_rows()
        assert polars == [[plain(value) for value in row.to_list()] for row in rows]
