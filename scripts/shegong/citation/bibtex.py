"""Citations for BibTeX and LaTeX."""

from __future__ import annotations

import re
from urllib.parse import quote

from shegong.citation.citation_metadata import (
    MONTHS,
    CitationMetadata,
    Row,
    Source,
    commas,
    one_line,
    published,
    publisher_of,
    reposted,
    years,
)

BIBTEX = {
    "\\": r"\textbackslash{}",
    # BibTeX counts a brace even after a backslash, so that an unpaired one would swallow the rest of the file.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "&%$#_"},
}


def as_bibtex(work: CitationMetadata, row: Row | None) -> str:
    """Return one entry for the package; for a row, one for the figure and one for its source."""
    note = f"Version {work.version}. Licence {work.licence}"
    if row is None:
        return _entry(work.key, {**_bibtex_head(work, work.title), **_braced(howpublished="Data set", note=note)})
    values = _braced(howpublished=f"Data set, row {row.key} of {row.table}", note=f"In: {work.title}. {note}")
    entry = _entry(f"{work.key}-{row.key}", {**_bibtex_head(work, row.statement), **values})
    return f"{entry}\n\n{_bibtex_source(work, row.source)}" if row.source else entry


def bibtex_text(text: str) -> str:
    """Escape a text for BibTeX and LaTeX, on one line."""
    return "".join(BIBTEX.get(character, character) for character in one_line(text))


def _bibtex_head(work: CitationMetadata, title: str) -> dict[str, str]:
    # Braces keep the name of a body in one piece.
    names = [bibtex_text(a.family_first) if a.family else f"{{{bibtex_text(a.name)}}}" for a in work.authors]
    return {
        "author": f"{{{' and '.join(names)}}}",
        **_braced(title=title, year=str(work.issued.year)),
        "month": MONTHS[work.issued.month - 1][:3].lower(),
        **_braced(version=work.version, publisher=work.name, doi=work.doi, url=work.url),
    }


def _bibtex_source(work: CitationMetadata, source: Source) -> str:
    note = commas(publisher_of(source), published(source), reposted(source))
    values = _braced(title=source.title, year=years(source, "/") or "n.d.", note=note, url=source.url)
    author = {"author": f"{{{{{bibtex_text(source.publisher)}}}}}"} if source.publisher else {}
    return _entry(f"{work.name}-source-{source.id}", {**author, **values})


def _braced(**values: str) -> dict[str, str]:
    return {name: f"{{{_value(name, value)}}}" for name, value in values.items() if value}


def _value(name: str, value: str) -> str:
    if name in ("url", "doi"):
        return quote(value, safe=":/?#[]@!$&()*+,;=%~-._")
    return f"{{{bibtex_text(value)}}}" if name == "title" else bibtex_text(value)  # braces keep a title's capitals


def _entry(key: str, values: dict[str, str]) -> str:
    lines = [f"  {name} = {value}," for name, value in values.items()]
    return "\n".join([f"@misc{{{re.sub('[^A-Za-z0-9.:_-]', '-', key)},", *lines, "}"])
