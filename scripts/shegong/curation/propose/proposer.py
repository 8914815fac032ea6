"""The proposer: reads a document and says what its numerals, places and names may be. It never decides."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import groupby

from shegong.chinese import normalize_token
from shegong.curation.extract.normalize import PlainText, plain_text
from shegong.curation.propose.classify import Judgement, judge
from shegong.curation.propose.clauses import Context
from shegong.curation.propose.events import category_of
from shegong.curation.propose.find_places import find_places, regions_at
from shegong.curation.propose.items import find_boilerplate, find_items
from shegong.curation.propose.metrics import likely_metrics
from shegong.curation.propose.names import find_names
from shegong.curation.propose.numerals import Form, Run, find_runs
from shegong.curation.propose.periods import Timeline, stated_period
from shegong.curation.propose.proposals import Candidate, Item, Name, Period, Place, Proposals
from shegong.curation.propose.vocabulary import Knowledge, KnownName, Region, knowledge_of
from shegong.curation.propose.words import words_of
from shegong.quantity import NotAQuantity, Quantity, parse_quantity

__all__ = ["Knowledge", "knowledge_of", "propose"]


CLOCK = re.compile("(?: |T)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?$")
ABOUT = re.compile("[一二两三四五六七八九]{2}")
"""两三, 七八: some number between them."""
LARGE = 100
LONGEST_TOKEN = 60
"""More characters than this are no printed number, whatever they are."""
LISTED_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def propose(text: str, knowledge: Knowledge, published: Period | None = None) -> Proposals:
    """Propose what a document says.

    Args:
        text: The document as received.
        knowledge: What is known before it is read.
        published: When it was published, where that is known from elsewhere; it goes before what its items say.
    """
    plain = plain_text(text)
    items = find_items(plain, published)
    known = {region.name_zh: region.region_id for region in knowledge.regions if _is_local(region, knowledge)}
    places = find_places(plain, knowledge.gazetteer, known, items)
    names = find_names(plain, places, knowledge.gazetteer, _ids(knowledge.organizations), _ids(knowledge.programmes))
    boilerplate = find_boilerplate(plain) if items else ()  # where no article is found, nothing is cut away
    reading = _Reading(plain, knowledge, items, places, names, boilerplate, published)
    return Proposals(items, tuple(reading.candidates()), places, names, boilerplate)


def _ids(names: Sequence[KnownName]) -> dict[str, str]:
    return {name.name_zh: name.id for name in names}


def _is_local(region: Region, knowledge: Knowledge) -> bool:
    """Whether the gazetteer lacks a place: a village, a functional area."""
    return region.region_id not in knowledge.gazetteer.names


@dataclass(frozen=True)
class _Reading:
    """A document with all that candidates are judged by."""

    plain: PlainText
    knowledge: Knowledge
    items: Sequence[Item]
    places: Sequence[Place]
    names: Sequence[Name]
    boilerplate: Sequence[tuple[int, int]]
    published: Period | None

    @cached_property
    def context(self) -> Context:
        words = words_of(self.plain.text)
        return Context(self.plain.text, words, find_runs(self.plain.text, words))

    @cached_property
    def named(self) -> _Owners:
        return _Owners([(name.start, name.end) for name in self.names])

    @cached_property
    def located(self) -> _Owners:
        return _Owners([(place.start, place.end) for place in self.places])

    @cached_property
    def furniture(self) -> _Owners:
        return _Owners(self.boilerplate)

    @cached_property
    def publication_days(self) -> frozenset[date]:
        """The days on which items were published."""
        known = [item.published for item in self.items] + [self.published]
        return frozenset(period.end for period in known if period and period.end)

    @cached_property
    def listings(self) -> frozenset[tuple[int, int]]:
        """Page furniture that lists other pages: it prints several dates."""
        received = self.plain.received
        return frozenset(span for span in self.boilerplate if len(LISTED_DAY.findall(received, *span)) > 1)

    @cached_property
    def told(self) -> frozenset[str]:
        """What runs outside page furniture say."""
        return frozenset(self.context.of(run) for run in self.context.runs if not self.furniture.of(self._span(run)))

    @cached_property
    def judgements(self) -> dict[Run, Judgement]:
        return {run: self._judge(run) for run in self.context.runs}

    @cached_property
    def timeline(self) -> Timeline:
        stamps = re.compile(LISTED_DAY.pattern + ".*")  # they date the item, and no words beside them
        dates = [
            run
            for run, judgement in self.judgements.items()
            if judgement.role == "date" and not stamps.fullmatch(self.context.of(run))
        ]
        return Timeline(self.context, dates, self.published_at)

    def published_at(self, index: int) -> Period | None:
        """When the item at an index of the plain text was published."""
        if self.published:
            return self.published
        offset = self.plain.offsets[index]
        at = bisect_right(self.items, offset, key=lambda item: item.start) - 1
        return self.items[at].published if at >= 0 and offset < self.items[at].end else None

    def candidates(self) -> Iterator[Candidate]:
        """One candidate for each run, in order; the runs of one name make one."""
        for name, runs in groupby(self.context.runs, self._whole_name):
            if name:
                start, end = name
                yield Candidate(start, end, self.plain.received[start:end], "name")
            else:
                yield from (self._candidate(part) for run in runs for part in self._parted(run))

    def _whole_name(self, run: Run) -> tuple[int, int] | None:
        """The name that a run is a part of, if all that it holds are parts of a name."""
        name = self.named.of(self._span(run)) if self.judgements[run].role == "name" else None
        if not name:
            return None
        inside = self.context.runs_between(self.plain.index(name[0]), self.plain.index(name[1]))
        return name if all(self.judgements[other].role == "name" for other in inside) else None

    def _parted(self, run: Run) -> Iterator[Run]:
        """A date is parted from the time of day behind it, which dates nothing."""
        time = CLOCK.search(self.context.of(run)) if self.judgements[run].role == "date" else None
        if time is None:
            yield run
            return
        day = Run(run.start, run.start + time.start(), run.form)
        clock = Run(day.end + 1, run.end, Form.TIME)
        self.judgements.update({day: self.judgements[run], clock: Judgement("excluded", "boilerplate")})
        yield from (day, clock)

    def _span(self, run: Run) -> tuple[int, int]:
        return self.plain.span(run.start, run.end)

    def _judge(self, run: Run) -> Judgement:
        span = self._span(run)
        if furniture := self.furniture.of(span):
            return self._in_furniture(run, furniture)
        judgement = judge(run, self.context)
        name = self.named.of(span) or self.located.of(span)
        return Judgement("name") if name and not self._counts_in_name(run, judgement, name) else judgement

    def _counts_in_name(self, run: Run, judgement: Judgement, name: tuple[int, int]) -> bool:
        """Whether a run says something though it stands in a name: a year, how long (五年行动计划), digits."""
        text = self.context.of(run)
        if "+" in self.plain.received[slice(*name)]:
            return False
        return judgement.role == "date" or (judgement.role == "value" and (text.endswith("年") or text[0].isdecimal()))

    def _in_furniture(self, run: Run, furniture: tuple[int, int]) -> Judgement:
        """Page furniture holds no fact but the day of publication."""
        judgement = judge(run, self.context)
        if run.form is Form.DATE and judgement.role == "date" and self._is_publication(run):
            return judgement
        if self._is_said_again(run, judgement) or (judgement.exclusion and self._is_page_head(furniture)):
            return judgement
        is_listing = furniture in self.listings and judgement.exclusion != "boilerplate"
        return Judgement("excluded", "teaser" if is_listing else "boilerplate")

    def _is_page_head(self, furniture: tuple[int, int]) -> bool:
        return bool(self.items) and furniture[1] <= self.items[0].start

    def _is_said_again(self, run: Run, judgement: Judgement) -> bool:
        """Whether a large value of an article is repeated in page furniture, as a headline is."""
        quantity = _quantity(run, self.context.of(run)) if judgement.role == "value" else None
        return quantity is not None and quantity.value >= LARGE and self.context.of(run) in self.told

    def _is_publication(self, run: Run) -> bool:
        """Whether a date in page furniture is the day on which an item was published."""
        said = stated_period(self.context.of(run))
        return said.precision == "day" and said.end in self.publication_days

    def _candidate(self, run: Run) -> Candidate:
        start, end = self._span(run)
        judgement = self.judgements[run]
        candidate = Candidate(start, end, self.plain.received[start:end], judgement.role, exclusion=judgement.exclusion)
        if judgement.role == "value":
            return self._value(run, candidate)
        return self._date(run, candidate) if judgement.role == "date" else candidate

    def _value(self, run: Run, candidate: Candidate) -> Candidate:
        quantity = _quantity(run, candidate.text)
        metrics = likely_metrics(run, quantity, self.context, self.knowledge) if quantity else ()
        years = int(quantity.value) if quantity and quantity.classifier == "年" else None
        return replace(
            candidate,
            quantity=quantity,
            metrics=tuple(metric.metric_id for metric in metrics),
            regions=self._regions(candidate),
            period=self.timeline.period_of(run, metrics[0].kind if metrics else "stock", years),
        )

    def _date(self, run: Run, candidate: Candidate) -> Candidate:
        period = stated_period(self.context.of(run), self.published_at(run.start))
        category = category_of(run, self.context)
        return replace(candidate, regions=self._regions(candidate), period=period, category=category)

    def _regions(self, candidate: Candidate) -> tuple[str, ...]:
        return regions_at(self.plain, self.places, self.items, candidate.start, candidate.end)


class _Owners:
    """Spans of the text as received, asked which one holds another."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._reach = []
        reach = (0, 0)
        for span in self._spans:
            reach = max(reach, span, key=lambda s: s[1])
            self._reach.append(reach)

    def of(self, span: tuple[int, int]) -> tuple[int, int] | None:
        """The span that holds another; of several that do, one that reaches furthest."""
        at = bisect_right(self._spans, (span[0], float("inf"))) - 1
        return self._reach[at] if at >= 0 and self._reach[at][1] >= span[1] else None


def _quantity(run: Run, token: str) -> Quantity | None:
    """What a value says; nothing for what no rule reads, such as a range."""
    if run.form is Form.RANGE or len(token) > LONGEST_TOKEN or ABOUT.search(normalize_token(token)):
        return None
    try:
        return parse_quantity(token)
    except NotAQuantity:
        return None
