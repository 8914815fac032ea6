"""Periods: parse printed dates, and find the period of a value."""

from __future__ import annotations

import re
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import inf

from shegong.curation.propose.clauses import Context
from shegong.curation.propose.comparisons import is_compared
from shegong.curation.propose.intentions import is_planned
from shegong.curation.propose.numerals import AND, TO, NumeralKind, NumeralSpan
from shegong.curation.propose.proposals import Period

CHINESE_DIGITS = {character: str(digit) for digit, character in enumerate("〇一二三四五六七八九")} | {
    "○": "0",
    "零": "0",
    "两": "2",
}
PLAN_START = {"十一五": 2006, "十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026, "十六五": 2031}
PLAN_YEARS = 5
FAR_PLAN_YEARS = 20
"""A year of two digits is at most this one."""

NUMERIC = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?(?![0-9])")
YEARS_OFF = {"今年": 0, "本年": 0, "本年度": 0, "去年": -1, "上年": -1, "前年": -2, "明年": 1, "后年": 2}
MONTHS_OFF = {"上": -1, "本": 0, "当": 0, "下": 1}
QUARTER_OF = {"一": 1, "1": 1, "二": 2, "两": 2, "2": 2, "三": 3, "3": 3, "四": 4, "4": 4}
QUARTERS = re.compile(
    f"(?:第?(?P<first>[一二三1-3])(?:{TO}|{AND}))?(?P<up_to>前)?第?(?P<last>[一二两三四1-4])个?季度|(?P<half>[上下])半年"
)
DATE_PARTS = re.compile(
    "(?P<relative>[今去前明后当同次上本]年)?(?:(?P<year>[0-9]{4}(?=年|度|$)|[0-9]{2}(?=年)|[〇○零0一二三四五六七八九]{4}(?=年))年?度?)?"
    "(?:(?P<near>[上本当下])个?月)?(?:(?<![0-9])(?P<month>[0-9]{1,2}|[一二三四五六七八九十]{1,2})月份?)?"
    "(?:(?P<day>[0-9]{1,2}|[一二三四五六七八九十]{1,3})(?:[日号]|$))?"
    "年?(?P<part>初|末|底|上旬|中旬|下旬)?(?P<before>之?前(?![一二两三1-3]))?(?P<since>以来)?"
)
YEARS = re.compile("(?:近|过去|最近|前|这)?([0-9]{1,2}|[一二两三四五六七八九十]{1,4})(?:余|多)?年")
NO_YEARS = re.compile("[0-9]{4}|0|.{1,4}年(?:底|末|初|.{1,4}[月日]|.{0,3}季度|.半年)")
MONTHS_BACK = re.compile("(?:近|过去|最近)([0-9]{1,2}|[一二两三四五六七八九十]{1,3}|半|一年|1年)(?:个多?月|月|年)")
SPLIT = re.compile(f"{TO}|{AND}")
NAMED_YEAR = re.compile("[今去前明次后本上]年|[上本当下]个?月")

AS_OF = re.compile("(?:截至|截止|截止到|截至到|至|到)$")
AS_OF_DATE = re.compile("[底末前]$")
MAX_ANCHORS_BACK = 3
"""The anchors before a span of years that may name its years."""
GOAL = re.compile("(?<!截[至止])到$|力争|争取")
SINCE_BEFORE = re.compile("(?:自|从|自从)$")
SINCE_AFTER = re.compile(
    "[^,。;]{0,25}以来|起|开始|至今|到现在|到目前|[^,。;]{0,10}(?:成立|设立|创办|创建|组建|登记|注册|启动|建成|开办)的"
    "|[^,。;]{0,12}(?:成立|创办|创建|组建|开办)[,;]|[^,。;]{0,16}(?:开设|启动|设立)[^,。;]{0,16}[,;][^。;]{0,12}累计"
)
END_OF_PLAN = re.compile("[”’]?(?:规划)?期?末")
FROM = re.compile("[从由]$")

ANCHOR = re.compile(
    "(?P<now>截至目前|截至发稿|截至今|目前|现有|现已|现在|至今|如今|眼下|迄今|现共?有|现拥有|现为)"
    "|(?P<this_year>今年(?:以来)?|本年度?)|(?P<since_last_year>去年以来)|(?P<last_year>去年|上年度?)"
    "|(?P<year_before_last>前年)|(?P<next_year>明年)|(?P<last_month>上个?月)|(?P<today>今天|今日|本日)|(?P<yesterday>昨天|昨日)"
    "|(?P<that_day>当天|当日|(?:此次|本次|这次)(?:活动|会议|培训|仪式)|活动现场|会上|仪式上)|(?P<recently>近日|日前|近期|最近|近来|前不久)"
    "|(?P<this_month>本月)"
)
OF_ONE = re.compile("的[近超约]?[0-9]")
FROM_ONE = re.compile("的?[^,。;0-9]{0,4}[0-9]")
FLOWING = ("flow", "duration")
IN_FORCE = (*FLOWING, "standard")
"""The kinds of metrics whose period is a span; the others have a day."""
MAX_SENTENCES_BACK = 2
MAX_LETTERS_TO_NEXT = 12
MAX_HEADLINE_LETTERS = 40
"""A shorter line without a stop is a heading; it ends the scope of a dated heading above."""
STOP = re.compile("[。!?;]\n?$")
DATE_LINE = re.compile("[0-9年月日度-]+")


@dataclass(frozen=True)
class Anchor:
    """Words of time, at an index of the normalized text.

    Attributes:
        at: Where they begin.
        word: `stated` for a date, `since` for a beginning, `as_of` for an end, `span` for the years up to now, else
            the kind of a relative word.
        period: The period of a date; None for a relative word.
        until: Where they stop applying: 2020年的312人 does not date what follows.
    """

    at: int
    word: str
    period: Period | None = None
    until: float = inf


def stated_period(text: str, published: Period | None = None, *, is_planned: bool = False) -> Period:
    """Parse the words of a date.

    Args:
        text: A date as `find_numerals` found it.
        published: When the text was published; it supplies a missing year.
        is_planned: Whether the text expects the event; a date without a year is else not after publication.
    """
    if plan := PLAN_START.get(text):
        return Period(date(plan, 1, 1), date(plan + PLAN_YEARS - 1, 12, 31), "stated", "interval")
    if days := list(NUMERIC.finditer(text)):
        return _between([_numeric(day) for day in (days[0], days[-1])] if len(days) > 1 else [_numeric(days[0])])
    if months := _months_back(text):
        return _back(months, published)
    if years := _years_named(text):
        return _years_back(years, published)
    parts = [text] if QUARTERS.search(text) else [part for part in SPLIT.split(text) if part]
    period = _range(parts, published) if len(parts) > 1 else _single(text, published)
    is_open = period.basis == "inferred" and not is_planned and not NAMED_YEAR.search(text)
    return _shifted(period, -1) if is_open and _is_after(period, published) else period


def _is_after(period: Period, published: Period | None) -> bool:
    """Return whether a period begins, or as a span of months ends, after publication."""
    if not published or not published.end or not period.end:
        return False
    first = period.end if period.precision == "interval" else period.start or period.end
    return first > published.end


def _numeric(match: re.Match[str]) -> Period:
    return _safely(int(match[1]), int(match[2]), int(match[3]) if match[3] else None, "")


def _years_named(text: str) -> int | None:
    """Return the years of 近三年 or 两年来; None of a calendar year."""
    years = YEARS.match(text)
    is_spelt_year = years and len(years[1]) == 4 and not set(years[1]) & set("十百千")
    if not years or NO_YEARS.match(text) or is_spelt_year:
        return None
    return _number(years[1])


def _months_back(text: str) -> int | None:
    """Return the months of 近三月, 近半年 or 近一年; None of anything else."""
    match = MONTHS_BACK.match(text)
    if match and match[0].endswith("年"):
        return {"半": 6, "一": 12, "1": 12}.get(match[1])
    return _number(match[1]) if match and match[1] != "半" else None


def _back(months: int, published: Period | None) -> Period:
    """Return the last months up to publication, to the day."""
    if not published or not published.end:
        return Period(None, None, "unknown", "interval")
    end = published.end
    year, month = divmod(end.year * 12 + end.month - 1 - months, 12)
    day = min(end.day, monthrange(year, month + 1)[1])
    return Period(date(year, month + 1, day) + timedelta(days=1), end, "inferred", "interval")


def _shifted(period: Period, years: int) -> Period:
    """Return a period some years later; the 29th of February becomes the 28th."""
    days = (
        day and day.replace(year=day.year + years, day=min(day.day, monthrange(day.year + years, day.month)[1]))
        for day in (period.start, period.end)
    )
    start, end = days
    return replace(period, start=start, end=end)


def _single(text: str, published: Period | None, year: str | None = None, month: str | None = None) -> Period:
    match = DATE_PARTS.match(text)
    quarters = QUARTERS.search(text)
    if not match or match["relative"] in ("当年", "同年", "次年"):
        return Period(None, None, "unknown")
    if not (quarters or any(match.group("year", "month", "day"))):
        return Period(None, None, "unknown")
    printed = match["year"] or year
    now = published.end if published else None
    known = _year(printed, now) if printed else (now.year + YEARS_OFF.get(match["relative"] or "", 0) if now else 0)
    if not known:
        return Period(None, None, "unknown", "day" if match["day"] else "month")
    if quarters and not match["month"]:
        period = _quarters(known, quarters)
    else:
        in_month = match["month"] or (month if match["day"] else None)
        month_number = _number(in_month) if in_month else None
        if match["day"] and month_number is None:
            if now is None:
                return Period(None, None, "unknown", "day")
            known, month_number = _near_month(now, match["near"], _number(match["day"]))
        period = _safely(known, month_number, _number(match["day"]) if match["day"] else None, match["part"] or "")
    if match["before"] and period.end:
        period = replace(period, start=None)
    return period if printed else replace(period, basis="inferred" if period.end else period.basis)


def _near_month(now: date, near: str | None, day: int) -> tuple[int, int]:
    """Return year and month of 上月15日; without a word the month of publication, or before it for a later day."""
    off = MONTHS_OFF[near] if near else -1 if day > now.day else 0
    year, month = divmod(now.year * 12 + now.month - 1 + off, 12)
    return year, month + 1


def _quarters(year: int, match: re.Match[str]) -> Period:
    if match["half"]:
        first, last = (1, 6) if match["half"] == "上" else (7, 12)
    else:
        last = 3 * QUARTER_OF[match["last"]]
        first = 1 if match["up_to"] else 3 * QUARTER_OF[match["first"] or match["last"]] - 2
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]), "stated", "interval")


