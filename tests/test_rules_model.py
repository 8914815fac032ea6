"""The relations of figures, grades, pages and places: each rule fires on an edit that breaks it, and only there."""

from __future__ import annotations

from functools import cache, partial

import polars as pl
import pytest

from shegong.checks.relations import run_queries
from shegong.checks.tables import Tables
from shegong.findings import Findings
from shegong.package.canonical import read_table
from shegong.package.cells import parse_table
from shegong.package.schema import TableSchema
from tests.conftest import At, PackageCopy
from tests.edits import Edit, Step, add, at, change, in_order, remove

# Rows of the real package that the edits use.
TOTAL, ASSISTANT, INTERMEDIATE = "obs-0057", "obs-0058", "obs-0059"  # Zhenjiang at the end of 2019: 2200 = 1547 + 653
HELD_SOURCE, INNER, BESIDE = "zhenjiang-licensed-2020", "zhenjiang-world-day-2020", "zhenjiang-explainer-2020"
PAGE, CENSUS = "nbs-census-2020-bulletin-3", "obs-0091"
EVENT = "ms-0023"  # in Zhenjiang on 17 March 2020
RECURRING = "ms-0033"  # without dates
CITY, DISTRICT, VILLAGE, PROVINCE = "321100", "321102", "320582104203", "540000"
SPECIAL = {"region_id": "820000", "name_zh": "澳门特别行政区"}  # without a row in the package
AGENCIES, AGENCIES_TOO = "obs-0008", "obs-0022"  # two rows with one scope
WOMEN = {"scope_en": "women", "scope_zh": "女性"}
BODY, PLAN = {"organization_id": "org-9001", "name_zh": "无名局"}, {"programme_id": "prg-9001", "name_zh": "无名计划"}
TITLE, TOKEN = {"source_id": HELD_SOURCE, "role": "title"}, {"observation_id": TOTAL, "role": "value"}
DATE = {"milestone_id": EVENT, "role": "date"}

observation, source, region, milestone, mention = (
    partial(change, f"{table}s") for table in ("observation", "source", "region", "milestone", "mention")
)


def amount(value: int) -> dict[str, str]:
    """The cells of an exact figure."""
    return dict.fromkeys(("value", "value_lower", "value_upper"), str(value))


def days(first: str, last: str = "") -> dict[str, str]:
    return {"period_start": first, "period_end": last or first}


NEXT_YEAR, NEXT_MONTH, IN_ALL = days("2020-12-31"), days("2020-01-31"), {**amount(2000), "value_upper": ""}


def figure(like: str = TOTAL, blamed: str = "value", **cells: str) -> Edit:
    """One more figure, as obs-9001 of a page that prints whatever a figure needs, unless a source is given."""
    return add("observations", like, blamed, **{"observation_id": "obs-9001", "source_id": PAGE} | cells)


def three_grades(**total: str) -> Step:
    """A page prints 1000, 500 and 50 for the grades, and this for all of them."""
    figures = {"assistant": amount(1000), "intermediate": amount(500), "senior": amount(50), "all": total}
    return in_order(
        *(
            figure(observation_id=f"obs-900{number}", region_id="330521", grade=grade, **cells)
            for number, (grade, cells) in enumerate(figures.items())
        )
    )


def event(**cells: str) -> Edit:
    """The same event once more, as ms-9001 of a page."""
    return add("milestones", EVENT, "title_zh", **{"milestone_id": "ms-9001", "source_id": PAGE} | cells)


def new_region(**cells: str) -> Edit:
    return add("regions", PROVINCE, "region_id", **SPECIAL | cells)


def new_body(like: str = "org-0059", blamed: str = "organization_id", **cells: str) -> Edit:
    return add("organizations", like, blamed, **BODY | cells)


def new_programme(blamed: str = "programme_id") -> Edit:
    return add("programmes", "prg-0001", blamed, **PLAN)


def deprecate(id: str, replaced_by: str, blamed: str = "replaced_by") -> Edit:
    line = f"{id},observations,{replaced_by},0.1.0,A test.\n".encode()
    return in_order(
        lambda copy: copy.edit_bytes("data/deprecations.csv", lambda data: data + line), at("deprecations", id, blamed)
    )


