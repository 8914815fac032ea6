"""Chinese text: what a numeral is, and how to normalize a printed token."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

PLAIN = "零〇○一二两兩俩倆三仨四五六七八九十廿卅卌百千万萬亿億半双雙首⼀⼆⼋⼗"
"""Characters that carry a number by themselves; the last four are Kangxi radicals."""
FORMAL_DIGITS = "壹贰貳叁叄肆伍陆陸柒捌玖"
FORMAL_SCALES = "拾佰仟"
SCALES = "十百千万萬亿億" + FORMAL_SCALES
COUNTED = "元圆圓整人名个個家家户戶份项項位场場次"
WORDS_BEFORE = "队隊入退行军軍大登内內着著放收"
"""Characters that make a word of a formal numeral: 队伍, 大陆, 放肆, 收拾."""
FORMAL = (
    rf"(?<![{WORDS_BEFORE}])[{FORMAL_DIGITS}](?=[{SCALES}{COUNTED}{FORMAL_DIGITS}])"
    rf"|(?<=[零〇{SCALES}壹贰貳叁叄柒捌玖])[{FORMAL_DIGITS}]"
    rf"|(?<=[{PLAIN}{FORMAL_DIGITS}0-9])[{FORMAL_SCALES}]"
    rf"|(?<![{WORDS_BEFORE}])[{FORMAL_SCALES}](?=[万萬亿億{FORMAL_DIGITS}{COUNTED}])"
)
SIGNS = (
    "²³¹¼-¾⁰⁴-⁹₀-₉⅐-\u218b①-⒛⓪-⓿❶-➓〇〡-〩〸-〺㆒-㆕㈠-㈩㉈-㉏㉑-㉟㊀-㊉㊱-㊿㋀-㋋㍘-㍰㏠-㏾"
    "\uf973\uf978\uf9b2\uf9d1\uf9d3"
)
"""Single characters that print a whole number or a fraction: ①, ½, Ⅳ; compatibility forms of 拾兩零六陸."""

NUMERAL = re.compile(rf"\d+|(?=[{PLAIN}{FORMAL_DIGITS}{FORMAL_SCALES}])(?:[{PLAIN}]+|{FORMAL})+|[{SIGNS}]")
"""Whatever can carry a number; the ledger accounts for each run by itself."""

NUMERAL_CHARACTER = rf"[\d{PLAIN}{FORMAL_DIGITS}{FORMAL_SCALES}{SIGNS}]"
"""A pattern of any character of a numeral, for engines without look-around."""

PINYIN = re.compile(r"[(（][A-Za-zÀ-ɏ]+(?: [A-Za-zÀ-ɏ]+)*[)）]")
"""Latin letters in brackets, which some pages print after a character. 人(次) is not one of them."""

MAX_MENTION_LETTERS = 24
"""Fewer letters in a row than this are a name or a figure; so many are a sentence."""


def letters(text: str) -> str:
    """Return the letters and digits of a text, without bracketed pinyin."""
    return re.sub(r"[\W_]", "", PINYIN.sub("", text))


def simplified(text: str) -> str:
    """Return the text in simplified script."""
    return str(_converter().convert(text))


@lru_cache(maxsize=100_000)
def normalize_token(text: str) -> str:
    """Return the token in simplified script, with ASCII digits, without spaces and bracketed pinyin."""
    compact = re.sub(r"\s", "", unicodedata.normalize("NFKC", PINYIN.sub("", text)))
    return simplified(compact)


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


def display_width(text: str) -> int:
    """Return the columns that a text takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
