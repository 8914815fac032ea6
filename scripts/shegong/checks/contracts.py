"""Contracts: does each row keep its table's promises? Pandera schemas compiled from the Table Schemas.

A contract looks at one row only (an observation together with the definition of its metric).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import cache

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData
from pandera.errors import SchemaErrors

from shegong.checks.domain import DOMAIN_RULES
from shegong.errors import PackageError
from shegong.escape import cell_text, show_invisible
from shegong.findings import Finding, Findings, Rule
from shegong.package.schema import Field, TableSchema

LINE = "_line"
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
_BY_ID = {rule.id: rule for rule in SCHEMA_RULES} | {
    row.rule.id: row.rule for rows in DOMAIN_RULES.values() for row in rows
}


@cache
def load() -> None:
    """Let pandera import all that it needs to ask a frame."""
    pa.DataFrameSchema().validate(pl.DataFrame())


def check_rows(schema: TableSchema, file: str, frame: pl.DataFrame) -> list[Finding]:
    """Ask each row of a typed table whether it keeps the promises of its schema and domain.

    Args:
        schema: The Table Schema.
        file: Path of the table within the package.
        frame: Typed rows, row 0 standing on line 2, with the columns that `domain.with_context` adds.
    """
    findings = Findings()
    ask_rows(schema, file, frame, 2, findings)
    return findings.kept


def ask_rows(schema: TableSchema, file: str, frame: pl.DataFrame, first_line: int, findings: Findings) -> None:
    """The same for rows of a table, row 0 standing on `first_line`; the findings go to those there are."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if next(_cases(_whole_rows(schema), frame), None) is None:
            return
        told = _told(schema, frame, findings)
        suspects = frame.with_row_index(LINE, first_line)[sorted({row for rows in told.values() for row in rows})]
        for case in _cases(_cell_by_cell(schema), suspects):
            finding = _finding(schema, file, suspects, case)
            if finding.line - first_line in told[finding.rule.id, finding.column]:
                findings.kept.append(finding)


def _told(schema: TableSchema, frame: pl.DataFrame, findings: Findings) -> dict[tuple[str, str], set[int]]:
    """Count the rows that break each promise; returns those to be told of, by rule and column."""
    told: dict[tuple[str, str], set[int]] = {}
    for column, rule, keeps in _promises(schema):
        broken = frame.select(keeps.not_().fill_null(False).arg_true()).to_series()
        told[rule.id, column] = set(broken.head(findings.count(rule, column, broken.len())))
    return told


@cache
def _whole_rows(schema: TableSchema) -> pa.DataFrameSchema:
    """Every promise of the table as one check, so that a good table costs one scan."""
    promises = [keeps.fill_null(True) for _, _, keeps in _promises(schema)]
    return pa.DataFrameSchema(checks=[_check("row", pl.all_horizontal(promises), n_failure_cases=1)])


@cache
def _cell_by_cell(schema: TableSchema) -> pa.DataFrameSchema:
    """Each promise as a check of the column to blame, to explain the rows that break any."""
    checks: dict[str, list[pa.Check]] = {field.name: [] for field in schema.fields}
    for column, rule, keeps in _promises(schema):
        checks[column].append(_check(rule.id, keeps))
    return pa.DataFrameSchema({f.name: pa.Column(DTYPES[f.type], checks[f.name], nullable=True) for f in schema.fields})


def _promises(schema: TableSchema) -> Iterator[tuple[str, Rule, pl.Expr]]:
    """Column to blame, rule, and whether a row keeps it (null: nothing to say)."""
    for field in schema.fields:
        for rule, keeps in _schema_promises(field):
            yield field.name, rule, keeps
    for row in DOMAIN_RULES.get(schema.name, ()):
        yield row.column, row.rule, row.keeps


def _schema_promises(field: Field) -> Iterator[tuple[Rule, pl.Expr]]:
    cell = pl.col(field.name)
    length = cell.str.len_chars()
    if field.required:
        yield REQUIRED, cell.is_not_null()
    if field.categories:
        yield ENUM, cell.is_in(field.codes)
    if field.pattern is not None:
        yield PATTERN, cell.str.contains(f"^(?:{field.pattern})$")
    if field.minimum is not None:
        yield MINIMUM, cell >= _bound(field, field.minimum)
    if field.maximum is not None:
        yield MAXIMUM, cell <= _bound(field, field.maximum)
    if field.min_length is not None:
        yield MIN_LENGTH, length >= field.min_length
    if field.max_length is not None:
        yield MAX_LENGTH, length <= field.max_length


def _bound(field: Field, bound: float | str) -> pl.Expr:
    return pl.lit(bound).str.to_date("%Y-%m-%d") if field.type == "date" else pl.lit(bound)


def _check(name: str, keeps: pl.Expr, n_failure_cases: int | None = None) -> pa.Check:
    # Without ignore_na=False pandera skips rows whose own column is null; a null answer means "nothing to say".
    def asked(data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(keeps.fill_null(True))

    return pa.Check(asked, name=name, ignore_na=False, n_failure_cases=n_failure_cases)


def _cases(contract: pa.DataFrameSchema, frame: pl.DataFrame) -> Iterator[dict[str, object]]:
    try:
        contract.validate(frame, lazy=True)
        return
    except SchemaErrors as error:
        cases = error.failure_cases
    for case in cases.iter_rows(named=True):
        if case["index"] is None:  # the check itself failed
            raise PackageError(f"contracts: the rules of this version do not fit the schemas: {case['failure_case']}")
        yield case


def _finding(schema: TableSchema, file: str, suspects: pl.DataFrame, case: dict[str, object]) -> Finding:
    row, column, rule = int(str(case["index"])), str(case["column"]), _BY_ID[str(case["check"])]
    value, line = cell_text(suspects[row, column]), suspects[row, LINE]
    key = str(suspects[row, schema.primary_key[0]] or "")
    message = f"{show_invisible(value)!r} breaks the rule: {rule.sentence}"
    return Finding(rule, file, message, schema.name, line, column, key, value)
