"""Write figures, bounds and periods for readers, in English or Chinese."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from shegong.citation.citation_metadata import MONTHS

Cells = dict[str, Any]

TEN_THOUSAND, HUNDRED_MILLION = 10_000, 100_000_000
UNITS_EN = {
    "person": "people",
    "person_time": "person-times",
    "organization": "organizations",
    "station": "stations",
    "place": "places",
    "post": "posts",
    "project": "projects",
    "unit": "units",
    "school": "schools",
    "base": "bases",
    "team": "teams",
    "year": "years",
    "cny": "yuan",
}
"""Plurals of units; other units have the label of the code list."""
SPANS = ("flow", "duration", "standard")
"""Kinds of metrics whose period is the span itself; of the others it is the window that contains the day."""


def plain(value: float | None) -> str:
    """Return a number as the tables have it; empty text for a missing one."""
    return "" if value is None else f"{value:.15g}"


def number(value: float, language: str) -> str:
    """Write a number: with commas, and in Chinese with 万 or 亿 where no digit is lost."""
    if language == "zh":
        for size, name in ((HUNDRED_MILLION, "亿"), (TEN_THOUSAND, "万")):
            if abs(value) >= size and value * 100 % size == 0:
                return f"{value / size:,.15g}{name}"
    return f"{value:,.15g}"


def approximate(value: float, language: str) -> str:
    """Write a computed number with three significant digits."""
    return number(round(value), language) if abs(value) >= 100 else f"{value:#.3g}"


def with_unit(text: str, unit: str, label: str, language: str) -> str:
    """Add the unit to a number."""
    if unit == "percent":
        return f"{text}%"
    if language == "zh":
        return f"每万人{text}" if unit == "per_10000" else f"{text}{label}"
    return f"{text} {UNITS_EN.get(unit, label)}"


def figure(row: Cells, language: str, write: Callable[[float, str], str] = number) -> str:
    """Write the value of a figure with the mark of its qualifier, without its unit."""
    value, lower, upper = (row[name] for name in ("value", "value_lower", "value_upper"))
    text = write(value, language)
    match row["qualifier"]:
        case "at_least":
            return f"≥ {write(value if lower is None else lower, language)}"
        case "at_most":
            return f"≤ {write(value if upper is None else upper, language)}"
        case "about":
            return f"≈ {text}"
        case "nearly":
            return f"< {text}"
        case "between" if lower is not None and upper is not None:
            return f"{write(lower, language)}–{write(upper, language)}"
        case _:
            return f"≥ {text}" if upper is None and lower is not None else text


def year_of(row: Cells) -> str:
    """Return the year of a figure's last day, or a dash."""
    return "–" if row["period_end"] is None else str(row["period_end"].year)


def period(first: datetime.date | None, last: datetime.date | None, is_span: bool, language: str) -> str:
    """Write a period: a day, a month, a year, a span, or the window in which a day lies."""
    write = _zh_period if language == "zh" else _en_period
    return write(first, last, is_span)


def day(date: datetime.date, language: str) -> str:
    """Write a day."""
    if language == "zh":
        return f"{date.year}年{date.month}月{date.day}日"
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def _en_period(first: datetime.date | None, last: datetime.date | None, is_span: bool) -> str:
    if last is None:
        return f"since {day(first, 'en')}" if first else "time unknown"
    if first is None:
        return f"up to {day(last, 'en')}"
    if whole := _whole(first, last, "en"):
        return whole
    start, end = _ends(first, last, "en")
    return f"{start} to {end}" if is_span else f"between {start} and {end}"


def _zh_period(first: datetime.date | None, last: datetime.date | None, is_span: bool) -> str:
    if last is None:
        return f"{day(first, 'zh')}以来" if first else "时间不明"
    if first is None:
        return f"截至{day(last, 'zh')}"
    if whole := _whole(first, last, "zh"):
        return whole
    start, end = _ends(first, last, "zh")
    return f"{start}至{end}" if is_span else f"{start}至{end}之间"


def _whole(first: datetime.date, last: datetime.date, language: str) -> str:
    """Write the day, month or year that the days from `first` to `last` fill; empty text for another period."""
    after = last + datetime.timedelta(days=1)
    if first == last:
        return day(first, language)
    if (first.month, first.day, after.month, after.day) == (1, 1, 1, 1) and after.year == first.year + 1:
        return f"{first.year}年" if language == "zh" else str(first.year)
    if first.day == after.day == 1 and (first.year, first.month) == (last.year, last.month):
        return _month(first, language)
    return ""


def _ends(first: datetime.date, last: datetime.date, language: str) -> tuple[str, str]:
    """Write both ends of a period, by months or years where it fills them."""
    after = last + datetime.timedelta(days=1)
    if first.day != 1 or after.day != 1:
        return day(first, language), day(last, language)
    if first.month == after.month == 1:
        return (f"{first.year}年", f"{last.year}年") if language == "zh" else (str(first.year), str(last.year))
    return _month(first, language), _month(last, language)


def _month(date: datetime.date, language: str) -> str:
    return f"{date.year}年{date.month}月" if language == "zh" else f"{MONTHS[date.month - 1]} {date.year}"
