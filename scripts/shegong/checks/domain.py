"""Row rules of the domain: what a row of each table means, beyond its schema.

A rule is null, and says nothing, where a cell that it needs is empty.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from shegong.chinese import MAX_MENTION_LETTERS, NUMERAL, letters, simplified
from shegong.findings import Rule
from shegong.ledger import ROLE_TARGETS, TARGETS
from shegong.regions import CODE_SHAPES, significant_digits

VALUE, LOWER, UPPER = pl.col("value"), pl.col("value_lower"), pl.col("value_upper")
START, END = pl.col("period_start"), pl.col("period_end")


@dataclass(frozen=True)
class RowRule:
    """A rule for each row of a table.

    Attributes:
        rule: Id, sentence and hint.
        column: The column that a finding names.
        holds: Whether the rule holds: true, false, or null where it says nothing.
        expected: What the cell is compared with, as a clause that follows "but".
    """

    rule: Rule
    column: str
    holds: pl.Expr
    expected: pl.Expr


def _row(id: str, column: str, sentence: str, holds: pl.Expr, hint: str, expected: pl.Expr | None = None) -> RowRule:
    rule = Rule(id, sentence, "contracts", hint)
    return RowRule(rule, column, holds, pl.lit(rule.clause) if expected is None else expected)


def _clause(template: str, *operands: str | pl.Expr) -> pl.Expr:
    """Build a clause from columns of the row: numbers as they are printed, `nothing` for an empty cell."""
    cells = (pl.col(operand) if isinstance(operand, str) else operand for operand in operands)
    return pl.format(template, *(c.cast(pl.String).str.replace(r"\.0$", "").fill_null("nothing") for c in cells))


def _both_or_neither(a: str, b: str) -> pl.Expr:
    return pl.col(a).is_null() == pl.col(b).is_null()


_BOUNDS_FIT = (
    pl.when(pl.col("qualifier") == "exact")
    .then(LOWER.eq_missing(VALUE) & UPPER.eq_missing(VALUE))
    .when(pl.col("qualifier") == "rounded")
    .then(LOWER.is_not_null() & UPPER.is_not_null() & (LOWER < UPPER))
    .when(pl.col("qualifier") == "at_least")
    .then(LOWER.eq_missing(VALUE) & UPPER.is_null())
    .when(pl.col("qualifier").is_in(["at_most", "nearly"]))
    .then(UPPER.eq_missing(VALUE) & LOWER.is_null())
)
_BOUNDS = _clause("the bounds are {} and {}, and the value is {}", LOWER, UPPER, VALUE)
_IN_RANGE = ((VALUE >= pl.col("metric_min")) & (VALUE <= pl.col("metric_max"))).fill_null(True)
_READ = pl.col("read_value").is_not_null()
_OPEN_START = pl.col("metric_kind").is_in(["flow", "duration"])

OBSERVATIONS = (
    _row("quantity-unreadable", "value_text", "A printed token contains a number.", _READ, "take a longer span"),
    _row(
        "quantity-value",
        "value",
        "The value is the number that the printed token reads.",
        VALUE == pl.col("read_value"),
        "correct value or value_text",
        _clause("value_text '{}' reads {}", "value_text", "read_value"),
    ),
    _row(
        "quantity-lower",
        "value_lower",
        "The lower bound is the one that the printed token sets.",
        ~_READ | LOWER.eq_missing(pl.col("read_lower")),
        "60余家 has lower bound 60; 近30万 has none",
        _clause("value_text '{}' sets the lower bound {}", "value_text", "read_lower"),
    ),
    _row(
        "quantity-upper",
        "value_upper",
        "The upper bound is the one that the printed token sets.",
        ~_READ | UPPER.eq_missing(pl.col("read_upper")),
        "60余家 has no upper bound; 近30万 has 300000",
        _clause("value_text '{}' sets the upper bound {}", "value_text", "read_upper"),
    ),
    _row(
        "quantity-qualifier",
        "qualifier",
        "The qualifier is the one that the printed token sets.",
        pl.col("qualifier") == pl.col("read_qualifier"),
        "余, 多, 以上: at_least; 近, 不足: nearly; 最高: at_most; decimals: rounded",
        _clause("value_text '{}' is '{}'", "value_text", "read_qualifier"),
    ),
    _row(
        "quantity-classifier",
        "value_text",
        "The measure word of the printed token fits the unit of the metric.",
        (pl.col("read_classifier") == "") | pl.col("unit_classifiers").list.contains(pl.col("read_classifier")),
        "choose a metric of that unit, or a shorter token",
        _clause("the unit of {} takes {}", "metric_id", pl.col("unit_classifiers").list.join(", ")),
    ),
    _row(
        "bounds-order",
        "value",
        "The value is between its bounds.",
        (LOWER.is_null() | (LOWER <= VALUE)) & (UPPER.is_null() | (VALUE <= UPPER)),
        "lower ≤ value ≤ upper",
        _clause("its bounds are {} and {}", LOWER, UPPER),
    ),
    _row(
        "bounds-qualifier",
        "qualifier",
        "The bounds are those that the qualifier allows.",
        _BOUNDS_FIT,
        "exact: both the value; at_least: lower only; at_most, nearly: upper only",
        _BOUNDS,
    ),
    _row(
        "metric-range",
        "value",
        "The value is in the range of its metric.",
        _IN_RANGE,
        "correct the value, or widen the range of the metric",
        _clause("{} is between {} and {}", "metric_id", "metric_min", "metric_max"),
    ),
    _row(
        "metric-integer",
        "value",
        "A metric of whole numbers has whole values.",
        ~pl.col("metric_is_integer") | (VALUE == VALUE.floor()),
        "correct the value, or is_integer of the metric",
        _clause("{} counts whole numbers", "metric_id"),
    ),
    _row(
        "period-order",
        "period_end",
        "A period does not end before it starts.",
        START <= END,
        "swap the dates",
        _clause("period_start is {}", START),
    ),
    _row(
        "period-unknown",
        "period_basis",
        "Both dates are empty if and only if the basis is unknown.",
        (pl.col("period_basis") == "unknown") == (START.is_null() & END.is_null()),
        "give dates, or the basis unknown",
        _clause("the dates are {} and {}", START, END),
    ),
    _row(
        "period-end",
        "period_end",
        "A period that starts has an end.",
        START.is_null() | END.is_not_null(),
        "give the last day",
        _clause("period_start is {}", START),
    ),
    _row(
        "period-start",
        "period_start",
        "Only a flow or duration may have no start.",
        END.is_null() | START.is_not_null() | _OPEN_START,
        "give the first day of the window",
        _clause("{} is a {}", "metric_id", "metric_kind"),
    ),
)

SIMPLIFIED = Rule("text-simplified", "Chinese cells are in simplified script.", "contracts", "write 张家港, not 張家港")


def _in_simplified_script(*columns: str) -> tuple[RowRule, ...]:
    return tuple(_is_simplified(pl.col(column), column) for column in columns)


def _is_simplified(cell: pl.Expr, column: str) -> RowRule:
    converted = cell.map_batches(_simplified, pl.String)
    return RowRule(SIMPLIFIED, column, converted == cell, _clause("in simplified script it is '{}'", converted))


def _simplified(cells: pl.Series) -> pl.Series:
    """Convert all cells together: no word of the converter's dictionary spans two lines."""
    lines = cells.fill_null("").str.replace_all("\n", "\v", literal=True)
    return pl.Series(simplified("\n".join(lines)).split("\n")).str.replace_all("\v", "\n", literal=True)


