"""EXPORT DATABASE of a built file, and IMPORT DATABASE of what it wrote."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from shegong.database.load import VIEWS
from shegong.database.standalone import standalone_view
from shegong.outputs.database import build_database
from shegong.package.package import Package


@pytest.mark.slow
@pytest.mark.parametrize("is_large", [False, True])
def test_exported_database_can_be_imported_with_the_same_rows(package: Package, tmp_path: Path, is_large: bool) -> None:
    build_database(package, tmp_path / "built.duckdb", is_large)
    with duckdb.connect(str(tmp_path / "built.duckdb"), read_only=True) as built, duckdb.connect() as copy:
        built.execute(f"EXPORT DATABASE '{tmp_path / 'export'}'")
        copy.execute(f"IMPORT DATABASE '{tmp_path / 'export'}'")
        for name in (*package.schemas, *VIEWS):
            rows = f"FROM {name} ORDER BY ALL"
            assert copy.execute(rows).fetchall() == built.execute(rows).fetchall(), name


def test_view_of_views_reads_only_tables() -> None:
    statements = {
        "z": "-- A comment AS such.\nCREATE VIEW z AS\nWITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT * FROM n;",
        "m": "CREATE VIEW m AS SELECT z.i, t.x FROM t, z;",
        "a": "CREATE VIEW a AS WITH own AS (SELECT * FROM m) SELECT own.* FROM own JOIN z ON own.i = z.i ORDER BY own.i DESC;",
    }
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT 'x' AS x")
        for name in ("a", "m", "z"):  # no other view is there yet
            connection.execute(standalone_view(name, statements))
        assert connection.execute("FROM a").fetchall() == [(3, "x"), (2, "x"), (1, "x")]
