"""The relations of figures, grades, pages and places: each rule fires on an edit that breaks it, and only there."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import polars as pl
import pytest

from shegong.checks.relations import run_queries
from shegong.checks.tables import Tables
from shegong.findings import Findings
from shegong.package.canonical import read_table
from shegong.package.cells import parse_table
from shegong.package.schema import TableSchema
from tests.conftest import At, PackageCopy

# Rows of the real package that the edits use.
TOTAL, ASSISTANT, INTERMEDIATE = "obs-0057", "obs-0058", "obs-0059"  # Zhenjiang at the end of 2019: 2200 = 1547 + 653
HELD_SOURCE, INNER, OTHER = "zhenjiang-licensed-2020", "zhenjiang-world-day-2020", "xinluo-subsidy-notice-2024"
PAGE, CENSUS = "nbs-census-2020-bulletin-3", "obs-0091"
EVENT = "ms-0023"  # in Zhenjiang on 17 March 2020
RECURRING = "ms-0033"  # without dates
CITY, DISTRICT, VILLAGE, PROVINCE = "321100", "321102", "320582104203", "540000"
SPECIAL = {"region_id": "820000", "name_zh": "澳门特别行政区"}  # without a row in the package
AGENCIES, AGENCIES_TOO = "obs-0008", "obs-0022"  # two rows with one scope

Edit = Callable[[PackageCopy], At]
CASES: dict[str, list[Edit]] = {}
HARMLESS: list[Callable[[PackageCopy], object]] = []


def breaks(rule: str) -> Callable[[Edit], Edit]:
    """Enter a function as a case of a rule: it breaks a copy and says where the finding must be."""

    def enter(edit: Edit) -> Edit:
        CASES.setdefault(rule, []).append(edit)
        return edit

    return enter


def keeps(edit: Callable[[PackageCopy], object]) -> Callable[[PackageCopy], object]:
    """Enter a function as an edit that breaks no relation."""
    HARMLESS.append(edit)
    return edit


def amount(value: int) -> dict[str, str]:
    """The cells of an exact figure."""
    return dict.fromkeys(("value", "value_lower", "value_upper"), str(value))


def figure(copy: PackageCopy, like: str = TOTAL, **cells: str) -> At:
    """One more figure, as obs-9001 of a page that prints whatever a figure needs, unless a source is given."""
    return copy.append_row("observations", like, **{"observation_id": "obs-9001", "source_id": PAGE} | cells)


def change(copy: PackageCopy, table: str, key: str, **cells: str) -> At:
    at = At("")
    for column, value in cells.items():
        at = copy.edit_cell(table, key, column, value)
    return at


def mention(copy: PackageCopy, **cells: str) -> str:
    """The first mention that has these cells: mentions are many, and an edit should not hang on the number of one."""
    return copy.keys("mentions", **cells)[0]


# Grades


@breaks("grade-exceeds-all")
def grade_above_all(copy):
    change(copy, "observations", ASSISTANT, value_lower="2201")
    return At("data/observations.csv", f"{TOTAL},", "value", "2200")


@breaks("grade-exceeds-all")
def two_grades_above_all(copy):
    change(copy, "observations", ASSISTANT, value_lower="1548")
    return At("data/observations.csv", f"{TOTAL},", "value", "2200")


@breaks("grade-sum")
def three_grades_below_all(copy):
    figure(copy, INTERMEDIATE, grade="senior", source_id=HELD_SOURCE, **amount(0))
    change(copy, "observations", INTERMEDIATE, value_lower="652", value_upper="652")
    return At("data/observations.csv", f"{TOTAL},", "value", "2200")


@keeps
def two_grades_below_all(copy):
    change(copy, "observations", INTERMEDIATE, **amount(600))


def three_grades(copy: PackageCopy, total: dict[str, str]) -> None:
    """A page prints 1000, 500 and 50 for the grades, and this for all of them."""
    figures = {"assistant": amount(1000), "intermediate": amount(500), "senior": amount(50), "all": total}
    for number, (grade, cells) in enumerate(figures.items()):
        figure(copy, observation_id=f"obs-900{number}", region_id="330521", grade=grade, **cells)


@keeps
def three_grades_within_the_bounds(copy):
    three_grades(copy, {"value": "1600", "value_lower": "1500", "value_upper": "1600"})


@keeps
def three_grades_equal_to_all(copy):
    three_grades(copy, amount(1550))


@keeps
def grades_in_doubt(copy):
    change(copy, "observations", ASSISTANT, doubt="inconsistent", **amount(9000))


@keeps
def grades_of_another_scope(copy):
    change(copy, "observations", ASSISTANT, scope_en="women", scope_zh="女性", **amount(9000))


@breaks("grade-of-ungraded")
def grade_of_agencies(copy):
    return change(copy, "observations", AGENCIES, grade="senior")


# Scopes


@breaks("scope-pair")
def one_english_scope_in_two_chinese(copy):
    return change(copy, "observations", AGENCIES_TOO, scope_zh="机构运营")


@breaks("scope-pair")
def one_chinese_scope_in_two_english(copy):
    change(copy, "observations", AGENCIES_TOO, scope_en="agencies")
    return At("data/observations.csv", f"{AGENCIES_TOO},", "scope_zh", "由社工机构运营")


# Figures beside one another


@breaks("licensed-stock-falls")
def fewer_licensed_a_year_later(copy):
    later = {"period_start": "2020-12-31", "period_end": "2020-12-31"}
    return figure(copy, **later, **amount(2199)).blaming("value", "2199")


@keeps
def as_many_licensed_a_year_later(copy):
    figure(copy, period_start="2020-12-31", period_end="2020-12-31", value="2000", value_lower="2000", value_upper="")


@keeps
def fewer_licensed_in_doubt(copy):
    figure(copy, period_start="2020-12-31", period_end="2020-12-31", doubt="inconsistent", **amount(1))


@keeps
def fewer_of_a_part(copy):
    cells = {"scope_en": "women", "scope_zh": "女性", "period_start": "2020-12-31", "period_end": "2020-12-31"}
    figure(copy, **cells, **amount(1))


@breaks("observation-disagreement")
def two_sources_two_figures(copy):
    return figure(copy, **amount(2300)).blaming("value", "2300")


@breaks("observation-disagreement")
def two_days_of_one_year(copy):
    cells = {"period_start": "2019-01-01", "period_end": "2019-12-31"}
    return figure(copy, **cells, **amount(2300)).blaming("value", "2300")


@keeps
def two_sources_one_figure(copy):
    figure(copy, value="2000", value_lower="2000", value_upper="")


@keeps
def an_earlier_figure_of_the_year(copy):
    figure(copy, period_start="2019-06-30", period_end="2019-06-30", **amount(2000))


@keeps
def a_figure_in_doubt(copy):
    figure(copy, doubt="outdated", **amount(2300))


@breaks("observation-period-only")
def one_value_at_two_days(copy):
    cells = {"source_id": HELD_SOURCE, "period_start": "2020-01-31", "period_end": "2020-01-31"}
    return figure(copy, **cells).blaming("period_end", "2020-01-31")


ANOTHER_FACT = {
    "of another place": {"region_id": DISTRICT},
    "of another value": {"value": "2100"},
    "of another grade": {"grade": "senior"},
    "of another status": {"status": "target"},
    "of another scope": {"scope_en": "women", "scope_zh": "女性"},
    "of a body": {"organization_id": "org-0044"},
    "of a programme": {"programme_id": "prg-0030"},
}


@keeps
def one_value_at_two_days_from_two_sources(copy):
    figure(copy, period_start="2020-01-31", period_end="2020-01-31")


@breaks("part-of-place-exceeds-whole")
def district_with_more_than_its_city(copy):
    return figure(copy, region_id=DISTRICT, **amount(2201)).blaming("value", "2201")


@keeps
def district_with_as_many_as_its_city(copy):
    figure(copy, region_id=DISTRICT)


@keeps
def another_metric_of_a_district(copy):
    figure(copy, region_id=DISTRICT, metric_id="professionals", **amount(9000))


@keeps
def another_day_of_a_district(copy):
    figure(copy, region_id=DISTRICT, period_end="2020-12-31", **amount(9000))


@keeps
def grade_of_a_district_beside_another_grade_of_its_city(copy):
    figure(copy, region_id=DISTRICT, grade="intermediate", **amount(654 - 1))


@breaks("observation-published-undated")
def published_on_no_day(copy):
    change(copy, "sources", PAGE, published_from="", published_to="")
    return change(copy, "observations", CENSUS, period_basis="published")


@breaks("observation-after-publication")
def stock_of_a_day_to_come(copy):
    return change(copy, "observations", CENSUS, period_end="2021-05-12")


@keeps
def flow_of_a_year_published_within_it(copy):
    cells = {"metric_id": "exam_applicants", "period_start": "2021-01-01", "period_end": "2021-12-31"}
    figure(copy, CENSUS, **cells, **amount(9000))  # less than the country's 800,000


# Pages


@breaks("page-mention")
def mention_of_a_figure_of_a_page(copy):
    key = mention(copy, observation_id=TOTAL, role="place")
    change(copy, "mentions", key, observation_id=CENSUS)
    return At("data/mentions.csv", f"{key},", "document_id")


@breaks("page-mention")
def mention_of_the_title_of_a_page(copy):
    key = mention(copy, source_id=HELD_SOURCE, role="title")
    change(copy, "mentions", key, source_id=PAGE)
    return At("data/mentions.csv", f"{key},", "document_id")


# Sources within one another


@breaks("source-overlap")
def sources_that_overlap(copy):
    return change(copy, "sources", INNER, char_start="1005")


@keeps
def source_that_begins_where_another_ends(copy):
    change(copy, "sources", INNER, char_start=copy.row("sources", HELD_SOURCE)["char_end"])


@keeps
def source_within_another(copy):
    change(copy, "sources", HELD_SOURCE, char_end="2052")


@keeps
def source_without_a_title(copy):
    change(copy, "sources", HELD_SOURCE, title_zh="", title_en="")
    copy.delete_row("mentions", *copy.keys("mentions", source_id=HELD_SOURCE, role="title"))


@breaks("mention-outside-source")
def figure_of_the_source_beside(copy):
    change(copy, "observations", TOTAL, source_id="zhenjiang-explainer-2020")
    key = mention(copy, observation_id=TOTAL, role="value")
    return At("data/mentions.csv", f"{key},", "char_start", copy.row("mentions", key)["char_start"])


@keeps
def words_of_the_source_around(copy):
    change(copy, "sources", HELD_SOURCE, char_end="2052")
    key = mention(copy, source_id=INNER, role="title")
    change(copy, "mentions", key, char_start="27", char_end="28")


# Milestones


@breaks("milestone-twin")
def one_event_of_two_sources(copy):
    at = copy.append_row("milestones", EVENT, milestone_id="ms-9001", source_id=PAGE)
    return at.blaming("title_zh")


@breaks("milestone-twin")
def one_event_of_a_day_and_a_month(copy):
    cells = {"date_start": "2020-03-01", "date_end": "2020-03-31", "date_precision": "month"}
    return copy.append_row("milestones", EVENT, milestone_id="ms-9001", source_id=PAGE, **cells).blaming("title_zh")


TWIN_APART = {
    "of one source": {"title_zh": "另一件事"},
    "of another day": {"source_id": PAGE, "date_start": "2020-03-18", "date_end": "2020-03-18"},
    "of a year": {"source_id": PAGE, "date_start": "2020-01-01", "date_end": "2020-12-31"},
    "of another place": {"source_id": PAGE, "region_id": "320582"},
    "of an open date": {"source_id": PAGE, "date_start": ""},
}


@breaks("milestone-mentions")
def event_without_a_date(copy):
    copy.delete_row("mentions", *copy.keys("mentions", milestone_id=EVENT, role="date"))
    return At("data/milestones.csv", f"{EVENT},", "date_end", "2020-03-17")


@breaks("milestone-mentions")
def event_dated_by_another_document(copy):
    for key in copy.keys("mentions", milestone_id=EVENT, role="date"):
        change(copy, "mentions", key, document_id="xiuzhou-repost")
    return At("data/milestones.csv", f"{EVENT},", "date_end", "2020-03-17")


@keeps
def words_of_another_document_beside_those_of_its_own(copy):
    key = mention(copy, milestone_id=EVENT, role="detail")
    copy.append_row("mentions", key, mention_id="mn-90001", document_id="xiuzhou-repost")


@keeps
def yearly_event_without_words_of_a_date(copy):
    keys = copy.keys("mentions", milestone_id=RECURRING, role="date")
    if keys:
        copy.delete_row("mentions", *keys)


# Places


@breaks("observation-region-gone")
def figure_of_a_place_that_is_gone(copy):
    change(copy, "regions", "441700", valid_to="2010-12-31")
    key = copy.keys("observations", region_id="441700")[0]
    return At("data/observations.csv", f"{key},", "region_id", "441700")


@breaks("milestone-region-gone")
def event_of_a_place_that_is_gone(copy):
    change(copy, "regions", "441700", valid_to="2010-12-31")
    key = copy.keys("milestones", region_id="441700", date_start="2017-01-01")[0]
    return At("data/milestones.csv", f"{key},", "region_id", "441700")


@breaks("milestone-region-gone")
def event_by_a_day_after_the_place_is_gone(copy):
    change(copy, "regions", "330521", valid_to="2020-12-31")
    return At("data/milestones.csv", "ms-0004,", "region_id", "330521")


@breaks("region-parent-gone")
def place_in_a_place_that_is_gone(copy):
    change(copy, "regions", CITY, valid_to="2030-12-31")
    return At("data/regions.csv", f"{DISTRICT},", "parent_id", CITY)


@breaks("region-parent-gone")
def place_that_outlasts_its_parent(copy):
    change(copy, "regions", CITY, valid_to="2030-12-31")
    change(copy, "regions", DISTRICT, valid_to="2031-12-31")
    return At("data/regions.csv", f"{DISTRICT},", "parent_id", CITY)


@breaks("region-replacement")
def place_replaced_by_one_that_is_gone_before(copy):
    change(copy, "regions", "330521", valid_to="2030-12-31")
    return change(copy, "regions", DISTRICT, valid_to="2031-12-31", replaced_by="330521")


@keeps
def figure_of_the_last_day_of_a_place(copy):
    copy.append_row("regions", PROVINCE, valid_to="2020-11-01", **SPECIAL)
    figure(copy, CENSUS, region_id="820000", **amount(1))


@keeps
def place_that_is_gone_and_replaced(copy):
    copy.append_row("regions", PROVINCE, valid_to="2030-12-31", replaced_by="510000", **SPECIAL)
    figure(copy, CENSUS, region_id="820000", **amount(1))


@keeps
def place_that_only_replaces_another(copy):
    copy.append_row("regions", PROVINCE, **SPECIAL)
    change(copy, "regions", VILLAGE, valid_to="2030-12-31", replaced_by="820000")


@breaks("region-province-missing")
def province_left_out(copy):
    copy.delete_row("regions", PROVINCE)
    copy.delete_row("observations", *copy.keys("observations", region_id=PROVINCE))
    return At("data/regions.csv", "CN,", "region_id", PROVINCE)


@keeps
def province_without_a_row(copy):
    copy.delete_row("observations", *copy.keys("observations", region_id=PROVINCE))


@breaks("region-unused")
def special_region_of_nothing(copy):
    at = copy.append_row("regions", PROVINCE, **SPECIAL)
    return at.blaming("region_id", "820000")


# Bodies and programmes


@breaks("organization-unused")
def body_of_nothing(copy):
    at = copy.append_row("organizations", "org-0059", organization_id="org-9001", name_zh="无名局")
    return at.blaming("organization_id", "org-9001")


@breaks("programme-unused")
def programme_of_nothing(copy):
    at = copy.append_row("programmes", "prg-0001", programme_id="prg-9001", name_zh="无名计划")
    return at.blaming("programme_id", "prg-9001")


@keeps
def publisher_of_a_page(copy):
    copy.append_row("organizations", "org-0059", organization_id="org-9001", name_zh="无名局")
    change(copy, "sources", PAGE, publisher_id="org-9001")
    copy.delete_row("organizations", "org-0059")


@keeps
def body_and_programme_of_a_page(copy):
    copy.append_row("organizations", "org-0059", organization_id="org-9001", name_zh="无名局")
    copy.append_row("programmes", "prg-0001", programme_id="prg-9001", name_zh="无名计划")
    change(copy, "observations", "obs-0100", organization_id="org-9001", programme_id="prg-9001")
    change(copy, "organizations", "org-9001", region_id=copy.row("observations", "obs-0100")["region_id"])


@breaks("organization-name-mention")
def body_of_a_document_without_a_name(copy):
    at = copy.append_row("organizations", "org-0001", organization_id="org-9001", name_zh="无名社工站", region_id="")
    change(copy, "observations", TOTAL, organization_id="org-9001")
    return at.blaming("name_zh", "无名社工站")


@breaks("programme-name-mention")
def programme_of_a_document_without_a_name(copy):
    at = copy.append_row("programmes", "prg-0001", programme_id="prg-9001", name_zh="无名计划")
    change(copy, "milestones", EVENT, programme_id="prg-9001")
    return at.blaming("name_zh", "无名计划")


@keeps
def metric_of_nothing(copy):
    copy.append_row("metrics", "licensed_social_workers", metric_id="unused_metric")


# Deprecations


def deprecate(copy: PackageCopy, id: str, replaced_by: str) -> At:
    line = f"{id},observations,{replaced_by},0.1.0,A test.\n".encode()
    copy.edit_bytes("data/deprecations.csv", lambda data: data + line)
    return At("data/deprecations.csv", f"{id},", "replaced_by", replaced_by)


@breaks("deprecation-circle")
def ids_that_replace_each_other(copy):
    deprecate(copy, "obs-9997", "obs-9998")
    return deprecate(copy, "obs-9998", "obs-9997")


@keeps
def ids_that_replace_one_another_in_turn(copy):
    deprecate(copy, "obs-9997", "obs-9998")
    deprecate(copy, "obs-9998", TOTAL)


# The tests


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
            patch.setattr(
                run_queries, "queries", lambda package: [one for one in QUERIES(package) if one.rule.id in rules]
            )
        return run_queries.check_relations(package, tables)


@pytest.mark.slow
@pytest.mark.parametrize(("rule", "edit"), [(rule, edit) for rule in CASES for edit in CASES[rule]])
def test_rule_fires(copy: PackageCopy, rule: str, edit: Edit) -> None:
    at = edit(copy)
    found = {(f.rule.id, f.file, f.line, f.column): f.value for f in relations(copy, rule).kept}
    place = (rule, at.file, copy.line(at.file, at.line), at.column)
    assert place in found
    assert at.value in (None, found[place])


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Rule and key of what the relations find in the package as it is."""
    return {(f.rule.id, f.key) for f in relations(PackageCopy(tmp_path_factory.mktemp("before"))).kept}


