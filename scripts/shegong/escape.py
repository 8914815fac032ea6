"""Escape text for a terminal, a spreadsheet, Markdown and a message."""

from __future__ import annotations

import datetime
import re

BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef"
"""Letters and marks that show nothing, though Unicode calls them printable."""


CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""Characters that a terminal obeys instead of showing, or that turn a line about."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would run."""

MARKUP = re.compile(r"[\\`*_<>|#\[\]!&~@]|:(?=//)|(?<=www)\.")
"""What Markdown reads as more than a character."""


def escape_controls(text: str) -> str:
    """The text with its control and direction characters as code points: shown by a terminal, never obeyed."""
    return CONTROL_CHARACTERS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def escape_formula(text: str) -> str:
    """The text as a cell of a CSV file that no spreadsheet runs: with `'` before what begins like a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def escape_markdown(text: str) -> str:
    """The text on one line that Markdown shows as it is: no markup, no link."""
    return escape_controls(MARKUP.sub(r"\\\g<0>", " ".join(text.split())))


def escape_unprintable(text: str) -> str:
    """Return the text on one line, with the characters that are not printable as code points."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def show_invisible(text: str) -> str:
    """The text with its invisible characters spelled out, shortened to a line."""
    shown = "".join(c if c.isprintable() and not re.match(f"[{BLANK}]", c) else f"\\u{ord(c):04x}" for c in text)
    return shown if len(shown) <= 60 else shown[:59] + "…"


def cell_text(value: object) -> str:
    """A typed value as it stands in a canonical file; nothing for null."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return f"{value:.15g}"
        case datetime.date():
            return value.isoformat()
        case _:
            return str(value)
