"""A page for each figure: what it says, where it comes from, what others say, how to cite it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from shegong.citation.citation_metadata import citation_metadata
from shegong.citation.cite import FORMS
from shegong.citation.row import observation_row
from shegong.site.language import Language
from shegong.site.page import Page
from shegong.site.site_data import Cells, SiteData, grouped, read_rows

FACT = ("region_id", "metric_id", "grade", "scope_en", "organization_id", "programme_id", "status", "year")
"""What figures of one fact have in common, whatever their source."""
Citations = dict[str, dict[str, str]]


def figure_pages(data: SiteData, language: Language, citations: Citations) -> Iterator[Page]:
    """Yield the page of each figure."""
    facts = grouped(data.observations.values(), *FACT)
    evidence = grouped(data.evidence, "observation_id")
    best = {(row["region_id"], row["metric_id"], row["grade"], row["year"]): row for row in data.series}
    weighed = {row["observation_id"] for row in data.candidates}
    contradictions = _contradictions(data)
    for id, o in data.observations.items():
        others = [other for other in facts[tuple(o[column] for column in FACT)] if other is not o]
        contradicting = {other["observation_id"] for other in others} & contradictions[id]
        chosen = best.get((o["region_id"], o["metric_id"], o["grade"], o["year"]))
        context = {
            "o": o,
            "metric": data.metrics[o["metric_id"]],
            "path": [data.regions[parent] for parent in data.regions[o["region_id"]]["path_ids"]],
            "source": data.sources[o["source_id"]],
            "evidence": evidence[id],
            "others": others,
            "contradicting": contradicting,
            "agreement": _agreement(o, others, contradicting),
            "chosen": chosen and data.observations[chosen["observation_id"]],
            "excluded": _why_excluded(o, weighed),
            "citations": citations[id],
        }
        title = language.text(
            "figure_title",
            figure=language.figure_with_unit(o),
            metric=language.name(o, "metric"),
            place=language.name(o, "region"),
            year=language.year(o),
        )
        yield Page(f"figures/{id}.html", "figure.html", title, title, context)


def row_citations(data: SiteData) -> Citations:
    """Return the citations of each figure, in every format."""
    work = citation_metadata(data.package)
    found = {}
    for id, o in data.observations.items():
        source = data.sources[o["source_id"]]
        row = observation_row(data.package, o, source | {"publisher": source["publisher_zh"]})
        found[id] = {form: write(work, row) for form, write in FORMS.items()}
    return found


def _contradictions(data: SiteData) -> dict[str, set[str]]:
    """Return the figures that contradict each figure, in both directions."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in read_rows(data.connection, "SELECT observation_id AS a, other_observation_id AS b FROM disagreements"):
        found[row["a"]].add(row["b"])
        found[row["b"]].add(row["a"])
    return found


def _agreement(o: Cells, others: list[Cells], contradicting: set[str]) -> str:
    """Return the key of the text on how a figure and those of other sources go together."""
    if contradicting:
        return "figure_others_contradict"
    return "figure_others_compatible" if all(_overlap(o, other) for other in others) else "figure_others_differ"


def _overlap(a: Cells, b: Cells) -> bool:
    """Return whether one number can be within the bounds of both figures; a missing bound is far away."""
    lower = max((o["value_lower"] for o in (a, b) if o["value_lower"] is not None), default=None)
    upper = min((o["value_upper"] for o in (a, b) if o["value_upper"] is not None), default=None)
    return lower is None or upper is None or bool(lower <= upper)


def _why_excluded(o: Cells, weighed: set[str]) -> str:
    """Return the key of the text that says why the series does not weigh a figure; empty text if it does."""
    reasons = {
        "why_target": o["status"] == "target",
        "why_doubt": o["doubt"] is not None,
        "why_part": not o["is_whole"],
        "why_undated": o["period_end"] is None,
        "why_outlived": o["kind"] == "stock",
        "why_kind": True,
    }
    return "" if o["observation_id"] in weighed else next(key for key, applies in reasons.items() if applies)
