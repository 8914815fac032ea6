"""Row rules of `observations`, together with the definition of the metric and what the token reads."""

from __future__ import annotations

import polars as pl

from shegong.checks.rows.row_rule import RowRule, both_or_neither, clause, convert_distinct, row_rule
from shegong.findings import Rule

VALUE, LOWER, UPPER = pl.col("value"), pl.col("value_lower"), pl.col("value_upper")
START, END = pl.col("period_start"), pl.col("period_end")
SCOPE_FORM = Rule(
    "scope-form",
    "A scope is a phrase without a final full stop, and none of its conditions is empty.",
    "contracts",
    "write conditions such as: cases; one agency, not named",
)


def _is_phrase(scope: pl.Expr, separator: str, stop: str) -> pl.Expr:
    mark = separator.strip()
    return scope.str.contains(f"^[^{mark}]+(?:{separator}[^{mark}]+)*$") & ~scope.str.ends_with(stop)


def _sort_parts(scopes: pl.Series) -> pl.Series:
    return scopes.str.split("; ").list.unique().list.sort().list.join("; ")


_BOUNDS_FIT = (
    pl.when(pl.col("qualifier") == "exact")
    .then(LOWER.eq_missing(VALUE) & UPPER.eq_missing(VALUE))
    .when(pl.col("qualifier") == "rounded")
    .then(LOWER.is_not_null() & UPPER.is_not_null() & (LOWER < UPPER))
    .when(pl.col("qualifier") == "at_least")
    .then(LOWER.eq_missing(VALUE) & UPPER.is_null())
    .when(pl.col("qualifier") == "at_most")
    .then(UPPER.eq_missing(VALUE) & LOWER.is_null())
    .when(pl.col("qualifier") == "nearly")
    .then(UPPER.is_not_null() & (UPPER <= VALUE) & LOWER.is_null())
    .when(pl.col("qualifier") == "about")
    .then(LOWER.is_null() & UPPER.is_null())
    .when(pl.col("qualifier") == "between")
    .then(LOWER.eq_missing(VALUE) & UPPER.is_not_null() & (VALUE < UPPER))
)
_BOUNDS = clause("the bounds are {} and {}, and the value is {}", LOWER, UPPER, VALUE)
_IN_RANGE = ((VALUE >= pl.col("metric_min")) & (VALUE <= pl.col("metric_max"))).fill_null(True)
_READ = pl.col("read_value").is_not_null()
_BELOW_UPPER = UPPER.is_null() | (VALUE <= UPPER) | (pl.col("qualifier") == "nearly")
_PARTS_EN, _PARTS_ZH = pl.col("scope_en"), pl.col("scope_zh")
_SORTED_PARTS = convert_distinct("scope_en", _sort_parts)

