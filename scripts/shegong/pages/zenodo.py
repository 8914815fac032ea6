"""Metadata of a deposition at Zenodo."""

from __future__ import annotations

import html

from shegong.citation.citation_metadata import citation_metadata
from shegong.package.package import Package
from shegong.pages.datacite import contributors
from shegong.pages.markdown import json_page, present


def zenodo(package: Package) -> str:
    """Return the metadata of a deposition at Zenodo, `.zenodo.json`. It has no DOI: Zenodo mints it."""
    work, source = citation_metadata(package), package.descriptor
    paragraphs = [source["description"], source.get("description_zh", "")]
    content = {
        "upload_type": "dataset",
        "title": work.title,
        "description": "".join(f"<p>{html.escape(text, quote=False)}</p>" for text in paragraphs if text),
        "creators": [{"name": author.family_first} for author in work.authors],
        "contributors": [{"name": author.family_first, "type": kind} for author, kind in contributors(package)],
        "publication_date": str(work.issued),
        "version": work.version,
        "access_right": "open",
        "license": source["licenses"][0]["name"],
        "keywords": source.get("keywords", []),
        "language": "eng",
        **present(notes=f"Chinese title: {work.title_zh}" if work.title_zh else ""),
    }
    return json_page(content)
