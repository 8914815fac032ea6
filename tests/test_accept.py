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
from shegong.package.lock import exclusive_lock
from shegong.package.package import Package
from shegong.package.write import UNFINISHED
from shegong.report import Report
from tests.commands import everything, one_line, run
from tests.conftest import ROOT, PackageCopy
from tests.curation.small import (
    ADDED,
    FILE,
    KEY,
    NEW_REGIONS,
    PAGE_KEY,
    PAGE_ROWS,
    PROVINCE,
    ROWS,
    TEXT,
    Small,
    SmallPage,
    found,
)


@pytest.fixture(autouse=True)
def _no_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHEGONG_DOCUMENTS", raising=False)


@pytest.fixture(scope="module")
def untouched(package: Package) -> Report:
    return check_package(package)


@pytest.fixture(autouse=True)
def _one_check_of_the_untouched_package(untouched: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """Accept checks the package as it is before it checks it with the new rows: in most tests it is the real one."""

    def check(package: Package, *rest: Any) -> Report:
        return untouched if tables(package.root) == tables(ROOT) else check_package(package, *rest)

    monkeypatch.setattr(accept_module, "check_package", check)


def tables(root: Path) -> dict[str, bytes]:
    files = [*root.glob("data/*"), *root.glob("schemas/*"), root / "datapackage.json"]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def small(copy: PackageCopy) -> Small:
    return Small(copy.root / "work" / KEY, copy.package)


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


@pytest.fixture
def page(copy: PackageCopy) -> SmallPage:
    return SmallPage(copy.root / "work" / PAGE_KEY, copy.package)


def last_number(copy: PackageCopy, table: str) -> int:
    return max(int(key.rpartition("-")[2]) for key in copy.keys(table))


@pytest.mark.slow
def test_finished_folder_goes_in_whole(copy: PackageCopy, small: Small) -> None:
    known = found(copy)
    old = {table: {tuple(row.items()) for row in copy.rows(table)} for table in small.schemas}
    first = last_number(copy, "observations") + 1
    copy.documents.mkdir()
    shutil.copy(small.path / FILE, copy.documents)
    said = accepted(copy, small)
    assert said[:-2] == [f"data/{table}.csv  {ADDED[table]} more" for table in small.schemas if table in ADDED]
    assert str(small.path / FILE) in said[-1]
    for table in small.schemas:
        new = {tuple(row.items()) for row in copy.rows(table)}
        assert old[table] <= new
        assert len(new) - len(old[table]) == ADDED.get(table, 0)
        assert not [cell for row in new - old[table] for _, cell in row if "new-" in cell]
    station = copy.keys("organizations", name_zh="赫章县社工站")[0]
    licensed, helpers = (copy.row("observations", f"obs-{number:04}") for number in (first, first + 1))
    assert (licensed["value_text"], helpers["value_text"]) == ("38名", "600余名")
    assert copy.keys("milestones", organization_id=station, source_id=KEY, title_zh="社工站投用")
    assert [row["text"] for row in copy.rows("mentions") if row["observation_id"] == licensed["observation_id"]] == ["全县", "38名"]  # fmt: skip
    assert found(copy) == known
    covered = run("coverage", "--package", copy.root, "--documents", copy.documents)
    assert f"{KEY} " in covered.output
    assert "100.0%" in covered.output
    assert covered.exit_code == 0
    evidence = run("check", "--package", copy.root, "--documents", copy.documents, "--show", "100")
    assert not [line for line in evidence.output.splitlines() if KEY in line]
    assert run("fmt", "--package", copy.root).output.splitlines()[1:] == ["nothing to do: all tables are canonical"]
    before = everything(copy.root)
    assert f"the package already contains the document, as {KEY}" in one_line(
        run("accept", "--package", copy.root, small.path)
    )
    assert everything(copy.root) == before


@pytest.mark.slow
def test_page_is_accepted_whole_and_its_values_follow_from_its_tokens(copy: PackageCopy, page: SmallPage) -> None:
    known = found(copy, conformance=True)
    said = accepted(copy, page)
    assert said[:-1] == [f"data/{table}.csv  {PAGE_ROWS[table]} more" for table in page.schemas if table in PAGE_ROWS]
    assert said[-1] == f"rows: {sum(PAGE_ROWS.values())} yes, 0 no, 0 open"
    rows = {row["value_text"]: row for row in copy.rows("observations") if row["source_id"] == PAGE_KEY}
    derived = {
        token: [row[name] for name in ("value", "value_lower", "value_upper", "qualifier")]
        for token, row in rows.items()
    }
    # money of a standard is exact; of licensed people fewer than 300 are counted
    assert derived == {"近300名": ["300", "", "299", "nearly"], "1.5万元": ["15000", "15000", "15000", "exact"]}
    (source,) = [row for row in copy.rows("sources") if row["source_id"] == PAGE_KEY]
    assert (source["document_id"], source["char_start"], source["read_on"]) == ("", "", "2024-02-01")
    assert copy.keys("organizations", name_zh="虚构晚报") == [source["publisher_id"]]
    assert found(copy, conformance=True) == known
    assert "but the package uses it [draft-key]" in run("accept", "--package", copy.root, page.path).output


@pytest.mark.slow
def test_page_without_address_needs_two_of_publisher_title_and_day(copy: PackageCopy, page: SmallPage) -> None:
    day = {"published_from": "", "published_to": "", "published_basis": "unknown"}
    place = page.set("sources", PAGE_KEY, title_zh="", **day)
    for key in ("new-obs-1", "new-obs-2"):
        page.set("observations", key, period_start="", period_end="", period_basis="unknown")
    (line,) = accept(copy, page)
    assert line.startswith(f"{place}:url  error: ")
    assert "the row has 1 of publisher, title and date [page-identity]" in line
    page.set("sources", PAGE_KEY, url="https://www.example.org/bulletin")
    accepted(copy, page)


@pytest.mark.slow
def test_wrong_cells_of_a_page_are_named_in_the_work_folder(copy: PackageCopy, page: SmallPage) -> None:
    place = page.set("sources", PAGE_KEY, read_on="")
    one = page.set("observations", "new-obs-1", value_text="近300家", value="301")
    other = page.set("observations", "new-obs-2", value_text="数百元")
    lines = accept(copy, page)
    for expected in (
        f"{place}:read_on  error: ",
        f"{one}:value_text  error: value_text is '近300家'",
        f"{one}:value  error: value is 301",
        f"{other}:value_text  error: value_text is '数百元'",
    ):
        assert any(line.startswith(expected) for line in lines), lines


@pytest.mark.slow
def test_removed_ids_are_not_given_again_and_drafted_numbers_do_not_matter(copy: PackageCopy, small: Small) -> None:
    number = last_number(copy, "observations") + 5
    (copy.root / "data/deprecations.csv").write_text(
        f"id,table_name,replaced_by,since,reason\nobs-{number:04},observations,,0.1.1,Entered twice.\n", "utf-8"
    )
    copy.stamp()
    for table, column in (("observations", "observation_id"), ("mentions", "observation_id")):
        rows = [row | {column: row[column].replace("new-obs-1", "new-obs-77")} for row in small.rows(table)]
        small.write(table, rows)
    accepted(copy, small)
    assert copy.row("observations", f"obs-{number + 1:04}")["value_text"] == "38名"
    assert f"obs-{number:04}" not in copy.keys("observations")
    assert copy.keys("mentions", observation_id=f"obs-{number + 1:04}", text="38名", role="value")


@pytest.mark.slow
def test_places_that_the_package_has_are_not_added_twice(copy: PackageCopy, small: Small) -> None:
    province = copy.row("regions", PROVINCE)
    assert small.row("regions", PROVINCE)["decision"] == "yes"
    said = accepted(copy, small)
    assert "data/regions.csv  2 more" in said
    assert [key for key in copy.keys("regions") if key in NEW_REGIONS] == list(NEW_REGIONS)
    assert [row for row in copy.rows("regions") if row["region_id"] == PROVINCE] == [province]


@pytest.mark.slow
def test_open_rows_are_listed_with_their_lines(copy: PackageCopy, small: Small) -> None:
    open_row = small.set("organizations", "new-org-1", decision="")
    lines = accept(copy, small)
    assert lines[-1] == f"{open_row}:decision  error: decision is empty, but every row needs yes or no [draft-open]"
    name = f"{small.file('mentions')}:{small.line('mentions', small.mention('赫章县社工站', 'name'))}"
    assert any(line.startswith(f"{name}:decision  error: ") for line in lines)
    assert any(
        f"{small.file('milestones')}:2:organization_id  error: organization_id is new-org-1, but that row is not accepted"
        in line
        for line in lines
    )


@pytest.mark.slow
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
    annotated = run("accept", "--package", copy.root, "--format", "github", small.path).output
    assert f"::error file={small.file('documents')},line=2,title=draft-open::decision: " in annotated


RESTING: list[tuple[str, str, dict[str, str], tuple[str, str], str]] = [
    ("documents", KEY, {"decision": "no"}, ("sources", KEY), ":document_id  error: document_id is small-page, but that row is not accepted"),
    ("regions", "520500", {"decision": "no"}, ("regions", "520527"), ":parent_id  error: parent_id is 520500, but that row is not accepted"),
    ("sources", KEY, {"decision": "no"}, ("observations", "new-obs-1"), ":source_id  error: source_id is small-page, but that row is not accepted"),
    ("mentions", "new-mn-8", {"observation_id": "new-obs-9", "decision": "yes"}, ("mentions", "new-mn-8"), ":observation_id  error: observation_id is new-obs-9, but observations.csv lacks it"),
    ("observations", "new-obs-2", {"source_id": "new-src-4"}, ("observations", "new-obs-2"), ":source_id  error: source_id is new-src-4, but sources.csv lacks it"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("is_document", [False, True])
def test_row_that_rests_on_none_that_goes_in_is_named(copy: PackageCopy, small: Small, is_document: bool) -> None:
    resting = [case for case in RESTING if (case[0] == "documents") == is_document]
    for table, key, cells, _, _ in resting:
        small.set(table, key, **cells)
    lines = accept(copy, small)
    for *_, line, said in resting:
        where = f"{small.file(line[0])}:{small.line(*line)}"
        assert any(text.startswith(f"{where}{said}") for text in lines), (said, lines)


# Wrong cells by table and key, those together that do not hide one another.
WRONG: dict[str, list[tuple[str, str, dict[str, str], str]]] = {
    "form": [
        ("milestones", "new-ms-1", {"date_start": "May"}, ":date_start  error: date_start is 'May'"),
        ("milestones", "new-ms-1", {"date_end": "2023-02-30"}, ":date_end  error: date_end is '2023-02-30'"),
        ("observations", "new-obs-1", {"note": "<b>"}, ":note  error: note is '<b>'"),
        ("observations", "new-obs-2", {"note": "=1+1"}, ":note  error: note is '=1+1'"),
    ],
    "codes and values": [
        ("observations", "new-obs-2", {"qualifier": "roughly"}, ":qualifier  error: qualifier is 'roughly'"),
        ("observations", "new-obs-1", {"value": "39"}, ":value  error: value is 39"),
        ("mentions", "new-mn-8", {"milestone_id": "new-ms-1"}, ":role  error: "),
        ("mentions", "new-mn-5", {"role": "title"}, ":role  error: "),
        ("mentions", "new-mn-10", {"exclusion": "boring"}, ":exclusion  error: exclusion is 'boring'"),
    ],
    "rows that are not there": [
        ("observations", "new-obs-1", {"region_id": "529999"}, ":region_id  error: region_id is '529999'"),
        ("observations", "new-obs-2", {"metric_id": "kindness"}, ":metric_id  error: metric_id is 'kindness'"),
        ("milestones", "new-ms-1", {"organization_id": "org-9999"}, ":organization_id  error: organization_id is 'org-9999'"),
    ],
    "words": [
        ("mentions", "new-mn-5", {"char_start": "3", "char_end": "5"}, ":text  error: characters 3 to 5 are '社工', not '启用'"),
        ("milestones", "new-ms-1", {"note": "".join(TEXT.split("\n")[1:3])}, ":note  error: "),
        ("observations", "new-obs-2", {"metric_id": "village_stations"}, ":value_text  error: value_text is '600余名'"),
    ],
    "document": [("documents", KEY, {"bytes": "7"}, ":bytes  error: ")],
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_finding_names_the_line_of_the_work_folder(copy: PackageCopy, small: Small, wrong) -> None:
    expected = [f"{small.set(table, key, **cells)}{said}" for table, key, cells, said in wrong]
    lines = accept(copy, small)
    for start in expected:
        assert any(line.startswith(start) and line.endswith("]") for line in lines), (start, lines)
    assert all(line.startswith(str(small.path)) for line in lines), lines


@pytest.mark.slow
def test_finding_of_every_step_stands_in_the_way(copy: PackageCopy, small: Small) -> None:
    places = [
        small.set("observations", "new-obs-1", value="39"),
        small.set("milestones", "new-ms-1", organization_id="org-9999"),
        small.set("mentions", "new-mn-5", char_start="3", char_end="5"),
    ]
    small.delete("mentions", "new-mn-10")
    lines = accept(copy, small)
    for place in (*places, f"{small.file('documents')}:2:document_id  error: numeral '二'"):
        assert any(line.startswith(place) for line in lines), lines


@pytest.mark.parametrize("note", ["one\ntwo", "one\0two", "one\ttwo"], ids=["line break", "NUL", "tab"])
def test_cell_that_breaks_the_file_is_named_in_the_work_folder(copy: PackageCopy, small: Small, note: str) -> None:
    place = small.set("observations", "new-obs-1", note=note)
    line = one_line(run("accept", "--package", copy.root, small.path))
    assert f"{place}:note: " in line
    assert "contains a line break or control character" in line


@pytest.mark.slow
def test_key_that_the_package_assigns_is_refused(copy: PackageCopy, small: Small) -> None:
    keys = {"new-mn-7": "first", "new-mn-8": "mn-99999", "new-mn-9": "mn-00001"}
    places = {key: small.set("mentions", old, mention_id=key) for old, key in keys.items()}
    lines = accept(copy, small)
    for key, place in places.items():
        assert any(f"{place}:mention_id  error: mention_id is {key}, but the package " in line for line in lines)


@pytest.mark.slow
def test_row_deleted_by_hand_is_missed_where_mentions_rest_on_it(copy: PackageCopy, small: Small) -> None:
    small.delete("observations", "new-obs-1")
    place = f"{small.file('mentions')}:{small.line('mentions', small.mention('38名', 'value'))}"
    lines = accept(copy, small)
    assert any(
        line.startswith(f"{place}:observation_id  error: observation_id is new-obs-1, but observations.csv lacks it")
        for line in lines
    )


@pytest.mark.slow
def test_key_of_the_package_is_named_in_the_work_folder(copy: PackageCopy, small: Small) -> None:
    for table in small.schemas:
        rows = small.rows(table)
        small.write(
            table, [{name: cell.replace("new-obs-1", "obs-0001") for name, cell in row.items()} for row in rows]
        )
    lines = accept(copy, small)
    assert lines[0].startswith(f"{small.file('observations')}:2:observation_id"), lines


@pytest.mark.slow
def test_place_that_the_package_has_need_not_go_in(copy: PackageCopy, small: Small) -> None:
    assert copy.keys("regions", region_id=PROVINCE)
    small.set("regions", PROVINCE, decision="no")
    accepted(copy, small)


@pytest.mark.slow
def test_folder_of_which_nothing_goes_in_is_said(copy: PackageCopy, small: Small) -> None:
    for table in small.schemas:
        small.write(table, [row | {"decision": "no"} for row in small.rows(table)])
    (line,) = accept(copy, small)
    assert line.endswith("the document is rejected, but its rows need it [draft-document]")


@pytest.mark.slow
def test_warning_stands_in_the_way_unless_it_is_allowed(copy: PackageCopy, small: Small) -> None:
    day = {"period_start": "2023-05-31", "period_end": "2023-05-31"}
    few = {"value": "20", "value_lower": "20", "value_upper": "20", "value_text": "20人"}
    number = last_number(copy, "observations") + 1
    copy.append_row("observations", "obs-0057", observation_id=f"obs-{number:04}", region_id="CN", **day, **few)
    copy.stamp()
    place = small.set("observations", "new-obs-1", period_basis="inferred", **day)
    (line,) = accept(copy, small)
    assert line.startswith(f"{place}:value  warning: value is 38, but CN, which contains it, has 20 ")
    assert "[part-of-place-exceeds-whole]" in line
    assert "data/observations.csv  2 more" in accepted(copy, small, "--allow-warnings")
    assert copy.keys("observations", value_text="38名", source_id=KEY) == [f"obs-{number + 1:04}"]


@pytest.mark.slow
def test_errors_allowed_as_warnings_are_errors_still(copy: PackageCopy, small: Small) -> None:
    place = small.set("observations", "new-obs-1", value="39")
    assert any(line.startswith(place) for line in accept(copy, small, "--allow-warnings"))


@pytest.mark.slow
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
    "cell that is no date": lambda c: c.edit_cell("milestones", "ms-0001", "date_start", "soon"),
    "descriptor with an unknown key": lambda c: c.edit_json("datapackage.json", lambda d: d.update(colour="red")),
    "table with a long row": lambda c: c.edit_bytes("data/programmes.csv", lambda d: d + b"prg-9999,,,,,,,,,,,,,\n"),
    "table that is no UTF-8": lambda c: c.edit_bytes("data/programmes.csv", lambda d: d.decode().encode("gb18030")),
    "table gone": lambda c: (c.root / "data/programmes.csv").unlink(),
    "header changed": lambda c: c.edit_text("data/observations.csv", ",metric_id,", ",measure,"),
    "columns swapped": lambda c: c.edit_text("data/mentions.csv", "char_start,char_end", "char_end,char_start"),
}


@pytest.mark.slow
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


@pytest.mark.slow
def test_two_documents_of_one_name_do_not_both_go_in(copy: PackageCopy, small: Small) -> None:
    copy.append_row("documents", "stations-roundup", document_id=KEY, sha256="0" * 64)
    copy.stamp()
    lines = accept(copy, small)
    assert any(line.startswith(f"{small.file('documents')}:2:document_id") for line in lines), lines


@pytest.mark.parametrize("command", ["accept", "fmt"])
def test_change_that_is_running_is_waited_for(copy: PackageCopy, small: Small, command: str) -> None:
    before = everything(copy.root)
    with exclusive_lock(copy.root, "a test"):
        words = [small.path] if command == "accept" else []
        assert "is running here; wait for it" in one_line(run(command, "--package", copy.root, *words))
    assert everything(copy.root) == before


@pytest.mark.slow
def test_folder_that_cannot_be_written_is_one_line(copy: PackageCopy, small: Small) -> None:
    (copy.root / UNFINISHED).write_text("in the way of the new files", "utf-8")
    before = everything(copy.root)
    assert "cannot be written: " in one_line(run("accept", "--package", copy.root, small.path))
    assert everything(copy.root) == before


@pytest.mark.slow
def test_full_disk_is_one_line_and_changes_nothing(copy: PackageCopy, small: Small) -> None:
    before = everything(copy.root)
    limited = ["bash", "-c", 'ulimit -f 1; exec "$@"', "-", *command(copy, small)]
    done = subprocess.run(limited, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done
    assert "File too large" in done.stderr
    assert everything(copy.root) == before


@pytest.mark.slow
def test_nothing_is_written_outside_the_package(copy: PackageCopy, small: Small, monkeypatch) -> None:
    copy.documents.mkdir()
    monkeypatch.setenv("SHEGONG_DOCUMENTS", str(copy.documents))
    assert accepted(copy, small)[-1].startswith(f"keep {small.path / FILE} with the other documents")
    assert not list(copy.documents.iterdir())


@pytest.mark.slow
def test_two_at_once_both_go_in_or_one_is_refused(copy: PackageCopy, small: Small) -> None:
    other = Small(copy.root / "work" / "other", copy.package, text=TEXT.replace("编辑", "校对"), key="other-page")
    known, documents = found(copy), copy.keys("documents")
    running = [
        subprocess.Popen(command(copy, work), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for work in (small, other)
    ]
    ends = [(process.communicate(), process.returncode) for process in running]
    assert 0 in [code for _, code in ends], ends
    for (_, said), code in ends:
        assert code == 0 or (code == 2 and "is running here" in said), said
    assert len(copy.keys("documents")) == len(documents) + sum(code == 0 for _, code in ends)
    assert found(copy) == known


def command(copy: PackageCopy, small: Small) -> list[str]:
    return [sys.executable, "-m", "shegong", "accept", "--package", str(copy.root), str(small.path)]


def test_finding_names_the_row_and_what_is_empty(copy: PackageCopy, small: Small) -> None:
    place = small.set("sources", KEY, kind="")
    shown = run("accept", "--package", copy.root, small.path).output
    assert f"{place}:kind ({KEY})  error: kind is required but empty [cell-required]" in shown
