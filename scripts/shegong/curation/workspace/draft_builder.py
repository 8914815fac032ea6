"""Drafts: from what was found in a document to rows that a curator decides on."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Generic, TypeVar

from shegong.chinese import MAX_MENTION_LETTERS, NUMERAL, letters
from shegong.curation.extract.normalize import plain_text
from shegong.curation.propose.gazetteer import COUNTRY, Gazetteer
from shegong.curation.propose.proposals import Candidate, Item, Name, Period, Place, Proposals
from shegong.curation.workspace.work_folder import OPEN, Cells, Draft, draft_key, row_of
from shegong.escape import cell_text
from shegong.package.schema import TableSchema
from shegong.quantity import Quantity

AROUND = 36
"""Characters of context on either side of a span."""
ON_ONE_LINE = re.compile(
    r"[^\x00-\x20\x7f-\x9f\u2028\u2029\u3000](?:[^\x00-\x1f\x7f-\x9f\u2028\u2029]*[^\x00-\x20\x7f-\x9f\u3000])?"
)
"""A run without a line break or control character, and without spaces at its ends."""
SAME_FACT = 100
"""A number as large as this, printed again of the same place and metric, is taken for the same fact."""
VINTAGE = {"country": "iso-3166", "township": "nbs-2023", "village": "nbs-2023"}
Spanned = TypeVar("Spanned", Candidate, Place)
TARGET = {
    "observations": "observation_id",
    "milestones": "milestone_id",
    "organizations": "organization_id",
    "programmes": "programme_id",
    "sources": "source_id",
}


@dataclass(frozen=True)
class Known:
    """What the package has that drafts refer to.

    Attributes:
        schemas: Table Schemas of the tables that are drafted.
        regions: Ids of its regions.
        region_names: Chinese name of each region that is known.
        integer_metrics: Ids of the metrics that count in whole numbers.
        gazetteer: The official division names.
    """

    schemas: dict[str, TableSchema]
    regions: frozenset[str]
    region_names: dict[str, str]
    integer_metrics: frozenset[str]
    gazetteer: Gazetteer


class Nearest(Generic[Spanned]):
    """Spans by a key, of which the one nearest to a place is asked: the last before it, else the first after it."""

    def __init__(self, spans: Iterable[Spanned], key: Callable[[Spanned], object]) -> None:
        self._spans: dict[object, list[Spanned]] = {}
        for span in sorted(spans, key=lambda span: span.start):
            self._spans.setdefault(key(span), []).append(span)

    def to(self, key: object, offset: int) -> Spanned | None:
        """The span of that key nearest to an offset, if there is one."""
        spans = self._spans.get(key, [])
        after = bisect_left(spans, offset, key=lambda span: span.start)
        return spans[max(after - 1, 0)] if spans else None


@dataclass
class Drafting:
    """The rows drafted so far from one document."""

    text: str
    document: Draft
    proposals: Proposals
    known: Known
    stated: Cells
    drafts: list[Draft] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    same: dict[object, str] = field(default_factory=dict)
    mentioned: set[tuple[int, int, str, str]] = field(default_factory=set)

    @cached_property
    def places(self) -> Nearest[Place]:
        """The places that are named, by region."""
        return Nearest(self.proposals.places, lambda place: place.region_id)

    @cached_property
    def dates(self) -> Nearest[Candidate]:
        """The printed dates, by the last day that they say."""
        dates = [c for c in self.proposals.candidates if c.role == "date" and c.period and c.period.end]
        return Nearest(dates, lambda date: date.period and date.period.end)

    @cached_property
    def date_of(self) -> dict[Candidate, Candidate]:
        """For each value the printed date that is the end of its period, where there is one."""
        values = [c for c in self.proposals.candidates if c.role == "value" and c.period and c.period.end]
        nearest = {value: self.dates.to(value.period and value.period.end, value.start) for value in values}
        return {value: date for value, date in nearest.items() if date}

    @cached_property
    def counted(self) -> set[int]:
        """Characters that stand in a candidate."""
        return {at for candidate in self.proposals.candidates for at in range(candidate.start, candidate.end)}

    @cached_property
    def source_ids(self) -> dict[Item, str]:
        """An id for each item: the document's own where it is the only one."""
        items = self.proposals.items
        key = self.document.key
        return {item: key if len(items) == 1 else f"{key}-{number}" for number, item in enumerate(items, 1)}

    def item_at(self, offset: int) -> Item:
        """The item in which a character stands; where none does, the first."""
        items = self.proposals.items
        return next((item for item in items if item.start <= offset < item.end), items[0])

    def source_at(self, offset: int) -> str:
        """The id of that item."""
        return self.source_ids[self.item_at(offset)]

    def add(self, table: str, start: int, end: int, proposal: str = "", **cells: str) -> str:
        """Draft a row that rests on a span; its key."""
        schema = self.known.schemas[table]
        self.counts[table] += 1
        row = row_of(schema, **{schema.columns[0]: draft_key(schema, self.counts[table])} | cells)
        self.drafts.append(Draft(table, row, context=context(self.text, start, end), proposal=proposal))
        return self.drafts[-1].key

    def mention(self, start: int, end: int, role: str, table: str = "", key: str = "", **cells: str) -> None:
        """Draft a mention of a span, which rests on a row or on none yet; one for each line that the span runs over."""
        *others, main = _lines(self.text, start, end)
        for at, to in others:
            self._mention(at, to, "detail" if role == "value" else role, table, key, **cells)
        self._mention(main[0], main[1], role, table, key, **cells)

    def _mention(self, start: int, end: int, role: str, table: str, key: str, **cells: str) -> None:
        """Draft a mention once."""
        if (start, end, role, key) in self.mentioned:
            return
        self.mentioned.add((start, end, role, key))
        target = {TARGET[table]: key} if table else {}
        span = {"document_id": self.document.key, "char_start": str(start), "char_end": str(end)}
        text = self.text[start:end]
        self.add("mentions", start, end, **{**span, "text": text, "role": role, **target, **cells})


