"""Row rules of `documents`."""

from __future__ import annotations

import polars as pl

from shegong.checks.rows.row_rule import clause, row_rule

DOCUMENTS = (
    row_rule(
        "document-size",
        "characters",
        "A text has no more characters than bytes.",
        pl.col("characters") <= pl.col("bytes"),
        "count again",
        clause("bytes is {}", "bytes"),
    ),
)
