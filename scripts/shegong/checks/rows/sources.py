"""Row rules of `sources`."""

from __future__ import annotations

import polars as pl

from shegong.checks.rows.row_rule import both_or_neither, clause, is_filled, row_rule

_FROM, _TO = pl.col("published_from"), pl.col("published_to")
_IS_HELD = is_filled("document_id")
_MARKS = pl.sum_horizontal(
    is_filled("publisher_id"),
    is_filled("title_zh") | is_filled("title_en"),
    is_filled("published_from") | is_filled("published_to"),
)
"""How much identifies a page that has no address."""
SOURCES = (
    row_rule(
        "source-span",
        "char_start",
        "A source has a range if and only if it is in a document.",
        both_or_neither("document_id", "char_start"),
        "give document_id, char_start and char_end, or none",
        clause("document_id is {}", "document_id"),
    ),
    row_rule(
        "source-span-end",
        "char_end",
        "A range has both ends.",
        both_or_neither("document_id", "char_end"),
        "give document_id, char_start and char_end, or none",
        clause("document_id is {}", "document_id"),
    ),
    row_rule(
        "source-span-order",
        "char_end",
        "A range ends after it begins.",
        pl.col("char_start") < pl.col("char_end"),
        "correct the ends",
        clause("char_start is {}", "char_start"),
    ),
    row_rule(
        "page-identity",
        "url",
        "A page has an address, or two of publisher, title and date.",
        _IS_HELD | is_filled("url") | (_MARKS >= 2),
        "give its address, or what it prints; what has less is not a source",
        clause("the row has {} of publisher, title and date", _MARKS),
    ),
    row_rule(
        "page-read-on",
        "read_on",
        "A page has the day on which it was read.",
        _IS_HELD | is_filled("read_on"),
        "give the day",
        pl.lit("a source without a document requires it"),
    ),
    row_rule(
        "published-to",
        "published_to",
        "A publication date that has a first day has a last day.",
        _FROM.is_null() | _TO.is_not_null(),
        "give both, the same twice for one day",
        clause("published_from is {}", _FROM),
    ),
    row_rule(
        "publication-read",
        "read_on",
        "A page is not read before it was published.",
        _TO <= pl.col("read_on"),
        "correct read_on or published_to",
        clause("published_to is {}", _TO),
    ),
    row_rule(
        "published-order",
        "published_to",
        "Published from is not after published to.",
        _FROM <= _TO,
        "swap the dates",
        clause("published_from is {}", _FROM),
    ),
    row_rule(
        "published-unknown",
        "published_basis",
        "Publication dates are empty if and only if the basis is unknown.",
        (pl.col("published_basis") == "unknown") == (_FROM.is_null() & _TO.is_null()),
        "give dates, or the basis unknown",
        clause("the dates are {} and {}", _FROM, _TO),
    ),
)
