"""Comparisons: a date that only names what a figure is compared with (较2020年增长, 是上年的2倍)."""

from __future__ import annotations

import re

BEFORE = re.compile("(?:(?<![占])比|(?<![比])较|相较于?|相比于?|相对于?|对比|高于|低于|多于|少于|超过|超出|(?<!已)超)$")
TOGETHER = re.compile("[与同和跟]$")
TOGETHER_AFTER = re.compile("[^,。;]{0,6}(?:相比|比较|持平|相当|对比)")
TIMES = re.compile("(?:全年|同期|年?[底末])?的?[近超约]?[0-9一二两三四五六七八九十][0-9.多余]*(?:倍|成)")
SHARE = re.compile("(?:全年|同期|年?[底末])?的[近超约]?[0-9.]+%")
IS = re.compile("[是为达占]$")
MAX_LETTERS = 12
"""The characters on either side of a date that are searched."""


def is_compared(text: str, start: int, end: int) -> bool:
    """Return whether the date at a span only names what a figure is compared with."""
    before, after = text[max(0, start - MAX_LETTERS) : start], text[end : end + MAX_LETTERS]
    if BEFORE.search(before) or TIMES.match(after):
        return True
    if TOGETHER.search(before) and TOGETHER_AFTER.match(after):
        return True
    return bool(IS.search(before) and SHARE.match(after))
