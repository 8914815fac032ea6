"""Compare: two readings of one document side by side, with figures that were worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shegong.curation.workspace.agreement import kappa
from shegong.package.package import Package
from tests.commands import everything, one_line, run
from tests.conftest import ROOT, PackageCopy
from tests.curation.small import KEY, TEXT, Small, SmallPage


@pytest.fixture
def pair(tmp_path: Path, package: Package) -> tuple[Small, Small]:
    """Two readings, the same so far."""
    return Small(tmp_path / "a", package), Small(tmp_path / "b", package)


def compared(a: Path, b: Path, code: int, root: Path = ROOT) -> dict[str, Any]:
    result = run("compare", "--package", root, a, b, "--format", "json")
    assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def agreement(found: dict[str, Any], table: str) -> list[int]:
    counts = next(item for item in found["tables"] if item["table"] == table)
    return [counts[name] for name in ("both", "only_a", "only_b", "cells", "same_cells")]


def places(found: dict[str, Any]) -> list[tuple[str, str, str, str, str, str]]:
    names = ("table", "place_a", "place_b", "column", "a", "b")
    return [tuple(difference[name] for name in names) for difference in found["differences"]]


def renamed(small: Small) -> None:
    """Give the figures and events other keys, and turn the rows about."""
    for table in small.schemas:
        small.write(table, small.rows(table)[::-1])
        text = small.file(table).read_bytes()
        small.file(table).write_bytes(text.replace(b"new-obs-", b"new-obs-7").replace(b"new-ms-1", b"new-ms-30"))


def test_same_reading_under_other_keys_and_names_agrees(pair: tuple[Small, Small]) -> None:
    a, b = pair
    renamed(b)
    b.set("milestones", "new-ms-30", title_en="A station opens", note="Said twice.")
    before = everything(a.path.parent)
    found = compared(a.path, b.path, 0)
    assert (found["numerals"], found["same_numerals"], found["kappa"], found["differences"]) == (5, 5, 1.0, [])
    both = {"sources": 1, "organizations": 1, "programmes": 0, "observations": 2, "milestones": 1}
    assert {table["table"]: table["both"] for table in found["tables"]} == both
    assert all(t["cells"] == t["same_cells"] and not t["only_a"] and not t["only_b"] for t in found["tables"])
    assert compared(a.path, a.path, 0) == found | {"b": found["a"]}
    assert everything(a.path.parent) == before


def test_differing_cells_are_listed_with_both_lines(pair: tuple[Small, Small]) -> None:
    a, b = pair
    there = b.set("observations", "new-obs-2", metric_id="social_workers_recruited", status="target")
    here = f"{a.file('observations')}:3"
    found = compared(a.path, b.path, 1)
    assert places(found) == [
        ("observations", here, there, "metric_id", "volunteers", "social_workers_recruited"),
        ("observations", here, there, "status", "reported", "target"),
    ]
    both, only_a, only_b, cells, same = agreement(found, "observations")
    assert (both, only_a, only_b, cells - same) == (2, 0, 0, 2)
    assert (found["same_numerals"], found["kappa"]) == (5, 1.0)
    shown = run("compare", "--package", ROOT, a.path, b.path).output
    assert f"observations  {here} | {there}  metric_id:  volunteers | social_workers_recruited\n" in shown
    assert shown.endswith("2 differences\n")


def test_row_of_one_reading_and_numeral_of_another_role(pair: tuple[Small, Small]) -> None:
    a, b = pair
    b.delete("observations", "new-obs-1")
    b.delete("mentions", b.mention("全县", "place"))
    key = b.mention("38名", "value")
    b.set("mentions", key, decision="yes", observation_id="", role="excluded", exclusion="anecdote")
    found = compared(a.path, b.path, 1)
    assert agreement(found, "observations")[:3] == [1, 1, 0]
    (numeral, row) = places(found)
    at = TEXT.index("38")
    assert numeral == ("numerals", f"character {at} '38'", "", "role", "value", "excluded anecdote")
    assert row[:3] == ("observations", f"{a.file('observations')}:2", "")
    assert "licensed_social_workers" in row[4]
    # five numerals: 2023 and 5 date both, 38 value | excluded anecdote, 600 value both, 二 excluded boilerplate both
    assert found["same_numerals"] == 4
    chance = (2 * 2 + 2 * 1 + 1 * 1) / 25
    assert found["kappa"] == pytest.approx((4 / 5 - chance) / (1 - chance))


def test_turned_round_the_sides_change_places(pair: tuple[Small, Small]) -> None:
    a, b = pair
    b.set("milestones", "new-ms-1", category="launch")
    b.delete("organizations", "new-org-1")
    b.delete("mentions", b.mention("赫章县社工站", "name"))
    there, back = compared(a.path, b.path, 1), compared(b.path, a.path, 1)
    assert agreement(there, "organizations") == [0, 1, 0, 0, 0]
    assert agreement(back, "organizations") == [0, 0, 1, 0, 0]
    assert {(t, q, p, c, y, x) for t, p, q, c, x, y in places(there)} == set(places(back))
    assert there["kappa"] == back["kappa"]


def test_open_rows_are_left_out_and_counted(pair: tuple[Small, Small]) -> None:
    a, b = pair
    b.set("observations", "new-obs-1", decision="")
    found = compared(a.path, b.path, 1)
    assert found["undecided"] == [0, 3]
    assert "3 rows of B not decided yet and left out" in run("compare", "--package", ROOT, a.path, b.path).output
    assert agreement(found, "observations")[:3] == [1, 1, 0]


def test_what_is_no_reading_of_the_same_is_one_line(
    pair: tuple[Small, Small], tmp_path: Path, package: Package
) -> None:
    a, b = (small.path for small in pair)
    other = Small(tmp_path / "other", package, text=TEXT + "。").path
    page = SmallPage(tmp_path / "page", package).path
    for words in ((tmp_path / "no", b), (a, tmp_path / "no"), (ROOT, a)):
        assert "is not a work folder" in one_line(run("compare", "--package", ROOT, *words))
    for words in ((a, other), (page, a)):
        assert "annotate different documents" in one_line(run("compare", "--package", ROOT, *words))
    for reading, missing in ((a, "the document"), (page, f"the page of {page}")):
        assert f"does not contain {missing}" in one_line(run("compare", "--package", ROOT, reading, ROOT))


def test_readings_of_a_page_are_paired_by_two_of_token_metric_and_place(tmp_path: Path, package: Package) -> None:
    a, b = SmallPage(tmp_path / "a", package), SmallPage(tmp_path / "b", package)
    renamed(b)
    b.set("observations", "new-obs-71", value="300", value_upper="299", qualifier="nearly")
    assert compared(a.path, b.path, 0)["differences"] == []
    here, there = f"{a.file('observations')}:2", b.set("observations", "new-obs-71", metric_id="volunteers")
    differing = ("observations", here, there, "metric_id", "licensed_social_workers", "volunteers")
    assert places(compared(a.path, b.path, 1)) == [differing]
    b.set("observations", "new-obs-71", region_id="520500")
    found = compared(a.path, b.path, 1)
    assert agreement(found, "observations")[:3] == [1, 1, 1]
    assert agreement(found, "sources")[:3] == agreement(found, "organizations")[:3] == [1, 0, 0]
    assert "numerals" not in run("compare", "--package", ROOT, a.path, b.path).output


@pytest.mark.slow
@pytest.mark.parametrize("known", [False, True], ids=["body drafted", "body of the package"])
def test_reading_agrees_with_the_package_it_went_into(copy: PackageCopy, tmp_path: Path, known: bool) -> None:
    small = Small(tmp_path / KEY, copy.package)
    if known:
        station = {"name_zh": "赫章县社工站", "name_en": "Hezhang County Social Work Station", "region_id": ""}
        copy.append_row("organizations", "org-0001", organization_id="org-0060", **station)
        copy.stamp()
        small.delete("organizations", "new-org-1")
        small.set("mentions", small.mention("赫章县社工站", "name"), decision="yes", organization_id="org-0060")
        small.set("milestones", "new-ms-1", organization_id="org-0060")
    accepted = run("accept", "--package", copy.root, small.path)
    assert accepted.exit_code == 0, accepted.output
    found = compared(small.path, copy.root, 0, copy.root)
    assert (found["kappa"], found["differences"]) == (1.0, [])
    copy.edit_cell("observations", copy.keys("observations", value_text="38名", source_id=KEY)[0], "status", "target")
    ((table, here, there, *cells),) = places(compared(small.path, copy.root, 1, copy.root))
    assert (table, here, cells) == ("observations", f"{small.file('observations')}:2", ["status", "reported", "target"])
    assert there.startswith("data/observations.csv:obs-")


def test_kappa_is_that_of_cohen() -> None:
    # the table of the textbooks: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: observed 0.7, chance 0.5
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    assert kappa(pairs) == pytest.approx(0.4)
    assert kappa([("a", "b"), ("b", "a")]) == pytest.approx(-1)
    assert kappa([("a", "a")] * 3) == 1.0
    assert kappa([]) == 1.0
    assert kappa([("a", "a"), ("a", "b"), ("a", "a")]) == pytest.approx(0)
