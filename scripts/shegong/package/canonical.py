"""Canonical CSV: UTF-8, LF, exact header, minimal quoting, rows sorted by key.

polars reads a file as text and writes it again; where the bytes differ, the file is not canonical.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from shegong.finding import Finding, Rule
from shegong.package.schema import TableSchema

RAW_CELL = re.compile(r'(?:^|(?<=,))("(?:[^"]|"")*"|[^,]*)(?=,|$)')
BOM = b"\xef\xbb\xbf"
FORMAT = "run `shegong fmt`"


def _rule(id: str, sentence: str, hint: str) -> Rule:
    return Rule(id, sentence, "read", hint)


ENCODING = _rule("csv-encoding", "A table is UTF-8.", "save the file as UTF-8")
BYTE_ORDER = _rule("csv-bom", "A table has no byte order mark.", FORMAT)
LINE_ENDS = _rule("csv-line-ends", "Lines end with LF, the last one too.", FORMAT)
NUL = _rule("csv-nul", "A table holds no NUL character.", "delete the character")
OPEN_QUOTE = _rule(
    "csv-open-quote", "A quote is closed on its line, at the end of its cell.", "close the quote, or double it"
)
HEADER = _rule("csv-header", "The header is the schema's columns, in order.", "name the columns as the schema does")
BLANK = _rule("csv-blank-row", "No line is blank.", "delete the line")
RAGGED = _rule("csv-ragged-row", "Each row has as many cells as the header.", "add or remove cells")
EMPTY_QUOTED = _rule("csv-quoted-empty", "An empty cell is not quoted.", FORMAT)
QUOTING = _rule("csv-quoting", "Only cells that need quotes are quoted.", FORMAT)
ORDER = _rule("csv-order", "Rows are sorted by key.", FORMAT)
RULES = (ENCODING, BYTE_ORDER, LINE_ENDS, NUL, OPEN_QUOTE, HEADER, BLANK, RAGGED, EMPTY_QUOTED, QUOTING, ORDER)
MENDABLE = (BYTE_ORDER, LINE_ENDS, EMPTY_QUOTED, QUOTING, ORDER)
"""What `fmt` mends without a loss; after the other findings of this step the rows cannot be trusted."""


@dataclass(frozen=True)
class TextTable:
    """A table as text, row 0 of `frame` standing on line 2; no frame where the rows cannot be trusted."""

    schema: TableSchema
    file: str
    frame: pl.DataFrame | None
    findings: tuple[Finding, ...]


def read_table(schema: TableSchema, file: str, data: bytes) -> TextTable:
    """Read the bytes of a CSV file as text and say where they are not canonical."""
    findings = list(_byte_findings(file, data))
    if not _allow_rows(findings):
        return TextTable(schema, file, None, _of(schema, findings))
    clean = _without_mendable_bytes(data)
    findings += _row_findings(schema, file, clean)
    if not _allow_rows(findings):
        return TextTable(schema, file, None, _of(schema, findings))
    frame = _as_text(clean)
    findings += _quoting_findings(file, clean, frame)
    findings += _order_findings(schema, file, frame)
    return TextTable(schema, file, frame, _of(schema, findings))


def read_text(data: bytes) -> pl.DataFrame:
    """The rows of a CSV file as text, whatever its line ends, order and quotes.

    Raises:
        polars.exceptions.PolarsError: It is no table.
        UnicodeDecodeError: It is no UTF-8.
    """
    data.decode("utf-8")
    return _as_text(_without_mendable_bytes(data))


def _allow_rows(findings: list[Finding]) -> bool:
    """Whether the rows can be trusted in spite of the findings."""
    return all(finding.rule in MENDABLE for finding in findings)


def write_table(frame: pl.DataFrame) -> bytes:
    """The canonical bytes of a frame of text whose rows are in order."""
    return frame.write_csv(quote_style="necessary", line_terminator="\n").encode("utf-8")


def sort_rows(schema: TableSchema, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows in the order of their key."""
    return frame.sort(schema.primary_key, nulls_last=False, maintain_order=True)


