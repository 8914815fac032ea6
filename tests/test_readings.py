"""A column of printed tokens reads as its tokens do one by one, whatever shortcut its shapes allow."""

from __future__ import annotations

import polars as pl
import pytest

from shegong.checks.readings import READ, Reading, Shape, read_plainly, read_quantities, reading, shape_of
from shegong.quantity import NotAQuantity, parse_quantity
from tests.test_quantity import IN_PARTS, NO_NUMBERS, TOKENS, VAGUE

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
    alike = [f"{number}份" for number in range(1000, 1010)] + [f"{number / 100:.2f}万人" for number in range(101, 130)]
    alike += [f"{number}0000000000亿" for number in range(10, 20)] + [f"1,{number}人" for number in range(100, 120)]
    alike += [f"{number:09.3f}万" for number in range(1, 7)] + [f"{number:04}人" for number in range(6)]
    alike += [form.format(figure) for form in FORMS for figure in (*range(21, 26), *("1.21", "1.34", "2.55", "9.95"))]
    tokens = [*printed, *alike, None, *TOKENS, *NO_NUMBERS, *VAGUE, *IN_PARTS, None, "60人", "60人"]
    frame = read_quantities(pl.Series("printed", tokens, pl.String))
    assert frame.schema == READ
    assert frame.rows() == [one_by_one(token) for token in tokens]


@pytest.mark.parametrize("tokens", [[], [None], ["60人"], ["1人", "2人", "3人"]])
def test_a_short_column_reads_as_its_tokens_do(tokens: list[str | None]) -> None:
    frame = read_quantities(pl.Series("printed", tokens, pl.String))
    assert frame.schema == READ
    assert frame.rows() == [one_by_one(token) for token in tokens]


@pytest.mark.parametrize("token", [*TOKENS, *NO_NUMBERS, *VAGUE])
def test_a_token_reads_as_its_quantity(token: str) -> None:
    assert reading(token) == one_by_one(token)


SHAPES = {
    "1111份": Shape(1, 0, "exact", "份"),
    "1,111份": Shape(1, 0, "exact", "份"),
    "1亿元": Shape(100_000_000, 0, "exact", "元"),
    "11万余人": Shape(10_000, 0, "at_least", "人"),
    "近11人": Shape(1, 0, "nearly", "人"),
    "最多11元": Shape(1, 0, "at_most", "元"),
    "1.11万": Shape(100, 50, "rounded", ""),
    "111111亿": Shape(100_000_000, 0, "exact", ""),
    "11111111111111": Shape(1, 0, "exact", ""),
    "1111111亿": None,  # with the scale, more digits than a double holds
    "111111111111111": None,
    "1.1人": None,  # its value is no whole number of its digits
    "1年1月": None,
    "十人": None,
    "1几人": None,
    "约1人": None,
}


@pytest.mark.parametrize(("shape", "says"), SHAPES.items())
def test_a_shape_says_what_holds_for_all_its_tokens(shape: str, says: Shape | None) -> None:
    assert shape_of(shape) == says


def test_texts_are_read_plainly_in_their_order() -> None:
    texts = ["130餘戶", None, "3000(sān qiān)元", "130餘戶", ""]
    assert read_plainly(pl.Series("text", texts)).to_list() == ["130余户", None, "3000元", "130余户", ""]
    nothing = read_plainly(pl.Series("text", [None], pl.String))
    assert (nothing.to_list(), nothing.dtype) == ([None], pl.String)
