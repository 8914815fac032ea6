"""Canonical CSV: UTF-8, LF, exact header, minimal quoting, rows sorted by key.

polars reads a file as text, in blocks of whole lines. A line without a quote is canonical if it is as long as its cells
and the commas between them; the other lines are written again, and must come out as they are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import BinaryIO

import polars as pl
import pyarrow as pa

from shegong.findings import Finding, Findings, Rule
from shegong.package.schema import TableSchema

RAW_CELL = re.compile(r'(?:^|(?<=,))("(?:[^"]|"")*"|[^,]*)(?=,|$)')
BOM = b"\xef\xbb\xbf"
BLOCK = 16 * 1024**2
"""Bytes of a file that are looked at together: a table of any size takes the memory of a few blocks."""
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
FIXABLE = (BYTE_ORDER, LINE_ENDS, EMPTY_QUOTED, QUOTING, ORDER)
"""What `fmt` mends without a loss; after the other findings of this step the rows cannot be trusted."""


@dataclass(frozen=True)
class TextTable:
    """Rows of a table as text, the first on `first_line` of the file; no frame where the rows cannot be trusted."""

    schema: TableSchema
    file: str
    frame: pl.DataFrame | None
    findings: tuple[Finding, ...]
    first_line: int = 2


def read_table(schema: TableSchema, file: str, data: bytes) -> TextTable:
    """Read the bytes of a CSV file as text and say where they are not canonical."""
    reader = Reader(schema, file)
    frames = [rows.frame for rows in reader.read(io.BytesIO(data))]
    trusted = [frame for frame in frames if frame is not None] if reader.is_parseable else []
    return TextTable(schema, file, pl.concat(trusted) if trusted else None, tuple(reader.findings().kept))


class Reader:
    """Reads a table in blocks of whole lines; where it is not canonical is known at the end."""

    def __init__(self, schema: TableSchema, file: str, most: int | None = None) -> None:
        """A reader of one file that holds so many findings of a rule, or all."""
        self.schema, self.file = schema, file
        self._bytes = _Bytes(file)
        self._plain, self._quoted, self._forms, self._order = (Findings(most) for _ in range(4))
        self._line, self._last_key = 1, ""
        self.is_strictly_sorted = True
        """Whether each key read so far is larger than the one before, so that none stands twice."""

    @property
    def is_parseable(self) -> bool:
        """Whether the rows read so far can be trusted, whatever else was found."""
        return self._bytes.are_text and all(rule in FIXABLE for rule in (*self._plain.totals, *self._quoted.totals))

    def read(self, stream: BinaryIO) -> Iterator[TextTable]:
        """The rows of a file, block by block; no frame from where they cannot be trusted."""
        for raw in _blocks(stream, BLOCK):
            self._bytes.look_at(raw, self._line)
            text = _without_mendable_bytes(raw)
            data = self._without_header(text) if self._bytes.are_text else b""
            lines = _cut(data, pl.concat([pl.Series([0]), _ends(data)]))
            frame = self._rows(lines, data) if HEADER not in self._plain.totals else None
            yield TextTable(self.schema, self.file, frame, (), self._line)
            self._line += lines.len() if self._bytes.are_text else text.count(b"\n")

    def findings(self) -> Findings:
        """What is not canonical: nothing of rows where bytes are no text, nothing of forms where lines are no rows."""
        found = self._bytes.findings(self._line - 1)
        if self._bytes.are_text:
            rows = Findings().merge(self._plain, self._quoted)
            rows.kept.sort(key=lambda finding: finding.line)
            found.merge(rows)
        if self.is_parseable:
            found.merge(self._forms, self._order)
        found.kept = [replace(finding, table=self.schema.name) for finding in found.kept]
        return found

    def _without_header(self, data: bytes) -> bytes:
        if self._line > 1:
            return data
        line, _, rest = data.removeprefix(BOM).partition(b"\n")
        header, expected = line.decode("utf-8"), ",".join(self.schema.columns)
        if header != expected:
            message = f"the header is {_short(header)!r}, not {expected!r}"
            self._plain.add([Finding(HEADER, self.file, message, line=1)])
        self._line = 2
        return rest

    def _rows(self, lines: pl.Series, data: bytes) -> pl.DataFrame | None:
        """The lines as rows, if all that was read so far can be trusted."""
        frame = _cells(data, self.schema.columns, lines.len()) if self.is_parseable else None
        doubtful = _doubtful(lines, frame)
        suspects = lines.filter(doubtful)
        text = suspects.str.join().item()
        if frame is not None and '""' in text:
            frame = _with_missing(frame)
        written = "" if frame is None else _written(frame.filter(doubtful))
        if frame is None or written != text:
            numbers = doubtful.arg_true().cast(pl.Int64) + self._line
            self._look_at_rows(suspects, numbers)
            if not self.is_parseable:
                return None
            if frame is None:
                raise pl.exceptions.ComputeError(f"{self.file}: its rows cannot be told apart")
            self._forms.add(_quoting_findings(self.file, zip(numbers, suspects, written.split("\n")[:-1], strict=True)))
        self._look_at_order(frame)
        return frame

    def _look_at_rows(self, lines: pl.Series, numbers: pl.Series) -> None:
        """Find the lines that are no rows; those with a quote one by one."""
        width = len(self.schema.columns)
        quoted = lines.str.contains('"', literal=True)
        cells = lines.str.count_matches(",", literal=True) + 1
        blank = lines == "\n"
        for rule, wrong in ((BLANK, blank), (RAGGED, ~blank & ~quoted & (cells != width))):
            first = wrong.arg_true().head(self._plain.count(rule, "", int(wrong.sum())))
            for number, line, count in zip(numbers[first], lines[first], cells[first], strict=True):
                message = "the line is blank" if rule is BLANK else f"{count} cells, not {width}: {_short(line[:-1])!r}"
                self._plain.kept.append(Finding(rule, self.file, message, line=number))
        for number, line in zip(numbers.filter(quoted), lines.filter(quoted), strict=True):
            self._quoted.add(_quoted_row_findings(self.file, number, line[:-1], width))

    def _look_at_order(self, frame: pl.DataFrame) -> None:
        key = frame[self.schema.primary_key[0]].fill_null("")
        if key.is_empty():
            return
        before = key.shift(1, fill_value=self._last_key)
        self.is_strictly_sorted &= (key > before).all()
        if not self.is_strictly_sorted:
            wrong = (key < before).arg_true()
            for row in wrong.head(self._order.count(ORDER, "", wrong.len())):
                message = f"{key[row]!r} stands after a larger key"
                self._order.kept.append(Finding(ORDER, self.file, message, line=self._line + row, value=key[row]))
        self._last_key = key[-1]


class _Bytes:
    """The bytes of a file as far as they were read: are they text, and how do its lines end?"""

    def __init__(self, file: str) -> None:
        self.file = file
        self.encoding: Finding | None = None
        self.has_bom, self.last = False, b""
        self.found: dict[Rule, tuple[int, int]] = {}
        """Carriage returns and NUL characters: line of the first, and how many."""

    @property
    def are_text(self) -> bool:
        return self.encoding is None and NUL not in self.found

    def look_at(self, raw: bytes, first_line: int) -> None:
        if not self.last:
            self.has_bom = raw.startswith(BOM)
        for rule, byte in ((LINE_ENDS, b"\r"), (NUL, b"\0")):
            if (at := raw.find(byte)) >= 0:
                line, number = self.found.get(rule, (first_line + _lines(raw[:at]), 0))
                self.found[rule] = (line, number + raw.count(byte))
        if self.encoding is None and not _is_utf8(raw):
            self.encoding = self._not_utf8(raw, first_line)
        self.last = raw[-1:]

    def findings(self, last_line: int) -> Findings:
        found = [self.encoding] if self.encoding else []
        if self.has_bom:
            found.append(Finding(BYTE_ORDER, self.file, "the file begins with a byte order mark", line=1))
        for rule, what in ((LINE_ENDS, "carriage return"), (NUL, "NUL character")):
            if rule in self.found:
                line, number = self.found[rule]
                found.append(Finding(rule, self.file, f"{what}, {number} in all", line=line))
        if self.last not in (b"\n", b"\r"):
            found.append(Finding(LINE_ENDS, self.file, "the last line does not end", line=last_line))
        return Findings().add(found)

    def _not_utf8(self, raw: bytes, first_line: int) -> Finding | None:
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as error:
            line = first_line + _lines(raw[: error.start])
            return Finding(ENCODING, self.file, f"byte 0x{raw[error.start]:02X} is no UTF-8", line=line)
        return None


def read_text(data: bytes) -> pl.DataFrame:
    """The rows of a CSV file as text, whatever its line ends, order and quotes.

    Raises:
        polars.exceptions.PolarsError: It is no table.
        UnicodeDecodeError: It is no UTF-8.
    """
    data.decode("utf-8")
    text = _without_mendable_bytes(data.removeprefix(BOM))
    frame = pl.read_csv(io.BytesIO(text), infer_schema=False, quote_char='"')
    return _with_missing(frame) if b'""' in text else frame


def write_table(frame: pl.DataFrame) -> bytes:
    """The canonical bytes of a frame of text whose rows are in order."""
    return frame.write_csv(quote_style="necessary", line_terminator="\n").encode("utf-8")


def sort_rows(schema: TableSchema, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows in the order of their key."""
    return frame.sort(schema.primary_key, nulls_last=False, maintain_order=True)


