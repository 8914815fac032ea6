"""Row rules of the domain: what a row of each table means, beyond its schema.

A rule keeps silent (null) where a cell that it needs is empty or was no such type.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from shegong.checks.readings import read_quantities
from shegong.chinese import MAX_MENTION_LETTERS, NUMERAL_CHARACTER, letters, simplified
from shegong.findings import Rule

VALUE, LOWER, UPPER = pl.col("value"), pl.col("value_lower"), pl.col("value_upper")
START, END = pl.col("period_start"), pl.col("period_end")


@dataclass(frozen=True)
class RowRule:
    """A rule that each row of a table keeps: `keeps` is true, false, or null for nothing to say; `column` is blamed."""

    rule: Rule
    column: str
    keeps: pl.Expr


def _row(id: str, column: str, sentence: str, keeps: pl.Expr, hint: str) -> RowRule:
    return RowRule(Rule(id, sentence, "contracts", hint), column, keeps)


def _both_or_neither(a: str, b: str) -> pl.Expr:
    return pl.col(a).is_null() == pl.col(b).is_null()


def _same(a: pl.Expr, b: pl.Expr) -> pl.Expr:
    return a.eq_missing(b)


_BOUNDS_FIT = (
    pl.when(pl.col("qualifier") == "exact")
    .then(_same(LOWER, VALUE) & _same(UPPER, VALUE))
    .when(pl.col("qualifier") == "rounded")
    .then(LOWER.is_not_null() & UPPER.is_not_null() & (LOWER < UPPER))
    .when(pl.col("qualifier") == "at_least")
    .then(_same(LOWER, VALUE) & UPPER.is_null())
    .when(pl.col("qualifier") == "at_most")
    .then(_same(UPPER, VALUE) & LOWER.is_null())
    .when(pl.col("qualifier") == "nearly")
    .then(UPPER.is_not_null() & (UPPER <= VALUE) & LOWER.is_null())
)
_IN_RANGE = ((VALUE >= pl.col("metric_min")) & (VALUE <= pl.col("metric_max"))).fill_null(True)
_READ = pl.col("read_value").is_not_null()
_OPEN_START = pl.col("metric_kind").is_in(["flow", "duration"])

OBSERVATIONS = (
    _row("quantity-unreadable", "value_text", "The printed token holds a number.", _READ, "take a longer span"),
    _row(
        "quantity-value",
        "value",
        "The value is what the printed token says.",
        VALUE == pl.col("read_value"),
        "correct value or value_text",
    ),
    _row(
        "quantity-lower",
        "value_lower",
        "The lower bound is what the printed token says.",
        ~_READ | _same(LOWER, pl.col("read_lower")),
        "60余家 has lower bound 60; 近30万 has none",
    ),
    _row(
        "quantity-upper",
        "value_upper",
        "The upper bound is what the printed token says.",
        ~_READ | _same(UPPER, pl.col("read_upper")),
        "60余家 has no upper bound; 近30万 has 300000",
    ),
    _row(
        "quantity-qualifier",
        "qualifier",
        "The qualifier is what the printed token says.",
        pl.col("qualifier") == pl.col("read_qualifier"),
        "余, 多, 以上: at_least; 近, 不足: nearly; 最高: at_most; decimals: rounded",
    ),
    _row(
        "quantity-classifier",
        "value_text",
        "The measure word fits the metric's unit.",
        (pl.col("read_classifier") == "") | pl.col("unit_classifiers").list.contains(pl.col("read_classifier")),
        "choose a metric of that unit, or a shorter token",
    ),
    _row(
        "bounds-order",
        "value",
        "The value lies between its bounds.",
        (LOWER.is_null() | (LOWER <= VALUE)) & (UPPER.is_null() | (VALUE <= UPPER) | (pl.col("qualifier") == "nearly")),
        "lower ≤ value ≤ upper",
    ),
    _row(
        "bounds-qualifier",
        "qualifier",
        "The bounds are those of the qualifier.",
        _BOUNDS_FIT,
        "exact: both the value; at_least: lower only; at_most, nearly: upper only",
    ),
    _row(
        "metric-range",
        "value",
        "The value lies in the range of its metric.",
        _IN_RANGE,
        "correct the value, or widen the metric's range",
    ),
    _row(
        "metric-integer",
        "value",
        "A metric of whole numbers has whole values.",
        ~pl.col("metric_is_integer") | (VALUE == VALUE.floor()),
        "correct the value, or the metric's is_integer",
    ),
    _row("period-order", "period_end", "A period does not end before it starts.", START <= END, "swap the dates"),
    _row(
        "period-unknown",
        "period_basis",
        "Both dates are empty if and only if the basis is unknown.",
        (pl.col("period_basis") == "unknown") == (START.is_null() & END.is_null()),
        "give dates, or the basis unknown",
    ),
    _row(
        "period-end",
        "period_end",
        "A period that starts has an end.",
        START.is_null() | END.is_not_null(),
        "give the last day",
    ),
    _row(
        "period-start",
        "period_start",
        "Only a flow or duration may leave its start open.",
        END.is_null() | START.is_not_null() | _OPEN_START,
        "give the first day of the window",
    ),
)

SIMPLIFIED = Rule("text-simplified", "Chinese cells are in simplified script.", "contracts", "write 张家港, not 張家港")


def _in_simplified_script(*columns: str) -> tuple[RowRule, ...]:
    return tuple(RowRule(SIMPLIFIED, c, pl.col(c).map_batches(_is_simplified, pl.Boolean)) for c in columns)


def _is_simplified(cells: pl.Series) -> pl.Series:
    """Whether each cell holds no traditional form; all are converted together, for no word goes over a line's end."""
    lines = cells.fill_null("").str.replace_all("\n", " ", literal=True)
    return pl.Series(simplified("\n".join(lines)).split("\n")) == lines