_FROM, _TO = pl.col("published_from"), pl.col("published_to")
SOURCES = (
    _row(
        "source-span",
        "char_start",
        "A source has a range if and only if it is in a document.",
        _both_or_neither("document_id", "char_start"),
        "give document_id, char_start and char_end, or none",
        _clause("document_id is {}", "document_id"),
    ),
    _row(
        "source-span-end",
        "char_end",
        "A range has both ends.",
        _both_or_neither("char_start", "char_end"),
        "give both ends",
        _clause("char_start is {}", "char_start"),
    ),
    _row(
        "source-span-order",
        "char_end",
        "A range ends after it begins.",
        pl.col("char_start") < pl.col("char_end"),
        "correct the ends",
        _clause("char_start is {}", "char_start"),
    ),
    _row(
        "published-both",
        "published_to",
        "A publication date has both ends.",
        _both_or_neither("published_from", "published_to"),
        "give both, the same twice for one day",
        _clause("published_from is {}", _FROM),
    ),
    _row(
        "published-order",
        "published_to",
        "Published from is not after published to.",
        _FROM <= _TO,
        "swap the dates",
        _clause("published_from is {}", _FROM),
    ),
    _row(
        "published-unknown",
        "published_basis",
        "Publication dates are empty if and only if the basis is unknown.",
        (pl.col("published_basis") == "unknown") == (_FROM.is_null() & _TO.is_null()),
        "give dates, or the basis unknown",
        _clause("the dates are {} and {}", _FROM, _TO),
    ),
)

