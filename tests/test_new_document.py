"""A new document goes in by the commands alone and comes out complete; docs/curation.md leads the same way."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shegong.checks.coverage import cover_documents
from shegong.chinese import NUMERAL
from shegong.cli import DOCUMENTS_VARIABLE
from shegong.curation.workspace.spreadsheet import read_work
from tests.commands import run as invoke
from tests.conftest import ROOT, PackageCopy
from tests.curation.small import found

EXAMPLE = ROOT / "examples/curation"
PAGE = EXAMPLE / "invented-page.txt"
CONSOLE = re.compile(r"```console\n(.*?)```", re.S)
pytestmark = pytest.mark.slow


def run(*words: str | Path, exit_code: int = 0, **options: str) -> str:
    result = invoke(*words, **options)
    assert result.exit_code == exit_code, result.output
    return result.output


@pytest.fixture
def work(copy: PackageCopy) -> Path:
    """The invented page, just taken in."""
    run("ingest", PAGE, "--package", copy.root)
    return copy.root / "work/invented-page"


def any_version(told: str) -> str:
    return re.sub(r"^package shegong \S+ in", "package shegong in", told.rstrip("\n"), flags=re.M)


def finish(work: Path) -> None:
    """Save the finished tables into a work folder as a spreadsheet does: with a mark, carriage returns and capitals."""
    for path in (EXAMPLE / "finished").glob("*.csv"):
        text = path.read_text("utf-8-sig").replace("\n", "\r\n").replace(",true,", ",TRUE,")
        (work / path.name).write_bytes(b"\xef\xbb\xbf" + text.encode())


def test_page_goes_in_by_the_commands_alone_and_comes_out_complete(copy: PackageCopy, work: Path) -> None:
    run("accept", work, "--package", copy.root, exit_code=1)
    known = found(copy, conformance=True)
    finish(work)
    told = run("accept", work, "--package", copy.root)
    assert "data/observations.csv  13 more" in told
    assert found(copy, conformance=True) == known
    (covered,) = cover_documents(copy.package, work)
    assert (covered.numerals, covered.missing) == (64, ())
    assert "0 differences" in run("compare", work, copy.root, "--package", copy.root)


def test_every_numeral_is_proposed_once_or_more(copy: PackageCopy, work: Path) -> None:
    read = read_work(work, copy.package.schemas)
    mentions = [draft.cells for draft in read.of("mentions") if draft.cells["role"] != "title"]
    spans = {at for cells in mentions for at in range(int(cells["char_start"]), int(cells["char_end"]))}
    assert all(spans.issuperset(range(*numeral.span())) for numeral in NUMERAL.finditer(read.text))


TRAPS = {
    ("licensed_social_workers", ""): ("286", "286", "286"), ("volunteers", ""): ("13600", "13600", ""),
    ("service_outputs", "questionnaires handed out"): ("2019", "2019", "2019"),
    ("township_stations", ""): ("13", "13", "13"),
    ("places_covered", "towns and subdistricts with a station"): ("13", "13", "13"),
    ("licence_subsidy", ""): ("3000", "", "3000"),
}  # fmt: skip


def test_traps_of_the_page_come_out_right(copy: PackageCopy, work: Path) -> None:
    finish(work)
    run("accept", work, "--package", copy.root)
    mine = [row for row in copy.rows("observations") if row["source_id"].startswith("invented-page")]
    told = [
        row for row in mine if (row["status"], row["grade"]) == ("reported", "all") and row["region_id"] != "350426"
    ]
    of = {(row["metric_id"], row["scope_en"]): row for row in told}
    assert {key: (of[key]["value"], of[key]["value_lower"], of[key]["value_upper"]) for key in TRAPS} == TRAPS
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
    screens = run("review", work, "--package", copy.root, input="s" * 20 + "q")
    lines = [line.rstrip() for line in screens.replace(str(work), "work/invented-page").splitlines()]
    assert shown.rstrip("\n") in "\n".join(lines)


def test_run_over_a_line_break_is_proposed_line_by_line(copy: PackageCopy, tmp_path: Path) -> None:
    head = "浙江省丽水市遂昌县社工站建设情况说明材料摘要如下供参考使用全文如下特此说明如下截至2022年底全县有持证社工共"
    (tmp_path / "broken.txt").write_text(f"{head}20\n3名。", "utf-8")
    run("ingest", tmp_path / "broken.txt", "--package", copy.root)
    read = read_work(copy.root / "work/broken", copy.package.schemas)
    assert ["20", "3名"] == [d.cells["text"] for d in read.of("mentions") if d.cells["text"] in ("20", "3名")]
    assert not read.of("observations")  # the parser refuses a number with a break inside
