"""Row rules of `metrics`."""

from __future__ import annotations

import polars as pl

from shegong.checks.rows.row_rule import clause, row_rule

METRICS = (
    row_rule(
        "metric-range-order",
        "value_max",
        "The smallest value of a metric is not above its largest.",
        pl.col("value_min") <= pl.col("value_max"),
        "swap them",
        clause("value_min is {}", "value_min"),
    ),
    row_rule(
        "metric-graded",
        "is_graded",
        "A duration has no grades.",
        ~pl.col("is_graded") | (pl.col("kind") != "duration"),
        "set it to false",
        clause("kind is '{}'", "kind"),
    ),
)
