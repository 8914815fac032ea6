"""Citations for people: plain text, and the style of the APA."""

from __future__ import annotations

from shegong.citation.citation_metadata import MONTHS, Author, Row, Source, Work, sentences, source_text, years


def as_text(work: Work, row: Row | None) -> str:
    """Sentences that say everything, in no particular style."""
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


def as_apa(work: Work, row: Row | None) -> str:
    """The style of the American Psychological Association, seventh edition."""
    names = _apa_names(work.authors)
    # APA leaves out a publisher that is the author.
    publisher = "" if names == work.name else work.name
    version = f"{work.title} (Version {work.version})"
    if row is None:
        return sentences(names, f"({work.issued.year})", f"{version} [Data set]", publisher, work.identifier)
    title, original = f"{row.statement} [Data set, row {row.key}]", _apa_source(row.source)
    whole = sentences(names, f"({work.issued.year})", title, f"In {version}", publisher, work.identifier)
    return f"{whole} ({original})" if original else whole


def _apa_names(authors: tuple[Author, ...]) -> str:
    names = [f"{a.family}, {_initials(a.given)}".removesuffix(", ") if a.family else a.name for a in authors]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])}, & {names[-1]}"


def _initials(given: str) -> str:
    return " ".join(f"{name[0]}." for name in given.split())


def _apa_source(source: Source | None) -> str:
    if source is None:
        return ""
    head = [source.publisher, f"({_apa_date(source)})"]
    # Without an author the title comes first.
    parts = [*head, source.title] if source.publisher else [source.title, head[1]]
    return f"Original: {sentences(*parts, source.url)}"


def _apa_date(source: Source) -> str:
    if source.basis == "stated" and source.first and source.first == source.last:
        return f"{source.first.year}, {MONTHS[source.first.month - 1]} {source.first.day}"
    return f"ca. {years(source, '–')}" if source.last else "n.d."
