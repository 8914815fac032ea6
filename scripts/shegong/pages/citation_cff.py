"""CITATION.cff, version 1.2.0 of the Citation File Format."""

from __future__ import annotations

from typing import Any

import yaml

from shegong.citation.citation_metadata import Author, citation_metadata, one_line
from shegong.package.package import Package
from shegong.pages.markdown import present

HEAD = "# Written by `shegong docs`; edit datapackage.json instead.\n"


def citation_cff(package: Package) -> str:
    """Return the page."""
    work, licences = citation_metadata(package), [licence["name"] for licence in package.descriptor["licenses"]]
    keywords = [*dict.fromkeys(one_line(keyword) for keyword in package.descriptor.get("keywords", []))]
    content: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite this version of them.",
        "type": "dataset",
        "title": work.title,
        "abstract": one_line(package.descriptor["description"]),
        "authors": [_author(author) for author in work.authors],
        "version": work.version,
        "date-released": str(work.issued),
        **present(doi=work.doi, url=work.url),
        "license": licences[0] if len(licences) == 1 else licences,
        **({"keywords": keywords} if keywords else {}),
    }
    return HEAD + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1_000_000)


def _author(author: Author) -> dict[str, str]:
    if author.family:
        return {"family-names": author.family, "given-names": author.given}
    return {"name": author.name}
