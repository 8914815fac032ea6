"""Canonical CSV and lexical forms: one form of a file, one form of a cell, and `fmt` between them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from shegong.checks.descriptor import TABLES, check_descriptor
from shegong.finding import Finding
from shegong.package.canonical import TextTable, read_table, sort_rows, write_table
from shegong.package.lexical import parse_table
from shegong.package.schema import TableSchema
from shegong.package.stamp import format_package
from tests.conftest import PackageCopy

FILE = "data/organizations.csv"
HEADER = b"organization_id,name_zh,name_en,type,region_id,note\n"
ONE = "org-0001,阳江市福利院,Yangjiang Welfare Institute,care_institution,441700,\n".encode()
TWO = 'org-0002,秀洲区社会工作部,Xiuzhou Department,party_body,330411,"Printed so, without the Party."\n'.encode()
GOOD = HEADER + ONE + TWO
QUOTED = ONE.replace(b"441700", b'"441700"')
CRLF = (b"\n", b"\r\n")

Forms = dict[str, tuple[bytes, str]]

# A file, and its findings: rule and line of each.
MENDABLE: Forms = {
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


@pytest.mark.parametrize("data", CANONICAL.values(), ids=ids(CANONICAL))
def test_canonical_forms_have_no_finding(organizations, data):
    table = read_table(organizations, FILE, data)
    assert table.findings == ()
    assert write_table(table.frame) == data


def test_rows_are_sorted_by_code_point(organizations):
    lines = [ONE.replace(b"org-0001", key) for key in (b"Z", b"a", b"org-00010", b"org-0002", "阳".encode())]
    assert read_table(organizations, FILE, HEADER + b"".join(lines)).findings == ()


# Files that are not canonical


@pytest.mark.parametrize(("data", "expected"), MENDABLE.values(), ids=ids(MENDABLE))
def test_a_mendable_file_says_where_and_keeps_its_rows(organizations, data, expected):
    table = read_table(organizations, FILE, data)
    assert broken(table.findings) == expected
    assert table.frame.height == 2


@pytest.mark.parametrize(("data", "expected"), HOPELESS.values(), ids=ids(HOPELESS))
def test_a_hopeless_file_says_where_and_gives_no_rows(organizations, data, expected):
    table = read_table(organizations, FILE, data)
    assert broken(table.findings) == expected
    assert table.frame is None


@pytest.mark.parametrize(("data", "expected"), (MENDABLE | HOPELESS).values(), ids=ids(MENDABLE | HOPELESS))
def test_a_finding_of_a_file_names_file_and_table(organizations, data, expected):
    findings = read_table(organizations, FILE, data).findings
    assert {(finding.file, finding.table) for finding in findings} == {(FILE, "organizations")}


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


@pytest.mark.parametrize(("data", "expected"), MENDABLE.values(), ids=ids(MENDABLE))
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


@pytest.mark.parametrize(("data", "expected"), MENDABLE.values(), ids=ids(MENDABLE))
def test_fmt_leaves_files_that_are_canonical_and_stamped(copy, data, expected):
    put(copy, data)
    format_package(copy.package)
    package = copy.package
    assert check_descriptor(package) == []
    for name, schema in package.schemas.items():
        table = read_table(schema, package.file(name), package.path(name).read_bytes())
        assert (table.findings, parse_table(table)[1]) == ((), [])
    assert format_package(package) == ([], [])


@pytest.mark.parametrize(("data", "expected"), HOPELESS.values(), ids=ids(HOPELESS))
def test_fmt_refuses_and_writes_nothing(copy, data, expected):
    # Another table is mendable: it must stay as it is too.
    copy.edit_bytes("data/regions.csv", lambda regions: regions.replace(b"\n", b"\r\n"))
    put(copy, data)
    before = files_of(copy.root)
    changed, findings = format_package(copy.package)
    assert (changed, broken(findings)) == ([], expected)
    assert files_of(copy.root) == before


def test_fmt_stamps_a_table_that_changed(copy):
    copy.edit_cell("organizations", "org-0001", "note", "Name as printed.")
    assert format_package(copy.package) == (["datapackage.json"], [])
    assert copy.check().findings == []


def test_fmt_leaves_no_other_file_behind(copy):
    before = set(files_of(copy.root))
    copy.edit_bytes(FILE, lambda data: data.replace(b"\n", b"\r\n"))
    format_package(copy.package)
    assert set(files_of(copy.root)) == before


# Lexical forms: type of the column, and cells that are not of it


PLACES = {
    "integer": ("sources", "char_start"),
    "number": ("metrics", "value_max"),
    "date": ("sources", "published_to"),
    "boolean": ("metrics", "is_additive"),
    "text": ("metrics", "definition_en"),
    "verbatim": ("mentions", "text"),
    "uri": ("sources", "url"),
}
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
        "a\u2009b|a\u2028b|a\u2029b|a\ue000b|a\U000f0000b|a\ufffeb|a\u0378b|e\u0301|\u212b"
    ),
    "verbatim": "=1+1|+1|-1|@A1|<b>|a > b|a\tb|a\x07b|a\x85b|a\u2028b|a\u2029b",
    "uri": (
        "example.org|www.example.org|ftp://example.org|HTTP://example.org|http://|http://a b|https://a\u3000b|"
        "javascript:alert(1)|mailto:a@b.c| https://example.org|https://example.org/<b>|https://example.org/\u200b"
    ),
}
GOOD_CELLS = {
    "integer": "0|5|-5|1030|123456789012345678",
    "number": "0|5|-5|2.5|-2.5|0.5|-0.05|13600|0.0001|1030.1234",
    "date": "2020-03-17|2024-02-29|1911-10-10|9999-12-31",
    "boolean": "true|false",
    "text": "a|1+1=2|a-b|é|社工|“社工”|a & b|𠮷|1 000",
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


def each(forms: dict[str, str]) -> list[object]:
    return [
        pytest.param(form, cell, id=f"{form}-{cell!r}") for form, cells in forms.items() for cell in cells.split("|")
    ]


@pytest.mark.parametrize(("form", "cell"), each(BAD))
def test_a_cell_of_another_form_is_one_finding(package, form, cell):
    table, column = PLACES[form]
    frame, findings = parse_table(with_cell(package, table, column, cell))
    assert [(f.rule.id, f.table, f.line, f.column, f.value) for f in findings] == [
        (f"cell-{form}", table, 2, column, cell)
    ]
    assert frame[column].to_list() == [None]


@pytest.mark.parametrize(("form", "cell"), each(GOOD_CELLS))
def test_a_cell_of_its_form_is_none(package, form, cell):
    read = with_cell(package, *PLACES[form], cell)
    frame, findings = parse_table(read)
    assert (read.findings, findings) == ((), [])
    assert frame[PLACES[form][1]].null_count() == 0


@pytest.mark.parametrize("form", PLACES)
def test_an_empty_cell_is_missing_in_every_form(package, form):
    table, column = PLACES[form]
    frame, findings = parse_table(with_cell(package, table, column, ""))
    assert (frame[column].to_list(), findings) == ([None], [])


@pytest.mark.parametrize(
    ("form", "cell", "typed"),
    [
        ("integer", "-5", int),
        ("number", "2.5", float),
        ("boolean", "false", bool),
        ("text", "5", str),
        ("verbatim", " 5", str),
    ],
)
def test_a_cell_has_the_type_of_its_column(package, form: str, cell: str, typed: Callable[[str], object]):
    table, column = PLACES[form]
    frame, _ = parse_table(with_cell(package, table, column, cell))
    assert frame[column].item() == (cell == "true" if typed is bool else typed(cell))