@pytest.mark.slow
@pytest.mark.parametrize("edit", HARMLESS)
def test_what_is_allowed_breaks_no_relation(copy: PackageCopy, before, edit: Callable[[PackageCopy], object]) -> None:
    edit(copy)
    assert {(f.rule.id, f.key) for f in relations(copy).kept} <= before


@pytest.mark.parametrize("cells", TWIN_APART.values(), ids=list(TWIN_APART))
def test_two_events_are_no_twins(copy: PackageCopy, cells: dict[str, str]) -> None:
    copy.append_row("milestones", EVENT, milestone_id="ms-9001", **cells)
    assert relations(copy, "milestone-twin").kept == []


@pytest.mark.slow
@pytest.mark.parametrize("cells", ANOTHER_FACT.values(), ids=list(ANOTHER_FACT))
def test_two_facts_with_one_value(copy: PackageCopy, before, cells: dict[str, str]) -> None:
    later = {"source_id": HELD_SOURCE, "period_start": "2020-01-31", "period_end": "2020-01-31"}
    figure(copy, **later | cells)
    assert {(f.rule.id, f.key) for f in relations(copy, "observation-period-only").kept} <= before


def test_cases_are_of_rules_that_are_there() -> None:
    assert set(CASES) <= {query.rule.id for query in run_queries.domain_queries()}