_DAY, _LAST = pl.col("date_start"), pl.col("date_end")
_PRECISE = (
    pl.when(pl.col("date_precision") == "day")
    .then(_DAY == _LAST)
    .when(pl.col("date_precision") == "month")
    .then((_DAY == _DAY.dt.month_start()) & (_LAST == _DAY.dt.month_end()))
    .when(pl.col("date_precision") == "year")
    .then(
        (_DAY.dt.ordinal_day() == 1)
        & (_LAST.dt.month() == 12)
        & (_LAST.dt.day() == 31)
        & (_DAY.dt.year() == _LAST.dt.year())
    )
    .when(pl.col("date_precision") == "interval")
    .then(_DAY < _LAST)
)
MILESTONES = (
    _row(
        "date-order",
        "date_end",
        "The last possible day is not before the first.",
        _DAY <= _LAST,
        "swap the dates",
        _clause("date_start is {}", _DAY),
    ),
    _row(
        "date-precision",
        "date_precision",
        "The dates are a whole day, month or year, as the precision says.",
        _PRECISE,
        "a month is its first to its last day, a year 01-01 to 12-31",
        _clause("the dates are {} and {}", _DAY, _LAST),
    ),
)

_ID, _LEVEL = pl.col("region_id"), pl.col("level")
VINTAGE_SHAPES = {
    "iso-3166": "CN",
    "gbt2260-2023": "[0-9]{6}",
    "nbs-2023": "([0-9]{4}7[1-9]|[0-9]{9}|[0-9]{12})",
    "local": "[0-9]+-.*",
}


def _fits(column: str, shapes: dict[str, str]) -> pl.Expr:
    fits = pl.lit(None, pl.Boolean)
    for code, shape in shapes.items():
        fits = pl.when(pl.col(column) == code).then(_ID.str.contains(f"^{shape}$")).otherwise(fits)
    return fits


_PARENT_DIGITS = pl.col("parent_id").map_elements(significant_digits, pl.String)
REGIONS = (
    _row(
        "region-shape",
        "region_id",
        "The level fits the shape of the code.",
        _fits("level", CODE_SHAPES),
        "province 320000, prefecture 321100, county 321102, township 321102004",
        _clause("level is '{}'", "level"),
    ),
    _row(
        "region-vintage",
        "code_vintage",
        "The code list fits the shape of the code.",
        _fits("code_vintage", VINTAGE_SHAPES),
        "six digits: gbt2260-2023; nine, twelve: nbs-2023; with a hyphen: local",
        _clause("region_id is '{}'", "region_id"),
    ),
    _row(
        "region-parent",
        "parent_id",
        "Every region but the country has a parent.",
        (_LEVEL == "country") == pl.col("parent_id").is_null(),
        "name the smallest place above it",
        _clause("level is '{}'", "level"),
    ),
    _row(
        "region-digits",
        "parent_id",
        "A code starts with the significant digits of its parent.",
        _ID.str.starts_with(_PARENT_DIGITS),
        "correct the code or the parent",
        _clause("region_id {} does not begin with {}", "region_id", _PARENT_DIGITS),
    ),
    _row(
        "region-placeholder",
        "name_zh",
        "A placeholder of the code list is not a place.",
        ~pl.col("name_zh").str.contains("^(市辖区|县|省直辖县级行政区划|自治区直辖县级行政区划)$|直辖村级区划$"),
        "leave the level out: a parent may be several levels up",
    ),
)

