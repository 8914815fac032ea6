"""What is cited: the package, a row, a source; and the phrases that all styles share.

Standard library only: consumers cite too.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shegong.errors import PackageError
from shegong.package.package import Package

Cells = dict[str, Any]

# Those of `calendar` follow the locale.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(10\.[0-9]{4,9}/\S+)")
CREATOR = "creator"


@dataclass(frozen=True)
class Author:
    """A creator: a person if the descriptor gives a family name, else a body."""

    name: str
    given: str = ""
    family: str = ""

    @property
    def family_first(self) -> str:
        """`Family, Given` of a person, the name of a body."""
        return f"{self.family}, {self.given}".removesuffix(", ") if self.family else self.name


@dataclass(frozen=True)
class CitationMetadata:
    """The package as a work to cite. `doi` and `url` are empty where the descriptor has none."""

    name: str
    title: str
    title_zh: str
    authors: tuple[Author, ...]
    issued: datetime.date
    version: str
    licence: str
    identifier: str
    doi: str
    url: str

    @property
    def key(self) -> str:
        """Key of the entry, the same for one version everywhere."""
        return f"{self.name}-{self.version}"


@dataclass(frozen=True)
class Source:
    """A source as it is cited; `first` and `last` bound the day of its publication."""

    id: str
    title_zh: str
    title_en: str
    publisher: str
    reposted_by: str
    url: str
    first: datetime.date | None
    last: datetime.date | None
    basis: str

    @property
    def title(self) -> str:
        """The printed title and its translation, as far as there are any; any style shows it."""
        return f"{self.title_zh} [{self.title_en}]" if self.title_zh and self.title_en else self._one_title

    @property
    def _one_title(self) -> str:
        return self.title_zh or self.title_en or "untitled"


@dataclass(frozen=True)
class Row:
    """A row as it is cited: its content and its source."""

    table: str
    key: str
    statement: str
    source: Source | None


def citation_metadata(package: Package) -> CitationMetadata:
    """Read the citation metadata of the descriptor, with an identifier only if it gives one.

    Raises:
        PackageError: It names no contributor with the role of creator, or lacks a key.
    """
    try:
        return _work(package)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PackageError(f"datapackage.json lacks citation metadata: {error} (see `shegong check`)") from None


def _work(package: Package) -> CitationMetadata:
    source = package.descriptor
    identifier, homepage = str(source.get("id", "")), str(source.get("homepage", ""))
    doi = DOI.fullmatch(identifier)
    return CitationMetadata(
        name=one_line(source["name"]),
        title=one_line(source["title"]),
        title_zh=one_line(source.get("title_zh", "")),
        authors=tuple(_authors(package)),
        issued=datetime.date.fromisoformat(source["created"][:10]),
        version=package.version,
        licence=" and ".join(licence["name"] for licence in source["licenses"]),
        identifier=f"https://doi.org/{doi[1]}" if doi else identifier or homepage,
        doi=doi[1] if doi else "",
        url=homepage or (identifier if identifier.startswith("http") else ""),
    )


def author_of(contributor: Cells) -> Author:
    """Return a contributor of the descriptor as a name to print."""
    given, family = (one_line(contributor.get(key, "")) for key in ("givenName", "familyName"))
    return Author(one_line(contributor.get("title", "")) or f"{given} {family}".strip(), given, family)


def _authors(package: Package) -> Iterator[Author]:
    contributors = package.descriptor.get("contributors", [])
    creators = [item for item in contributors if CREATOR in item.get("roles", ())]
    if not creators:
        raise PackageError("datapackage.json names no contributor with the role creator")
    yield from (author_of(item) for item in creators)


def source_text(source: Source | None) -> str:
    """Describe a source in a line, with what is known of its date."""
    if source is None:
        return ""
    parts = (publisher_of(source), source.title, published(source), reposted(source), source.url)
    return f"Source: {commas(*parts)}"


def publisher_of(source: Source) -> str:
    """Return who published a source first, as far as it is stated."""
    return source.publisher or "publisher not stated"


def published(source: Source) -> str:
    """Return when a source was published, and how that is known."""
    if source.last is None:
        return "date unknown"
    return f"published {when(source.first, source.last, is_span=False)} (date {source.basis})"


def reposted(source: Source) -> str:
    """Return who reposted a source, or nothing."""
    return f"reposted by {source.reposted_by}" if source.reposted_by else ""


def years(source: Source, dash: str) -> str:
    """Return the year or years in which a source may have been published."""
    return dash.join(str(year) for year in sorted({day.year for day in (source.first, source.last) if day}))


def when(first: datetime.date | None, last: datetime.date | None, is_span: bool) -> str:
    """Return a time in words: `on` a day, `in` a month or year, `from` … `to` a span, or within a window."""
    if last is None:
        return f"since {first}" if first else "time unknown"
    if first is None:
        return f"up to {last}"
    if first == last:
        return f"on {first}"
    if whole := _whole(first, last):
        return f"in {whole}"
    return f"from {first} to {last}" if is_span else f"on a day between {first} and {last}"


def _whole(first: datetime.date, last: datetime.date) -> str:
    """Return the year or month that the days from `first` to `last` fill, or nothing."""
    after = last + datetime.timedelta(days=1)
    if (first.month, first.day) == (after.month, after.day) == (1, 1) and after.year == first.year + 1:
        return f"{first.year}"
    if first.day == after.day == 1 and (last.year, last.month) == (first.year, first.month):
        return f"{first.year}-{first.month:02}"
    return ""


def one_line(text: Any) -> str:
    """Return a text without line breaks."""
    return " ".join(str(text).split())


def commas(*parts: str) -> str:
    """Join the parts that are not empty with commas."""
    return ", ".join(part for part in parts if part)


def sentences(*parts: str) -> str:
    """Join the parts that are not empty, each with one full stop; an address gets none."""
    ended = [
        part if part.endswith(tuple(".!?。！？")) or part.startswith("http") else f"{part}." for part in parts if part
    ]
    return " ".join(ended)
