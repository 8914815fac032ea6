"""Reading Chinese text: where numerals stand, and how a printed token reads without script, spaces and pinyin."""

from __future__ import annotations

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

MAX_MENTION_LETTERS = 24
"""Fewer letters in a row than this are a name or a figure; so many are a sentence."""


def letters(text: str) -> str:
    """The letters and digits of a text, without bracketed pinyin."""
    return re.sub(r"[\W_]", "", PINYIN.sub("", text))


def simplified(text: str) -> str:
    """The text in simplified script."""
    return str(_converter().convert(text))


@lru_cache(maxsize=100_000)
def normalize_token(text: str) -> str:
    """The token as it reads: simplified script, ASCII digits, no spaces, no bracketed pinyin."""
    compact = re.sub(r"\s", "", unicodedata.normalize("NFKC", PINYIN.sub("", text)))
    return simplified(compact)


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


def display_width(text: str) -> int:
    """Return the columns that a text takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
