"""Periods: what a printed date says, and when a value holds."""

from __future__ import annotations

import re
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import inf

from shegong.curation.propose.clauses import Context
from shegong.curation.propose.numerals import TO, Run
from shegong.curation.propose.proposals import Period

CHINESE_DIGITS = {character: str(digit) for digit, character in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "两": "2",
}
PLAN_START = {"十一五": 2006, "十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026, "十六五": 2031}
FIVE = 5

ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
YEARS_OFF = {"今年": 0, "去年": -1, "前年": -2, "明年": 1}
DATE = re.compile(
    "(?P<relative>[今去前明当同次]年)?(?:(?P<year>[0-9]{4}(?=年|度|$)|[0-9]{2}(?=年)|[〇零一二三四五六七八九]{4}(?=年))年?度?)?"
    "(?:(?<![0-9])(?P<month>[0-9]{1,2}|[一二三四五六七八九十]{1,2})月)?"
    "(?:(?P<day>[0-9]{1,2}|[一二三四五六七八九十]{1,3})[日号])?"
    "(?P<part>上半年|下半年|初|末|底|上旬|中旬|下旬|第?[一二三四]季度)?(?P<before>前)?(?P<since>以来)?"
)
YEARS = re.compile("(?:近|过去|最近|前|这)?([0-9]{1,2}|[一二两三四五六七八九十]{1,4})(?:余|多)?年")
SPLIT = re.compile(f"{TO}|、|和|及")

AS_OF = re.compile("(?:截至|截止|截止到|截至到|至|到)$")
AS_OF_DATE = re.compile("[底末前]$")
YEARS_SINCE = re.compile("(?:近|这|最近|过去)?([0-9]{1,2}|[一二两三四五六七八九十]+)年(?:以?来|间)?")
NEAR = 3
"""So many anchors back a span of years may have been named."""
GOAL = re.compile("(?<!截[至止])到$|力争|争取")
SINCE_BEFORE = re.compile("(?:自|从|自从)$")
SINCE_AFTER = re.compile("[^,。;]{0,25}以来|起|开始|至今|到现在|到目前")

ANCHOR = re.compile(
    "(?P<now>截至目前|截至发稿|截至今|目前|现有|现已|现在|至今|如今|眼下|迄今|现共?有|现拥有|现为)"
    "|(?P<this_year>今年(?:以来)?|本年度?)|(?P<since_last_year>去年以来)|(?P<last_year>去年|上年度?)|(?P<today>今天|今日|本日)|(?P<yesterday>昨天|昨日)"
    "|(?P<that_day>当天|当日|(?:此次|本次|这次)(?:活动|会议|培训|仪式)|活动现场|会上|仪式上)|(?P<recently>近日|日前|近期|最近|近来|前不久)"
    "|(?P<this_month>本月)"
)
COMPARED = re.compile("[比较与同]$")
OF_ONE = re.compile("的[近超约]?[0-9]")
SO_FAR = re.compile("累计|先后|已经?|共(?!同|享|建|治)|总共|总计|了")
FLOWING = ("flow", "duration")
SENTENCES_BACK = 2
HEADLINE = 40
"""A line of fewer characters without a stop is a heading; it ends what a dated heading above it dates."""
STOP = re.compile("[。!?;]\n?$")
DATE_LINE = re.compile("[0-9年月日度-]+")


@dataclass(frozen=True)
class Anchor:
    """Words that say when, at an index of the plain text.

    Attributes:
        at: Where they begin.
        word: `stated` for a date, `since` for a beginning, `as_of` for an end, `span` for the years up to now, else
            the kind of a relative word.
        period: What a date says; None for a relative word.
        until: Where what they say ends to hold: 2020年的312人 says nothing of what follows.
    """

    at: int
    word: str
    period: Period | None = None
    until: float = inf


def stated_period(text: str, published: Period | None = None) -> Period:
    """What the words of a date say.

    Args:
        text: A date as `numerals` finds it.
        published: When the text was published, from which a missing year is concluded.
    """
    if plan := PLAN_START.get(text):
        return Period(date(plan, 1, 1), date(plan + FIVE - 1, 12, 31), "stated", "interval")
    if iso := ISO.match(text):
        return _safely(int(iso[1]), int(iso[2]), int(iso[3]), "")
    if (years := YEARS.match(text)) and not re.search("[0-9]{4}|月|日|^0", text) and not _is_spelt_year(years[1]):
        return _years_back(_number(years[1]), published)
    parts = [part for part in SPLIT.split(text) if part]
    return _range(parts, published) if len(parts) == 2 else _single(text, published)


def _single(text: str, published: Period | None, year: str | None = None, month: str | None = None) -> Period:
    match = DATE.match(text)
    if not match or not any(match.group("year", "month", "day")) or match["relative"] in ("当年", "同年", "次年"):
        return Period(None, None, "unknown")
    printed = match["year"] or year
    now = published.end.year + YEARS_OFF.get(match["relative"], 0) if published and published.end else None
    known = _year(printed) if printed else now
    in_month = match["month"] or (month if match["day"] else None)
    if match["day"] and not in_month and published and published.end:
        in_month = str(published.end.month)
    if known is None or (match["day"] and not in_month):
        return Period(None, None, "unknown", "day" if match["day"] else "month")
    month_number, day_number = (_number(printed) if printed else None for printed in (in_month, match["day"]))
    period = _safely(known, month_number, day_number, match["part"] or "")
    return period if match["year"] or year else replace(period, basis="inferred")


def _range(parts: list[str], published: Period | None) -> Period:
    """A span from one date to another, which may leave out what they share."""
    first, last = (DATE.match(part) for part in parts)
    shared_year = last["year"] if last and not (first and first["year"]) else first["year"] if first else None
    shared_month = first["month"] if first else None
    if parts[0].isdecimal() and len(parts[0]) <= 2:  # 1-6月
        parts[0] += "月" if "月" in parts[1] and "日" not in parts[1] else "日"
    start = _single(parts[0], published, shared_year, shared_month)
    end = _single(parts[1], published, shared_year, shared_month)
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
    first, final = {"上半年": (1, 6), "下半年": (7, 12)}.get(part, (1, 12))
    if quarter := re.search("[一二三四]", part):
        first, final = 3 * _number(quarter[0]) - 2, 3 * _number(quarter[0])
    last = monthrange(year, final)[1]
    precision = "year" if (first, final) == (1, 12) else "interval"
    return Period(date(year, first, 1), date(year, final, last), "stated", precision)


def _years_back(count: int, published: Period | None) -> Period:
    """The last so many years before publication."""
    if not published or not published.end:
        return Period(None, None, "unknown", "interval")
    return Period(date(max(published.end.year - count + 1, 1), 1, 1), published.end, "inferred", "interval")


def _is_spelt_year(text: str) -> bool:
    return len(text) == 4 and not set(text) & set("十百千")


def _year(text: str) -> int:
    digits = "".join(CHINESE_DIGITS.get(character, character) for character in text)
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _number(text: str) -> int:
    """A small number in digits or Chinese: 8, 八, 十一, 二十三."""
    if text.isdecimal():
        return int(text)
    tens, _, ones = text.rpartition("十")
    if "十" not in text:
        return int("".join(CHINESE_DIGITS[character] for character in text))
    return 10 * int(CHINESE_DIGITS.get(tens, "1")) + int(CHINESE_DIGITS.get(ones, "0"))


def _lasting(since: Period | None, years: int | None) -> Period:
    """So many years from the year in which something began."""
    if not since or not since.start or not since.end or since.precision == "interval" or not years:
        return Period(None, None, "unknown")
    return Period(since.start, date(since.start.year + years - 1, 12, 31), "inferred", "interval")


class Timeline:
    """The anchors of a text in order.

    Args:
        context: The text.
        dates: Its dates that date something.
        published_at: When what stands at an index of the text was published, as far as it is known.
    """

    def __init__(self, context: Context, dates: Iterable[Run], published_at: Callable[[int], Period | None]) -> None:
        self._context = context
        self._published_at = published_at
        found = [self._date(run) for run in dates]
        found += self._relative_words()
        self._anchors = sorted(found, key=lambda anchor: anchor.at)
        self._starts = [anchor.at for anchor in self._anchors]
        self._anchors = [self._with_years(at, anchor) for at, anchor in enumerate(self._anchors)]
        self._headings = dict(self._dated_lines())

    def _relative_words(self) -> Iterator[Anchor]:
        text = self._context.text
        for match in ANCHOR.finditer(text):
            inside = self._context.runs_between(match.start(), match.end())
            if not inside and not COMPARED.search(text, max(0, match.start() - 2), match.start()):
                yield Anchor(match.start(), str(match.lastgroup))

    def _date(self, run: Run) -> Anchor:
        context = self._context
        text = context.of(run)
        if OF_ONE.match(context.after(run, 8)):
            period = stated_period(text, self._published_at(run.start))
            return Anchor(run.start, "stated", period, run.end + 2)
        word = "stated"
        until = context.sentence(run)[1] if GOAL.search(context.before(run, 3)) else inf
        since_before, since_after = context.before(run, 2), context.after(run, 28)
        if SINCE_BEFORE.search(since_before) or text.endswith("以来") or SINCE_AFTER.match(since_after):
            word = "since"
        elif AS_OF.search(context.before(run, 3)) or AS_OF_DATE.search(text):
            word = "as_of"
        return Anchor(run.start, word, stated_period(text, self._published_at(run.start)), until)

    def _with_years(self, at: int, anchor: Anchor) -> Anchor:
        """两年来: the two years that were named shortly before, where they were."""
        years = YEARS_SINCE.match(self._context.text, anchor.at)
        if not years or anchor.period is None:
            return anchor
        length = _number(years[1])
        before = (earlier.period for earlier in reversed(self._anchors[max(0, at - NEAR) : at]))
        spans = (p for p in before if p and p.start and p.end and p.end.year - p.start.year + 1 == length)
        return replace(anchor, word="span", period=next(spans, anchor.period))

    def _dated_lines(self) -> Iterator[tuple[int, Anchor]]:
        """The beginnings of lines that stand below a date on a line of its own, nothing but full sentences between."""
        heading, start = None, 0
        for line in self._context.text.splitlines(keepends=True):
            own = self._last_between(start, start + 1)
            if own and own.period and DATE_LINE.fullmatch(line.strip()):
                heading = own
            elif heading and not STOP.search(line) and len(line) <= HEADLINE:
                heading = None
            elif heading:
                yield start, heading
            start += len(line)

    def period_of(self, run: Run, kind: str, years: int | None = None) -> Period:
        """When a value holds.

        Args:
            run: The value.
            kind: The kind of its metric.
            years: Of a duration, how many years it says.
        """
        published = self._published_at(run.start)
        governing = self._governing(run)
        if governing is None:
            return self._undated(run, kind, published)
        if kind == "duration":
            return _lasting(governing.period, years)
        if governing.period is not None:
            return self._dated(governing, governing.period, run, kind, published)
        return self._relative(governing, run, kind, published)

    def _governing(self, run: Run) -> Anchor | None:
        """The last anchor before a value in its sentence, in one shortly before, or in a heading above."""
        context = self._context
        start, end = context.sentence(run)
        line, _ = context.line(run)
        if found := self._last_between(start, run.start) or self._first_after(run.end, end):
            return found
        for _back in range(SENTENCES_BACK):
            if start <= line or start in context.stamped:
                break
            start, end = context.sentence(Run(start - 1, start, run.form))
            if found := self._last_between(start, end):
                return found
        return self._headings.get(line)

    def _last_between(self, start: int, end: int) -> Anchor | None:
        at = bisect_left(self._starts, end) - 1
        while at >= 0 and self._anchors[at].at >= start:
            if self._anchors[at].until >= end:
                return self._anchors[at]
            at -= 1
        return None

    def _first_after(self, start: int, end: int) -> Anchor | None:
        """A date that follows a value with 于 or 在."""
        at = bisect_left(self._starts, start)
        if at == len(self._anchors) or self._anchors[at].at >= end or not self._anchors[at].period:
            return None
        return self._anchors[at] if self._context.text[self._anchors[at].at - 1] in "于在" else None

    def _dated(self, anchor: Anchor, period: Period, run: Run, kind: str, published: Period | None) -> Period:
        if anchor.word == "since":
            if kind in FLOWING and period.start and published and published.end:
                return Period(period.start, published.end, "inferred", "interval")
            return self._undated(run, kind, published)
        if anchor.word == "span" and kind not in FLOWING:
            return self._undated(run, kind, published)
        if anchor.word == "as_of" and period.end:
            return Period(None if kind in FLOWING else period.end, period.end, period.basis, "day")
        return period

    def _relative(self, anchor: Anchor, run: Run, kind: str, published: Period | None) -> Period:
        end = published.end if published else None
        if anchor.word == "that_day":
            return self._that_day(anchor.at) or self._undated(run, kind, published)
        if anchor.word in ("now", "recently"):
            return self._until_now(anchor, run, kind, published)
        if end is None:
            return Period(None, None, "unknown")
        yesterday = end - timedelta(days=1)
        windows = {
            "this_year": (date(end.year, 1, 1), end, "interval"),
            "last_year": (date(end.year - 1, 1, 1), date(end.year - 1, 12, 31), "year"),
            "since_last_year": (date(end.year - 1, 1, 1), end, "interval"),
            "this_month": (date(end.year, end.month, 1), end, "interval"),
            "yesterday": (yesterday, yesterday, "day"),
            "today": (end, end, "day"),
        }
        start, last, precision = windows[anchor.word]
        return Period(start, last, "inferred", precision)

    def _until_now(self, anchor: Anchor, run: Run, kind: str, published: Period | None) -> Period:
        """目前: of a stock, as published; of a flow, up to publication, since a date just before if there is one."""
        if kind not in FLOWING:
            return Period(None, None, "published")
        if not published or not published.end or kind == "duration":
            return Period(None, None, "unknown")
        earlier = self._last_between(self._context.sentence(run)[0], anchor.at)
        start = earlier.period.start if earlier and earlier.period and earlier.period.precision != "day" else None
        return Period(start, published.end, "inferred", "interval" if start else "")

    def _that_day(self, at: int) -> Period | None:
        """The last day that was named before."""
        before = self._anchors[: bisect_left(self._starts, at)]
        days = (a.period for a in reversed(before) if a.period and a.period.precision == "day" and a.period.end)
        found = next(days, None)
        return replace(found, basis="inferred") if found else None

    def _undated(self, run: Run, kind: str, published: Period | None) -> Period:
        """Nothing is said of time."""
        if kind not in FLOWING:
            return Period(None, None, "published")
        told = self._context.text[slice(*self._context.clause(run))]
        if kind == "flow" and published and published.end and SO_FAR.search(told):
            return Period(None, published.end, "inferred")
        return Period(None, None, "unknown")
