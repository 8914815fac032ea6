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

FORMS = ("table", "line", "csv", "json", "markdown")
Ask = Callable[..., str]
"""Runs a query and returns its answer in a form, by default CSV."""


@pytest.fixture(scope="module")
def ask(package: Package) -> Ask:
    connection = connect_package(package)
    return lambda sql, form="csv", max_rows=10: show(run_query(connection, sql), form, max_rows)


# A few of the ways that test_hostile.py has, one of each kind, so that they are tried also without the slow tests
REFUSED = (
    "", "SELEC 1", "SELECT 1; SELECT 2", "SELECT * FROM nowhere", "DELETE FROM mentions", "EXPLAIN ANALYZE DELETE FROM mentions",
    "COPY observations TO '{folder}/out.csv'", "ATTACH '{folder}/other.duckdb'", "INSTALL httpfs",
    "SET enable_external_access = true", "PRAGMA database_list", "CALL pragma_version()",
    "SELECT * FROM read_csv('{folder}/secret.csv')", "SELECT * FROM '{folder}/secret.csv'",
)  # fmt: skip


@pytest.mark.parametrize("sql", REFUSED)
def test_nothing_but_one_select_is_run(ask: Ask, tmp_path: Path, sql: str) -> None:
    (tmp_path / "secret.csv").write_text("secret\n1\n", "utf-8")
    with pytest.raises(PackageError):
        ask(sql.format(folder=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]
    assert ask("SELECT count(*) > 0 AS there FROM mentions") == "there\ntrue"


def test_csv_reads_back(ask: Ask) -> None:
    shown = ask("SELECT 'a,\"b\"' AS t, 3695.0::DOUBLE AS n, true AS b, NULL AS e, DATE '2020-03-17' AS d")
    rows = list(csv.reader(io.StringIO(shown)))
    assert rows == [["t", "n", "b", "e", "d"], ['a,"b"', "3695", "true", "", "2020-03-17"]]


def test_markdown_cells_cannot_become_markup(ask: Ask) -> None:
    page = ask("SELECT '<b>|[x](y)\n`' AS a", "markdown")
    assert page == "| a |\n| --- |\n| \\<b\\>\\|\\[x\\](y) \\` |"


def test_table_aligns_chinese_and_shows_as_many_rows_as_asked(ask: Ask) -> None:
    box = ask("SELECT '镇江' AS a, range AS n FROM range(50)", "table", 50)
    assert all(f"│ 镇江    │ {n:5} │" in box for n in range(50))


def test_lines_have_one_column_each_aligned_by_width(ask: Ask) -> None:
    sql = "SELECT * FROM (VALUES ('镇江', 1.0::DOUBLE, NULL), ('a\nb', 2.5::DOUBLE, [1, 2])) AS t (地点, n, list_of)"
    assert ask(sql, "line").splitlines() == [
        "   地点: 镇江", "      n: 1", "list_of:", "",
        "   地点: a", "         b", "      n: 2.5", "list_of: [1, 2]",
    ]  # fmt: skip
    assert ask("SELECT 1 AS a WHERE false", "line") == ""


def test_failure_while_the_rows_are_made_is_told(ask: Ask) -> None:
    with pytest.raises(PackageError, match="DuckDB: Conversion Error"):
        ask("SELECT name_en::INTEGER FROM regions")


def sqlite(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.commit()


OTHER_FILES: dict[str, Callable[[Path], object]] = {
    "SQLite": sqlite,
    "nothing": Path.touch,
    "eight bytes": lambda path: path.write_bytes(b"12345678"),
    "text": lambda path: path.write_text("this is text, and no database", "utf-8"),
    "Parquet": lambda path: duckdb.sql("SELECT 1").write_parquet(str(path)),
    "zip": lambda path: path.write_bytes(b"PK\3\4" + bytes(100)),
}


@pytest.mark.parametrize("write", OTHER_FILES.values(), ids=OTHER_FILES)
@pytest.mark.parametrize("name", ["other.duckdb", "other.db", "sqlite:other"])
def test_other_file_is_refused_before_duckdb_opens_it(
    tmp_path: Path, write: Callable[[Path], object], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path(name))
    monkeypatch.setattr(duckdb, "connect", lambda *words, **options: pytest.fail("DuckDB may download an extension"))
    with pytest.raises(PackageError, match="is not a DuckDB file"):
        open_database(Path(name))


@pytest.mark.parametrize("end", [";", " ; ;", "-- end", ";\n-- 结束; x", "; /* a /* b */ ; */ ;-- c\n"])
@pytest.mark.parametrize("sql", ["SELECT '镇江; -- no' AS a", "-- first\nSELECT $$镇江; -- no$$ AS a /* in */"])
@pytest.mark.parametrize("form", FORMS)
def test_semicolons_and_comments_around_a_select(ask: Ask, sql: str, end: str, form: str) -> None:
    assert "镇江; -- no" in ask(sql + end, form)


@pytest.mark.parametrize("start", ["", "-- a\n", "/* a\n; */ ", "\n-- a\n/* b */"])
def test_plan_is_shown_as_it_is_drawn_whatever_comes_before(ask: Ask, start: str) -> None:
    plan = ask(f"{start}EXPLAIN FROM regions;", "table")
    assert "memory.main.regions" in plan
    assert "explain_key" not in plan
    with pytest.raises(PackageError, match="give one SELECT"):
        ask(f"{start}EXPLAIN ANALYZE DELETE FROM mentions")


def test_pivot_needs_its_values(ask: Ask) -> None:
    rows = ask("PIVOT regions ON level IN ('county') USING count(*) GROUP BY parent_id")
    assert rows.startswith("parent_id,county\n")
    with pytest.raises(PackageError, match=r"A PIVOT must list its values: ON column IN \(\.\.\.\)"):
        ask("FROM (PIVOT regions ON level USING count(*) GROUP BY parent_id)")


VALUES = {
    "9223372036854775807": 9223372036854775807,
    "170141183460469231731687303715884105727": 170141183460469231731687303715884105727,
    "1.5::DOUBLE": 1.5, "-0.25::DECIMAL(9, 2)": -0.25, "true": True, "NULL": None, "DATE '2020-03-17'": "2020-03-17",
    "1e0 / 0": None, "-1e0 / 0": None, "'nan'::FLOAT": None,
    "[1, NULL, 3]": [1, None, 3], "[[1e0 / 0], ['nan'::DOUBLE, 2.5e0]]": [[None], [None, 2.5]],
    "['镇江', '\"']": ["镇江", '"'], "{'day': DATE '2020-01-02', 'of': {'n': 1}}": {"day": "2020-01-02", "of": {"n": 1}},
    "MAP {DATE '2020-01-02': [1.5], DATE '2021-01-02': NULL}": {"2020-01-02": [1.5], "2021-01-02": None},
    "MAP {1: 'a'}": {"1": "a"}, "TIMESTAMP '2020-01-02 03:04:05'": "2020-01-02T03:04:05", "TIME '03:04:05'": "03:04:05",
    "'\\x00\\x5Ca'::BLOB": "\\x00\\x5Ca", "'2'::ENUM ('1', '2')": "2",
    "uuid '00000000-0000-0000-0000-00000000000a'": "00000000-0000-0000-0000-00000000000a",
}  # fmt: skip


def no_constant(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


@pytest.mark.parametrize(("sql", "value"), VALUES.items(), ids=VALUES)
def test_json_is_valid_and_keeps_the_type(ask: Ask, sql: str, value: object) -> None:
    (row,) = json.loads(ask(f"SELECT {sql} AS v", "json"), parse_constant=no_constant)
    assert (row["v"], type(row["v"])) == (value, type(value))


@pytest.mark.parametrize(
    "sql", ["[1, NULL]", "['a,\"b\"', '镇江']", "[DATE '2020-01-02']", "{'a': [1]}", "[]::INTEGER[]"]
)
def test_list_is_json_in_every_form(ask: Ask, sql: str) -> None:
    in_csv, line, markdown, in_json = (ask(f"SELECT {sql} AS v", form) for form in ("csv", "line", "markdown", "json"))
    (row,) = json.loads(in_json)
    _, (cell,) = csv.reader(io.StringIO(in_csv))
    for shown in (cell, line.removeprefix("v: "), re.sub(r"\\(.)", r"\1", markdown.splitlines()[2][2:-2])):
        assert json.loads(shown) == row["v"]


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("1 AS a, 2 AS a", ["a", "a_1"]), ("1 AS a, 2 AS a, 3 AS a_1, 4 AS a", ["a", "a_2", "a_1", "a_3"]),
        ("1 AS a, 2 AS b, 3 AS b, 4 AS a", ["a", "b", "b_1", "a_1"]),
    ],
)  # fmt: skip
def test_repeated_column_gets_a_number_and_no_value_is_lost(ask: Ask, sql: str, names: list[str]) -> None:
    (row,) = json.loads(ask(f"SELECT {sql}", "json"))
    assert row == dict(zip(names, range(1, 9), strict=False))
    assert ask(f"SELECT {sql}").splitlines()[0] == ",".join(names)
