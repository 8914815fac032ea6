"""The command line as people meet it: help, exit codes, and one clear line for whatever is wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shegong.chinese import display_width
from shegong.cli import GROUPS, main
from tests.commands import Terminal, everything, one_line, run
from tests.conftest import ROOT, PackageCopy


@pytest.mark.parametrize("name", ["", *main.commands])
def test_help_says_what_and_how_with_an_example(name: str) -> None:
    words = [name] if name else []
    result = run(*words, "-h")
    assert result.exit_code == 0
    assert result.output.startswith("Usage: ")
    assert "Options:" in result.output
    assert f"Example: shegong {name} " in result.output or not name
    assert run(*words, "--help").output == result.output


def test_help_lists_every_command_in_a_group_and_cuts_no_summary() -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(main.commands)
    listed = run("-h").output
    for name, command in main.commands.items():
        assert len(command.short_help) < 60
        assert re.search(rf"^  {name} +{re.escape(command.short_help)}$", listed, re.M)
    assert all(f"\n{title}:\n" in listed for title in ("Use", "Curate", "Maintain"))


def test_version_is_that_of_the_descriptor() -> None:
    version = json.loads((ROOT / "datapackage.json").read_bytes())["version"]
    assert run("--version").output == f"{version}\n"


def test_good_package_is_exit_0_and_says_which_package() -> None:
    result = run("check", "--package", ROOT)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[0] == f"package shegong {run('--version').output.strip()} in {ROOT}"
    assert "evidence        not run: no documents" in result.output or os.environ.get("SHEGONG_DOCUMENTS")


@pytest.mark.usefixtures("no_relations")
def test_finding_is_exit_1_and_names_file_line_column_value_and_mend(copy: PackageCopy) -> None:
    copy.edit_cell("observations", "obs-0001", "value", "-1")
    copy.stamp()
    result = run("check", "--package", copy.root)
    assert result.exit_code == 1
    assert "data/observations.csv:2:value (obs-0001)  error: value is -1, but value_text '" in result.output
    assert "[quantity-value]" in result.output
    assert "quantity-value: correct value or value_text" in result.output


@pytest.mark.usefixtures("no_relations")
def test_findings_as_json_and_as_annotations(copy: PackageCopy) -> None:
    copy.edit_cell("observations", "obs-0001", "qualifier", "rough%ly")
    copy.stamp()
    report = json.loads(run("check", "--package", copy.root, "--format", "json").output)
    found = [f for f in report["findings"] if f["rule"] == "cell-enum"]
    assert report["ok"] is False
    assert found[0] | {"message": "", "expected": "", "hint": ""} == {
        "rule": "cell-enum", "severity": "error", "step": "contracts", "file": "data/observations.csv", "table": "observations",
        "line": 2, "column": "qualifier", "key": "obs-0001", "value": "rough%ly", "message": "", "expected": "", "hint": "",
    }  # fmt: skip
    annotation = "::error file=data/observations.csv,line=2,title=cell-enum::qualifier: qualifier is 'rough%25ly', but"
    assert annotation in run("check", "--package", copy.root, "--format", "github").output


@pytest.mark.slow
def test_many_findings_of_a_rule_are_counted_and_the_order_is_the_same(copy: PackageCopy) -> None:
    for row in copy.rows("regions"):
        copy.edit_cell("regions", row["region_id"], "level", "planet")
    copy.stamp()
    words = ("check", "--package", copy.root, "--show", "3")
    first, second = run(*words).output, run(*words).output
    assert first == second
    assert first.count("[cell-enum]") == 3
    assert f"(and {len(copy.rows('regions')) - 3} more)" in first


def test_warnings_alone_are_exit_0(copy: PackageCopy) -> None:
    copy.append_row("observations", "obs-0057", observation_id="obs-9999", value="9", value_lower="9", value_upper="9",
                    value_text="9人", source_id="nbs-census-2020-bulletin-3")  # fmt: skip
    copy.stamp()
    result = run("check", "--package", copy.root)
    assert result.exit_code == 0, result.output
    assert "[observation-disagreement]" in result.output


def make_folder(copy: PackageCopy, file: str) -> None:
    (copy.root / file).unlink()
    (copy.root / file).mkdir()


def write(content: bytes) -> Callable[[PackageCopy], object]:
    return lambda copy: (copy.root / "datapackage.json").write_bytes(content)


BROKEN: dict[str, Callable[[PackageCopy], object]] = {
    "no descriptor": lambda c: (c.root / "datapackage.json").unlink(),
    "descriptor is a folder": lambda c: make_folder(c, "datapackage.json"),
    "no JSON": write(b"{"), "a list": write(b"[]"), "empty": write(b""), "deep": write(b"[" * 100_000), "binary": write(bytes(range(256))),
    "BOM": lambda c: c.edit_bytes("datapackage.json", lambda data: b"\xef\xbb\xbf" + data),
    "GB18030": lambda c: c.edit_bytes("datapackage.json", lambda data: data.decode().encode("gb18030")),
    "key twice": lambda c: c.edit_text("datapackage.json", '"version": ', '"version": "9.9.9",\n  "version": '),
}  # fmt: skip


@pytest.mark.parametrize("command", ["check", "fmt", "build", "docs"])
@pytest.mark.parametrize("damage", BROKEN.values(), ids=BROKEN.keys())
def test_descriptor_that_cannot_be_read_is_one_line(copy: PackageCopy, damage, command: str) -> None:
    damage(copy)
    before = everything(copy.root)
    assert "datapackage.json" in one_line(run(command, "--package", copy.root))
    assert everything(copy.root) == before


def test_descriptor_with_findings_is_not_formatted_nor_built(copy: PackageCopy) -> None:
    copy.edit_json("datapackage.json", lambda d: d["resources"][0].update(path="../outside.csv"))
    before = everything(copy.root)
    for command in ("fmt", "check"):
        result = run(command, "--package", copy.root)
        assert result.exit_code == 1
        assert "[descriptor-path" in result.output
    assert "not built" in one_line(run("build", "--package", copy.root))
    assert everything(copy.root) == before


@pytest.mark.usefixtures("no_relations")
def test_stale_stamp_names_the_command_that_mends_it(copy: PackageCopy) -> None:
    copy.edit_cell("observations", "obs-0001", "note", "Another note.")
    stale = run("check", "--package", copy.root)
    assert stale.exit_code == 1
    assert "stamp-stale: run `shegong fmt`" in stale.output
    formatted = run("fmt", "--package", copy.root).output
    assert formatted.splitlines()[1:] == ["wrote datapackage.json", "all tables are canonical"]
    assert run("check", "--package", copy.root).exit_code == 0


@pytest.mark.slow
def test_evidence_and_coverage_with_the_documents(documents: Path) -> None:
    words = ("--package", ROOT, "--documents", documents)
    assert run("check", *words).exit_code == 0
    covered = run("coverage", *words)
    assert covered.exit_code == 0
    assert covered.output.rstrip().endswith("0 numerals not accounted for")
    assert all(not document["missing"] for document in json.loads(run("coverage", *words, "--format", "json").output))


def test_coverage_lists_what_is_missing(copy: PackageCopy) -> None:
    copy.put_documents()
    gone = next(row for row in copy.rows("mentions") if row["role"] == "excluded")
    copy.delete_row("mentions", gone["mention_id"])
    copy.stamp()
    result = run("coverage", "--package", copy.root, "--documents", copy.documents)
    assert result.exit_code == 1
    assert f":{gone['char_start']}  " in result.output


def test_coverage_of_tables_that_cannot_be_read_is_one_line(copy: PackageCopy, tmp_path: Path) -> None:
    copy.edit_cell("mentions", "mn-00001", "char_start", "many")
    copy.stamp()
    words = ("coverage", "--package", copy.root, "--documents", tmp_path)
    assert "data/mentions.csv: cannot be read: see `shegong check`" in one_line(run(*words))


def rename_value_min(copy: PackageCopy) -> None:
    copy.edit_field("metrics", "value_min", lambda field: field.update(name="lowest"))
    copy.edit_text("data/metrics.csv", ",value_min,", ",lowest,")
    copy.stamp()


CIRCLE = {"fields": ["file_name"], "reference": {"resource": "sources", "fields": ["source_id"]}}
STRANGE: dict[str, tuple[Callable[[PackageCopy], object], str]] = {
    "'geopoint' of 'note' is not a type": (lambda c: c.edit_field("regions", "note", lambda field: field.update(type="geopoint")), "query"),
    "the foreign keys form a cycle: documents, sources": (lambda c: c.edit_json("schemas/documents.json", lambda schema: schema.update(foreignKeys=[CIRCLE])), "query"),
    "regions.json: cannot be read": (lambda c: make_folder(c, "schemas/regions.json"), "query"),
    "the rule metric-range-order needs the column value_min": (rename_value_min, "check"),
}  # fmt: skip


@pytest.mark.parametrize("said", STRANGE)
def test_package_with_strange_schemas_is_one_line(copy: PackageCopy, said: str) -> None:
    damage, command = STRANGE[said]
    damage(copy)
    words = ("SELECT 1",) if command == "query" else ()
    assert said in one_line(run(command, "--package", copy.root, *words))


@pytest.mark.slow
@pytest.mark.parametrize("type", ["date", "integer", "number", "boolean"])
@pytest.mark.parametrize(
    "column", ["organizations.name_zh", "programmes.programme_id", "mentions.text", "observations.value_text", "metrics.metric_id"]
)  # fmt: skip
def test_check_of_a_column_whose_type_was_changed_says_so(copy: PackageCopy, column: str, type: str) -> None:
    table, name = column.split(".")
    copy.edit_field(table, name, lambda field: field.update(type=type))
    result = run("check", "--package", copy.root)
    assert result.exit_code in (1, 2)
    assert "error" in (result.output + result.stderr).lower()


@pytest.mark.slow
def test_metrics_that_cannot_be_read_are_what_is_told(copy: PackageCopy) -> None:
    copy.edit_field("metrics", "unit", lambda field: field.update(name="renamed"))
    result = run("check", "--package", copy.root)
    assert result.exit_code == 1
    assert "data/metrics.csv:1  error: the header is" in result.output
    assert "contracts       not run: every table must be readable first" in result.output


def test_argument_that_is_no_text_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["shegong", "query", "SELECT '\udcff'"])
    assert "cannot be read in this locale: set PYTHONUTF8=1" in one_line(run("query", "SELECT '\udcff'"))


@pytest.mark.slow
def test_build_checks_first_and_says_what_it_made(tmp_path: Path) -> None:
    result = run("build", "--package", ROOT, "--output", tmp_path)
    assert result.exit_code == 0
    _, checked, *made = result.output.splitlines()
    assert checked.startswith("0 errors, ")
    assert checked == run("check", "--package", ROOT).output.splitlines()[-1]
    assert [line.split("  ")[0] for line in made] == [str(tmp_path / name) for name in ("shegong.duckdb", "shegong.xlsx", "parquet")]  # fmt: skip


@pytest.mark.slow
def test_steps_are_named_on_a_terminal_and_taken_away_again() -> None:
    with Terminal(ROOT, "check") as opened:
        assert opened.end(100) == 0
    *steps, report = opened.shown.decode().split("\x1b[K")
    assert "relations …" in map(str.strip, steps)
    assert "…" not in report


WIDE_QUERY = "SELECT *, '社会工作' AS 名称 FROM latest_observations ORDER BY ALL LIMIT 5"


@pytest.mark.parametrize("width", [80, 200])
def test_table_on_a_terminal_is_as_wide_as_the_terminal(width: int) -> None:
    with Terminal(ROOT, "query", WIDE_QUERY, columns=width) as opened:
        assert opened.end(100) == 0
    drawn = [line for line in opened.shown.decode().splitlines() if line.startswith(("┌", "│", "└"))]
    assert len(drawn) == 9
    assert {display_width(line) for line in drawn} == {display_width(drawn[0])}
    assert width - 30 < display_width(drawn[0]) <= width
    assert "社会工作" in drawn[4]


def test_table_elsewhere_is_not_cut() -> None:
    lines = run("query", "--package", ROOT, WIDE_QUERY).output.splitlines()
    assert lines[1].count("│") == 33
    assert "…" not in lines[1]


def test_query_from_file_and_standard_input(tmp_path: Path) -> None:
    words = ("query", "--package", ROOT, "--format", "csv")
    for mark in (b"", b"\xef\xbb\xbf"):
        (tmp_path / "q.sql").write_bytes(mark + b"SELECT 40 + 2 AS n")
        assert run(*words, "--file", tmp_path / "q.sql").output == "n\n42\n"
    assert run(*words, "--file", "-", input="SELECT 7 AS n").output == "n\n7\n"
    assert run(*words, input="SELECT 7 AS n").output == "n\n7\n"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_query_that_is_not_utf_8_is_one_line(tmp_path: Path, encoding: str) -> None:
    content = "SELECT '六名' AS 社工".encode(encoding)
    (tmp_path / "q.sql").write_bytes(content)
    said = one_line(run("query", "--package", ROOT, "--file", tmp_path / "q.sql"))
    assert "q.sql: byte 0x" in said
    assert said.endswith("is not UTF-8: save the query as UTF-8\n")
    assert "standard input: byte 0x" in one_line(run("query", "--package", ROOT, "--file", "-", input=content))


def link(copy: PackageCopy, file: str, target: str) -> None:
    (copy.root / file).unlink()
    (copy.root / file).symlink_to(target)


def huge(copy: PackageCopy) -> None:
    copy.edit_cell("sources", "zhenjiang-licensed-2020", "note", "n" * 2_500_000)
    copy.stamp()


BAD_FILES: dict[str, Callable[[PackageCopy], object]] = {
    "link to itself": lambda c: link(c, "data/regions.csv", "regions.csv"),
    "schema linked to itself": lambda c: link(c, "schemas/regions.json", "regions.json"),
    "links in a circle": lambda c: (
        link(c, "data/regions.csv", "metrics.csv"),
        link(c, "data/metrics.csv", "regions.csv"),
    ),
    "link to nothing": lambda c: link(c, "data/regions.csv", "nothing.csv"),
    "folder": lambda c: make_folder(c, "data/regions.csv"),
    "empty": lambda c: (c.root / "data/regions.csv").write_bytes(b""),
    "header of two columns": lambda c: (c.root / "data/regions.csv").write_bytes(b"region_id,level\nCN,country\n"),
    "rows of two cells": lambda c: c.edit_bytes("data/regions.csv", lambda data: data + b"999999,x\n"),
    "huge cell": huge,
}


@pytest.mark.slow
@pytest.mark.parametrize("damage", BAD_FILES.values(), ids=BAD_FILES)
def test_bad_file_is_a_finding_and_one_line(copy: PackageCopy, damage) -> None:
    damage(copy)
    for command in ("check", "fmt"):
        result = run(command, "--package", copy.root)
        assert result.exit_code == 1
        assert "error: " in result.output
    for words in (("query", "SELECT 1"), ("cite", "--row", "obs-0001")):
        assert one_line(run(*words, "--package", copy.root))
    assert one_line(run("build", "--no-check", "--package", copy.root))


@pytest.mark.slow
def test_byte_order_mark_on_a_later_line_is_found_and_not_lost(copy: PackageCopy) -> None:
    copy.edit_bytes("data/regions.csv", lambda data: data.replace(b"\n", b'\n\xef\xbb\xbf""', 1))
    for _ in range(2):
        result = run("check", "--package", copy.root)
        assert result.exit_code == 1
        assert "region_id is '\\ufeff" in result.output.replace("\\\\", "\\")
        run("fmt", "--package", copy.root)


@pytest.mark.slow
def test_any_character_may_be_in_a_path(copy: PackageCopy) -> None:
    root = copy.root.rename(copy.root.parent / "q?x a*b[c] it's; 中文 %20")
    assert run("check", "--package", root).exit_code == 0
    assert run("build", "--no-check", "--package", root).exit_code == 0
    for source in (("--package", root), ("--database", root / "dist/shegong.duckdb")):
        counted = run("query", *source, "--format", "csv", "SELECT count(*) > 0 AS ok FROM regions")
        assert counted.stdout == "ok\ntrue\n"
    assert (root / "dist/shegong.xlsx").is_file()
    assert list((root / "dist/parquet").glob("*.parquet"))


def test_package_above_is_named(copy: PackageCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    (copy.root / "examples/deep").mkdir(parents=True)
    for folder in ("data", "examples/deep"):
        monkeypatch.chdir(copy.root / folder)
        assert f"no datapackage.json in .: give --package {copy.root}\n" in one_line(run("check"))


@pytest.mark.slow
def test_row_with_a_reference_to_nothing_is_one_line(copy: PackageCopy) -> None:
    copy.edit_cell("observations", "obs-0001", "region_id", "320583")
    copy.edit_cell("milestones", "ms-0001", "source_id", "no-such-source")
    copy.edit_cell("regions", "320582", "parent_id", "320599")
    missing_rows = {"obs-0001": "regions/320583", "ms-0001": "sources/no-such-source", "320582": "regions/320599"}
    for id, missing in missing_rows.items():
        said = one_line(run("cite", "--package", copy.root, "--row", id))
        assert f"{id} refers to {missing}, which is missing: run `shegong check`" in said
    assert "parents are not all there" in one_line(run("cite", "--package", copy.root, "--row", "obs-0002"))


def test_query_falls_back_on_the_packaged_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("query", "--format", "csv", "SELECT count(*) > 0 AS ok FROM observations")
    assert result.stdout == "ok\ntrue\n"
    assert result.stderr.startswith("no package in the current folder: using the installed tables, version ")
    assert "using the installed tables" in run("cite").stderr


WRONG = [
    (("query", "SELECT 1; SELECT 2"), "give one SELECT"),
    (("query", "SELECT nothing FROM nowhere"), "nowhere"),
    (("query", "SELECT 1", "--file", "x.sql"), "give the SQL"),
    (("query", "--file", "no.sql"), "no.sql"),
    (("query", "--database", "no.duckdb", "SELECT 1"), "no.duckdb: file not found"),
    (("query", "--package", "docs", "SELECT 1"), "datapackage.json"),
    (("check", "--documents", "no"), "this folder of documents does not exist"),
    (("coverage", "--documents", "no"), "this folder of documents does not exist"),
    (("coverage", "--documents", "docs"), "docs: has none of the package's documents"),
    (("coverage",), "needs the documents"),
    (("cite", "--row", "obs-8"), "has the id 'obs-8': did you mean obs-0008?"),
    (("cite", "--row", "OBS-0001"), "has the id 'OBS-0001': did you mean obs-0001?"),
    (("cite", "--row", "milestones/ms-1"), "has the id 'milestones/ms-1': did you mean ms-0001?"),
    (("cite", "--row", "mn-0000001"), "has the id 'mn-0000001': did you mean mn-00001?"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_wrong_use_is_one_line(words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("SHEGONG_DOCUMENTS", raising=False)
    assert said in one_line(run(*words))


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "gb18030"}]
)
def test_any_locale_and_no_home(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "shegong", "query", "SELECT '镇江' AS a"]
    done = subprocess.run(command, cwd=ROOT, env={"PATH": os.environ["PATH"], **environment}, capture_output=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_closed_pipe_is_silent() -> None:
    line = f"{sys.executable} -m shegong query --format csv 'FROM mentions' | head -1"
    done = subprocess.run(line, shell=True, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.startswith("mention_id,")
    assert done.stderr == ""
