"""Contracts, row by row: what each promise of a schema and each rule of a row says at its bounds, and of an empty cell."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from shegong.checks.context import join_metric_definitions
from shegong.checks.contracts import SCHEMA_RULES, check_rows
from shegong.errors import PackageError
from shegong.findings import Finding, Findings
from shegong.package.package import Package
from shegong.package.schema import Category, Field, TableSchema

Cells = dict[str, Any]
DTYPES = {"string": pl.String, "integer": pl.Int64, "number": pl.Float64, "date": pl.Date, "boolean": pl.Boolean}


def field(name: str, type: str = "string", required: bool = False, **constraints: Any) -> Field:
    return Field(name, type, name, name, name, name, "", required, **constraints)


def frame_of(schema: TableSchema, rows: list[Cells]) -> pl.DataFrame:
    return pl.DataFrame(rows, {f.name: DTYPES[f.type] for f in schema.fields}, orient="row")


def told(findings: list[Finding]) -> list[str]:
    return [f"{finding.line} {finding.column} {finding.rule.id}" for finding in findings]


# What a schema promises

CODES = tuple(Category(code, code, code, code, code) for code in ("red", "green"))
THINGS = TableSchema(
    *("things", "", "", "", ""),
    (
        field("id", required=True), field("code", categories=CODES), field("slug", pattern="[a-z]|[0-9]"),
        field("size", "integer", minimum=2, maximum=4), field("weight", "number", minimum=-0.5, maximum=0.5),
        field("day", "date", minimum="2020-01-02", maximum="2020-01-04"), field("name", min_length=2, max_length=3),
        field("good", "boolean", required=True),
    ),
    *(("id",), (), ()),
)  # fmt: skip
THING = {
    "id": "one", "code": "red", "slug": "a", "size": 3, "weight": 0.0, "day": date(2020, 1, 3), "name": "社工",
    "good": True,
}  # fmt: skip
PROMISES = [
    (dict.fromkeys(("code", "slug", "size", "weight", "day", "name")), ""),
    ({"id": None, "good": None}, "id cell-required, good cell-required"),
    ({"code": "green"}, ""),
    ({"code": "blue"}, "code cell-enum"),
    ({"slug": "7"}, ""),
    ({"slug": "7a"}, "slug cell-pattern"),
    ({"size": 2, "weight": -0.5, "day": date(2020, 1, 2), "name": "社工"}, ""),
    ({"size": 4, "weight": 0.5, "day": date(2020, 1, 4), "name": "社工站"}, ""),
    ({"size": 1, "weight": -0.6}, "size cell-minimum, weight cell-minimum"),
    ({"day": date(2020, 1, 1), "name": "社"}, "day cell-minimum, name cell-min-length"),
    ({"size": 5, "weight": 0.6}, "size cell-maximum, weight cell-maximum"),
    ({"day": date(2020, 1, 5), "name": "社工站点"}, "day cell-maximum, name cell-max-length"),
]


def expected(cases: list[tuple[Cells, str]]) -> list[str]:
    """What is told of each row after a good one, as `line column rule`."""
    return sorted(f"{line} {what}" for line, (_, whole) in enumerate(cases, 3) for what in whole.split(", ") if what)


def test_a_schema_promises_what_it_says_up_to_its_bounds() -> None:
    frame = frame_of(THINGS, [THING, *(THING | cells for cells, _ in PROMISES)])
    assert sorted(told(check_rows(THINGS, "data/things.csv", frame))) == expected(PROMISES)


def test_a_broken_promise_says_where_it_is_and_what_stands_there() -> None:
    rows = [THING, THING | {"id": "two", "code": "blue\u200b", "size": 1}, THING | {"id": None}]
    blamed = check_rows(THINGS, "data/things.csv", frame_of(THINGS, rows))
    assert [(f.file, f.table, f.line, f.column, f.key, f.value) for f in blamed] == [
        ("data/things.csv", "things", 4, "id", "", ""),
        ("data/things.csv", "things", 3, "code", "two", "blue\u200b"),
        ("data/things.csv", "things", 3, "size", "two", "1"),
    ]
    assert [f.sentence for f in blamed] == [
        "id is required but empty",
        "code is 'blue\\\\u200b', but the codes are red, green",
        "size is 1, but the minimum is 2",
    ]


def test_of_each_promise_and_column_the_first_rows_are_told_and_all_are_counted() -> None:
    findings = Findings(limit=2)
    broken = [{"size": 1}, {"size": None}, {"size": 1, "weight": -1.0}, {"size": 9}, {"size": 1}, {"size": 9}]
    for first_line in (10, 20):
        frame = frame_of(THINGS, [THING, *(THING | cells for cells in broken)])
        check_rows(THINGS, "data/things.csv", frame, first_line, findings)
    assert sorted(told(findings.kept)) == [
        "11 size cell-minimum", "13 size cell-minimum", "13 weight cell-minimum", "14 size cell-maximum",
        "16 size cell-maximum", "23 weight cell-minimum",
    ]  # fmt: skip
    assert {rule.id: total for rule, total in findings.totals.items()} == {"cell-minimum": 8, "cell-maximum": 4}


# What a row means

DAY = date(2020, 3, 17)
DOCUMENT: Cells = {"document_id": "news", "bytes": 9, "characters": 3}
SOURCE: Cells = {
    "source_id": "news", "document_id": "news", "char_start": 0, "char_end": 9, "title_zh": "社工", "title_en": "News",
    "published_from": DAY, "published_to": DAY, "published_basis": "stated",
}  # fmt: skip
REGION: Cells = {
    "region_id": "321100", "name_zh": "镇江市", "level": "prefecture", "parent_id": "320000",
    "code_vintage": "gbt2260-2023",
}  # fmt: skip
METRIC: Cells = {
    "metric_id": "workers", "name_zh": "社工", "definition_zh": "全部。", "unit": "person", "kind": "stock",
    "value_min": 0.0, "value_max": 5000.0, "is_integer": True, "is_graded": True,
}  # fmt: skip
METRICS = [
    METRIC,
    METRIC | {"metric_id": "rate", "unit": "percent", "is_integer": False, "value_min": None, "value_max": None},
    METRIC | {"metric_id": "cap", "unit": "yuan", "value_max": None},
    METRIC | {"metric_id": "homes", "unit": "no such unit"},
    METRIC | {"name_en": "The same again"},
]
FIGURE: Cells = {
    "metric_id": "workers", "period_start": DAY, "period_end": DAY, "period_basis": "stated", "value": 60.0,
    "value_lower": 60.0, "value_upper": 60.0, "qualifier": "exact", "value_text": "60人",
}  # fmt: skip
EVENT: Cells = {
    "title_zh": "活动", "date_start": DAY, "date_end": DAY, "date_precision": "day", "date_basis": "stated",
    "status": "occurred",
}  # fmt: skip
MENTION: Cells = {"char_start": 5, "char_end": 8, "text": "60人", "role": "value", "observation_id": "obs-0001"}
BASES: dict[str, Cells] = {
    "documents": DOCUMENT, "sources": SOURCE, "regions": REGION, "metrics": METRIC, "observations": FIGURE,
    "milestones": EVENT, "mentions": MENTION, "organizations": {"name_zh": "社工站"}, "programmes": {"name_zh": "计划"},
}  # fmt: skip
CLASSIFIERS = {"person": ("人", "名"), "percent": ("%",), "yuan": ("元",)}
OPEN_QUALIFIER = "qualifier bounds-qualifier"


def figure(text: str, value: float, lower: float | None, upper: float | None, qualifier: str, **cells: Any) -> Cells:
    bounds = {"value": value, "value_lower": lower, "value_upper": upper}
    return {"value_text": text, **bounds, "qualifier": qualifier, **cells}


def days(start: date | None, end: date | None, **cells: Any) -> Cells:
    return {"period_start": start, "period_end": end, **cells}


def scoped(english: str | None, chinese: str | None) -> Cells:
    return {"scope_en": english, "scope_zh": chinese}


def dated(precision: str | None, start: date | None, end: date | None) -> Cells:
    return {"date_precision": precision, "date_start": start, "date_end": end}


def place(level: str, id: str, vintage: str, parent: str | None) -> Cells:
    return {"level": level, "region_id": id, "code_vintage": vintage, "parent_id": parent}


def pointing(role: str, targets: str, said: str) -> list[tuple[Cells, str]]:
    """Mentions of this role, each of one thing, of which all or none are allowed."""
    empty: Cells = {"role": role, "observation_id": None}
    return [(empty | {target: "x"}, said) for target in targets.split()]


def named(column: str, names: str, said: str = "") -> list[tuple[Cells, str]]:
    return [({column: name}, said) for name in names.split()]


NEXT = date(2020, 3, 18)
PAGE: Cells = {
    "document_id": None, "char_start": None, "char_end": None, "publisher_id": "org-0001",
    "url": "https://example.org/", "read_on": NEXT,
}  # fmt: skip
UNDATED: Cells = {"published_from": None, "published_to": None, "published_basis": "unknown"}
EXCLUDED: Cells = {"role": "excluded", "observation_id": None, "exclusion": "slogan"}
RECURS: Cells = {"date_basis": None, "status": "recurring", "note": "Each March."}
CASES: dict[str, list[tuple[Cells, str]]] = {
    "documents": [({"characters": 9}, ""), ({"characters": 10}, "characters document-size")],
    "sources": [
        (PAGE, ""),
        (PAGE | {"char_start": 0}, "char_start source-span"),
        (PAGE | {"char_end": 9}, "char_end source-span-end"),
        (PAGE | {"read_on": None}, "read_on page-read-on"),
        (PAGE | {"read_on": date(2020, 3, 16)}, "read_on publication-read"),
        (PAGE | {"read_on": DAY}, ""),
        (PAGE | {"url": None, "publisher_id": None, "title_zh": None}, ""),
        (PAGE | {"url": None, "title_zh": None, "title_en": None}, ""),
        (PAGE | {"url": None, "publisher_id": None}, ""),
        (PAGE | {"url": None, "publisher_id": None, "title_zh": None, "title_en": None}, "url page-identity"),
        (PAGE | {"publisher_id": None, "title_zh": None, "title_en": None, **UNDATED}, ""),
        (PAGE | {"url": None, "publisher_id": None, **UNDATED}, "url page-identity"),
        (PAGE | {"url": None, "publisher_id": None, "published_from": None}, ""),
        ({"publisher_id": None, "title_zh": None, "title_en": None, **UNDATED}, ""),
        ({"published_from": None}, ""),
        ({"char_end": None}, "char_end source-span-end"),
        ({"char_start": None}, "char_start source-span"),
        ({"char_start": 8}, ""),
        ({"char_start": 9}, "char_end source-span-order"),
        ({"published_to": NEXT}, ""),
        ({"published_from": NEXT}, "published_to published-order"),
        ({"published_from": None, "published_to": None}, "published_basis published-unknown"),
        ({"published_basis": "unknown"}, "published_basis published-unknown"),
        ({"published_to": None}, "published_to published-to"),
        ({"published_from": None, "published_basis": "unknown"}, "published_basis published-unknown"),
        ({"title_zh": "社工\n張家港"}, "title_zh text-simplified"),
        ({"title_zh": "社工\n张家港"}, ""),
    ],
    "regions": [
        (place("country", "CN", "iso-3166", None), ""),
        (place("country", "CN", "iso-3166", "CN"), "parent_id region-parent"),
        (place("country", "CNX", "iso-3166", None), "region_id region-shape, code_vintage region-vintage"),
        (place("province", "320000", "gbt2260-2023", "CN"), ""),
        (place("province", "321000", "gbt2260-2023", "CN"), "region_id region-shape"),
        (place("prefecture", "320000", "gbt2260-2023", "CN"), "region_id region-shape"),
        (place("prefecture", "320100", "gbt2260-2023", "320000"), ""),
        (place("prefecture", "320900", "gbt2260-2023", "320000"), ""),
        (place("prefecture", "321000", "gbt2260-2023", "320000"), ""),
        (place("prefecture", "329900", "gbt2260-2023", "320000"), ""),
        (place("prefecture", "321101", "gbt2260-2023", "320000"), "region_id region-shape"),
        (place("prefecture", "331100", "gbt2260-2023", "320000"), "parent_id region-digits"),
        (place("county", "321101", "gbt2260-2023", "321100"), ""),
        (place("county", "321109", "gbt2260-2023", "321100"), ""),
        (place("county", "321110", "gbt2260-2023", "321100"), ""),
        (place("county", "321169", "gbt2260-2023", "321100"), ""),
        (place("county", "321181", "gbt2260-2023", "321100"), ""),
        (place("county", "321199", "gbt2260-2023", "321100"), ""),
        (place("county", "321100", "gbt2260-2023", "320000"), "region_id region-shape"),
        (place("county", "321171", "gbt2260-2023", "321100"), "region_id region-shape"),
        (place("county", "321201", "gbt2260-2023", "321100"), "parent_id region-digits"),
        (place("township", "321102004", "nbs-2023", "321102"), ""),
        (place("township", "321102004", "gbt2260-2023", "321102"), "code_vintage region-vintage"),
        (place("township", "321103004", "nbs-2023", "321102"), "parent_id region-digits"),
        (place("township", "32110200", "nbs-2023", "321102"), "region_id region-shape, code_vintage region-vintage"),
        (place("village", "321102004001", "nbs-2023", "321102004"), ""),
        (place("village", "321100099001", "nbs-2023", "321100000"), "parent_id region-digits"),
        (place("village", "32110200400", "nbs-2023", "321102004"), "region_id region-shape, code_vintage region-vintage"),
        (place("functional_area", "321171", "nbs-2023", "321100"), ""),
        (place("functional_area", "321179", "nbs-2023", "321100"), ""),
        (place("functional_area", "321169", "nbs-2023", "321100"), "code_vintage region-vintage"),
        (place("functional_area", "321100-new-port2", "local", "321100"), ""),
        (place("functional_area", "321100-2", "local", "321100"), "region_id region-shape"),
        (place("functional_area", "321100-", "local", "321100"), "region_id region-shape"),
        (place("functional_area", "32110-port", "local", "320000"), "region_id region-shape"),
        (place("functional_area", "321100", "local", "320000"), "code_vintage region-vintage"),
        ({"parent_id": None}, "parent_id region-parent"),
        ({"code_vintage": "gbt2260-former"}, "code_vintage region-former"),
        ({"code_vintage": "gbt2260-former", "valid_to": DAY}, ""),
        ({"valid_to": DAY}, ""),
        ({"valid_to": DAY, "replaced_by": "321200"}, ""),
        ({"replaced_by": "321200"}, "replaced_by region-successor"),
        ({"valid_to": DAY, "replaced_by": "321100"}, "replaced_by region-successor"),
        (place("township", "321102004", "gbt2260-former", "321102") | {"valid_to": DAY}, "code_vintage region-vintage"),
        *named("name_zh", "市辖区 县 省直辖县级行政区划 自治区直辖县级行政区划 仙桃直辖村级区划", "name_zh region-placeholder"),
        *named("name_zh", "直辖村级区划处 赣县 县城"),
        ({"name_zh": "鎮江市"}, "name_zh text-simplified"),
    ],
    "metrics": [
        ({"value_min": 5000.0}, ""),
        ({"value_min": 5000.5}, "value_max metric-range-order"),
        ({"value_min": None, "value_max": None}, ""),
        ({"kind": "duration"}, "is_graded metric-graded"),
        ({"kind": "duration", "is_graded": False}, ""),
        ({"name_zh": "社會"}, "name_zh text-simplified"),
        ({"definition_zh": "社會。"}, "definition_zh text-simplified"),
    ],
    "organizations": [({"name_zh": "張家港社工站"}, "name_zh text-simplified")],
    "programmes": [
        ({"name_zh": "計划"}, "name_zh text-simplified"),
        ({"description_zh": "計划。"}, "description_zh text-simplified"),
        ({"description_zh": "计划。"}, ""),
    ],
    "observations": [
        ({"value_text": "60名"}, ""),
        ({"value_text": "60元"}, "value_text quantity-classifier"),
        ({"metric_id": "nothing"}, ""),
        ({"value_text": "众人"}, "value_text quantity-unreadable"),
        ({"value_text": None}, "value_text quantity-unreadable"),
        ({"value": 61.0, "value_lower": 61.0, "value_upper": 61.0}, "value quantity-value, value_lower quantity-lower, value_upper quantity-upper"),
        ({"value_lower": 59.0}, f"value_lower quantity-lower, {OPEN_QUALIFIER}"),
        ({"value_upper": 61.0}, f"value_upper quantity-upper, {OPEN_QUALIFIER}"),
        ({"value_lower": None}, f"value_lower quantity-lower, {OPEN_QUALIFIER}"),
        ({"value_upper": None}, f"value_upper quantity-upper, {OPEN_QUALIFIER}"),
        ({"value_lower": 61.0}, f"value_lower quantity-lower, {OPEN_QUALIFIER}, value bounds-order"),
        ({"value_upper": 59.0}, f"value_upper quantity-upper, {OPEN_QUALIFIER}, value bounds-order"),
        (figure("60余人", 60, 60, None, "at_least"), ""),
        (figure("60余人", 60, 60, 61, "at_least"), f"value_upper quantity-upper, {OPEN_QUALIFIER}"),
        (figure("60余人", 60, 59, None, "at_least"), f"value_lower quantity-lower, {OPEN_QUALIFIER}"),
        (figure("60余人", 60, None, None, "at_least"), f"value_lower quantity-lower, {OPEN_QUALIFIER}"),
        (figure("60余人", 60, 60, 60, "exact"), "qualifier quantity-qualifier, value_upper quantity-upper"),
        (figure("近60人", 60, None, 59, "nearly"), ""),
        (figure("近60人", 60, 60, 59, "nearly"), f"value_lower quantity-lower, {OPEN_QUALIFIER}"),
        (figure("近60人", 60, None, 61, "nearly"), f"value_upper quantity-upper, {OPEN_QUALIFIER}"),
        (figure("最多60人", 60, None, 60, "at_most"), ""),
        (figure("最多60人", 60, None, None, "at_most"), f"value_upper quantity-upper, {OPEN_QUALIFIER}"),
        (figure("最多60人", 60, None, 60, "nearly"), "qualifier quantity-qualifier"),
        (figure("约60人", 60, None, None, "about"), ""),
        (figure("约60人", 60, 60, None, "about"), f"value_lower quantity-lower, {OPEN_QUALIFIER}"),
        (figure("约60人", 60, None, 60, "about"), f"value_upper quantity-upper, {OPEN_QUALIFIER}"),
        (figure("60至70人", 60, 60, 70, "between"), ""),
        (figure("60至70人", 60, None, 70, "between"), f"value_lower quantity-lower, {OPEN_QUALIFIER}"),
        (figure("60至70人", 60, 60, None, "between"), f"value_upper quantity-upper, {OPEN_QUALIFIER}"),
        (figure("60至70人", 60, 60, 60, "between"), f"value_upper quantity-upper, {OPEN_QUALIFIER}"),
        (figure("2万人", 20000, 20000, 20000, "exact", status="target"), "value metric-range"),
        (figure("60%", 60, 60, 60, "exact"), "qualifier quantity-qualifier, value_text quantity-classifier"),
        (scoped("cases; one agency", "个案；一家机构"), ""),
        (scoped("cases", None), "scope_zh scope-both"),
        (scoped(None, "个案"), "scope_zh scope-both"),
        (scoped("cases; one agency", "个案，一家机构"), "scope_zh scope-parts"),
        (scoped("cases", "个案；一家机构"), "scope_zh scope-parts"),
        (scoped("one agency; cases", "一家机构；个案"), "scope_en scope-order"),
        (scoped("cases; cases", "个案；个案"), "scope_en scope-order"),
        (scoped("cases.", "个案"), "scope_en scope-form"),
        (scoped("cases", "个案。"), "scope_zh scope-form"),
        (scoped("cases;", "个案"), "scope_en scope-form"),
        (scoped("cases", "個案"), "scope_zh text-simplified"),
        ({"doubt": "outdated"}, "doubt doubt-note"),
        ({"doubt": "outdated", "note": "Of 2018."}, ""),
        ({"note": "Of 2018."}, ""),
        (figure("1.36千人", 1360, 1355, 1365, "rounded"), ""),
        (figure("1.36千人", 1360, None, 1365, "rounded"), f"value_lower quantity-lower, {OPEN_QUALIFIER}"),
        (figure("1.36千人", 1360, 1355, None, "rounded"), f"value_upper quantity-upper, {OPEN_QUALIFIER}"),
        (figure("1.2346千人", 1234.6, 1235, 1234, "rounded"), f"value bounds-order, value metric-integer, {OPEN_QUALIFIER}"),
        (figure("12.34%", 12.34, 12.335, 12.345, "rounded", metric_id="rate"), ""),
        (figure("12.34%", 12.34, 12.34, 12.34, "rounded", metric_id="rate"), f"value_lower quantity-lower, value_upper quantity-upper, {OPEN_QUALIFIER}"),
        (figure("5000人", 5000, 5000, 5000, "exact"), ""),
        (figure("5001人", 5001, 5001, 5001, "exact"), "value metric-range"),
        (figure("5001户", 5001, 5001, 5001, "exact", metric_id="homes"), "value metric-range"),
        (figure("0人", 0, 0, 0, "exact"), ""),
        (figure("60人", -60, -60, -60, "exact"), "value quantity-value, value_lower quantity-lower, value_upper quantity-upper, value metric-range"),
        (figure("9999元", 9999, 9999, 9999, "exact", metric_id="cap"), ""),
        (days(None, None, period_basis="unknown"), ""),
        (days(None, None), "period_basis period-unknown"),
        ({"period_basis": "unknown"}, "period_basis period-unknown"),
        (days(DAY, None), "period_end period-end"),
        (days(None, DAY), ""),
        (days(DAY, NEXT), ""),
        (days(NEXT, DAY), "period_end period-order"),
    ],
    "milestones": [
        (dated("day", DAY, NEXT), "date_precision date-precision"),
        (dated("day", NEXT, DAY), "date_precision date-precision, date_end date-order"),
        (dated("month", date(2020, 2, 1), date(2020, 2, 29)), ""),
        (dated("month", date(2020, 2, 2), date(2020, 2, 29)), "date_precision date-precision"),
        (dated("month", date(2020, 2, 1), date(2020, 2, 28)), "date_precision date-precision"),
        (dated("year", date(2020, 1, 1), date(2020, 12, 31)), ""),
        (dated("year", date(2020, 1, 2), date(2020, 12, 31)), "date_precision date-precision"),
        (dated("year", date(2020, 1, 1), date(2020, 12, 30)), "date_precision date-precision"),
        (dated("year", date(2020, 1, 1), date(2020, 10, 31)), "date_precision date-precision"),
        (dated("year", date(2019, 1, 1), date(2020, 12, 31)), "date_precision date-precision"),
        (dated("interval", DAY, NEXT), ""),
        (dated("interval", DAY, DAY), "date_precision date-precision"),
        (dated("interval", None, DAY), ""),
        (dated("day", None, DAY), "date_start date-open"),
        (dated("interval", DAY, None), "date_end date-end"),
        (dated(None, DAY, DAY), "date_precision date-known"),
        ({"date_basis": None}, "date_precision date-known"),
        (dated(None, None, None) | RECURS, ""),
        (dated(None, None, None) | RECURS | {"date_basis": "stated"}, "date_precision date-known"),
        (dated("interval", None, None) | RECURS, "date_precision date-known"),
        (dated(None, None, None) | RECURS | {"note": None}, "date_end date-recurring"),
        (dated(None, None, None) | RECURS | {"status": "planned"}, "date_end date-recurring"),
        ({"status": "recurring"}, ""),
        ({"title_zh": "活動"}, "title_zh text-simplified"),
    ],
    "mentions": [
        ({"milestone_id": "ms-0001"}, "role mention-target"),
        ({"observation_id": None}, "role mention-target, role mention-role"),
        *pointing("value", "milestone_id", "role mention-role"),
        *pointing("date", "observation_id milestone_id source_id", ""),
        *pointing("date", "organization_id programme_id region_id", "role mention-role"),
        *pointing("place", "observation_id milestone_id", ""),
        *pointing("place", "source_id organization_id region_id", "role mention-role"),
        *pointing("name", "organization_id programme_id region_id", ""),
        *pointing("name", "source_id observation_id milestone_id", "role mention-role"),
        *pointing("title", "source_id", ""),
        *pointing("title", "observation_id", "role mention-role"),
        *pointing("detail", "observation_id milestone_id organization_id programme_id region_id source_id", ""),
        *pointing("detail", "exclusion", "role mention-role"),
        *pointing("excluded", "exclusion", ""),
        *pointing("excluded", "observation_id", "role mention-role"),
        (EXCLUDED | {"text": "社工人"}, "text mention-numeral"),
        (EXCLUDED | {"text": "第三人"}, ""),
        ({"text": "社工人"}, ""),
        ({"char_end": 6, "text": "6"}, ""),
        ({"char_end": 5, "text": ""}, "char_end mention-span"),
        ({"char_start": 9}, "char_end mention-span, text mention-length"),
        ({"char_end": 9}, "text mention-length"),
        ({"char_end": 7}, "text mention-length"),
        ({"char_end": 28, "text": "社" * 23}, ""),
        ({"char_end": 29, "text": "社" * 24}, "text mention-letters"),
        ({"char_end": 29, "text": "社" * 23 + " "}, ""),
    ],
}  # fmt: skip


def check(package: Package, table: str, *rows: Cells) -> list[Finding]:
    """What is found of rows like the first one of a table."""
    schema = package.schemas[table]
    frame = frame_of(schema, [BASES[table] | cells for cells in rows])
    if table == "observations":
        frame = join_metric_definitions(frame, frame_of(package.schemas["metrics"], METRICS), CLASSIFIERS)
    return check_rows(schema, package.file(table), frame)


@pytest.mark.parametrize("table", CASES)
def test_a_row_keeps_its_rules_up_to_their_bounds(package: Package, table: str) -> None:
    cases = CASES[table]
    findings = check(package, table, {}, *(cells for cells, _ in cases))
    assert sorted(told([f for f in findings if f.rule not in SCHEMA_RULES])) == expected(cases)


# What a finding says

SAID: list[tuple[str, Cells, str]] = [
    ("observations", figure("11个", 12, 11, 11, "exact"), "value is 12, but value_text '11个' reads 11"),
    ("observations", figure("11人", 11, None, 11, "exact"), "value_lower is empty, but value_text '11人' sets the lower bound 11"),
    ("observations", figure("60余人", 60, 60, 60, "at_least"), "value_upper is 60, but value_text '60余人' sets the upper bound nothing"),
    ("observations", figure("60余人", 60, 60, None, "exact"), "qualifier is 'exact', but value_text '60余人' is 'at_least'"),
    ("observations", {"value_text": "60元"}, "value_text is '60元', but the unit of workers takes 人, 名"),
    ("observations", figure("5001人", 5001, 5001, 5001, "exact"), "value is 5001, but workers is between 0 and 5000"),
    ("observations", days(NEXT, DAY), "period_end is 2020-03-17, but period_start is 2020-03-18"),
    ("observations", {"value_text": "众人"}, "value_text is '众人', but a printed token contains a number"),
    ("sources", {"title_zh": "張家港社工"}, "title_zh is '張家港社工', but in simplified script it is '张家港社工'"),
    ("sources", {"char_end": None}, "char_end is empty, but document_id is news"),
    ("regions", {"level": "county"}, "region_id is '321100', but level is 'county'"),
    ("regions", {"parent_id": "330000"}, "parent_id is '330000', but region_id 321100 does not begin with 33"),
    ("mentions", {"milestone_id": "ms-0001"}, "role is 'value', but the row fills observation_id and milestone_id"),
    ("mentions", {"observation_id": None}, "role is 'value', but the row fills no target"),
    ("mentions", {"char_end": 9}, "text is '60人', but the span has 4 characters, and the text 3"),
    ("documents", {"characters": 10}, "characters is 10, but bytes is 9"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "cells", "sentence"), SAID)
def test_a_finding_says_what_was_found_and_expected(package: Package, table: str, cells: Cells, sentence: str) -> None:
    assert sentence in [finding.sentence for finding in check(package, table, cells)]


@pytest.mark.parametrize(("column", "dropped_from"), [("kind", "metrics"), ("value_text", "observations")])
def test_schemas_without_a_column_of_a_figure_are_one_clear_error(package, column: str, dropped_from: str) -> None:
    frames = {
        table: frame_of(package.schemas[table], rows)
        for table, rows in (("observations", [FIGURE]), ("metrics", METRICS))
    }
    frames[dropped_from] = frames[dropped_from].drop(column)
    with pytest.raises(PackageError, match=f"^observations: does not fit the schemas of the package: .*{column}"):
        join_metric_definitions(frames["observations"], frames["metrics"], CLASSIFIERS)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda frame: frame.drop("bytes"), "the rule .* needs the column bytes"),
        (lambda frame: frame.with_columns(bytes=pl.lit("many")), ""),
    ],
)
def test_columns_that_do_not_fit_the_rules_are_one_clear_error(package: Package, spoil, said: str) -> None:
    documents = package.schemas["documents"]
    with pytest.raises(PackageError, match=f"^documents: does not fit the schemas of the package: {said}"):
        check_rows(documents, "data/documents.csv", spoil(frame_of(documents, [DOCUMENT])))
