"""The list of sources, and a page for each: what it is, and everything taken from it."""

from __future__ import annotations

from collections.abc import Iterator

from shegong.site.language import Language
from shegong.site.page import Page
from shegong.site.site_data import Cells, SiteData, grouped


def source_pages(data: SiteData, language: Language) -> Iterator[Page]:
    """Yield the list of sources, then the page of each."""
    observations = grouped(data.observations.values(), "source_id")
    milestones = grouped(data.milestones, "source_id")
    title, intro = language.texts["sources_title"], language.texts["sources_intro"]
    counts = {id: (len(observations[id]), len(milestones[id])) for id in data.sources}
    yield Page("sources/index.html", "sources.html", title, intro, {"sources": data.sources, "counts": counts})
    spans = grouped(data.evidence, "document_id")
    for id, source in data.sources.items():
        inside = [
            span
            for span in spans[source["document_id"]]
            if source["char_start"] <= span["char_start"] and span["char_end"] <= source["char_end"]
        ]
        context = {
            "source": source,
            "observations": observations[id],
            "milestones": milestones[id],
            "organizations": _named(data.organizations, "organization_id", inside),
            "programmes": _named(data.programmes, "programme_id", inside),
        }
        name = language.name(source, "title") or language.texts["untitled"]
        yield Page(f"sources/{id}.html", "source.html", name, name, context)


def _named(rows: list[Cells], column: str, spans: list[Cells]) -> list[Cells]:
    named = {span[column] for span in spans}
    return [row for row in rows if row[column] in named]
