"""Lexical forms: each cell has the one form of its type, checked on the text before any engine parses it."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from shegong.escape import BLANK, show_invisible
from shegong.findings import Finding, Findings, Rule
from shegong.package.canonical import TextTable
from shegong.package.schema import Field

INTEGER = r"^(0|-?[1-9][0-9]{0,17})$"
NUMBER = r"^(0|-?[1-9][0-9]{0,14}(\.[0-9]{0,3}[1-9])?|-?0\.[0-9]{0,3}[1-9])$"
DATE = r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$"
URI = r"^https?://[^\s]+$"
MARKUP_OR_FORMULA = r"^[=+\-@]|[<>]"
CONTROL = r"[\p{Cc}\p{Zl}\p{Zp}]"
HIDDEN = rf"[\p{{Cf}}\p{{Co}}\p{{Cn}}{BLANK}]"
ODD_SPACE = r"^ | $|[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]"
_COMMON = "!-;?-~·—‘-”…、-】一-鿯！-～"
CERTAINLY_TEXT = rf"^[!-*,./0-;?A-~·—‘-”…、-】一-鿯！-～](?:[ ={_COMMON}]*[={_COMMON}])?$"
"""Cells of nothing but common characters, which are NFC whatever their order: they need no closer look."""


def _rule(id: str, sentence: str, hint: str) -> Rule:
    return Rule(id, sentence, "parse", hint)


RULES = {
    "integer": _rule(
        "cell-integer", "An integer is plain digits, without sign, zeros or marks before them.", "write it as 1030"
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
        "cell-verbatim", "A printed token holds no control character, markup or formula.", "choose another span"
    ),
    "uri": _rule("cell-uri", "An address begins with http:// or https://.", "write the whole address"),
}


def parse_table(table: TextTable) -> tuple[pl.DataFrame, list[Finding]]:
    """Turn a table of text into typed columns; bad cells become null and a finding each.

    Returns:
        A frame of the table's rows with columns of String, Int64, Float64, Date or Boolean, and the findings.
    """
    findings = Findings()
    return parse_rows(table, findings), findings.kept


def parse_rows(table: TextTable, findings: Findings) -> pl.DataFrame:
    """The same for rows of a table; the findings go to those there are."""
    assert table.frame is not None, "a table whose rows cannot be trusted is not parsed"
    fields = table.schema.fields
    may_be_bad = table.frame.select(_may_be_bad(field).alias(field.name) for field in fields)
    bad = {field.name: _bad_cells(table.frame, field, may_be_bad[field.name]) for field in fields}
    for field in fields:
        _tell(table, table.frame, field, bad[field.name], findings)
    return table.frame.select(_typed(field, bad[field.name]) for field in fields)


def form_of(field: Field) -> str:
    """Which of the lexical forms a column has."""
    return "verbatim" if field.verbatim else "uri" if field.format == "uri" else field.type


def _may_be_bad(field: Field) -> pl.Expr:
    """A quick look, in one scan of all columns: false where a cell is certainly good."""
    cell = pl.col(field.name)
    suspect = ~cell.str.contains(CERTAINLY_TEXT) if form_of(field) == "string" else _BAD[form_of(field)](cell)
    return suspect.fill_null(False)


def _bad_cells(frame: pl.DataFrame, field: Field, suspects: pl.Series) -> pl.Series:
    if form_of(field) != "string" or not suspects.any():
        return suspects
    return frame.select(_bad_text(pl.when(suspects).then(pl.col(field.name))).fill_null(False)).to_series()


def _unlike(pattern: str) -> Callable[[pl.Expr], pl.Expr]:
    return lambda cell: ~cell.str.contains(pattern)


def _bad_date(cell: pl.Expr) -> pl.Expr:
    exists = cell.str.to_date("%Y-%m-%d", strict=False).is_not_null()
    return cell.is_not_null() & ~(cell.str.contains(DATE) & exists)


def _bad_text(cell: pl.Expr) -> pl.Expr:
    odd = cell.str.contains(f"{MARKUP_OR_FORMULA}|{CONTROL}|{HIDDEN}|{ODD_SPACE}")
    return odd | (cell != cell.str.normalize("NFC"))


def _bad_verbatim(cell: pl.Expr) -> pl.Expr:
    return cell.str.contains(f"{MARKUP_OR_FORMULA}|{CONTROL}")


_BAD: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "integer": _unlike(INTEGER),
    "number": _unlike(NUMBER),
    "date": _bad_date,
    "boolean": _unlike("^(true|false)$"),
    "verbatim": _bad_verbatim,
    "uri": lambda cell: _bad_text(cell) | _unlike(URI)(cell),
}


def _typed(field: Field, bad: pl.Series) -> pl.Expr:
    cell = pl.when(~bad).then(pl.col(field.name)) if bad.any() else pl.col(field.name)
    match field.type:
        case "date":
            return cell.str.to_date("%Y-%m-%d").alias(field.name)
        case "boolean":
            return (cell == "true").alias(field.name)
        case "integer":
            return cell.cast(pl.Int64).alias(field.name)
        case "number":
            return cell.cast(pl.Float64).alias(field.name)
        case _:
            return cell.alias(field.name)


def _tell(table: TextTable, frame: pl.DataFrame, field: Field, bad: pl.Series, findings: Findings) -> None:
    rows = bad.arg_true()
    if rows.is_empty():
        return
    form = form_of(field)
    told = rows.head(findings.count(RULES[form], field.name, rows.len()))
    keys = frame[table.schema.primary_key[0]]
    for row in told:
        value = frame[field.name][row]
        message = f"{show_invisible(value)!r} is not {_ARTICLE[form]}"
        line = table.first_line + row
        finding = Finding(RULES[form], table.file, message, table.schema.name, line, field.name, keys[row] or "", value)
        findings.kept.append(finding)


_ARTICLE = {
    "integer": "an integer in plain digits",
    "number": "a number in plain digits with at most four decimals",
    "date": "a date YYYY-MM-DD that exists",
    "boolean": "true or false",
    "string": "plain text: hidden character, odd space, markup or formula",
    "verbatim": "a plain token: control character, markup or formula",
    "uri": "an address",
}
