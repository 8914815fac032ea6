"""Mutants of one cell, generated from the schemas: each column with each operator that fits its type and constraints."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle

from shegong.checks.catalogue import catalogue
from shegong.package.cells import form_of
from shegong.package.schema import Field, TableSchema
from tests.conftest import Row
from tests.mutation.base import Base, Batch, Mutant, Place, first_cell, table_bytes

RULES = {rule.id: rule for rule in catalogue()}
ROWS = 120
"""Rows that a table has at least, so that a batch can break each column in many rows."""

Variants = Callable[[Field, str], Iterator[str]]
Fits = Callable[[Field], bool]


@dataclass(frozen=True)
class CellOperator:
    """A function from a column and a good cell to bad cells; `rule` is the one that they break."""

    make: Variants
    fits: Fits
    rule: str

    @property
    def name(self) -> str:
        return self.make.__name__.replace("_", " ")


@dataclass(frozen=True)
class Way:
    """A cell that a batch breaks."""

    operator: CellOperator
    column: str
    batch: int
    row: int
    cell: str


OPERATORS: list[CellOperator] = []


def breaks(rule: str, fits: Fits) -> Callable[[Variants], Variants]:
    """Enter an operator for the columns that it fits."""

    def enter(make: Variants) -> Variants:
        OPERATORS.append(CellOperator(make, fits, rule))
        return make

    return enter


def cell_batches(base: Base, step: str) -> Iterator[Batch]:
    """Break each column with each variant of each operator that the step finds, as many in one check as there are rows."""
    tables = {table: _more_rows(base.schema(table), rows) for table, rows in base.tables.items()}
    ways = {table: list(_of_table(base.schema(table), rows, step)) for table, rows in tables.items()}
    for number in range(1 + max(way.batch for table in ways.values() for way in table)):
        batch = Batch()
        for table, rows in tables.items():
            _break(base, table, rows, [way for way in ways[table] if way.batch == number], batch)
        yield batch


def _of_table(schema: TableSchema, rows: list[Row], step: str) -> Iterator[Way]:
    """The ways to break a table: in a batch each column of a row is broken at most once, filled cells first."""
    operators = [operator for operator in OPERATORS if RULES[operator.rule].step == step]
    for field in schema.fields:
        order = sorted(range(len(rows)), key=lambda number: not rows[number][field.name])
        used = 0
        for operator in (operator for operator in operators if operator.fits(field)):
            for at in range(len(list(operator.make(field, field.example)))):
                number = order[used % len(order)]
                cells = list(operator.make(field, rows[number][field.name] or field.example))
                if at < len(cells):
                    yield Way(operator, field.name, used // len(order), number, cells[at])
                    used += 1


def _break(base: Base, table: str, good: list[Row], ways: list[Way], batch: Batch) -> None:
    rows, file = [dict(row) for row in good], base.package.file(table)
    for way in ways:
        assert rows[way.row][way.column] != way.cell, way
        rows[way.row][way.column] = way.cell
    order = sorted(range(len(rows)), key=lambda number: first_cell(rows[number]))
    lines = {number: line for line, number in enumerate(order, 2)}
    batch.files[file] = table_bytes(base.schema(table).columns, [rows[number] for number in order])
    for way in ways:
        name = f"{way.operator.name}: {table}.{way.column} {good[way.row][way.column]!r} becomes {way.cell!a}"
        batch.mutants.append(Mutant(name, way.operator.rule, Place(file, lines[way.row], way.column)))


def _more_rows(schema: TableSchema, rows: list[Row]) -> list[Row]:
    """The rows, and copies of them under new keys of the right form where they are fewer than a batch breaks."""
    key, taken, more = schema.field(schema.primary_key[0]), {first_cell(row) for row in rows}, list(rows)
    for number, row in enumerate(cycle(rows)):
        if len(more) >= ROWS:
            break
        old = first_cell(row)
        digits = len(old) - len(old.rstrip("0123456789"))
        counted_down = f"{old[: len(old) - digits]}{10**digits - number - 1}"
        forms = (counted_down, f"{old}-{number}", f"{old}{number}")
        new = next(form for form in forms if re.fullmatch(key.pattern or ".*", form) and form not in taken)
        taken.add(new)
        more.append(row | {key.name: new})
    return more


def bounds_batch(base: Base) -> Batch:
    """Cells on the bounds of their columns, which are within them: nothing must be found where a mutant says."""
    batch = Batch()
    for table, schema in base.package.schemas.items():
        rows = _more_rows(schema, base.tables[table])
        ways = [
            Way(CellOperator(below_the_minimum, bool, rule), field.name, 0, number, cell)
            for field in schema.fields
            for number, (rule, cell) in enumerate(_at_the_bound(field).items())
            if rows[number][field.name] != cell
        ]
        _break(base, table, rows, ways, batch)
    return batch


def _at_the_bound(field: Field) -> dict[str, str]:
    """Cells that are on a bound, by the rule that they do not break."""
    bounds = {"cell-minimum": field.minimum, "cell-maximum": field.maximum}
    lengths = {"cell-min-length": field.min_length, "cell-max-length": field.max_length}
    cells = {rule: str(bound) for rule, bound in bounds.items() if bound is not None}
    return cells | {rule: "社" * length for rule, length in lengths.items() if length is not None}


def of_form(*forms: str) -> Fits:
    return lambda field: form_of(field) in forms


def is_free_text(field: Field) -> bool:
    return form_of(field) == "string"


# Text: hidden characters, odd spaces, forms, markup, formulas

ODD_SPACES = "\u00a0\u1680\u2000\u2002\u2003\u2009\u202f\u205f\u3000"
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u3164\ufe0f\u2800\u034f"
BIDIRECTIONAL = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"
CONTROLS = "\x01\x07\x08\t\x0b\x0c\x1b\x1f\x7f\x80\x85\x9f\u2028\u2029"
NO_CHARACTERS = "\ue000\uf8ff\U000f0000\u0378\ufffe\uffff\U0001fffe\U000e0001\U000e0041"
MARKUP = ("<b>{}</b>", "{}<br>", "<script>{}</script>", "{} > 1", "< {}", "<!-- {} -->")


def _inside(cell: str, character: str) -> str:
    return cell[:1] + character + cell[1:]


@breaks("cell-text", is_free_text)
def space_around_a_text(field: Field, cell: str) -> Iterator[str]:
    yield from (f" {cell}", f"{cell} ", f" {cell} ", " ")


@breaks("cell-text", is_free_text)
def odd_space_in_a_text(field: Field, cell: str) -> Iterator[str]:
    yield from (_inside(cell, character) for character in ODD_SPACES)
    yield from (f"\u3000{cell}", f"{cell}\u00a0")


@breaks("cell-text", is_free_text)
def zero_width_character(field: Field, cell: str) -> Iterator[str]:
    yield from (_inside(cell, character) for character in ZERO_WIDTH)
    yield from (f"\ufeff{cell}", f"{cell}\u200b")


@breaks("cell-text", is_free_text)
def bidirectional_control(field: Field, cell: str) -> Iterator[str]:
    yield from (_inside(cell, character) for character in BIDIRECTIONAL)


@breaks("cell-text", is_free_text)
def control_character_in_a_text(field: Field, cell: str) -> Iterator[str]:
    yield from (_inside(cell, character) for character in CONTROLS)


@breaks("cell-text", is_free_text)
def private_or_unassigned_character(field: Field, cell: str) -> Iterator[str]:
    yield from (_inside(cell, character) for character in NO_CHARACTERS)


@breaks("cell-text", is_free_text)
def wrong_unicode_form(field: Field, cell: str) -> Iterator[str]:
    """Decomposed letters, and compatibility ideographs that NFC replaces."""
    for composed in ("é", "ü", "ǐ", "가", "が"):
        yield cell + unicodedata.normalize("NFD", composed)
    yield from (f"{cell}\uf900", f"\u212b{cell}", f"{cell}\u0344")


@breaks("cell-text", is_free_text)
def markup_in_a_text(field: Field, cell: str) -> Iterator[str]:
    yield from (frame.format(cell) for frame in MARKUP)


@breaks("cell-text", is_free_text)
def start_of_a_formula_in_a_text(field: Field, cell: str) -> Iterator[str]:
    yield from (f"{start}{cell}" for start in ("=", "+", "-", "@", "=1+", '=HYPERLINK("x")'))


@breaks("cell-verbatim", of_form("verbatim"))
def control_character_in_a_token(field: Field, cell: str) -> Iterator[str]:
    yield from (_inside(cell, character) for character in CONTROLS)


@breaks("cell-verbatim", of_form("verbatim"))
def markup_in_a_token(field: Field, cell: str) -> Iterator[str]:
    yield from (frame.format(cell) for frame in MARKUP)


@breaks("cell-verbatim", of_form("verbatim"))
def start_of_a_formula_in_a_token(field: Field, cell: str) -> Iterator[str]:
    yield from (f"{start}{cell}" for start in "=+-@")


@breaks("cell-uri", of_form("uri"))
def no_address(field: Field, cell: str) -> Iterator[str]:
    yield from ("www.example.org", "ftp://example.org/", "javascript:alert(1)", "http://", "HTTPS://example.org")
    yield from ("https:/example.org", "example", "//example.org", "data:text/html,x", "file:///etc/hosts")


@breaks("cell-uri", of_form("uri"))
def hidden_character_in_an_address(field: Field, cell: str) -> Iterator[str]:
    for character in " \t" + ODD_SPACES + ZERO_WIDTH + BIDIRECTIONAL + "<>" + NO_CHARACTERS:
        yield cell + character + "x"
    yield from (f" {cell}", f"{cell} ", f"={cell}")


# Numbers, dates, booleans

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@breaks("cell-integer", of_form("integer"))
def no_integer(field: Field, cell: str) -> Iterator[str]:
    yield from ("many", f"{cell}.0", f"{cell}.5", "1e3", f"+{cell}", f"0{cell}", "-0", "--1", "0x10", "1,000", "1_000")
    yield from ("nan", "inf", "null", "NA", "true", "½", "二", "1" * 19, "9223372036854775808", "1 000", "#REF!", "-")


@breaks("cell-number", of_form("number"))
def no_number(field: Field, cell: str) -> Iterator[str]:
    yield from ("many", f"{cell.partition('.')[0]}.0", "2.50", "1.23456", ".5", "5.", "1e3", "1E3", f"+{cell}")
    yield from (f"0{cell}", "-0", "-0.0", "0.00001", "nan", "NaN", "inf", "-inf", "null", "NA", "true", "1,5", "1,000")
    yield from ("−5", "50%", "1/2", "½", "二", "0x10", "1_000", "1" * 16, "#DIV/0!", "1.2.3", "$5", "5人")


@breaks("cell-date", of_form("date"))
def no_date(field: Field, cell: str) -> Iterator[str]:
    yield from ("2023-2-3", "20230203", "2023/02/03", "03-02-2023", "2023.02.03", "2023-02", "2023", "soon", "44960")
    yield from ("2023-02-03T00:00:00", "2023-02-03 00:00", "2023-02-03Z", "-2023-02-03", "+2023-02-03", "2023-W05-5")
    yield from ("0000-01-01", "0999-12-31", "10000-01-01", "23-02-03", "2023年2月3日", "2023-034", "3 Feb 2023")


@breaks("cell-date", of_form("date"))
def day_that_does_not_exist(field: Field, cell: str) -> Iterator[str]:
    yield from ("2023-02-30", "2023-02-29", "1900-02-29", "2023-04-31", "2023-13-01", "2023-00-10", "2023-01-00")
    yield from ("2023-01-32", "9999-99-99")


@breaks("cell-boolean", of_form("boolean"))
def no_boolean(field: Field, cell: str) -> Iterator[str]:
    yield from ("TRUE", "True", "FALSE", "False", "t", "f", "yes", "no", "1", "0", "on", "是", "null", "truefalse")


def _rule_of(form: str) -> str:
    return f"cell-{form}"


def _odd_digits(field: Field, cell: str) -> Iterator[str]:
    yield from (cell.translate(FULL_WIDTH), cell.translate(ARABIC))


def _odd_surroundings(field: Field, cell: str) -> Iterator[str]:
    yield from (f" {cell}", f"{cell} ", f"\t{cell}", f"{cell}\u00a0", f"\u3000{cell}", f"\u200b{cell}", f"{cell}\ufeff")
    yield from (f"={cell}", f"'{cell}", f"{cell}\u202e", f"<i>{cell}</i>", f'"{cell}"')


_odd_digits.__name__ = "digits of another script"
_odd_surroundings.__name__ = "space or mark around a number date or boolean"
for _form in ("integer", "number", "date"):
    breaks(_rule_of(_form), of_form(_form))(_odd_digits)
for _form in ("integer", "number", "date", "boolean"):
    breaks(_rule_of(_form), of_form(_form))(_odd_surroundings)


# What the schema promises of a column


@breaks("cell-required", lambda field: field.required)
def required_cell_empty(field: Field, cell: str) -> Iterator[str]:
    yield ""


@breaks("cell-enum", lambda field: bool(field.categories))
def code_not_in_the_list(field: Field, cell: str) -> Iterator[str]:
    yield from ("no_such_code", cell.upper() if cell.islower() else cell.lower(), f"{cell}s", f"{cell}, {cell}")
    yield from (cell[:-1], field.categories[0].label.title(), "n/a")


@breaks("cell-pattern", lambda field: field.pattern is not None)
def pattern_broken(field: Field, cell: str) -> Iterator[str]:
    tries = (
        *(cell.swapcase(), f"{cell}!", f"{cell} {cell}", f"{cell}_", f"_{cell}", cell[:1], f"{cell}。", f"x {cell}"),
        *(cell.replace("-", "_"), cell.replace("-", "--"), cell.replace(".", ",") + "/", f"{cell}é", f"../{cell}"),
    )
    yield from (new for new in tries if new and not re.fullmatch(field.pattern or "", new))


def _step(field: Field, bound: float | str, by: int) -> str:
    if isinstance(bound, str):
        return (date.fromisoformat(bound) + timedelta(by)).isoformat()
    return str(int(bound) + by)


@breaks("cell-minimum", lambda field: field.minimum is not None)
def below_the_minimum(field: Field, cell: str) -> Iterator[str]:
    assert field.minimum is not None
    yield from (_step(field, field.minimum, -1), _step(field, field.minimum, -1000))
    if field.type == "number":
        yield f"{float(field.minimum) - 0.0001:.4f}"


@breaks("cell-maximum", lambda field: field.maximum is not None)
def above_the_maximum(field: Field, cell: str) -> Iterator[str]:
    assert field.maximum is not None
    yield from (_step(field, field.maximum, 1), _step(field, field.maximum, 1000))
    if field.type == "number":
        yield f"{float(field.maximum) + 0.0001:.4f}"


@breaks("cell-min-length", lambda field: field.min_length is not None)
def shorter_than_allowed(field: Field, cell: str) -> Iterator[str]:
    yield cell[: (field.min_length or 1) - 1]


@breaks("cell-max-length", lambda field: field.max_length is not None)
def longer_than_allowed(field: Field, cell: str) -> Iterator[str]:
    assert field.max_length is not None
    yield from (
        (cell + "人" * field.max_length)[: field.max_length + 1],
        cell + "x" * 1000,
        cell + "𠮷" * field.max_length,
    )
