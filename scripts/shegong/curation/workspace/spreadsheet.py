"""Read and write a work folder as CSV that any editor or spreadsheet can open and save.

Each file has the columns of its table between `decision` and two columns that explain: `context` and `proposal`.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from shegong.curation.workspace.work_folder import NO, OPEN, YES, DraftRow, WorkFolder, drafted_tables, is_span
from shegong.errors import PackageError
from shegong.escape import FORMULA, escape_formula, show_invisible
from shegong.package.canonical import BOM
from shegong.package.schema import Field, TableSchema
from shegong.package.write import replace_file

SHORTENED_NUMBER = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]+")
SLASHED_DATE = re.compile("([0-9]{4})[/.]([0-9]{1,2})[/.]([0-9]{1,2})")
WHOLE_NUMBER = re.compile("[0-9]{1,15}")
NUMBER_LIKE = re.compile("[0-9 :/.,-]+")
MAX_CELL_LETTERS = 100_000


def write_work(work: WorkFolder, before: WorkFolder | None = None) -> None:
    """Write the files of a work folder, each atomically.

    Args:
        work: The work folder.
        before: What the files contain; only the tables that differ are written.

    Raises:
        PackageError: A file cannot be written.
    """
    for name, schema in work.schemas.items():
        rows = work.of(name)
        if before is None or rows != before.of(name):
            content = io.StringIO()
            writer = csv.writer(content, lineterminator="\n")
            writer.writerow(_header(schema))
            writer.writerows(_cells_to_write(schema, draft) for draft in rows)
            # Spreadsheets recognize UTF-8 by the byte order mark.
            replace_file(work.file(name), BOM + content.getvalue().encode("utf-8"))


def read_work(path: Path, schemas: dict[str, TableSchema]) -> WorkFolder:
    """Read a work folder as an editor or a spreadsheet saved it.

    Args:
        path: The folder.
        schemas: Table Schemas of the package.

    Raises:
        PackageError: It is not a work folder, or cannot be read; with file, line and how to fix it.
    """
    if not (path / "documents.csv").is_file():
        raise PackageError(f"{path}: is not a work folder: documents.csv not found. Run `shegong ingest` first")
    tables = drafted_tables(schemas)
    drafts = [draft for schema in tables.values() for draft in _read_table(path / f"{schema.name}.csv", schema)]
    _require_unique_keys(path, drafts)
    text = _document_text(path, drafts)
    for draft in drafts:
        _require_span(path, draft, text)
    return WorkFolder(path, tables, tuple(_with_printed_text(draft, text) for draft in drafts), text)


def _header(schema: TableSchema) -> list[str]:
    return ["decision", *schema.columns, "context", "proposal"]


def _cells_to_write(schema: TableSchema, draft: DraftRow) -> list[str]:
    """Escape what a spreadsheet would run as a formula; numbers and dates cannot be one."""
    cells = [escape_formula(draft.cells[f.name]) if f.type == "string" else draft.cells[f.name] for f in schema.fields]
    return [draft.decision, *cells, escape_formula(draft.context), escape_formula(draft.proposal)]


def _read_table(path: Path, schema: TableSchema) -> Iterator[DraftRow]:
    rows = _rows(path)
    header = [cell.strip() for cell in next(rows, (0, []))[1]]
    if header != _header(schema):
        odd = sorted(set(header) ^ set(_header(schema)))
        what = f"columns {', '.join(odd)} are missing or unknown" if odd else "the columns are in another order"
        raise PackageError(f"{path}:1: {what}, expected the header {','.join(_header(schema))}")
    for line, row in rows:
        if any(cell.strip() for cell in row):
            yield _draft(f"{path}:{line}", line, schema, row)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV file with their lines, whatever mark, line ends and delimiter a spreadsheet chose."""
    text = _read(path).removeprefix("\ufeff")
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    line = 1
    try:
        for row in reader:
            if max(map(len, row), default=0) > MAX_CELL_LETTERS:
                raise PackageError(f"{path}:{line}: a cell exceeds the limit of {MAX_CELL_LETTERS:,} characters")
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise PackageError(f"{path}:{line}: is not valid CSV: {error}. Close the quote, or double it") from None


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        again = "Restore it (a header row is enough) or run `shegong ingest` again"
        raise PackageError(f"{path}: file not found. {again}") from None
    except OSError as error:
        raise PackageError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{error.object[error.start]:02X} is not valid UTF-8. Save the file as CSV UTF-8"
        raise PackageError(f"{path}:{line}: {message}") from None


