"""Doubts: mark the figures that a rule sees contradicted by others of the same text."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from shegong.curation.workspace.work_folder import DraftRow

WHOLE = ("region_id", "metric_id", "scope_en", "period_start", "period_end", "status", "source_id")
"""The cells that a total and its grades have in common."""
EXCEEDED = {"doubt": "inconsistent", "note": "The grades in the text add up to more than this total."}


def with_doubts(drafts: Iterable[DraftRow]) -> list[DraftRow]:
    """Return the rows, each total that its grades exceed with a doubt and its reason."""
    rows = list(drafts)
    parts: dict[tuple[str, ...], Decimal] = {}
    for draft in rows:
        if draft.table == "observations" and draft.cells["grade"] != "all" and draft.cells["value_lower"]:
            whole = _whole(draft)
            parts[whole] = parts.get(whole, Decimal(0)) + Decimal(draft.cells["value_lower"])
    return [draft.with_cells(**EXCEEDED) if _is_exceeded(draft, parts) else draft for draft in rows]


def _whole(draft: DraftRow) -> tuple[str, ...]:
    return tuple(draft.cells[column] for column in WHOLE)


def _is_exceeded(draft: DraftRow, parts: dict[tuple[str, ...], Decimal]) -> bool:
    if draft.table != "observations" or draft.cells["grade"] != "all" or not draft.cells["value_upper"]:
        return False
    return parts.get(_whole(draft), Decimal(0)) > Decimal(draft.cells["value_upper"])
