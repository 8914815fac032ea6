"""Contracts: is each row valid by its Table Schema and by the rules of its table? Polars evaluates them.

A contract needs one row only (an observation together with the definition of its metric).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import polars as pl

from shegong.checks.domain import DOMAIN_RULES
from shegong.checks.rows.row_rule import RowRule
from shegong.errors import PackageError, first_line
from shegong.escape import cell_text
from shegong.findings import Finding, Findings, Rule, cell_clause
from shegong.package.schema import Field, TableSchema

LINE = "_line"


def _rule(id: str, sentence: str, hint: str) -> Rule:
    return Rule(id, sentence, "contracts", hint)


REQUIRED = _rule("cell-required", "A required cell is not empty.", "fill in the cell")
ENUM = _rule("cell-enum", "A code is in its code list.", "use a code of the schema, or add one there")
PATTERN = _rule("cell-pattern", "A cell matches the pattern of its column.", "write it like the example in the schema")
MINIMUM = _rule("cell-minimum", "A cell is not below the minimum of its column.", "correct the value")
MAXIMUM = _rule("cell-maximum", "A cell is not above the maximum of its column.", "correct the value")
MIN_LENGTH = _rule("cell-min-length", "A cell is not shorter than its column allows.", "write more")
MAX_LENGTH = _rule("cell-max-length", "A cell is not longer than its column allows.", "shorten it")
SCHEMA_RULES = (REQUIRED, ENUM, PATTERN, MINIMUM, MAXIMUM, MIN_LENGTH, MAX_LENGTH)


def check_rows(
    schema: TableSchema, file: str, frame: pl.DataFrame, first_line: int = 2, findings: Findings | None = None
) -> list[Finding]:
    """Validate rows of a typed table by its schema and the rules of its domain.

    Args:
        schema: The Table Schema.
        file: Path of the table within the package.
        frame: Typed rows, with the columns that `context.join_metric_definitions` adds.
        first_line: Line of the first row.
        findings: Where to add the findings; new ones by default.

    Returns:
        The findings that are kept.
    """
    findings = Findings() if findings is None else findings
    failed = frame.with_row_index(LINE, first_line)[_failed_rows(schema, frame)]
    for contract in _contracts(schema) if failed.height else ():
        rows = failed.filter(~contract.holds)
        rows = rows.head(findings.count(contract.rule, contract.column, rows.height))
        findings.kept += _findings(schema, file, rows, contract) if rows.height else ()
    return findings.kept


@cache
def _contracts(schema: TableSchema) -> tuple[RowRule, ...]:
    """Return every constraint of the schema and every rule of the domain."""
    constraints = [contract for field in schema.fields for contract in _constraints(field)]
    return (*constraints, *DOMAIN_RULES.get(schema.name, ()))


def _constraints(field: Field) -> Iterator[RowRule]:
    """Yield the constraints of a column, each with what is expected."""
    cell = pl.col(field.name)
    length = cell.str.len_chars()
    if field.required:
        yield _constraint(REQUIRED, field, cell.is_not_null(), "it is required")
    if field.categories:
        yield _constraint(ENUM, field, cell.is_in(field.codes), f"the codes are {', '.join(field.codes)}")
    if field.pattern is not None:
        matches = cell.str.contains(f"^(?:{field.pattern})$")
        yield _constraint(PATTERN, field, matches, f"the pattern is {field.pattern}")
    if field.minimum is not None:
        yield _constraint(MINIMUM, field, cell >= _bound(field, field.minimum), f"the minimum is {field.minimum}")
    if field.maximum is not None:
        yield _constraint(MAXIMUM, field, cell <= _bound(field, field.maximum), f"the maximum is {field.maximum}")
    if field.min_length is not None:
        yield _constraint(MIN_LENGTH, field, length >= field.min_length, f"the minimum length is {field.min_length}")
    if field.max_length is not None:
        yield _constraint(MAX_LENGTH, field, length <= field.max_length, f"the maximum length is {field.max_length}")


def _constraint(rule: Rule, field: Field, holds: pl.Expr, expected: str) -> RowRule:
    return RowRule(rule, field.name, holds, pl.lit(expected))


def _bound(field: Field, bound: float | str) -> pl.Expr:
    return pl.lit(bound).str.to_date("%Y-%m-%d") if field.type == "date" else pl.lit(bound)


def _failed_rows(schema: TableSchema, frame: pl.DataFrame) -> pl.Series:
    """Return the rows for which a contract fails.

    Raises:
        PackageError: A rule does not fit the schema of the package.
    """
    for contract in _contracts(schema):
        if missing := set(contract.holds.meta.root_names()) - set(frame.columns):
            needs = f"the rule {contract.rule.id} needs the column {min(missing)}"
            raise PackageError(f"{schema.name}: does not fit the schemas of the package: {needs}")
    # A null of `holds` means that the rule says nothing.
    holds = pl.all_horizontal(contract.holds for contract in _contracts(schema)).fill_null(True)
    try:
        return frame.select(~holds).to_series().arg_true()
    except pl.exceptions.PolarsError as error:
        raise PackageError(f"{schema.name}: does not fit the schemas of the package: {first_line(error)}") from None


def _findings(schema: TableSchema, file: str, rows: pl.DataFrame, contract: RowRule) -> Iterator[Finding]:
    column, rule = contract.column, contract.rule
    expected = rows.with_columns(_expected=contract.expected)["_expected"]
    keys = rows[schema.primary_key[0]]
    for line, key, value, clause in zip(rows[LINE], keys, rows[column], expected, strict=True):
        if rule is REQUIRED:
            message, clause = f"{column} is required but empty", ""
        else:
            message = cell_clause(column, value)
        yield Finding(rule, file, message, schema.name, line, column, str(key or ""), cell_text(value), clause)