def draft_rows(
    text: str, document: Draft, proposals: Proposals, known: Known, stated: Cells | None = None
) -> tuple[Draft, ...]:
    """Draft the rows that a document's proposals ask for.

    Args:
        text: The document as received.
        document: Its own row.
        proposals: What was found in it; at least one item.
        known: What the package has already.
        stated: Cells of a source that the page itself states, for what its text does not.

    Returns:
        The rows, table by table; mentions in the order of the text, numbered anew.
    """
    drafting = Drafting(text, document, proposals, known, stated or {})
    for item in proposals.items:
        _draft_source(drafting, item)
    _draft_names(drafting)
    for candidate in _dated_first(proposals.candidates):
        _draft_candidate(drafting, candidate)
    _account_for_the_rest(drafting)
    _draft_regions(drafting)
    return (document, *_in_order(drafting.drafts, known.schemas))


def context(text: str, start: int, end: int) -> str:
    """The words around a span, which stands in 【】, on one line."""
    parts = (text[max(0, start - AROUND) : start], text[start:end], text[end : end + AROUND])
    before, span, after = (part.replace("【", "[").replace("】", "]") for part in parts)
    line = f"…{before}【{span}】{after}…"
    return "".join(character if character.isprintable() else " " for character in line)


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The spans within a span that no line break parts, as no cell holds one; that of the last numeral comes last."""
    spans = [match.span() for match in ON_ONE_LINE.finditer(text, start, end)]
    return sorted(spans, key=lambda span: bool(NUMERAL.search(text, *span))) or [(start, end)]


def identifying(text: str) -> str:
    """The beginning of a long name or title, as far as a mention may repeat it."""
    end = next((at for at in range(len(text) + 1) if len(letters(text[:at])) >= MAX_MENTION_LETTERS), len(text) + 1)
    return text[: end - 1].rstrip()


def period_cells(period: Period | None) -> Cells:
    """The cells of a period, as far as it is known."""
    basis = period.basis if period else "unknown"
    dates = (period.start, period.end) if period else (None, None)
    return {
        "period_start": cell_text(dates[0]),
        "period_end": cell_text(dates[1]),
        "period_basis": basis,
    }


def _in_order(drafts: list[Draft], schemas: dict[str, TableSchema]) -> Iterator[Draft]:
    """The rows table by table, each table in the order of the text; mentions are numbered anew."""
    mentions = sorted((d for d in drafts if d.table == "mentions"), key=_span)
    first: dict[str, int] = {}
    for number, mention in enumerate(mentions):
        for column in TARGET.values():
            first.setdefault(mention.cells[column], number)
    for table in schemas:
        rows = [draft for draft in drafts if draft.table == table]
        if table != "mentions":
            yield from sorted(rows, key=lambda draft: first.get(draft.key, 0))
    for number, mention in enumerate(mentions, 1):
        yield mention.with_cells(mention_id=draft_key(schemas["mentions"], number))


def _span(mention: Draft) -> tuple[int, int]:
    return int(mention.cells["char_start"]), int(mention.cells["char_end"])


def _draft_source(drafting: Drafting, item: Item) -> None:
    key, days = drafting.source_ids[item], _published(item)
    drafting.add(
        "sources",
        item.title_start,
        item.title_end,
        source_id=key,
        document_id=drafting.document.key,
        char_start=str(item.start),
        char_end=str(item.end),
        kind="article",
        title_zh=item.title_zh,
        publisher=item.publisher or drafting.stated.get("publisher", ""),
        url=drafting.stated.get("url", ""),
        published_from=cell_text(days.start),
        published_to=cell_text(days.end),
        published_basis=days.basis,
    )
    title = identifying(drafting.text[item.title_start : item.title_end])
    if title:
        drafting.mention(item.title_start, item.title_start + len(title), "title", "sources", key)


def _published(item: Item) -> Period:
    """When an item was published, both days or none."""
    days = item.published
    return replace(days, start=days.start or days.end) if days and days.end else Period(None, None, "unknown")


def _draft_names(drafting: Drafting) -> None:
    """Draft a row for each name that the package lacks, and a mention where it stands first or holds a numeral."""
    keys: dict[tuple[str, str], str] = {}
    for name in drafting.proposals.names:
        identity = (name.table, name.name_zh)
        is_new = identity not in keys
        if is_new:
            keys[identity] = name.known_id or _draft_name(drafting, name)
        if is_new or not drafting.counted.isdisjoint(range(name.start, name.end)):
            drafting.mention(name.start, name.end, "name", name.table, keys[identity])


def _draft_name(drafting: Drafting, name: Name) -> str:
    return drafting.add(
        name.table,
        name.start,
        name.end,
        _place_hint(drafting.known, (name.region_id,)),
        name_zh=name.name_zh,
        type=name.type,
        region_id=name.region_id,
    )


def _dated_first(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Values whose time is said come first, so that the same fact printed without it finds its row."""
    said = ("stated", "inferred")
    return sorted(candidates, key=lambda c: (not (c.period and c.period.basis in said), c.start))


