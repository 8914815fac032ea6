"""A stranger's package, archive, database or question: nothing outside the tables is read, written, run or obeyed."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import openpyxl
import pytest

from shegong.checks import conformance
from shegong.citation.cite import cite_row
from shegong.curation.workspace.spreadsheet import read_work, write_work
from shegong.curation.workspace.work_folder import DraftRow, WorkFolder, drafted_tables
from shegong.database.load import connect_package
from shegong.database.query import open_database, run_query, show
from shegong.errors import PackageError
from shegong.outputs.build import build_package
from shegong.package.package import Package, open_package
from shegong.release.verify import verify
from tests.commands import Terminal, everything, one_line, run
from tests.conftest import ROOT, PackageCopy
from tests.test_archives import json_with, zipped

pytestmark = pytest.mark.slow
INJECTION = "'; DROP TABLE observations; --"
ESCAPE = "\x1b]0;owned\x07\x1b[31m\x9b2J\u202e"


# What `query` cannot reach: each way that DuckDB 2.0 has

FILE, URL = "{folder}/secret.csv", "http://127.0.0.1:1/secret.csv"
FUNCTIONS = ["read_csv", "read_csv_auto", "read_text", "read_blob", "read_json", "read_json_auto", "read_json_objects", "read_json_objects_auto", "read_ndjson", "read_ndjson_auto", "read_ndjson_objects", "read_parquet", "parquet_scan", "parquet_metadata", "parquet_schema", "parquet_file_metadata", "parquet_full_metadata", "parquet_kv_metadata", "sniff_csv", "read_duckdb", "read_avro", "read_xlsx", "read_single_csv_file", "read_single_json_file", "read_single_parquet_file", "glob", "delta_scan", "iceberg_scan"]  # fmt: skip
WAYS = [
    *(f"FROM {name}('{of}')" for name in FUNCTIONS for of in (FILE, URL)),
    f"FROM parquet_bloom_probe('{FILE}', 'a', 1)", f"FROM sqlite_scan('{FILE}', 't')",
    "FROM postgres_scan('host=127.0.0.1', 'public', 't')", "FROM mysql_query('host=127.0.0.1', 'SELECT 1')",
    f"FROM st_read('{FILE}')", f"FROM '{FILE}'", f"FROM regions JOIN '{FILE}' ON true",
    f"SELECT (SELECT count(*) FROM '{FILE}')", f"EXPLAIN ANALYZE FROM '{FILE}'", f"FROM '{URL}'",
    "FROM 's3://bucket/secret.parquet'", "FROM 'hf://datasets/a/b/c.csv'",
    "FROM read_text('file://{folder}/secret.csv')", "FROM read_text('/proc/self/environ')",
    f"FROM query('SELECT * FROM read_text(''{FILE}'')')", "FROM query('COPY (SELECT 1) TO ''{folder}/out.csv''')",
    f"FROM query_table('{FILE}')", f"FROM query_table(['regions', '{FILE}'], true)",
    f"FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM read_text(''{FILE}'')'))",
    f"FROM (VALUES ('{FILE}')) t(f), read_text(t.f)", "CREATE MACRO m() AS TABLE SELECT 1",
    f"WITH a AS (FROM read_text('{FILE}')) FROM a",
    f"SELECT list_transform([1], lambda x: (SELECT count(*) FROM read_text('{FILE}')))", "SELECT getenv('HOME')",
    "FROM connection", "FROM duckdb_secrets()", "CREATE SECRET s (TYPE http, BEARER_TOKEN 'x')",
    "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')", "COPY observations TO '{folder}/out.csv'",
    "COPY (SELECT 1) TO '{folder}/out.parquet' (FORMAT parquet)", f"COPY observations FROM '{FILE}'",
    "COPY FROM DATABASE memory TO other", "/* SELECT 1 */ COPY (SELECT 1) TO '{folder}/out.csv'",
    "-- SELECT 1\nCOPY (SELECT 1) TO '{folder}/out.csv'", "EXPLAIN ANALYZE COPY (SELECT 1) TO '{folder}/out.csv'",
    "EXPLAIN EXPLAIN ANALYZE COPY (SELECT 1) TO '{folder}/out.csv'",
    "EXPLAIN (ANALYZE, FORMAT json) COPY (SELECT 1) TO '{folder}/out.csv'", "EXPORT DATABASE '{folder}/out'",
    "IMPORT DATABASE '{folder}'", "ATTACH '{folder}/other.duckdb'", "ATTACH '{folder}/other.duckdb' (READ_ONLY)",
    f"ATTACH '{URL}'", "USE system", "DETACH memory", "INSTALL httpfs", "INSTALL '{folder}/x.duckdb_extension'",
    "LOAD httpfs", "LOAD '{folder}/x.duckdb_extension'", "UPDATE EXTENSIONS", "SET enable_external_access = true",
    "SET temp_directory = '{folder}'", "SELECT set_config('enable_external_access', 'true', false)",
    "RESET enable_external_access", "SET VARIABLE a = (SELECT 1)", "PRAGMA database_list", "PRAGMA enable_profiling",
    "PRAGMA import_database('{folder}')", "CALL enable_logging()",
    "FROM enable_logging(storage = 'file', storage_config = {{'path': '{folder}/log'}})",
    "FROM enable_profiling(format = 'json', save_location = '{folder}/out.json')",
    f"FROM register_external_resource('a', '{FILE}')", "PREPARE a AS SELECT 1", "EXECUTE a", "DEALLOCATE a",
    f"SELECT 1; FROM '{FILE}'", "SELECT 1 /* ; */; DROP TABLE observations -- x",
    "SELECT 1\0; DROP TABLE observations", ";", "CREATE TABLE t AS SELECT 1", f"CREATE TEMP VIEW t AS FROM '{FILE}'",
    "CREATE FUNCTION f() AS 1", "ALTER TABLE observations DROP COLUMN note",
    "INSERT INTO regions SELECT * FROM regions RETURNING *",
    "WITH a AS (DELETE FROM observations RETURNING *) FROM a",
    "MERGE INTO regions USING regions AS r ON false WHEN NOT MATCHED THEN INSERT", "TRUNCATE observations", "VACUUM",
    "CHECKPOINT", "BEGIN", "COMMENT ON TABLE observations IS 'x'", f"PIVOT '{FILE}' ON secret",
    f"DESCRIBE FROM '{FILE}'", f"SUMMARIZE '{FILE}'", f"SHOW '{FILE}'",
]  # fmt: skip


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what a question might want to read, in each format."""
    folder = tmp_path_factory.mktemp("secrets")
    (folder / "secret.csv").write_text("secret\nhunter2\n", "utf-8")
    (folder / "schema.sql").write_text("CREATE TABLE evil (a INTEGER);", "utf-8")
    (folder / "load.sql").write_text("", "utf-8")
    duckdb.connect(str(folder / "other.duckdb")).close()
    return folder


