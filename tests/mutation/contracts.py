"""Rows that break the promises of their table, by hand: quantities, bounds, periods, dates, places, definitions, spans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from shegong.checks.domain import DOMAIN_RULES, ROLE_TARGETS, TARGETS
from tests.conftest import Row
from tests.mutation.base import Draft, Spot
from tests.mutation.domain import Change, breaks

QUALIFIERS = ("exact", "rounded", "at_least", "at_most", "nearly")


def days_from(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days)).isoformat()


def plus(number: str, more: int) -> str:
    return f"{float(number) + more:.15g}"


def metric_of(draft: Draft, row: Row) -> Row:
    return draft.row("metrics", row["metric_id"])


# Quantities: what the printed token says

TOKEN = "quantity that its token does not say"


@breaks("quantity-unreadable", "observations", "value_text", TOKEN)
def token_without_a_number(draft: Draft, row: Row) -> Iterator[Change]:
    yield from ({"value_text": token} for token in ("众人", "数百人", "十几家", "2亿3千万元", "一年半", "若干"))


@breaks("quantity-unreadable", "observations", "value_text", TOKEN)
def token_whose_bounds_no_rule_gives(draft: Draft, row: Row) -> Iterator[Change]:
    yield from ({"value_text": token} for token in ("约2200人", "2200人左右", "2200上下", "三分之一"))


@breaks("quantity-value", "observations", "value", TOKEN)
def value_off_by_little_or_much(draft: Draft, row: Row) -> Iterator[Change]:
    value = row["value"]
    yield from ({"value": new} for new in (plus(value, 1), f"{value}0", plus(value, 10000)))


@breaks("quantity-value", "observations", "value", TOKEN)
def value_and_bounds_off_together(draft: Draft, row: Row) -> Iterator[Change]:
    filled = [column for column in ("value", "value_lower", "value_upper") if row[column]]
    yield {column: plus(row[column], 1) for column in filled}


@breaks("quantity-lower", "observations", "value_lower", TOKEN)
def lower_bound_off(draft: Draft, row: Row) -> Iterator[Change]:
    if row["value_lower"]:
        yield from ({"value_lower": new} for new in ("", plus(row["value_lower"], -1), plus(row["value_lower"], 1)))


@breaks("quantity-lower", "observations", "value_lower", TOKEN)
def lower_bound_where_there_is_none(draft: Draft, row: Row) -> Iterator[Change]:
    if not row["value_lower"]:
        yield from ({"value_lower": new} for new in ("0", row["value"]))


@breaks("quantity-lower", "observations", "value_lower", TOKEN)
def lower_bound_of_a_rounded_value_too_wide(draft: Draft, row: Row) -> Iterator[Change]:
    if row["qualifier"] == "rounded":
        yield {"value_lower": "0"}


@breaks("quantity-upper", "observations", "value_upper", TOKEN)
def upper_bound_off(draft: Draft, row: Row) -> Iterator[Change]:
    if row["value_upper"]:
        yield from ({"value_upper": new} for new in ("", plus(row["value_upper"], -1), plus(row["value_upper"], 1)))


@breaks("quantity-upper", "observations", "value_upper", TOKEN)
def upper_bound_where_there_is_none(draft: Draft, row: Row) -> Iterator[Change]:
    if not row["value_upper"]:
        yield from ({"value_upper": new} for new in (row["value"], plus(row["value"], 9)))


@breaks("quantity-upper", "observations", "value_upper", TOKEN)
def upper_bound_of_a_rounded_value_too_wide(draft: Draft, row: Row) -> Iterator[Change]:
    if row["qualifier"] == "rounded":
        yield {"value_upper": plus(row["value_upper"], 1000)}


@breaks("quantity-qualifier", "observations", "qualifier", TOKEN)
def qualifier_that_does_not_fit(draft: Draft, row: Row) -> Iterator[Change]:
    yield from ({"qualifier": other} for other in QUALIFIERS if other != row["qualifier"])


@breaks("quantity-qualifier", "observations", "qualifier", TOKEN)
def qualifier_and_bounds_of_another_token(draft: Draft, row: Row) -> Iterator[Change]:
    value = row["value"]
    if row["qualifier"] == "exact":
        yield {"qualifier": "at_least", "value_upper": ""}
        yield {"qualifier": "nearly", "value_lower": ""}
    elif row["qualifier"] != "rounded":
        yield {"qualifier": "exact", "value_lower": value, "value_upper": value}


@breaks("quantity-qualifier", "observations", "qualifier", TOKEN)
def word_of_the_token_left_out(draft: Draft, row: Row) -> Iterator[Change]:
    """60余家 entered as 60家, with the bounds of the former."""
    bare = re.sub("余|多|最高|至少", "", row["value_text"])
    if bare != row["value_text"]:
        yield {"value_text": bare}


@breaks("quantity-classifier", "observations", "value_text", "unit or classifier that does not fit")
def measure_word_of_another_unit(draft: Draft, row: Row) -> Iterator[Change]:
    if match := re.fullmatch(r"([0-9]+)([名人家个個次])", row["value_text"]):
        yield from ({"value_text": match[1] + word} for word in "元倍户年份" if word not in fitting(draft, row))


@breaks("quantity-classifier", "observations", "value_text", "unit or classifier that does not fit")
def metric_of_another_unit(draft: Draft, row: Row) -> Iterator[Change]:
    if re.fullmatch("[0-9]+人", row["value_text"]):
        yield from ({"metric_id": metric} for metric in ("cases", "charity_funds_raised", "households_visited"))


@breaks("quantity-classifier", "observations", "value_text", "unit or classifier that does not fit")
def unit_of_the_metric_changed(draft: Draft, row: Row) -> Iterator[Change]:
    if re.fullmatch("[0-9]+人", row["value_text"]):
        draft.set("metrics", row["metric_id"], unit="household")
        first = draft.where("observations", metric_id=row["metric_id"])[0]
        if re.fullmatch("[0-9]+人", first["value_text"]):
            yield Spot("observations", first["observation_id"], "value_text")


def fitting(draft: Draft, row: Row) -> tuple[str, ...]:
    """The measure words of the unit of an observation."""
    unit = metric_of(draft, row)["unit"]
    codes = draft.base.schema("metrics").field("unit").categories
    return next(code.classifiers for code in codes if code.value == unit)


# Bounds, and the range of the metric

BOUNDS = "bounds"


@breaks("bounds-order", "observations", "value", BOUNDS)
def bounds_swapped(draft: Draft, row: Row) -> Iterator[Change]:
    if row["qualifier"] == "rounded":
        yield {"value_lower": row["value_upper"], "value_upper": row["value_lower"]}


@breaks("bounds-order", "observations", "value", BOUNDS)
def value_outside_its_bounds(draft: Draft, row: Row) -> Iterator[Change]:
    if row["value_upper"]:
        yield {"value": plus(row["value_upper"], 1)}
    if row["value_lower"] not in ("", "0"):
        yield {"value": plus(row["value_lower"], -1)}


@breaks("bounds-order", "observations", "value", BOUNDS)
def rounded_value_outside_its_bounds(draft: Draft, row: Row) -> Iterator[Change]:
    if row["qualifier"] == "rounded":
        yield {"value": plus(row["value_upper"], 1)}


@breaks("bounds-qualifier", "observations", "qualifier", BOUNDS)
def bound_missing_or_too_many(draft: Draft, row: Row) -> Iterator[Change]:
    for column in ("value_lower", "value_upper"):
        if row[column]:
            yield {column: ""}
        else:
            yield {column: row["value"]}


@breaks("bounds-qualifier", "observations", "qualifier", BOUNDS)
def rounded_without_room(draft: Draft, row: Row) -> Iterator[Change]:
    if row["qualifier"] == "rounded":
        yield {"value_lower": row["value"], "value_upper": row["value"]}


@breaks("metric-range", "observations", "value", "range of the metric")
def value_below_the_range(draft: Draft, row: Row) -> Iterator[Change]:
    yield {"value": f"-{row['value']}"}


@breaks("metric-range", "observations", "value", "range of the metric")
def range_narrowed(draft: Draft, row: Row) -> Iterator[Change]:
    draft.set("metrics", row["metric_id"], value_min="0", value_max=plus(row["value"], -1))
    yield Spot("observations", row["observation_id"], "value")


@breaks("metric-range", "observations", "value", "range of the metric")
def rank_of_nought(draft: Draft, row: Row) -> Iterator[Change]:
    if metric_of(draft, row)["kind"] == "rank":
        yield {"value_text": "第零", "value": "0", "value_lower": "0", "value_upper": "0"}


@breaks("metric-integer", "observations", "value", "range of the metric")
def fraction_of_a_thing_that_is_counted(draft: Draft, row: Row) -> Iterator[Change]:
    if metric_of(draft, row)["is_integer"] == "true":
        yield {"value": f"{row['value']}.5"}


@breaks("metric-integer", "observations", "value", "range of the metric")
def metric_said_to_be_counted(draft: Draft, row: Row) -> Iterator[Change]:
    if "." in row["value"]:
        draft.set("metrics", row["metric_id"], is_integer="true")
        yield Spot("observations", row["observation_id"], "value")


# Periods and dates

PERIOD = "period"


@breaks("period-order", "observations", "period_end", PERIOD)
def period_turned_round(draft: Draft, row: Row) -> Iterator[Change]:
    start, end = row["period_start"], row["period_end"]
    if start and end:
        yield {"period_end": days_from(start, -1)}
        if start != end:
            yield {"period_start": end, "period_end": start}


@breaks("period-unknown", "observations", "period_basis", PERIOD)
def dates_of_an_unknown_period(draft: Draft, row: Row) -> Iterator[Change]:
    if row["period_end"]:
        yield {"period_basis": "unknown"}
    else:
        yield from ({"period_basis": basis} for basis in ("stated", "inferred", "published"))


@breaks("period-unknown", "observations", "period_basis", PERIOD)
def dates_left_out(draft: Draft, row: Row) -> Iterator[Change]:
    if row["period_end"]:
        yield {"period_start": "", "period_end": ""}


@breaks("period-end", "observations", "period_end", PERIOD)
def period_without_an_end(draft: Draft, row: Row) -> Iterator[Change]:
    if row["period_start"]:
        yield {"period_end": ""}


@breaks("period-start", "observations", "period_start", PERIOD)
def stock_without_a_start(draft: Draft, row: Row) -> Iterator[Change]:
    if row["period_start"] and metric_of(draft, row)["kind"] not in ("flow", "duration"):
        yield {"period_start": ""}


DATES = "date of an event"


@breaks("date-order", "milestones", "date_end", DATES)
def dates_turned_round(draft: Draft, row: Row) -> Iterator[Change]:
    yield {"date_end": days_from(row["date_start"], -1)}
    if row["date_start"] != row["date_end"]:
        yield {"date_start": row["date_end"], "date_end": row["date_start"]}


@breaks("date-precision", "milestones", "date_precision", DATES)
def precision_of_other_dates(draft: Draft, row: Row) -> Iterator[Change]:
    others = {"day", "month", "year", "interval"} - {row["date_precision"]}
    is_within = row["date_start"] < row["date_end"]
    yield from ({"date_precision": other} for other in sorted(others) if other != "interval" or not is_within)


@breaks("date-precision", "milestones", "date_precision", DATES)
def dates_that_are_no_whole(draft: Draft, row: Row) -> Iterator[Change]:
    if row["date_precision"] != "interval":
        yield {"date_start": days_from(row["date_start"], -1)}
        yield {"date_end": days_from(row["date_end"], 1)}


@breaks("date-precision", "milestones", "date_precision", DATES)
def two_years_as_one(draft: Draft, row: Row) -> Iterator[Change]:
    if row["date_precision"] == "year":
        yield {"date_start": f"{int(row['date_start'][:4]) - 1}-01-01"}


# Sources and documents

PUBLISHED = "publication of a source"


@breaks("published-both", "sources", "published_to", PUBLISHED)
def publication_with_one_end(draft: Draft, row: Row) -> Iterator[Change]:
    yield {"published_to": ""}
    yield {"published_from": ""}


@breaks("published-order", "sources", "published_to", PUBLISHED)
def publication_turned_round(draft: Draft, row: Row) -> Iterator[Change]:
    yield {"published_to": days_from(row["published_from"], -1)}


@breaks("published-unknown", "sources", "published_basis", PUBLISHED)
def dates_of_an_unknown_publication(draft: Draft, row: Row) -> Iterator[Change]:
    yield {"published_basis": "unknown"}
    yield {"published_from": "", "published_to": ""}


RANGE = "range of a source"


@breaks("source-span", "sources", "char_start", RANGE)
def range_without_a_start(draft: Draft, row: Row) -> Iterator[Change]:
    yield {"char_start": ""}
    yield {"char_start": "", "char_end": ""}
    yield {"document_id": ""}


@breaks("source-span-end", "sources", "char_end", RANGE)
def range_with_one_end(draft: Draft, row: Row) -> Iterator[Change]:
    yield {"char_end": ""}
    yield {"document_id": "", "char_start": ""}


@breaks("source-span-order", "sources", "char_end", RANGE)
def range_turned_round(draft: Draft, row: Row) -> Iterator[Change]:
    yield {"char_start": row["char_end"], "char_end": row["char_start"] if row["char_start"] != "0" else "1"}
    if row["char_start"] != "0":
        yield {"char_end": row["char_start"]}


@breaks("document-size", "documents", "characters", "size of a document")
def more_characters_than_bytes(draft: Draft, row: Row) -> Iterator[Change]:
    yield {"bytes": plus(row["characters"], -1)}
    yield {"characters": plus(row["bytes"], 1)}
    yield {"characters": row["bytes"], "bytes": row["characters"]}


# Regions

CODE = "code of a region"


@breaks("region-shape", "regions", "region_id", CODE)
def level_of_another_code(draft: Draft, row: Row) -> Iterator[Change]:
    levels = ("country", "province", "prefecture", "county", "township", "village")
    yield from ({"level": other} for other in levels if other != row["level"])


@breaks("region-shape", "regions", "region_id", CODE)
def code_of_another_length(draft: Draft, row: Row) -> Iterator[Change]:
    if len(row["region_id"]) == 6:
        draft.set("regions", row["region_id"], region_id=f"{row['region_id']}999")
        yield Spot("regions", f"{row['region_id']}999", "region_id")


@breaks("region-shape", "regions", "region_id", CODE)
def county_code_of_a_zone(draft: Draft, row: Row) -> Iterator[Change]:
    if row["level"] == "county":
        code = f"{row['region_id'][:4]}71"
        draft.set("regions", row["region_id"], region_id=code, code_vintage="nbs-2023")
        yield Spot("regions", code, "region_id")


@breaks("region-vintage", "regions", "code_vintage", CODE)
def code_list_of_another_code(draft: Draft, row: Row) -> Iterator[Change]:
    lists = ("iso-3166", "gbt2260-2023", "nbs-2023", "local")
    yield from ({"code_vintage": other} for other in lists if other != row["code_vintage"])


@breaks("region-parent", "regions", "parent_id", CODE)
def place_without_a_parent(draft: Draft, row: Row) -> Iterator[Change]:
    yield {"parent_id": "" if row["parent_id"] else "320000"}


@breaks("region-digits", "regions", "parent_id", CODE)
def parent_in_another_province(draft: Draft, row: Row) -> Iterator[Change]:
    if len(row["region_id"]) > 2 and row["parent_id"] != "CN":
        yield {"parent_id": "330000" if row["region_id"][:2] != "33" else "320000"}


@breaks("region-digits", "regions", "parent_id", CODE)
def place_of_a_lower_level_as_parent(draft: Draft, row: Row) -> Iterator[Change]:
    if row["level"] == "prefecture":
        below = [r for r in draft.where("regions", parent_id=row["region_id"]) if len(r["region_id"]) == 6]
        yield from ({"parent_id": child["region_id"]} for child in below[:1])


@breaks("region-placeholder", "regions", "name_zh", CODE)
def placeholder_as_a_place(draft: Draft, row: Row) -> Iterator[Change]:
    names = ("市辖区", "省直辖县级行政区划", "自治区直辖县级行政区划", "某镇直辖村级区划")
    yield from ({"name_zh": name} for name in names)


# Traditional script: wherever a table promises simplified


def _enter_script(table: str, column: str) -> None:
    @breaks("text-simplified", table, column, "traditional script")
    def traditional_script(draft: Draft, row: Row) -> Iterator[Change]:
        if row[column]:
            yield from ({column: row[column] + word} for word in ("區", "張家港", "社會"))


for _table, _rules in DOMAIN_RULES.items():
    for _rule in (rule for rule in _rules if rule.rule.id == "text-simplified"):
        _enter_script(_table, _rule.column)


# Metrics

DEFINITION = "definition of a metric"


@breaks("metric-range-order", "metrics", "value_max", DEFINITION)
def range_of_a_metric_turned_round(draft: Draft, row: Row) -> Iterator[Change]:
    yield {"value_min": "10", "value_max": "9"}
    yield {"value_min": "0.5", "value_max": "0.4999"}


@breaks("metric-component-self", "metrics", "component_of", DEFINITION)
def component_of_itself(draft: Draft, row: Row) -> Iterator[Change]:
    yield {"component_of": row["metric_id"]}


@breaks("metric-additive", "metrics", "is_additive", DEFINITION)
def sum_of_ratios_or_ranks(draft: Draft, row: Row) -> Iterator[Change]:
    if row["kind"] not in ("stock", "flow"):
        yield {"is_additive": "true"}
    elif row["is_additive"] == "true":
        yield from ({"kind": kind} for kind in ("ratio", "rank", "duration", "standard"))


# Mentions

TARGET = "target of a mention"


@breaks("mention-target", "mentions", "role", TARGET)
def mention_without_a_target(draft: Draft, row: Row) -> Iterator[Change]:
    yield dict.fromkeys(TARGETS, "")


@breaks("mention-target", "mentions", "role", TARGET)
def mention_with_two_targets(draft: Draft, row: Row) -> Iterator[Change]:
    others = {"observation_id": "obs-0001", "milestone_id": "ms-0001", "exclusion": "numbering", "region_id": "CN"}
    yield from ({target: id} for target, id in others.items() if not row[target])


@breaks("mention-role", "mentions", "role", TARGET)
def role_of_another_target(draft: Draft, row: Row) -> Iterator[Change]:
    target = next(target for target in TARGETS if row[target])
    yield from ({"role": role} for role, targets in ROLE_TARGETS.items() if target not in targets)


SPAN = "span of a mention"


@breaks("mention-span", "mentions", "char_end", SPAN)
def span_turned_round(draft: Draft, row: Row) -> Iterator[Change]:
    if row["char_start"] != "0":
        yield {"char_start": row["char_end"], "char_end": row["char_start"]}
        yield {"char_end": row["char_start"]}


@breaks("mention-length", "mentions", "text", SPAN)
def span_longer_or_shorter_than_its_text(draft: Draft, row: Row) -> Iterator[Change]:
    yield {"char_end": plus(row["char_end"], 1)}
    yield {"char_start": plus(row["char_start"], 1)}
    yield {"text": row["text"] + "的"}
    if len(row["text"]) > 1:
        yield {"text": row["text"][:-1]}


@breaks("mention-length", "mentions", "text", SPAN)
def hidden_character_in_a_mention(draft: Draft, row: Row) -> Iterator[Change]:
    yield from ({"text": row["text"][:1] + hidden + row["text"][1:]} for hidden in "\u200b\u202e\ufeff\u3000 ")


@breaks("mention-letters", "mentions", "text", SPAN)
def span_of_a_sentence(draft: Draft, row: Row) -> Iterator[Change]:
    for length in (24, 40):
        yield {"text": ("社工" * length)[:length], "char_end": plus(row["char_start"], length)}


@breaks("mention-numeral", "mentions", "text", SPAN)
def excluded_span_without_a_numeral(draft: Draft, row: Row) -> Iterator[Change]:
    if row["role"] == "excluded":
        yield {"text": "无" * len(row["text"])}
