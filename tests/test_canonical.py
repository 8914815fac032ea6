"""Canonical CSV and lexical forms: one form of a file, one form of a cell, and `fmt` between them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from shegong.checks.descriptor import TABLES, check_descriptor
from shegong.checks.format import format_package
from shegong.escape import show_invisible
from shegong.findings import Finding, Findings, Severity
from shegong.package import canonical, cells
from shegong.package.canonical import Reader, TextTable, read_table, read_text, sort_rows, write_table
from shegong.package.cells import parse_rows, parse_table
from shegong.package.schema import Field, TableSchema
from tests.conftest import PackageCopy

FILE = "data/organizations.csv"
HEADER = b"organization_id,name_zh,name_en,type,region_id,note\n"
ONE = "org-0001,阳江市福利院,Yangjiang Welfare Institute,care_institution,441700,\n".encode()
TWO = 'org-0002,秀洲区社会工作部,Xiuzhou Department,party_body,330411,"Printed so, without the Party."\n'.encode()
GOOD = HEADER + ONE + TWO


def long_line(size: int) -> bytes:
    """A row of this many bytes, without its line feed."""
    return ONE.replace(b",\n", b"," + b"n" * (size - len(ONE) + 1) + b"\n")


QUOTED = ONE.replace(b"441700", b'"441700"')
CRLF = (b"\n", b"\r\n")

Forms = dict[str, tuple[bytes, str]]

# A file, and its findings: rule and line of each.
FIXABLE: Forms = {
    "byte order mark": (b"\xef\xbb\xbf" + GOOD, "csv-bom 1"),
    "CRLF": (GOOD.replace(*CRLF), "csv-line-ends 1"),
    "CRLF on one line": (HEADER + ONE.replace(*CRLF) + TWO, "csv-line-ends 2"),
    "CR": (GOOD.replace(b"\n", b"\r"), "csv-line-ends 1"),
    "no final newline": (GOOD[:-1], "csv-line-ends 3"),
    "needless quotes": (HEADER + QUOTED + TWO, "csv-quoting 2"),
    "needless quotes twice": (HEADER + QUOTED + TWO.replace(b"330411", b'"330411"'), "csv-quoting 2, csv-quoting 3"),
    "quoted empty cell": (HEADER + ONE.replace(b",\n", b',""\n') + TWO, "csv-quoted-empty 2"),
    "needless and needed quotes": (HEADER + ONE + TWO.replace(b"330411", b'"330411"'), "csv-quoting 3"),
    "unsorted": (HEADER + TWO + ONE, "csv-order 3"),
    "all at once": (
        b"\xef\xbb\xbf" + (HEADER + TWO + QUOTED).replace(*CRLF),
        "csv-bom 1, csv-line-ends 1, csv-quoting 3, csv-order 3",
    ),
}
HOPELESS: Forms = {
    "empty file": (b"", "csv-line-ends 1, csv-header 1"),
    "blank line": (HEADER + ONE + b"\n" + TWO, "csv-blank-row 3"),
    "blank line at the end": (GOOD + b"\n", "csv-blank-row 4"),
    "line of a space": (GOOD + b" \n", "csv-ragged-row 4"),
    "short row": (HEADER + ONE.replace(b",\n", b"\n") + TWO, "csv-ragged-row 2"),
    "long row": (HEADER + ONE.replace(b",\n", b",,\n") + TWO, "csv-ragged-row 2"),
    "long row with quotes": (HEADER + ONE + TWO.replace(b'."\n', b'.",\n'), "csv-ragged-row 3"),
    "open quote": (HEADER + ONE.replace(b"441700", b'"441700') + TWO, "csv-open-quote 2"),
    "text after a quote": (GOOD.replace(b"Yangjiang", b'"Yangjiang"'), "csv-open-quote 2"),
    "space after a quote": (GOOD.replace(b"441700", b'"441700" '), "csv-open-quote 2"),
    "line break in a cell": (GOOD.replace(b"Printed so", b"Printed\nso"), "csv-open-quote 3, csv-open-quote 4"),
    "CR in a cell": (GOOD.replace(b"Welfare", b"Wel\rfare"), "csv-line-ends 2, csv-ragged-row 2, csv-ragged-row 3"),
    "NUL": (GOOD.replace(b"Welfare", b"Wel\0fare"), "csv-nul 2"),
    "NUL after line ends of every kind": (
        HEADER.replace(b"\n", b"\r") + ONE.replace(*CRLF) + b"\n" + TWO.replace(b"Printed", b"\0"),
        "csv-line-ends 1, csv-nul 4",
    ),
    "latin-1 below a NUL": (
        GOOD.replace(b"Welfare", b"Wel\0fare") + ONE * 20 + TWO.replace(b"Department", b"D\xe9partment"),
        "csv-encoding 24, csv-nul 2",
    ),
    "no final newline below a NUL": (GOOD.replace(b"Welfare", b"Wel\0fare") + ONE[:-1], "csv-nul 2, csv-line-ends 4"),
    "line of 131,073 bytes": (HEADER + long_line(131_073) + TWO, "csv-long-line 2"),
    "two long lines, the last without its end": (
        HEADER + TWO + long_line(2_500_000) + long_line(200_000)[:-1],
        "csv-line-ends 4, csv-long-line 3, csv-long-line 4",
    ),
    "latin-1": (GOOD.replace(b"Department", b"D\xe9partment"), "csv-encoding 3"),
    "swapped header": (GOOD.replace(b"name_zh,name_en", b"name_en,name_zh"), "csv-header 1"),
    "quoted header": (GOOD.replace(b"name_zh", b'"name_zh"'), "csv-header 1"),
    "no header": (ONE + TWO, "csv-header 1"),
}
CANONICAL = {
    "no rows": HEADER,
    "a comma": GOOD,
    "a quote": HEADER + ONE.replace(b",\n", b',"Said to be ""old"", and is."\n'),
    "a quote at both ends": HEADER + ONE.replace(b",\n", b',"""old"""\n'),
    "a quote between commas": HEADER + ONE.replace(b",\n", b',"a,"",b"\n'),
    "a hash": HEADER + ONE.replace(b",\n", b",#1\n"),
}


def ids(forms: Forms | dict[str, bytes]) -> list[str]:
    return [name.replace(" ", "-") for name in forms]


@pytest.fixture
def organizations(package) -> TableSchema:
    return package.schemas["organizations"]


def broken(findings: Iterable[Finding]) -> str:
    return ", ".join(f"{finding.rule.id} {finding.line}" for finding in findings)


# Identity


@pytest.mark.parametrize("table", TABLES)
def test_a_table_of_the_package_is_read_and_written_as_it_is(package, table):
    schema, data = package.schemas[table], package.path(table).read_bytes()
    read = read_table(schema, package.file(table), data)
    assert read.findings == ()
    assert write_table(read.frame) == data
    assert write_table(sort_rows(schema, read.frame)) == data


@pytest.mark.parametrize("table", TABLES)
def test_a_table_of_the_package_loses_nothing_when_parsed(package, table):
    schema, data = package.schemas[table], package.path(table).read_bytes()
    read = read_table(schema, package.file(table), data)
    frame, findings = parse_table(read)
    assert findings == []
    assert frame.columns == list(schema.columns)
    assert frame.null_count().row(0) == read.frame.null_count().row(0)


def test_longest_line_has_no_finding(organizations):
    data = HEADER + long_line(canonical.MAX_LINE_BYTES) + TWO
    assert read_table(organizations, FILE, data).findings == ()
    assert read_table(organizations, FILE, HEADER + long_line(canonical.MAX_LINE_BYTES + 1) + TWO).findings


@pytest.mark.parametrize("data", CANONICAL.values(), ids=ids(CANONICAL))
def test_canonical_forms_have_no_finding(organizations, data):
    table = read_table(organizations, FILE, data)
    assert table.findings == ()
    assert write_table(table.frame) == data


def test_rows_are_sorted_by_code_point(organizations):
    lines = [ONE.replace(b"org-0001", key) for key in (b"Z", b"a", b"org-00010", b"org-0002", "阳".encode())]
    assert read_table(organizations, FILE, HEADER + b"".join(lines)).findings == ()


# Files that are not canonical


@pytest.mark.parametrize(("data", "expected"), FIXABLE.values(), ids=ids(FIXABLE))
def test_a_mendable_file_says_where_and_keeps_its_rows(organizations, data, expected):
    table = read_table(organizations, FILE, data)
    assert broken(table.findings) == expected
    assert table.frame.height == 2


@pytest.mark.parametrize(("data", "expected"), HOPELESS.values(), ids=ids(HOPELESS))
def test_a_hopeless_file_says_where_and_gives_no_rows(organizations, data, expected):
    table = read_table(organizations, FILE, data)
    assert broken(table.findings) == expected
    assert table.frame is None


@pytest.mark.parametrize(("data", "expected"), (FIXABLE | HOPELESS).values(), ids=ids(FIXABLE | HOPELESS))
def test_a_finding_of_a_file_names_file_and_table(organizations, data, expected):
    findings = read_table(organizations, FILE, data).findings
    assert {(finding.file, finding.table) for finding in findings} == {(FILE, "organizations")}


def test_a_key_that_stands_twice_is_in_order(organizations):
    assert broken(read_table(organizations, FILE, HEADER + TWO + ONE + ONE + TWO).findings) == "csv-order 3"


def test_needless_quotes_beside_an_escaped_quote_are_told(organizations):
    data = HEADER + ONE.replace(b"441700,\n", b'"441700","Said to be ""old"", and is."\n')
    assert broken(read_table(organizations, FILE, data).findings) == "csv-quoting 2"


# What fmt does


def put(copy: PackageCopy, data: bytes) -> None:
    (copy.root / FILE).write_bytes(data)


def files_of(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_fmt_changes_nothing_in_the_package_as_it_is(copy):
    before = files_of(copy.root)
    assert format_package(copy.package) == ([], [])
    assert files_of(copy.root) == before


@pytest.mark.slow
@pytest.mark.parametrize(("data", "expected"), FIXABLE.values(), ids=ids(FIXABLE))
def test_fmt_mends_and_loses_nothing(copy, data, expected):
    put(copy, data)
    changed, findings = format_package(copy.package)
    assert (changed, findings) == ([FILE, "datapackage.json"], [])
    assert (copy.root / FILE).read_bytes() == GOOD


def test_fmt_quotes_a_cell_that_holds_a_quote(copy):
    put(copy, GOOD.replace(b"Welfare", b'"Welfare"'))
    format_package(copy.package)
    assert (copy.root / FILE).read_bytes() == GOOD.replace(
        b"Yangjiang Welfare Institute", b'"Yangjiang ""Welfare"" Institute"'
    )


@pytest.mark.slow
@pytest.mark.parametrize(("data", "expected"), FIXABLE.values(), ids=ids(FIXABLE))
def test_fmt_leaves_files_that_are_canonical_and_stamped(copy, data, expected):
    put(copy, data)
    format_package(copy.package)
    package = copy.package
    assert check_descriptor(package) == []
    for name, schema in package.schemas.items():
        table = read_table(schema, package.file(name), package.path(name).read_bytes())
        assert (table.findings, parse_table(table)[1]) == ((), [])
    assert format_package(package) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize(("data", "expected"), HOPELESS.values(), ids=ids(HOPELESS))
def test_fmt_refuses_and_writes_nothing(copy, data, expected):
    # Another table is mendable: it must stay as it is too.
    copy.edit_bytes("data/regions.csv", lambda regions: regions.replace(b"\n", b"\r\n"))
    put(copy, data)
    before = files_of(copy.root)
    changed, findings = format_package(copy.package)
    assert (changed, broken(findings)) == ([], expected)
    assert files_of(copy.root) == before


@pytest.mark.slow
def test_fmt_stamps_a_table_that_changed(copy):
    copy.edit_cell("organizations", "org-0001", "note", "Name as printed.")
    assert format_package(copy.package) == (["datapackage.json"], [])
    assert not copy.check().has_errors


def test_fmt_leaves_no_other_file_behind(copy):
    before = set(files_of(copy.root))
    copy.edit_bytes(FILE, lambda data: data.replace(b"\n", b"\r\n"))
    format_package(copy.package)
    assert set(files_of(copy.root)) == before


# Lexical forms: type of the column, and cells that are not of it


PLACES = {
    "integer": ("sources", "char_start"), "number": ("metrics", "value_max"), "date": ("sources", "published_to"),
    "boolean": ("metrics", "is_graded"), "text": ("metrics", "definition_en"), "verbatim": ("mentions", "text"),
    "uri": ("sources", "url"),
}  # fmt: skip
# Cells, separated by a bar.
BAD = {
    "integer": "+5|-0|00012|1.0|1e3|1,030|１２| 5|5 |0x10|1_000|nan|five|--5|1234567890123456789",
    "number": "+5|-0|-0.0|00012|0.0|1.10|1.0|1.|.5|1e3|1E3|nan|NaN|inf|-inf|1,030|１.5| 2.5|2.5 |1.23456|0.00005|1/2|2.5%|true",
    "date": (
        "2020-1-1| 2020-1-1| 2020-01-01|2020-01-01 |20200101|2020/01/01|2023-02-30|2023-02-29|2020-13-01|2020-00-10|"
        "2020-01-00|20-01-01|0000-01-01|+2020-01-01|2020-01-01T00:00:00|２０２０-01-01|2020-01|2020|today"
    ),
    "boolean": "TRUE|True|FALSE|t|1|0|yes| true|true |null",
    "text": (
        "=1+1|+1|-1|@SUM(A1)|<b>|a > b| a|a |a\tb|a\x07b|a\x85b|a\u200bb|a\u200eb|a\ufeffb|a\u00adb|a\u3000b|a\u00a0b|"
        "a\u2009b|a\u2028b|a\u2029b|a\ue000b|a\U000f0000b|a\ufffeb|a\u0378b|e\u0301|\u212b|"
        "a\u3164b|a\ufe0f|\u2800|a\u034fb|\u115f|\uffa0|a\U000e0101"
    ),
    "verbatim": "=1+1|+1|-1|@A1|<b>|a > b|a\tb|a\x07b|a\x85b|a\u2028b|a\u2029b",
    "uri": (
        "example.org|www.example.org|ftp://example.org|HTTP://example.org|http://|http://a b|https://a\u3000b|"
        "javascript:alert(1)|mailto:a@b.c|xhttps://example.org| https://example.org|https://example.org/<b>|https://example.org/\u200b"
    ),
}
GOOD_CELLS = {
    "integer": "0|5|-5|1030|123456789012345678",
    "number": "0|5|-5|2.5|-2.5|0.5|-0.05|13600|0.0001|1030.1234",
    "date": "2020-03-17|2024-02-29|1911-10-10|9999-12-31",
    "boolean": "true|false",
    "text": "a|1+1=2|a-b|é|é a|X é|社工|“社工”|a & b|𠮷|1 000",
    "verbatim": " a |a\u3000b|a\u00a0b|a\u200bb|a\ue000b|e\u0301|(lǐng)|𠮷",
    "uri": "http://example.org|https://example.org/a?b=c#d|https://例子.中国/社工",
}


def with_cell(package, table: str, column: str, value: str) -> TextTable:
    """A table's first row with one cell changed."""
    rows = list(csv.reader(io.StringIO(package.path(table).read_bytes().decode(), newline="")))[:2]
    rows[1][rows[0].index(column)] = value
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return read_table(package.schemas[table], package.file(table), text.getvalue().encode())


