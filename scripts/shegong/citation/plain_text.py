"""Citations for people: plain text."""

from __future__ import annotations

from shegong.citation.citation_metadata import CitationMetadata, Row, sentences, source_text


def as_text(work: CitationMetadata, row: Row | None) -> str:
    """Return sentences with everything, in no particular style."""
    names = ", ".join(author.name for author in work.authors)
    chinese = f" ({work.title_zh})" if work.title_zh else ""
    whole = sentences(
        f"{names} ({work.issued})",
        f"{work.title}{chinese}",
        f"Version {work.version}",
        "Data set",
        work.name,
        f"Licence {work.licence}",
        work.identifier,
    )
    if row is None:
        return whole
    return sentences(row.statement, source_text(row.source), f"Row {row.key} of {row.table} in: {whole}")
