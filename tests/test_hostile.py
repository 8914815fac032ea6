"""A stranger's package, archive, database or question: nothing outside the tables is read, written, run or obeyed."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Iterator
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
from tests.conftest import ROOT, PackageCopy
from tests.test_archives import json_with, zipped
from tests.test_cli import everything, one_line, run

pytestmark = pytest.mark.slow
INJECTION = "'; DROP TABLE observations; --"
ESCAPE = "\x1b]0;owned\x07\x1b[31m\x9b2J\u202e"


# What `query` cannot reach: each way that DuckDB 2.0 has

FILE, URL = "{folder}/secret.csv", "http://127.0.0.1:1/secret.csv"
FUNCTIONS = ["read_csv", "read_csv_auto", "read_text", "read_blob", "read_json", "read_json_auto", "read_json_objects", "read_json_objects_auto", "read_ndjson", "read_ndjson_auto", "read_ndjson_objects", "read_parquet", "parquet_scan", "parquet_metadata", "parquet_schema", "parquet_file_metadata", "parquet_full_metadata", "parquet_kv_metadata", "sniff_csv", "read_duckdb", "read_avro", "read_xlsx", "read_single_csv_file", "read_single_json_file", "read_single_parquet_file", "glob", "delta_scan", "iceberg_scan"]  # fmt: skip
WAYS = {
    **{
        f"{name} of a {kind}": f"FROM {name}('{of}')"
        for name in FUNCTIONS
        for kind, of in (("file", FILE), ("url", URL))
    },
    "bloom filter of a file": f"FROM parquet_bloom_probe('{FILE}', 'a', 1)",
    "sqlite": f"FROM sqlite_scan('{FILE}', 't')",
    "postgres": "FROM postgres_scan('host=127.0.0.1', 'public', 't')",
    "mysql": "FROM mysql_query('host=127.0.0.1', 'SELECT 1')",
    "spatial": f"FROM st_read('{FILE}')",
    "bare file": f"FROM '{FILE}'",
    "bare file in a join": f"FROM regions JOIN '{FILE}' ON true",
    "bare file in a subquery": f"SELECT (SELECT count(*) FROM '{FILE}')",
    "bare file in EXPLAIN": f"EXPLAIN ANALYZE FROM '{FILE}'",
    "bare url": f"FROM '{URL}'",
    "s3": "FROM 's3://bucket/secret.parquet'",
    "hugging face": "FROM 'hf://datasets/a/b/c.csv'",
    "file url": "FROM read_text('file://{folder}/secret.csv')",
    "a file of the process": "FROM read_text('/proc/self/environ')",
    "query()": f"FROM query('SELECT * FROM read_text(''{FILE}'')')",
    "query() that copies": "FROM query('COPY (SELECT 1) TO ''{folder}/out.csv''')",
    "query_table()": f"FROM query_table('{FILE}')",
    "query_table() of two": f"FROM query_table(['regions', '{FILE}'], true)",
    "serialized SQL": f"FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM read_text(''{FILE}'')'))",
    "lateral": f"FROM (VALUES ('{FILE}')) t(f), read_text(t.f)",
    "a macro is not made": "CREATE MACRO m() AS TABLE SELECT 1",
    "in a CTE": f"WITH a AS (FROM read_text('{FILE}')) FROM a",
    "in a lambda": f"SELECT list_transform([1], lambda x: (SELECT count(*) FROM read_text('{FILE}')))",
    "getenv": "SELECT getenv('HOME')",
    "a variable of the program": "FROM connection",
    "secrets": "FROM duckdb_secrets()",
    "a secret": "CREATE SECRET s (TYPE http, BEARER_TOKEN 'x')",
    "a lasting secret": "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')",
    "COPY out": "COPY observations TO '{folder}/out.csv'",
    "COPY of a query out": "COPY (SELECT 1) TO '{folder}/out.parquet' (FORMAT parquet)",
    "COPY in": f"COPY observations FROM '{FILE}'",
    "COPY FROM DATABASE": "COPY FROM DATABASE memory TO other",
    "COPY behind a comment": "/* SELECT 1 */ COPY (SELECT 1) TO '{folder}/out.csv'",
    "COPY behind a line comment": "-- SELECT 1\nCOPY (SELECT 1) TO '{folder}/out.csv'",
    "EXPLAIN ANALYZE COPY": "EXPLAIN ANALYZE COPY (SELECT 1) TO '{folder}/out.csv'",
    "EXPLAIN EXPLAIN": "EXPLAIN EXPLAIN ANALYZE COPY (SELECT 1) TO '{folder}/out.csv'",
    "EXPLAIN with options": "EXPLAIN (ANALYZE, FORMAT json) COPY (SELECT 1) TO '{folder}/out.csv'",
    "EXPORT": "EXPORT DATABASE '{folder}/out'",
    "IMPORT": "IMPORT DATABASE '{folder}'",
    "ATTACH": "ATTACH '{folder}/other.duckdb'",
    "ATTACH read-only": "ATTACH '{folder}/other.duckdb' (READ_ONLY)",
    "ATTACH url": f"ATTACH '{URL}'",
    "USE": "USE system",
    "DETACH": "DETACH memory",
    "INSTALL": "INSTALL httpfs",
    "INSTALL from a file": "INSTALL '{folder}/x.duckdb_extension'",
    "LOAD": "LOAD httpfs",
    "LOAD a file": "LOAD '{folder}/x.duckdb_extension'",
    "UPDATE EXTENSIONS": "UPDATE EXTENSIONS",
    "SET": "SET enable_external_access = true",
    "SET a folder": "SET temp_directory = '{folder}'",
    "SET in SELECT": "SELECT set_config('enable_external_access', 'true', false)",
    "RESET": "RESET enable_external_access",
    "SET VARIABLE": "SET VARIABLE a = (SELECT 1)",
    "PRAGMA": "PRAGMA database_list",
    "PRAGMA that sets": "PRAGMA enable_profiling",
    "PRAGMA that imports": "PRAGMA import_database('{folder}')",
    "CALL": "CALL enable_logging()",
    "logging": "FROM enable_logging(storage = 'file', storage_config = {{'path': '{folder}/log'}})",
    "profiling": "FROM enable_profiling(format = 'json', save_location = '{folder}/out.json')",
    "external resource": f"FROM register_external_resource('a', '{FILE}')",
    "PREPARE": "PREPARE a AS SELECT 1",
    "EXECUTE": "EXECUTE a",
    "DEALLOCATE": "DEALLOCATE a",
    "two statements": f"SELECT 1; FROM '{FILE}'",
    "two statements and a comment": "SELECT 1 /* ; */; DROP TABLE observations -- x",
    "a NUL": "SELECT 1\0; DROP TABLE observations",
    "nothing but a semicolon": ";",
    "CREATE TABLE": "CREATE TABLE t AS SELECT 1",
    "CREATE TEMP VIEW": f"CREATE TEMP VIEW t AS FROM '{FILE}'",
    "CREATE FUNCTION": "CREATE FUNCTION f() AS 1",
    "ALTER": "ALTER TABLE observations DROP COLUMN note",
    "INSERT … RETURNING": "INSERT INTO regions SELECT * FROM regions RETURNING *",
    "a CTE that writes": "WITH a AS (DELETE FROM observations RETURNING *) FROM a",
    "MERGE": "MERGE INTO regions USING regions AS r ON false WHEN NOT MATCHED THEN INSERT",
    "TRUNCATE": "TRUNCATE observations",
    "VACUUM": "VACUUM",
    "CHECKPOINT": "CHECKPOINT",
    "BEGIN": "BEGIN",
    "COMMENT": "COMMENT ON TABLE observations IS 'x'",
    "PIVOT of a file": f"PIVOT '{FILE}' ON secret",
    "DESCRIBE a file": f"DESCRIBE FROM '{FILE}'",
    "SUMMARIZE a file": f"SUMMARIZE '{FILE}'",
    "SHOW a file": f"SHOW '{FILE}'",
}


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
    return _built(package, tmp_path_factory.mktemp("dist"))


def _built(package: Package, output: Path) -> Path:
    build_package(package, output)
    return output


@pytest.fixture(scope="module", params=["tables", "database"])
def connection(request, package: Package) -> Iterator[duckdb.DuckDBPyConnection]:
    if request.param == "tables":
        opened = connect_package(package)
    else:
        opened = open_database(request.getfixturevalue("built") / "shegong.duckdb")
    with opened:
        yield opened


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_query_reaches_nothing_outside_the_tables(
    connection: duckdb.DuckDBPyConnection, secrets: Path, way: str
) -> None:
    before = everything(secrets)
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


@pytest.mark.parametrize(
    "words",
    [("query", "SELECT 1"), ("build", "--no-check"), ("cite", "--row", "obs-0001"), ("docs", "--check"), ("fmt",)],
)
@pytest.mark.parametrize("place", ["table", "column", "key", "foreign key"])
def test_sql_in_a_name_is_refused_before_it_is_run(copy: PackageCopy, words: tuple[str, ...], place: str) -> None:
    name = f"documents (a INT); COPY (SELECT 1) TO '{copy.root}/owned.csv'; --"
    schema = "schemas/documents.json"
    match place:
        case "table":
            copy.edit_json("datapackage.json", lambda d: d["resources"][0].update(name=name))
        case "column":
            copy.edit_json(schema, lambda s: s["fields"][1].update(name=name))
        case "key":
            copy.edit_json(schema, lambda s: s.update(primaryKey=[name]))
        case "foreign key":
            copy.edit_json(
                schema,
                lambda s: s.update(foreignKeys=[{"fields": [name], "reference": {"resource": "a", "fields": ["b"]}}]),
            )
    assert run(words[0], "--package", str(copy.root), *words[1:]).exit_code in (1, 2)
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
    sql = f"SELECT note FROM observations WHERE note LIKE '%{INJECTION.replace(chr(39), chr(39) * 2)}'"
    asked = run("query", "--package", str(folder), "--format", "json", sql)
    assert json.loads(asked.stdout) == [{"note": f"A note{INJECTION}"}]
    assert run("build", "--package", str(folder), "--no-check").exit_code == 0
    built = folder / "dist/shegong.duckdb"
    assert json.loads(run("query", "--database", str(built), "--format", "json", sql).stdout) == json.loads(
        asked.stdout
    )


# Formulas, markup, escape sequences

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    '=HYPERLINK("http://x.invalid")',
    "\t=1+1",
    "\r=1+1",
    "=cmd|' /C calc'!A0",
]


@pytest.fixture(scope="module")
def asked(package: Package) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect_package(package) as connection:
        yield connection


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@pytest.mark.parametrize("formula", FORMULAS)
def test_formula_is_inert_in_csv(asked: duckdb.DuckDBPyConnection, formula: str) -> None:
    sql = f'SELECT {_literal(formula)} AS "=a", -1 AS n'
    head, row = csv.reader(io.StringIO(show(run_query(asked, sql), "csv", 1), newline=""))
    assert (head, row) == (["'=a", "n"], [f"'{formula}", "-1"])


@pytest.mark.parametrize("formula", FORMULAS[:4])
def test_formula_in_a_cell_is_text_in_the_workbook_and_an_error_of_the_check(
    copy: PackageCopy, formula: str, tmp_path: Path
) -> None:
    copy.edit_cell("observations", "obs-0001", "note", formula)
    copy.stamp()
    assert "cell-text" in [finding.rule.id for finding in copy.check().findings]
    build_package(copy.package, tmp_path / "dist")
    sheet = openpyxl.load_workbook(tmp_path / "dist/shegong.xlsx")["observations"]
    note = next(cell for cell in sheet[3] if cell.value == formula)
    assert note.data_type == "s"


@pytest.mark.parametrize("formula", [formula for formula in FORMULAS if formula.isprintable()])
def test_formula_of_a_document_is_inert_in_a_work_folder_and_comes_back(
    package: Package, tmp_path: Path, formula: str
) -> None:
    schemas = drafted_tables(package.schemas)
    (tmp_path / "a.txt").write_text(formula, "utf-8")
    names = {"document_id": "a", "file_name": "a.txt", "sha256": hashlib.sha256(formula.encode()).hexdigest()}
    document = DraftRow("documents", dict.fromkeys(schemas["documents"].columns, "") | names)
    mention = dict.fromkeys(schemas["mentions"].columns, "") | {"mention_id": "new-mn-1", "text": formula}
    mention |= {"char_start": "0", "char_end": str(len(formula))}
    drafts = (document, DraftRow("mentions", mention, context=formula, proposal=formula))
    write_work(WorkFolder(tmp_path, schemas, drafts, formula))
    for row in csv.reader(io.StringIO((tmp_path / "mentions.csv").read_text("utf-8-sig"), newline="")):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert read_work(tmp_path, package.schemas).of("mentions")[0].cells["text"] == formula


MARKUPS = [
    *(
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](http://x.invalid/a.png)",
        "http://x.invalid",
        "&lt;b",
    ),
    *(
        "www.x.invalid",
        "**b**",
        "`a`",
        "a | b",
        "# head",
        "~~a~~",
        "@someone",
        "#12",
        "a\n\n# head",
        "a\r# b",
        "\\[a](b)",
    ),
]


@pytest.mark.parametrize("markup", MARKUPS)
def test_markup_is_text_in_markdown(asked: duckdb.DuckDBPyConnection, markup: str) -> None:
    page = show(run_query(asked, f"SELECT {_literal(markup)} AS a"), "markdown", 1)
    *_, row = page.split("\n")
    assert page.count("\n") == 2
    assert "\r" not in page
    cell = row.removeprefix("| ").removesuffix(" |")
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", cell)
    assert not re.search(r"[<>|`*_\[\]#~@&]|://|www\.", bare), cell


def test_markup_in_the_answers_of_a_page_stays_in_its_block(asked: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT 'a' || chr(10) || '```' || chr(10) || '<b>' AS a"
    assert not re.search(r"^ {0,3}```", show(run_query(asked, sql), "table", 1), re.MULTILINE)


def test_tex_in_a_cell_is_text_in_bibtex(copy: PackageCopy) -> None:
    source = copy.row("observations", "obs-0001")["source_id"]
    hostile = r"\input{/etc/passwd} } @misc{x, % $ & # _ ^ ~"
    copy.edit_cell("sources", source, "title_en", hostile)
    with connect_package(copy.package) as connection:
        entry = cite_row(copy.package, connection, "obs-0001", "bibtex")
    assert r"\input" not in entry
    assert entry.count("\n@misc{") + entry.startswith("@misc{") == 2
    for printed in (
        r"\textbackslash{}input\textbraceleft{}/etc/passwd\textbraceright{}",
        r"\%",
        r"\$",
        r"\&",
        r"\#",
        r"\_",
    ):
        assert printed in entry


@pytest.mark.parametrize("form", ["table", "json", "markdown"])
def test_escape_sequences_are_spelled_out(asked: duckdb.DuckDBPyConnection, form: str) -> None:
    shown = show(run_query(asked, f"SELECT {_literal(ESCAPE)} AS a"), form, 1)
    assert not set(shown) & set(ESCAPE) - set("owned[];0123456789mJ")
    if form == "json":
        assert json.loads(shown) == [{"a": ESCAPE}]


def test_csv_is_as_it_is_in_a_file_and_spelled_out_on_a_terminal() -> None:
    command = [sys.executable, "-m", "shegong", "query", "--format", "csv", "SELECT chr(27) || '[31m' AS a"]
    assert b"\x1b[31m" in subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    reader, writer = pty.openpty()
    with subprocess.Popen(command, cwd=ROOT, stdout=writer, stderr=subprocess.DEVNULL) as process:
        assert process.wait() == 0
    os.close(writer)
    shown = os.read(reader, 10_000)
    os.close(reader)
    assert b"\\u001b[31m" in shown
    assert b"\x1b[31m" not in shown


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_escape_sequences_in_a_package_do_not_reach_the_terminal(copy: PackageCopy, form: str) -> None:
    copy.edit_cell("observations", "obs-0001", "note", f"a{ESCAPE}")
    copy.edit_json("datapackage.json", lambda d: d.update(name=f"x{ESCAPE}", **{f"key{ESCAPE}": 1}))
    for words in (("check", "--format", form), ("query", f"SELECT {ESCAPE}"), ("diff", "x" + ESCAPE)):
        result = run(words[0], "--package", str(copy.root), *words[1:])
        assert not set(result.output) & set(ESCAPE) - set("owned[];0123456789mJ")


# Paths

ELSEWHERE = ["/etc/passwd", "../outside.csv", "data/../../outside.csv", "http://x.invalid/a.csv", "file:///etc/passwd", "data/link.csv", "~/a.csv", "data\\..\\a.csv", "data/\0.csv", "-"]  # fmt: skip


@pytest.mark.parametrize("key", ["path", "schema"])
@pytest.mark.parametrize("path", ELSEWHERE)
def test_path_out_of_the_package_is_refused_by_every_command(copy: PackageCopy, path: str, key: str) -> None:
    (copy.root.parent / "outside.csv").write_text("hunter2", "utf-8")
    (copy.root / "data/link.csv").symlink_to(copy.root.parent / "outside.csv")
    copy.edit_json("datapackage.json", lambda d: d["resources"][0].update({key: path}))
    assert "descriptor-path" in [finding.rule.id for finding in copy.check().findings]
    words = (
        ("query", "SELECT 1"),
        ("build", "--no-check"),
        ("fmt",),
        ("cite", "--row", "obs-0001"),
        ("docs", "--check"),
    )
    for command, *rest in words:
        result = run(command, "--package", str(copy.root), *rest)
        assert result.exit_code in (1, 2)
        assert "hunter2" not in result.output
    verified = run("verify", str(copy.root))
    assert verified.exit_code in ((1, 2) if key == "path" else (0, 1, 2))  # it reads no schema of a folder
    assert "hunter2" not in verified.output
    assert one_line(run("diff", "--package", str(copy.root), str(ROOT), str(copy.root)))


# Regular expressions

CATASTROPHES = ["(a+)+$", "(a|a)*b", "(a|aa)+c", "(.*a){20}", "((a+)+b|a+!)"]


@pytest.mark.parametrize("pattern", CATASTROPHES)
def test_pattern_that_python_would_hang_on_is_asked_in_linear_time(copy: PackageCopy, pattern: str) -> None:
    copy.edit_cell("observations", "obs-0001", "note", "a" * 5000 + "!")
    copy.edit_field("observations", "note", lambda field: field["constraints"].update(pattern=pattern))
    copy.stamp()
    start = time.monotonic()
    assert copy.check().has_errors
    assert time.monotonic() - start < 20


@pytest.mark.slow
def test_pattern_that_frictionless_hangs_on_is_told_as_a_finding(
    copy: PackageCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conformance, "TIMEOUT_SECONDS", 10)
    copy.edit_cell("observations", "obs-0001", "note", "a" * 5000 + "!")
    copy.edit_field("observations", "note", lambda field: field["constraints"].update(pattern="((a+)+b|a+!)"))
    copy.stamp()
    start = time.monotonic()
    findings = copy.check(conformance=True).findings
    assert time.monotonic() - start < 60
    assert any(f.rule.id == "frictionless" and "took longer" in f.message for f in findings)