@pytest.mark.parametrize("form", BAD)
def test_a_cell_of_another_form_is_one_finding(package, form):
    table, column = PLACES[form]
    for cell in BAD[form].split("|"):
        frame, findings = parse_table(with_cell(package, table, column, cell))
        expected = (f"cell-{form}", table, 2, column, cell)
        assert [(f.rule.id, f.table, f.line, f.column, f.value) for f in findings] == [expected]
        assert frame[column].to_list() == [None], cell


@pytest.mark.parametrize("form", GOOD_CELLS)
def test_a_cell_of_its_form_is_none(package, form):
    for cell in GOOD_CELLS[form].split("|"):
        read = with_cell(package, *PLACES[form], cell)
        frame, findings = parse_table(read)
        assert (read.findings, findings) == ((), []), cell
        assert frame[PLACES[form][1]].null_count() == 0, cell


@pytest.mark.parametrize("form", PLACES)
def test_an_empty_cell_is_missing_in_every_form(package, form):
    table, column = PLACES[form]
    frame, findings = parse_table(with_cell(package, table, column, ""))
    assert (frame[column].to_list(), findings) == ([None], [])


@pytest.mark.parametrize(
    ("form", "cell", "typed"),
    [
        ("integer", "-5", int), ("number", "2.5", float), ("boolean", "false", bool), ("text", "5", str),
        ("verbatim", " 5", str),
    ],
)  # fmt: skip
def test_a_cell_has_the_type_of_its_column(package, form: str, cell: str, typed: Callable[[str], object]):
    table, column = PLACES[form]
    frame, _ = parse_table(with_cell(package, table, column, cell))
    assert frame[column].item() == (cell == "true" if typed is bool else typed(cell))


