"""Row rules of `milestones`."""

from __future__ import annotations

import polars as pl

from shegong.checks.rows.row_rule import clause, is_filled, row_rule

_DAY, _LAST = pl.col("date_start"), pl.col("date_end")
_IS_DATED = is_filled("date_start") | is_filled("date_end")
_PRECISE = (
    pl.when(pl.col("date_precision") == "day")
    .then(_DAY == _LAST)
    .when(pl.col("date_precision") == "month")
    .then((_DAY == _DAY.dt.month_start()) & (_LAST == _DAY.dt.month_end()))
    .when(pl.col("date_precision") == "year")
    .then(
        (_DAY.dt.ordinal_day() == 1)
        & (_LAST.dt.month() == 12)
        & (_LAST.dt.day() == 31)
        & (_DAY.dt.year() == _LAST.dt.year())
    )
    .when(pl.col("date_precision") == "interval")
    .then(_DAY < _LAST)
)
MILESTONES = (
    row_rule(
        "date-order",
        "date_end",
        "The last possible day is not before the first.",
        _DAY <= _LAST,
        "swap the dates",
        clause("date_start is {}", _DAY),
    ),
    row_rule(
        "date-precision",
        "date_precision",
        "The dates are a whole day, month or year, as the precision requires.",
        _PRECISE,
        "a month is its first to its last day, a year 01-01 to 12-31",
        clause("the dates are {} and {}", _DAY, _LAST),
    ),
    row_rule(
        "date-known",
        "date_precision",
        "Precision and basis are empty if and only if both dates are.",
        (_IS_DATED == is_filled("date_precision")) & (_IS_DATED == is_filled("date_basis")),
        "give date_precision and date_basis with a date, and leave them empty without one",
        clause("the dates are {} and {}, and the basis is {}", _DAY, _LAST, "date_basis"),
    ),
    row_rule(
        "date-end",
        "date_end",
        "A date that has a first day has a last day.",
        _DAY.is_null() | _LAST.is_not_null(),
        "give the last possible day",
        clause("date_start is {}", _DAY),
    ),
    row_rule(
        "date-open",
        "date_start",
        "Only an interval may have no first day.",
        _DAY.is_not_null() | _LAST.is_null() | (pl.col("date_precision") == "interval"),
        "give the first day, or the precision interval",
        clause("the precision is {}", "date_precision"),
    ),
    row_rule(
        "date-recurring",
        "date_end",
        "An event without a date recurs, and a note states when.",
        _IS_DATED | ((pl.col("status") == "recurring") & is_filled("note")),
        "give a date, or the status recurring and a note",
        clause("status is '{}' and note is {}", "status", "note"),
    ),
)
