"""The work folder: a document's text and the rows drafted from it, as CSV that any editor or spreadsheet keeps whole.

It holds one file for each table of the package, with the table's columns between `decision` and two columns that
explain: `context` and `proposal`. Rows have draft keys (`new-obs-1`) where the package assigns numbers.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from shegong.errors import PackageError
from shegong.escape import FORMULA, escape_formula, show_invisible
from shegong.package.canonical import BOM
from shegong.package.schema import Field, TableSchema
from shegong.package.write import replace_file

WORK = "work"
"""Folder of the work folders, beside the tables; it is no part of the package."""
OPEN, YES, NO = "", "yes", "no"
DRAFT_KEY = re.compile("new-[a-z]+-[0-9]+")
NUMBERED = re.compile(r"([a-z]+-)\[0-9\]\{([0-9]),\}")
"""The pattern of a key that the package assigns: a prefix and a number of so many digits."""
SHORTENED = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]+")
SLASHED_DATE = re.compile("([0-9]{4})[/.]([0-9]{1,2})[/.]([0-9]{1,2})")
WHOLE_NUMBER = re.compile("[0-9]{1,15}")
LIKE_A_NUMBER = re.compile("[0-9 :/.,-]+")

LONGEST_CELL = 100_000

Cells = dict[str, str]


@dataclass(frozen=True)
class Draft:
    """A row drafted for a table.

    Attributes:
        table: Name of the table.
        cells: Its columns, in order, as canonical text; the first is the key.
        decision: `yes` (it goes in), `no` (it does not) or empty (open).
        context: The words around its span, the span in 【】.
        proposal: Why it is proposed, and what else it may be.
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
        """The cell that names the row."""
        return next(iter(self.cells.values()))

    @property
    def name(self) -> tuple[str, str]:
        """Table and key: what names the row in its folder."""
        return self.table, self.key

    def with_cells(self, **cells: str) -> Draft:
        """The same row with other cells."""
        return replace(self, cells=self.cells | cells)


@dataclass(frozen=True)
class WorkFolder:
    """A document that is being worked on.

    Attributes:
        path: The folder.
        schemas: Table Schemas of the tables that are drafted.
        drafts: The drafted rows, table by table, in the order of the files.
        text: The document as received.
    """

    path: Path
    schemas: dict[str, TableSchema]
    drafts: tuple[Draft, ...]
    text: str

    @property
    def document(self) -> Draft:
        """The row of the document itself."""
        return next(draft for draft in self.drafts if draft.table == "documents")

    def of(self, table: str) -> list[Draft]:
        """The drafted rows of a table."""
        return [draft for draft in self.drafts if draft.table == table]

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], Draft]:
        return {draft.name: draft for draft in self.drafts}

    def find(self, table: str, key: str) -> Draft | None:
        """The drafted row of that key, if there is one."""
        return self._by_name.get((table, key))

    def target(self, mention: Draft) -> Draft | None:
        """The drafted row that a mention rests on; None where it rests on none, or on a row of the package."""
        pointing = (f for f in self.schemas["mentions"].foreign_keys if f.field != "document_id")
        found = (self.find(foreign.table, mention.cells[foreign.field]) for foreign in pointing)
        return next((draft for draft in found if draft), None)

    def decision(self, draft: Draft) -> str:
        """What was decided on a row; a mention without a decision of its own follows the row that it rests on."""
        if draft.decision or draft.table != "mentions":
            return draft.decision
        target = self.target(draft)
        return target.decision if target else OPEN

    def replaced(self, changed: Iterable[Draft], removed: Iterable[Draft] = ()) -> WorkFolder:
        """The folder with rows changed or added, and others taken out."""
        new = {draft.name: draft for draft in changed}
        gone = {draft.name for draft in removed}
        kept = [new.pop(draft.name, draft) for draft in self.drafts if draft.name not in gone]
        return replace(self, drafts=(*kept, *new.values()))

    def place(self, draft: Draft) -> str:
        """`file:line` of a row."""
        return f"{self.path / draft.table}.csv:{draft.line}"