# What is said, to the letter


def small(*types: str) -> TableSchema:
    """A table of columns a, b, … of these types, the first its key."""
    fields = tuple(Field(name, type, *[""] * 5, False) for name, type in zip("abcdef", types, strict=False))
    return TableSchema("small", *[""] * 4, fields, ("a",), (), ())


LONG = "x" * 60
SAID: dict[bytes, list[str]] = {
    b"a,b\n1,2\n": [],
    b"a,b\n": [],
    b"": ["csv-line-ends 1 the last line has no line end", "csv-header 1 the header is '', but the columns are 'a,b'"],
    b"\xef\xbb\xbfa,b\n": ["csv-bom 1 the file begins with a byte order mark"],
    b"a,b\r\n1,2\r\n3,4\n": ["csv-line-ends 1 carriage return, 2 in all"],
    b"a,b\n1,2\r": ["csv-line-ends 2 carriage return, 1 in all"],
    b"a,b\n1,2": ["csv-line-ends 2 the last line has no line end"],
    b"a,b\n\0,2\n\0,\0\n": ["csv-nul 2 NUL character, 3 in all"],
    b"\n\xff\n": ["csv-encoding 2 byte 0xFF is not UTF-8"],
    b"\0\n\0\n": ["csv-nul 1 NUL character, 2 in all"],
    b"\n\0\n": ["csv-nul 2 NUL character, 1 in all"],
    b"a,b\n1,\xff\n2,\xfe\n": ["csv-encoding 2 byte 0xFF is not UTF-8"],
    b"a,b\n1,2\n3,\x0a\xe4\xb8\n": ["csv-encoding 4 byte 0xE4 is not UTF-8"],
    b"a\n1,2\n": ["csv-header 1 the header is 'a', but the columns are 'a,b'"],
    b"a\n1\n": ["csv-header 1 the header is 'a', but the columns are 'a,b'"],
    b"a,b" + LONG.encode() + b"\n": [f"csv-header 1 the header is 'a,b{LONG[:56]}…', but the columns are 'a,b'"],
    b"a,b\n" + LONG.encode() + b"\n": [f"csv-ragged-row 2 '{LONG}' has 1 cell, but the header has 2"],
    b"a,b\n" + LONG.encode() + b"x\n": [f"csv-ragged-row 2 '{LONG[:59]}…' has 1 cell, but the header has 2"],
    b"a,b\n1\n\n2,3,4\n": [
        "csv-ragged-row 2 '1' has 1 cell, but the header has 2",
        "csv-blank-row 3 the line is blank",
        "csv-ragged-row 4 '2,3,4' has 3 cells, but the header has 2",
    ],
    b"a,b\n1,\n2,,\n": ["csv-ragged-row 3 '2,,' has 3 cells, but the header has 2"],
    b"a,b\n1\n\"2\"\n3\n": [
        "csv-ragged-row 2 '1' has 1 cell, but the header has 2",
        "csv-ragged-row 3 '\"2\"' has 1 cell, but the header has 2",
        "csv-ragged-row 4 '3' has 1 cell, but the header has 2",
    ],
    b'a,b\n1,"2\n3,4"\n': [
        "csv-open-quote 2 a quote is not closed at the end of its cell: '1,\"2'",
        "csv-open-quote 3 a quote is not closed at the end of its cell: '3,4\"'",
    ],
    b'a,b\n1,"2\n3,4"\n5,""\n': [
        "csv-open-quote 2 a quote is not closed at the end of its cell: '1,\"2'",
        "csv-open-quote 3 a quote is not closed at the end of its cell: '3,4\"'",
        "csv-quoted-empty 4 an empty cell is quoted",
    ],
    b'a,b\n1,"2"3\n': ["csv-open-quote 2 a quote is not closed at the end of its cell: '1,\"2\"3'"],
    b'a,b\n1,""\n2,"3"\n': [
        "csv-quoted-empty 2 an empty cell is quoted",
        "csv-quoting 3 the line is '2,\"3\"', but its canonical form is '2,3'",
    ],
    b'a,b\n"1",""\n': ["csv-quoted-empty 2 an empty cell is quoted"],
    b'"","b"\n': ["csv-header 1 the header is '\"\",\"b\"', but the columns are 'a,b'"],
    b'a,b\n1,"2,3"\n4,"5 ""6"""\n': [],
    b'a,b\n1,"x,"",y"\n2,"z"\n': ["csv-quoting 3 the line is '2,\"z\"', but its canonical form is '2,z'"],
    b'a,b\n1,2"3\n': ["csv-open-quote 2 a quote is not closed at the end of its cell: '1,2\"3'"],
    b'a,b\n1,2"3"\n': ["csv-quoting 2 the line is '1,2\"3\"', but its canonical form is '1,\"2\"\"3\"\"\"'"],
    b"a,b\n2,\n1,\n3,\n2,\n,\n": [
        "csv-order 3 '1' is after '2', but rows are sorted by key",
        "csv-order 5 '2' is after '3', but rows are sorted by key",
        "csv-order 6 '' is after '2', but rows are sorted by key",
    ],
    b"a,b\n1,\n1,\n": [],
    b"\xef\xbb\xbfa,b\r\n2,\"x\"\r\n1,": [
        "csv-bom 1 the file begins with a byte order mark",
        "csv-line-ends 1 carriage return, 2 in all",
        "csv-line-ends 3 the last line has no line end",
        "csv-quoting 2 the line is '2,\"x\"', but its canonical form is '2,x'",
        "csv-order 3 '1' is after '2', but rows are sorted by key",
    ],
}  # fmt: skip


