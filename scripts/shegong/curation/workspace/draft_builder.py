"""Build the rows that a curator decides on from the proposals for a document."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Generic, TypeVar

from shegong.chinese import NUMERAL, simplified
from shegong.curation.extract.normalize import normalize
from shegong.curation.propose.organizations import publisher_type
from shegong.curation.propose.proposals import Candidate, Item, Name, Period, Place, Proposals
from shegong.curation.propose.vocabulary import Vocabulary
from shegong.curation.workspace.doubts import with_doubts
from shegong.curation.workspace.draft_cells import (
    context,
    is_secondary,
    period_cells,
    quantity_cells,
    region_drafts,
    short_title,
    spans_by_line,
)
from shegong.curation.workspace.work_folder import DRAFT_KEY, Cells, DraftRow, draft_key, row_of
from shegong.escape import cell_text
from shegong.ledger import TARGET_COLUMNS
from shegong.package.schema import TableSchema
from shegong.region_names import COUNTRY

MIN_REPEATED_VALUE = 100
"""A number at least this large, printed again for the same place and metric, is the same fact."""
Spanned = TypeVar("Spanned", Candidate, Place)


class Nearest(Generic[Spanned]):
    """Spans by a key, to look up the nearest one: the last before an offset, else the first after it."""

    def __init__(self, spans: Iterable[Spanned], key: Callable[[Spanned], object]) -> None:
        self._spans: dict[object, list[Spanned]] = {}
        for span in sorted(spans, key=lambda span: span.start):
            self._spans.setdefault(key(span), []).append(span)

    def to(self, key: object, offset: int) -> Spanned | None:
        """Return the span of a key nearest to an offset, if there is one."""
        spans = self._spans.get(key, [])
        after = bisect_left(spans, offset, key=lambda span: span.start)
        return spans[max(after - 1, 0)] if spans else None


def build_drafts(
    text: str,
    document: DraftRow,
    proposals: Proposals,
    schemas: dict[str, TableSchema],
    vocabulary: Vocabulary,
    stated: Cells | None = None,
) -> tuple[DraftRow, ...]:
    """Build the drafted rows of a document.

    Args:
        text: The document as received.
        document: Its own row.
        proposals: The proposals for it.
        schemas: Table Schemas of the package.
        vocabulary: The vocabulary of the package.
        stated: Cells of a source that the file states; they fill what the text does not state.

    Returns:
        The rows, table by table; mentions in the order of the text.
    """
    builder = DraftBuilder(text, document, proposals, schemas, vocabulary, stated or {})
    builder.add_names()
    for item in proposals.items:
        builder.add_source(item)
    # Values with a stated time come first, so that the same fact without a time finds their row.
    dated = ("stated", "inferred")
    for candidate in sorted(proposals.candidates, key=lambda c: (not c.period or c.period.basis not in dated, c.start)):
        builder.add_candidate(candidate)
    builder.add_rest()
    builder.add_regions()
    return (document, *_in_order(with_doubts(builder.drafts), schemas))


@dataclass
class DraftBuilder:
    """The rows drafted so far from one document.

    Attributes:
        drafts: The rows.
        counts: How many there are, by table.
        facts: The observation of each fact that is printed more than once.
        mentioned: What is mentioned: start, end, role and key.
        named: The key of each body and programme, by table and Chinese name.
    """

    text: str
    document: DraftRow
    proposals: Proposals
    schemas: dict[str, TableSchema]
    vocabulary: Vocabulary
    stated: Cells
    drafts: list[DraftRow] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    facts: dict[object, str] = field(default_factory=dict)
    mentioned: set[tuple[int, int, str, str]] = field(default_factory=set)
    named: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, table: str, start: int, end: int, proposal: str = "", **cells: str) -> str:
        """Draft a row that a span supports; return its key."""
        schema = self.schemas[table]
        self.counts[table] += 1
        row = row_of(schema, **{schema.columns[0]: draft_key(schema, self.counts[table])} | cells)
        self.drafts.append(DraftRow(table, row, context=context(self.text, start, end), proposal=proposal))
        return self.drafts[-1].key

    def mention(self, start: int, end: int, role: str, table: str = "", key: str = "", **cells: str) -> None:
        """Draft the mentions of a span, one for each of its lines; without a table they support no row yet."""
        *others, last = spans_by_line(self.text, start, end)
        parts = [(*other, "detail" if role == "value" else role) for other in others] + [(*last, role)]
        for first, end_of_part, part_role in parts:
            if (first, end_of_part, part_role, key) not in self.mentioned:
                self.mentioned.add((first, end_of_part, part_role, key))
                target = {TARGET_COLUMNS[table]: key} if table else {}
                span = {"char_start": str(first), "char_end": str(end_of_part), "text": self.text[first:end_of_part]}
                row = {"document_id": self.document.key, **span, "role": part_role, **target, **cells}
                self.add("mentions", first, end_of_part, **row)

    def add_source(self, item: Item) -> None:
        """Draft a source and the mention of its title."""
        key, days = self._source_ids[item], _published(item)
        self.add(
            "sources",
            item.title_start,
            item.title_end,
            source_id=key,
            document_id=self.document.key,
            char_start=str(item.start),
            char_end=str(item.end),
            kind="article",
            title_zh=item.title_zh,
            publisher_id=self._publisher_id(item),
            url=self.stated.get("url", ""),
            published_from=cell_text(days.start),
            published_to=cell_text(days.end),
            published_basis=days.basis,
        )
        if title := short_title(self.text[item.title_start : item.title_end]):
            self.mention(item.title_start, item.title_start + len(title), "title", "sources", key)

    def add_names(self) -> None:
        """Draft each name that the package lacks; mention it where it is first or contains a numeral."""
        for name in self.proposals.names:
            identity = (name.table, name.name_zh)
            is_new = identity not in self.named
            if is_new:
                self.named[identity] = name.known_id or self._add_name(name)
            if is_new or not self._counted.isdisjoint(range(name.start, name.end)):
                self.mention(name.start, name.end, "name", name.table, self.named[identity])

    def add_candidate(self, candidate: Candidate) -> None:
        """Draft the rows of a numeral that is a value, the date of a milestone, or excluded."""
        if candidate.role == "value" and candidate.quantity:
            self._add_value(candidate)
        elif candidate.role == "date" and candidate.category and candidate.period and candidate.period.end:
            self._add_milestone(candidate, candidate.period)
        elif candidate.role == "excluded":
            self.mention(candidate.start, candidate.end, "excluded", exclusion=candidate.exclusion)

    def add_rest(self) -> None:
        """Draft a mention for each numeral without one: in the name of a place, or of an unknown use."""
        mentions = [
            draft.cells for draft in self.drafts if draft.table == "mentions" and draft.cells["role"] != "title"
        ]
        covered = {at for cells in mentions for at in range(int(cells["char_start"]), int(cells["char_end"]))}
        in_places = {at for place in self.proposals.places for at in range(place.start, place.end)}
        for candidate in self.proposals.candidates:
            matches = NUMERAL.finditer(self.text, candidate.start, candidate.end)
            numerals = {at for match in matches for at in range(*match.span())}
            if covered.issuperset(numerals):
                continue
            if in_places.issuperset(numerals):
                self.mention(candidate.start, candidate.end, "excluded", exclusion="place_name")
            else:
                self.mention(candidate.start, candidate.end, "date" if candidate.role == "date" else "detail")

    def add_regions(self) -> None:
        """Draft the places that rows refer to and the package lacks."""
        used = {draft.cells.get("region_id", "") for draft in self.drafts}
        self.drafts += region_drafts(self.schemas, self.vocabulary, used)
        self.drafts += [self._area(id) for id in sorted(used - self.vocabulary.regions.keys()) if "-" in id]

    def _add_name(self, name: Name) -> str:
        hint = self._place_hint((name.region_id,))
        cells = {"name_zh": name.name_zh, "type": name.type, "region_id": name.region_id}
        return self.add(name.table, name.start, name.end, hint, **cells)

    def _publisher_id(self, item: Item) -> str:
        """Return the id of the publisher that an item or the file names; draft it if it is new."""
        name = simplified(item.publisher or self.stated.get("publisher", ""))
        known = self.vocabulary.organizations.get(name, "") or self.named.get(("organizations", name), "")
        if name and not known:
            cells = {"name_zh": name, "type": publisher_type(name)}
            known = self.add("organizations", item.title_start, item.title_end, "publisher of a source", **cells)
            self.named["organizations", name] = known
        return known

    def _add_value(self, candidate: Candidate) -> None:
        cells = self._observation_cells(candidate)
        identity = ("region_id", "metric_id", "scope_en", "value", "qualifier", "source_id")
        fact: object = tuple(cells[name] for name in identity)
        if abs(Decimal(cells["value"])) < MIN_REPEATED_VALUE:
            fact = candidate
        key = self.facts.get(fact)
        if key is None:
            key = self.add("observations", candidate.start, candidate.end, self._hint(candidate), **cells)
            self.facts[fact] = key
            if date := self._date_of.get(candidate):
                self.mention(date.start, date.end, "date", "observations", key)
        self.mention(candidate.start, candidate.end, "value", "observations", key)
        self._mention_place(candidate, "observations", key)

    def _observation_cells(self, candidate: Candidate) -> Cells:
        assert candidate.quantity, "a value has a quantity"
        metric, by_id = candidate.metrics[0] if candidate.metrics else "", self.vocabulary.by_id
        period, days = candidate.period, _published(self._item_at(candidate.start))
        if period and period.basis == "published":
            period = replace(period, start=days.start, end=days.end)
        return {
            "region_id": candidate.regions[0] if candidate.regions else "",
            "metric_id": metric,
            "grade": candidate.grade,
            "scope_en": candidate.scope_en,
            "scope_zh": candidate.scope_zh,
            **period_cells(period),
            **quantity_cells(candidate.quantity, metric in by_id and by_id[metric].is_integer),
            "value_text": self.text[slice(*spans_by_line(self.text, candidate.start, candidate.end)[-1])],
            "status": candidate.status,
            "source_id": self._source_ids[self._item_at(candidate.start)],
        }

    def _add_milestone(self, candidate: Candidate, period: Period) -> None:
        item = self._item_at(candidate.start)
        published = _published(item).end
        cells = {
            "region_id": candidate.regions[0] if candidate.regions else "",
            "category": candidate.category,
            "date_start": cell_text(period.start),
            "date_end": cell_text(period.end),
            "date_precision": period.precision,
            "date_basis": period.basis if period.basis in ("stated", "inferred") else "inferred",
            "status": "planned" if published and period.start and period.start > published else "occurred",
            "source_id": self._source_ids[item],
        }
        key = self.add("milestones", candidate.start, candidate.end, self._hint(candidate), **cells)
        self.mention(candidate.start, candidate.end, "date", "milestones", key)
        self._mention_place(candidate, "milestones", key)

    def _mention_place(self, candidate: Candidate, table: str, key: str) -> None:
        """Mention the nearest words that name the place of a figure or a date."""
        region = candidate.regions[0] if candidate.regions else ""
        if place := self._places.to(region, candidate.start):
            self.mention(place.start, place.end, "place", table, key)

    def _area(self, region: str) -> DraftRow:
        """Draft a place that is not a division, such as a development zone, under its new id."""
        place = next((place for place in self.proposals.places if place.region_id == region), Place(0, 0, "", region))
        cells = {
            "region_id": region,
            "name_zh": normalize(place.text).text,
            "level": "functional_area",
            "parent_id": self.vocabulary.gazetteer.parent(region) or COUNTRY,
            "code_vintage": "local",
        }
        row = row_of(self.schemas["regions"], **cells)
        around = context(self.text, place.start, place.end)
        return DraftRow("regions", row, context=around, proposal="no official code found")

    def _hint(self, candidate: Candidate) -> str:
        metrics = f"metrics: {' | '.join(candidate.metrics)}" if candidate.metrics else ""
        return "; ".join(part for part in (metrics, self._place_hint(candidate.regions)) if part)

    def _place_hint(self, regions: Iterable[str]) -> str:
        named = [f"{region} {self.vocabulary.region_name(region)}".rstrip() for region in regions if region]
        return f"places: {' | '.join(named)}" if named else ""

    def _item_at(self, offset: int) -> Item:
        """Return the item that contains a character, else the first."""
        items = self.proposals.items
        return next((item for item in items if item.start <= offset < item.end), items[0])

    @cached_property
    def _source_ids(self) -> dict[Item, str]:
        """An id for each item: that of the document if it is the only one."""
        items = self.proposals.items
        key = self.document.key
        return {item: key if len(items) == 1 else f"{key}-{number}" for number, item in enumerate(items, 1)}

    @cached_property
    def _places(self) -> Nearest[Place]:
        return Nearest(self.proposals.places, lambda place: place.region_id)

    @cached_property
    def _date_of(self) -> dict[Candidate, Candidate]:
        """For each value the nearest printed date that is the end of its period."""
        ending = [c for c in self.proposals.candidates if c.period and c.period.end]
        dates = Nearest((c for c in ending if c.role == "date"), lambda date: date.period and date.period.end)
        values = (c for c in ending if c.role == "value")
        nearest = {value: dates.to(value.period and value.period.end, value.start) for value in values}
        return {value: date for value, date in nearest.items() if date}

    @cached_property
    def _counted(self) -> set[int]:
        """The characters of all candidates."""
        return {at for candidate in self.proposals.candidates for at in range(candidate.start, candidate.end)}


def _published(item: Item) -> Period:
    """Return when an item was published, both days or none."""
    days = item.published
    return replace(days, start=days.start or days.end) if days and days.end else Period(None, None, "unknown")


def _in_order(drafts: list[DraftRow], schemas: dict[str, TableSchema]) -> Iterator[DraftRow]:
    """Yield the rows table by table, each table in the order of the text, with keys numbered in that order."""
    places = _places(drafts)
    tables = {name: [draft for draft in drafts if draft.table == name] for name in schemas}
    ordered = {
        name: sorted(rows, key=lambda draft: places.get(draft.name, (False, 0, 0))) for name, rows in tables.items()
    }
    keys = {
        draft.name: draft_key(schemas[table], number) if DRAFT_KEY.fullmatch(draft.key) else draft.key
        for table, rows in ordered.items()
        for number, draft in enumerate(rows, 1)
    }
    for table in (*(name for name in schemas if name != "mentions"), "mentions"):
        for draft in ordered[table]:
            references = {
                foreign.field: keys.get((foreign.table, draft.cells[foreign.field]), draft.cells[foreign.field])
                for foreign in schemas[table].foreign_keys
            }
            yield draft.with_cells(**references | {schemas[table].columns[0]: keys[draft.name]})


def _places(drafts: list[DraftRow]) -> dict[tuple[str, str], tuple[bool, int, int]]:
    """Return where each row is in the text: at its value or name, else at its first mention."""
    places: dict[tuple[str, str], tuple[bool, int, int]] = {}
    for mention in (draft for draft in drafts if draft.table == "mentions"):
        start, end = (int(mention.cells[name]) for name in ("char_start", "char_end"))
        places[mention.name] = (False, start, end)
        for table, column in TARGET_COLUMNS.items():
            if key := mention.cells[column]:
                at = is_secondary(table, mention.cells["role"]), start, end
                places[table, key] = min(at, places.get((table, key), at))
    return places
