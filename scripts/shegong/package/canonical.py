"""Canonical CSV: UTF-8, LF, exact header, minimal quoting, rows sorted by key.

A line without a quote is canonical if it is as long as its cells and the commas between them. The other lines of a
block must come out the same when they are written again. Any other block is read line by line, to find what is wrong.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

import polars as pl

from shegong.findings import Finding, Findings, Rule
from shegong.package.schema import TableSchema
from shegong.report import many

RAW_CELL = re.compile(r'(?:^|(?<=,))("(?:[^"]|"")*"|[^,]*)(?=,|$)')
BOM = b"\xef\xbb\xbf"
BLOCK_BYTES = 24 * 1024**2
"""Bytes that are read at a time, so that memory does not grow with the table."""
MAX_LINE_BYTES = 131_072
"""Longer cells are refused by Python's csv module, and lines of 2 MB by DuckDB."""
FORMAT = "run `shegong fmt`"


def _rule(id: str, sentence: str, hint: str) -> Rule:
    return Rule(id, sentence, "read", hint)


ENCODING = _rule("csv-encoding", "A table is UTF-8.", "save the file as UTF-8")
BYTE_ORDER = _rule("csv-bom", "A table has no byte order mark.", FORMAT)
LINE_ENDS = _rule("csv-line-ends", "Lines end with LF, the last one too.", FORMAT)
NUL = _rule("csv-nul", "A table contains no NUL character.", "delete the character")
LONG_LINE = _rule("csv-long-line", f"A line has at most {MAX_LINE_BYTES:,} bytes.", "shorten the cell")
OPEN_QUOTE = _rule(
    "csv-open-quote", "A quoted cell ends on its line with the closing quote.", "close the quote, or double it"
)
HEADER = _rule(
    "csv-header",
    "The header lists the columns of the schema, in order.",
    "write the header as the schema names its columns",
)
BLANK = _rule("csv-blank-row", "No line is blank.", "delete the line")
RAGGED = _rule("csv-ragged-row", "Each row has as many cells as the header.", "add or remove cells")
EMPTY_QUOTED = _rule("csv-quoted-empty", "An empty cell is not quoted.", FORMAT)
QUOTING = _rule("csv-quoting", "Only cells that contain a comma or a quote are quoted.", FORMAT)
ORDER = _rule("csv-order", "Rows are sorted by key.", FORMAT)
RULES = (
    ENCODING,
    BYTE_ORDER,
    LINE_ENDS,
    NUL,
    LONG_LINE,
    OPEN_QUOTE,
    HEADER,
    BLANK,
    RAGGED,
    EMPTY_QUOTED,
    QUOTING,
    ORDER,
)
FIXABLE = (BYTE_ORDER, LINE_ENDS, EMPTY_QUOTED, QUOTING, ORDER)
"""What `fmt` fixes without loss; after the other findings of this step the rows cannot be parsed."""


@dataclass(frozen=True)
class TextTable:
    """Rows of a table as text, the first on `first_line` of the file; no frame where they cannot be parsed."""

    schema: TableSchema
    file: str
    frame: pl.DataFrame | None
    findings: tuple[Finding, ...]
    first_line: int = 2


def read_table(schema: TableSchema, file: str, data: bytes) -> TextTable:
    """Read the bytes of a CSV file as text, and find where they are not canonical."""
    reader = Reader(schema, file)
    frames = [rows.frame for rows in reader.read(io.BytesIO(data)) if rows.frame is not None]
    frame = pl.concat(frames) if frames and reader.is_parseable else None
    return TextTable(schema, file, frame, tuple(reader.findings().kept))


def read_text(data: bytes) -> pl.DataFrame:
    """Read the rows of a CSV file as text, whatever its line ends, order and quotes.

    Raises:
        polars.exceptions.PolarsError: It is not a table.
        UnicodeDecodeError: It is not UTF-8.
    """
    data.decode("utf-8")
    text = _with_line_feeds(data.removeprefix(BOM))
    return _with_nulls(pl.read_csv(io.BytesIO(text), infer_schema=False, quote_char='"'))


def write_table(frame: pl.DataFrame) -> bytes:
    """Write the canonical bytes of a frame of text whose rows are in order."""
    return frame.write_csv(quote_style="necessary", line_terminator="\n").encode("utf-8")


def sort_rows(schema: TableSchema, frame: pl.DataFrame) -> pl.DataFrame:
    """Sort the rows by their key."""
    return frame.sort(schema.primary_key, nulls_last=False, maintain_order=True)


