"""Escape text for a terminal, a spreadsheet, Markdown and a message."""

from __future__ import annotations

import datetime
import re

BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef"
"""Letters and marks that show nothing, although Unicode calls them printable."""


CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""Characters that a terminal executes instead of printing, or that reverse a line."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Prefixes of cells that a spreadsheet would execute."""

MARKUP = re.compile(r"[\\`*_<>|#\[\]!&~@]|:(?=//)|(?<=www)\.")
"""Characters with a meaning in Markdown."""


def escape_controls(text: str) -> str:
    """Return the text with control and direction characters as code points."""
    return CONTROL_CHARACTERS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def escape_formula(text: str) -> str:
    """Return the text with `'` before it if a spreadsheet would execute it as a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def escape_markdown(text: str) -> str:
    """Return the text on one line, without a meaning in Markdown."""
    return escape_controls(MARKUP.sub(r"\\\g<0>", " ".join(text.split())))


def escape_unprintable(text: str) -> str:
    """Return the text on one line, with the characters that are not printable as code points."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def show_invisible(text: str) -> str:
    """Return the text with invisible characters as code points, shortened to a line."""
    shown = "".join(c if c.isprintable() and not re.match(f"[{BLANK}]", c) else f"\\u{ord(c):04x}" for c in text)
    return shown if len(shown) <= 60 else shown[:59] + "…"


def cell_text(value: object) -> str:
    """Return a typed value as a canonical file has it; empty text for null."""
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