def _draft(place: str, line: int, schema: TableSchema, row: list[str]) -> DraftRow:
    expected = len(_header(schema))
    if len(row) != expected:
        raise PackageError(f"{place}: found {len(row)} cells, expected {expected}. Add or remove commas")
    decision, *cells, context, proposal = row
    decision = decision.strip().lower()
    if decision not in (OPEN, YES, NO):
        raise PackageError(f"{place}:decision: found {decision!r}, expected yes, no or nothing")
    named = {f.name: _cell(place, f, cell) for f, cell in zip(schema.fields, cells, strict=True)}
    if not named[schema.columns[0]]:
        raise PackageError(f"{place}:{schema.columns[0]}: the key is missing. Write one, such as new-obs-1")
    return DraftRow(schema.name, named, decision, context, proposal, line)


def _cell(place: str, field: Field, cell: str) -> str:
    """Undo what spreadsheets do to dates, booleans and spaces."""
    if any(unicodedata.category(character) == "Cc" for character in cell):
        shown = show_invisible(cell)
        raise PackageError(f"{place}:{field.name}: {shown!r} contains a line break or control character. Delete it")
    if cell.startswith("'") and cell[1:].startswith(FORMULA):
        cell = cell[1:]
    if field.verbatim:
        return cell
    plain = cell.strip().replace("\u00a0", " ")
    if SHORTENED_NUMBER.fullmatch(plain):
        raise PackageError(f"{place}:{field.name}: a spreadsheet shortened the number to {plain!r}. Write all digits")
    if field.type == "integer" and plain and not WHOLE_NUMBER.fullmatch(plain):
        raise PackageError(f"{place}:{field.name}: found {show_invisible(plain)!r}, expected a whole number in digits")
    if field.type == "date" and (match := SLASHED_DATE.fullmatch(plain)):
        return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    return plain.lower() if field.type == "boolean" else plain


def _require_unique_keys(path: Path, drafts: list[DraftRow]) -> None:
    documents = sum(draft.table == "documents" for draft in drafts)
    is_held = any(draft.cells.get("document_id") for draft in drafts)
    if documents != is_held:
        expected = "exactly one, because rows refer to a document"
        raise PackageError(f"{path / 'documents.csv'}: found {documents} rows, expected {expected}")
    counts = Counter(draft.name for draft in drafts)
    for draft in drafts:
        if counts[draft.name] > 1:
            place = f"{path / draft.table}.csv:{draft.line}"
            raise PackageError(f"{place}: the key {draft.key!r} is used more than once. Change one of them")


def _document_text(path: Path, drafts: Iterable[DraftRow]) -> str:
    """Return the text of the document; that of a page is empty."""
    row = next((draft.cells for draft in drafts if draft.table == "documents"), None)
    if row is None:
        return ""
    file = path / Path(row["file_name"]).name
    text = _read(file)
    if (digest := sha256(text.encode("utf-8")).hexdigest()) != row["sha256"]:
        restore = "Restore the text that `shegong ingest` wrote"
        raise PackageError(f"{file}: found SHA-256 {digest}, expected {row['sha256']}. {restore}")
    return text


def _require_span(path: Path, draft: DraftRow, text: str) -> None:
    start, end = (draft.cells.get(name, "") for name in ("char_start", "char_end"))
    is_needed = draft.table == "mentions" and draft.decision != NO
    if (is_needed or start or end) and not (start and end and is_span(int(start), int(end), text)):
        place = f"{path / draft.table}.csv:{draft.line}:char_start"
        what = f"found the span {start or '?'} to {end or '?'}"
        raise PackageError(f"{place}: {what}, expected one within the {len(text)} characters of the document")


def _with_printed_text(draft: DraftRow, text: str) -> DraftRow:
    """Restore the text of a mention of digits alone, which a spreadsheet may have turned into a date."""
    if draft.table != "mentions" or not draft.cells["char_start"]:
        return draft
    printed = text[int(draft.cells["char_start"]) : int(draft.cells["char_end"] or 0)]
    is_number = NUMBER_LIKE.fullmatch(printed) and NUMBER_LIKE.fullmatch(draft.cells["text"])
    return draft.with_cells(text=printed) if is_number else draft