@pytest.mark.parametrize("data", SAID)
def test_what_is_not_canonical_is_said_to_the_letter(data):
    found = read_table(small("string", "string"), "data/small.csv", data).findings
    assert [f"{f.rule.id} {f.line} {f.sentence}" for f in found] == SAID[data]
    assert {(f.file, f.table, f.column) for f in found} <= {("data/small.csv", "small", "")}
    assert [f.value for f in found if f.rule.id == "csv-order"] == [
        m.split("'")[1] for m in SAID[data] if "csv-order" in m
    ]


def test_of_each_rule_the_first_are_said_and_all_are_counted():
    reader = Reader(small("string", "string"), "data/small.csv", limit=2)
    rows = b'9,""\n8,""\n7,"x"\n6,"x"\n5,\n4,"x"\n3,""\n'
    [block] = reader.read(io.BytesIO(b"a,b\n" + rows))
    found = reader.findings()
    assert (block.schema.name, block.file, block.findings, block.first_line) == ("small", "data/small.csv", (), 2)
    assert block.frame.rows() == [
        ("9", None), ("8", None), ("7", "x"), ("6", "x"), ("5", None), ("4", "x"), ("3", None),
    ]  # fmt: skip
    assert (
        broken(found.kept)
        == "csv-quoted-empty 2, csv-quoted-empty 3, csv-quoting 4, csv-quoting 5, csv-order 3, csv-order 4"
    )
    assert {rule.id: total for rule, total in found.totals.items()} == {
        "csv-quoted-empty": 3,
        "csv-quoting": 3,
        "csv-order": 6,
    }


