"""`query`: one SELECT, its five forms of output, and nothing beyond the tables."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import sqlite3
from collections.abc import Callable
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


def test_lines_have_one_column_each_aligned_by_width(connection: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT * FROM (VALUES ('镇江', 1.0::DOUBLE, NULL), ('a\nb', 2.5::DOUBLE, [1, 2])) AS t (地点, n, list_of)"
    assert show(run_query(connection, sql), "line", 1).splitlines() == [
        "   地点: 镇江",
        "      n: 1",
        "list_of:",
        "",
        "   地点: a",
        "         b",
        "      n: 2.5",
        "list_of: [1, 2]",
    ]
    assert show(run_query(connection, "SELECT 1 AS a WHERE false"), "line", 1) == ""


def test_plan_is_shown_as_it_is_drawn(connection: duckdb.DuckDBPyConnection) -> None:
    plan = show(run_query(connection, "EXPLAIN FROM regions"), "table", 10)
    assert "memory.main.regions" in plan
    assert "explain_key" not in plan


def test_failure_while_the_rows_are_made_is_told(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(PackageError, match="DuckDB: Conversion Error"):
        show(run_query(connection, "SELECT name_en::INTEGER FROM regions"), "csv", 10)


def test_database_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="file not found"):
        open_database(tmp_path / "no.duckdb")


def test_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "no.duckdb").write_text("this is text, and no database", "utf-8")
    with pytest.raises(PackageError, match="is not a DuckDB file"):
        open_database(tmp_path / "no.duckdb")


def sqlite(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.commit()


OTHER_FILES: dict[str, Callable[[Path], object]] = {
    "SQLite": sqlite,
    "nothing": Path.touch,
    "eight bytes": lambda path: path.write_bytes(b"12345678"),
    "Parquet": lambda path: duckdb.sql("SELECT 1").write_parquet(str(path)),
    "zip": lambda path: path.write_bytes(b"PK\3\4" + bytes(100)),
}


@pytest.mark.parametrize("write", OTHER_FILES.values(), ids=OTHER_FILES)
@pytest.mark.parametrize("name", ["other.duckdb", "other.db", "sqlite:other"])
def test_other_file_is_refused_before_duckdb_opens_it(
    tmp_path: Path, write, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path(name))
    monkeypatch.setattr(duckdb, "connect", lambda *words, **options: pytest.fail("DuckDB may download an extension"))
    with pytest.raises(PackageError, match="is not a DuckDB file"):
        open_database(Path(name))


@pytest.mark.parametrize("end", [";", " ; ;", "-- end", ";\n-- 结束; x", "; /* a /* b */ ; */ ;-- c\n"])
@pytest.mark.parametrize("sql", ["SELECT '镇江; -- no' AS a", "-- first\nSELECT $$镇江; -- no$$ AS a /* in */"])
@pytest.mark.parametrize("form", ["table", "line", "csv", "json", "markdown"])
def test_semicolons_and_comments_around_a_select(connection, sql: str, end: str, form: str) -> None:
    assert "镇江; -- no" in show(run_query(connection, sql + end), form, 10)


@pytest.mark.parametrize("start", ["-- a\n", "/* a\n; */ ", "\n-- a\n/* b */"])
def test_comment_before_explain(connection, start: str) -> None:
    assert "regions" in show(run_query(connection, f"{start}EXPLAIN FROM regions;"), "table", 10)
    with pytest.raises(PackageError, match="give one SELECT"):
        run_query(connection, f"{start}EXPLAIN ANALYZE DELETE FROM mentions")


def test_pivot_needs_its_values(connection) -> None:
    rows = show(
        run_query(connection, "PIVOT regions ON level IN ('county') USING count(*) GROUP BY parent_id"), "csv", 9
    )
    assert rows.startswith("parent_id,county\n")
    with pytest.raises(PackageError, match=r"A PIVOT must list its values: ON column IN \(\.\.\.\)"):
        run_query(connection, "FROM (PIVOT regions ON level USING count(*) GROUP BY parent_id)")


VALUES = {
    "9223372036854775807": 9223372036854775807,
    "170141183460469231731687303715884105727": 170141183460469231731687303715884105727,
    "-0.25::DECIMAL(9, 2)": -0.25,
    "1e0 / 0": None,
    "-1e0 / 0": None,
    "'nan'::FLOAT": None,
    "[1, NULL, 3]": [1, None, 3],
    "[[1e0 / 0], ['nan'::DOUBLE, 2.5e0]]": [[None], [None, 2.5]],
    "['镇江', '\"']": ["镇江", '"'],
    "{'day': DATE '2020-01-02', 'of': {'n': 1}}": {"day": "2020-01-02", "of": {"n": 1}},
    "MAP {DATE '2020-01-02': [1.5], DATE '2021-01-02': NULL}": {"2020-01-02": [1.5], "2021-01-02": None},
    "MAP {1: 'a'}": {"1": "a"},
    "TIMESTAMP '2020-01-02 03:04:05'": "2020-01-02T03:04:05",
    "TIME '03:04:05'": "03:04:05",
    "'\\x00\\x5Ca'::BLOB": "\\x00\\x5Ca",
    "uuid '00000000-0000-0000-0000-00000000000a'": "00000000-0000-0000-0000-00000000000a",
    "'2'::ENUM ('1', '2')": "2",
    "NULL": None,
}


def no_constant(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


@pytest.mark.parametrize(("sql", "value"), VALUES.items(), ids=VALUES)
def test_json_is_valid_and_keeps_the_type(connection, sql: str, value: object) -> None:
    (row,) = json.loads(show(run_query(connection, f"SELECT {sql} AS v"), "json", 10), parse_constant=no_constant)
    assert (row["v"], type(row["v"])) == (value, type(value))


@pytest.mark.parametrize(
    "sql", ["[1, NULL]", "['a,\"b\"', '镇江']", "[DATE '2020-01-02']", "{'a': [1]}", "[]::INTEGER[]"]
)
@pytest.mark.parametrize("form", ["csv", "line", "markdown"])
def test_list_is_json_in_every_form(connection, sql: str, form: str) -> None:
    shown = show(run_query(connection, f"SELECT {sql} AS v"), form, 10)
    (in_json,) = json.loads(show(run_query(connection, f"SELECT {sql} AS v"), "json", 10))
    cell = (
        list(csv.reader(io.StringIO(shown)))[1][0]
        if form == "csv"
        else shown.removeprefix("v: ")
        if form == "line"
        else re.sub(r"\\(.)", r"\1", shown.splitlines()[2][2:-2])
    )
    assert json.loads(cell) == in_json["v"]


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("1 AS a, 2 AS a", ["a", "a_1"]),
        ("1 AS a, 2 AS a, 3 AS a_1, 4 AS a", ["a", "a_2", "a_1", "a_3"]),
        ("1 AS a, 2 AS b, 3 AS b, 4 AS a", ["a", "b", "b_1", "a_1"]),
    ],
)
def test_repeated_column_gets_a_number_and_no_value_is_lost(connection, sql: str, names: list[str]) -> None:
    (row,) = json.loads(show(run_query(connection, f"SELECT {sql}"), "json", 10))
    assert row == dict(zip(names, range(1, 9), strict=False))
    assert show(run_query(connection, f"SELECT {sql}"), "csv", 10).splitlines()[0] == ",".join(names)
