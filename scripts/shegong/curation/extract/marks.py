"""Raised and lowered text: leave out footnote marks, and keep the rest from joining a number."""

from __future__ import annotations

import re

from shegong.curation.extract.script import HAN

_DIGITS = "0123456789+-=()"
_RAISED = str.maketrans(_DIGITS, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾")
_LOWERED = str.maketrans(_DIGITS, "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_NUMERAL = "[0-9０-９〇零一二两兩三四五六七八九十百千万萬亿億]"
_ENDS_NUMBER = re.compile(rf"{_NUMERAL}\s*$")
_STARTS_NUMBER = re.compile(rf"\s*{_NUMERAL}")
_TEN = re.compile(r"(?<![0-9])10$")
_EXPONENT = re.compile("[-−]?(?:[2-9]|1[0-9])")
_THOUSANDS = re.compile(r"[0-9]{3}(?![0-9])")
_MARK = re.compile(r"(?:[0-9０-９]{1,2}|[a-np-z]|[*＊†‡§#]{1,3})(?:[,，、;~–-]\s*[0-9]{1,2})*[,，、]?|[,，、]")
_BRACKETED = re.compile(
    r"[①-⑳]+|[*＊†‡§]+|[\[［〔【(（]?注?\s*[0-9０-９]{0,3}(?:[,，、~–-]\s*[0-9]{1,3})*[\]］〕】)）]|注[0-9]{0,2}"
)


def beside(before: str, text: str, after: str, *, is_lowered: bool = False) -> str:
    """Return raised or lowered text as a line prints it between two others; nothing for a footnote mark."""
    mark = text.strip()
    if mark in (",", "，", ".") and before[-1:].isdigit() and _THOUSANDS.match(after):
        return mark
    if _BRACKETED.fullmatch(mark):
        return ""
    if _MARK.fullmatch(mark) and _touches_number(before, mark, after):
        return ""
    if not HAN.search(mark):
        return mark.translate(_LOWERED if is_lowered else _RAISED)
    opening = " " if before[-1:].isdigit() and mark[:1].isdigit() else ""
    closing = " " if mark[-1:].isdigit() and after[:1].isdigit() else ""
    return f"{opening}{text}{closing}"


def _touches_number(before: str, mark: str, after: str) -> bool:
    """Return whether a mark is beside a number; a power, a fraction and the unit m² are not marks."""
    last = before[-1:]
    is_unit = last.isascii() and last.isalpha()
    is_power = _TEN.search(before) and _EXPONENT.fullmatch(mark)
    if is_unit or is_power or after[:1] in ("/", "⁄"):
        return False
    return bool(_ENDS_NUMBER.search(before) or _STARTS_NUMBER.match(after))
