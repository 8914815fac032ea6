"""The command line as people meet it: help, exit codes, and one clear line for whatever is wrong."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from shegong.chinese import display_width
from shegong.cli import GROUPS, main
from tests.commands import everything, one_line, run
from tests.conftest import ROOT, PackageCopy


@pytest.mark.parametrize(
    "words", [(), *[(name,) for name in main.commands]], ids=lambda words: words[0] if words else "shegong"
)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_says_what_and_how(words: tuple[str, ...], flag: str) -> None:
    result = run(*words, flag)
    assert result.exit_code == 0
    assert result.output.startswith("Usage: ")
    assert "Options:" in result.output


def test_help_lists_every_command_in_a_group_and_cuts_no_summary() -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(main.commands)
    listed = run("-h").output
    for name, command in main.commands.items():
        assert len(command.short_help) < 60
        assert re.search(rf"^  {name} +{re.escape(command.short_help)}$", listed, re.M)
    assert all(f"\n{title}:\n" in listed for title in ("Use", "Curate", "Maintain"))


@pytest.mark.parametrize("name", main.commands)
def test_help_of_a_command_has_an_example_of_it(name: str) -> None:
    assert f"Example: shegong {name} " in run(name, "-h").output


def test_version_is_that_of_the_descriptor() -> None:
    version = json.loads((ROOT / "datapackage.json").read_bytes())["version"]
    assert run("--version").output == f"{version}\n"


def test_good_package_is_exit_0_and_says_which_package() -> None:
    result = run("check", "--package", str(ROOT))
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[0] == f"package shegong {run('--version').output.strip()} in {ROOT}"
    assert "evidence        not run: no documents" in result.output or os.environ.get("SHEGONG_DOCUMENTS")


@pytest.mark.usefixtures("no_relations")
def test_finding_is_exit_1_and_names_file_line_column_value_and_mend(copy: PackageCopy) -> None:
    copy.edit_cell("observations", "obs-0001", "value", "-1")
    copy.stamp()
    result = run("check", "--package", str(copy.root))
    assert result.exit_code == 1
    assert "data/observations.csv:2:value (obs-0001)  error: value is -1, but value_text '" in result.output
    assert "[quantity-value]" in result.output
    assert "quantity-value: correct value or value_text" in result.output


@pytest.mark.usefixtures("no_relations")
def test_findings_as_json(copy: PackageCopy) -> None:
    copy.edit_cell("observations", "obs-0001", "qualifier", "roughly")
    copy.stamp()
    report = json.loads(run("check", "--package", str(copy.root), "--format", "json").output)
    found = [f for f in report["findings"] if f["rule"] == "cell-enum"]
    assert report["ok"] is False
    assert found[0] | {"message": "", "expected": "", "hint": ""} == {
        "rule": "cell-enum", "severity": "error", "step": "contracts", "file": "data/observations.csv", "table": "observations",
        "line": 2, "column": "qualifier", "key": "obs-0001", "value": "roughly", "message": "", "expected": "", "hint": "",
    }  # fmt: skip


@pytest.mark.usefixtures("no_relations")
def test_findings_as_annotations(copy: PackageCopy) -> None:
    copy.edit_cell("observations", "obs-0001", "qualifier", "rough%ly")
    copy.stamp()
    output = run("check", "--package", str(copy.root), "--format", "github").output
    assert (
        "::error file=data/observations.csv,line=2,title=cell-enum::qualifier: qualifier is 'rough%25ly', but" in output
    )


@pytest.mark.slow
def test_many_findings_of_a_rule_are_counted_and_the_order_is_the_same(copy: PackageCopy) -> None:
    for row in copy.rows("regions"):
        copy.edit_cell("regions", row["region_id"], "level", "planet")
    copy.stamp()
    words = ("check", "--package", str(copy.root), "--show", "3")
    first, second = run(*words).output, run(*words).output
    assert first == second
    assert first.count("[cell-enum]") == 3
    assert f"(and {len(copy.rows('regions')) - 3} more)" in first


def test_warnings_alone_are_exit_0(copy: PackageCopy) -> None:
    copy.append_row("observations", "obs-0057", observation_id="obs-9999", value="9", value_lower="9", value_upper="9",
                    value_text="9人", source_id="nbs-census-2020-bulletin-3")  # fmt: skip
    copy.stamp()
    report = run("check", "--package", str(copy.root))
    assert "warning" in report.output
    assert "[observation-disagreement]" in report.output


BROKEN: dict[str, Callable[[PackageCopy], object]] = {
    "no descriptor": lambda c: (c.root / "datapackage.json").unlink(),
    "descriptor is a folder": lambda c: ((c.root / "datapackage.json").unlink(), (c.root / "datapackage.json").mkdir()),
    "no JSON": lambda c: (c.root / "datapackage.json").write_text("{", "utf-8"),
    "a list": lambda c: (c.root / "datapackage.json").write_text("[]", "utf-8"),
    "empty": lambda c: (c.root / "datapackage.json").write_bytes(b""),
    "BOM": lambda c: c.edit_bytes("datapackage.json", lambda data: b"\xef\xbb\xbf" + data),
    "GB18030": lambda c: c.edit_bytes("datapackage.json", lambda data: data.decode().encode("gb18030")),
    "key twice": lambda c: c.edit_text("datapackage.json", '"version": ', '"version": "9.9.9",\n  "version": '),
    "deep": lambda c: (c.root / "datapackage.json").write_text("[" * 100_000, "utf-8"),
    "binary": lambda c: (c.root / "datapackage.json").write_bytes(bytes(range(256))),
}


@pytest.mark.parametrize("command", ["check", "fmt", "build", "docs"])
@pytest.mark.parametrize("damage", BROKEN.values(), ids=BROKEN.keys())
def test_descriptor_that_cannot_be_read_is_one_line(copy: PackageCopy, damage, command: str) -> None:
    damage(copy)
    before = everything(copy.root)
    assert "datapackage.json" in one_line(run(command, "--package", str(copy.root)))
    assert everything(copy.root) == before


def test_schema_without_a_column_that_rules_need_is_one_line(copy: PackageCopy) -> None:
    copy.edit_json("schemas/metrics.json", lambda s: s["fields"].__setitem__(9, s["fields"][9] | {"name": "lowest"}))
    copy.edit_text("data/metrics.csv", ",value_min,", ",lowest,")
    copy.stamp()
    assert "the rule metric-range-order needs the column value_min" in one_line(
        run("check", "--package", str(copy.root))
    )


def test_descriptor_with_findings_is_not_formatted_nor_built(copy: PackageCopy) -> None:
    copy.edit_json("datapackage.json", lambda d: d["resources"][0].update(path="../outside.csv"))
    before = everything(copy.root)
    for command in ("fmt", "check"):
        result = run(command, "--package", str(copy.root))
        assert result.exit_code == 1
        assert "[descriptor-path" in result.output
    assert "not built" in one_line(run("build", "--package", str(copy.root)))
    assert everything(copy.root) == before


@pytest.mark.usefixtures("no_relations")
def test_stale_stamp_names_the_command_that_mends_it(copy: PackageCopy) -> None:
    copy.edit_cell("observations", "obs-0001", "note", "Another note.")
    stale = run("check", "--package", str(copy.root))
    assert stale.exit_code == 1
    assert "stamp-stale: run `shegong fmt`" in stale.output
    assert run("fmt", "--package", str(copy.root)).output.splitlines()[1:] == [
        "wrote datapackage.json",
        "all tables are canonical",
    ]
    assert run("check", "--package", str(copy.root)).exit_code == 0


@pytest.mark.slow
def test_evidence_finds_a_document_changed_by_one_byte(copy: PackageCopy, documents: Path, tmp_path: Path) -> None:
    folder = tmp_path / "changed"
    shutil.copytree(documents, folder)
    path = next(folder.glob("003_*"))
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    result = run("check", "--package", str(ROOT), "--documents", str(folder))
    assert result.exit_code == 1
    assert "[document-changed]" in result.output


@pytest.mark.slow
def test_evidence_and_coverage_with_the_documents(documents: Path) -> None:
    words = ("--package", str(ROOT), "--documents", str(documents))
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
    result = run("coverage", "--package", str(copy.root), "--documents", str(copy.documents))
    assert result.exit_code == 1
    assert f":{gone['char_start']}  " in result.output


def test_coverage_of_tables_that_cannot_be_read_is_one_line(copy: PackageCopy, tmp_path: Path) -> None:
    copy.edit_cell("mentions", "mn-00001", "char_start", "many")
    copy.stamp()
    words = ("coverage", "--package", str(copy.root), "--documents", str(tmp_path))
    assert "data/mentions.csv: cannot be read: see `shegong check`" in one_line(run(*words))


def test_coverage_by_a_folder_without_the_documents_is_one_line(tmp_path: Path) -> None:
    words = ("coverage", "--package", str(ROOT), "--documents", str(tmp_path))
    assert f"{tmp_path}: has none of the package's documents" in one_line(run(*words))


def test_coverage_needs_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHEGONG_DOCUMENTS", raising=False)
    assert "needs the documents" in one_line(run("coverage", "--package", str(ROOT)))


@pytest.mark.parametrize("command", ["check", "coverage"])
def test_documents_folder_that_is_not_there(command: str, tmp_path: Path) -> None:
    assert "this folder of documents does not exist" in one_line(
        run(command, "--package", str(ROOT), "--documents", str(tmp_path / "no"))
    )


def of_an_unknown_type(field: dict[str, str]) -> None:
    field["type"] = "geopoint"


def circle(copy: PackageCopy) -> None:
    key = {"fields": ["file_name"], "reference": {"resource": "sources", "fields": ["source_id"]}}
    copy.edit_json("schemas/documents.json", lambda schema: schema.update(foreignKeys=[key]))


STRANGE: dict[str, tuple[Callable[[PackageCopy], object], str]] = {
    "type that is none": (lambda c: c.edit_field("regions", "note", of_an_unknown_type), "'geopoint' of 'note' is not a type"),
    "tables that refer to each other": (circle, "the foreign keys form a cycle: documents, sources"),
    "schema is a folder": (lambda c: ((c.root / "schemas/regions.json").unlink(), (c.root / "schemas/regions.json").mkdir()), "regions.json: cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize(("damage", "said"), STRANGE.values(), ids=STRANGE)
def test_query_of_a_package_with_strange_schemas_is_one_line(copy: PackageCopy, damage, said: str) -> None:
    damage(copy)
    assert said in one_line(run("query", "--package", str(copy.root), "SELECT 1"))


@pytest.mark.slow
@pytest.mark.parametrize("type", ["date", "integer", "number", "boolean"])
@pytest.mark.parametrize(
    "column", ["organizations.name_zh", "programmes.programme_id", "mentions.text", "observations.value_text", "metrics.metric_id"]
)  # fmt: skip
def test_check_of_a_column_whose_type_was_changed_says_so(copy: PackageCopy, column: str, type: str) -> None:
    table, name = column.split(".")
    copy.edit_field(table, name, lambda field: field.update(type=type))
    result = run("check", "--package", str(copy.root))
    assert result.exit_code in (1, 2)
    assert "Traceback" not in result.output + result.stderr
    assert "error" in (result.output + result.stderr).lower()


@pytest.mark.slow
def test_metrics_that_cannot_be_read_are_what_is_told(copy: PackageCopy) -> None:
    copy.edit_field("metrics", "unit", lambda field: field.update(name="renamed"))
    result = run("check", "--package", str(copy.root))
    assert result.exit_code == 1
    assert "data/metrics.csv:1  error: the header is" in result.output
    assert "contracts       not run: every table must be readable first" in result.output


def test_argument_that_is_no_text_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["shegong", "query", "SELECT '\udcff'"])
    assert "cannot be read in this locale: set PYTHONUTF8=1" in one_line(run("query", "SELECT '\udcff'"))


@pytest.mark.slow
def test_build_checks_first_and_says_what_it_made(tmp_path: Path) -> None:
    result = run("build", "--package", str(ROOT), "--output", str(tmp_path))
    assert result.exit_code == 0
    _, checked, *made = result.output.splitlines()
    assert checked.startswith("0 errors, ")
    assert checked == run("check", "--package", str(ROOT)).output.splitlines()[-1]
    assert [line.split("  ")[0] for line in made] == [str(tmp_path / name) for name in ("shegong.duckdb", "shegong.xlsx", "parquet")]  # fmt: skip


@pytest.mark.slow
def test_steps_are_named_on_a_terminal_and_taken_away_again() -> None:
    screen, inside = pty.openpty()
    command = [sys.executable, "-m", "shegong", "check", "--package", str(ROOT)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=inside) as process:
        os.close(inside)
        shown = b"".join(iter(lambda: read_or_end(screen), b""))
    os.close(screen)
    assert process.returncode == 0
    assert "relations …" in shown.decode()
    assert shown.endswith(b"\r\x1b[K")


def read_or_end(screen: int) -> bytes:
    try:
        return os.read(screen, 4096)
    except OSError:  # the other side is closed
        return b""


WIDE_QUERY = "SELECT *, '社会工作' AS 名称 FROM latest_observations ORDER BY ALL LIMIT 5"


@pytest.mark.parametrize("width", [80, 200])
def test_table_on_a_terminal_is_as_wide_as_the_terminal(width: int) -> None:
    screen, inside = pty.openpty()
    fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    command = [sys.executable, "-m", "shegong", "query", "--package", str(ROOT), WIDE_QUERY]
    world = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    with subprocess.Popen(command, stdin=inside, stdout=inside, stderr=subprocess.PIPE, env=world):
        os.close(inside)
        lines = b"".join(iter(lambda: read_or_end(screen), b"")).decode().splitlines()
    os.close(screen)
    drawn = [line for line in lines if line.startswith(("┌", "│", "└"))]
    assert len(drawn) == 9
    assert {display_width(line) for line in drawn} == {display_width(drawn[0])}
    assert width - 30 < display_width(drawn[0]) <= width
    assert "社会工作" in drawn[4]


def test_table_elsewhere_is_not_cut() -> None:
    lines = run("query", "--package", str(ROOT), WIDE_QUERY).output.splitlines()
    assert lines[1].count("│") == 33
    assert "…" not in lines[1]


def test_query_from_file_and_standard_input(tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_text("SELECT 40 + 2 AS n", "utf-8")
    words = ("query", "--package", str(ROOT), "--format", "csv")
    assert run(*words, "--file", str(tmp_path / "q.sql")).output == "n\n42\n"
    assert run(*words, "--file", "-", input="SELECT 7 AS n").output == "n\n7\n"
    assert run(*words, input="SELECT 7 AS n").output == "n\n7\n"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_query_that_is_not_utf_8_is_one_line(tmp_path: Path, encoding: str) -> None:
    content = "SELECT '六名' AS 社工".encode(encoding)
    (tmp_path / "q.sql").write_bytes(content)
    words = ("query", "--package", str(ROOT))
    assert "q.sql: byte 0x" in (said := one_line_of_query(run(*words, "--file", str(tmp_path / "q.sql"))))
    assert said.endswith("is not UTF-8: save the query as UTF-8\n")
    assert "standard input: byte 0x" in one_line_of_query(run(*words, "--file", "-", input=content))


def one_line_of_query(result: Result) -> str:
    """What `query` prints after the line that names the package."""
    assert result.exit_code == 2
    *named, last = result.stderr.splitlines(keepends=True)
    assert all(line.startswith("package shegong ") for line in named)
    return last


def test_byte_order_mark_of_a_query_is_not_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_bytes(b"\xef\xbb\xbfSELECT 7 AS n")
    words = ("query", "--package", str(ROOT), "--format", "csv", "--file", str(tmp_path / "q.sql"))
    assert run(*words).output == "n\n7\n"


def linked(copy: PackageCopy, **links: str) -> None:
    for name, target in links.items():
        path = copy.root / name.replace("__", "/").replace("_", ".")
        path.unlink()
        path.symlink_to(target)


def huge(copy: PackageCopy) -> None:
    copy.edit_cell("sources", "zhenjiang-licensed-2020", "note", "n" * 2_500_000)
    copy.stamp()


BAD_FILES: dict[str, Callable[[PackageCopy], object]] = {
    "link to itself": lambda c: linked(c, data__regions_csv="regions.csv"),
    "schema linked to itself": lambda c: linked(c, schemas__regions_json="regions.json"),
    "links in a circle": lambda c: linked(c, data__regions_csv="metrics.csv", data__metrics_csv="regions.csv"),
    "link to nothing": lambda c: linked(c, data__regions_csv="nothing.csv"),
    "folder": lambda c: ((c.root / "data/regions.csv").unlink(), (c.root / "data/regions.csv").mkdir()),
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
        result = run(command, "--package", str(copy.root))
        assert result.exit_code == 1
        assert "error: " in result.output
    for words in (("query", "SELECT 1"), ("cite", "--row", "obs-0001")):
        assert one_line(run(*words, "--package", str(copy.root)))
    assert one_line(run("build", "--no-check", "--package", str(copy.root)))


@pytest.mark.slow
def test_byte_order_mark_on_a_later_line_is_found_and_not_lost(copy: PackageCopy) -> None:
    copy.edit_bytes("data/regions.csv", lambda data: data.replace(b"\n", b'\n\xef\xbb\xbf""', 1))
    for _ in range(2):
        result = run("check", "--package", str(copy.root))
        assert result.exit_code == 1
        assert "region_id is '\\ufeff" in result.output.replace("\\\\", "\\")
        run("fmt", "--package", str(copy.root))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["q?x", "a*b[c]", "it's; 中文 %20"])
def test_any_character_may_be_in_a_path(copy: PackageCopy, name: str) -> None:
    root = copy.root.rename(copy.root.parent / name)
    assert run("check", "--package", str(root)).exit_code == 0
    assert run("build", "--no-check", "--package", str(root)).exit_code == 0
    counted = ("--format", "csv", "SELECT count(*) > 0 AS ok FROM regions")
    assert run("query", "--package", str(root), *counted).stdout == "ok\ntrue\n"
    assert run("query", "--database", str(root / "dist/shegong.duckdb"), *counted).stdout == "ok\ntrue\n"
    assert (root / "dist/shegong.xlsx").is_file()
    assert list((root / "dist/parquet").glob("*.parquet"))


def test_package_above_is_named(copy: PackageCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    (copy.root / "examples/deep").mkdir(parents=True)
    for folder in ("data", "examples/deep"):
        monkeypatch.chdir(copy.root / folder)
        assert f"no datapackage.json in .: give --package {copy.root}\n" in one_line(run("check"))


@pytest.mark.slow
def test_row_with_a_reference_to_nothing_is_one_line(copy: PackageCopy) -> None:
    for row in copy.rows("milestones"):
        assert row["source_id"]
    copy.edit_cell("observations", "obs-0001", "region_id", "320583")
    copy.edit_cell("milestones", "ms-0001", "source_id", "no-such-source")
    copy.edit_cell("regions", "320582", "parent_id", "320599")
    for id, missing in (
        ("obs-0001", "regions/320583"),
        ("ms-0001", "sources/no-such-source"),
        ("320582", "regions/320599"),
    ):
        said = one_line(run("cite", "--package", str(copy.root), "--row", id))
        assert f"{id} refers to {missing}, which is missing: run `shegong check`" in said
    assert "parents are not all there" in one_line(run("cite", "--package", str(copy.root), "--row", "obs-0002"))


@pytest.mark.parametrize(
    ("id", "meant"), [("obs-8", "obs-0008"), ("OBS-0001", "obs-0001"), ("milestones/ms-1", "ms-0001"), ("mn-0000001", "mn-00001")]
)  # fmt: skip
def test_id_with_other_zeros_or_case_is_suggested(id: str, meant: str) -> None:
    assert f"has the id '{id}': did you mean {meant}?" in one_line(run("cite", "--package", str(ROOT), "--row", id))


def test_query_falls_back_on_the_packaged_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("query", "--format", "csv", "SELECT count(*) > 0 AS ok FROM observations")
    assert result.stdout == "ok\ntrue\n"
    assert result.stderr.startswith("no package in the current folder: using the installed tables, version ")
    assert "using the installed tables" in run("cite").stderr
    assert "datapackage.json" in one_line(run("query", "--package", str(tmp_path), "SELECT 1"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("query", "SELECT 1; SELECT 2"), "give one SELECT"),
        (("query", "SELECT nothing FROM nowhere"), "nowhere"),
        (("query", "SELECT 1", "--file", "x.sql"), "give the SQL"),
        (("query", "--file", "no.sql"), "no.sql"),
        (("query", "--database", "no.duckdb", "SELECT 1"), "no.duckdb"),
    ],
)
def test_wrong_query_is_one_line(words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
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