_FROM, _TO = pl.col("published_from"), pl.col("published_to")
SOURCES = (
    _row(
        "source-span",
        "char_start",
        "A source in a document has a range in it.",
        _both_or_neither("document_id", "char_start"),
        "give document_id, char_start and char_end, or none",
    ),
    _row(
        "source-span-end",
        "char_end",
        "A range has both ends.",
        _both_or_neither("char_start", "char_end"),
        "give both ends",
    ),
    _row(
        "source-span-order",
        "char_end",
        "A range ends after it begins.",
        pl.col("char_start") < pl.col("char_end"),
        "correct the ends",
    ),
    _row(
        "published-both",
        "published_to",
        "A publication date has both ends.",
        _both_or_neither("published_from", "published_to"),
        "give both, the same twice for one day",
    ),
    _row(
        "published-order", "published_to", "Published from is not after published to.", _FROM <= _TO, "swap the dates"
    ),
    _row(
        "published-unknown",
        "published_basis",
        "Publication dates are empty if and only if the basis is unknown.",
        (pl.col("published_basis") == "unknown") == (_FROM.is_null() & _TO.is_null()),
        "give dates, or the basis unknown",
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
    _row("date-order", "date_end", "The last possible day is not before the first.", _DAY <= _LAST, "swap the dates"),
    _row(
        "date-precision",
        "date_precision",
        "The dates are a whole day, month or year, as the precision says.",
        _PRECISE,
        "a month is its first to its last day, a year 01-01 to 12-31",
    ),
)

_ID, _LEVEL = pl.col("region_id"), pl.col("level")
_SHAPES = {
    "country": "^CN$",
    "province": "^[0-9]{2}0000$",
    "prefecture": "^[0-9]{2}(0[1-9]|[1-9][0-9])00$",
    "county": "^[0-9]{4}(0[1-9]|[1-6][0-9]|[89][0-9])$",
    "township": "^[0-9]{9}$",
    "village": "^[0-9]{12}$",
    "functional_area": "^[0-9]{6,12}(-[a-z][a-z0-9-]*)?$",
}
_VINTAGE = {
    "iso-3166": "^CN$",
    "gbt2260-2023": "^[0-9]{6}$",
    "nbs-2023": "^([0-9]{4}7[1-9]|[0-9]{9}|[0-9]{12})$",
    "local": "^[0-9]+-",
}


def _fits(column: str, shapes: dict[str, str]) -> pl.Expr:
    fits = pl.lit(None, pl.Boolean)
    for code, shape in shapes.items():
        fits = pl.when(pl.col(column) == code).then(_ID.str.contains(shape)).otherwise(fits)
    return fits


def _significant(region: pl.Expr) -> pl.Expr:
    """The digits that a parent's children share: of a province 2, prefecture 4, county 6, township 9."""
    return region.str.replace("^CN$", "").str.replace("^([0-9]{2})0000$", "$1").str.replace("^([0-9]{4})00$", "$1")


REGIONS = (
    _row(
        "region-shape",
        "region_id",
        "The level fits the shape of the code.",
        _fits("level", _SHAPES),
        "province 320000, prefecture 321100, county 321102, township 321102004",
    ),
    _row(
        "region-vintage",
        "code_vintage",
        "The code list fits the shape of the code.",
        _fits("code_vintage", _VINTAGE),
        "six digits: gbt2260-2023; nine, twelve: nbs-2023; with a hyphen: local",
    ),
    _row(
        "region-parent",
        "parent_id",
        "Every region but the country has a parent.",
        (_LEVEL == "country") == pl.col("parent_id").is_null(),
        "name the smallest place above it",
    ),
    _row(
        "region-digits",
        "parent_id",
        "A code starts with the significant digits of its parent.",
        _ID.str.starts_with(_significant(pl.col("parent_id"))),
        "correct the code or the parent",
    ),
    _row(
        "region-placeholder",
        "name_zh",
        "A placeholder of the code list is no place.",
        ~pl.col("name_zh").str.contains("^(市辖区|县|省直辖县级行政区划|自治区直辖县级行政区划)$|直辖村级区划$"),
        "leave the level out: a parent may be several levels up",
    ),
)

METRICS = (
    _row(
        "metric-range-order",
        "value_max",
        "A metric's smallest value is not above its largest.",
        pl.col("value_min") <= pl.col("value_max"),
        "swap them",
    ),
    _row(
        "metric-component-self",
        "component_of",
        "A metric is no component of itself.",
        pl.col("component_of") != pl.col("metric_id"),
        "name the total",
    ),
    _row(
        "metric-additive",
        "is_additive",
        "Only stocks and flows are additive.",
        ~pl.col("is_additive") | pl.col("kind").is_in(["stock", "flow"]),
        "say false",
    ),
)

DOCUMENTS = (
    _row(
        "document-size",
        "characters",
        "A text has no more characters than bytes.",
        pl.col("characters") <= pl.col("bytes"),
        "count again",
    ),
)

TARGETS = ("observation_id", "milestone_id", "organization_id", "programme_id", "region_id", "source_id", "exclusion")
ROLE_TARGETS = {
    "value": ("observation_id",),
    "date": ("observation_id", "milestone_id", "source_id"),
    "place": ("observation_id", "milestone_id"),
    "name": ("organization_id", "programme_id", "region_id"),
    "title": ("source_id",),
    "detail": TARGETS[:-1],
    "excluded": ("exclusion",),
}
_TEXT = pl.col("text")
_LONG_TEXT = pl.when(_TEXT.str.len_chars() >= MAX_MENTION_LETTERS).then(_TEXT)
_LENGTH = pl.col("char_end") - pl.col("char_start")


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
        "A mention points at exactly one thing.",
        pl.sum_horizontal(pl.col(t).is_not_null() for t in TARGETS) == 1,
        "fill one of the target columns; enter the span again for another row",
    ),
    _row(
        "mention-role",
        "role",
        "A role points only at what it may say.",
        _role_fits(),
        "see the table of roles in CONTRIBUTING.md",
    ),
    _row("mention-span", "char_end", "A span ends after it begins.", _LENGTH > 0, "correct the ends"),
    _row(
        "mention-length",
        "text",
        "The text is as long as its span.",
        _TEXT.str.len_chars() == _LENGTH,
        "copy the characters of the span, spaces too",
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
        "An excluded span holds a numeral.",
        (pl.col("role") != "excluded") | _TEXT.str.contains(NUMERAL_CHARACTER),
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


def with_context(
    table: str, frame: pl.DataFrame, metrics: pl.DataFrame | None, classifiers: dict[str, tuple[str, ...]]
) -> pl.DataFrame:
    """Typed rows of a table; those of `observations` with what their token reads and how their metric is defined.

    Args:
        table: Name of the table.
        frame: Rows of it.
        metrics: The whole table of metrics, if it could be read.
        classifiers: Measure words of each unit.
    """
    if table != "observations" or metrics is None:
        return frame
    defined = frame.join(_definitions(metrics, classifiers), on="metric_id", how="left", maintain_order="left")
    return _drawn_in(defined.hstack(read_quantities(frame["value_text"])))


def _definitions(metrics: pl.DataFrame, classifiers: dict[str, tuple[str, ...]]) -> pl.DataFrame:
    words = pl.DataFrame(
        {"unit": list(classifiers), "unit_classifiers": [list(c) for c in classifiers.values()]},
        {"unit": pl.String, "unit_classifiers": pl.List(pl.String)},
    )
    names = {
        "value_min": "metric_min",
        "value_max": "metric_max",
        "is_integer": "metric_is_integer",
        "kind": "metric_kind",
    }
    chosen = metrics.unique("metric_id").join(words, on="unit", how="left")
    return chosen.rename(names).select("metric_id", "unit_classifiers", *names.values())


def _drawn_in(frame: pl.DataFrame) -> pl.DataFrame:
    """Bounds of whole-number metrics, drawn in to whole numbers."""
    whole = pl.col("metric_is_integer")
    return frame.with_columns(
        pl.when(whole).then(pl.col("read_lower").ceil()).otherwise(pl.col("read_lower")).alias("read_lower"),
        pl.when(whole).then(pl.col("read_upper").floor()).otherwise(pl.col("read_upper")).alias("read_upper"),
    )
