"""Lexical forms: each cell has the one form of its type, validated on the text before an engine parses it."""

from __future__ import annotations

import polars as pl

from shegong.escape import BLANK
from shegong.findings import Finding, Findings, Rule, cell_clause
from shegong.package.canonical import TextTable
from shegong.package.schema import Field, TableSchema

INTEGER = r"^(0|-?[1-9][0-9]{0,17})$"
NUMBER = r"^(0|-?[1-9][0-9]{0,14}(\.[0-9]{0,3}[1-9])?|-?0\.[0-9]{0,3}[1-9])$"
DATE = r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$"
URI = r"^https?://[^\s]+$"
MARKUP_OR_FORMULA = r"^[=+\-@]|[<>]"
CONTROL = r"[\p{Cc}\p{Zl}\p{Zp}]"
HIDDEN = rf"[\p{{Cf}}\p{{Co}}\p{{Cn}}{BLANK}]"
ODD_SPACE = r"^ | $|[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]"
PLAIN_TEXT = r"^[0-9A-Za-z][0-9A-Za-z_.-]*$"
"""Ids and codes, most cells of a large table, which need no further check."""


def _rule(id: str, sentence: str, hint: str) -> Rule:
    return Rule(id, sentence, "parse", hint)


RULES = {
    "integer": _rule(
        "cell-integer", "An integer is plain digits, with no plus sign, leading zero or separator.", "write it as 1030"
    ),
    "number": _rule(
        "cell-number", "A number is plain digits with at most four decimals and no trailing zero.", "write it as 2.5"
    ),
    "date": _rule("cell-date", "A date is YYYY-MM-DD and exists.", "write it as 2020-03-17"),
    "boolean": _rule("cell-boolean", "A boolean is true or false.", "write true or false"),
    "string": _rule(
        "cell-text", "Text is NFC, with no hidden character, odd space, markup or formula.", "retype the cell"
    ),
    "verbatim": _rule(
        "cell-verbatim", "A printed token contains no control character, markup or formula.", "choose another span"
    ),
    "uri": _rule("cell-uri", "An address begins with http:// or https://.", "write the whole address"),
}


EXPECTED = {
    "integer": "an integer is plain digits",
    "number": "a number is plain digits with at most four decimals",
    "date": "a date is YYYY-MM-DD and exists",
    "boolean": "a boolean is true or false",
    "string": "text has no hidden character, odd space, markup or formula, and is NFC",
    "verbatim": "a printed token has no control character, markup or formula",
    "uri": "an address begins with http:// or https://",
}

TYPES: dict[str, type[pl.DataType]] = {
    "string": pl.String,
    "integer": pl.Int64,
    "number": pl.Float64,
    "date": pl.Date,
    "boolean": pl.Boolean,
}


def polars_types(schema: TableSchema) -> pl.Schema:
    """Return the types of a table's columns once they are parsed."""
    return pl.Schema({field.name: TYPES[field.type] for field in schema.fields})


def parse_table(table: TextTable) -> tuple[pl.DataFrame, list[Finding]]:
    """Parse a table of text into typed columns; bad cells become null and a finding each.

    Returns:
        A frame of the table's rows with columns of String, Int64, Float64, Date or Boolean, and the findings.
    """
    findings = Findings()
    return parse_rows(table, findings), findings.kept


def parse_rows(table: TextTable, findings: Findings) -> pl.DataFrame:
    """Parse rows of a table, and add what is found to `findings`."""
    assert table.frame is not None, "rows that cannot be separated are not parsed"
    bad = _bad_cells(table.schema, table.frame)
    for field in table.schema.fields:
        if field.name in bad.columns:
            _add_findings(table, table.frame, field, bad[field.name], findings)
    return table.frame.select(_typed(field, bad) for field in table.schema.fields)


def form_of(field: Field) -> str:
    """Return the lexical form of a column."""
    return "verbatim" if field.verbatim else "uri" if field.format == "uri" else field.type


def _bad_cells(schema: TableSchema, frame: pl.DataFrame) -> pl.DataFrame:
    """Return which cells do not have the form of their column, for the columns that have such cells.

    Most columns repeat few values, so the distinct values are validated first: that takes half the time.
    """
    values = frame.select(pl.exclude(*schema.primary_key).unique().implode(), pl.col(schema.primary_key).implode())
    cells = {field: pl.col(field.name).explode() for field in schema.fields}
    has_bad = values.select(_bad_cell(field, cell).any() for field, cell in cells.items()).row(0, named=True)
    bad = (_bad_cell(field, pl.col(field.name)).fill_null(False) for field in schema.fields if has_bad[field.name])
    return frame.select(bad)


def _bad_cell(field: Field, cell: pl.Expr) -> pl.Expr:
    """Whether a cell does not have the form of its column; null where it is empty."""
    match form_of(field):
        case "integer":
            return ~cell.str.contains(INTEGER)
        case "number":
            return ~cell.str.contains(NUMBER)
        case "date":
            exists = cell.str.to_date("%Y-%m-%d", strict=False).is_not_null()
            return cell.is_not_null() & ~(cell.str.contains(DATE) & exists)
        case "boolean":
            return ~cell.is_in(["true", "false"])
        case "verbatim":
            return cell.str.contains(f"{MARKUP_OR_FORMULA}|{CONTROL}")
        case "uri":
            return _is_bad_text(cell) | ~cell.str.contains(URI)
        case _:
            return _is_bad_text(cell)


def _is_bad_text(cell: pl.Expr) -> pl.Expr:
    cell = pl.when(~cell.str.contains(PLAIN_TEXT)).then(cell)
    odd = cell.str.contains(f"{MARKUP_OR_FORMULA}|{CONTROL}|{HIDDEN}|{ODD_SPACE}")
    return odd | (cell != cell.str.normalize("NFC"))


def _typed(field: Field, bad: pl.DataFrame) -> pl.Expr:
    cell = pl.col(field.name)
    cell = pl.when(~bad[field.name]).then(cell) if field.name in bad.columns else cell
    match field.type:
        case "date":
            return cell.str.to_date("%Y-%m-%d").alias(field.name)
        case "boolean":
            return (cell == "true").alias(field.name)
        case _:
            return cell.cast(TYPES[field.type]).alias(field.name)


def _add_findings(table: TextTable, frame: pl.DataFrame, field: Field, bad: pl.Series, findings: Findings) -> None:
    rule, expected = RULES[form_of(field)], EXPECTED[form_of(field)]
    rows = bad.arg_true()
    keys = frame[table.schema.primary_key[0]]
    for row in rows.head(findings.count(rule, field.name, rows.len())):
        value = frame[field.name][row]
        place = (table.schema.name, table.first_line + row, field.name, keys[row] or "", value)
        findings.kept.append(Finding(rule, table.file, cell_clause(field.name, value), *place, expected))