def _draft_candidate(drafting: Drafting, candidate: Candidate) -> None:
    if candidate.role == "value" and candidate.quantity:
        _draft_value(drafting, candidate)
    elif candidate.role == "date" and candidate.category and candidate.period and candidate.period.start:
        _draft_milestone(drafting, candidate, candidate.period)
    elif candidate.role == "excluded":
        drafting.mention(candidate.start, candidate.end, "excluded", exclusion=candidate.exclusion)


def _account_for_the_rest(drafting: Drafting) -> None:
    """Draft a mention for each numeral that stands in none so far: in a name of a place, or of a use yet unknown."""
    mentions = [
        draft.cells for draft in drafting.drafts if draft.table == "mentions" and draft.cells["role"] != "title"
    ]
    covered = {at for cells in mentions for at in range(int(cells["char_start"]), int(cells["char_end"]))}
    in_places = {at for place in drafting.proposals.places for at in range(place.start, place.end)}
    for candidate in drafting.proposals.candidates:
        numerals = {
            at for m in NUMERAL.finditer(drafting.text, candidate.start, candidate.end) for at in range(*m.span())
        }
        if covered.issuperset(numerals):
            continue
        if in_places.issuperset(numerals):
            drafting.mention(candidate.start, candidate.end, "excluded", exclusion="place_name")
        else:
            drafting.mention(candidate.start, candidate.end, "date" if candidate.role == "date" else "detail")


def _draft_value(drafting: Drafting, candidate: Candidate) -> None:
    cells = _observation_cells(drafting, candidate)
    key = drafting.same.get(_fact(candidate, cells))
    if key is None:
        key = drafting.add("observations", candidate.start, candidate.end, _hint(drafting.known, candidate), **cells)
        drafting.same[_fact(candidate, cells)] = key
        _draft_date_of_value(drafting, candidate, key)
    drafting.mention(candidate.start, candidate.end, "value", "observations", key)
    _draft_place(drafting, candidate, "observations", key)


def _fact(candidate: Candidate, cells: Cells) -> object:
    """What makes a number the same fact when it is printed again, where the time is often not said again."""
    if abs(Decimal(cells["value"])) < SAME_FACT:
        return candidate
    return tuple(cells[name] for name in ("region_id", "metric_id", "value", "qualifier", "source_id"))


def _observation_cells(drafting: Drafting, candidate: Candidate) -> Cells:
    assert candidate.quantity, "a value has a quantity"
    metric = candidate.metrics[0] if candidate.metrics else ""
    period, days = candidate.period, _published(drafting.item_at(candidate.start))
    if period and period.basis == "published":
        period = replace(period, start=days.start, end=days.end)
    return {
        "region_id": candidate.regions[0] if candidate.regions else "",
        "metric_id": metric,
        **period_cells(period),
        **quantity_cells(candidate.quantity, metric in drafting.known.integer_metrics),
        "value_text": drafting.text[slice(*_lines(drafting.text, candidate.start, candidate.end)[-1])],
        "status": "reported",
        "source_id": drafting.source_at(candidate.start),
    }