def _range(parts: list[str], published: Period | None) -> Period:
    """Parse a range or a list of dates, which may omit what they share: from the first to the last."""
    unit = next((found[0] for found in [re.search("[日号月]份?$", parts[-1])] if found), "")
    first, last = (_with_unit(part, unit) for part in (parts[0], parts[-1]))
    match, match_last = DATE_PARTS.match(first), DATE_PARTS.match(last)
    assert match, "all parts are optional"
    assert match_last
    year, month = match["year"] or (None if match["relative"] else match_last["year"]), None
    if match["relative"] and published and published.end:
        year = str(published.end.year + YEARS_OFF.get(match["relative"], 0))
    if unit and unit in "日号":
        month = match["month"]
    period = _between([_single(part, published, year, month) for part in (first, last)])
    return replace(period, basis="inferred") if match["relative"] and period.end else period


def _with_unit(part: str, unit: str) -> str:
    """Add what is printed once for all (1至9月, 10、11日, 2019-2020年)."""
    if re.search("[0-9]{4}$", part):
        return f"{part}年"
    return part + unit if re.search("[0-9一二三四五六七八九十]$", part) else part


def _between(ends: list[Period]) -> Period:
    """Return the time from the first of two periods to the second."""
    start, end = ends[0], ends[-1]
    if len(ends) == 1:
        return start
    if not start.start or not end.end or start.start > end.end:
        return Period(None, None, "unknown", "interval")
    return Period(start.start, end.end, "inferred" if "inferred" in (start.basis, end.basis) else "stated", "interval")