def _blocks(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """The bytes of a file in blocks of whole lines; of an empty file one empty block."""
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


def _is_utf8(data: bytes) -> bool:
    try:
        return _cut(data, pl.Series([0, len(data)])).len() == 1
    except pl.exceptions.PolarsError:
        return False


def _without_mendable_bytes(data: bytes) -> bytes:
    text = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data
    return text if text.endswith(b"\n") else text + b"\n"


def _lines(data: bytes) -> int:
    """How many lines end in the data."""
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")


def _ends(data: bytes) -> pl.Series:
    """Where lines end: the number of bytes up to and with each LF."""
    characters = _series(pa.uint8(), len(data), [None, pa.py_buffer(data)])
    return (characters == ord("\n")).arg_true().cast(pl.Int64) + 1


def _cut(data: bytes, offsets: pl.Series) -> pl.Series:
    """The texts between offsets of UTF-8 bytes, which are not copied."""
    buffers = [None, offsets.to_arrow().buffers()[1], pa.py_buffer(data)]
    return _series(pa.large_binary(), offsets.len() - 1, buffers).cast(pl.String)


def _series(kind: pa.DataType, length: int, buffers: list[pa.Buffer | None]) -> pl.Series:
    # polars imports pyarrow.compute for what it sees to be of pyarrow, which takes longer than to read our tables.
    array = pa.Array.from_buffers(kind, length, buffers)
    return pl.Series(SimpleNamespace(__arrow_c_array__=array.__arrow_c_array__))


def _cells(data: bytes, columns: tuple[str, ...], lines: int) -> pl.DataFrame | None:
    """The cells of the lines; nothing where polars sees other rows than lines."""
    schema = dict.fromkeys(columns, pl.String)
    if not data:
        return pl.DataFrame(schema=schema)
    try:
        frame = pl.read_csv(data, has_header=False, schema=schema, quote_char='"', truncate_ragged_lines=True)
    except pl.exceptions.PolarsError:
        return None
    return frame if frame.height == lines else None


def _with_missing(frame: pl.DataFrame) -> pl.DataFrame:
    """The cells with null where a cell is empty; polars reads a quoted empty cell as text."""
    return frame.with_columns(pl.when(pl.all() != "").then(pl.all()))


def _doubtful(lines: pl.Series, frame: pl.DataFrame | None) -> pl.Series:
    """Which lines may not be canonical: they hold a quote, or more or less than their cells and the commas between."""
    if frame is None:
        return pl.repeat(True, lines.len(), eager=True)
    size = pl.sum_horizontal(pl.all().str.len_bytes().fill_null(0)) + frame.width
    doubtful = frame.select(size).to_series() != lines.str.len_bytes()
    return doubtful | lines.str.contains('"', literal=True)


def _written(frame: pl.DataFrame) -> str:
    return frame.write_csv(include_header=False, quote_style="necessary", line_terminator="\n")


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


def _quoting_findings(file: str, lines: Iterable[tuple[int, str, str]]) -> Iterator[Finding]:
    for number, old, new in lines:
        if old[:-1] != new and '""' not in RAW_CELL.findall(old[:-1]):
            message = f"{_short(old[:-1])!r} would be written {_short(new)!r}"
            yield Finding(QUOTING, file, message, line=number)


def _short(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