def quantity_cells(quantity: Quantity, is_integer: bool) -> Cells:
    """The cells of a quantity; of a metric of whole numbers with its bounds drawn inwards."""
    drawn = quantity.inwards() if is_integer else quantity
    numbers = {"value": drawn.value, "value_lower": drawn.lower, "value_upper": drawn.upper}
    cells = {name: cell_text(None if number is None else float(number)) for name, number in numbers.items()}
    return {**cells, "qualifier": drawn.qualifier}


def _draft_milestone(drafting: Drafting, candidate: Candidate, period: Period) -> None:
    published = _published(drafting.item_at(candidate.start)).end
    key = drafting.add(
        "milestones",
        candidate.start,
        candidate.end,
        _hint(drafting.known, candidate),
        region_id=candidate.regions[0] if candidate.regions else "",
        category=candidate.category,
        date_start=cell_text(period.start),
        date_end=cell_text(period.end),
        date_precision=period.precision,
        date_basis=period.basis if period.basis in ("stated", "inferred") else "inferred",
        status="planned" if published and period.start and period.start > published else "occurred",
        source_id=drafting.source_at(candidate.start),
    )
    drafting.mention(candidate.start, candidate.end, "date", "milestones", key)
    _draft_place(drafting, candidate, "milestones", key)


def _draft_place(drafting: Drafting, candidate: Candidate, table: str, key: str) -> None:
    """The words nearest to a figure or a date, best before it, that name its place."""
    region = candidate.regions[0] if candidate.regions else ""
    if place := drafting.places.to(region, candidate.start):
        drafting.mention(place.start, place.end, "place", table, key)


def _draft_date_of_value(drafting: Drafting, candidate: Candidate, key: str) -> None:
    if date := drafting.date_of.get(candidate):
        drafting.mention(date.start, date.end, "date", "observations", key)


def _hint(known: Known, candidate: Candidate) -> str:
    metrics = f"metrics: {' | '.join(candidate.metrics)}" if candidate.metrics else ""
    return "; ".join(part for part in (metrics, _place_hint(known, candidate.regions)) if part)


def _place_hint(known: Known, regions: Iterable[str]) -> str:
    named = [f"{region} {known.region_names.get(region, '')}".rstrip() for region in regions if region]
    return f"places: {' | '.join(named)}" if named else ""


def _draft_regions(drafting: Drafting) -> None:
    """Draft the places that rows refer to and the package lacks."""
    used = {draft.cells.get("region_id", "") for draft in drafting.drafts}
    drafting.drafts += region_drafts(drafting.known, used)
    drafting.drafts += [_area(drafting, id) for id in sorted(used - drafting.known.regions) if "-" in id]


def region_drafts(known: Known, regions: Iterable[str]) -> list[Draft]:
    """Rows for the places that the package lacks and the official list has, with those above them."""
    official = known.gazetteer.names
    chain = {code for region in set(regions) - {"", COUNTRY} for code in known.gazetteer.path(region)}
    return [_region(known, code) for code in sorted(chain - known.regions) if code in official]


def _area(drafting: Drafting, region: str) -> Draft:
    """A place that is no division, such as a development zone, under an id made for it."""
    gazetteer = drafting.known.gazetteer
    place = next((place for place in drafting.proposals.places if place.region_id == region), Place(0, 0, "", region))
    cells = {
        "region_id": region,
        "name_zh": plain_text(place.text).text,
        "level": "functional_area",
        "parent_id": gazetteer.parent(region) or COUNTRY,
        "code_vintage": "local",
    }
    row = row_of(drafting.known.schemas["regions"], **cells)
    return Draft("regions", row, OPEN, context(drafting.text, place.start, place.end), "no official code found")


def _region(known: Known, code: str) -> Draft:
    level = known.gazetteer.level(code)
    cells = {
        "region_id": code,
        "name_zh": known.gazetteer.names[code],
        "name_en": known.gazetteer.name_en(code),
        "level": level,
        "parent_id": known.gazetteer.parent(code) or COUNTRY,
        "code_vintage": VINTAGE.get(level, "gbt2260-2023"),
    }
    return Draft("regions", row_of(known.schemas["regions"], **cells), proposal="the English name is pinyin: check it")


def whole_document(text: str) -> Item:
    """The one item of a document in which none was found."""
    first = plain_text(text)
    end = first.text.find("\n") if "\n" in first.text else len(first.text)
    span = first.span(0, end) if end > 0 else (0, 0)
    return Item(0, len(text), *span, first.text[:end])


def with_items(text: str, proposals: Proposals, published: Period | None) -> Proposals:
    """The proposals with at least one item, published when the file itself states it."""
    whole = replace(whole_document(text), published=published)
    return proposals if proposals.items else replace(proposals, items=(whole,))
