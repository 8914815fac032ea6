"""A column of printed tokens reads as its tokens do one by one."""

from __future__ import annotations

import polars as pl
import pytest

from shegong.checks.readings import READ, Reading, read_plainly, read_quantities
from shegong.quantity import NotAQuantity, parse_quantity

FIGURES = ("7", "60", "205", "1030", "2018", "12,345", "1,234,567", "999999999", "999999999999999")
FRACTIONS = ("0.5", "2.50", "12.34", "123.4567", "99999999.9999", "1,234.5")
FORMS = (
    "{}份",
    "{}",
    "{}余人",
    "近{}人",
    "最多{}人",
    "{}万",
    "{}亿元",
    "{} 人",
    "第{}",
    "2020年{}人",
    "{}几人",
    "约{}人",
    "{}年半",
)


def one_by_one(token: str | None) -> Reading:
    """What the rules of quantities say of a token, as the columns hold it."""
    try:
        found = parse_quantity(token or "")
    except NotAQuantity:
        return None, None, None, None, None
    bounds = (None if bound is None else float(bound) for bound in (found.lower, found.upper))
    return float(found.value), *bounds, found.qualifier, found.classifier


def test_a_column_reads_as_its_tokens_do() -> None:
    printed = [form.format(figure) for form in FORMS for figure in (*FIGURES, *FRACTIONS)]
    tokens = [*printed, None, "60人", "60人", "数百人", None]
    frame = read_quantities(pl.Series("printed", tokens, pl.String))
    assert frame.schema == READ
    assert frame.rows() == [one_by_one(token) for token in tokens]


@pytest.mark.parametrize("tokens", [[], [None], ["60人"], ["1人", "2人", "3人"]])
def test_a_short_column_reads_as_its_tokens_do(tokens: list[str | None]) -> None:
    frame = read_quantities(pl.Series("printed", tokens, pl.String))
    assert frame.schema == READ
    assert frame.rows() == [one_by_one(token) for token in tokens]


def test_texts_are_read_plainly_in_their_order() -> None:
    texts = ["130餘戶", None, "3000(sān qiān)元", "130餘戶", ""]
    assert read_plainly(pl.Series("text", texts)).to_list() == ["130余户", None, "3000元", "130余户", ""]
    nothing = read_plainly(pl.Series("text", [None], pl.String))
    assert (nothing.to_list(), nothing.dtype) == ([None], pl.String)
