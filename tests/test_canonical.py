"""Canonical CSV and lexical forms: one form of a file, one form of a cell, and `fmt` between them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from shegong.checks.descriptor import TABLES, check_descriptor
from shegong.checks.format import format_package
from shegong.escape import show_invisible
from shegong.findings import Finding, Findings
from shegong.package import canonical, cells
from shegong.package.canonical import Reader, TextTable, read_table, read_text, sort_rows, write_table
from shegong.package.cells import parse_rows, parse_table
from shegong.package.schema import Field, TableSchema

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
ALL_AT_ONCE = b"\xef\xbb\xbf" + (HEADER + TWO + QUOTED).replace(*CRLF)
KEYS = (b"Z", b"a", b"org-00010", b"org-0002", "阳".encode())
"""Keys in the order of their code points."""

Forms = dict[str, tuple[bytes, str]]

# A file, and its findings: rule and line of each.
FIXABLE: Forms = {
    "byte order mark": (b"\xef\xbb\xbf" + GOOD, "csv-bom 1"),
    "CRLF": (GOOD.replace(*CRLF), "csv-line-ends 1"),
    "CR": (GOOD.replace(b"\n", b"\r"), "csv-line-ends 1"),
    "no final newline": (GOOD[:-1], "csv-line-ends 3"),
    "needless quotes": (HEADER + QUOTED + TWO, "csv-quoting 2"),
    "needless quotes twice": (HEADER + QUOTED + TWO.replace(b"330411", b'"330411"'), "csv-quoting 2, csv-quoting 3"),
    "quoted empty cell": (HEADER + ONE.replace(b",\n", b',""\n') + TWO, "csv-quoted-empty 2"),
    "unsorted": (HEADER + TWO + ONE, "csv-order 3"),
    "all at once": (ALL_AT_ONCE, "csv-bom 1, csv-line-ends 1, csv-quoting 3, csv-order 3"),
}
HOPELESS: Forms = {
    "empty file": (b"", "csv-line-ends 1, csv-header 1"),
    "blank line": (HEADER + ONE + b"\n" + TWO, "csv-blank-row 3"),
    "blank line at the end": (GOOD + b"\n", "csv-blank-row 4"),
    "short row": (HEADER + ONE.replace(b",\n", b"\n") + TWO, "csv-ragged-row 2"),
    "long row": (HEADER + ONE.replace(b",\n", b",,\n") + TWO, "csv-ragged-row 2"),
    "open quote": (HEADER + ONE.replace(b"441700", b'"441700') + TWO, "csv-open-quote 2"),
    "text after a quote": (GOOD.replace(b"Yangjiang", b'"Yangjiang"'), "csv-open-quote 2"),
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
    "the longest line": HEADER + long_line(canonical.MAX_LINE_BYTES) + TWO,
    "keys by code point": HEADER + b"".join(ONE.replace(b"org-0001", key) for key in KEYS),
}


def ids(forms: Forms | dict[str, bytes]) -> list[str]:
    return [name.replace(" ", "-") for name in forms]


@pytest.fixture
def organizations(package) -> TableSchema:
    return package.schemas["organizations"]


def broken(findings: Iterable[Finding]) -> str:
    return ", ".join(f"{finding.rule.id} {finding.line}" for finding in findings)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_of_the_package_is_read_parsed_and_written_as_it_is(package, table):
    schema, data = package.schemas[table], package.path(table).read_bytes()
    read = read_table(schema, package.file(table), data)
    assert read.findings == ()
    assert write_table(read.frame) == write_table(sort_rows(schema, read.frame)) == data
    frame, findings = parse_table(read)
    assert findings == []
    assert frame.columns == list(schema.columns)
    assert frame.null_count().row(0) == read.frame.null_count().row(0)


@pytest.mark.parametrize("data", CANONICAL.values(), ids=ids(CANONICAL))
def test_canonical_forms_have_no_finding(organizations, data):
    table = read_table(organizations, FILE, data)
    assert table.findings == ()
    assert write_table(table.frame) == data


@pytest.mark.parametrize(("data", "expected"), FIXABLE.values(), ids=ids(FIXABLE))
def test_a_fixable_file_says_where_and_loses_nothing(organizations, data, expected):
    table = read_table(organizations, FILE, data)
    assert broken(table.findings) == expected
    assert write_table(sort_rows(organizations, table.frame)) == GOOD


@pytest.mark.parametrize(("data", "expected"), HOPELESS.values(), ids=ids(HOPELESS))
def test_a_hopeless_file_says_where_and_gives_no_rows(organizations, data, expected):
    table = read_table(organizations, FILE, data)
    assert broken(table.findings) == expected
    assert table.frame is None


# What fmt does


def files_of(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_fmt_changes_nothing_in_the_package_as_it_is(copy):
    before = files_of(copy.root)
    assert format_package(copy.package) == ([], [])
    assert files_of(copy.root) == before


def test_fmt_leaves_files_that_are_canonical_and_stamped_and_no_other(copy):
    before = files_of(copy.root).keys()
    (copy.root / FILE).write_bytes(ALL_AT_ONCE)
    assert format_package(copy.package) == ([FILE, "datapackage.json"], [])
    assert (copy.root / FILE).read_bytes() == GOOD
    assert check_descriptor(copy.package) == []
    assert files_of(copy.root).keys() == before


def test_fmt_refuses_a_hopeless_file_and_writes_nothing(copy):
    copy.edit_bytes("data/regions.csv", lambda regions: regions.replace(*CRLF))  # fixable
    (copy.root / FILE).write_bytes(HOPELESS["open quote"][0])
    before = files_of(copy.root)
    changed, findings = format_package(copy.package)
    assert (changed, broken(findings)) == ([], "csv-open-quote 2")
    assert files_of(copy.root) == before


# What is said, to the letter


def small(*types: str) -> TableSchema:
    """A table of columns a, b, … of these types, the first its key."""
    fields = tuple(Field(name, type, *[""] * 5, False) for name, type in zip("abcdef", types, strict=False))
    return TableSchema("small", *[""] * 4, fields, ("a",), (), ())


LONG = "x" * 60
SAID: dict[bytes, list[str]] = {
    b"a,b\n1,2\n": [],
    b"": ["csv-line-ends 1 the last line has no line end", "csv-header 1 the header is '', but the columns are 'a,b'"],
    b"\xef\xbb\xbfa,b\n": ["csv-bom 1 the file begins with a byte order mark"],
    b"a,b\r\n1,2\r\n3,4\n": ["csv-line-ends 1 carriage return, 2 in all"],
    b"a,b\n1,2\r": ["csv-line-ends 2 carriage return, 1 in all"],
    b"a,b\n1,2": ["csv-line-ends 2 the last line has no line end"],
    b"a,b\n\0,2\n\0,\0\n": ["csv-nul 2 NUL character, 3 in all"],
    b"\n\xff\n": ["csv-encoding 2 byte 0xFF is not UTF-8"],
    b"\0\n\0\n": ["csv-nul 1 NUL character, 2 in all"],
    b"a,b\n1,\xff\n2,\xfe\n": ["csv-encoding 2 byte 0xFF is not UTF-8"],
    b"a,b\n1,2\n3,\x0a\xe4\xb8\n": ["csv-encoding 4 byte 0xE4 is not UTF-8"],
    b"a\n1,2\n": ["csv-header 1 the header is 'a', but the columns are 'a,b'"],
    b"a,b" + LONG.encode() + b"\n": [f"csv-header 1 the header is 'a,b{LONG[:56]}…', but the columns are 'a,b'"],
    b"a,b\n" + LONG.encode() + b"\n": [f"csv-ragged-row 2 '{LONG}' has 1 cell, but the header has 2"],
    b"a,b\n" + LONG.encode() + b"x\n": [f"csv-ragged-row 2 '{LONG[:59]}…' has 1 cell, but the header has 2"],
    b"a,b\n1\n\n2,3,4\n": [
        "csv-ragged-row 2 '1' has 1 cell, but the header has 2",
        "csv-blank-row 3 the line is blank",
        "csv-ragged-row 4 '2,3,4' has 3 cells, but the header has 2",
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
    b'a,b\n"1","2""3"\n': ["csv-quoting 2 the line is '\"1\",\"2\"\"3\"', but its canonical form is '1,\"2\"\"3\"'"],
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


def read_small(data: bytes) -> TextTable:
    return read_table(small("string", "string"), "data/small.csv", data)


@pytest.mark.parametrize("data", SAID)
def test_what_is_not_canonical_is_said_to_the_letter(data):
    table = read_small(data)
    found = table.findings
    assert [f"{f.rule.id} {f.line} {f.sentence}" for f in found] == SAID[data]
    assert {(f.file, f.table, f.column) for f in found} <= {("data/small.csv", "small", "")}
    in_order = [said.split("'")[1] for said in SAID[data] if "csv-order" in said]
    assert [f.value for f in found if f.rule is canonical.ORDER] == in_order
    assert (table.frame is None) == any(finding.rule not in canonical.FIXABLE for finding in found)
    assert table.frame is None or read_small(write_table(sort_rows(table.schema, table.frame))).findings == ()


def test_of_each_rule_the_first_are_said_and_all_are_counted():
    reader = Reader(small("string", "string"), "data/small.csv", limit=2)
    rows = b'9,""\n8,""\n7,"x"\n6,"x"\n5,\n4,"x"\n3,""\n'
    [block] = reader.read(io.BytesIO(b"a,b\n" + rows))
    found = reader.findings()
    assert (block.schema.name, block.file, block.findings, block.first_line) == ("small", "data/small.csv", (), 2)
    assert block.frame.rows() == [
        ("9", None), ("8", None), ("7", "x"), ("6", "x"), ("5", None), ("4", "x"), ("3", None),
    ]  # fmt: skip
    said = "csv-quoted-empty 2, csv-quoted-empty 3, csv-quoting 4, csv-quoting 5, csv-order 3, csv-order 4"
    assert broken(found.kept) == said
    totals = {rule.id: total for rule, total in found.totals.items()}
    assert totals == {"csv-quoted-empty": 3, "csv-quoting": 3, "csv-order": 6}


def blocks(monkeypatch: pytest.MonkeyPatch, size: int, data: bytes) -> list[TextTable]:
    """The blocks of a file that is read in blocks of this size."""
    monkeypatch.setattr(canonical, "BLOCK_BYTES", size)
    return list(Reader(small("string", "string"), "data/small.csv").read(io.BytesIO(data)))


def test_each_block_of_rows_says_on_which_line_it_begins(monkeypatch):
    read = blocks(monkeypatch, 9, b"a,b\n" + b"1,2\n" * 5)
    assert [(block.first_line, block.frame.height) for block in read] == [(2, 1), (3, 2), (5, 2)]


def test_no_block_of_rows_is_given_from_where_they_cannot_be_trusted(monkeypatch):
    read = blocks(monkeypatch, 8, b"a,b\n1,2\n3\n4,5\n6,7\n")
    assert [block.frame is None for block in read] == [False, True, True]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_file_of_any_line_ends_is_read_in_blocks(monkeypatch, end):
    heights = [block.frame.height for block in blocks(monkeypatch, 100, end.join([b"a,b", *[b"1,2"] * 500]))]
    assert (sum(heights), max(heights) <= 26) == (500, True)


def test_rows_are_sorted_by_key_an_empty_one_first_and_like_ones_as_they_were():
    keys = ["b", None, "a", "b"] * 300
    frame = pl.DataFrame({"a": keys, "b": range(len(keys))})
    expected = sorted(frame.rows(), key=lambda row: (row[0] or "", row[1]))
    assert sort_rows(small("string", "string"), frame).rows() == expected


def test_a_byte_that_is_no_text_is_told_whatever_blocks_follow(monkeypatch):
    monkeypatch.setattr(canonical, "BLOCK_BYTES", 9)
    for after in (b"1,2\n" * 5, b"1,2\n" * 5 + b"1,\xfe\n"):
        assert broken(read_small(b"a,b\n1,\xff\n" + after).findings) == "csv-encoding 2"


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


GOOD_CELLS = {
    "integer": (int, "0|5|-5|1030|123456789012345678"),
    "number": (float, "0|5|-5|2.5|-2.5|0.5|-0.05|13600|0.0001|1030.1234"),
    "date": (date.fromisoformat, "2020-03-17|2024-02-29|1911-10-10|9999-12-31"),
    "boolean": ("true".__eq__, "true|false"),
    "string": (str, "a|1+1=2|a-b|é|é a|X é|社工|“社工”|a & b|𠮷|1 000"),
    "verbatim": (str, " a |a\u3000b|a\u00a0b|a\u200bb|a\ue000b|e\u0301|(lǐng)|𠮷| 5"),
    "uri": (str, "http://example.org|https://example.org/a?b=c#d|https://例子.中国/社工"),
}
"""For each form what it is read as, and cells of it."""


def of_form(form: str, rows: str) -> TextTable:
    """A table of a key and a column of this form."""
    schema = small("string", form if form in ("integer", "number", "date", "boolean") else "string")
    second = replace(schema.fields[1], verbatim=form == "verbatim", format="uri" if form == "uri" else "default")
    return read_table(replace(schema, fields=(schema.fields[0], second)), "data/small.csv", f"a,b\n{rows}".encode())


@pytest.mark.parametrize("form", GOOD_CELLS)
def test_a_cell_of_its_form_is_read_as_its_type(form):
    typed, cells = GOOD_CELLS[form]
    for cell in cells.split("|"):
        frame, findings = parse_table(of_form(form, f"k,{cell}\n"))
        assert (frame["b"].to_list(), findings) == ([typed(cell)], [])


@pytest.mark.parametrize(("form", "cell"), FORMS)
def test_a_cell_of_another_form_is_said_to_the_letter(form, cell):
    frame, found = parse_table(of_form(form, f",{cell}\nk,{cell}\nl,\n"))
    assert [f"{f.rule.id} {f.sentence}" for f in found] == [FORMS[form, cell]] * 2
    assert [(f.file, f.table, f.line, f.column, f.key, f.value) for f in found] == [
        ("data/small.csv", "small", 2, "b", "", cell), ("data/small.csv", "small", 3, "b", "k", cell)
    ]  # fmt: skip
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