def _as_text(data: bytes) -> pl.DataFrame:
    frame = pl.read_csv(io.BytesIO(data), infer_schema=False, quote_char='"')
    if b'""' not in data:
        return frame
    return frame.with_columns(pl.when(pl.all() != "").then(pl.all()))  # a quoted empty cell is read as text


def _without_mendable_bytes(data: bytes) -> bytes:
    text = data.removeprefix(BOM).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text if text.endswith(b"\n") else text + b"\n"


def _of(schema: TableSchema, findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(replace(finding, table=schema.name) for finding in findings)


def _byte_findings(file: str, data: bytes) -> Iterator[Finding]:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        yield Finding(ENCODING, file, f"byte 0x{data[error.start]:02X} is no UTF-8", line=line)
    if data.startswith(BOM):
        yield Finding(BYTE_ORDER, file, "the file begins with a byte order mark", line=1)
    for rule, byte, message in ((LINE_ENDS, b"\r", "carriage return"), (NUL, b"\0", "NUL character")):
        if (at := data.find(byte)) >= 0:
            yield Finding(rule, file, f"{message}, {data.count(byte)} in all", line=data.count(b"\n", 0, at) + 1)
    if not data.endswith((b"\n", b"\r")):
        yield Finding(LINE_ENDS, file, "the last line does not end", line=data.count(b"\n") + 1)


def _row_findings(schema: TableSchema, file: str, data: bytes) -> Iterator[Finding]:
    lines = data.decode("utf-8").split("\n")[:-1]
    expected = ",".join(schema.columns)
    if not lines or lines[0] != expected:
        yield Finding(HEADER, file, f"the header is {_short(lines[0] if lines else '')!r}, not {expected!r}", line=1)
        return
    width = len(schema.columns)
    for number, line in enumerate(lines[1:], 2):
        if not line:
            yield Finding(BLANK, file, "the line is blank", line=number)
        elif '"' not in line and line.count(",") + 1 != width:
            yield Finding(RAGGED, file, f"{line.count(',') + 1} cells, not {width}: {_short(line)!r}", line=number)
        elif '"' in line:
            yield from _quoted_row_findings(file, number, line, width)


def _quoted_row_findings(file: str, number: int, line: str, width: int) -> Iterator[Finding]:
    try:
        cells = len(next(csv.reader([line], strict=True))) if line.count('"') % 2 == 0 else 0
    except csv.Error:
        cells = 0
    if cells == 0:
        yield Finding(OPEN_QUOTE, file, f"a quote is not closed at the end of its cell: {_short(line)!r}", line=number)
        return
    if cells != width:
        yield Finding(RAGGED, file, f"{cells} cells, not {width}: {_short(line)!r}", line=number)
    if '""' in RAW_CELL.findall(line):
        yield Finding(EMPTY_QUOTED, file, "an empty cell is quoted", line=number)


def _quoting_findings(file: str, data: bytes, frame: pl.DataFrame) -> Iterator[Finding]:
    written = write_table(frame)
    if written == data:
        return
    for number, (old, new) in enumerate(zip(data.split(b"\n"), written.split(b"\n"), strict=True), 1):
        if old != new and '""' not in RAW_CELL.findall(old.decode()):
            message = f"{_short(old.decode())!r} would be written {_short(new.decode())!r}"
            yield Finding(QUOTING, file, message, line=number)


def _order_findings(schema: TableSchema, file: str, frame: pl.DataFrame) -> Iterator[Finding]:
    key = frame[schema.primary_key[0]].fill_null("")
    if key.is_sorted():
        return
    rows = pl.DataFrame({"key": key}).with_row_index("line", 2)
    for line, value in rows.filter(pl.col("key") < pl.col("key").shift(1)).iter_rows():
        yield Finding(ORDER, file, f"{value!r} stands after a larger key", line=line, value=value)


def _short(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
