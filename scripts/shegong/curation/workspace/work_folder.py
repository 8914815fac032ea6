"""The work folder: the rows drafted from a document, with its text, or from a page, without one.

It contains one file for each table of the package. Rows have draft keys (`new-obs-1`) where the package assigns
numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from shegong.package.schema import TableSchema

WORK = "work"
"""The folder of the work folders, beside the tables; the package does not include it."""
OPEN, YES, NO = "", "yes", "no"
DRAFT_KEY = re.compile("new-[a-z]+-[0-9]+")
ASSIGNED_KEY = re.compile(r"([a-z]+-)\[0-9\]\{([0-9]),\}")
"""The pattern of a key that the package assigns: a prefix and a number of so many digits."""

Cells = dict[str, str]


@dataclass(frozen=True)
class DraftRow:
    """A row drafted for a table.

    Attributes:
        table: Name of the table.
        cells: Its columns, in order, as canonical text; the first is the key.
        decision: `yes`, `no` or empty (open).
        context: The words around its span, the span in 【】.
        proposal: Why it is proposed, and alternatives.
        line: Line in its file; 0 for a row that was not read from one.
    """

    table: str
    cells: Cells
    decision: str = OPEN
    context: str = ""
    proposal: str = ""
    line: int = field(default=0, compare=False)

    @property
    def key(self) -> str:
        """The key of the row."""
        return next(iter(self.cells.values()))

    @property
    def name(self) -> tuple[str, str]:
        """Table and key, which identify the row in its folder."""
        return self.table, self.key

    def with_cells(self, **cells: str) -> DraftRow:
        """Return the row with other cells."""
        return replace(self, cells=self.cells | cells)


@dataclass(frozen=True)
class WorkFolder:
    """A document or a page that a curator works on.

    Attributes:
        path: The folder.
        schemas: Table Schemas of the tables that are drafted.
        drafts: The drafted rows, table by table, in the order of the files.
        text: The document as received; empty for a page.
    """

    path: Path
    schemas: dict[str, TableSchema]
    drafts: tuple[DraftRow, ...]
    text: str

    @property
    def document(self) -> DraftRow | None:
        """The row of the document itself; None for a page."""
        return next(iter(self.of("documents")), None)

    @property
    def sha256(self) -> str:
        """SHA-256 of the document; empty for a page."""
        return self.document.cells["sha256"] if self.document else ""

    def of(self, table: str) -> list[DraftRow]:
        """Return the drafted rows of a table."""
        return [draft for draft in self.drafts if draft.table == table]

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], DraftRow]:
        return {draft.name: draft for draft in self.drafts}

    def find(self, table: str, key: str) -> DraftRow | None:
        """Return the drafted row of a key, if there is one."""
        return self._by_name.get((table, key))

    def target(self, mention: DraftRow) -> DraftRow | None:
        """Return the drafted row that a mention supports; None if it supports none, or a row of the package."""
        references = (f for f in self.schemas["mentions"].foreign_keys if f.field != "document_id")
        found = (self.find(foreign.table, mention.cells[foreign.field]) for foreign in references)
        return next((draft for draft in found if draft), None)

    def decision(self, draft: DraftRow) -> str:
        """Return the decision on a row; a mention without one follows the row that it supports."""
        if draft.decision or draft.table != "mentions":
            return draft.decision
        target = self.target(draft)
        return target.decision if target else OPEN

    def replaced(self, changed: Iterable[DraftRow], removed: Iterable[DraftRow] = ()) -> WorkFolder:
        """Return the folder with rows changed or added, and others removed."""
        new = {draft.name: draft for draft in changed}
        removed_names = {draft.name for draft in removed}
        kept = [new.pop(draft.name, draft) for draft in self.drafts if draft.name not in removed_names]
        return replace(self, drafts=(*kept, *new.values()))

    def file(self, table: str) -> Path:
        """Return the file of a table."""
        return self.path / f"{table}.csv"

    def place(self, draft: DraftRow) -> str:
        """Return `file:line` of a row."""
        return f"{self.file(draft.table)}:{draft.line}"


def draft_key(schema: TableSchema, number: int) -> str:
    """Return the key of a drafted row in a table whose keys the package assigns."""
    match = ASSIGNED_KEY.fullmatch(schema.fields[0].pattern or "")
    return f"new-{match[1] if match else ''}{number}"


def row_of(schema: TableSchema, **cells: str) -> Cells:
    """Return a row of a table with these cells, the others empty."""
    return dict.fromkeys(schema.columns, "") | cells


def drafted_tables(schemas: dict[str, TableSchema]) -> dict[str, TableSchema]:
    """Return the tables to which a document can add rows."""
    return {name: schema for name, schema in schemas.items() if name != "deprecations"}


def is_span(start: int, end: int, text: str) -> bool:
    """Return whether a document has such a span."""
    return 0 <= start < end <= len(text)