def _safely(year: int, month: int | None, day: int | None, part: str) -> Period:
    try:
        return _window(year, month, day, part)
    except ValueError:  # the 31st of June, month 13
        return Period(None, None, "unknown")


def _window(year: int, month: int | None, day: int | None, part: str) -> Period:
    if day and month:
        return Period(date(year, month, day), date(year, month, day), "stated", "day")
    if month:
        last = monthrange(year, month)[1]
        first, final = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, last)}.get(part, (1, last))
        precision = "interval" if "旬" in part else "month"
        return Period(date(year, month, first), date(year, month, final), "stated", precision)
    return Period(date(year, 1, 1), date(year, 12, 31), "stated", "year")


def _years_back(count: int, published: Period | None) -> Period:
    """Return the last years before publication."""
    if not published or not published.end:
        return Period(None, None, "unknown", "interval")
    return Period(date(max(published.end.year - count + 1, 1), 1, 1), published.end, "inferred", "interval")


def _year(text: str, now: date | None) -> int:
    """Parse a year; of two digits it is the last such year, or before 2050."""
    digits = "".join(CHINESE_DIGITS.get(character, character) for character in text)
    if len(digits) > 2:
        return int(digits)
    is_recent = int(digits) <= (now.year + FAR_PLAN_YEARS) % 100 if now else int(digits) < 50
    return int(digits) + (2000 if is_recent else 1900)