METRICS = (
    _row(
        "metric-range-order",
        "value_max",
        "The smallest value of a metric is not above its largest.",
        pl.col("value_min") <= pl.col("value_max"),
        "swap them",
        _clause("value_min is {}", "value_min"),
    ),
    _row(
        "metric-component-self",
        "component_of",
        "A metric is not a component of itself.",
        pl.col("component_of") != pl.col("metric_id"),
        "name the total",
    ),
    _row(
        "metric-additive",
        "is_additive",
        "Only stocks and flows are additive.",
        ~pl.col("is_additive") | pl.col("kind").is_in(["stock", "flow"]),
        "set it to false",
        _clause("kind is '{}'", "kind"),
    ),
)

DOCUMENTS = (
    _row(
        "document-size",
        "characters",
        "A text has no more characters than bytes.",
        pl.col("characters") <= pl.col("bytes"),
        "count again",
        _clause("bytes is {}", "bytes"),
    ),
)

_TEXT = pl.col("text")
_LONG_TEXT = pl.when(_TEXT.str.len_chars() >= MAX_MENTION_LETTERS).then(_TEXT)
_LENGTH = pl.col("char_end") - pl.col("char_start")
_FILLED = pl.concat_str(
    [pl.when(pl.col(t).is_not_null()).then(pl.lit(t)) for t in TARGETS], separator=" and ", ignore_nulls=True
)
_TARGET_CLAUSE = _clause("the row fills {}", pl.when(_FILLED != "").then(_FILLED).otherwise(pl.lit("no target")))


def _is_name(text: str) -> bool:
    return len(letters(text)) < MAX_MENTION_LETTERS


def _role_fits() -> pl.Expr:
    fits = pl.lit(None, pl.Boolean)
    for role, targets in ROLE_TARGETS.items():
        one = pl.any_horizontal(pl.col(target).is_not_null() for target in targets)
        fits = pl.when(pl.col("role") == role).then(one).otherwise(fits)
    return fits


MENTIONS = (
    _row(
        "mention-target",
        "role",
        "A mention supports exactly one thing.",
        pl.sum_horizontal(pl.col(t).is_not_null() for t in TARGETS) == 1,
        "fill one of the target columns; enter the span again for another row",
        _TARGET_CLAUSE,
    ),
    _row(
        "mention-role",
        "role",
        "A mention of a role supports only what the role allows.",
        _role_fits(),
        "see the table of roles in CONTRIBUTING.md",
        _TARGET_CLAUSE,
    ),
    _row(
        "mention-span",
        "char_end",
        "A span ends after it begins.",
        _LENGTH > 0,
        "correct the ends",
        _clause("char_start is {}", "char_start"),
    ),
    _row(
        "mention-length",
        "text",
        "The text is as long as its span.",
        _TEXT.str.len_chars() == _LENGTH,
        "copy the characters of the span, spaces too",
        _clause("the span has {} characters, and the text {}", _LENGTH, _TEXT.str.len_chars()),
    ),
    _row(
        "mention-letters",
        "text",
        "A span has fewer than 24 letters.",
        (_TEXT.str.len_chars() < MAX_MENTION_LETTERS) | _LONG_TEXT.map_elements(_is_name, pl.Boolean),
        "mark the part that identifies it",
    ),
    _row(
        "mention-numeral",
        "text",
        "An excluded span contains a numeral.",
        (pl.col("role") != "excluded") | _TEXT.str.contains(NUMERAL.pattern),
        "exclude only numerals",
    ),
)

DOMAIN_RULES: dict[str, tuple[RowRule, ...]] = {
    "documents": DOCUMENTS,
    "sources": (*SOURCES, *_in_simplified_script("title_zh")),
    "regions": (*REGIONS, *_in_simplified_script("name_zh")),
    "metrics": (*METRICS, *_in_simplified_script("name_zh", "definition_zh")),
    "organizations": _in_simplified_script("name_zh"),
    "programmes": _in_simplified_script("name_zh", "description_zh"),
    "observations": OBSERVATIONS,
    "milestones": (*MILESTONES, *_in_simplified_script("title_zh")),
    "mentions": MENTIONS,
}
