"""What a curator can decide on a drafted row. Each decision returns a new work folder and prints nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from shegong.chinese import NUMERAL
from shegong.curation.propose.vocabulary import Metric, Vocabulary
from shegong.curation.workspace.draft_cells import context, is_secondary, quantity_cells, region_drafts
from shegong.curation.workspace.spreadsheet import WHOLE_NUMBER
from shegong.curation.workspace.work_folder import (
    DRAFT_KEY,
    NO,
    OPEN,
    YES,
    DraftRow,
    WorkFolder,
    draft_key,
    is_span,
    row_of,
)
from shegong.ledger import TARGET_COLUMNS, TARGETS
from shegong.package.schema import Field
from shegong.quantities.quantity import NotAQuantity, fits, parse_quantity

MAX_LETTERS_MOVED = 40
"""A corrected token is searched within so many characters of its mention."""
REVIEWED_FIRST = ("metrics", "documents", "sources")
DERIVED = ("value", "value_lower", "value_upper", "qualifier")
"""Columns that follow from `value_text`."""
FOLLOWING = frozenset(("observations", column) for column in DERIVED)


class NotAllowed(ValueError):
    """The decision is not possible; the message gives the reason."""


def open_rows(work: WorkFolder) -> list[DraftRow]:
    """Return the undecided rows: document and sources first, then in the order of the text."""
    offsets = _offsets(work)
    undecided = [
        draft
        for draft in work.drafts
        if work.decision(draft) == OPEN and (draft.table != "mentions" or work.target(draft) is None)
    ]
    return sorted(undecided, key=lambda draft: offsets.get(draft.name, (len(REVIEWED_FIRST), len(work.text) + 1)))


def missing(work: WorkFolder, draft: DraftRow) -> list[Field]:
    """Return the empty columns that a row needs before it can be accepted, without those that follow from others."""
    return [
        field
        for field in work.schemas[draft.table].fields
        if field.required and not draft.cells[field.name] and (draft.table, field.name) not in FOLLOWING
    ]


def unit_misfit(vocabulary: Vocabulary, draft: DraftRow) -> str:
    """Return why the measure word of an observation does not fit its metric, or nothing."""
    metric = next((m for m in vocabulary.metrics if m.metric_id == draft.cells.get("metric_id")), None)
    if metric is None:
        return ""
    printed, words = draft.cells["value_text"], vocabulary.classifiers.get(metric.unit, ())
    try:
        quantity = parse_quantity(printed)
    except NotAQuantity as error:
        return f"value_text {printed!r} cannot be read: {error}"
    if fits(quantity, metric.unit, words):
        return ""
    taken = ", ".join(words) or "no word"
    return f"{printed!r} counts in {quantity.classifier}, but the unit of {metric.metric_id} takes {taken}"


def mentions_of(work: WorkFolder, draft: DraftRow) -> list[DraftRow]:
    """Return the mentions that support a drafted row."""
    return [
        mention for mention in work.of("mentions") if (target := work.target(mention)) and target.name == draft.name
    ]


def accept_row(work: WorkFolder, draft: DraftRow) -> WorkFolder:
    """Accept a row.

    Raises:
        NotAllowed: A required cell is empty, or a mention supports no row.
    """
    if empty := missing(work, draft):
        raise NotAllowed(f"fill in {', '.join(field.name for field in empty)} first")
    if draft.table == "mentions" and not any(draft.cells[name] for name in TARGETS):
        raise NotAllowed("the mention supports no row yet: attach it to a row, or exclude it")
    return work.replaced([replace(draft, decision=YES)])


def exclude_row(work: WorkFolder, draft: DraftRow, reason: str) -> WorkFolder:
    """Reject a row; exclude the numerals that it counted, and drop the mentions that only supported it.

    Args:
        work: The work folder.
        draft: A row of any table; of a mention, the span itself is excluded.
        reason: A code of `mentions.exclusion`; may be empty if no numeral remains.

    Raises:
        NotAllowed: A numeral remains and no reason is given.
    """
    if draft.table == "mentions":
        is_numeral = NUMERAL.search(draft.cells["text"])
        return work.replaced([_excluded(draft, reason) if is_numeral else replace(draft, decision=NO)])
    changed = [_release_mention(work, draft, mention, reason) for mention in mentions_of(work, draft)]
    return work.replaced([replace(draft, decision=NO), *changed])


def needs_reason(work: WorkFolder, draft: DraftRow) -> bool:
    """Return whether rejecting a row leaves a numeral, for which a reason must be given."""
    own = mentions_of(work, draft)
    rows = [draft] if draft.table == "mentions" else [m for m in own if m.cells["role"] not in ("date", "title")]
    return any(NUMERAL.search(mention.cells["text"]) and not _has_other(work, draft, mention) for mention in rows)


def attach(work: WorkFolder, mention: DraftRow, role: str, table: str, key: str = "") -> WorkFolder:
    """Attach a mention to another row.

    Args:
        work: The work folder.
        mention: The mention.
        role: The role in which it supports that row.
        table: Table of that row.
        key: Key of that row, drafted or of the package; empty for a new row.
    """
    row = None if key else _row_of_mention(work, mention, table)
    target = {TARGET_COLUMNS[table]: row.key if row else key}
    changed = _detached(mention).with_cells(**target, role=role)
    return work.replaced([*([row] if row else []), replace(changed, decision=OPEN if row else YES)])


def add_row(work: WorkFolder, table: str) -> WorkFolder:
    """Add an open row that no span supports: what a page prints, or a publisher."""
    sources = work.of("sources")
    return work.replaced([_new_row(work, table, sources[0].key if sources else "")])


def set_cell(work: WorkFolder, vocabulary: Vocabulary, draft: DraftRow, column: str, value: str) -> WorkFolder:
    """Write a cell, and the cells that follow from it.

    Raises:
        NotAllowed: The value does not fit the column, or the document does not contain the token.
    """
    schema = work.schemas[draft.table]
    for problem in _problems(schema.field(column), value):
        raise NotAllowed(f"{column}: {problem}")
    if column == schema.columns[0]:
        return _renamed(work, draft, value)
    changed = [draft.with_cells(**{column: value})]
    if column in ("value_text", "metric_id", "status") and changed[0].cells.get("value_text"):
        changed = [_with_quantity(vocabulary, changed[0])]
    if draft.table == "observations" and column == "value_text":
        values = (mention for mention in mentions_of(work, draft) if mention.cells["role"] == "value")
        changed += [_at_token(work, mention, value) for mention in values]
    if draft.table == "mentions" and column in ("char_start", "char_end", "text"):
        changed = [_with_span(work, changed[0], column)]
    if column in ("region_id", "parent_id"):
        drafted = {region.key for region in work.of("regions")}
        changed += [r for r in region_drafts(work.schemas, vocabulary, [value]) if r.key not in drafted]
    return work.replaced(changed)


def _offsets(work: WorkFolder) -> dict[tuple[str, str], tuple[int, int]]:
    """Return the place of each row in the review: before the text, or at its value, its name or its first mention."""
    places = {
        draft.name: (REVIEWED_FIRST.index(draft.table), 0) for draft in work.drafts if draft.table in REVIEWED_FIRST
    }
    first: dict[tuple[str, str], tuple[bool, int]] = {}
    for mention in work.of("mentions"):
        target, start = work.target(mention), int(mention.cells["char_start"] or 0)
        places[mention.name] = (len(REVIEWED_FIRST), start)
        if target and target.table not in REVIEWED_FIRST:
            at = is_secondary(target.table, mention.cells["role"]), start
            first[target.name] = min(at, first.get(target.name, at))
    places |= {name: (len(REVIEWED_FIRST), start) for name, (_, start) in first.items()}
    for draft in list(work.drafts):
        _place_regions(work, places, draft)
    return places


def _place_regions(work: WorkFolder, places: dict[tuple[str, str], tuple[int, int]], draft: DraftRow) -> None:
    """Ask for a region, and those above it, where the first row needs it."""
    region = work.find("regions", draft.cells.get("region_id", ""))
    seen = {draft.name}
    while region and draft.name in places and region.name not in seen:
        at = places[draft.name]
        places[region.name] = min(at, places.get(region.name, at))
        seen.add(region.name)
        draft, region = region, work.find("regions", region.cells["parent_id"])


def _excluded(mention: DraftRow, reason: str) -> DraftRow:
    if not reason:
        raise NotAllowed("give the reason of the exclusion: a code of the list")
    return replace(_detached(mention).with_cells(role="excluded", exclusion=reason), decision=YES)


def _detached(mention: DraftRow) -> DraftRow:
    return mention.with_cells(**dict.fromkeys(TARGETS, ""))


def _release_mention(work: WorkFolder, row: DraftRow, mention: DraftRow, reason: str) -> DraftRow:
    """Drop, open or exclude a mention whose row is rejected."""
    is_title = mention.cells["role"] == "title"
    if is_title or not NUMERAL.search(mention.cells["text"]) or _has_other(work, row, mention):
        return replace(mention, decision=NO)
    if mention.cells["role"] == "date":
        return replace(_detached(mention), decision=OPEN)
    return _excluded(mention, reason)


def _has_other(work: WorkFolder, row: DraftRow, mention: DraftRow) -> bool:
    """Return whether another mention accounts for the same span."""
    span = (mention.cells["char_start"], mention.cells["char_end"])
    others = (m for m in work.of("mentions") if (m.cells["char_start"], m.cells["char_end"]) == span)
    return any(
        m.name != mention.name and work.decision(m) != NO and (work.target(m) or m).name != row.name for m in others
    )


def _renamed(work: WorkFolder, draft: DraftRow, key: str) -> WorkFolder:
    """Rename a row in every row that refers to it."""
    if DRAFT_KEY.fullmatch(draft.key):
        raise NotAllowed("the package assigns this key when the row is accepted")
    if work.find(draft.table, key):
        raise NotAllowed(f"another row has the key {key!r}")
    column = work.schemas[draft.table].columns[0]
    referring = [
        other.with_cells(**{foreign.field: key})
        for other in work.drafts
        for foreign in work.schemas[other.table].foreign_keys
        if foreign.table == draft.table and other.cells[foreign.field] == draft.key
    ]
    return work.replaced([draft.with_cells(**{column: key}), *referring], [draft])


def _row_of_mention(work: WorkFolder, mention: DraftRow, table: str) -> DraftRow:
    """Return a row of a table with the cells that follow from its mention."""
    row, text = _new_row(work, table, _source_of(work, mention)), mention.cells["text"]
    cells = {"value_text": text} | _quantity(text) if table == "observations" else {}
    cells |= {"name_zh": text} if "name_zh" in row.cells else {}
    return replace(row.with_cells(**cells), context=mention.context)


def _new_row(work: WorkFolder, table: str, source_id: str) -> DraftRow:
    """Return a row of a table with the next key and the usual codes."""
    schema = work.schemas[table]
    taken = [int(match[0]) for d in work.of(table) if (match := re.search("[0-9]+$", d.key)) and d.key[:4] == "new-"]
    cells = row_of(schema, **{schema.columns[0]: draft_key(schema, max(taken, default=0) + 1)})
    if "source_id" in cells:
        cells["source_id"] = source_id
        cells["status"] = "reported" if table == "observations" else "occurred"
    if table == "observations":
        cells |= {"grade": "all", "period_basis": "unknown"}
    return DraftRow(table, cells)


def _source_of(work: WorkFolder, mention: DraftRow) -> str:
    """Return the source that contains a mention, else the first."""
    at, sources = int(mention.cells["char_start"]), work.of("sources")
    spans = [(int(s.cells["char_start"] or 0), int(s.cells["char_end"] or 0)) for s in sources]
    inside = [source for source, (start, end) in zip(sources, spans, strict=True) if start <= at < end]
    return (inside or sources)[0].key


def _quantity(token: str, metric: Metric | None = None, status: str = "reported") -> dict[str, str]:
    of_metric = {"kind": metric.kind, "unit": metric.unit} if metric else {}
    try:
        quantity = parse_quantity(token, status=status, **of_metric)
    except NotAQuantity as error:
        raise NotAllowed(str(error)) from None
    return quantity_cells(quantity, metric is None or metric.is_integer)


def _with_quantity(vocabulary: Vocabulary, draft: DraftRow) -> DraftRow:
    metric = vocabulary.by_id.get(draft.cells["metric_id"])
    return draft.with_cells(**_quantity(draft.cells["value_text"], metric, draft.cells["status"]))


def _at_token(work: WorkFolder, mention: DraftRow, token: str) -> DraftRow:
    """Move a mention to the nearest place of its corrected token."""
    start = int(mention.cells["char_start"])
    first = max(0, start - MAX_LETTERS_MOVED)
    found = [m.start() + first for m in re.finditer(re.escape(token), work.text[first : start + MAX_LETTERS_MOVED])]
    if not found:
        raise NotAllowed(f"the document does not contain {token!r} near the mention")
    at = min(found, key=lambda offset: abs(offset - start))
    span = {"char_start": str(at), "char_end": str(at + len(token)), "text": token}
    return replace(mention.with_cells(**span), context=context(work.text, at, at + len(token)))


def _with_span(work: WorkFolder, mention: DraftRow, column: str) -> DraftRow:
    if column == "text":
        return _at_token(work, mention, mention.cells["text"])
    start, end = int(mention.cells["char_start"]), int(mention.cells["char_end"])
    if not is_span(start, end, work.text):
        raise NotAllowed(f"characters {start} to {end} are not a span of the document")
    return replace(mention.with_cells(text=work.text[start:end]), context=context(work.text, start, end))


def _problems(field: Field, value: str) -> Iterator[str]:
    """Yield why a value does not fit a column."""
    if not value:
        if field.required:
            yield "must not be empty"
        return
    if field.codes and value not in field.codes:
        yield f"{value!r} is not one of {', '.join(field.codes)}"
    if field.type == "date" and not _is_date(value):
        yield f"{value!r} is not a date such as 2020-03-17"
    if field.type == "integer" and not WHOLE_NUMBER.fullmatch(value):
        yield f"{value!r} is not a whole number"


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
