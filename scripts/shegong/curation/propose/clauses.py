"""The clause, sentence, line and quotation that contain a numeral."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise

from shegong.curation.propose.items import SUBJECT
from shegong.curation.propose.numerals import NumeralKind, NumeralSpan
from shegong.curation.propose.segment import Words

Bounds = tuple[int, int]
MAX_PART_LETTERS = 500
"""A longer part is cut, so that the time for a text without stops stays linear."""

MIN_LETTERS_OF_LONG_TEXT = 400
MAX_LETTERS_FOR_MENTION = 250
"""A long text on the subject names it at least once in so many letters."""

SENTENCE_END = re.compile(r"[。!?;…\n]|\.{3,}")
CLAUSE_END = re.compile(r"[,:—]")
QUOTATION = re.compile("“[^“”\n]*”|‘[^‘’\n]*’|「[^「」\n]*」|【[^【】\n]*】")
TIMESTAMP = re.compile(r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?: [0-9:]+)?")


class Context:
    """A normalized text with its words, numerals and the bounds of its parts.

    Attributes:
        text: The normalized text.
        words: Its words.
        numerals: Its numerals.
        stamped: Where a printed date ends and something new begins.
    """

    def __init__(self, text: str, words: Words, numerals: tuple[NumeralSpan, ...]) -> None:
        self.text = text
        self.words = words
        self.numerals = numerals
        self._starts = [numeral.start for numeral in numerals]
        stamps = [
            numeral.end
            for numeral in numerals
            if numeral.kind is NumeralKind.DATE
            and TIMESTAMP.fullmatch(text, numeral.start, numeral.end)
            and not text.startswith(",", numeral.end)
        ]
        self._lines = _cuts(text, (match.end() for match in re.finditer("\n", text)))
        ends = [match.end() for match in SENTENCE_END.finditer(text)] + stamps
        self.stamped = frozenset(stamps)
        self._sentences = _cuts(text, ends)
        self._clauses = _cuts(text, ends + [match.end() for match in CLAUSE_END.finditer(text)])
        self._quotations = [match.span() for match in QUOTATION.finditer(text)]

    def of(self, numeral: NumeralSpan) -> str:
        """Return the characters of a numeral."""
        return self.text[numeral.start : numeral.end]

    def numerals_between(self, start: int, end: int) -> tuple[NumeralSpan, ...]:
        """Return the numerals that begin between two indices."""
        return self.numerals[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def line(self, numeral: NumeralSpan) -> Bounds:
        """Return the paragraph, with its line feed."""
        return _part(self._lines, numeral.start)

    def sentence(self, numeral: NumeralSpan) -> Bounds:
        """Return the sentence, with its stop; a printed date and time ends one too."""
        return _part(self._sentences, numeral.start)

    def clause(self, numeral: NumeralSpan) -> Bounds:
        """Return the words between two commas."""
        start, end = _part(self._clauses, numeral.start)
        return start, max(end, numeral.end)

    def is_on_subject(self, numeral: NumeralSpan) -> bool:
        """Return whether a numeral is in a text on social work, or at least in a paragraph on it."""
        return self._is_about_subject or bool(SUBJECT.search(self.text, *self.line(numeral)))

    @cached_property
    def _is_about_subject(self) -> bool:
        """Whether the text is short or often names the subject."""
        mentions = sum(1 for _ in SUBJECT.finditer(self.text))
        return len(self.text) < max(MIN_LETTERS_OF_LONG_TEXT, mentions * MAX_LETTERS_FOR_MENTION)

    def before(self, numeral: NumeralSpan, length: int) -> str:
        """Return the characters before a numeral."""
        return self.text[max(0, numeral.start - length) : numeral.start]

    def after(self, numeral: NumeralSpan, length: int) -> str:
        """Return the characters after a numeral."""
        return self.text[numeral.end : numeral.end + length]

    def quotation(self, numeral: NumeralSpan) -> str:
        """Return the quotation that contains a numeral, or nothing."""
        at = bisect_right(self._quotations, (numeral.start, len(self.text))) - 1
        if at < 0 or not self._quotations[at][0] < numeral.start < self._quotations[at][1]:
            return ""
        start, end = self._quotations[at]
        return self.text[start + 1 : end - 1]


def _cuts(text: str, ends: Iterable[int]) -> list[int]:
    cuts = sorted({0, *ends, len(text)})
    return [cut for start, end in pairwise(cuts) for cut in range(start, end, MAX_PART_LETTERS)] + [len(text)]


def _part(cuts: list[int], index: int) -> Bounds:
    at = bisect_right(cuts, index)
    return cuts[at - 1], cuts[min(at, len(cuts) - 1)]
