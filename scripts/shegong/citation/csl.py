"""Citations for reference managers: CSL-JSON."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator

from shegong.citation.citation_metadata import Cells, CitationMetadata, Row, Source, sentences, source_text


def as_csl_json(work: CitationMetadata, row: Row | None) -> str:
    """Return a JSON array of one item for the package; for a row, of the figure and its source."""
    items = [_csl_package(work)] if row is None else [*_csl_row(work, row)]
    return json.dumps(items, ensure_ascii=False, indent=2)


def _csl_package(work: CitationMetadata) -> Cells:
    chinese = f"Chinese title: {work.title_zh}" if work.title_zh else ""
    return {
        "id": work.key,
        "type": "dataset",
        "title": work.title,
        **_csl_common(work),
        "note": sentences(chinese, f"Licence: {work.licence}"),
    }


def _csl_row(work: CitationMetadata, row: Row) -> Iterator[Cells]:
    yield {
        "id": f"{work.key}-{row.key}",
        "type": "dataset",
        "title": row.statement,
        "container-title": work.title,
        "number": row.key,
        **_csl_common(work),
        "note": sentences(f"Licence: {work.licence}", source_text(row.source)),
    }
    if row.source:
        yield _csl_source(work, row.source)


def _csl_common(work: CitationMetadata) -> Cells:
    addresses = {"DOI": work.doi, "URL": work.url}
    names = [{"family": a.family, "given": a.given} if a.family else {"literal": a.name} for a in work.authors]
    return {
        "author": names,
        "issued": {"date-parts": [_date_parts(work.issued)]},
        "version": work.version,
        "publisher": work.name,
        "language": "en",
        **{name: value for name, value in addresses.items() if value},
    }


def _csl_source(work: CitationMetadata, source: Source) -> Cells:
    item: Cells = {
        "id": f"{work.name}-source-{source.id}",
        "type": "document",
        "title": source.title,
        **({"original-title": source.title_zh, "language": "zh"} if source.title_zh else {}),
    }
    if source.publisher:
        item["author"] = [{"literal": source.publisher}]
    if source.last:
        item["issued"] = _csl_issued(source)
    if source.url:
        item["URL"] = source.url
    return {**item, "note": sentences(source_text(source))}


def _csl_issued(source: Source) -> Cells:
    days = sorted({day for day in (source.first, source.last) if day})
    circa = {"circa": True} if source.basis != "stated" else {}
    return {"date-parts": [_date_parts(day) for day in days], **circa}


def _date_parts(day: datetime.date) -> list[int]:
    return [day.year, day.month, day.day]
