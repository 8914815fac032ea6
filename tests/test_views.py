"""The views, on small invented worlds: one for each clause of what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import duckdb
import pytest

from shegong.database.comments import all_comments
from shegong.database.load import VIEWS, connect_package, create_table, view_sql
from shegong.package.package import Package

Cells = dict[str, Any]
REGIONS = (
    ("CN", "中国", "China", "country", None), ("320000", "江苏省", "Jiangsu", "province", "CN"),
    ("321100", "镇江市", "Zhenjiang", "prefecture", "320000"), ("321102", "京口区", "Jingkou", "county", "321100"),
)  # fmt: skip
METRICS = {
    "licensed": ("people", "person", "stock"), "pass_rate": ("examination", "percent", "ratio"),
    "served": ("services", "person", "flow"), "passes": ("examination", "person", "flow"),
    "years": ("other", "year", "duration"), "award": ("posts_and_money", "cny", "standard"),
    "resident_population": ("context", "person", "stock"),
}  # fmt: skip
SOURCE = ("authority", "access", "publisher_id", "published_to")
ACCESS = {"held": {"document_id": "text"}, "page": {"url": "https://example.org/"}, "copy": {}}
NAMES = {"low": "value_lower", "high": "value_upper", "start": "period_start", "end": "period_end"}
STOCK: Cells = {"value": 100, "low": 100, "high": 100, "start": "2020-12-31", "end": "2020-12-31"}
FLOW = STOCK | {"metric_id": "served", "start": "2020-01-01"}


class World:
    """A database of the views over tables that a test fills; each figure has a source of its own."""

    def __init__(self, package: Package) -> None:
        self._schemas = package.schemas
        self.connection = duckdb.connect()
        for schema in package.schemas.values():
            self.connection.execute(create_table(schema, keys=False))
        for name in VIEWS:
            self.connection.execute(view_sql(name))
        for id, zh, en, level, parent in REGIONS:
            self.add("regions", region_id=id, name_zh=zh, name_en=en, level=level, parent_id=parent)
        for id, (topic, unit, kind) in METRICS.items():
            self.add("metrics", metric_id=id, topic=topic, unit=unit, kind=kind)

    def begin(self) -> None:
        self._numbers = count(1)
        self.connection.execute("BEGIN")

    def add(self, table: str, **cells: Any) -> None:
        """A row with these cells; the other required cells are filled with anything of their type."""
        filler = {"string": "-", "integer": 1, "number": 1, "boolean": True, "date": "2020-01-01"}
        fields = self._schemas[table].fields
        row = [cells.pop(f.name, filler[f.type] if f.required else None) for f in fields]
        assert not cells, f"{table} has no column {sorted(cells)}"
        self.connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)

    def figure(self, **cells: Any) -> str:
        """A figure with its source: 100 licensed social workers of Jiangsu on 31 December 2020, but for these cells."""
        id = cells.pop("id", f"obs-{next(self._numbers):04}")
        row = {"region_id": "320000", "metric_id": "licensed", "grade": "all", "status": "reported"} | STOCK | cells
        source = {"authority": "press", "access": "page"} | {key: row.pop(key) for key in SOURCE if key in row}
        self.add("sources", source_id=f"source-{id}", **ACCESS[source.pop("access")], **source)
        row = {NAMES.get(key, key): cell for key, cell in row.items()}
        self.add("observations", observation_id=id, source_id=f"source-{id}", **row)
        return id

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    def best(self, view: str = "series") -> list[str]:
        return [id for (id,) in self.ask(f"SELECT observation_id FROM {view} ORDER BY ALL")]


@pytest.fixture(scope="module")
def empty(package: Package) -> World:
    return World(package)


@pytest.fixture
def world(empty: World) -> Iterator[World]:
    empty.begin()
    yield empty
    empty.connection.execute("ROLLBACK")


# What `series` leaves out: a figure, and the cells that keep it out

LEFT_OUT = [
    (STOCK, {"organization_id": "org-0001"}), (STOCK, {"programme_id": "prg-0001"}),
    (STOCK, {"scope_en": "women", "scope_zh": "女性"}), (STOCK, {"status": "target"}), (STOCK, {"doubt": "outdated"}),
    (STOCK, {"doubt": "inconsistent"}), (STOCK, {"doubt": "unclear"}), (STOCK, {"start": None, "end": None}),
    (STOCK, {"metric_id": "years"}), (STOCK, {"metric_id": "award"}), (FLOW, {"start": "2020-01-02"}),
    (FLOW, {"end": "2020-12-30"}), (FLOW, {"start": "2019-01-01"}), (FLOW, {"start": None}),
]  # fmt: skip


@pytest.mark.parametrize(("kept", "cells"), LEFT_OUT, ids=str)
def test_series_leaves_out(world: World, kept: Cells, cells: Cells) -> None:
    world.figure(**kept | cells)
    assert world.best() == []
    id = world.figure(**kept)
    assert world.best() == [id]


@pytest.mark.parametrize(
    ("start", "end", "year"), [("2022-01-01", "2023-04-30", 2023), ("2022-12-31", "2022-12-31", 2022), (None, "2021-05-31", 2021)]
)  # fmt: skip
def test_the_year_is_that_of_the_last_day(world: World, start: str | None, end: str, year: int) -> None:
    world.figure(start=start, end=end)
    assert world.ask("SELECT year FROM series") == [(year,)]


@pytest.mark.parametrize("cells", [{"region_id": "321100"}, {"metric_id": "pass_rate"}, {"grade": "senior"}], ids=str)
def test_a_cell_is_a_region_metric_grade_and_year(world: World, cells: Cells) -> None:
    fewer = {"value": 50, "low": 50, "high": 50}
    ids = [world.figure(), world.figure(**fewer, **cells), world.figure(**fewer, start="2019-12-31", end="2019-12-31")]
    assert sorted(world.best()) == ids
    assert world.ask("FROM disagreements") == []


# Which stock figure outlives which: the earlier, the later, and whether the earlier is left aside

JUNE = {"start": "2020-06-01", "end": "2020-06-30", "authority": "official", "access": "held"}
DECEMBER = {"start": "2020-12-31", "end": "2020-12-31", "authority": "aggregator", "access": "copy"}
RATIO = {"metric_id": "pass_rate"}
OUTLIVES = [
    (JUNE, DECEMBER, True), (JUNE, DECEMBER | {"value": 120, "low": 120, "high": None}, True),
    (JUNE, DECEMBER | {"value": 99, "low": 99, "high": 99}, False), (JUNE, DECEMBER | {"start": "2020-07-01"}, True),
    (JUNE, DECEMBER | {"start": "2020-06-30"}, False), (JUNE, DECEMBER | {"start": None}, False),
    (JUNE | {"start": None}, DECEMBER, True), (JUNE | RATIO, DECEMBER | RATIO, False),
    (JUNE, DECEMBER | {"start": "2021-01-01", "end": "2021-01-01"}, False),
    (JUNE, DECEMBER | {"region_id": "321100"}, False), (JUNE, DECEMBER | {"metric_id": "resident_population"}, False),
    (JUNE, DECEMBER | {"grade": "senior"}, False), (JUNE, DECEMBER | {"doubt": "unclear"}, False),
    (JUNE, DECEMBER | {"scope_en": "women", "scope_zh": "女性"}, False), (JUNE, DECEMBER | {"status": "target"}, False),
]  # fmt: skip


@pytest.mark.parametrize(("earlier", "later", "is_left_aside"), OUTLIVES, ids=str)
def test_a_stock_figure_outlives_another(world: World, earlier: Cells, later: Cells, is_left_aside: bool) -> None:
    id = world.figure(**earlier)
    world.figure(**later)
    assert [id not in world.best(view) for view in ("series_candidates", "series")] == [is_left_aside] * 2


def test_what_is_left_aside_counts_for_nothing(world: World) -> None:
    world.figure(**JUNE, value=80, low=80, high=80)
    world.figure(**DECEMBER)
    assert world.ask("SELECT value, lowest, highest, agree, publishers FROM series") == [(100, 100, 100, True, 1)]
    assert world.ask("FROM disagreements") == []


# Which of the rest is the best: the clauses in their order, each with the better and the worse cells

CLAUSES = [
    ("bounds", {"low": 90, "high": 110}, {"low": 100, "high": None}),
    ("bounds", {"low": 90, "high": 110}, {"low": None, "high": 100}),
    ("bounds", {"low": 90, "high": None}, {"low": None, "high": None}),
    ("bounds", {"low": None, "high": 110}, {"low": None, "high": None}),
    ("authority", {"authority": "official"}, {"authority": "association"}),
    ("authority", {"authority": "association"}, {"authority": "press"}),
    ("authority", {"authority": "press"}, {"authority": "academic"}),
    ("authority", {"authority": "academic"}, {"authority": "aggregator"}),
    ("access", {"access": "held"}, {"access": "page"}),
    ("access", {"access": "page"}, {"access": "copy"}),
    ("width", {"low": 99, "high": 101}, {"low": 98, "high": 101}),
    ("width", {"low": 99, "high": None}, {"low": 98, "high": None}),
    ("width", {"low": None, "high": 101}, {"low": None, "high": 102}),
    ("width", {"low": 98, "high": None}, {"low": None, "high": 101}),
    ("window", {"start": "2020-12-31"}, {"start": "2020-12-30"}),
    ("window", {"start": "2020-01-01"}, {"start": None}),
    ("window", {"low": 98, "high": 100}, {"low": 100, "high": 102, "start": "2020-12-30"}),
    ("window", {"low": 100, "high": 102}, {"low": 98, "high": 100, "start": "2020-12-30"}),
    ("publication", {"published_to": "2021-02-02"}, {"published_to": "2021-02-01"}),
    ("publication", {"published_to": "2021-02-01"}, {"published_to": None}),
    ("id", {"id": "obs-8001"}, {"id": "obs-8002"}),
]
ORDER = list(dict.fromkeys(clause for clause, _, _ in CLAUSES))


def later_clauses(clause: str) -> tuple[Cells, Cells]:
    """Cells that are better, and cells that are worse, by every clause after this one."""
    better: Cells = {}
    worse: Cells = {}
    for other, good, bad in CLAUSES:
        if ORDER.index(other) > ORDER.index(clause) and other not in ("width", "id"):
            better, worse = good | better, bad | worse
    return better, worse


@pytest.mark.parametrize(("clause", "better", "worse"), CLAUSES, ids=str)
def test_the_better_figure_wins_whatever_comes_after(world: World, clause: str, better: Cells, worse: Cells) -> None:
    later_better, later_worse = later_clauses(clause)
    world.figure(**{"id": "obs-9002"} | later_worse | better)
    world.figure(**{"id": "obs-9001"} | later_better | worse)
    assert world.best() == [better.get("id", "obs-9002")]


# What `series` says of the rest


@pytest.mark.parametrize(
    ("publishers", "number"),
    [
        (["org-1"], 1), (["org-1", "org-1"], 1), (["org-1", "org-2"], 2), ([None, None], 2),
        (["org-1", "org-1", None], 2),
    ],
)  # fmt: skip
def test_publishers_are_counted_and_sources_without_one(world: World, publishers: list[str], number: int) -> None:
    for publisher in publishers:
        world.figure(publisher_id=publisher)
    assert world.ask("SELECT publishers FROM series") == [(number,)]


@pytest.mark.parametrize(
    ("bounds", "agree"),
    [
        ([(100, 100)], True), ([(90, 100), (100, 110)], True), ([(90, 99), (100, 110)], False),
        ([(90, None), (95, 110)], True), ([(111, None), (95, 110)], False), ([(None, 94), (95, 110)], False),
        ([(None, 94), (None, 10)], True), ([(95, None), (100, None)], True), ([(None, None), (None, None)], True),
        ([(90, 110), (90, 99), (100, 110)], False),
    ],
)  # fmt: skip
def test_sources_agree_where_one_number_fits_all(world: World, bounds: list[tuple[int, int]], agree: bool) -> None:
    for low, high in bounds:
        world.figure(low=low, high=high)
    assert world.ask("SELECT agree FROM series") == [(agree,)]
    pairs = world.ask("SELECT count(*) FROM disagreements")
    assert (pairs == [(0,)]) == agree


def test_lowest_and_highest_are_values(world: World) -> None:
    for value, low, high in ((100, 50, None), (90, 90, 90), (120, None, 200)):
        world.figure(value=value, low=low, high=high)
    assert world.ask("SELECT value, lowest, highest FROM series") == [(90, 90, 120)]


def test_series_has_the_columns_of_its_definition(world: World) -> None:
    columns = """region_id region_zh region_en level province_id province_zh province_en metric_id metric_zh metric_en
        topic kind unit grade year value value_lower value_upper qualifier period_start period_end period_basis
        access authority publishers lowest highest agree observation_id source_id"""
    assert world.connection.table("series").columns == columns.split()


# The other views


def test_latest_is_the_last_year_of_each_series(world: World) -> None:
    for year, high in ((2018, 100), (2020, None)):
        world.figure(start=f"{year}-12-31", end=f"{year}-12-31", high=high)
    world.figure(grade="senior", start="2019-12-31", end="2019-12-31")
    world.figure(region_id="321100", start="2017-12-31", end="2017-12-31")
    found = world.ask("SELECT region_id, grade, year, is_bounded FROM latest_observations ORDER BY ALL")
    assert found == [("320000", "all", 2020, False), ("320000", "senior", 2019, True), ("321100", "all", 2017, True)]


POPULATION = {"metric_id": "resident_population", "start": "2020-11-01", "end": "2020-11-01"}
PER_10000 = [
    ({}, True), ({"start": "2015-12-31", "end": "2015-12-31"}, True), ({"start": "2025-12-31", "end": "2025-12-31"}, True),
    ({"start": "2014-12-31", "end": "2014-12-31"}, False), ({"start": "2026-12-31", "end": "2026-12-31"}, False),
    ({"metric_id": "passes", "start": "2020-01-01"}, True), ({"metric_id": "served", "start": "2020-01-01"}, False),
    ({"metric_id": "pass_rate"}, False), ({"region_id": "321100"}, False),
    ({"metric_id": "resident_population", "start": "2019-11-01", "end": "2019-11-01"}, False),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "is_there"), PER_10000, ids=str)
def test_per_10000_has_stocks_and_examinations(world: World, cells: Cells, is_there: bool) -> None:
    people = world.figure(**POPULATION, value=2000, low=2000, high=2000)
    world.figure(region_id="321100", **POPULATION | {"start": "2019-11-01", "end": "2019-11-01"})
    id = world.figure(**{"value": 100, "low": 80, "high": None} | cells)
    columns = "observation_id, population_id, per_10000, per_10000_lower, per_10000_upper"
    assert world.ask(f"SELECT {columns} FROM per_10000") == ([(id, people, 500, 400, None)] if is_there else [])


def test_bounds_per_10000_are_those_of_both(world: World) -> None:
    world.figure(**POPULATION, value=2000, low=1600, high=2500)
    world.figure(value=100, low=50, high=200)
    found = world.ask("SELECT per_10000, per_10000_lower, per_10000_upper FROM per_10000")
    assert found == [(500, 200, 1250)]


def test_two_figures_disagree_once_the_lower_id_first(world: World) -> None:
    world.figure(id="obs-0003", value=90, low=90, high=90)
    world.figure(id="obs-0001", value=100, low=95, high=105, authority="official")
    world.figure(id="obs-0002", value=96, low=96, high=None)
    columns = "observation_id, value, source_id, other_observation_id, other_value, other_source_id"
    assert world.ask(f"SELECT {columns} FROM disagreements ORDER BY ALL") == [
        ("obs-0001", 100, "source-obs-0001", "obs-0003", 90, "source-obs-0003"),
        ("obs-0002", 96, "source-obs-0002", "obs-0003", 90, "source-obs-0003"),
    ]


@pytest.mark.parametrize(
    ("cells", "reported"),
    [
        ({}, 100), ({"end": "2019-12-31"}, None), ({"region_id": "321100"}, None),
        ({"metric_id": "resident_population"}, None), ({"grade": "senior"}, None),
        ({"scope_en": "women", "scope_zh": "女性"}, None), ({"organization_id": "org-0001"}, None),
        ({"programme_id": "prg-0001"}, None), ({"start": None, "end": None}, None),
    ],
    ids=str,
)  # fmt: skip
def test_a_target_has_the_figure_of_its_year(world: World, cells: Cells, reported: int | None) -> None:
    figure = world.figure()
    id = world.figure(**{"status": "target", "value": 150, "low": 150, "start": None} | cells)
    found = world.ask("SELECT observation_id, target, reported, reported_observation_id FROM targets")
    assert found == [(id, 150, reported, figure if reported else None)]


def test_access_says_where_the_source_can_be_read(world: World) -> None:
    for access in ("copy", "held", "page"):
        world.figure(id=access, access=access)
    world.add("sources", source_id="both", document_id="text", url="https://example.org/")
    world.add("observations", observation_id="both", region_id="CN", metric_id="licensed", source_id="both")
    found = world.ask("SELECT observation_id, access FROM observations_labelled ORDER BY ALL")
    assert found == [("both", "held"), ("copy", "copy"), ("held", "held"), ("page", "page")]


def test_a_label_has_every_name_in_both_languages(world: World) -> None:
    names = {"name_zh": "市民政局", "name_en": "Civil Affairs Bureau"}
    world.add("organizations", organization_id="org-0001", **names)
    world.add("programmes", programme_id="prg-0001", name_zh="计划", name_en="Plan")
    world.figure(region_id="321102", organization_id="org-0001", programme_id="prg-0001", publisher_id="org-0001")
    places = "region_path_zh, region_path_en, province_id, province_zh, province_en, prefecture_id, prefecture_zh, prefecture_en"
    bodies = "organization_zh, organization_en, publisher_zh, publisher_en, programme_zh, programme_en"
    assert world.ask(f"SELECT is_whole, {bodies}, {places} FROM observations_labelled") == [(
        False, *names.values(), *names.values(), "计划", "Plan", "中国 / 江苏省 / 镇江市 / 京口区",
        "China / Jiangsu / Zhenjiang / Jingkou", "320000", "江苏省", "Jiangsu", "321100", "镇江市", "Zhenjiang",
    )]  # fmt: skip


def test_a_path_has_province_and_prefecture(world: World) -> None:
    assert world.ask("SELECT region_id, depth, province_id, prefecture_id FROM region_paths ORDER BY depth") == [
        ("CN", 0, None, None), ("320000", 1, "320000", None), ("321100", 2, "320000", "321100"),
        ("321102", 3, "320000", "321100"),
    ]  # fmt: skip


def test_the_timeline_goes_by_the_last_possible_day_where_the_first_is_unknown(world: World) -> None:
    world.add("sources", source_id="news", title_zh="新闻", title_en="News")
    dates = (
        ("a", None, None), ("b", None, "2021-05-31"), ("c", "2021-06-01", "2021-06-30"),
        ("d", "2021-05-01", "2021-12-31"),
    )  # fmt: skip
    for id, start, end in dates:
        world.add("milestones", milestone_id=id, region_id="321100", source_id="news", date_start=start, date_end=end)
    found = world.ask("SELECT milestone_id, province_en, region_path_zh, source_zh FROM timeline")
    assert [id for id, *_ in found] == ["d", "b", "c", "a"]
    assert {tuple(names) for _, *names in found} == {("Jiangsu", "中国 / 江苏省 / 镇江市", "新闻")}


SUPPORTED = {
    "observation_id": ("obs-0001", "observations", "江苏省：持证", "Jiangsu: Licensed"),
    "milestone_id": ("ms-0001", "milestones", "事件", "Event"),
    "organization_id": ("org-0001", "organizations", "机构", "Body"),
    "programme_id": ("prg-0001", "programmes", "计划", "Plan"),
    "region_id": ("321102", "regions", "京口区", "Jingkou"),
    "source_id": ("news", "sources", "新闻", "News"),
}


def test_evidence_and_coverage_have_each_row_that_a_mention_supports(world: World) -> None:
    world.add("documents", document_id="text", file_name="text.txt")
    world.add("documents", document_id="other", file_name="other.txt")
    world.add("sources", source_id="news", document_id="text", title_zh="新闻", title_en="News")
    world.add("metrics", metric_id="named", name_zh="持证", name_en="Licensed")
    world.add("observations", observation_id="obs-0001", region_id="320000", metric_id="named", source_id="news")
    world.add("milestones", milestone_id="ms-0001", title_zh="事件", title_en="Event")
    world.add("organizations", organization_id="org-0001", name_zh="机构", name_en="Body")
    world.add("programmes", programme_id="prg-0001", name_zh="计划", name_en="Plan")
    for column, (id, *_) in SUPPORTED.items():
        world.add("mentions", mention_id=column, document_id="text", **{column: id})
    world.add("mentions", mention_id="again", document_id="text", observation_id="obs-0001")
    world.add("mentions", mention_id="excluded", document_id="text", exclusion="numbering")
    found = world.ask("SELECT mention_id, row_id, row_table, row_zh, row_en FROM evidence ORDER BY ALL")
    assert found == sorted((id, *row) for id, row in {**SUPPORTED, "again": SUPPORTED["observation_id"]}.items())
    assert world.ask("FROM coverage") == [("other", "other.txt", 1, *[0] * 7), ("text", "text.txt", 1, *[1] * 5, 8, 1)]


# What the database says of itself


COMMENTS = """
SELECT table_name, comment FROM duckdb_tables()
UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE NOT internal
UNION ALL SELECT table_name || '.' || column_name, comment FROM duckdb_columns() WHERE NOT internal
"""


def test_every_table_view_and_column_has_a_comment_in_both_languages(package: Package) -> None:
    with connect_package(package) as connection:
        comments = connection.execute(COMMENTS).fetchall()
    assert len(comments) > 200
    assert [
        name for name, text in comments if not re.search("[a-z]", text or "") or not re.search("[一-鿿]", text)
    ] == []


@pytest.mark.parametrize("view", VIEWS)
def test_every_comment_of_a_view_is_of_a_column(package: Package, world: World, view: str) -> None:
    own = {line.removeprefix("-- ").partition(":")[0] for line in view_sql(view).splitlines() if " | " in line}
    assert own <= set(world.connection.table(view).columns)
    assert own <= set(all_comments(package, VIEWS)[view].columns)
