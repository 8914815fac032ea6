"""How a comparison and the progress of work are shown."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from shegong.chinese import NUMERAL
from shegong.curation.extract.extract_text import Intake
from shegong.curation.workspace.agreement import Comparison
from shegong.curation.workspace.work_folder import NO, OPEN, YES, WorkFolder
from shegong.escape import show_invisible
from shegong.report import many


@dataclass(frozen=True)
class Progress:
    """How far a work folder has come: numerals of its document, those decided on, and rows by decision."""

    folder: str
    numerals: int
    decided: int
    accepted: int
    dropped: int
    open: int


def progress(work: WorkFolder) -> Progress:
    """Count the numerals and rows of a work folder on which something was decided."""
    decisions = [work.decision(draft) for draft in work.drafts]
    covered = {
        at
        for mention in work.of("mentions")
        if work.decision(mention) == YES and mention.cells["role"] != "title"
        for at in range(int(mention.cells["char_start"] or 0), int(mention.cells["char_end"] or 0))
    }
    numerals = list(NUMERAL.finditer(work.text))
    decided = sum(covered.issuperset(range(*numeral.span())) for numeral in numerals)
    counts = (decisions.count(decision) for decision in (YES, NO, OPEN))
    return Progress(str(work.path), len(numerals), decided, *counts)


def progress_text(works: list[Progress]) -> str:
    """A line for each work folder."""
    head = f"{'work folder':<32} {'numerals':>8} {'decided':>8} {'share':>7} {'rows in':>8} {'out':>5} {'open':>5}"
    rows = (
        f"{w.folder:<32} {w.numerals:>8} {w.decided:>8} {_share(w.decided, w.numerals):>7} "
        f"{w.accepted:>8} {w.dropped:>5} {w.open:>5}"
        for w in works
    )
    return "\n".join([head, *rows])


def intake_text(intake: Intake, work: WorkFolder) -> str:
    """What was taken in, and what is proposed, a line each."""
    guessed = f" (it reads as {', '.join(intake.other_encodings)} too: --encoding)" if intake.other_encodings else ""
    encoding = f" in {intake.encoding}{guessed}" if intake.encoding else ""
    counts = Counter(draft.table for draft in work.drafts)
    excluded = sum(draft.cells.get("role") == "excluded" for draft in work.drafts)
    proposed = ", ".join(f"{rows} {table}" for table, rows in counts.items() if table != "documents")
    document = work.document.cells
    size = f"{document['bytes']} bytes, {document['characters']} characters"
    return "\n".join(
        [
            f"{intake.media}{encoding}, {size}, {intake.script}",
            f"SHA-256 {document['sha256']}",
            *(f"defect: {defect.sentence}" for defect in intake.defects),
            f"{len(NUMERAL.findall(work.text))} numerals; proposed: {proposed} ({excluded} of them exclusions)",
            f"{work.path}",
        ]
    )


def comparison_text(found: Comparison) -> str:
    """What both say, table by table, then every difference."""
    return "\n".join([*_summary(found), *_differences(found)])


def comparison_json(found: Comparison) -> str:
    """The same, for programs."""
    return json.dumps(dataclasses.asdict(found), ensure_ascii=False, indent=2)


def _summary(found: Comparison) -> Iterator[str]:
    yield f"A  {found.a}"
    yield f"B  {found.b}"
    for name, rows in zip("AB", found.undecided, strict=True):
        if rows:
            yield f"{many(rows, 'row')} of {name} not decided yet: left out"
    share = _share(found.same_numerals, found.numerals)
    yield f"numerals        {found.same_numerals} of {found.numerals} alike, {share}; Cohen's kappa {found.kappa:.2f}"
    yield f"{'rows':<15} {'both':>5} {'only A':>7} {'only B':>7} {'cells':>6} {'alike':>6} {'share':>7}"
    for t in found.tables:
        share = _share(t.same_cells, t.cells)
        yield f"{t.table:<15} {t.both:>5} {t.only_a:>7} {t.only_b:>7} {t.cells:>6} {t.same_cells:>6} {share:>7}"


def _differences(found: Comparison) -> Iterator[str]:
    for d in found.differences:
        where = " | ".join(place for place in (d.place_a, d.place_b) if place)
        what = f"  {d.column}" if d.column else ""
        yield f"{d.table}  {where}{what}:  {show_invisible(d.a) or '-'} | {show_invisible(d.b) or '-'}"
    yield many(len(found.differences), "difference")


def _share(part: int, whole: int) -> str:
    return f"{part / max(whole, 1):.1%}"