def draft_key(schema: TableSchema, number: int) -> str:
    """The key of a drafted row in a table whose keys the package assigns."""
    match = NUMBERED.fullmatch(schema.fields[0].pattern or "")
    return f"new-{match[1] if match else ''}{number}"


def row_of(schema: TableSchema, **cells: str) -> Cells:
    """A row of a table that has these cells, and the others empty."""
    return dict.fromkeys(schema.columns, "") | cells


def drafted_tables(schemas: dict[str, TableSchema]) -> dict[str, TableSchema]:
    """The tables that a document can bring rows to."""
    return {name: schema for name, schema in schemas.items() if name != "deprecations"}


def work_folders(root: Path, given: Iterable[str]) -> list[Path]:
    """The work folders given, else all in the package's folder `work`."""
    return [Path(name) for name in given] or sorted(path.parent for path in (root / WORK).glob("*/documents.csv"))


def write_work(work: WorkFolder) -> None:
    """Write each table's file at one stroke; with a byte order mark, by which spreadsheets know UTF-8."""
    for name, schema in work.schemas.items():
        content = io.StringIO()
        writer = csv.writer(content, lineterminator="\n")
        writer.writerow(_header(schema))
        writer.writerows(_row(schema, draft) for draft in work.of(name))
        replace_file(work.path / f"{name}.csv", BOM + content.getvalue().encode("utf-8"))


def read_work(path: Path, schemas: dict[str, TableSchema]) -> WorkFolder:
    """Read a work folder as an editor or a spreadsheet left it.

    Args:
        path: The folder.
        schemas: Table Schemas of the package.

    Raises:
        PackageError: It is no work folder, or something in it cannot be read; with file, line and what to do.
    """
    if not (path / "documents.csv").is_file():
        raise PackageError(f"{path}: no work folder is there (no documents.csv): make one with `shegong ingest FILE`")
    tables = drafted_tables(schemas)
    drafts = [draft for schema in tables.values() for draft in _read_table(path / f"{schema.name}.csv", schema)]
    _refuse_twice(path, drafts)
    text = _document_text(path, drafts)
    for draft in drafts:
        _refuse_span(path, draft, text)
    return WorkFolder(path, tables, tuple(_with_printed_text(draft, text) for draft in drafts), text)


def _header(schema: TableSchema) -> list[str]:
    return ["decision", *schema.columns, "context", "proposal"]


def _row(schema: TableSchema, draft: Draft) -> list[str]:
    # A document may hold what a spreadsheet would run; numbers are none of it.
    cells = [escape_formula(draft.cells[f.name]) if f.type == "string" else draft.cells[f.name] for f in schema.fields]
    return [draft.decision, *cells, escape_formula(draft.context), escape_formula(draft.proposal)]


