"""Reading Chinese text: where numerals stand, and how a printed token reads without script, spaces and pinyin."""

from __future__ import annotations

import datetime
import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

NUMERAL = re.compile("[0-9０-９]+|[零〇一二两兩三四五六七八九十百千万萬亿億半双雙首]+")
"""What the ledger accounts for, each run by itself."""

PINYIN = re.compile(r"[(（][A-Za-zÀ-ɏ]+(?: [A-Za-zÀ-ɏ]+)*[)）]")
"""Latin letters in brackets, which some pages print after a character; 人(次) is no such thing."""

UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""Characters that a terminal obeys instead of showing, or that turn a line about."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would run."""

MARKUP = re.compile(r"[\\`*_<>|#\[\]!&~@]|:(?=//)|(?<=www)\.")
"""What Markdown reads as more than a character."""

LONGEST_NAME = 24
"""Fewer letters in a row than this are a name or a figure; so many are a sentence."""


def cell_text(value: object) -> str:
    """A typed value as it stands in a canonical file; nothing for null."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return f"{value:.15g}"
        case datetime.date():
            return value.isoformat()
        case _:
            return str(value)


def spelled_out(text: str) -> str:
    """The text with its control and direction characters as code points: shown by a terminal, never obeyed."""
    return UNSHOWN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def inert(text: str) -> str:
    """The text as a cell of a CSV file that no spreadsheet runs: with `'` before what begins like a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def markdown_text(text: str) -> str:
    """The text on one line that Markdown shows as it is: no markup, no link."""
    return spelled_out(MARKUP.sub(r"\\\g<0>", " ".join(text.split())))


def letters(text: str) -> str:
    """The letters and digits of a text, without bracketed pinyin."""
    return re.sub(r"[\W_]", "", PINYIN.sub("", text))


def simplified(text: str) -> str:
    """The text in simplified script."""
    return str(_converter().convert(text))


@lru_cache(maxsize=100_000)
def plain_reading(text: str) -> str:
    """The token as it reads: simplified script, ASCII digits, no spaces, no bracketed pinyin."""
    compact = re.sub(r"\s", "", unicodedata.normalize("NFKC", PINYIN.sub("", text)))
    return simplified(compact)


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")