def date_of_another_document(copy: PackageCopy) -> None:
    for key in copy.keys("mentions", **DATE):
        copy.edit_cell("mentions", key, "document_id", "xiuzhou-repost")


CASES: dict[str, dict[str, Edit]] = {
    "grade-exceeds-all": {
        "one grade": in_order(observation(ASSISTANT, value_lower="2201"), at("observations", TOTAL, "value")),
        "two grades": in_order(observation(ASSISTANT, value_lower="1548"), at("observations", TOTAL, "value")),
    },
    "grade-sum": {"three grades below all": in_order(
        figure(INTERMEDIATE, grade="senior", source_id=HELD_SOURCE, **amount(0)),
        observation(INTERMEDIATE, value_lower="652", value_upper="652"), at("observations", TOTAL, "value"),
    )},
    "grade-of-ungraded": {"agencies": observation(AGENCIES, grade="senior")},
    "scope-pair": {
        "two in Chinese": observation(AGENCIES_TOO, scope_zh="机构运营"),
        "two in English": observation(AGENCIES_TOO, "scope_zh", scope_en="agencies"),
    },
    # Figures beside one another
    "licensed-stock-falls": {"a year later": figure(**NEXT_YEAR, **amount(2199))},
    "observation-disagreement": {
        "two sources": figure(**amount(2300)),
        "a day and its year": figure(**days("2019-01-01", "2019-12-31"), **amount(2300)),
    },
    "observation-period-only": {"two days": figure(blamed="period_end", source_id=HELD_SOURCE, **NEXT_MONTH)},
    "part-of-place-exceeds-whole": {"a district": figure(region_id=DISTRICT, **amount(2201))},
    "observation-published-undated": {"on no day": in_order(
        source(PAGE, published_from="", published_to=""), observation(CENSUS, period_basis="published")
    )},
    "observation-after-publication": {"a stock of a day to come": observation(CENSUS, period_end="2021-05-12")},
    # Pages, and sources within one another
    "page-mention": {
        "of a figure": mention({"observation_id": TOTAL, "role": "place"}, "document_id", observation_id=CENSUS),
        "of a title": mention(TITLE, "document_id", source_id=PAGE),
    },
    "source-overlap": {"two sources": source(INNER, char_start="1005")},
    "mention-outside-source": {"the source beside": in_order(
        observation(TOTAL, source_id=BESIDE), at("mentions", TOKEN, "char_start")
    )},
    # Milestones
    "milestone-twin": {
        "of two sources": event(),
        "of a day and a month": event(date_start="2020-03-01", date_end="2020-03-31", date_precision="month"),
    },
    "milestone-mentions": {
        "no date": in_order(remove("mentions", **DATE), at("milestones", EVENT, "date_end")),
        "date of another document": in_order(date_of_another_document, at("milestones", EVENT, "date_end")),
    },
    # Places
    "observation-region-gone": {"a figure": in_order(
        region("441700", valid_to="2010-12-31"), at("observations", {"region_id": "441700"}, "region_id")
    )},
    "milestone-region-gone": {
        "a year": in_order(
            region("441700", valid_to="2010-12-31"),
            at("milestones", {"region_id": "441700", "date_start": "2017-01-01"}, "region_id"),
        ),
        "by a day": in_order(region("330521", valid_to="2020-12-31"), at("milestones", "ms-0004", "region_id")),
    },
    "region-parent-gone": {
        "before its part": in_order(region(CITY, valid_to="2030-12-31"), at("regions", DISTRICT, "parent_id")),
        "a year before its part": in_order(
            region(CITY, valid_to="2030-12-31"), region(DISTRICT, "parent_id", valid_to="2031-12-31")
        ),
    },
    "region-replacement": {"gone before": in_order(
        region("330521", valid_to="2030-12-31"), region(DISTRICT, valid_to="2031-12-31", replaced_by="330521")
    )},
    "region-province-missing": {"left out": in_order(
        lambda copy: copy.delete_row("regions", PROVINCE), remove("observations", region_id=PROVINCE),
        At("data/regions.csv", "CN,", "region_id", PROVINCE),
    )},
    "region-unused": {"special region": new_region()},
    # Bodies, programmes, deprecations
    "organization-unused": {"body of nothing": new_body()},
    "programme-unused": {"programme of nothing": new_programme()},
    "organization-name-mention": {"body without a name": in_order(
        observation(TOTAL, organization_id="org-9001"), new_body("org-0001", "name_zh", region_id="")
    )},
    "programme-name-mention": {"programme without a name": in_order(
        milestone(EVENT, programme_id="prg-9001"), new_programme("name_zh")
    )},
    "deprecation-circle": {"of two": in_order(deprecate("obs-9997", "obs-9998"), deprecate("obs-9998", "obs-9997"))},
}  # fmt: skip
"""For each rule edits that break it, and where the finding must be."""

