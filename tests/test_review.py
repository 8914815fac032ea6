"""Review: every key, one answer at a time, saved at once and taken back whenever one likes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from shegong.curation.workspace.decisions import DERIVED
from shegong.curation.workspace.journal import JOURNAL
from shegong.package.package import Package
from tests.commands import Terminal, everything, one_line, run
from tests.conftest import ROOT
from tests.curation.small import KEY, PAGE_KEY, PAGE_ROWS, ROWS, TEXT, Small, SmallPage

OWN = sum(ROWS.values()) - 9
"""Rows that are asked about: nine mentions follow the rows that they rest on."""
OBSERVATION = ("observations", "new-obs-1")
EXCLUDED = ("mentions", "new-mn-10")
STATION = ("organizations", "new-org-1")
FOUNDING = ("milestones", "new-ms-1")


@pytest.fixture
def small(tmp_path: Path, package: Package) -> Small:
    """The folder of a document on which nothing is decided."""
    return Small(tmp_path / KEY, package, decision="")


@pytest.fixture
def asked(tmp_path: Path, package: Package) -> Callable[..., Small]:
    """A folder in which only the given rows are open."""

    def make(*rows: tuple[str, str], text: str = TEXT) -> Small:
        small = Small(tmp_path / KEY, package, text=text)
        for row in rows:
            small.set(*row, decision="")
        return small

    return make


def review(small: Small, keys: str) -> Result:
    result = run("review", "--package", ROOT, small.path, input=keys)
    assert result.exit_code == 0, result.output
    return result


def tables(small: Small) -> dict[str, bytes]:
    return {table: small.file(table).read_bytes() for table in small.schemas}


def questions(result: Result) -> list[str]:
    """The rows that were asked about, in order."""
    return re.findall(r" open\n\n(\S+ \S+)\n", result.output)


def test_document_comes_first_and_then_the_order_of_the_text_until_nothing_is_open(small: Small, tmp_path) -> None:
    result = review(small, "a" * OWN)
    assert questions(result) == [
        "documents small-page", "sources small-page", "regions 520000", "regions 520500", "regions 520527",
        "organizations new-org-1", "milestones new-ms-1", "observations new-obs-1", "observations new-obs-2",
        "mentions new-mn-10",
    ]  # fmt: skip
    assert "全县有持证社工【38名】，志愿者600余名" in result.output
    assert result.output.rstrip().endswith("5 of 5 numerals decided (100.0%); rows: 19 yes, 0 no, 0 open")
    assert questions(review(small, "")) == []
    assert tables(small) == tables(Small(tmp_path / "finished", small.package))


def test_page_is_asked_about_row_by_row_and_its_values_are_filled_in(tmp_path: Path, package: Package) -> None:
    page = SmallPage(tmp_path / PAGE_KEY, package, decision="")
    result = review(page, "a" * sum(PAGE_ROWS.values()) + "q")
    assert questions(result) == [
        f"sources {PAGE_KEY}", "regions 520500", "regions 520527",
        "organizations new-org-1", "observations new-obs-1", "observations new-obs-2",
    ]  # fmt: skip
    assert "numerals" not in result.output
    assert "every row is decided" in result.output
    assert page.row("observations", "new-obs-1")["value_upper"] == "299"


def test_new_row_of_a_page_is_asked_for_what_it_needs_and_undone(tmp_path: Path, package: Package) -> None:
    page = SmallPage(tmp_path / PAGE_KEY, package)
    keys = [row["observation_id"] for row in page.rows("observations")]
    result = review(page, "no\na520527\nvolunteers\n突破1.36万人\nq")
    assert questions(result)[0] == "observations new-obs-3"
    row = page.row("observations", "new-obs-3")
    assert (row["decision"], row["source_id"], row["grade"], row["status"]) == ("yes", PAGE_KEY, "all", "reported")
    assert [row[name] for name in DERIVED] == ["13600", "13600", "", "at_least"]
    review(page, "uuuuuq")
    assert [row["observation_id"] for row in page.rows("observations")] == keys


def test_quitting_keeps_what_was_decided_and_the_next_sitting_goes_on(small: Small) -> None:
    assert len(questions(review(small, "aasq"))) == 4
    assert questions(review(small, "q")) == ["regions 520000"]
    assert [small.row(table, KEY)["decision"] for table in ("documents", "sources")] == ["yes", "yes"]


@pytest.mark.parametrize("keys", ["", "e", "e\n", "e4\n", "x", "x\n\n\n", "\x04"])
def test_end_of_input_ends_and_loses_nothing(asked, keys: str) -> None:
    small = asked(OBSERVATION)
    before = tables(small)
    result = run("review", "--package", ROOT, small.path, input=keys)
    assert result.exit_code in (0, 130)
    assert len(result.output) < 50_000
    assert tables(small) == before


def test_row_kept_out_drops_what_served_it_and_excludes_its_numeral_for_a_part_of_a_reason(asked) -> None:
    small = asked(OBSERVATION)
    review(small, "x口号\n")
    assert small.row(*OBSERVATION)["decision"] == "no"
    value = small.row("mentions", small.mention("38名", "excluded"))
    assert (value["decision"], value["observation_id"], value["exclusion"]) == ("yes", "", "slogan")
    place, other = (row for row in small.rows("mentions") if (row["text"], row["role"]) == ("全县", "place"))
    assert (place["decision"], other["decision"]) == ("no", "")


def test_date_left_over_is_open_again(asked) -> None:
    small = asked(FOUNDING)
    result = review(small, "xq")
    date = small.row("mentions", small.mention("2023年5月", "date"))
    assert (date["decision"], date["milestone_id"]) == ("", "")
    assert questions(result) == ["milestones new-ms-1", f"mentions {date['mention_id']}"]
    assert small.row("mentions", small.mention("启用", "detail"))["decision"] == "no"
    review(small, "xrepeated\n")
    assert small.row("mentions", date["mention_id"])["role"] == "excluded"


def test_date_that_dates_another_row_too_is_dropped(asked) -> None:
    small = asked(FOUNDING)
    date = small.row("mentions", small.mention("2023年5月", "date"))
    also = date | {"mention_id": "new-mn-11", "milestone_id": "", "observation_id": "new-obs-1"}
    small.write("mentions", [*small.rows("mentions"), also])
    review(small, "x")
    assert small.row("mentions", date["mention_id"])["decision"] == "no"
    assert small.row("mentions", "new-mn-11")["decision"] == ""


def test_corrected_token_moves_the_span_and_counts_anew(asked) -> None:
    small = asked(OBSERVATION)
    review(small, "e14\n600余名\nq")
    row = small.row(*OBSERVATION)
    assert [row[name] for name in DERIVED] == ["600", "600", "", "at_least"]
    mention = next(m for m in small.rows("mentions") if (m["observation_id"], m["role"]) == ("new-obs-1", "value"))
    assert mention["text"] == TEXT[int(mention["char_start"]) : int(mention["char_end"])] == "600余名"
    assert "【600余名】" in mention["context"]


def test_another_metric_draws_the_bounds_anew(asked) -> None:
    small = asked(OBSERVATION, text=TEXT.replace("门前", "每人2.5小时，门前"))
    review(small, "e14\n2.5\nq")
    assert [small.row(*OBSERVATION)[name] for name in DERIVED[:3]] == ["2.5", "3", "2"]
    review(small, "e3\nexam_pass_rate\nq")
    assert [small.row(*OBSERVATION)[name] for name in DERIVED[:3]] == ["2.5", "2.45", "2.55"]


def test_number_takes_a_metric_that_is_proposed(asked) -> None:
    small = asked(OBSERVATION)
    review(small, "2q")
    assert small.row(*OBSERVATION)["metric_id"] == "volunteers"
    review(small, "1q")
    assert small.row(*OBSERVATION)["metric_id"] == "licensed_social_workers"


def test_place_by_its_name_comes_with_those_above_it(asked) -> None:
    small = asked(OBSERVATION)
    result = review(small, "e2\n朝阳区\n凤台县\nq")
    assert "'朝阳区' matches several: 110105 朝阳区, 220104 朝阳区" in result.output
    assert small.row(*OBSERVATION)["region_id"] == "340421"
    new = {row["region_id"]: row for row in small.rows("regions") if not row["decision"]}
    assert {key: row["parent_id"] for key, row in new.items()} == {"340400": "340000", "340421": "340400"}
    assert new["340421"]["name_en"] == "Fengtai County"
    assert questions(review(small, "q")) == ["regions 340400"]


ANSWERS: list[tuple[tuple[str, str], str, str, dict[str, str]]] = [
    (OBSERVATION, "?", "a  accept the row", {}),
    (OBSERVATION, "中", "a  accept the row", {}),
    (OBSERVATION, "e99\n", "'99' is not the number of a cell: expected 1 to 20", {}),
    (OBSERVATION, "e0\n", "'0' is not the number of a cell", {}),
    (OBSERVATION, "emetric\n\n", "metric_id [licensed_social_workers]", {}),
    (OBSERVATION, "eperiod\n", "'period' matches several: period_start, period_end, period_basis", {}),
    (OBSERVATION, "enothing\n", "'nothing' matches none", {}),
    (OBSERVATION, "e10\n", "value follows from value_text: edit that", {}),
    (OBSERVATION, "e2\n-\n520527\n", "region_id: must not be empty", {}),
    (OBSERVATION, "e2\n火星\n520527\n", "'火星' matches none", {}),
    (OBSERVATION, "e3\nsocial_work\n\n", "'social_work' matches several", {}),
    (OBSERVATION, "e7\n2023-13-01\n\n", "'2023-13-01' is not a date such as 2020-03-17", {}),
    (OBSERVATION, "e7\n20230101\n\n", "'20230101' is not a date", {}),
    (OBSERVATION, "e9\nguessed\nunknown\n", "'guessed' matches none", {}),
    (OBSERVATION, "e14\n39名\n\n", "the document does not contain '39名' near the mention", {}),
    (OBSERVATION, "e14\n持证社工\n\n", "'持证社工' is not a quantity: it contains no number", {}),
    (OBSERVATION, "e18\nnowhere\n\n", "'nowhere' matches none", {}),
    (EXCLUDED, "e3\nsixty\n60\n", "'sixty' is not a whole number", {}),
    (EXCLUDED, "e3\n-5\n60\n", "'-5' is not a whole number", {}),
    (EXCLUDED, "e4\n6000\n61\n", "characters 60 to 6000 are not a span", {}),
    (EXCLUDED, "e4\n60\n61\n", "characters 60 to 60 are not a span", {}),
    (EXCLUDED, "e5\n三\n二\n", "the document does not contain '三' near", {}),
    (OBSERVATION, "e²\n", "'²' matches none", {}),
    (EXCLUDED, "e3\n²\n60\n", "'²' is not a whole number", {}),
    (OBSERVATION, "xboring\n", "'boring' matches none", {}),
    (OBSERVATION, "xpart\n", "'part' matches several", {}),
    (EXCLUDED, "robs-9999\n", "neither the work folder nor the package has a row 'obs-9999'", {}),
    (("documents", KEY), "r", "no span of the document supports this row", {}),
    (("regions", "520527"), "e1\n520500\n\n", "another row has the key '520500'", {}),
    (OBSERVATION, "e1\nhezhang-station\n\n", "the package assigns this key when the row is accepted", {}),
    (OBSERVATION, "3", "no such metric is proposed here", {}),
    (OBSERVATION, "nz\n", "'z' is not one of o, m, b, p", {}),
    (EXCLUDED, "a", "the mention supports no row yet", {"role": "detail", "exclusion": ""}),
    (OBSERVATION, "ano\n", "'38%' counts in %, but the unit of licensed_social_workers takes 名", {"value_text": "38%"}),
    (OBSERVATION, "a\n", "'38名' counts in 名, but the unit of social_work_agencies takes ", {"metric_id": "social_work_agencies"}),
    (OBSERVATION, "a\n", "(to be filled in)", {"region_id": ""}),
    (OBSERVATION, "n\n", "of which table", {}),
    (OBSERVATION, "e\n", "number or name of the cell", {}),
    (OBSERVATION, "enote\n\n", "- empties the cell", {}),
    (OBSERVATION, "x\n", "why is it not a fact", {}),
    (OBSERVATION, "r\n", "row (its key; ", {}),
    (OBSERVATION, "rnew-obs-2\n\n", "role (", {}),
]  # fmt: skip


@pytest.mark.parametrize(("row", "keys", "said", "cells"), ANSWERS)
def test_answer_that_is_wrong_or_empty_changes_nothing_and_the_row_is_asked_about_again(
    asked, row: tuple[str, str], keys: str, said: str, cells: dict[str, str]
) -> None:
    small = asked(row)
    if cells:
        small.set(*row, **cells)
    before = tables(small)
    result = review(small, f"{keys}q")
    assert said in result.output
    assert len(questions(result)) == 2
    assert tables(small) == before


def test_key_is_renamed_everywhere(asked) -> None:
    small = asked(("sources", KEY))
    review(small, "e1\nhezhang-station\nq")
    assert [row["source_id"] for row in small.rows("sources")] == ["hezhang-station"]
    used = {row["source_id"] for table in ("mentions", "observations", "milestones") for row in small.rows(table)}
    assert used - {""} == {"hezhang-station"}


def test_empty_cells_are_listed_with_their_numbers(asked) -> None:
    small = asked(OBSERVATION)
    names = list(small.package.schemas["observations"].columns)
    row = small.row(*OBSERVATION)
    listed = review(small, "q").output.partition("empty: ")[2].partition("\n\n")[0].replace("\n", " ").split(", ")
    assert listed == [f"{number} {name}" for number, name in enumerate(names, 1) if not row[name]]
    assert "note" in names


@pytest.mark.parametrize("cell", ["note", "20", " note", "not"])
def test_cell_is_named_by_number_or_name(asked, cell: str) -> None:
    small = asked(OBSERVATION)
    review(small, f"e{cell}\nSaid twice.\nq")
    assert small.row(*OBSERVATION)["note"] == "Said twice."


def test_unit_that_does_not_fit_the_metric_is_accepted_on_request(asked) -> None:
    small = asked(OBSERVATION)
    small.set(*OBSERVATION, value_text="38%")
    review(small, "ayes\n")
    assert small.row(*OBSERVATION)["decision"] == "yes"


def test_every_reason_of_the_schema_is_offered(asked, package: Package) -> None:
    shown = review(asked(OBSERVATION), "x\nq").output
    for reason in package.schemas["mentions"].field("exclusion").categories:
        assert f"  {reason.value:<22} {reason.label_zh}  {reason.definition}\n" in shown


def test_fact_is_asked_about_where_its_value_is(small: Small) -> None:
    small.set("mentions", "new-mn-7", char_start="0", char_end="3", text="赫章县")
    asked_about = questions(review(small, "s" * OWN))
    assert asked_about.index("observations new-obs-1") < asked_about.index("observations new-obs-2")


def test_what_must_be_filled_in_is_asked_for_before_a_row_goes_in(asked) -> None:
    small = asked(STATION)
    small.set(*STATION, name_en="", type="")
    result = review(small, "aHezhang Station\nstation\n")
    assert "(to be filled in)" in result.output
    row = small.row(*STATION)
    assert (row["decision"], row["name_en"], row["type"]) == ("yes", "Hezhang Station", "social_work_station")


def test_open_mention_without_a_numeral_can_be_kept_out(asked) -> None:
    small = asked()
    key = small.mention("启用", "detail")
    small.set("mentions", key, milestone_id="")
    assert questions(review(small, "xq")) == [f"mentions {key}"]
    assert small.row("mentions", key)["decision"] == "no"


@pytest.mark.parametrize(
    ("keys", "column", "target"),
    [
        ("rnew-obs-2\ndetail\n", "observation_id", "new-obs-2"),
        ("rorg-0001\nname\n", "organization_id", "org-0001"),
        ("ro\nvalue\nq", "observation_id", "new-obs-3"),
        ("rb\nname\nq", "organization_id", "new-org-2"),
    ],
)
def test_span_rests_on_another_row(asked, keys: str, column: str, target: str) -> None:
    small = asked(EXCLUDED)
    before = tables(small)
    review(small, keys)
    mention = small.row(*EXCLUDED)
    assert (mention[column], mention["exclusion"]) == (target, "")
    assert target == "org-0001" or target in [
        list(row.values())[1] for name in small.schemas for row in small.rows(name)
    ]
    review(small, "uq")
    assert tables(small) == before


@pytest.mark.parametrize(("others", "decision"), [(True, ""), (False, "no")])
def test_row_whose_only_span_rests_on_another_is_kept_out(asked, others: bool, decision: str) -> None:
    small = asked(OBSERVATION)
    key = small.mention("38名", "value")
    if not others:
        small.delete("mentions", small.mention("全县", "place"))
    review(small, "rnew-obs-2\nvalue\n")
    assert small.row(*OBSERVATION)["decision"] == decision
    assert small.row("mentions", key)["observation_id"] == "new-obs-2"


def test_undo_goes_back_to_the_very_beginning_also_in_another_sitting(small: Small) -> None:
    before = tables(small)
    assert "there is no decision to undo" in review(small, "uq").output
    review(small, "aaxslogan\nae2\n凤台县\nq")
    review(small, "aaaaaxslogan\naaaaa")
    review(small, "")
    changes = len((small.path / JOURNAL).read_text("utf-8").splitlines())
    assert changes > 8
    small.set("documents", KEY, decision="")
    review(small, "uuuq")
    assert "there is no decision to undo" in review(small, f"{'u' * (changes - 2)}q").output
    assert tables(small) == before


def test_decision_writes_only_the_tables_that_it_changes_and_appends_to_the_journal(asked) -> None:
    small = asked(OBSERVATION, STATION)
    review(small, "aq")
    files = {table: small.file(table).stat().st_ino for table in small.schemas}
    journal = (small.path / JOURNAL).read_bytes()
    review(small, "aq")
    assert {table for table in small.schemas if small.file(table).stat().st_ino != files[table]} == {"observations"}
    assert (small.path / JOURNAL).read_bytes().startswith(journal)
    assert len((small.path / JOURNAL).read_bytes().splitlines()) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b'{"before": 5, "added": []}',
        b"\xff\xfe",
        b'{"before": [{"table": "observations", "cells": {}}], "added": []}',
        b'{"before": [{"table": "regions", "cells": {}, "decision": "", "context": "", "proposal": ""}], "added": []}',
    ],
)  # fmt: skip
def test_journal_edited_into_nonsense_is_one_line(small: Small, content: bytes) -> None:
    (small.path / JOURNAL).write_bytes(content + b"\n")
    before = everything(small.path)
    result = run("review", "--package", ROOT, small.path, input="u")
    assert f"{JOURNAL}:1: the line is not a decision" in one_line(result)
    assert everything(small.path) == before


def test_decision_after_a_torn_line_of_the_journal_can_be_undone(small: Small) -> None:
    before = tables(small)
    (small.path / JOURNAL).write_bytes(b'{"added": [], "bef')
    review(small, "aq")
    review(small, "uq")
    assert tables(small) == before


@pytest.mark.slow
def test_real_terminal(asked) -> None:
    small = asked(OBSERVATION, STATION)
    steps = [
        ("", "? help"), ("a", "? help"), ("\x1b[A", "Press any key"), (" ", "? help"),
        ("e", "number or name of the cell"), ("14\r", "value_text [38名]"),
        ("39名\r", "the document does not contain"), ("600余名\r", "? help"), ("u", "? help"),
        ("x", "why is it not a fact"), ("slogan\r", "every row is decided"), ("\x04", "Aborted!"),
    ]  # fmt: skip
    with Terminal(ROOT, "review", "--package", ROOT, small.path) as terminal:
        shown = [(terminal.type(keys), terminal.until(words))[1] for keys, words in steps]
        assert terminal.end() == 1
    assert "Traceback" not in shown[-1]
    assert "\x1b[7m【赫章县社工站】\x1b[0m" in shown[0]
    assert "\x1b[7m【38名】\x1b[0m" in shown[1]
    assert small.row(*STATION)["decision"] == "yes"
    assert small.row("mentions", small.mention("38名", "excluded"))["exclusion"] == "slogan"
