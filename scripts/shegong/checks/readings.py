"""What printed tokens read, a whole column at a time.

Tokens are many, their shapes few: 1030份 and 2018份 are of one shape. A shape is parsed once, by the rules of any
token, and what it makes of its figure (scale, bounds, unit) holds for all its tokens. Others are parsed one by one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from shegong.chinese import normalize_token
from shegong.quantity import NotAQuantity, parse_quantity

FIGURE = r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?"
"""The digits in which the tokens of a shape may differ."""
EXACT_DIGITS = 15
"""A double holds whole numbers of so many digits."""
COMMON = 4
"""Tokens of a shape that make its parsing worth while: it takes that of three tokens."""
OTHER_DIGITS = "271828182845904"
READ = {
    "read_value": pl.Float64,
    "read_lower": pl.Float64,
    "read_upper": pl.Float64,
    "read_qualifier": pl.String,
    "read_classifier": pl.String,
}
SHAPE = {
    "shape": pl.String,
    "scale": pl.Int64,
    "half": pl.Int64,
    "qualifier": pl.String,
    "classifier": pl.String,
}
Reading = tuple[float | None, float | None, float | None, str | None, str | None]


@dataclass(frozen=True)
class Shape:
    """What a shape makes of its digits, in whole numbers: the value is digits * scale, its bounds `half` away."""

    scale: int
    half: int
    qualifier: str
    classifier: str

    def read(self, digits: int) -> Reading:
        """What a token of the shape reads."""
        value = digits * self.scale
        lower = None if self.qualifier in ("nearly", "at_most") else float(value - self.half)
        upper = None if self.qualifier == "at_least" else float(value + self.half)
        return float(value), lower, upper, self.qualifier, self.classifier


def read_quantities(tokens: pl.Series) -> pl.DataFrame:
    """What each token of a column reads, in the columns of `READ`; nulls where it holds no number that can be read."""
    column = tokens.alias("token").to_frame()
    return column.join(_read_once(tokens.drop_nulls().unique()), on="token", how="left", maintain_order="left").drop(
        "token"
    )


def _read_once(tokens: pl.Series) -> pl.DataFrame:
    rows = tokens.alias("token").to_frame().with_columns(shape=pl.col("token").str.replace_all("[0-9]", "1"))
    common = rows["shape"].value_counts().filter(pl.col("count") >= COMMON)["shape"]
    known = {shape: found for shape in common if (found := shape_of(shape))}
    shapes = [(text, *vars(shape).values()) for text, shape in known.items()]
    by_shape = rows.join(pl.DataFrame(shapes, SHAPE, orient="row"), on="shape", how="inner").select(
        "token", **_by_shape()
    )
    others = rows.filter(~pl.col("shape").is_in(list(known)))["token"]
    one_by_one = [(token, *reading(token)) for token in others]
    return pl.concat([by_shape, pl.DataFrame(one_by_one, {"token": pl.String, **READ}, orient="row")])


def _by_shape() -> dict[str, pl.Expr]:
    digits = pl.col("token").str.extract(f"({FIGURE})").str.replace_all("[,.]", "").cast(pl.Int64)
    value, half, qualifier = digits * pl.col("scale"), pl.col("half"), pl.col("qualifier")
    return {
        "read_value": value.cast(pl.Float64),
        "read_lower": pl.when(~qualifier.is_in(["nearly", "at_most"])).then((value - half).cast(pl.Float64)),
        "read_upper": pl.when(qualifier != "at_least").then((value + half).cast(pl.Float64)),
        "read_qualifier": qualifier,
        "read_classifier": pl.col("classifier"),
    }


@lru_cache(maxsize=100_000)
def shape_of(shape: str) -> Shape | None:
    """What a token whose digits are all 1 says of its like; None where it has no one figure, or says more of it."""
    figures = re.findall(FIGURE, shape)
    if len(figures) != 1:
        return None
    printed, read = _digits(shape), reading(shape)
    if read[0] is None or not (scale := read[0] / printed).is_integer():
        return None
    if len(figures[0]) + len(str(int(scale))) > EXACT_DIGITS:
        return None
    half = (read[2] or 0) - read[0] if read[3] == "rounded" else 0
    found = Shape(int(scale), int(half), str(read[3]), str(read[4]))
    digits = iter(OTHER_DIGITS)
    other = re.sub("[0-9]", lambda _: next(digits), shape)
    as_said = found.read(printed) == read and found.read(_digits(other)) == reading(other)
    return found if as_said else None


def _digits(token: str) -> int:
    return int("".join(re.findall("[0-9]", token)))


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
