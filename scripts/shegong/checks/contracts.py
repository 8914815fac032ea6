"""Contracts: does each row keep its table's promises? Pandera schemas compiled from the Table Schemas.

A contract looks at one row only (an observation together with the definition of its metric).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import cache

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from shegong.checks.domain import DOMAIN_RULES, RowRule
from shegong.finding import Finding, Rule
from shegong.package.lexical import visible
from shegong.package.schema import Field, TableSchema

DTYPES = {"string": pl.String, "integer": pl.Int64, "number": pl.Float64, "date": pl.Date, "boolean": pl.Boolean}


def _rule(id: str, sentence: str, hint: str) -> Rule:
    return Rule(id, sentence, "contracts", hint)


REQUIRED = _rule("cell-required", "A required cell is not empty.", "fill the cell in")
ENUM = _rule("cell-enum", "A code is in its code list.", "take a code of the schema, or add one there")
PATTERN = _rule("cell-pattern", "A cell matches the pattern of its column.", "write it as the schema's example")
MINIMUM = _rule("cell-minimum", "A cell is not below the minimum of its column.", "correct the value")
MAXIMUM = _rule("cell-maximum", "A cell is not above the maximum of its column.", "correct the value")
MIN_LENGTH = _rule("cell-min-length", "A cell is not shorter than its column allows.", "write more")
MAX_LENGTH = _rule("cell-max-length", "A cell is not longer than its column allows.", "shorten it")
SCHEMA_RULES = (REQUIRED, ENUM, PATTERN, MINIMUM, MAXIMUM, MIN_LENGTH, MAX_LENGTH)
_BY_ID = {rule.id: rule for rule in SCHEMA_RULES} | {row.rule.id: row.rule for rows in DOMAIN_RULES.values() for row in rows}


def check_rows(schema: TableSchema, file: str, frame: pl.DataFrame) -> list[Finding]:
    """Ask each row of a typed table whether it keeps the promises of its schema and domain.

    Args:
        schema: The Table Schema.
        file: Path of the table within the package.
        frame: Typed rows, row 0 standing on line 2, with the columns that `domain.with_context` adds.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            _contract(schema).validate(frame, lazy=True)
        except SchemaErrors as error:
            return [_finding(schema, file, frame, case) for case in _cases(error)]
    return []


@cache
def _contract(schema: TableSchema) -> pa.DataFrameSchema:
    rows = DOMAIN_RULES.get(schema.name, ())
    return pa.DataFrameSchema({field.name: _column(field, rows) for field in schema.fields})


def _column(field: Field, rows: tuple[RowRule, ...]) -> pa.Column:
    domain = [_check(row.rule, row.keeps) for row in rows if row.column == field.name]
    return pa.Column(DTYPES[field.type], [*_schema_checks(field), *domain], nullable=True)


def _schema_checks(field: Field) -> Iterator[pa.Check]:
    cell = pl.col(field.name)
    length = cell.str.len_chars()
    if field.required:
        yield _check(REQUIRED, cell.is_not_null())
    if field.categories:
        yield _check(ENUM, cell.is_in(field.codes))
    if field.pattern is not None:
        yield _check(PATTERN, cell.str.contains(f"^(?:{field.pattern})$"))
    if field.minimum is not None:
        yield _check(MINIMUM, cell >= _bound(field, field.minimum))
    if field.maximum is not None:
        yield _check(MAXIMUM, cell <= _bound(field, field.maximum))
    if field.min_length is not None:
        yield _check(MIN_LENGTH, length >= field.min_length)
    if field.max_length is not None:
        yield _check(MAX_LENGTH, length <= field.max_length)


def _bound(field: Field, bound: float | str) -> pl.Expr:
    return pl.lit(bound).str.to_date("%Y-%m-%d") if field.type == "date" else pl.lit(bound)


def _check(rule: Rule, keeps: pl.Expr) -> pa.Check:
    # Without ignore_na=False pandera skips rows whose own column is null; a null answer means "nothing to say".
    return pa.Check(lambda data: data.lazyframe.select(keeps.fill_null(True)), name=rule.id, ignore_na=False)


def _cases(error: SchemaErrors) -> Iterator[dict[str, object]]:
    for case in error.failure_cases.iter_rows(named=True):
        if case["index"] is None:
            raise AssertionError(f"contract without a row: {case['column']} {case['check']}")
        yield case


def _finding(schema: TableSchema, file: str, frame: pl.DataFrame, case: dict[str, object]) -> Finding:
    row, column, rule = int(str(case["index"])), str(case["column"]), _BY_ID[str(case["check"])]
    cell = frame[row, column]
    value = "" if cell is None else str(cell)
    key = str(frame[row, schema.primary_key[0]] or "")
    return Finding(rule, file, f"{visible(value)!r}: {rule.sentence}", schema.name, row + 2, column, key, value)