def test_each_block_of_rows_says_on_which_line_it_begins(monkeypatch):
    monkeypatch.setattr(canonical, "BLOCK_BYTES", 9)
    reader = Reader(small("string", "string"), "data/small.csv")
    blocks = list(reader.read(io.BytesIO(b"a,b\n" + b"1,2\n" * 5)))
    assert [(block.first_line, block.frame.height) for block in blocks] == [(2, 1), (3, 2), (5, 2)]


def test_no_block_of_rows_is_given_from_where_they_cannot_be_trusted(monkeypatch):
    monkeypatch.setattr(canonical, "BLOCK_BYTES", 8)
    blocks = list(Reader(small("string", "string"), "data/small.csv").read(io.BytesIO(b"a,b\n1,2\n3\n4,5\n6,7\n")))
    assert [block.frame is None for block in blocks] == [False, True, True]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_file_of_any_line_ends_is_read_in_blocks(monkeypatch, end):
    monkeypatch.setattr(canonical, "BLOCK_BYTES", 100)
    blocks = list(
        Reader(small("string", "string"), "data/small.csv").read(io.BytesIO(end.join([b"a,b", *[b"1,2"] * 500])))
    )
    assert sum(block.frame.height for block in blocks) == 500
    assert max(block.frame.height for block in blocks) <= 26