class Reader:
    """Reads one file in blocks of whole lines; its findings are complete after the last block."""

    def __init__(self, schema: TableSchema, file: str, limit: int | None = None) -> None:
        """Create a reader that keeps at most `limit` findings of a rule."""
        self.schema, self.file = schema, file
        self._bytes: dict[Rule, Finding] = {}
        self._counts = {LINE_ENDS: 0, NUL: 0}
        self._rows, self._forms = Findings(limit), Findings(limit)
        self._line, self._last_byte, self._last_key = 1, b"", ""

    @property
    def is_parseable(self) -> bool:
        """Whether the rows read so far can be parsed, even if other findings exist."""
        return self._is_text and all(rule in FIXABLE for rule in self._rows.totals)

    @property
    def _is_text(self) -> bool:
        return ENCODING not in self._bytes and NUL not in self._bytes

    def read(self, stream: BinaryIO) -> Iterator[TextTable]:
        """Read the rows of a file, block by block; no frame from where they cannot be parsed."""
        for raw in _blocks(stream, BLOCK_BYTES):
            self._check_bytes(raw)
            data = _with_line_feeds(raw)
            self._check_length(data)
            if self._is_text and self._line == 1:
                data = self._without_header(data)
            lines = data.count(b"\n")
            frame = self._read_rows(data, lines)
            yield TextTable(self.schema, self.file, frame, (), self._line)
            self._line += lines

    def findings(self) -> Findings:
        """Return what is not canonical.

        If the bytes are not text, rows are not validated; if lines are not rows, quotes and order are not.
        """
        found = Findings().add(self._byte_findings())
        if self._is_text:
            found.merge(self._rows)
        if self.is_parseable:
            found.merge(self._forms)
        found.kept = [replace(finding, table=self.schema.name) for finding in found.kept]
        return found

    def _check_bytes(self, raw: bytes) -> None:
        if not self._last_byte and raw.startswith(BOM):
            self._bytes[BYTE_ORDER] = Finding(BYTE_ORDER, self.file, "the file begins with a byte order mark", line=1)
        for rule, byte, name in ((LINE_ENDS, b"\r", "carriage return"), (NUL, b"\0", "NUL character")):
            if byte in raw:
                self._counts[rule] += raw.count(byte)
                before = raw[: raw.index(byte)]
                lines = before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")
                line = self._bytes[rule].line if rule in self._bytes else self._line + lines
                self._bytes[rule] = Finding(rule, self.file, f"{name}, {self._counts[rule]} in all", line=line)
        self._last_byte = raw[-1:]

    def _check_length(self, data: bytes) -> None:
        start = _long_line(data)
        if start is not None:
            line, size = self._line + data.count(b"\n", 0, start), data.index(b"\n", start) - start
            message, expected = f"the line has {size:,} bytes", f"at most {MAX_LINE_BYTES:,}"
            self._rows.add([Finding(LONG_LINE, self.file, message, line=line, expected=expected)])

    def _byte_findings(self) -> Iterator[Finding]:
        yield from (self._bytes[rule] for rule in (ENCODING, BYTE_ORDER, LINE_ENDS, NUL) if rule in self._bytes)
        if self._last_byte not in (b"\n", b"\r"):
            yield Finding(LINE_ENDS, self.file, "the last line has no line end", line=self._line - 1)

    def _without_header(self, data: bytes) -> bytes:
        line, _, rest = data.removeprefix(BOM).partition(b"\n")
        columns = ",".join(self.schema.columns)
        if line == columns.encode():
            self._line = 2
            return rest
        message, expected = f"the header is {_short(line.decode(errors='replace'))!r}", f"the columns are {columns!r}"
        self._rows.add([Finding(HEADER, self.file, message, line=1, expected=expected)])
        return data

    def _read_rows(self, data: bytes, lines: int) -> pl.DataFrame | None:
        has_rows = self._is_text and HEADER not in self._rows.totals
        frame = _read_canonical(data, lines, self.schema.columns) if has_rows else None
        if frame is None:
            text = self._decode(data)
            frame = self._read_lines(text.split("\n")[:-1]) if has_rows and self._is_text else None
        if frame is None or not self.is_parseable:
            return None
        self._check_order(frame)
        return frame

    def _decode(self, data: bytes) -> str:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            message = f"byte 0x{data[error.start]:02X} is not UTF-8"
            line = self._line + data[: error.start].count(b"\n")
            self._bytes.setdefault(ENCODING, Finding(ENCODING, self.file, message, line=line))
            return ""

    def _read_lines(self, lines: list[str]) -> pl.DataFrame:
        """Read lines one by one, and find what is wrong with each."""
        rows, width = [], len(self.schema.columns)
        for number, line in enumerate(lines, self._line):
            cells = _split(line)
            self._rows.add(_row_findings(self.file, number, line, cells, width))
            if cells is not None and len(cells) == width:
                rows.append([cell or None for cell in cells])
                self._forms.add(_quoting_findings(self.file, number, line, cells))
        return pl.DataFrame(rows, dict.fromkeys(self.schema.columns, pl.String), orient="row")

    def _check_order(self, frame: pl.DataFrame) -> None:
        key = frame[self.schema.primary_key[0]].fill_null("")
        before = key.shift(1, fill_value=self._last_key)
        wrong = (key < before).arg_true()
        for row in wrong.head(self._forms.count(ORDER, "", wrong.len())):
            message, expected = f"{key[row]!r} is after {before[row]!r}", "rows are sorted by key"
            self._forms.kept.append(
                Finding(ORDER, self.file, message, line=self._line + row, value=key[row], expected=expected)
            )
        self._last_key = key[-1] if key.len() else self._last_key


