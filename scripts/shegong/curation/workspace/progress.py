"""Progress: how many numerals and rows of a work folder are decided."""

from __future__ import annotations

from dataclasses import dataclass

from shegong.chinese import NUMERAL
from shegong.curation.workspace.work_folder import NO, OPEN, YES, WorkFolder


@dataclass(frozen=True)
class Progress:
    """How far a curator has come.

    Attributes:
        numerals: Numerals of the document.
        decided: Numerals that an accepted mention accounts for.
        accepted: Rows with the decision `yes`.
        rejected: Rows with the decision `no`.
        open: Rows without a decision.
    """

    numerals: int
    decided: int
    accepted: int
    rejected: int
    open: int


def progress_of(work: WorkFolder) -> Progress:
    """Count the decided numerals and rows of a work folder."""
    decisions = [work.decision(draft) for draft in work.drafts]
    covered = {
        at
        for mention in work.of("mentions")
        if work.decision(mention) == YES and mention.cells["role"] != "title"
        for at in range(int(mention.cells["char_start"] or 0), int(mention.cells["char_end"] or 0))
    }
    numerals = list(NUMERAL.finditer(work.text))
    decided = sum(covered.issuperset(range(*numeral.span())) for numeral in numerals)
    return Progress(len(numerals), decided, *(decisions.count(decision) for decision in (YES, NO, OPEN)))


def progress_line(work: WorkFolder) -> str:
    """Show the progress in one line; a page has no numerals to account for."""
    p = progress_of(work)
    numerals = f"{p.decided} of {p.numerals} numerals decided ({percent(p.decided, p.numerals)}); "
    return f"{numerals * bool(work.text)}rows: {p.accepted} yes, {p.rejected} no, {p.open} open"


def percent(part: int, whole: int) -> str:
    """Return a share in percent; 0 of 0 is 0."""
    return f"{part / max(whole, 1):.1%}"