def test_rows_are_sorted_by_key_an_empty_one_first_and_like_ones_as_they_were():
    keys = ["b", None, "a", "b"] * 300
    frame = pl.DataFrame({"a": keys, "b": range(len(keys))})
    expected = sorted(frame.rows(), key=lambda row: (row[0] or "", row[1]))
    assert sort_rows(small("string", "string"), frame).rows() == expected


def test_a_byte_that_is_no_text_is_told_whatever_blocks_follow(monkeypatch):
    monkeypatch.setattr(canonical, "BLOCK_BYTES", 9)
    for after in (b"1,2\n" * 5, b"1,2\n" * 5 + b"1,\xfe\n"):
        found = read_table(small("string", "string"), "data/small.csv", b"a,b\n1,\xff\n" + after).findings
        assert broken(found) == "csv-encoding 2"


def test_a_rule_of_reading_has_a_sentence_and_a_hint():
    steps = {"read": canonical.RULES, "parse": cells.RULES.values()}
    for step, rules in steps.items():
        assert {(rule.step, rule.severity) for rule in rules} == {(step, Severity.ERROR)}
        assert all(rule.sentence.endswith(".") and rule.hint for rule in rules)


def test_text_of_any_line_ends_is_rows_with_missing_cells():
    for end in (b"\n", b"\r\n", b"\r"):
        data = b"\xef\xbb\xbf" + end.join([b"a,b", b'"",2', b"1,"])
        assert read_text(data).rows() == [(None, "2"), ("1", None)]
    assert read_text("a\nb\ufeff".encode()).rows() == [("b\ufeff",)]
    with pytest.raises(UnicodeDecodeError):
        read_text(b"a\n\xff\n")