HARMLESS: dict[str, Step] = {
    "two grades below all": observation(INTERMEDIATE, **amount(600)),
    "three grades within the bounds": three_grades(value="1600", value_lower="1500", value_upper="1600"),
    "three grades equal to all": three_grades(**amount(1550)),
    "grades in doubt": observation(ASSISTANT, doubt="inconsistent", **amount(9000)),
    "grades of another scope": observation(ASSISTANT, **WOMEN, **amount(9000)),
    # Figures beside one another
    "as many licensed a year later": figure(**NEXT_YEAR, **IN_ALL),
    "fewer licensed in doubt": figure(**NEXT_YEAR, doubt="inconsistent", **amount(1)),
    "fewer of a part": figure(**WOMEN, **NEXT_YEAR, **amount(1)),
    "two sources, one figure": figure(**IN_ALL),
    "an earlier figure of the year": figure(**days("2019-06-30"), **amount(2000)),
    "a figure in doubt": figure(doubt="outdated", **amount(2300)),
    "one value at two days from two sources": figure(**NEXT_MONTH),
    "district with as many as its city": figure(region_id=DISTRICT),
    "another metric of a district": figure(region_id=DISTRICT, metric_id="professionals", **amount(9000)),
    "another day of a district": figure(region_id=DISTRICT, period_end="2020-12-31", **amount(9000)),
    "grade of a district beside another grade of its city": figure(
        region_id=DISTRICT, grade="intermediate", **amount(653)
    ),
    "flow of a year published within it": figure(
        CENSUS, metric_id="exam_applicants", **days("2021-01-01", "2021-12-31"), **amount(9000)
    ),
    # Sources within one another, and their words
    "source that begins where another ends": lambda copy: source(
        INNER, char_start=copy.row("sources", HELD_SOURCE)["char_end"]
    )(copy),
    "source within another": source(HELD_SOURCE, char_end="2052"),
    "source without a title": in_order(source(HELD_SOURCE, title_zh="", title_en=""), remove("mentions", **TITLE)),
    "words of the source around": in_order(
        source(HELD_SOURCE, char_end="2052"),
        mention({"source_id": INNER, "role": "title"}, char_start="27", char_end="28"),
    ),
    # Milestones
    "words of another document beside those of its own": add(
        "mentions", DATE | {"role": "detail"}, "mention_id", mention_id="mn-90001", document_id="xiuzhou-repost"
    ),
    "yearly event without words of a date": remove("mentions", milestone_id=RECURRING, role="date"),
    # Places
    "figure of the last day of a place": in_order(
        new_region(valid_to="2020-11-01"), figure(CENSUS, region_id="820000", **amount(1))
    ),
    "place that is gone and replaced": in_order(
        new_region(valid_to="2030-12-31", replaced_by="510000"), figure(CENSUS, region_id="820000", **amount(1))
    ),
    "place that only replaces another": in_order(
        new_region(), region(VILLAGE, valid_to="2030-12-31", replaced_by="820000")
    ),
    "province without a row": remove("observations", region_id=PROVINCE),
    # Bodies, programmes, metrics, deprecations
    "publisher of a page": in_order(
        new_body(), source(PAGE, publisher_id="org-9001"), lambda copy: copy.delete_row("organizations", "org-0059")
    ),
    "body and programme of a page": in_order(
        new_body(), new_programme(), observation("obs-0100", organization_id="org-9001", programme_id="prg-9001"),
        lambda copy: copy.edit_cell("organizations", "org-9001", "region_id", copy.row("observations", "obs-0100")["region_id"]),
    ),
    "metric of nothing": add("metrics", "licensed_social_workers", "metric_id", metric_id="unused_metric"),
    "ids that replace one another in turn": in_order(deprecate("obs-9997", "obs-9998"), deprecate("obs-9998", TOTAL)),
}  # fmt: skip
"""Edits that break no relation."""

