"""Plain text: a document as it reads, each character of which knows where it stands in the text as received."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from shegong.chinese import PINYIN, simplified

LONG_LINE = 40
"""A line of more characters than this that ends without a stop is taken for broken inside a sentence."""
STOPS = '。!?;:…”"」』)》'
"""What ends a sentence, a heading or a quotation; full-width forms read as these."""


STARTS = ("\u3000", "\t", *"•◆■●▲★·")
"""What begins a paragraph: an indent, a bullet."""
DATED = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9:]{4,8})?$")
"""A day, or a day and its time, which end the line of a list."""


@dataclass(frozen=True)
class PlainText:
    """A text in simplified script, without spaces, bracketed pinyin and line breaks inside sentences.

    Attributes:
        received: The text as received.
        text: As it reads; a line feed ends a paragraph.
        offsets: For each character of `text` the offset in `received` of the one that it was.
    """

    received: str
    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of the text as received that reads `text[start:end]`."""
        return self.offsets[start], self.offsets[end - 1] + 1

    def index(self, offset: int) -> int:
        """The index in `text` of the first character that stands at an offset of the text as received, or after it."""
        return bisect_left(self.offsets, offset)


def plain_text(received: str) -> PlainText:
    """Read a text as received, in any script; offsets count code points."""
    kept = [(offset, form) for offset, character in _unbroken(received) for form in _forms(character)]
    joined = "".join(form for _, form in kept)
    converted = simplified(joined)
    if len(converted) != len(joined):  # some phrase has another length: then character by character
        converted = "".join(simplified(form)[:1] or form for form in joined)
    return PlainText(received, converted, tuple(offset for offset, _ in kept))


def _forms(character: str) -> str:
    return character if character in "\n…" else unicodedata.normalize("NFKC", character).replace(" ", "") or " "


def _unbroken(received: str) -> Iterator[tuple[int, str]]:
    """The characters that are read, with their offsets: spaces only within Latin text, breaks only after paragraphs."""
    length, last = 0, "\n"
    for offset, character in _without_pinyin(received):
        if character.isspace() or unicodedata.category(character) in ("Cf", "Cc"):
            kept = _break(received, offset, length, last) if character in "\n\r" else _space(received, offset)
        else:
            kept = character
        if kept and not (kept == "\n" and last == "\n"):
            yield offset, kept
            length, last = (0 if kept == "\n" else length + 1), unicodedata.normalize("NFKC", kept)


def _without_pinyin(received: str) -> Iterator[tuple[int, str]]:
    bracketed = {at for match in PINYIN.finditer(received) for at in range(*match.span())}
    return ((offset, character) for offset, character in enumerate(received) if offset not in bracketed)


def _break(received: str, offset: int, length: int, last: str) -> str:
    """A line feed where a paragraph ends: after a stop, a date or a short line, before an indent or a bullet."""
    starts = received[offset + 1 : offset + 2] in STARTS
    is_dated = DATED.search(received, max(0, offset - 20), offset)
    return "\n" if length <= LONG_LINE or last in STOPS or starts or is_dated else ""


def _space(received: str, offset: int) -> str:
    """A space is kept between two Latin words or digits only."""
    around = received[offset - 1 : offset] + received[offset + 1 : offset + 2]
    return " " if len(around) == 2 and around.isascii() and around.isalnum() else ""
