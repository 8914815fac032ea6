"""How a comparison of two annotations is shown."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator

from shegong.curation.workspace.agreement import Comparison
from shegong.curation.workspace.progress import percent
from shegong.escape import show_invisible
from shegong.report import many


def comparison_text(found: Comparison) -> str:
    """Show the agreement, table by table, then every difference."""
    return "\n".join([*_summary(found), *_differences(found)])


def comparison_json(found: Comparison) -> str:
    """Return the comparison for programs."""
    return json.dumps(dataclasses.asdict(found), ensure_ascii=False, indent=2)


def _summary(found: Comparison) -> Iterator[str]:
    yield f"A  {found.a}"
    yield f"B  {found.b}"
    for name, rows in zip("AB", found.undecided, strict=True):
        if rows:
            yield f"{many(rows, 'row')} of {name} not decided yet and left out"
    if found.numerals:
        alike = f"{found.same_numerals} of {found.numerals} alike, {percent(found.same_numerals, found.numerals)}"
        yield f"numerals        {alike}; Cohen's kappa {found.kappa:.2f}"
    yield f"{'rows':<15} {'both':>5} {'only A':>7} {'only B':>7} {'cells':>6} {'alike':>6} {'share':>7}"
    for t in found.tables:
        share = percent(t.same_cells, t.cells)
        yield f"{t.table:<15} {t.both:>5} {t.only_a:>7} {t.only_b:>7} {t.cells:>6} {t.same_cells:>6} {share:>7}"


def _differences(found: Comparison) -> Iterator[str]:
    for d in found.differences:
        where = " | ".join(place for place in (d.place_a, d.place_b) if place)
        what = f"  {d.column}" if d.column else ""
        yield f"{d.table}  {where}{what}:  {show_invisible(d.a) or '-'} | {show_invisible(d.b) or '-'}"
    yield many(len(found.differences), "difference")
