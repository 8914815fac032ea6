"""A new document goes in by the commands alone and comes out complete; docs/curation.md leads the same way."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from shegong.checks.coverage import cover_documents
from shegong.chinese import NUMERAL
from shegong.cli import DOCUMENTS_VARIABLE, main
from shegong.curation.workspace.spreadsheet import read_work
from tests.conftest import ROOT, PackageCopy
from tests.curation.small import found

EXAMPLE = ROOT / "examples/curation"
PAGE = EXAMPLE / "invented-page.txt"
CONSOLE = re.compile(r"```console\n(.*?)```", re.S)
pytestmark = pytest.mark.slow


def run(*words: str, exit_code: int = 0, **options: str) -> str:
    result = CliRunner().invoke(main, words, **options)
    assert result.exit_code == exit_code, result.output
    return result.output


@pytest.fixture
def work(copy: PackageCopy) -> Path:
    """The invented page, just taken in."""
    folder = copy.root / "work/invented-page"
    run("ingest", str(PAGE), "--package", str(copy.root))
    return folder


def any_version(told: str) -> str:
    return re.sub(r"^package shegong \S+ in", "package shegong in", told.rstrip("\n"), flags=re.M)


def finish(work: Path) -> None:
    """Save the finished tables into a work folder as a spreadsheet does: with a mark, carriage returns and capitals."""
    for path in (EXAMPLE / "finished").glob("*.csv"):
        text = path.read_text("utf-8-sig").replace("\n", "\r\n").replace(",true,", ",TRUE,")
        (work / path.name).write_bytes(b"\xef\xbb\xbf" + text.encode())


def test_page_goes_in_by_the_commands_alone_and_comes_out_complete(copy: PackageCopy, work: Path) -> None:
    run("accept", str(work), "--package", str(copy.root), exit_code=1)
    known = found(copy, conformance=True)
    finish(work)
    told = run("accept", str(work), "--package", str(copy.root))
    assert "data/observations.csv  13 more" in told
    assert found(copy, conformance=True) == known
    (covered,) = cover_documents(copy.package, work)
    assert (covered.numerals, covered.missing) == (64, ())
    assert "0 differences" in run("compare", str(work), str(copy.root), "--package", str(copy.root))


def test_every_numeral_is_proposed_once_or_more(copy: PackageCopy, work: Path) -> None:
    read = read_work(work, copy.package.schemas)
    mentions = [draft.cells for draft in read.of("mentions") if draft.cells["role"] != "title"]
    spans = {at for cells in mentions for at in range(int(cells["char_start"]), int(cells["char_end"]))}
    assert all(spans.issuperset(range(*numeral.span())) for numeral in NUMERAL.finditer(read.text))
    assert all(read.text[int(c["char_start"]) : int(c["char_end"])] == c["text"] for c in mentions)
    assert not [draft for draft in read.drafts if read.decision(draft)]


def test_traps_of_the_page_come_out_right(copy: PackageCopy, work: Path) -> None:
    finish(work)
    run("accept", str(work), "--package", str(copy.root))
    mine = [row for row in copy.rows("observations") if row["source_id"].startswith("invented-page")]
    of = {
        (row["metric_id"], row["scope_en"]): row
        for row in mine
        if row["status"] == "reported" and row["region_id"] != "350426" and row["grade"] == "all"
    }
    values = {metric: (row["value"], row["value_lower"], row["value_upper"]) for metric, row in of.items()}
    assert values["licensed_social_workers", ""] == ("286", "286", "286")
    assert values["volunteers", ""] == ("13600", "13600", "")
    assert values["service_outputs", "questionnaires handed out"] == ("2019", "2019", "2019")
    assert values["places_covered", "towns and subdistricts with a station"] == ("13", "13", "13")
    assert values["township_stations", ""] == ("13", "13", "13")
    assert values["licence_subsidy", ""] == ("3000", "", "3000")
    printed = copy.keys("mentions", role="value", observation_id=of["licensed_social_workers", ""]["observation_id"])
    assert len(printed) == 4
    assert copy.row("regions", "350428101")["parent_id"] == "350428"
    assert copy.keys("mentions", document_id="invented-page", exclusion="document_error")


def test_way_of_the_page_is_as_it_says(copy: PackageCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command of the page, in its order, says what the page says; … is whatever depends on the data."""
    monkeypatch.delenv(DOCUMENTS_VARIABLE, raising=False)
    shutil.copytree(EXAMPLE, copy.root / "examples/curation")
    for block in CONSOLE.findall((ROOT / "docs/curation.md").read_text("utf-8")):
        for command, told in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.M):
            words = re.sub(r"^shegong", f"{sys.executable} -m shegong", command)
            done = subprocess.run(words, shell=True, cwd=copy.root, capture_output=True, text=True)
            said = (done.stdout + done.stderr).replace(str(copy.root.resolve()), "~/shegong")
            shown = re.escape(any_version(told)).replace("…", r"[\s\S]*")
            assert re.fullmatch(shown, any_version(said)), f"{command}\n{said}"


def test_screen_of_the_page_is_the_one_of_review(copy: PackageCopy, work: Path) -> None:
    (shown,) = re.findall(r"```text\n(work/.*?)```", (ROOT / "docs/curation.md").read_text("utf-8"), re.S)
    screens = run("review", str(work), "--package", str(copy.root), input="s" * 20 + "q")
    lines = [line.rstrip() for line in screens.replace(str(work), "work/invented-page").splitlines()]
    assert shown.rstrip("\n") in "\n".join(lines)


def test_run_over_a_line_break_is_proposed_line_by_line(copy: PackageCopy, tmp_path: Path) -> None:
    head = "浙江省丽水市遂昌县社工站建设情况说明材料摘要如下供参考使用全文如下特此说明如下截至2022年底全县有持证社工共"
    (tmp_path / "broken.txt").write_text(f"{head}20\n3名。", "utf-8")
    run("ingest", str(tmp_path / "broken.txt"), "--package", str(copy.root))
    read = read_work(copy.root / "work/broken", copy.package.schemas)
    assert ["20", "3名"] == [d.cells["text"] for d in read.of("mentions") if d.cells["text"] in ("20", "3名")]
    assert not read.of("observations")  # the parser refuses a number with a break inside
