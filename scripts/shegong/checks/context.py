"""Context of row rules beyond the row itself: the metric of an observation, and its parsed token."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import polars as pl

from shegong.chinese import normalize_token
from shegong.errors import PackageError, first_line
from shegong.package.schema import TableSchema
from shegong.quantities.quantity import MAX_CHARACTERS, ROUND_FROM, NotAQuantity, fits, parse_quantity

READ: dict[str, type[pl.DataType]] = {
    "read_value": pl.Float64,
    "read_lower": pl.Float64,
    "read_upper": pl.Float64,
    "read_qualifier": pl.String,
    "read_fits": pl.Boolean,
}
METRIC_COLUMNS = {
    "value_min": "metric_min",
    "value_max": "metric_max",
    "is_integer": "metric_is_integer",
    "is_graded": "metric_is_graded",
    "kind": "metric_kind",
    "unit": "metric_unit",
}
READ_BY = ("value_text", "metric_kind", "metric_unit", "status")
"""What decides how a token is read."""
PLAIN = r"^([^0-9]*)([1-9][0-9]{0,14}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,4})([^0-9]*)$"
"""Words, one whole number in digits, words: 超过 1,286 人."""
SHAPE = ("before", "after", "metric_kind", "metric_unit", "status")
"""What else than the number decides how a plain token is read."""
READ_SHAPE: dict[str, type[pl.DataType]] = {
    "to_lower": pl.Float64,
    "to_upper": pl.Float64,
    "read_qualifier": pl.String,
    "read_fits": pl.Boolean,
}
"""How the words of a plain token read a number; the bounds are as far from each number."""
SAMPLES = ("7", "100", "2019", "54321")
"""Numbers that may be read in other ways: with few digits, as a whole of percent, as a year, with many digits."""
Classifiers = dict[str, tuple[str, ...]]
ParsedToken = tuple[float | None, float | None, float | None, str | None, bool | None]
ParsedShape = tuple[float | None, float | None, str | None, bool | None]


def join_metric_definitions(frame: pl.DataFrame, metrics: pl.DataFrame, classifiers: Classifiers) -> pl.DataFrame:
    """Add to observations the definition of their metric, and their parsed token.

    Args:
        frame: Typed rows of `observations`.
        metrics: The whole table of metrics.
        classifiers: Measure words of each unit.

    Raises:
        PackageError: The schemas lack a column, or have it in another type.
    """
    try:
        joined = _join(frame, metrics, classifiers)
        return _round_bounds_inward(joined.hstack(read_quantities(joined, classifiers)))
    except pl.exceptions.PolarsError as error:
        raise PackageError(f"observations: does not fit the schemas of the package: {first_line(error)}") from None


def _join(frame: pl.DataFrame, metrics: pl.DataFrame, classifiers: Classifiers) -> pl.DataFrame:
    words = pl.DataFrame(
        {"metric_unit": list(classifiers), "unit_classifiers": [list(words) for words in classifiers.values()]},
        {"metric_unit": pl.String, "unit_classifiers": pl.List(pl.String)},
    )
    definitions = metrics.unique("metric_id").rename(METRIC_COLUMNS).join(words, on="metric_unit", how="left")
    chosen = definitions.select("metric_id", "unit_classifiers", *METRIC_COLUMNS.values())
    return frame.join(chosen, on="metric_id", how="left", maintain_order="left")


def measure_words(metrics: TableSchema) -> Classifiers:
    """Return the measure words of each unit of the code list."""
    return {unit.value: unit.classifiers for unit in metrics.field("unit").categories}


def read_quantities(frame: pl.DataFrame, classifiers: Classifiers) -> pl.DataFrame:
    """Parse each distinct token once for each kind, unit and status; nulls where it has no quantity.

    Args:
        frame: Observations with the columns of READ_BY.
        classifiers: Measure words of each unit.
    """
    keys = frame.select(pl.col(READ_BY).cast(pl.String))
    distinct = keys.unique().filter(pl.col("value_text").is_not_null())
    plain = read_plain(distinct, classifiers)
    others = distinct.join(plain, on=READ_BY, how="anti", nulls_equal=True)
    rows = [(*key, *parse_token(*key, classifiers.get(key[2]))) for key in others.iter_rows()]
    read = pl.concat([plain, pl.DataFrame(rows, plain.schema, orient="row")])
    return keys.join(read, on=READ_BY, how="left", maintain_order="left", nulls_equal=True).select(*READ)


def read_plain(keys: pl.DataFrame, classifiers: Classifiers) -> pl.DataFrame:
    """Read the tokens with one whole number among words that are read alike for each number.

    Most tokens are such, and reading them all at once takes a tenth of the time.

    Args:
        keys: Columns of READ_BY.
        classifiers: Measure words of each unit.

    Returns:
        The keys of plain tokens with the columns of READ.
    """
    text, number = pl.col("value_text"), pl.col("read_value")
    is_round = (number >= ROUND_FROM) & (number % 1_000 == 0)
    found = keys.with_columns(
        read_value=text.str.extract(PLAIN, 2).str.replace_all(",", "", literal=True).cast(pl.Float64),
        before=text.str.extract(PLAIN, 1),
        after=text.str.extract(PLAIN, 3),
    ).filter(~is_round & (text.str.len_chars() <= MAX_CHARACTERS))
    shapes = found.group_by(SHAPE).len().filter(pl.col("len") > len(SAMPLES)).select(SHAPE)
    reads = ((shape, _read_shape(*shape, classifiers.get(shape[3]))) for shape in shapes.iter_rows())
    rows = [(*shape, *read) for shape, read in reads if read]
    known = pl.DataFrame(rows, {**found.select(SHAPE).schema, **READ_SHAPE}, orient="row")
    return (
        found.join(known, on=SHAPE, nulls_equal=True)
        .with_columns(read_lower=number + pl.col("to_lower"), read_upper=number + pl.col("to_upper"))
        .select(*READ_BY, *READ)
    )


@lru_cache(maxsize=10_000)
def _read_shape(
    before: str, after: str, kind: str | None, unit: str | None, status: str | None, words: tuple[str, ...] | None
) -> ParsedShape | None:
    """Return how the words read each number: how far its bounds are from it, the qualifier, whether it fits the unit.

    None where that depends on the number, or where the value is not the number itself.
    """
    found = set()
    for sample in SAMPLES:
        value, lower, upper, qualifier, is_fitting = parse_token(before + sample + after, kind, unit, status, words)
        if value is None or value != float(sample):
            return None
        to_lower, to_upper = (None if bound is None else bound - value for bound in (lower, upper))
        found.add((to_lower, to_upper, qualifier, is_fitting))
    return found.pop() if len(found) == 1 else None


def normalize_tokens(texts: Iterable[str | None]) -> pl.DataFrame:
    """Normalize distinct texts: columns `text`, `normalized`, and `only_letters`, its letters and digits."""
    rows = [(text, normalize_token(text)) for text in texts if text is not None]
    normalized = pl.DataFrame(rows, {"text": pl.String, "normalized": pl.String}, orient="row")
    return normalized.with_columns(only_letters=pl.col("normalized").str.replace_all(r"[^\p{L}\p{N}]", ""))


@lru_cache(maxsize=200_000)
def parse_token(
    token: str, kind: str | None, unit: str | None, status: str | None, words: tuple[str, ...] | None
) -> ParsedToken:
    """Return value, bounds and qualifier of a token, and whether it fits the unit; None where it cannot be parsed."""
    try:
        quantity = parse_quantity(token, kind=kind or "stock", unit=unit, status=status or "reported")
    except NotAQuantity:
        return None, None, None, None, None
    lower, upper = (None if bound is None else float(bound) for bound in (quantity.lower, quantity.upper))
    is_fitting = fits(quantity, unit, words) if unit and words is not None else None
    return float(quantity.value), lower, upper, quantity.qualifier, is_fitting


def _round_bounds_inward(frame: pl.DataFrame) -> pl.DataFrame:
    """Round the read bounds of whole-number metrics to whole numbers between them."""
    whole = pl.col("metric_is_integer")
    return frame.with_columns(
        pl.when(whole).then(pl.col("read_lower").ceil()).otherwise(pl.col("read_lower")).alias("read_lower"),
        pl.when(whole).then(pl.col("read_upper").floor()).otherwise(pl.col("read_upper")).alias("read_upper"),
    )