APART: dict[str, dict[str, Edit]] = {
    "milestone-twin": {
        "one source": event(source_id=INNER, title_zh="另一件事"),
        "another day": event(date_start="2020-03-18", date_end="2020-03-18"),
        "a year": event(date_start="2020-01-01", date_end="2020-12-31"),
        "another place": event(region_id="320582"),
        "an open date": event(date_start=""),
    },
    "observation-period-only": {
        what: figure(**{"source_id": HELD_SOURCE} | NEXT_MONTH | cells)
        for what, cells in {
            "another place": {"region_id": DISTRICT}, "another value": {"value": "2100"},
            "another grade": {"grade": "senior"}, "another status": {"status": "target"}, "another scope": WOMEN,
            "a body": {"organization_id": "org-0044"}, "a programme": {"programme_id": "prg-0030"},
        }.items()
    },
}  # fmt: skip
"""For a rule of two rows that are too alike, edits that set them apart."""


QUERIES = run_queries.queries


@cache
def rows_of(schema: TableSchema, data: bytes) -> pl.DataFrame:
    """The typed rows of a table; most tables are the same in each test."""
    return parse_table(read_table(schema, schema.name, data))[0]


def relations(copy: PackageCopy, *rules: str) -> Findings:
    """What the relations find, or some of them, whatever the steps before them find."""
    package, tables = copy.package, Tables()
    for schema in package.schemas.values():
        tables.create(schema)
        tables.append(schema.name, rows_of(schema, package.path(schema.name).read_bytes()), 2)
    with pytest.MonkeyPatch.context() as patch:
        if rules:
            patch.setattr(run_queries, "queries", lambda package: [q for q in QUERIES(package) if q.rule.id in rules])
        return run_queries.check_relations(package, tables)


def cases(table: dict[str, dict[str, Edit]]) -> pytest.MarkDecorator:
    named = [pytest.param(rule, edit, id=f"{rule}, {what}") for rule in table for what, edit in table[rule].items()]
    return pytest.mark.parametrize(("rule", "edit"), named)


def rules_and_keys(findings: Findings) -> set[tuple[str, str]]:
    return {(finding.rule.id, finding.key) for finding in findings.kept}


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """What the relations find in the package as it is."""
    return rules_and_keys(relations(PackageCopy(tmp_path_factory.mktemp("before"))))


@pytest.mark.slow
@cases(CASES)
def test_rule_fires(copy: PackageCopy, rule: str, edit: Edit) -> None:
    at = edit(copy)
    found = {(f.rule.id, f.file, f.line, f.column): f.value for f in relations(copy, rule).kept}
    assert found[rule, at.file, copy.line(at.file, at.line), at.column] == at.value


@pytest.mark.slow
@pytest.mark.parametrize("edit", HARMLESS.values(), ids=HARMLESS)
def test_what_is_allowed_breaks_no_relation(copy: PackageCopy, before, edit: Step) -> None:
    edit(copy)
    assert rules_and_keys(relations(copy)) <= before


@pytest.mark.slow
@cases(APART)
def test_rows_apart_break_no_rule(copy: PackageCopy, before, rule: str, edit: Edit) -> None:
    edit(copy)
    assert rules_and_keys(relations(copy, rule)) <= before