OBSERVATIONS = (
    row_rule("quantity-unreadable", "value_text", "A printed token contains a number.", _READ, "take a longer span"),
    row_rule(
        "quantity-value",
        "value",
        "The value is the number of the printed token.",
        VALUE == pl.col("read_value"),
        "correct value or value_text",
        clause("value_text '{}' reads {}", "value_text", "read_value"),
    ),
    row_rule(
        "quantity-lower",
        "value_lower",
        "The lower bound is the one that the printed token sets.",
        ~_READ | LOWER.eq_missing(pl.col("read_lower")),
        "60余家 has lower bound 60; 近30万 has none",
        clause("value_text '{}' sets the lower bound {}", "value_text", "read_lower"),
    ),
    row_rule(
        "quantity-upper",
        "value_upper",
        "The upper bound is the one that the printed token sets.",
        ~_READ | UPPER.eq_missing(pl.col("read_upper")),
        "60余家 has no upper bound; 近30万人 has 299999",
        clause("value_text '{}' sets the upper bound {}", "value_text", "read_upper"),
    ),
    row_rule(
        "quantity-qualifier",
        "qualifier",
        "The qualifier is the one that the printed token sets.",
        pl.col("qualifier") == pl.col("read_qualifier"),
        "余, 多, 以上: at_least; 近, 不足: nearly; 最高: at_most; 约, 左右: about; 万: rounded",
        clause("value_text '{}' is '{}'", "value_text", "read_qualifier"),
    ),
    row_rule(
        "quantity-classifier",
        "value_text",
        "The measure word or sign of the printed token fits the unit of the metric.",
        pl.col("read_fits"),
        "choose a metric of that unit, or a shorter token",
        clause("the unit of {} takes {}", "metric_id", pl.col("unit_classifiers").list.join(", ")),
    ),
    row_rule(
        "bounds-order",
        "value",
        "The value is between its bounds.",
        (LOWER.is_null() | (LOWER <= VALUE)) & _BELOW_UPPER,
        "lower ≤ value ≤ upper; only the upper bound of nearly is below the value",
        clause("its bounds are {} and {}", LOWER, UPPER),
    ),
    row_rule(
        "bounds-qualifier",
        "qualifier",
        "The bounds are those that the qualifier allows.",
        _BOUNDS_FIT,
        "exact: both the value; at_least: lower only; at_most, nearly: upper only; about: none; between: both",
        _BOUNDS,
    ),
    row_rule(
        "metric-range",
        "value",
        "The value is in the range of its metric.",
        _IN_RANGE,
        "correct the value, or widen the range of the metric",
        clause("{} is between {} and {}", "metric_id", "metric_min", "metric_max"),
    ),
    row_rule(
        "metric-integer",
        "value",
        "A metric of whole numbers has whole values.",
        ~pl.col("metric_is_integer") | (VALUE == VALUE.floor()),
        "correct the value, or is_integer of the metric",
        clause("{} counts whole numbers", "metric_id"),
    ),
    row_rule(
        "period-order",
        "period_end",
        "A period does not end before it starts.",
        START <= END,
        "swap the dates",
        clause("period_start is {}", START),
    ),
    row_rule(
        "period-unknown",
        "period_basis",
        "Both dates are empty if and only if the basis is unknown.",
        (pl.col("period_basis") == "unknown") == (START.is_null() & END.is_null()),
        "give dates, or the basis unknown",
        clause("the dates are {} and {}", START, END),
    ),
    row_rule(
        "period-end",
        "period_end",
        "A period that starts has an end.",
        START.is_null() | END.is_not_null(),
        "give the last day",
        clause("period_start is {}", START),
    ),
    row_rule(
        "scope-both",
        "scope_zh",
        "A scope is in both languages.",
        both_or_neither("scope_en", "scope_zh"),
        "fill scope_en and scope_zh, or leave both empty",
        clause("scope_en is {}", "scope_en"),
    ),
    row_rule(
        "scope-parts",
        "scope_zh",
        "A scope has as many conditions in Chinese as in English.",
        _PARTS_EN.str.count_matches("; ", literal=True) == _PARTS_ZH.str.count_matches("；", literal=True),
        'separate them with "; " in English and with "；" in Chinese',
        clause("scope_en is '{}'", "scope_en"),
    ),
    row_rule(
        "scope-order",
        "scope_en",
        "The English conditions of a scope are in alphabetical order, each once.",
        _PARTS_EN == _SORTED_PARTS,
        "sort them, and the Chinese ones with them",
        clause("in order it is '{}'", _SORTED_PARTS),
    ),
    RowRule(SCOPE_FORM, "scope_en", _is_phrase(_PARTS_EN, "; ", "."), pl.lit(SCOPE_FORM.clause)),
    RowRule(SCOPE_FORM, "scope_zh", _is_phrase(_PARTS_ZH, "；", "。"), pl.lit(SCOPE_FORM.clause)),
    row_rule(
        "doubt-note",
        "doubt",
        "A note gives the reason of a doubt.",
        pl.col("doubt").is_null() | pl.col("note").is_not_null(),
        "state in note what contradicts the figure",
    ),
)
