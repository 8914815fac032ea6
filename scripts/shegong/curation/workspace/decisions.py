"""Decisions: what a curator may do to a drafted row. Each gives a new work folder, and says nothing to the screen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date

from shegong.chinese import NUMERAL
from shegong.curation.workspace.draft_builder import TARGET, Known, context, quantity_cells, region_drafts
from shegong.curation.workspace.work_folder import (
    DRAFT_KEY,
    NO,
    OPEN,
    WHOLE_NUMBER,
    YES,
    Draft,
    WorkFolder,
    draft_key,
    is_span,
    row_of,
)
from shegong.errors import PackageError
from shegong.package.schema import Field
from shegong.package.write import replace_file
from shegong.quantity import NotAQuantity, parse_quantity

JOURNAL = "review.jsonl"
NEAR = 40
"""Characters around a mention among which a corrected token is looked for."""
FIRST = ("metrics", "documents", "sources")
DERIVED = ("value", "value_lower", "value_upper", "qualifier")
"""Columns that follow from `value_text`."""


RESTS_ON = (*TARGET.values(), "region_id", "exclusion")
"""Columns of a mention of which exactly one is filled."""


class NotAllowed(ValueError):
    """What was asked for cannot be done; the message says why."""


def open_rows(work: WorkFolder) -> list[Draft]:
    """The rows on which nothing is decided: document and sources first, then in the order of the text."""
    offsets = _offsets(work)
    undecided = [draft for draft in work.drafts if work.decision(draft) == OPEN and not _follows(work, draft)]
    return sorted(undecided, key=lambda draft: offsets.get(draft.name, (len(FIRST), len(work.text) + 1)))


def missing(work: WorkFolder, draft: Draft) -> list[Field]:
    """The columns that must be filled in before a row can go in."""
    return [field for field in work.schemas[draft.table].fields if field.required and not draft.cells[field.name]]


def mentions_of(work: WorkFolder, draft: Draft) -> list[Draft]:
    """The mentions that rest on a drafted row."""
    return [
        mention for mention in work.of("mentions") if (target := work.target(mention)) and target.name == draft.name
    ]


def accept_row(work: WorkFolder, draft: Draft) -> WorkFolder:
    """Let a row go in.

    Raises:
        NotAllowed: A required cell is empty, or a mention rests on nothing.
    """
    if empty := missing(work, draft):
        raise NotAllowed(f"fill in {', '.join(field.name for field in empty)} first")
    if draft.table == "mentions" and not any(draft.cells[name] for name in RESTS_ON):
        raise NotAllowed("it rests on nothing yet: say on which row, or exclude it")
    return work.replaced([replace(draft, decision=YES)])


def exclude_row(work: WorkFolder, draft: Draft, reason: str) -> WorkFolder:
    """Keep a row out; what it counted is excluded for a reason, and what only served it is dropped.

    Args:
        work: The work folder.
        draft: A row of any table; of a mention, the span itself is excluded.
        reason: A code of `mentions.exclusion`; may be empty where no numeral is left over.

    Raises:
        NotAllowed: A numeral is left over and no reason is given.
    """
    if draft.table == "mentions":
        is_numeral = NUMERAL.search(draft.cells["text"])
        return work.replaced([_excluded(draft, reason) if is_numeral else replace(draft, decision=NO)])
    changed = [_left_over(work, draft, mention, reason) for mention in mentions_of(work, draft)]
    return work.replaced([replace(draft, decision=NO), *changed])


def needs_reason(work: WorkFolder, draft: Draft) -> bool:
    """Whether excluding a row leaves a numeral over, for which a reason must be given."""
    own = mentions_of(work, draft)
    rows = [draft] if draft.table == "mentions" else [m for m in own if m.cells["role"] not in ("date", "title")]
    return any(
        NUMERAL.search(mention.cells["text"]) and not _stands_elsewhere(work, draft, mention) for mention in rows
    )


def rest_on(work: WorkFolder, mention: Draft, role: str, table: str, key: str = "") -> WorkFolder:
    """Let a mention rest on another row.

    Args:
        work: The work folder.
        mention: The mention.
        role: Its role there.
        table: Table of that row.
        key: Its key, drafted or of the package; empty for a new row.
    """
    row = None if key else _new_row(work, mention, table)
    target = {TARGET.get(table, "region_id"): row.key if row else key}
    changed = _loose(mention).with_cells(**target, role=role)
    return work.replaced([*([row] if row else []), replace(changed, decision=OPEN if row else YES)])


def set_cell(work: WorkFolder, known: Known, draft: Draft, column: str, value: str) -> WorkFolder:
    """Write a cell, and whatever follows from it.

    Raises:
        NotAllowed: The value is not of the column's form or code list, or its token is not in the document.
    """
    field = work.schemas[draft.table].field(column)
    _refuse(field, value)
    if column == work.schemas[draft.table].columns[0]:
        return _renamed(work, draft, value)
    changed = [draft.with_cells(**{column: value})]
    if draft.table == "observations" and column in ("value_text", "metric_id"):
        changed = [_with_quantity(known, changed[0])]
    if draft.table == "observations" and column == "value_text":
        changed += _moved(work, draft, value)
    if draft.table == "mentions" and column in ("char_start", "char_end", "text"):
        changed = [_with_span(work, changed[0], column)]
    if column in ("region_id", "parent_id"):
        there = {region.key for region in work.of("regions")}
        changed += [region for region in region_drafts(known, [value]) if region.key not in there]
    return work.replaced(changed)


def save_journal(old: WorkFolder, new: WorkFolder) -> None:
    """Note what a decision changed, so that it can be undone, today or tomorrow."""
    before, after = ({draft.name: draft for draft in work.drafts} for work in (old, new))
    changed = [draft for name, draft in before.items() if after.get(name) != draft]
    entry = {
        "added": [name for name in after if name not in before],
        "before": [{k: v for k, v in asdict(draft).items() if k != "line"} for draft in changed],
    }
    path = new.path / JOURNAL
    kept = path.read_bytes() if path.exists() else b""
    torn = b"" if not kept or kept.endswith(b"\n") else b"\n"
    replace_file(path, kept + torn + json.dumps(entry, ensure_ascii=False).encode() + b"\n")


def undo(work: WorkFolder) -> WorkFolder:
    """Take the last decision back.

    Raises:
        NotAllowed: There is none.
        PackageError: The journal cannot be read.
    """
    path = work.path / JOURNAL
    lines = path.read_bytes().splitlines() if path.exists() else []
    if not lines:
        raise NotAllowed("there is nothing to undo")
    try:
        entry = json.loads(lines[-1].decode("utf-8"))
        before = [_noted(work, **row) for row in entry["before"]]
        added = {(str(table), str(key)) for table, key in entry["added"]}
    except (ValueError, TypeError, KeyError):
        raise PackageError(f"{path}:{len(lines)}: no decision can be read there: delete the line") from None
    replace_file(path, b"".join(line + b"\n" for line in lines[:-1]))
    return work.replaced(before, [draft for draft in work.drafts if draft.name in added])


def _noted(work: WorkFolder, table: str, cells: dict[str, str], decision: str, context: str, proposal: str) -> Draft:
    """A row as the journal noted it.

    Raises:
        KeyError: It is no row of that table.
        TypeError: A cell is no text.
    """
    if tuple(cells) != work.schemas[table].columns:
        raise KeyError(table)
    if not all(isinstance(cell, str) for cell in (decision, context, proposal, *cells.values())):
        raise TypeError(table)
    return Draft(table, cells, decision, context, proposal)


def _offsets(work: WorkFolder) -> dict[tuple[str, str], tuple[int, int]]:
    """Where each row is asked about: what comes before the text, then the first character that it rests on."""
    places = {draft.name: (FIRST.index(draft.table), 0) for draft in work.drafts if draft.table in FIRST}
    for mention in work.of("mentions"):
        target = work.target(mention)
        at = (len(FIRST), int(mention.cells["char_start"] or 0))
        places[mention.name] = at
        if target and target.table not in FIRST:
            places[target.name] = min(at, places.get(target.name, at))
    for draft in list(work.drafts):
        _before(work, places, draft)
    return places


def _before(work: WorkFolder, places: dict[tuple[str, str], tuple[int, int]], draft: Draft) -> None:
    """A place is asked about where the first row that needs it is."""
    region = work.find("regions", draft.cells.get("region_id", ""))
    seen = {draft.name}
    while region and draft.name in places and region.name not in seen:
        at = places[draft.name]
        places[region.name] = min(at, places.get(region.name, at))
        seen.add(region.name)
        draft, region = region, work.find("regions", region.cells["parent_id"])


def _follows(work: WorkFolder, draft: Draft) -> bool:
    return draft.table == "mentions" and work.target(draft) is not None


def _excluded(mention: Draft, reason: str) -> Draft:
    if not reason:
        raise NotAllowed("say why it is no fact: a code of the list")
    return replace(_loose(mention).with_cells(role="excluded", exclusion=reason), decision=YES)


def _loose(mention: Draft) -> Draft:
    """The mention, resting on nothing."""
    return mention.with_cells(**dict.fromkeys(RESTS_ON, ""))


def _left_over(work: WorkFolder, row: Draft, mention: Draft, reason: str) -> Draft:
    """What becomes of a mention whose row is kept out."""
    is_title = mention.cells["role"] == "title"
    if is_title or not NUMERAL.search(mention.cells["text"]) or _stands_elsewhere(work, row, mention):
        return replace(mention, decision=NO)
    if mention.cells["role"] == "date":
        return replace(_loose(mention), decision=OPEN)
    return _excluded(mention, reason)


def _stands_elsewhere(work: WorkFolder, row: Draft, mention: Draft) -> bool:
    """Whether another mention accounts for the same span."""
    span = (mention.cells["char_start"], mention.cells["char_end"])
    others = (m for m in work.of("mentions") if (m.cells["char_start"], m.cells["char_end"]) == span)
    return any(
        m.name != mention.name and work.decision(m) != NO and (work.target(m) or m).name != row.name for m in others
    )


def _renamed(work: WorkFolder, draft: Draft, key: str) -> WorkFolder:
    """The row under another key, and every row that points at it pointing there."""
    if DRAFT_KEY.fullmatch(draft.key):
        raise NotAllowed("the package assigns this key when the row goes in")
    if work.find(draft.table, key):
        raise NotAllowed(f"another row has the key {key!r}")
    column = work.schemas[draft.table].columns[0]
    pointing = [
        other.with_cells(**{foreign.field: key})
        for other in work.drafts
        for foreign in work.schemas[other.table].foreign_keys
        if foreign.table == draft.table and other.cells[foreign.field] == draft.key
    ]
    return work.replaced([draft.with_cells(**{column: key}), *pointing], [draft])


def _new_row(work: WorkFolder, mention: Draft, table: str) -> Draft:
    """An empty row of a table, with what the mention itself says of it."""
    schema, source = work.schemas[table], work.of("sources")
    taken = [int(match[0]) for d in work.of(table) if (match := re.search("[0-9]+$", d.key)) and d.key[:4] == "new-"]
    cells = row_of(schema, **{schema.columns[0]: draft_key(schema, max(taken, default=0) + 1)})
    text = mention.cells["text"]
    if "source_id" in cells:
        at = int(mention.cells["char_start"])
        inside = [s for s in source if _number(s, "char_start") <= at < _number(s, "char_end")]
        cells |= {
            "source_id": (inside or source)[0].key,
            "status": "reported" if table == "observations" else "occurred",
        }
    if table == "observations":
        cells |= {"value_text": text, "period_basis": "unknown"} | _quantity(text)
    if "name_zh" in cells:
        cells["name_zh"] = text
    return Draft(table, cells, context=mention.context)


def _number(draft: Draft, column: str) -> int:
    return int(draft.cells[column]) if draft.cells[column] else 0


def _quantity(token: str, is_integer: bool = True) -> dict[str, str]:
    try:
        return quantity_cells(parse_quantity(token), is_integer)
    except NotAQuantity as error:
        raise NotAllowed(str(error)) from None


def _with_quantity(known: Known, draft: Draft) -> Draft:
    is_integer = draft.cells["metric_id"] in known.integer_metrics
    return draft.with_cells(**_quantity(draft.cells["value_text"], is_integer))


def _moved(work: WorkFolder, draft: Draft, token: str) -> list[Draft]:
    """The value mentions of an observation, moved to where its corrected token stands."""
    values = [mention for mention in mentions_of(work, draft) if mention.cells["role"] == "value"]
    return [_at_token(work, mention, token) for mention in values]


def _at_token(work: WorkFolder, mention: Draft, token: str) -> Draft:
    start = int(mention.cells["char_start"])
    found = [m.start() for m in re.finditer(re.escape(token), work.text[max(0, start - NEAR) : start + NEAR])]
    if not found:
        raise NotAllowed(f"{token!r} does not stand there in the document")
    at = min((offset + max(0, start - NEAR) for offset in found), key=lambda offset: abs(offset - start))
    span = {"char_start": str(at), "char_end": str(at + len(token)), "text": token}
    return replace(mention.with_cells(**span), context=context(work.text, at, at + len(token)))


def _with_span(work: WorkFolder, mention: Draft, column: str) -> Draft:
    if column == "text":
        return _at_token(work, mention, mention.cells["text"])
    start, end = int(mention.cells["char_start"]), int(mention.cells["char_end"])
    if not is_span(start, end, work.text):
        raise NotAllowed(f"characters {start} to {end} are no span of the document")
    return replace(mention.with_cells(text=work.text[start:end]), context=context(work.text, start, end))


def _refuse(field: Field, value: str) -> None:
    """Refuse a value that could never stand in the column."""
    for problem in _problems(field, value):
        raise NotAllowed(f"{field.name}: {problem}")


def _problems(field: Field, value: str) -> Iterator[str]:
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
