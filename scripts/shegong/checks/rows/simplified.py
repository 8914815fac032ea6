"""The rule of every Chinese cell: it is in simplified script."""

from __future__ import annotations

import polars as pl

from shegong.checks.rows.row_rule import RowRule, clause, convert_distinct
from shegong.chinese import simplified
from shegong.findings import Rule

SIMPLIFIED = Rule("text-simplified", "Chinese cells are in simplified script.", "contracts", "write 张家港, not 張家港")


def in_simplified_script(*columns: str) -> tuple[RowRule, ...]:
    """Return the rule for each of the columns."""
    return tuple(_is_simplified(column) for column in columns)


def _is_simplified(column: str) -> RowRule:
    converted = convert_distinct(column, _simplified)
    return RowRule(
        SIMPLIFIED, column, converted == pl.col(column), clause("in simplified script it is '{}'", converted)
    )


def _simplified(cells: pl.Series) -> pl.Series:
    """Convert all cells together: no word of the converter's dictionary spans two lines."""
    lines = cells.str.replace_all("\n", "\v", literal=True)
    return pl.Series(simplified("\n".join(lines)).split("\n")).str.replace_all("\v", "\n", literal=True)
