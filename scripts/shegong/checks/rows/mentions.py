"""Row rules of `mentions`."""

from __future__ import annotations

import polars as pl

from shegong.checks.rows.row_rule import clause, row_rule
from shegong.chinese import MAX_MENTION_LETTERS, NUMERAL_CHARACTER, letters
from shegong.ledger import ROLE_TARGETS, TARGETS

_TEXT = pl.col("text")
_LONG_TEXT = pl.when(_TEXT.str.len_chars() >= MAX_MENTION_LETTERS).then(_TEXT)
_LENGTH = pl.col("char_end") - pl.col("char_start")
_FILLED = pl.concat_str(
    [pl.when(pl.col(t).is_not_null()).then(pl.lit(t)) for t in TARGETS], separator=" and ", ignore_nulls=True
)
_TARGET_CLAUSE = clause("the row fills {}", pl.when(_FILLED != "").then(_FILLED).otherwise(pl.lit("no target")))


def _is_name(text: str) -> bool:
    return len(letters(text)) < MAX_MENTION_LETTERS


def _role_fits() -> pl.Expr:
    fits = pl.lit(None, pl.Boolean)
    for role, targets in ROLE_TARGETS.items():
        one = pl.any_horizontal(pl.col(target).is_not_null() for target in targets)
        fits = pl.when(pl.col("role") == role).then(one).otherwise(fits)
    return fits


MENTIONS = (
    row_rule(
        "mention-target",
        "role",
        "A mention supports exactly one thing.",
        pl.sum_horizontal(pl.col(t).is_not_null() for t in TARGETS) == 1,
        "fill one of the target columns; enter the span again for another row",
        _TARGET_CLAUSE,
    ),
    row_rule(
        "mention-role",
        "role",
        "A mention of a role supports only what the role allows.",
        _role_fits(),
        "see the table of roles in docs/curation.md",
        _TARGET_CLAUSE,
    ),
    row_rule(
        "mention-span",
        "char_end",
        "A span ends after it begins.",
        _LENGTH > 0,
        "correct the ends",
        clause("char_start is {}", "char_start"),
    ),
    row_rule(
        "mention-length",
        "text",
        "The text is as long as its span.",
        _TEXT.str.len_chars() == _LENGTH,
        "copy the characters of the span, spaces too",
        clause("the span has {} characters, and the text {}", _LENGTH, _TEXT.str.len_chars()),
    ),
    row_rule(
        "mention-letters",
        "text",
        "A span has fewer than 24 letters.",
        (_TEXT.str.len_chars() < MAX_MENTION_LETTERS) | _LONG_TEXT.map_elements(_is_name, pl.Boolean),
        "mark the part that identifies it",
    ),
    row_rule(
        "mention-numeral",
        "text",
        "An excluded span contains a numeral.",
        (pl.col("role") != "excluded") | _TEXT.str.contains(NUMERAL_CHARACTER),
        "exclude only numerals",
    ),
)
