"""What a row rule must know beside its own row: the metric of an observation, and what its printed token reads."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from shegong.chinese import normalize_token
from shegong.errors import PackageError, first_line
from shegong.package.schema import TableSchema
from shegong.quantity import NotAQuantity, parse_quantity

READ = {
    "read_value": pl.Float64,
    "read_lower": pl.Float64,
    "read_upper": pl.Float64,
    "read_qualifier": pl.String,
    "read_classifier": pl.String,
}
METRIC_COLUMNS = {
    "value_min": "metric_min",
    "value_max": "metric_max",
    "is_integer": "metric_is_integer",
    "kind": "metric_kind",
}
ParsedToken = tuple[float | None, float | None, float | None, str | None, str | None]


def join_metric_definitions(
    frame: pl.DataFrame, metrics: pl.DataFrame, classifiers: dict[str, tuple[str, ...]]
) -> pl.DataFrame:
    """Add to observations the definition of their metric, and what their token reads.

    Args:
        frame: Typed rows of `observations`.
        metrics: The whole table of metrics.
        classifiers: Measure words of each unit.

    Raises:
        PackageError: The schemas lack a column, or have it in another type.
    """
    try:
        return _round_bounds_inward(_join(frame, metrics, classifiers).hstack(read_quantities(frame["value_text"])))
    except pl.exceptions.PolarsError as error:
        raise PackageError(f"observations: does not fit the schemas of the package: {first_line(error)}") from None


def _join(frame: pl.DataFrame, metrics: pl.DataFrame, classifiers: dict[str, tuple[str, ...]]) -> pl.DataFrame:
    words = pl.DataFrame(
        {"unit": list(classifiers), "unit_classifiers": [list(words) for words in classifiers.values()]},
        {"unit": pl.String, "unit_classifiers": pl.List(pl.String)},
    )
    definitions = metrics.unique("metric_id").join(words, on="unit", how="left").rename(METRIC_COLUMNS)
    chosen = definitions.select("metric_id", "unit_classifiers", *METRIC_COLUMNS.values())
    return frame.join(chosen, on="metric_id", how="left", maintain_order="left")


def measure_words(metrics: TableSchema) -> dict[str, tuple[str, ...]]:
    """Return the measure words of each unit of the code list."""
    return {unit.value: unit.classifiers for unit in metrics.field("unit").categories}


def read_quantities(tokens: pl.Series) -> pl.DataFrame:
    """Parse each distinct token of a column once; nulls where it has no quantity."""
    tokens = tokens.cast(pl.String)
    distinct = tokens.drop_nulls().unique()
    read = pl.DataFrame([(text, *parse_token(text)) for text in distinct], {"token": pl.String, **READ}, orient="row")
    return tokens.alias("token").to_frame().join(read, on="token", how="left", maintain_order="left").select(*READ)


def normalize_tokens(texts: pl.Series) -> pl.DataFrame:
    """Normalize each distinct text: columns `text` and `reading`."""
    distinct = texts.drop_nulls().unique()
    return pl.DataFrame(
        {"text": distinct, "reading": [normalize_token(text) for text in distinct]},
        {"text": pl.String, "reading": pl.String},
    )


@lru_cache(maxsize=200_000)
def parse_token(token: str) -> ParsedToken:
    """Return value, lower and upper bound, qualifier and measure word of a token; None where it has no quantity."""
    try:
        quantity = parse_quantity(token)
    except NotAQuantity:
        return None, None, None, None, None
    lower, upper = (None if bound is None else float(bound) for bound in (quantity.lower, quantity.upper))
    return float(quantity.value), lower, upper, quantity.qualifier, quantity.classifier


def _round_bounds_inward(frame: pl.DataFrame) -> pl.DataFrame:
    """Round the read bounds of whole-number metrics to whole numbers between them."""
    whole = pl.col("metric_is_integer")
    return frame.with_columns(
        pl.when(whole).then(pl.col("read_lower").ceil()).otherwise(pl.col("read_lower")).alias("read_lower"),
        pl.when(whole).then(pl.col("read_upper").floor()).otherwise(pl.col("read_upper")).alias("read_upper"),
    )
