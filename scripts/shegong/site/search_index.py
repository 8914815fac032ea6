"""The search index: places, metrics, programmes and bodies, with their names in both languages."""

from __future__ import annotations

from shegong.site.language import Language
from shegong.site.site_data import Cells, SiteData

Entry = tuple[str, str, str, str]


def search_index(data: SiteData, language: Language) -> list[Entry]:
    """Return the entries: kind, name, name in the other language, address within the folder of the language."""

    def entry(kind: str, row: Cells, href: str) -> Entry:
        return language.texts[kind], language.name(row, "name"), str(row[f"name_{language.other}"] or ""), href

    entries = [entry("kind_place", row, f"places/{id}.html") for id, row in data.regions.items()]
    entries += [entry("kind_metric", row, f"metrics/{id}.html") for id, row in data.metrics.items()]
    for kind, column, rows in (
        ("kind_programme", "programme_id", data.programmes),
        ("kind_body", "organization_id", data.organizations),
    ):
        for row in rows:
            if row["region_id"]:
                entries.append(entry(kind, row, f"places/{row['region_id']}.html#{row[column]}"))
    return entries
