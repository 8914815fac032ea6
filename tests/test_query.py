"""`query`: one SELECT, its four forms of output, and nothing beyond the tables."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import duckdb
import pytest

from shegong.database.load import connect_package
from shegong.database.query import open_database, run_query, show
from shegong.errors import PackageError
from shegong.package.package import Package

REFUSED = {
    "write": "CREATE TABLE t AS SELECT 1",
    "insert": "INSERT INTO observations SELECT * FROM observations",
    "delete": "DELETE FROM mentions",
    "copy out": "COPY observations TO '{folder}/out.csv'",
    "copy in": "COPY observations FROM '{folder}/secret.csv'",
    "export": "EXPORT DATABASE '{folder}/out'",
    "attach": "ATTACH '{folder}/other.duckdb'",
    "install": "INSTALL httpfs",
    "load": "LOAD parquet",
    "set": "SET enable_external_access = true",
    "reset": "RESET enable_external_access",
    "pragma": "PRAGMA database_list",
    "call": "CALL pragma_version()",
    "two statements": "SELECT 1; SELECT 2",
    "nothing": "",
    "broken": "SELEC 1",
    "no such table": "SELECT * FROM nowhere",
    "read csv": "SELECT * FROM read_csv('{folder}/secret.csv')",
    "read text": "SELECT * FROM read_text('{folder}/secret.csv')",
    "read blob": "SELECT * FROM read_blob('{folder}/secret.csv')",
    "read json": "SELECT * FROM read_json('{folder}/secret.json')",
    "read parquet": "SELECT * FROM read_parquet('{folder}/secret.parquet')",
    "bare file": "SELECT * FROM '{folder}/secret.csv'",
    "glob": "SELECT * FROM glob('{folder}/*')",
    "network": "SELECT * FROM read_csv('http://127.0.0.1:1/secret.csv')",
    "explain analyze a write": "EXPLAIN ANALYZE DELETE FROM mentions",
}


@pytest.fixture(scope="module")
def connection(package: Package) -> duckdb.DuckDBPyConnection:
    return connect_package(package)


@pytest.mark.parametrize("sql", REFUSED.values(), ids=REFUSED.keys())
def test_nothing_but_one_select_is_run(connection: duckdb.DuckDBPyConnection, tmp_path: Path, sql: str) -> None:
    (tmp_path / "secret.csv").write_text("secret\n1\n", "utf-8")
    (tmp_path / "secret.json").write_text('{"secret": 1}', "utf-8")
    duckdb.sql("SELECT 1 AS secret").write_parquet(str(tmp_path / "secret.parquet"))
    before = sorted(tmp_path.iterdir())
    with pytest.raises(PackageError):
        show(run_query(connection, sql.format(folder=tmp_path)), "csv", 10)
    assert sorted(tmp_path.iterdir()) == before
    assert connection.execute("SELECT count(*) > 0 FROM mentions").fetchone() == (True,)


@pytest.mark.parametrize(
    "sql", ["SELECT 1 AS a", "FROM regions LIMIT 1", "WITH a AS (SELECT 1) FROM a", "EXPLAIN SELECT 1"]
)
def test_a_select_is_run(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    assert show(run_query(connection, sql), "csv", 10)


def test_json_keeps_types(connection: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT 1.5::DOUBLE AS n, true AS b, NULL AS e, DATE '2020-03-17' AS d, '镇江' AS t"
    assert json.loads(show(run_query(connection, sql), "json", 10)) == [
        {"n": 1.5, "b": True, "e": None, "d": "2020-03-17", "t": "镇江"}
    ]


def test_csv_reads_back(connection: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT 'a,\"b\"' AS t, 3695.0::DOUBLE AS n, true AS b, NULL AS e, DATE '2020-03-17' AS d"
    rows = list(csv.reader(io.StringIO(show(run_query(connection, sql), "csv", 10))))
    assert rows == [["t", "n", "b", "e", "d"], ['a,"b"', "3695", "true", "", "2020-03-17"]]


def test_markdown_cells_cannot_become_markup(connection: duckdb.DuckDBPyConnection) -> None:
    page = show(run_query(connection, "SELECT '<b>|[x](y)\n`' AS a"), "markdown", 10)
    assert page == "| a |\n| --- |\n| \\<b\\>\\|\\[x\\](y) \\` |"


def test_table_aligns_chinese(connection: duckdb.DuckDBPyConnection) -> None:
    box = show(run_query(connection, "SELECT '镇江' AS a, 1 AS b"), "table", 10)
    assert "│ 镇江    │     1 │" in box


def test_table_shows_as_many_rows_as_asked(connection: duckdb.DuckDBPyConnection) -> None:
    box = show(run_query(connection, "SELECT range AS n FROM range(50)"), "table", 50)
    assert all(f" {n} " in box for n in range(50))


def test_plan_is_shown_as_it_is_drawn(connection: duckdb.DuckDBPyConnection) -> None:
    plan = show(run_query(connection, "EXPLAIN FROM regions"), "table", 10)
    assert "memory.main.regions" in plan
    assert "explain_key" not in plan


def test_failure_while_the_rows_are_made_is_told(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(PackageError, match="DuckDB: Conversion Error"):
        show(run_query(connection, "SELECT name_en::INTEGER FROM regions"), "csv", 10)


def test_database_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="no database is there"):
        open_database(tmp_path / "no.duckdb")


def test_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "no.duckdb").write_text("this is text, and no database", "utf-8")
    with pytest.raises(PackageError, match="cannot be opened"):
        open_database(tmp_path / "no.duckdb")