FORMS = {
    ("integer", "1.0"): "cell-integer b is '1.0', but an integer is plain digits",
    ("number", "1.0"): "cell-number b is '1.0', but a number is plain digits with at most four decimals",
    ("date", "2020-02-30"): "cell-date b is '2020-02-30', but a date is YYYY-MM-DD and exists",
    ("boolean", "no"): "cell-boolean b is 'no', but a boolean is true or false",
    ("string", "a\u200b"): rf"cell-text b is 'a\\u200b', but {cells.EXPECTED['string']}",
    ("string", " " + LONG): f"cell-text b is ' {LONG[:58]}…', but {cells.EXPECTED['string']}",
    ("verbatim", "<b>"): "cell-verbatim b is '<b>', but a printed token has no control character, markup or formula",
    ("uri", "x"): "cell-uri b is 'x', but an address begins with http:// or https://",
}


@pytest.mark.parametrize(("form", "cell"), FORMS)
def test_a_cell_of_another_form_is_said_to_the_letter(form, cell):
    schema = small("string", form if form in ("integer", "number", "date", "boolean") else "string")
    second = replace(schema.fields[1], verbatim=form == "verbatim", format="uri" if form == "uri" else "default")
    schema = replace(schema, fields=(schema.fields[0], second))
    read = read_table(schema, "data/small.csv", f"a,b\n,{cell}\nk,{cell}\nl,\n".encode())
    frame, found = parse_table(read)
    assert [f"{f.rule.id} {f.sentence}" for f in found] == [FORMS[form, cell]] * 2
    assert [(f.file, f.table, f.line, f.column, f.key, f.value) for f in found] == [
        ("data/small.csv", "small", 2, "b", "", cell),
        ("data/small.csv", "small", 3, "b", "k", cell),
    ]
    assert frame.rows() == [(None, None), ("k", None), ("l", None)]