def _read_table(path: Path, schema: TableSchema) -> Iterator[Draft]:
    rows = _rows(path)
    header = [cell.strip() for cell in next(rows, (0, []))[1]]
    if header != _header(schema):
        odd = sorted(set(header) ^ set(_header(schema)))
        what = f"columns {', '.join(odd)} are missing or unknown" if odd else "its columns are in another order"
        raise PackageError(f"{path}:1: the header was changed: {what}; it is {','.join(_header(schema))}")
    for line, row in rows:
        if any(cell.strip() for cell in row):
            yield _draft(f"{path}:{line}", line, schema, row)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file with their lines, whatever mark, line ends and delimiter a spreadsheet gave it."""
    text = _read(path).removeprefix("\ufeff")
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    line = 1
    try:
        for row in reader:
            if max(map(len, row), default=0) > LONGEST_CELL:
                raise PackageError(f"{path}:{line}: no CSV of ours: a cell has more than {LONGEST_CELL} characters")
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise PackageError(f"{path}:{line}: no CSV: {error}; close the quote, or double it") from None


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise PackageError(f"{path} is gone: put it back, if only its header; `shegong ingest` wrote it") from None
    except OSError as error:
        raise PackageError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{error.object[error.start]:02X} is no UTF-8; save it as CSV UTF-8"
        raise PackageError(f"{path}:{line}: {message}") from None


def _draft(place: str, line: int, schema: TableSchema, row: list[str]) -> Draft:
    if len(row) != len(schema.columns) + 3:
        raise PackageError(f"{place}: {len(row)} cells, not {len(schema.columns) + 3}: add or remove commas")
    decision, *cells, context, proposal = row
    decision = decision.strip().lower()
    if decision not in (OPEN, YES, NO):
        raise PackageError(f"{place}:decision: {decision!r} is no decision: write yes or no, or leave it empty")
    named = {f.name: _cell(place, f, cell) for f, cell in zip(schema.fields, cells, strict=True)}
    if not named[schema.columns[0]]:
        raise PackageError(f"{place}:{schema.columns[0]}: the row has no key: write one, such as new-obs-1")
    return Draft(schema.name, named, decision, context, proposal, line)


def _cell(place: str, field: Field, cell: str) -> str:
    """A cell without what spreadsheets do to dates, booleans and spaces."""
    if any(unicodedata.category(character) == "Cc" for character in cell):
        shown = show_invisible(cell)
        raise PackageError(f"{place}:{field.name}: {shown!r} holds a line break or control character: delete it")
    if cell.startswith("'") and cell[1:].startswith(FORMULA):
        cell = cell[1:]
    if field.verbatim:
        return cell
    plain = cell.strip().replace("\u00a0", " ")
    if SHORTENED.fullmatch(plain):
        raise PackageError(f"{place}:{field.name}: {plain!r} is a number that a spreadsheet shortened: write it whole")
    if field.type == "integer" and plain and not WHOLE_NUMBER.fullmatch(plain):
        raise PackageError(
            f"{place}:{field.name}: {show_invisible(plain)!r} is no whole number: write it in plain digits"
        )
    if field.type == "date" and (match := SLASHED_DATE.fullmatch(plain)):
        return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    return plain.lower() if field.type == "boolean" else plain


def _refuse_twice(path: Path, drafts: Iterable[Draft]) -> None:
    drafts = list(drafts)
    if sum(draft.table == "documents" for draft in drafts) != 1:
        raise PackageError(f"{path / 'documents.csv'}: holds one row, that of the document; now it does not")
    counts = Counter(draft.name for draft in drafts)
    for draft in drafts:
        if counts[draft.name] > 1:
            raise PackageError(f"{path / draft.table}.csv:{draft.line}: the key {draft.key!r} stands twice")


def _document_text(path: Path, drafts: Iterable[Draft]) -> str:
    row = next(draft for draft in drafts if draft.table == "documents").cells
    file = path / Path(row["file_name"]).name
    text = _read(file)
    if (digest := sha256(text.encode("utf-8")).hexdigest()) != row["sha256"]:
        message = f"has SHA-256 {digest}, not {row['sha256']}: put back the text that `shegong ingest` wrote"
        raise PackageError(f"{file}: {message}")
    return text


def is_span(start: int, end: int, text: str) -> bool:
    """Whether a document has such a span."""
    return 0 <= start < end <= len(text)


def _refuse_span(path: Path, draft: Draft, text: str) -> None:
    """Refuse a span that the document does not have."""
    start, end = (draft.cells.get(name, "") for name in ("char_start", "char_end"))
    is_needed = draft.table == "mentions" and draft.decision != NO
    if (is_needed or start or end) and not (start and end and is_span(int(start), int(end), text)):
        what = f"characters {start or '?'} to {end or '?'} are no span of the document, which has {len(text)}"
        raise PackageError(f"{path / draft.table}.csv:{draft.line}:char_start: {what}: correct the span")


def _with_printed_text(draft: Draft, text: str) -> Draft:
    """A mention of digits alone, which a spreadsheet may have turned into a date, has the text of its span again."""
    if draft.table != "mentions" or not draft.cells["char_start"]:
        return draft
    printed = text[int(draft.cells["char_start"]) : int(draft.cells["char_end"] or 0)]
    is_number = LIKE_A_NUMBER.fullmatch(printed) and LIKE_A_NUMBER.fullmatch(draft.cells["text"])
    return draft.with_cells(text=printed) if is_number else draft