def _blocks(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """Read a file in blocks of whole lines; an empty file is one empty block."""
    rest, is_begun = b"", False
    while chunk := stream.read(size):
        # A carriage return at the end may be half of a line end.
        end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r", 0, -1)) + 1
        if end:
            yield b"".join((rest, memoryview(chunk)[:end]))
            is_begun = True
        rest = chunk[end:] if end else rest + chunk
    if rest or not is_begun:
        yield rest


def _with_line_feeds(data: bytes) -> bytes:
    text = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data
    return text if text.endswith(b"\n") else text + b"\n"


def _long_line(data: bytes) -> int | None:
    """Return where the first line that is too long begins; the data end with a line feed."""
    start = 0
    while len(data) - start > MAX_LINE_BYTES:
        end = data.rfind(b"\n", start, start + MAX_LINE_BYTES + 1)
        if end < 0:
            return start
        start = end + 1
    return None


def _with_nulls(frame: pl.DataFrame) -> pl.DataFrame:
    """Replace empty text by null: polars reads a quoted empty cell as text."""
    return frame.with_columns(pl.when(pl.all() != "").then(pl.all()))


def _read_canonical(data: bytes, height: int, columns: tuple[str, ...]) -> pl.DataFrame | None:
    """Read lines that are canonical; return None where one of them is not."""
    schema = dict.fromkeys(columns, pl.String)
    if not data:
        return pl.DataFrame(schema=schema)
    try:
        frame = pl.read_csv(data, has_header=False, schema=schema, quote_char='"')
        read = pl.read_csv(data, has_header=False, schema={"line": pl.String}, separator="\0", quote_char=None)
    except pl.exceptions.PolarsError:
        return None
    lines = read["line"].fill_null("")
    if not frame.height == lines.len() == height:
        return None
    size = pl.sum_horizontal(pl.all().str.len_bytes().fill_null(0)) + len(columns) - 1
    candidates = (frame.select(size).to_series() != lines.str.len_bytes()) | lines.str.contains('"', literal=True)
    if not candidates.any():
        return frame
    written = _with_nulls(frame.filter(candidates)).write_csv(include_header=False, quote_style="necessary")
    return frame if written == lines.filter(candidates).str.join("\n")[0] + "\n" else None


def _split(line: str) -> list[str] | None:
    """Split a line into its cells; return None where a quote is not closed at the end of its cell."""
    if '"' not in line:
        return line.split(",")
    try:
        return next(csv.reader([line], strict=True)) if line.count('"') % 2 == 0 else None
    except csv.Error:
        return None


def _row_findings(file: str, number: int, line: str, cells: list[str] | None, width: int) -> Iterator[Finding]:
    if not line:
        yield Finding(BLANK, file, "the line is blank", line=number)
    elif cells is None:
        yield Finding(OPEN_QUOTE, file, f"a quote is not closed at the end of its cell: {_short(line)!r}", line=number)
    else:
        if len(cells) != width:
            message, expected = f"{_short(line)!r} has {many(len(cells), 'cell')}", f"the header has {width}"
            yield Finding(RAGGED, file, message, line=number, expected=expected)
        if '""' in RAW_CELL.findall(line):
            yield Finding(EMPTY_QUOTED, file, "an empty cell is quoted", line=number)


def _quoting_findings(file: str, number: int, line: str, cells: list[str]) -> Iterator[Finding]:
    written = ",".join(_quoted(cell) for cell in cells)
    if line != written and '""' not in RAW_CELL.findall(line):
        message, expected = f"the line is {_short(line)!r}", f"its canonical form is {_short(written)!r}"
        yield Finding(QUOTING, file, message, line=number, expected=expected)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if '"' in cell or "," in cell else cell


def _short(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
