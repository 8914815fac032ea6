"""What printed tokens read, a whole column at a time: each distinct token is parsed once."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from shegong.chinese import normalize_token
from shegong.quantity import NotAQuantity, parse_quantity

READ = {
    "read_value": pl.Float64,
    "read_lower": pl.Float64,
    "read_upper": pl.Float64,
    "read_qualifier": pl.String,
    "read_classifier": pl.String,
}
Reading = tuple[float | None, float | None, float | None, str | None, str | None]


def read_quantities(tokens: pl.Series) -> pl.DataFrame:
    """What each token of a column reads, in the columns of `READ`; nulls where it holds no number that can be read."""
    column = tokens.alias("token").to_frame()
    rows = [(token, *reading(token)) for token in tokens.drop_nulls().unique()]
    read = pl.DataFrame(rows, {"token": pl.String, **READ}, orient="row")
    return column.join(read, on="token", how="left", maintain_order="left").drop("token")


@lru_cache(maxsize=100_000)
def reading(token: str) -> Reading:
    """Value, lower and upper bound, qualifier and classifier of a token; None where it cannot be read."""
    try:
        q = parse_quantity(token)
    except NotAQuantity:
        return None, None, None, None, None
    lower, upper = (None if bound is None else float(bound) for bound in (q.lower, q.upper))
    return float(q.value), lower, upper, q.qualifier, q.classifier


def read_plainly(texts: pl.Series) -> pl.Series:
    """How each text of a column reads: each distinct text is read once."""
    distinct = texts.drop_nulls().unique()
    read = pl.DataFrame(
        {"text": distinct, "reading": [normalize_token(text) for text in distinct]},
        {"text": pl.String, "reading": pl.String},
    )
    return texts.alias("text").to_frame().join(read, on="text", how="left", maintain_order="left")["reading"]
