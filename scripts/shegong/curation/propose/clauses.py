"""Context: the clause, sentence, line and quotation that a run stands in."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import pairwise

from shegong.curation.propose.numerals import Form, Run
from shegong.curation.propose.words import Words

Bounds = tuple[int, int]
LONGEST = 500
"""A part of more characters than this is cut, so that a text without stops costs no more than another."""

SENTENCE_END = re.compile(r"[。!?;…\n]|\.{3,}")
CLAUSE_END = re.compile(r"[,:—]")
QUOTATION = re.compile("“[^“”\n]*”|‘[^‘’\n]*’|「[^「」\n]*」|【[^【】\n]*】")
TIMESTAMP = re.compile(r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?: [0-9:]+)?")


class Context:
    """A plain text with its words and runs, and where its parts begin and end.

    Attributes:
        text: The plain text.
        words: Its words.
        runs: Its numerals.
        stamped: Where a printed date ends, behind which something new begins.
    """

    def __init__(self, text: str, words: Words, runs: tuple[Run, ...]) -> None:
        self.text = text
        self.words = words
        self.runs = runs
        self._starts = [run.start for run in runs]
        stamps = [run.end for run in runs if run.form is Form.DATE and TIMESTAMP.fullmatch(text, run.start, run.end)]
        self._lines = _cuts(text, (match.end() for match in re.finditer("\n", text)))
        ends = [match.end() for match in SENTENCE_END.finditer(text)] + stamps
        self.stamped = frozenset(stamps)
        self._sentences = _cuts(text, ends)
        self._clauses = _cuts(text, ends + [match.end() for match in CLAUSE_END.finditer(text)])
        self._quotations = [match.span() for match in QUOTATION.finditer(text)]

    def of(self, run: Run) -> str:
        """The characters of a run."""
        return self.text[run.start : run.end]

    def runs_between(self, start: int, end: int) -> tuple[Run, ...]:
        """The runs that begin between two indices."""
        return self.runs[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def line(self, run: Run) -> Bounds:
        """The paragraph, its line feed included."""
        return _part(self._lines, run.start)

    def sentence(self, run: Run) -> Bounds:
        """The sentence, its stop included; a printed time of day and date ends one too."""
        return _part(self._sentences, run.start)

    def clause(self, run: Run) -> Bounds:
        """The words between two commas."""
        start, end = _part(self._clauses, run.start)
        return start, max(end, run.end)

    def before(self, run: Run, length: int) -> str:
        """So many characters before a run."""
        return self.text[max(0, run.start - length) : run.start]

    def after(self, run: Run, length: int) -> str:
        """So many characters after a run."""
        return self.text[run.end : run.end + length]

    def quotation(self, run: Run) -> str:
        """What stands between the quotation marks around a run; empty where there are none."""
        at = bisect_right(self._quotations, (run.start, len(self.text))) - 1
        if at < 0 or not self._quotations[at][0] < run.start < self._quotations[at][1]:
            return ""
        start, end = self._quotations[at]
        return self.text[start + 1 : end - 1]


def _cuts(text: str, ends: Iterable[int]) -> list[int]:
    cuts = sorted({0, *ends, len(text)})
    return [cut for start, end in pairwise(cuts) for cut in range(start, end, LONGEST)] + [len(text)]


def _part(cuts: list[int], index: int) -> Bounds:
    at = bisect_right(cuts, index)
    return cuts[at - 1], cuts[min(at, len(cuts) - 1)]