def test_bad_cells_are_told_up_to_a_bound_and_good_ones_typed():
    schema = small("string", "integer", "number", "date", "boolean", "string")
    rows = "k,1,0.5,2020-02-29,true,x\nl,x,x,x,x,<\nm,x,1,2020-01-01,false,<\nn,x,x,x,x,<\n"
    read = replace(read_table(schema, "data/small.csv", f"a,b,c,d,e,f\n{rows}".encode()), first_line=10)
    findings = Findings(limit=2)
    frame = parse_rows(read, findings)
    told = [f"{f.line} {f.column}" for f in findings.kept]
    assert told == ["11 b", "12 b", "11 c", "13 c", "11 d", "13 d", "11 e", "13 e", "11 f", "12 f"]
    assert sum(findings.totals.values()) == 12
    assert [str(type) for type in frame.dtypes] == ["String", "Int64", "Float64", "Date", "Boolean", "String"]
    assert frame.rows() == [
        ("k", 1, 0.5, date(2020, 2, 29), True, "x"), ("l", *[None] * 5),
        ("m", None, 1.0, date(2020, 1, 1), False, None), ("n", *[None] * 5),
    ]  # fmt: skip


def test_a_bound_on_bad_cells_holds_for_each_column():
    read = read_table(small("string", "integer", "integer"), "data/small.csv", b"a,b,c\nk,x,x\nl,x,x\n")
    findings = Findings(limit=1)
    parse_rows(read, findings)
    assert [(f.line, f.column) for f in findings.kept] == [(2, "b"), (2, "c")]


def test_a_long_text_is_shown_up_to_sixty_characters():
    assert [show_invisible("x" * n) for n in (59, 60, 61)] == ["x" * 59, "x" * 60, "x" * 59 + "…"]
    assert show_invisible("a\nb\u200b社") == r"a\u000ab\u200b社"
