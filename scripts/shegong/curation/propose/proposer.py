"""The proposer: propose what the numerals, places and names of a document may be."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import groupby

from shegong.curation.extract.normalize import NormalizedText, normalize
from shegong.curation.propose.classify import Label, classify
from shegong.curation.propose.clauses import Context
from shegong.curation.propose.conditions import scope_of
from shegong.curation.propose.events import category_of
from shegong.curation.propose.find_places import find_places
from shegong.curation.propose.grades import ALL, grade_of
from shegong.curation.propose.intentions import GOAL_BEFORE, is_goal_date, is_target
from shegong.curation.propose.items import find_boilerplate, find_items, whole_document
from shegong.curation.propose.likely_metrics import is_countable, likely_metrics
from shegong.curation.propose.names import find_names
from shegong.curation.propose.numerals import NumeralKind, NumeralSpan, find_numerals
from shegong.curation.propose.periods import Timeline, stated_period
from shegong.curation.propose.proposals import Candidate, Item, Name, Period, Place, Proposals
from shegong.curation.propose.scope import regions_at
from shegong.curation.propose.segment import words_of
from shegong.curation.propose.span_index import SpanIndex
from shegong.curation.propose.vocabulary import Vocabulary
from shegong.quantities.quantity import NotAQuantity, Quantity, parse_quantity

SPAN_OF_FIGURES = re.compile("^[近最过]|来$|季度|半年|月?(?:至|到|[-—–―~]).*月$")
"""A date that is the span of a figure, not the day of an event: 近三年来, 前三季度, 1-9月."""
CLOCK = re.compile("(?: |T)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?$")
MIN_REPEATED_HEADLINE = 100
MAX_TOKEN_LETTERS = 60
"""A longer token is not a printed number."""
LISTED_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def propose(text: str, vocabulary: Vocabulary, published: Period | None = None) -> Proposals:
    """Propose what the numerals, places and names of a document may be.

    Args:
        text: The document as received.
        vocabulary: The vocabulary of the package.
        published: The day of publication if the file states it; it overrides the days that its items state.

    Returns:
        The proposals, with at least one item.
    """
    normalized = normalize(text)
    items = find_items(normalized, published)
    places = find_places(normalized, vocabulary.gazetteer, vocabulary.local_regions, items)
    names = find_names(normalized, places, vocabulary)
    boilerplate = find_boilerplate(normalized, items)
    analysis = _Analysis(normalized, vocabulary, items, places, names, boilerplate, published)
    candidates = tuple(analysis.candidates())
    return Proposals(items or (whole_document(normalized, published),), candidates, places, names, boilerplate)


@dataclass(frozen=True)
class _Analysis:
    """A document with everything that candidates depend on."""

    normalized: NormalizedText
    vocabulary: Vocabulary
    items: Sequence[Item]
    places: Sequence[Place]
    names: Sequence[Name]
    boilerplate: Sequence[tuple[int, int]]
    published: Period | None

    @cached_property
    def context(self) -> Context:
        words = words_of(self.normalized.text)
        return Context(self.normalized.text, words, find_numerals(self.normalized.text, words))

    @cached_property
    def named(self) -> SpanIndex:
        return SpanIndex([(name.start, name.end) for name in self.names])

    @cached_property
    def located(self) -> SpanIndex:
        return SpanIndex([(place.start, place.end) for place in self.places])

    @cached_property
    def furniture(self) -> SpanIndex:
        return SpanIndex(self.boilerplate)

    @cached_property
    def publication_days(self) -> frozenset[date]:
        """The days on which items were published."""
        known = [item.published for item in self.items] + [self.published]
        return frozenset(period.end for period in known if period and period.end)

    @cached_property
    def listings(self) -> frozenset[tuple[int, int]]:
        """Page furniture that lists other pages: it has several dates."""
        received = self.normalized.received
        return frozenset(span for span in self.boilerplate if len(LISTED_DAY.findall(received, *span)) > 1)

    @cached_property
    def in_articles(self) -> frozenset[str]:
        """The numerals outside page furniture, as text."""
        return frozenset(
            self.context.of(numeral)
            for numeral in self.context.numerals
            if not self.furniture.containing(self._span(numeral))
        )

    @cached_property
    def labels(self) -> dict[NumeralSpan, Label]:
        return {numeral: self._classify(numeral) for numeral in self.context.numerals}

    @cached_property
    def timeline(self) -> Timeline:
        stamps = re.compile(LISTED_DAY.pattern + ".*")  # they date the item, not the words beside them
        dates = [
            numeral
            for numeral, label in self.labels.items()
            if (label.role == "date" or numeral.kind is NumeralKind.LUNAR)
            and not stamps.fullmatch(self.context.of(numeral))
        ]
        return Timeline(self.context, dates, self.published_at)

    @cached_property
    def goals(self) -> tuple[int, ...]:
        """Where the dates end that are still to come, or that a goal is to be reached by."""
        dates = (numeral for numeral, label in self.labels.items() if label.role == "date")
        return tuple(sorted(numeral.end for numeral in dates if self._is_to_come(numeral)))

    def _is_to_come(self, numeral: NumeralSpan) -> bool:
        published = self.published_at(numeral.start)
        period = self.timeline.stated(numeral)
        if not published or not published.end or not period.end:
            return is_goal_date(numeral, self.context)
        is_goal = GOAL_BEFORE.search(self.context.before(numeral, 6))
        return (period.end if is_goal else period.start or period.end) > published.end

    def published_at(self, index: int) -> Period | None:
        """Return when the item at an index of the normalized text was published."""
        if self.published:
            return self.published
        offset = self.normalized.offsets[index]
        at = bisect_right(self.items, offset, key=lambda item: item.start) - 1
        return self.items[at].published if at >= 0 and offset < self.items[at].end else None

    def candidates(self) -> Iterator[Candidate]:
        """Yield one candidate for each numeral span, in order, and one for the numerals of one name."""
        for name, numerals in groupby(self.context.numerals, self._whole_name):
            if name:
                start, end = name
                yield Candidate(start, end, self.normalized.received[start:end], "name")
            else:
                yield from (self._candidate(part) for numeral in numerals for part in self._parted(numeral))

    def _whole_name(self, numeral: NumeralSpan) -> tuple[int, int] | None:
        """Return the name that contains a numeral, if all its numerals are parts of the name."""
        name = self.named.containing(self._span(numeral)) if self.labels[numeral].role == "name" else None
        if not name:
            return None
        inside = self.context.numerals_between(self.normalized.index(name[0]), self.normalized.index(name[1]))
        return name if all(self.labels[other].role == "name" for other in inside) else None

    def _parted(self, numeral: NumeralSpan) -> Iterator[NumeralSpan]:
        """Split a date from the time of day after it, which is not a fact."""
        time = CLOCK.search(self.context.of(numeral)) if self.labels[numeral].role == "date" else None
        if time is None:
            yield numeral
            return
        day = NumeralSpan(numeral.start, numeral.start + time.start(), numeral.kind)
        clock = NumeralSpan(day.end + 1, numeral.end, NumeralKind.TIME)
        self.labels.update({day: self.labels[numeral], clock: Label("excluded", "boilerplate")})
        yield from (day, clock)

    def _span(self, numeral: NumeralSpan) -> tuple[int, int]:
        return self.normalized.span(numeral.start, numeral.end)

    def _classify(self, numeral: NumeralSpan) -> Label:
        span = self._span(numeral)
        if furniture := self.furniture.containing(span):
            return self._in_furniture(numeral, furniture)
        label = classify(numeral, self.context)
        name = self.named.containing(span) or self.located.containing(span)
        return Label("name") if name and not self._counts_in_name(numeral, label, name) else label

    def _counts_in_name(self, numeral: NumeralSpan, label: Label, name: tuple[int, int]) -> bool:
        """Return whether a numeral in a name is a fact: a year, a duration (五年行动计划), digits."""
        text = self.context.of(numeral)
        if "+" in self.normalized.received[slice(*name)]:
            return False
        return label.role == "date" or (label.role == "value" and (text.endswith("年") or text[0].isdecimal()))

    def _in_furniture(self, numeral: NumeralSpan, furniture: tuple[int, int]) -> Label:
        """Classify a numeral in page furniture, where only the day of publication is a fact."""
        label = classify(numeral, self.context)
        if numeral.kind is NumeralKind.DATE and label.role == "date" and self._is_publication(numeral):
            return label
        if self._is_repeated(numeral, label) or (label.exclusion and self._is_page_head(furniture)):
            return label
        is_listing = furniture in self.listings and label.exclusion != "boilerplate"
        return Label("excluded", "teaser" if is_listing else "boilerplate")

    def _is_page_head(self, furniture: tuple[int, int]) -> bool:
        return bool(self.items) and furniture[1] <= self.items[0].start

    def _is_repeated(self, numeral: NumeralSpan, label: Label) -> bool:
        """Return whether page furniture repeats a large value of an article, as a headline does."""
        quantity = _quantity(self.context.of(numeral)) if label.role == "value" else None
        return (
            quantity is not None
            and quantity.value >= MIN_REPEATED_HEADLINE
            and self.context.of(numeral) in self.in_articles
        )

    def _is_publication(self, numeral: NumeralSpan) -> bool:
        """Return whether a date in page furniture is the day of publication of an item."""
        said = stated_period(self.context.of(numeral))
        return said.precision == "day" and said.end in self.publication_days

    def _candidate(self, numeral: NumeralSpan) -> Candidate:
        start, end = self._span(numeral)
        label = self.labels[numeral]
        candidate = Candidate(start, end, self.normalized.received[start:end], label.role, exclusion=label.exclusion)
        if label.role == "value":
            return self._value(numeral, candidate)
        return self._date(numeral, candidate) if label.role == "date" else candidate

    def _value(self, numeral: NumeralSpan, candidate: Candidate) -> Candidate:
        token = candidate.text
        quantity = _quantity(token)
        if quantity and not is_countable(numeral, quantity, self.context, self.vocabulary):
            return replace(candidate, role="excluded", exclusion="minor")
        metrics = likely_metrics(numeral, quantity, self.context, self.vocabulary) if quantity else ()
        years = int(quantity.value) if quantity and quantity.classifier == "年" else None
        kind, unit = (metrics[0].kind, metrics[0].unit) if metrics else ("stock", "")
        is_graded = bool(metrics and metrics[0].is_graded)
        period = self.timeline.period_of(numeral, kind, years)
        status = "target" if is_target(numeral, kind, self.context, self.goals) else "reported"
        scope_en, scope_zh = scope_of(numeral, self.context)
        return replace(
            candidate,
            quantity=_quantity(token, kind=kind, unit=unit, status=status),
            metrics=tuple(metric.metric_id for metric in metrics),
            regions=self._regions(candidate),
            grade=grade_of(numeral, self.context, is_rule=kind == "standard") if is_graded else ALL,
            period=_of_target(period, self.published_at(numeral.start)) if status == "target" else period,
            status=status,
            scope_en=scope_en,
            scope_zh=scope_zh,
        )

    def _date(self, numeral: NumeralSpan, candidate: Candidate) -> Candidate:
        period = self.timeline.stated(numeral)
        is_span = SPAN_OF_FIGURES.search(self.context.of(numeral))
        category = "" if is_span else category_of(numeral, self.context)
        regions = self._regions(candidate, is_event=bool(category))
        return replace(candidate, regions=regions, period=period, category=category)

    def _regions(self, candidate: Candidate, *, is_event: bool = False) -> tuple[str, ...]:
        span = candidate.start, candidate.end
        return regions_at(self.normalized, self.places, self.items, *span, is_event=is_event)


def _of_target(period: Period, published: Period | None) -> Period:
    """Return the period of a target: a year is whole, and publication does not end it."""
    end = published.end if published else None
    if period.basis == "published" or (period.end == end and period.start is None):
        return Period(None, None, "unknown")
    if period.end == end and end and period.start == date(end.year, 1, 1):
        return replace(period, end=date(end.year, 12, 31), precision="year")
    return period


def _quantity(token: str, *, kind: str = "stock", unit: str = "", status: str = "reported") -> Quantity | None:
    """Parse a value; None if no rule parses it whole."""
    if len(token) > MAX_TOKEN_LETTERS:
        return None
    try:
        return parse_quantity(token, kind=kind, unit=unit, status=status)
    except NotAQuantity:
        return None
