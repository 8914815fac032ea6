"""Normalize a text: as it reads, with the offset of each character in the text as received."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from shegong.chinese import PINYIN, simplified
from shegong.curation.extract.script import script_of

MAX_HEADING_LETTERS = 40
"""A line of more characters that does not end with a stop is broken inside a sentence."""
SENTENCE_STOPS = '。!?;:…”"」』)》'
"""What ends a sentence, a heading or a quotation; full-width forms are normalized to these."""
PARAGRAPH_STARTS = ("\u3000", "\t", *"•◆■●▲★·")
"""What begins a paragraph: an indent or a bullet."""
DATE_AT_END = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9:]{4,8})?$")
"""A day, perhaps with its time, which ends an entry of a list."""

_KEPT_IN_NAMES = re.compile("[乾濛甯塚氾洩堃昇]|於(?=潜)")
"""Characters that names in simplified script keep, such as 乾县 and 於潜镇."""
_SEPARATE_FORMS = ("<super>", "<sub>", "<circle>", "<fraction>")
_RADICALS = str.maketrans(
    "⺁⺋⺌⺎⺒⺓⺕⺛⺝⺟⺠⺩⺪⺬⺮⺯⺶⺷⺹⺻⺼⺽⻁⻂⻃⻄⻅⻆⻇⻉⻊⻋⻑⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻞⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
    "厂㔾小兀巳幺彐旡月母民王疋示竹糹羊羊耂聿月臼虎衤覀西见角角贝足车長长门阝雨青韦页风飞食食首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
)
"""Radicals of the supplement, which NFKC keeps, and the characters that they look like."""


@dataclass(frozen=True)
class NormalizedText:
    """A text in simplified script, without spaces, bracketed pinyin and line breaks inside sentences.

    Attributes:
        received: The text as received.
        text: The text as it reads; a line feed ends a paragraph.
        offsets: For each character of `text` its offset in `received`.
    """

    received: str
    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open span of the text as received that reads `text[start:end]`."""
        return self.offsets[start], self.offsets[end - 1] + 1

    def index(self, offset: int) -> int:
        """Return the index in `text` of the first character at or after an offset of the text as received."""
        return bisect_left(self.offsets, offset)


def normalize(received: str) -> NormalizedText:
    """Normalize a text in any script; offsets count code points."""
    kept = [(offset, form) for offset, character in _unbroken(received) for form in _forms(character)]
    joined = "".join(form for _, form in kept)
    converted = simplified(joined)
    if len(converted) != len(joined):  # a phrase changed its length: convert character by character
        converted = "".join(simplified(form)[:1] or form for form in joined)
    if script_of(received) == "Hans":
        kept_names = {match.start() for match in _KEPT_IN_NAMES.finditer(joined)}
        converted = "".join(joined[at] if at in kept_names else form for at, form in enumerate(converted))
    return NormalizedText(received, converted, tuple(offset for offset, _ in kept))


def _forms(character: str) -> str:
    """Return a character as it reads: a raised, circled or fraction form would join the number beside it."""
    if character in "\n…" or unicodedata.decomposition(character).startswith(_SEPARATE_FORMS):
        return character
    form = unicodedata.normalize("NFKC", character).translate(_RADICALS)
    return form.replace(" ", "") or " "


def _unbroken(received: str) -> Iterator[tuple[int, str]]:
    """Yield the characters with their offsets: spaces only in Latin text, line breaks only after paragraphs."""
    length, last = 0, "\n"
    bracketed = {at for match in PINYIN.finditer(received) for at in range(*match.span())}
    for offset, character in enumerate(received):
        if offset in bracketed:
            continue
        if character.isspace() or unicodedata.category(character) in ("Cf", "Cc"):
            kept = _break(received, offset, length, last) if character in "\n\r" else _space(received, offset)
        else:
            kept = character
        if kept and not (kept == "\n" and last == "\n"):
            yield offset, kept
            length, last = (0 if kept == "\n" else length + 1), unicodedata.normalize("NFKC", kept)


def _break(received: str, offset: int, length: int, last: str) -> str:
    """Return a line feed where a paragraph ends: after a stop, a date or a short line, before an indent or a bullet."""
    starts = received[offset + 1 : offset + 2] in PARAGRAPH_STARTS
    is_dated = DATE_AT_END.search(received, max(0, offset - 20), offset)
    return "\n" if length <= MAX_HEADING_LETTERS or last in SENTENCE_STOPS or starts or is_dated else ""


def _space(received: str, offset: int) -> str:
    """Return a space between two Latin words or digits, else nothing."""
    around = received[offset - 1 : offset] + received[offset + 1 : offset + 2]
    return " " if len(around) == 2 and around.isascii() and around.isalnum() else ""
