"""A row rule: an expression over the cells of one row, null where a cell that it needs is empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from shegong.findings import Rule


@dataclass(frozen=True)
class RowRule:
    """A rule for each row of a table.

    Attributes:
        rule: Id, sentence and hint.
        column: The column that a finding names.
        holds: Whether the rule holds: true, false, or null where it does not apply.
        expected: What the cell is compared with, as a clause that follows "but".
    """

    rule: Rule
    column: str
    holds: pl.Expr
    expected: pl.Expr


def row_rule(
    id: str, column: str, sentence: str, holds: pl.Expr, hint: str, expected: pl.Expr | None = None
) -> RowRule:
    """Make a rule with its sentence; without `expected` the sentence states what was expected."""
    rule = Rule(id, sentence, "contracts", hint)
    return RowRule(rule, column, holds, pl.lit(rule.clause) if expected is None else expected)


def clause(template: str, *operands: str | pl.Expr) -> pl.Expr:
    """Build a clause from columns of the row: numbers as they are printed, `nothing` for an empty cell."""
    cells = (pl.col(operand) if isinstance(operand, str) else operand for operand in operands)
    return pl.format(template, *(c.cast(pl.String).str.replace(r"\.0$", "").fill_null("nothing") for c in cells))


def convert_distinct(column: str, convert: Callable[[pl.Series], pl.Series]) -> pl.Expr:
    """Convert each distinct text of a column once."""

    def convert_all(cells: pl.Series) -> pl.Series:
        distinct = cells.drop_nulls().unique()
        if distinct.is_empty():
            return cells
        return cells.replace_strict(distinct, convert(distinct), default=None, return_dtype=pl.String)

    return pl.col(column).map_batches(convert_all, pl.String)


def both_or_neither(a: str, b: str) -> pl.Expr:
    """Return whether both cells are filled, or both are empty."""
    return pl.col(a).is_null() == pl.col(b).is_null()


def is_filled(column: str) -> pl.Expr:
    """Return whether a cell is filled."""
    return pl.col(column).is_not_null()
