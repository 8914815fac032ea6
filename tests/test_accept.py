"""Accept: a finished work folder goes into the tables, all of it or nothing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shegong.checks.run import check_package
from shegong.curation.workspace import accept as accept_module
from shegong.curation.workspace.decisions import DERIVED
from shegong.package.lock import exclusive_lock
from shegong.package.package import Package
from shegong.report import Report
from tests.commands import everything, one_line, refusal, run, start
from tests.conftest import ROOT, PackageCopy
from tests.curation.small import ADDED, KEY, PAGE_KEY, PAGE_ROWS, ROWS, TEXT, Small, SmallPage, found

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def untouched(package: Package) -> Report:
    return check_package(package)


@pytest.fixture(autouse=True)
def _one_check_of_the_untouched_package(untouched: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """Accept checks the package as it is before it checks it with the new rows: in most tests it is the real one."""

    def check(package: Package, *rest: Any) -> Report:
        return untouched if tables(package.root) == tables(ROOT) else check_package(package, *rest)

    monkeypatch.setattr(accept_module, "check_package", check)
    monkeypatch.delenv("SHEGONG_DOCUMENTS", raising=False)


def tables(root: Path) -> dict[str, bytes]:
    files = [*root.glob("data/*"), *root.glob("schemas/*"), root / "datapackage.json"]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def small(copy: PackageCopy) -> Small:
    return Small(copy.root / "work" / KEY, copy.package)


@pytest.fixture
def page(copy: PackageCopy) -> SmallPage:
    return SmallPage(copy.root / "work" / PAGE_KEY, copy.package)


def accept(copy: PackageCopy, small: Small, *words: str) -> list[str]:
    """The findings, a line each, without the keys of their rows; nothing was written."""
    before = everything(copy.root)
    result = run("accept", "--package", copy.root, "--show", "100", *words, small.path)
    assert result.exit_code == 1, result.output
    first, *lines, last = result.output.splitlines()
    assert first.startswith("package shegong ")
    assert last.startswith("nothing was written")
    assert everything(copy.root) == before
    return [re.sub(r" \(\S+\)  (error|warning)", r"  \1", line[2:]) for line in lines if line.startswith("  /")]


def accepted(copy: PackageCopy, small: Small, *words: str) -> list[str]:
    """What a successful accept says."""
    result = run("accept", "--package", copy.root, *words, small.path)
    assert result.exit_code == 0, result.output
    return result.output.splitlines()[1:]


def last_number(copy: PackageCopy, table: str) -> int:
    return max(int(key.rpartition("-")[2]) for key in copy.keys(table))


def test_finished_folder_goes_in_whole(copy: PackageCopy, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    known = found(copy)
    old = {table: {tuple(row.items()) for row in copy.rows(table)} for table in small.schemas}
    first = last_number(copy, "observations") + 1
    received = small.path / f"{KEY}.txt"
    copy.documents.mkdir()
    monkeypatch.setenv("SHEGONG_DOCUMENTS", str(copy.documents))
    said = accepted(copy, small)
    assert said[:-2] == [f"data/{table}.csv  {ADDED[table]} more" for table in small.schemas if table in ADDED]
    assert said[-1].startswith(f"keep {received} with the other documents")
    assert not list(copy.documents.iterdir())
    for table in small.schemas:
        new = {tuple(row.items()) for row in copy.rows(table)}
        assert old[table] <= new
        assert len(new) - len(old[table]) == ADDED.get(table, 0)
        assert not [cell for row in new - old[table] for _, cell in row if "new-" in cell]
    station = copy.keys("organizations", name_zh="赫章县社工站")[0]
    licensed, helpers = (f"obs-{number:04}" for number in (first, first + 1))
    assert [copy.row("observations", key)["value_text"] for key in (licensed, helpers)] == ["38名", "600余名"]
    assert copy.keys("milestones", organization_id=station, source_id=KEY, title_zh="社工站投用")
    assert [row["text"] for row in copy.rows("mentions") if row["observation_id"] == licensed] == ["全县", "38名"]
    assert found(copy) == known
    shutil.copy(received, copy.documents)
    covered = run("coverage", "--package", copy.root, "--documents", copy.documents)
    assert f"{KEY} " in covered.output
    assert "100.0%" in covered.output
    assert covered.exit_code == 0
    evidence = run("check", "--package", copy.root, "--documents", copy.documents, "--show", "100")
    assert not [line for line in evidence.output.splitlines() if KEY in line]
    assert run("fmt", "--package", copy.root).output.splitlines()[1:] == ["nothing to do: all tables are canonical"]
    before = everything(copy.root)
    line = one_line(run("accept", "--package", copy.root, small.path))
    assert f"the package already contains the document, as {KEY}" in line
    assert everything(copy.root) == before


def test_page_is_accepted_whole_and_its_values_follow_from_its_tokens(copy: PackageCopy, page: SmallPage) -> None:
    known = found(copy, conformance=True)
    said = accepted(copy, page)
    assert said[:-1] == [f"data/{table}.csv  {PAGE_ROWS[table]} more" for table in page.schemas if table in PAGE_ROWS]
    assert said[-1] == f"rows: {sum(PAGE_ROWS.values())} yes, 0 no, 0 open"
    rows = {row["value_text"]: row for row in copy.rows("observations") if row["source_id"] == PAGE_KEY}
    derived = {token: [row[name] for name in DERIVED] for token, row in rows.items()}
    # money of a standard is exact; of licensed people fewer than 300 are counted
    assert derived == {"近300名": ["300", "", "299", "nearly"], "1.5万元": ["15000", "15000", "15000", "exact"]}
    (source,) = [row for row in copy.rows("sources") if row["source_id"] == PAGE_KEY]
    assert (source["document_id"], source["char_start"], source["read_on"]) == ("", "", "2024-02-01")
    assert copy.keys("organizations", name_zh="虚构晚报") == [source["publisher_id"]]
    assert found(copy, conformance=True) == known
    assert "but the package uses it [draft-key]" in run("accept", "--package", copy.root, page.path).output
    assert "\n0 differences\n" in run("compare", "--package", copy.root, page.path, copy.root).output


def test_removed_ids_are_not_given_again_and_drafted_numbers_do_not_matter(copy: PackageCopy, small: Small) -> None:
    number = last_number(copy, "observations") + 5
    (copy.root / "data/deprecations.csv").write_text(
        f"id,table_name,replaced_by,since,reason\nobs-{number:04},observations,,0.1.1,Entered twice.\n", "utf-8"
    )
    copy.stamp()
    for table in ("observations", "mentions"):
        small.edit(table, lambda data: data.replace(b"new-obs-1", b"new-obs-77"))
    accepted(copy, small)
    assert copy.row("observations", f"obs-{number + 1:04}")["value_text"] == "38名"
    assert f"obs-{number:04}" not in copy.keys("observations")
    assert copy.keys("mentions", observation_id=f"obs-{number + 1:04}", text="38名", role="value")


@pytest.mark.parametrize("decision", ["yes", "no"])
def test_place_that_the_package_has_is_not_added(copy: PackageCopy, small: Small, decision: str) -> None:
    province = copy.row("regions", "520000")
    small.set("regions", "520000", decision=decision, name_en="Another name")
    assert "data/regions.csv  2 more" in accepted(copy, small)
    assert [key for key in copy.keys("regions") if key.startswith("5205")] == ["520500", "520527"]
    assert [row for row in copy.rows("regions") if row["region_id"] == "520000"] == [province]


def test_many_open_rows_are_counted_and_shown_on_request(copy: PackageCopy) -> None:
    small = Small(copy.root / "work" / KEY, copy.package, decision="")
    everything_open = sum(ROWS.values())
    assert len(accept(copy, small)) == everything_open
    assert len(accept(copy, small, "--show", "10")) == 10
    shown = run("accept", "--package", copy.root, small.path).output
    assert f"(and {everything_open - 10} more)" in shown
    found = json.loads(run("accept", "--package", copy.root, "--format", "json", small.path).stdout)
    assert (found["ok"], found["totals"]) == (False, {"draft-open": everything_open})
    assert {"file", "line", "column", "key", "message", "expected", "hint"} <= found["findings"][0].keys()


NOT_ACCEPTED = "but that row is not accepted"
# Wrong cells, those together that do not hide one another, with what is said of them, and of which row, if another.
WRONG: dict[str, list[tuple[Any, ...]]] = {
    "rows that are rejected or not drafted": [
        ("documents", KEY, {"decision": "no"}, ":decision  error: the document is rejected, but its rows need it"),
        ("regions", "520500", {"decision": "no"}, f":parent_id  error: parent_id is 520500, {NOT_ACCEPTED}", ("regions", "520527")),
        ("sources", KEY, {"decision": "no"}, f":source_id  error: source_id is small-page, {NOT_ACCEPTED}", ("observations", "new-obs-1")),
        ("mentions", "new-mn-8", {"observation_id": "new-obs-9"}, ":observation_id  error: observation_id is new-obs-9, but observations.csv lacks it"),
        ("observations", "new-obs-2", {"source_id": "new-src-4"}, ":source_id  error: source_id is new-src-4, but sources.csv lacks it"),
    ],
    "open rows": [
        ("organizations", "new-org-1", {"decision": ""}, ":decision  error: decision is empty, but every row needs yes or no"),
        ("observations", "new-obs-1", {"decision": ""}, ":decision  error: decision is empty, but every row needs yes or no", ("mentions", "new-mn-8")),
        ("regions", "520500", {"decision": ""}, f":parent_id  error: parent_id is 520500, {NOT_ACCEPTED}", ("regions", "520527")),
    ],
    "keys": [
        ("mentions", "new-mn-7", {"mention_id": "first"}, ":mention_id  error: mention_id is first, but the package assigns such keys"),
        ("mentions", "new-mn-8", {"mention_id": "mn-99999"}, ":mention_id  error: mention_id is mn-99999, but the package assigns such keys"),
        ("mentions", "new-mn-9", {"mention_id": "mn-00001"}, ":mention_id  error: mention_id is mn-00001, but the package uses it"),
        ("documents", KEY, {"document_id": "stations-roundup"}, ":document_id  error: document_id is stations-roundup, but the package uses it"),
    ],
    "form": [
        ("milestones", "new-ms-1", {"date_start": "May"}, ":date_start  error: date_start is 'May'"),
        ("milestones", "new-ms-1", {"date_end": "2023-02-30"}, ":date_end  error: date_end is '2023-02-30'"),
        ("observations", "new-obs-1", {"note": "<b>"}, ":note  error: note is '<b>'"),
        ("observations", "new-obs-2", {"note": "=1+1"}, ":note  error: note is '=1+1'"),
    ],
    "codes and values": [
        ("observations", "new-obs-2", {"qualifier": "roughly"}, ":qualifier  error: qualifier is 'roughly'"),
        ("mentions", "new-mn-8", {"milestone_id": "new-ms-1"}, ":role  error: "),
        ("mentions", "new-mn-5", {"role": "title"}, ":role  error: "),
        ("mentions", "new-mn-10", {"exclusion": "boring"}, ":exclusion  error: exclusion is 'boring'"),
    ],
    "rows that are not there": [
        ("observations", "new-obs-1", {"region_id": "529999"}, ":region_id  error: region_id is '529999'"),
        ("observations", "new-obs-2", {"metric_id": "kindness"}, ":metric_id  error: metric_id is 'kindness'"),
    ],
    "words": [
        ("milestones", "new-ms-1", {"note": "".join(TEXT.split("\n")[1:3])}, ":note  error: "),
        ("observations", "new-obs-2", {"metric_id": "village_stations"}, ":value_text  error: value_text is '600余名'"),
    ],
    "document": [("documents", KEY, {"bytes": "7"}, ":bytes  error: ")],
    "page": [
        ("sources", PAGE_KEY, {"read_on": ""}, ":read_on  error: "),
        ("observations", "new-obs-1", {"value_text": "近300家", "value": "301"}, ":value_text  error: value_text is '近300家'"),
        ("observations", "new-obs-1", {"note": "Said twice."}, ":value  error: value is 301"),
        ("observations", "new-obs-2", {"value_text": "数百元"}, ":value_text  error: value_text is '数百元'"),
    ],
    "every step": [
        ("observations", "new-obs-1", {"value": "39"}, ":value  error: value is 39"),
        ("milestones", "new-ms-1", {"organization_id": "org-9999"}, ":organization_id  error: organization_id is 'org-9999'"),
        ("mentions", "new-mn-5", {"char_start": "3", "char_end": "5"}, ":text  error: characters 3 to 5 are '社工', not '启用'"),
        ("mentions", "new-mn-10", {"decision": "no"}, ":document_id  error: numeral '二'", ("documents", KEY)),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_finding_names_the_line_of_the_work_folder(copy: PackageCopy, small: Small, page: SmallPage, name: str) -> None:
    work, expected = page if name == "page" else small, []
    for table, key, cells, said, *at in WRONG[name]:
        place = work.set(table, key, **cells)
        expected.append(f"{work.place(*at[0]) if at else place}{said}")
    lines = accept(copy, work)
    for beginning in expected:
        assert any(line.startswith(beginning) for line in lines), (beginning, lines)
    assert all(line.startswith(str(work.path)) and line.endswith("]") for line in lines), lines


def test_warning_stands_in_the_way_unless_it_is_allowed(copy: PackageCopy, small: Small) -> None:
    day = {"period_start": "2023-05-31", "period_end": "2023-05-31"}
    few = {"value": "20", "value_lower": "20", "value_upper": "20", "value_text": "20人"}
    number = last_number(copy, "observations") + 1
    copy.append_row("observations", "obs-0057", observation_id=f"obs-{number:04}", region_id="CN", **day, **few)
    copy.stamp()
    place = small.set("observations", "new-obs-1", period_basis="inferred", value="39", **day)
    lines = accept(copy, small, "--allow-warnings")
    assert any(line.startswith(f"{place}:value  error: value is 39") for line in lines), lines
    small.set("observations", "new-obs-1", value="38")
    (line,) = accept(copy, small)
    assert line.startswith(f"{place}:value  warning: value is 38, but CN, which contains it, has 20 ")
    assert "[part-of-place-exceeds-whole]" in line
    assert "data/observations.csv  2 more" in accepted(copy, small, "--allow-warnings")
    assert copy.keys("observations", value_text="38名", source_id=KEY) == [f"obs-{number + 1:04}"]


def test_error_that_was_there_before_does_not_stand_in_the_way_and_hides_none(copy: PackageCopy, small: Small) -> None:
    known = found(copy)
    copy.edit_cell("observations", "obs-0001", "value", "7")
    copy.stamp()
    small.set("observations", "new-obs-1", value="39")
    assert all(line.startswith(str(small.path)) for line in accept(copy, small))
    small.set("observations", "new-obs-1", value="38")
    accepted(copy, small)
    assert {key for rule, key in found(copy) if (rule, key) not in known} == {"obs-0001"}


UNREADABLE: dict[str, Callable[[PackageCopy], object]] = {
    "cell that is no number": lambda c: c.edit_cell("observations", "obs-0001", "value", "many"),
    "descriptor with an unknown key": lambda c: c.edit_json("datapackage.json", lambda d: d.update(colour="red")),
    "table gone": lambda c: (c.root / "data/programmes.csv").unlink(),
    "columns swapped": lambda c: c.edit_text("data/mentions.csv", "char_start,char_end", "char_end,char_start"),
}


@pytest.mark.parametrize("damage", UNREADABLE.values(), ids=UNREADABLE)
def test_nothing_goes_unchecked_into_a_package_that_cannot_be_read(copy: PackageCopy, small: Small, damage) -> None:
    damage(copy)
    copy.stamp()
    small.set("observations", "new-obs-1", value="39")
    before = everything(copy.root)
    result = run("accept", "--package", copy.root, small.path)
    assert result.exit_code in (1, 2)
    assert result.exit_code == 1 or one_line(result)
    assert everything(copy.root) == before


def test_change_that_is_running_is_waited_for(copy: PackageCopy, small: Small) -> None:
    before = everything(copy.root)
    with exclusive_lock(copy.root, "a test"):
        for words in (("accept", small.path), ("fmt",)):
            assert "is running here; wait for it" in one_line(run(words[0], "--package", copy.root, *words[1:]))
    assert everything(copy.root) == before


def test_full_disk_is_one_line_and_changes_nothing(copy: PackageCopy, small: Small) -> None:
    before = everything(copy.root)
    assert "File too large" in refusal(start(copy.root, "accept", small.path, room=1024))
    assert everything(copy.root) == before


def test_two_at_once_both_go_in_or_one_is_refused(copy: PackageCopy, small: Small) -> None:
    other = Small(copy.root / "work" / "other", copy.package, text=TEXT.replace("编辑", "校对"), key="other-page")
    known, documents = found(copy), copy.keys("documents")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    call = [sys.executable, "-m", "shegong", "accept", "--package", copy.root]
    running = [subprocess.Popen([*call, work.path], **pipes) for work in (small, other)]
    ends = [(process.communicate(), process.returncode) for process in running]
    assert 0 in [code for _, code in ends], ends
    for (_, said), code in ends:
        assert code == 0 or (code == 2 and "is running here" in said), said
    assert len(copy.keys("documents")) == len(documents) + sum(code == 0 for _, code in ends)
    assert found(copy) == known


def test_finding_names_the_row_and_what_is_empty(copy: PackageCopy, small: Small) -> None:
    place = small.set("sources", KEY, kind="")
    shown = run("accept", "--package", copy.root, small.path).output
    assert f"{place}:kind ({KEY})  error: kind is required but empty [cell-required]" in shown