@pytest.fixture(scope="module")
def built(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("dist")
    build_package(package, output)
    return output


@pytest.fixture(scope="module")
def tables(package: Package) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect_package(package) as opened:
        yield opened


@pytest.fixture(scope="module")
def database(built: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_database(built / "shegong.duckdb") as opened:
        yield opened


@pytest.mark.parametrize("of", ["tables", "database"])
@pytest.mark.parametrize("way", WAYS)
def test_query_reaches_nothing_outside_the_tables(request, secrets: Path, of: str, way: str) -> None:
    before, connection = everything(secrets), request.getfixturevalue(of)
    with pytest.raises(PackageError):
        show(run_query(connection, way.format(folder=secrets)), "csv", 10)
    assert everything(secrets) == before
    assert show(run_query(connection, "SELECT count(*) > 0 AS there FROM observations"), "csv", 1) == "there\ntrue"


def test_every_reading_function_of_this_duckdb_is_tried() -> None:
    """A new engine brings new ways; this names those that the list above does not know."""
    named = "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'table' ORDER BY ALL"
    readers = {name for (name,) in duckdb.sql(named).fetchall() if re.search("read|scan|sniff|parquet|glob", name)}
    internal = {"arrow_scan", "arrow_scan_dumb", "pandas_scan", "python_arrow_scan", "seq_scan"}  # of pointers
    assert readers - internal - {"parquet_bloom_probe"} <= set(FUNCTIONS)


# SQL in names and cells


COMMANDS = [
    ("query", "SELECT 1"),
    ("build", "--no-check"),
    ("cite", "--row", "obs-0001"),
    ("docs", "--check"),
    ("fmt",),
]
NAMED: dict[str, Callable[[PackageCopy, str], object]] = {
    "table": lambda c, name: c.edit_json("datapackage.json", lambda d: d["resources"][0].update(name=name)),
    "column": lambda c, name: c.edit_json(SCHEMA, lambda s: s["fields"][1].update(name=name)),
    "key": lambda c, name: c.edit_json(SCHEMA, lambda s: s.update(primaryKey=[name])),
    "foreign key": lambda c, name: c.edit_json(
        SCHEMA, lambda s: s.update(foreignKeys=[{"fields": [name], "reference": {"resource": "a", "fields": ["b"]}}])
    ),
}
SCHEMA = "schemas/documents.json"


@pytest.mark.parametrize("place", NAMED)
def test_sql_in_a_name_is_refused_before_it_is_run(copy: PackageCopy, place: str) -> None:
    NAMED[place](copy, f"documents (a INT); COPY (SELECT 1) TO '{copy.root}/owned.csv'; --")
    for command, *rest in COMMANDS:
        assert run(command, "--package", copy.root, *rest).exit_code in (1, 2)
        assert not (copy.root / "owned.csv").exists()


def test_sql_in_the_names_of_an_archive_beside_a_database_is_refused(built: Path, tmp_path: Path) -> None:
    name = f"documents; COPY (SELECT 1) TO '{tmp_path}/owned.csv'; --"
    members = json_with("datapackage.json", lambda d: d["resources"][0].update(name=name))
    (tmp_path / "release").mkdir()
    (tmp_path / "release/shegong.zip").write_bytes(zipped(members))
    (tmp_path / "release/SHA256SUMS").write_bytes(b"")
    (tmp_path / "release/shegong.duckdb").write_bytes((built / "shegong.duckdb").read_bytes())
    with pytest.raises(PackageError, match="is not the name"):
        verify(tmp_path / "release", open_package(ROOT))
    assert not (tmp_path / "owned.csv").exists()


def test_view_over_a_file_in_a_database_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("document_id\nhunter2\n", "utf-8")
    with duckdb.connect(str(tmp_path / "evil.duckdb")) as connection:
        connection.execute(f"CREATE VIEW documents AS FROM read_csv('{tmp_path}/secret.csv')")
        connection.execute(f"CREATE MACRO count_all() AS (SELECT count(*) FROM read_text('{tmp_path}/secret.csv'))")
    found = verify(tmp_path / "evil.duckdb", open_package(ROOT)).findings
    assert any("file system operations are disabled" in finding.message for finding in found)
    for sql in ("FROM documents", "SELECT count_all()"):
        assert "disabled" in one_line(run("query", "--database", str(tmp_path / "evil.duckdb"), sql))


def test_sql_of_a_page_is_run_like_any_question(copy: PackageCopy) -> None:
    page = f"```sql\nCOPY (SELECT 1) TO '{copy.root}/owned.csv'\n```\n```text\n```\n"
    (copy.root / "README.md").write_text(page, "utf-8")
    assert "one SELECT" in one_line(run("docs", "--package", str(copy.root)))
    assert not (copy.root / "owned.csv").exists()


def test_sql_in_a_cell_and_in_a_folder_is_text(copy: PackageCopy, tmp_path: Path) -> None:
    copy.edit_cell("observations", "obs-0001", "note", f"A note{INJECTION}")
    copy.stamp()
    folder = copy.root.rename(tmp_path / "it's; DROP TABLE x; -- [a-z]*")
    (tmp_path / "it's; DROP TABLE x; -- b/data").mkdir(parents=True)
    (tmp_path / "it's; DROP TABLE x; -- b/data/regions.csv").write_text("a\n1\n", "utf-8")
    sql = f"SELECT note FROM observations WHERE note = {_literal(f'A note{INJECTION}')}"
    assert run("build", "--package", folder, "--no-check").exit_code == 0
    for of in (("--package", folder), ("--database", folder / "dist/shegong.duckdb")):
        assert json.loads(run("query", *of, "--format", "json", sql).stdout) == [{"note": f"A note{INJECTION}"}]


# Formulas, markup, escape sequences

FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(1)", '=HYPERLINK("http://x.invalid")', "\t=1+1", "\r=1+1", "=cmd|' /C calc'!A0"]  # fmt: skip


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@pytest.mark.parametrize("formula", FORMULAS)
def test_formula_is_inert_in_csv(tables: duckdb.DuckDBPyConnection, formula: str) -> None:
    sql = f'SELECT {_literal(formula)} AS "=a", -1 AS n'
    rows = csv.reader(io.StringIO(show(run_query(tables, sql), "csv", 1), newline=""))
    assert list(rows) == [["'=a", "n"], [f"'{formula}", "-1"]]


def test_formula_in_a_cell_is_text_in_the_workbook_and_an_error_of_the_check(copy: PackageCopy, tmp_path: Path) -> None:
    keys = copy.keys("observations")[:4]
    for key, formula in zip(keys, FORMULAS[:4], strict=True):
        copy.edit_cell("observations", key, "note", formula)
    copy.stamp()
    assert [finding.key for finding in copy.check().findings if finding.rule.id == "cell-text"] == keys
    build_package(copy.package, tmp_path / "dist")
    sheet = openpyxl.load_workbook(tmp_path / "dist/shegong.xlsx")["observations"]
    notes = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row if cell.value in FORMULAS}
    assert notes == dict.fromkeys(FORMULAS[:4], "s")


@pytest.mark.parametrize("formula", [formula for formula in FORMULAS if formula.isprintable()])
def test_formula_is_inert_in_a_work_folder_and_comes_back(package: Package, tmp_path: Path, formula: str) -> None:
    schemas = drafted_tables(package.schemas)
    cells = dict.fromkeys(schemas["sources"].columns, "") | {"source_id": "a", "title_zh": formula}
    write_work(WorkFolder(tmp_path, schemas, (DraftRow("sources", cells, context=formula, proposal=formula),), ""))
    for row in csv.reader(io.StringIO((tmp_path / "sources.csv").read_text("utf-8-sig"), newline="")):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert read_work(tmp_path, package.schemas).of("sources")[0].cells["title_zh"] == formula


MARKUPS = ["<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](http://x.invalid/a.png)", "http://x.invalid", "&lt;b", "www.x.invalid", "**b**", "`a`", "a | b", "# head", "~~a~~", "@someone", "#12", "a\n\n# head", "a\r# b", "\\[a](b)"]  # fmt: skip


@pytest.mark.parametrize("markup", MARKUPS)
def test_markup_is_text_in_markdown(tables: duckdb.DuckDBPyConnection, markup: str) -> None:
    page = show(run_query(tables, f"SELECT {_literal(markup)} AS a"), "markdown", 1)
    _, _, row = page.split("\n")
    assert "\r" not in page
    cell = row.removeprefix("| ").removesuffix(" |")
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", cell)
    assert not re.search(r"[<>|`*_\[\]#~@&]|://|www\.", bare), cell


def test_markup_in_the_answers_of_a_page_stays_in_its_block(tables: duckdb.DuckDBPyConnection) -> None:
    shown = show(run_query(tables, "SELECT 'a' || chr(10) || '```' || chr(10) || '<b>' AS a"), "table", 1)
    assert not re.search(r"^ {0,3}```", shown, re.MULTILINE)


def test_tex_in_a_cell_is_text_in_bibtex(copy: PackageCopy) -> None:
    source = copy.row("observations", "obs-0001")["source_id"]
    hostile = r"\input{/etc/passwd} } @misc{x, % $ & # _ ^ ~"
    copy.edit_cell("sources", source, "title_en", hostile)
    with connect_package(copy.package) as connection:
        entry = cite_row(copy.package, connection, "obs-0001", "bibtex")
    assert r"\input" not in entry
    assert entry.count("\n@misc{") + entry.startswith("@misc{") == 2
    assert r"\textbackslash{}input\textbraceleft{}/etc/passwd\textbraceright{}" in entry
    assert all(escaped in entry for escaped in (r"\%", r"\$", r"\&", r"\#", r"\_"))


@pytest.mark.parametrize("form", ["table", "json", "markdown"])
def test_escape_sequences_are_spelled_out(tables: duckdb.DuckDBPyConnection, form: str) -> None:
    shown = show(run_query(tables, f"SELECT {_literal(ESCAPE)} AS a"), form, 1)
    assert not set(shown) & set(ESCAPE) - set("owned[];0123456789mJ")
    if form == "json":
        assert json.loads(shown) == [{"a": ESCAPE}]


def test_csv_is_as_it_is_in_a_file_and_spelled_out_on_a_terminal() -> None:
    command = [sys.executable, "-m", "shegong", "query", "--format", "csv", "SELECT chr(27) || '[31m' AS a"]
    assert b"\x1b[31m" in subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    with Terminal(ROOT, *command[3:]) as terminal:
        assert terminal.end() == 0
    assert b"\\u001b[31m" in terminal.shown
    assert b"\x1b[31m" not in terminal.shown


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_escape_sequences_in_a_package_do_not_reach_the_terminal(copy: PackageCopy, form: str) -> None:
    copy.edit_cell("observations", "obs-0001", "note", f"a{ESCAPE}")
    copy.edit_json("datapackage.json", lambda d: d.update(name=f"x{ESCAPE}", **{f"key{ESCAPE}": 1}))
    for words in (("check", "--format", form), ("query", f"SELECT {ESCAPE}"), ("diff", "x" + ESCAPE)):
        result = run(words[0], "--package", str(copy.root), *words[1:])
        assert not set(result.output) & set(ESCAPE) - set("owned[];0123456789mJ")


# Paths

ELSEWHERE = ["/etc/passwd", "../outside.csv", "http://x.invalid/a.csv", "data/link.csv"]  # test_mutation has more


@pytest.mark.parametrize("key", ["path", "schema"])
@pytest.mark.parametrize("path", ELSEWHERE)
def test_path_out_of_the_package_is_refused_by_every_command(copy: PackageCopy, path: str, key: str) -> None:
    (copy.root.parent / "outside.csv").write_text("hunter2", "utf-8")
    (copy.root / "data/link.csv").symlink_to(copy.root.parent / "outside.csv")
    copy.edit_json("datapackage.json", lambda d: d["resources"][0].update({key: path}))
    assert "descriptor-path" in [finding.rule.id for finding in copy.check().findings]
    for command, *rest in COMMANDS:
        result = run(command, "--package", str(copy.root), *rest)
        assert result.exit_code in (1, 2)
        assert "hunter2" not in result.output
    verified = run("verify", str(copy.root))
    assert verified.exit_code in ((1, 2) if key == "path" else (0, 1, 2))  # it reads no schema of a folder
    assert "hunter2" not in verified.output
    assert one_line(run("diff", "--package", str(copy.root), str(ROOT), str(copy.root)))


# Regular expressions


def with_pattern(copy: PackageCopy, pattern: str) -> PackageCopy:
    """Give a note of many letters a pattern on which Python would hang."""
    copy.edit_cell("observations", "obs-0001", "note", "a" * 5000 + "!")
    copy.edit_field("observations", "note", lambda field: field["constraints"].update(pattern=pattern))
    copy.stamp()
    return copy


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(a|aa)+c", "(.*a){20}", "((a+)+b|a+!)"])
def test_pattern_that_python_would_hang_on_is_asked_in_linear_time(copy: PackageCopy, pattern: str) -> None:
    start = time.monotonic()
    assert with_pattern(copy, pattern).check().has_errors
    assert time.monotonic() - start < 20


def test_pattern_that_frictionless_hangs_on_is_told_as_a_finding(
    copy: PackageCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conformance, "TIMEOUT_SECONDS", 3)
    start = time.monotonic()
    findings = with_pattern(copy, "((a+)+b|a+!)").check(conformance=True).findings
    assert time.monotonic() - start < 60
    assert any(f.rule.id == "frictionless" and "took longer" in f.message for f in findings)
