"""Mutants of the bytes of a table: its encoding, line ends, header, rows, quotes and order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from shegong.package.canonical import MAX_LINE_BYTES
from shegong.package.schema import TableSchema
from tests.mutation.base import Base
from tests.mutation.model import Batch, Mutant, Place, words

Change = tuple[bytes, int]
"""New bytes of the file, and the line at which the finding must be."""
Make = Callable[[list[bytes], TableSchema], Iterator[Change]]


@dataclass(frozen=True)
class FileOperator:
    """A function from the lines of a good table (each with its LF, the header first) to bad bytes."""

    make: Make
    rule: str


OPERATORS: list[FileOperator] = []


def breaks(rule: str) -> Callable[[Make], Make]:
    """Enter an operator."""

    def enter(make: Make) -> Make:
        OPERATORS.append(FileOperator(make, rule))
        return make

    return enter


def file_batches(base: Base) -> Iterator[Batch]:
    """Break every table at once, each batch in the next way."""
    ways = [list(_of_table(base, table)) for table in base.package.schemas]
    for batch in zip_longest(*ways):
        broken = [one for one in batch if one]
        yield Batch({mutant.place.file: data for mutant, data in broken}, [mutant for mutant, _ in broken])


def _of_table(base: Base, table: str) -> Iterator[tuple[Mutant, bytes]]:
    lines, file = base.bytes[table].splitlines(keepends=True), base.package.file(table)
    for operator in OPERATORS:
        for at, (data, line) in enumerate(operator.make(lines, base.schema(table)), 1):
            assert data != base.bytes[table], operator
            yield (
                Mutant(f"{words(operator.make.__name__)}: {table}, variant {at}", operator.rule, Place(file, line)),
                data,
            )


def _join(lines: list[bytes]) -> bytes:
    return b"".join(lines)


def _with(lines: list[bytes], line: int, new: bytes) -> bytes:
    """The file with a line (counted from 1) replaced."""
    return _join([*lines[: line - 1], new, *lines[line:]])


def _ends(lines: list[bytes]) -> tuple[int, ...]:
    """The first row, one in the middle, the last."""
    return tuple(sorted({2, 1 + len(lines) // 2, len(lines)}))


def _plain(lines: list[bytes]) -> list[int]:
    """Lines of rows without quotes, the first few."""
    return [number for number, line in enumerate(lines, 1) if number > 1 and b'"' not in line][:3]


# Encoding and line ends


@breaks("csv-encoding")
def byte_that_is_no_utf_8(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    for line in _ends(lines):
        for bad in (b"\xe9", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xff", b"\xe4\xb8"):
            yield _with(lines, line, lines[line - 1].rstrip(b"\n") + bad + b"\n"), line


@breaks("csv-encoding")
def whole_file_in_another_encoding(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    text = _join(lines).decode()
    for encoding in ("gb18030", "big5", "utf-16"):
        data = text.encode(encoding, "replace")
        bad = _first_bad_line(data)
        if bad:
            yield data, bad


def _first_bad_line(data: bytes) -> int:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return data[: error.start].count(b"\n") + 1
    return 0


@breaks("csv-bom")
def byte_order_mark(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    yield b"\xef\xbb\xbf" + _join(lines), 1


@breaks("csv-line-ends")
def windows_line_ends(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    yield _join(lines).replace(b"\n", b"\r\n"), 1
    for line in _ends(lines):
        yield _with(lines, line, lines[line - 1].replace(b"\n", b"\r\n")), line


@breaks("csv-line-ends")
def old_macintosh_line_ends(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    yield _join(lines).replace(b"\n", b"\r"), 1


@breaks("csv-line-ends")
def last_line_without_an_end(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    yield _join(lines)[:-1], len(lines)


@breaks("csv-line-ends")
def carriage_return_in_a_cell(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    for line in _ends(lines):
        yield _with(lines, line, lines[line - 1].replace(b",", b"\r,", 1)), line


@breaks("csv-nul")
def nul_character(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    for line in _ends(lines):
        yield _with(lines, line, lines[line - 1].replace(b",", b"\0,", 1)), line
    yield _join(lines) + b"\0\n", len(lines) + 1


@breaks("csv-long-line")
def long_cell(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    for line in _ends(lines):
        yield _with(lines, line, lines[line - 1].replace(b",", b"n" * MAX_LINE_BYTES + b",", 1)), line


# Header


def _header(schema: TableSchema, columns: list[str], lines: list[bytes]) -> Change:
    return _with(lines, 1, ",".join(columns).encode() + b"\n"), 1


@breaks("csv-header")
def names_of_two_columns_swapped(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    """The cells stay where they are."""
    columns = list(schema.columns)
    for at in range(len(columns) - 1):
        yield _header(schema, [*columns[:at], columns[at + 1], columns[at], *columns[at + 2 :]], lines)


@breaks("csv-header")
def column_misnamed(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    columns = list(schema.columns)
    for at, name in enumerate(columns):
        for wrong in (name.upper(), f" {name}", f"{name}s", "", f'"{name}"', f"{name}\u200b"):
            yield _header(schema, [*columns[:at], wrong, *columns[at + 1 :]], lines)


@breaks("csv-header")
def column_named_twice(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    yield _header(schema, [*schema.columns[:-1], schema.columns[0]], lines)


@breaks("csv-header")
def header_missing(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    yield (_join(lines[1:]), 1)
    yield (b"\n" + _join(lines), 1)
    yield (b"\n", 1)
    yield (b"# a comment\n" + _join(lines), 1)


def _split(line: bytes) -> list[bytes]:
    return re.findall(rb'(?:^|(?<=,))("(?:[^"]|"")*"|[^,]*)(?=,|$)', line.rstrip(b"\n"))


def _columns_moved(lines: list[bytes], move: Callable[[list[bytes]], list[bytes]]) -> bytes:
    return b"".join(b",".join(move(_split(line))) + b"\n" for line in lines)


@breaks("csv-header")
def columns_swapped(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    """Name and cells together, as an engine that reads by name would not mind."""
    for at in range(len(schema.columns) - 1):
        yield _columns_moved(lines, lambda c, at=at: [*c[:at], c[at + 1], c[at], *c[at + 2 :]]), 1  # type: ignore[misc]


@breaks("csv-header")
def column_left_out(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    for at in range(len(schema.columns)):
        yield _columns_moved(lines, lambda c, at=at: [*c[:at], *c[at + 1 :]]), 1  # type: ignore[misc]


@breaks("csv-header")
def column_too_many(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    yield _join([line.rstrip(b"\n") + (b",extra\n" if at == 0 else b",\n") for at, line in enumerate(lines)]), 1
    yield _join([(b"id," if at == 0 else b"%d," % at) + line for at, line in enumerate(lines)]), 1


@breaks("csv-header")
def another_separator(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    for separator in (b";", b"\t", b"|"):
        yield _join(lines).replace(b",", separator), 1


# Rows


@breaks("csv-blank-row")
def blank_line(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    for line in (*_ends(lines), len(lines) + 1):
        yield _join([*lines[: line - 1], b"\n", *lines[line - 1 :]]), line


@breaks("csv-ragged-row")
def row_too_short(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    for line in _ends(lines):
        yield _with(lines, line, b",".join(_split(lines[line - 1])[:-1]) + b"\n"), line
        yield _with(lines, line, lines[line - 1].split(b",")[0] + b"\n"), line


@breaks("csv-ragged-row")
def row_too_long(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    for line in _ends(lines):
        for more in (b",", b",x", b",,,"):
            yield _with(lines, line, lines[line - 1].rstrip(b"\n") + more + b"\n"), line


@breaks("csv-ragged-row")
def line_of_something_else(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    for other in (b" \n", b"# a comment\n", b"<<<<<<< HEAD\n", b"---\n", b"\xe3\x80\x80\n"):
        yield _join([*lines[:1], other, *lines[1:]]), 2


@breaks("csv-order")
def rows_out_of_order(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    yield _join([lines[0], lines[2], lines[1], *lines[3:]]), 3
    yield _join([lines[0], *lines[2:], lines[1]]), len(lines)
    yield _join([lines[0], lines[-1], *lines[1:-1]]), 3
    yield _join([lines[0], *lines[:0:-1]]), 3


@breaks("csv-order")
def header_again_below(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    """As when two files are joined."""
    is_smaller = schema.primary_key[0].encode() < _split(lines[-1])[0]
    yield _join([*lines, lines[0], lines[1]]), len(lines) + (1 if is_smaller else 2)


# Quotes


@breaks("csv-quoting")
def needless_quotes(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    for line in _plain(lines):
        cells = lines[line - 1].rstrip(b"\n").split(b",")
        yield _with(lines, line, b",".join([b'"' + cells[0] + b'"', *cells[1:]]) + b"\n"), line
        yield _with(lines, line, b",".join(b'"' + c + b'"' if c else c for c in cells) + b"\n"), line


@breaks("csv-quoted-empty")
def quoted_empty_cell(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    for line in _plain(lines):
        cells = lines[line - 1].rstrip(b"\n").split(b",")
        for at in (at for at, cell in enumerate(cells) if not cell):
            yield _with(lines, line, b",".join([*cells[:at], b'""', *cells[at + 1 :]]) + b"\n"), line


@breaks("csv-open-quote")
def open_quote(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    for line in _plain(lines):
        row = lines[line - 1]
        yield _with(lines, line, b'"' + row), line
        yield _with(lines, line, row.replace(b",", b',"', 1)), line
        yield _with(lines, line, row.replace(b",", b'",', 1)), line
        yield _with(lines, line, row.rstrip(b"\n") + b'"\n'), line


@breaks("csv-open-quote")
def text_outside_the_quotes(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    for line in _plain(lines):
        cells = lines[line - 1].rstrip(b"\n").split(b",")
        yield _with(lines, line, b",".join([b'"' + cells[0] + b'"x', *cells[1:]]) + b"\n"), line


@breaks("csv-quoting")
def quote_inside_a_bare_cell(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    for line in _plain(lines):
        cells = lines[line - 1].rstrip(b"\n").split(b",")
        yield _with(lines, line, b",".join([b'x"' + cells[0] + b'"', *cells[1:]]) + b"\n"), line
        at = next(at for at, cell in enumerate(cells) if at and cell)
        yield _with(lines, line, b",".join([*cells[:at], cells[at] + b'""', *cells[at + 1 :]]) + b"\n"), line


@breaks("csv-open-quote")
def line_break_in_a_cell(lines: list[bytes], schema: TableSchema) -> Iterator[Change]:
    for line in _plain(lines):
        cells = lines[line - 1].rstrip(b"\n").split(b",")
        for at in (1, len(cells) - 1):
            yield _with(lines, line, b",".join([*cells[:at], b'"one\ntwo"', *cells[at + 1 :]]) + b"\n"), line
