"""A chart of a page: its title, links and table, and what the script of the page draws, which it reads as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from shegong.site.language import Language
from shegong.site.site_data import Cells

MAX_PUBLISHERS = 4
"""Publishers that the source line of a chart names; of others it gives the number."""


@dataclass(frozen=True)
class Chart:
    """A chart and what belongs to it.

    Attributes:
        id: Its id in the page; that of its table is `table-` and this.
        kind: How it is drawn.
        title: What is seen.
        unit: The unit of its numbers; empty text where each measure has its own.
        sources: The publishers of its figures in a line; empty text for a chart without figures.
        sql: The query that gives the same numbers.
        data: What the script reads.
        rows: The rows of its table.
        policies: The milestones that it marks.
    """

    id: str
    kind: str
    title: str
    unit: str
    sources: str
    sql: str
    data: Mapping[str, Any]
    rows: list[Cells]
    policies: list[Cells]

    @property
    def query(self) -> str:
        """The query as the fragment of the SQL page."""
        return f"q={quote(self.sql, safe='')}"


def point(row: Cells, language: Language, root: str) -> Cells:
    """Return a figure as a chart draws it."""
    return {
        "year": row["year"],
        "date": row["period_end"] and row["period_end"].isoformat(),
        "value": row["value"],
        "lower": row["value_lower"],
        "upper": row["value_upper"],
        "qualifier": row["qualifier"],
        "text": language.figure_with_unit(row),
        "inferred": row["period_basis"] != "stated",
        "access": row["access"],
        "href": f"{root}figures/{row['observation_id']}.html",
    }


def publishers(rows: Iterable[Cells], language: Language) -> str:
    """Name the publishers of figures, those of the most figures first, and at last that some are not printed."""
    counts: dict[str, int] = {}
    for row in rows:
        name = language.name(row, "publisher") or language.texts["publisher_unknown"]
        counts[name] = counts.get(name, 0) + 1
    names = sorted(counts, key=lambda name: (name == language.texts["publisher_unknown"], -counts[name], name))
    listed = language.join(names[:MAX_PUBLISHERS])
    rest = len(names) - MAX_PUBLISHERS
    return language.text("and_more", names=listed, n=rest, all=len(names)) if rest > 0 else listed


def with_grade(name: str, row: Cells, language: Language) -> str:
    """Add to the name of a metric the grade to which figures are limited, if any."""
    if row["grade"] == "all":
        return name
    return language.text("in_brackets", text=name, added=language.label("observations", "grade", row["grade"]))