def _number(text: str) -> int:
    """Parse a small number in digits or Chinese: 8, 八, 十一, 二十三."""
    if text.isdecimal():
        return int(text)
    tens, _, ones = text.rpartition("十")
    if "十" not in text:
        return int("".join(CHINESE_DIGITS[character] for character in text))
    return 10 * int(CHINESE_DIGITS.get(tens, "1")) + int(CHINESE_DIGITS.get(ones, "0"))


def _lasting(since: Period | None, years: int | None) -> Period:
    """Return the years from the year in which something began."""
    if not since or not since.start or not since.end or since.precision == "interval" or not years:
        return Period(None, None, "unknown")
    return Period(since.start, date(since.start.year + years - 1, 12, 31), "inferred", "interval")


class Timeline:
    """The anchors of a text in order.

    Args:
        context: The text.
        dates: Its dates of events and figures.
        published_at: When the item at an index was published, if known.
    """

    def __init__(
        self, context: Context, dates: Iterable[NumeralSpan], published_at: Callable[[int], Period | None]
    ) -> None:
        self._context = context
        self._published_at = published_at
        found = [self._date(numeral) for numeral in dates]
        found += self._relative_words()
        self._anchors = sorted(found, key=lambda anchor: anchor.at)
        self._starts = [anchor.at for anchor in self._anchors]
        self._anchors = [self._with_years(at, anchor) for at, anchor in enumerate(self._anchors)]
        self._headings = dict(self._dated_lines())

    def _relative_words(self) -> Iterator[Anchor]:
        text = self._context.text
        for match in ANCHOR.finditer(text):
            inside = self._context.numerals_between(match.start(), match.end())
            if not inside and not is_compared(text, *match.span()):
                yield Anchor(match.start(), str(match.lastgroup))

    def _date(self, numeral: NumeralSpan) -> Anchor:
        context = self._context
        text = context.of(numeral)
        if numeral.kind is NumeralKind.LUNAR:
            return Anchor(numeral.start, "lunar", None, context.sentence(numeral)[1])
        period = self.stated(numeral)
        if self._is_of_one(numeral):
            word = "as_of" if AS_OF_DATE.search(text) else "stated"
            return Anchor(numeral.start, word, period, self._end_of_next(numeral))
        word = "stated"
        until = context.sentence(numeral)[1] if GOAL.search(context.before(numeral, 3)) else inf
        since_before, since_after = context.before(numeral, 2), context.after(numeral, 28)
        if SINCE_BEFORE.search(since_before) or text.endswith("以来") or SINCE_AFTER.match(since_after):
            word = "since"
        elif AS_OF.search(context.before(numeral, 3)) or AS_OF_DATE.search(text) or self._is_end_of_plan(numeral):
            word = "as_of"
        return Anchor(numeral.start, word, period, until)

    def _is_end_of_plan(self, numeral: NumeralSpan) -> bool:
        return self._context.of(numeral) in PLAN_START and bool(END_OF_PLAN.match(self._context.after(numeral, 4)))

    def stated(self, numeral: NumeralSpan) -> Period:
        """Return the period of a date."""
        planned = is_planned(numeral, self._context)
        return stated_period(self._context.of(numeral), self._published_at(numeral.start), is_planned=planned)

    def _is_of_one(self, numeral: NumeralSpan) -> bool:
        """Return whether a date is only that of the next number: 2020年的312人, 由2020年300人."""
        after = self._context.after(numeral, 8)
        is_from = FROM.search(self._context.before(numeral, 1)) and FROM_ONE.match(after)
        return bool(OF_ONE.match(after) or is_from)

    def _end_of_next(self, numeral: NumeralSpan) -> int:
        """Return where the numeral after a date ends."""
        later = self._context.numerals_between(numeral.end, numeral.end + MAX_LETTERS_TO_NEXT)
        return later[0].end - 1 if later else numeral.end + 2

    def _with_years(self, at: int, anchor: Anchor) -> Anchor:
        """Return the years named shortly before, for words such as 两年来."""
        length = _years_named(self._context.text[anchor.at : anchor.at + MAX_LETTERS_TO_NEXT])
        if not length or anchor.period is None or anchor.word == "lunar":
            return anchor
        before = (earlier.period for earlier in reversed(self._anchors[max(0, at - MAX_ANCHORS_BACK) : at]))
        spans = (p for p in before if p and p.start and p.end and p.end.year - p.start.year + 1 == length)
        return replace(anchor, word="span", period=next(spans, anchor.period))

    def _dated_lines(self) -> Iterator[tuple[int, Anchor]]:
        """Yield the starts of lines below a date on a line of its own, with only full sentences between."""
        heading, start = None, 0
        for line in self._context.text.splitlines(keepends=True):
            own = self._last_between(start, start + 1)
            if own and own.period and DATE_LINE.fullmatch(line.strip()):
                heading = own
            elif heading and not STOP.search(line) and len(line) <= MAX_HEADLINE_LETTERS:
                heading = None
            elif heading:
                yield start, heading
            start += len(line)

    def period_of(self, numeral: NumeralSpan, kind: str, years: int | None = None) -> Period:
        """Return the period of a value.

        Args:
            numeral: The value.
            kind: The kind of its metric.
            years: The number of years of a duration.
        """
        published = self._published_at(numeral.start)
        governing, is_carried = self._governing(numeral)
        if governing is None:
            return self._undated(kind, published)
        period = governing.period
        is_of_event = governing.word == "stated" and period and period.precision in ("day", "interval")
        if is_of_event and is_carried and kind not in IN_FORCE:  # an event does not date a stock in a later sentence
            return self._undated(kind, published)
        if kind == "duration":
            return _lasting(period, years)
        if period is None:
            return self._relative(governing, numeral, kind, published)
        return self._dated(governing, period, numeral, kind, published)

    def _governing(self, numeral: NumeralSpan) -> tuple[Anchor | None, bool]:
        """Return the last anchor before a value, and whether it is in an earlier sentence.

        It is in the sentence of the value, shortly before, or in a heading above.
        """
        context = self._context
        start, end = context.sentence(numeral)
        line, _ = context.line(numeral)
        if found := self._last_between(start, numeral.start) or self._first_after(numeral.end, end):
            return found, False
        for _back in range(MAX_SENTENCES_BACK):
            if start <= line or start in context.stamped:
                break
            start, end = context.sentence(NumeralSpan(start - 1, start, numeral.kind))
            if found := self._last_between(start, end):
                return found, True
        return self._headings.get(line), False

    def _last_between(self, start: int, end: int) -> Anchor | None:
        at = bisect_left(self._starts, end) - 1
        while at >= 0 and self._anchors[at].at >= start:
            if self._anchors[at].until >= end:
                return self._anchors[at]
            at -= 1
        return None

    def _first_after(self, start: int, end: int) -> Anchor | None:
        """Return a date that follows a value with 于 or 在."""
        at = bisect_left(self._starts, start)
        if at == len(self._anchors) or self._anchors[at].at >= end or not self._anchors[at].period:
            return None
        return self._anchors[at] if self._context.text[self._anchors[at].at - 1] in "于在" else None

    def _dated(
        self, anchor: Anchor, period: Period, numeral: NumeralSpan, kind: str, published: Period | None
    ) -> Period:
        if anchor.word == "since":
            if kind in IN_FORCE and period.start and published and published.end:
                return Period(period.start, published.end, "inferred", "interval")
            return self._undated(kind, published)
        if anchor.word == "span" and kind not in FLOWING:
            return self._undated(kind, published)
        if anchor.word == "as_of" and period.end:
            return Period(None if kind in FLOWING or not period.start else period.end, period.end, period.basis, "day")
        return period

    def _relative(self, anchor: Anchor, numeral: NumeralSpan, kind: str, published: Period | None) -> Period:
        end = published.end if published else None
        if anchor.word == "lunar":
            return Period(None, None, "unknown")
        if anchor.word == "that_day":
            return self._that_day(anchor.at) or self._undated(kind, published)
        if anchor.word in ("now", "recently"):
            return self._until_now(anchor, numeral, kind, published)
        if end is None:
            return Period(None, None, "unknown")
        yesterday = end - timedelta(days=1)
        windows = {
            "this_year": (date(end.year, 1, 1), end, "interval"),
            "last_year": (date(end.year - 1, 1, 1), date(end.year - 1, 12, 31), "year"),
            "since_last_year": (date(end.year - 1, 1, 1), end, "interval"),
            "year_before_last": (date(end.year - 2, 1, 1), date(end.year - 2, 12, 31), "year"),
            "next_year": (date(end.year + 1, 1, 1), date(end.year + 1, 12, 31), "year"),
            "this_month": (date(end.year, end.month, 1), end, "interval"),
            "last_month": (*_month_before(end), "month"),
            "yesterday": (yesterday, yesterday, "day"),
            "today": (end, end, "day"),
        }
        start, last, precision = windows[anchor.word]
        return Period(start, last, "inferred", precision)

    def _until_now(self, anchor: Anchor, numeral: NumeralSpan, kind: str, published: Period | None) -> Period:
        """Return the period of 目前: `published` for a stock; for a flow, up to publication from a date just before."""
        if kind not in FLOWING:
            return Period(None, None, "published")
        if not published or not published.end or kind == "duration":
            return Period(None, None, "unknown")
        earlier = self._last_between(self._context.sentence(numeral)[0], anchor.at)
        start = earlier.period.start if earlier and earlier.period and earlier.period.precision != "day" else None
        return Period(start, published.end, "inferred", "interval" if start else "")

    def _that_day(self, at: int) -> Period | None:
        """Return the last day named before."""
        before = self._anchors[: bisect_left(self._starts, at)]
        days = (a.period for a in reversed(before) if a.period and a.period.precision == "day" and a.period.end)
        found = next(days, None)
        return replace(found, basis="inferred") if found else None

    def _undated(self, kind: str, published: Period | None) -> Period:
        """Return the period of a value without words of time."""
        if kind not in FLOWING:
            return Period(None, None, "published")
        if kind == "flow" and published and published.end:
            return Period(None, published.end, "inferred")
        return Period(None, None, "unknown")


def _month_before(day: date) -> tuple[date, date]:
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last
