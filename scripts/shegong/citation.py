"""Citations: of the package at exactly its version, and of one row of it with its own source.

Standard library and DuckDB only: consumers cite too.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from shegong.finding import PackageError
from shegong.package.descriptor import Package

if TYPE_CHECKING:
    import duckdb

    from shegong.package.schema import TableSchema

Cells = dict[str, Any]

DEPRECATIONS = "deprecations"
# Those of `calendar` follow the locale.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(10\.[0-9]{4,9}/\S+)")
CREATOR = "creator"
SPANS = ("flow", "duration", "standard")
"""Kinds of metrics whose period is the span itself; of the others it is the window that holds the day."""
FIGURES = {
    "exact": "{value}",
    "rounded": "about {value} (between {lower} and {upper})",
    "at_least": "at least {lower}",
    "at_most": "at most {upper}",
    "nearly": "nearly {value} (no more than {upper})",
}
PERIOD_BASES = {
    "stated": "time stated",
    "inferred": "time inferred",
    "published": "time taken from the source's date of publication",
}
ENGLISH = ("title_en", "name_en", "file_name", "text", "id")
CHINESE = ("title_zh", "name_zh")
BIBTEX = {
    "\\": r"\textbackslash{}",
    # BibTeX counts a brace even after a backslash, so that an unpaired one would swallow the rest of the file.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "&%$#_"},
}
MILESTONE = """
SELECT m.*, p.name_zh AS region_zh, p.path_en AS region_path_en, b.name_en AS organization_en, g.name_en AS programme_en
FROM milestones AS m
JOIN region_paths AS p ON p.region_id = m.region_id
LEFT JOIN organizations AS b ON b.organization_id = m.organization_id
LEFT JOIN programmes AS g ON g.programme_id = m.programme_id
WHERE m.milestone_id = ?
"""
OBSERVATION = "SELECT * FROM observations_labelled WHERE observation_id = ?"
SOURCE = "SELECT * FROM sources WHERE source_id = ?"
SOURCE_OF_MENTION = """
SELECT s.* FROM sources AS s JOIN mentions AS m
ON m.document_id = s.document_id AND m.char_start >= s.char_start AND m.char_end <= s.char_end
WHERE m.mention_id = ?
"""


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
class Work:
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
        """The printed title and its translation, which any style shows."""
        return f"{self.title_zh} [{self.title_en}]"


@dataclass(frozen=True)
class Row:
    """A row as it is cited: what it says, and where from."""

    table: str
    key: str
    statement: str
    source: Source | None


def cite_package(package: Package, form: str) -> str:
    """The citation of the whole package at exactly its version.

    Args:
        package: What to cite.
        form: `text`, `bibtex`, `csl-json` or `apa`.

    Raises:
        PackageError: There is no such form, or the descriptor names no creator.
    """
    return _written(form, work_of(package), None)


def cite_row(package: Package, connection: duckdb.DuckDBPyConnection, key: str, form: str) -> str:
    """The citation of one row, with its own source and the package that holds it.

    Args:
        package: What holds the row.
        connection: The package's tables and views.
        key: An id such as `obs-0001`; `table/id` where two tables have the same.
        form: `text`, `bibtex`, `csl-json` or `apa`.

    Raises:
        PackageError: No row, or more than one, has this id; or there is no such form.
    """
    return _written(form, work_of(package), find_row(package, connection, key))


def work_of(package: Package) -> Work:
    """What the descriptor says of the package as a work to cite; an identifier only if it gives one.

    Raises:
        PackageError: It names no contributor with the role of creator.
    """
    source = package.descriptor
    identifier, homepage = str(source.get("id", "")), str(source.get("homepage", ""))
    doi = DOI.fullmatch(identifier)
    return Work(
        name=_line(source["name"]),
        title=_line(source["title"]),
        title_zh=_line(source.get("title_zh", "")),
        authors=tuple(_authors(package)),
        issued=datetime.date.fromisoformat(source["created"][:10]),
        version=package.version,
        licence=" and ".join(licence["name"] for licence in source["licenses"]),
        identifier=f"https://doi.org/{doi[1]}" if doi else identifier or homepage,
        doi=doi[1] if doi else "",
        url=homepage or (identifier if identifier.startswith("http") else ""),
    )


def find_row(package: Package, connection: duckdb.DuckDBPyConnection, key: str) -> Row:
    """The row with an id, looked up in every table.

    Raises:
        PackageError: No row has this id, or more than one.
    """
    table, _, id = key.rpartition("/")
    schemas = [schema for schema in _citable(package) if table in ("", schema.name)]
    found = [(schema, cells) for schema in schemas for cells in _rows(connection, _select(schema), id)]
    if not found:
        raise PackageError(_not_found(package, connection, key))
    if len(found) > 1:
        names = " or ".join(f"{schema.name}/{id}" for schema, _ in found)
        raise PackageError(f"more than one row has the id {id!r}: write {names}")
    schema, cells = found[0]
    return Row(
        schema.name, id, _statement(package, connection, schema, cells), _source(connection, schema.name, id, cells)
    )


def author_of(contributor: Cells) -> Author:
    """A contributor of the descriptor as a name to print."""
    given, family = (_line(contributor.get(key, "")) for key in ("givenName", "familyName"))
    return Author(_line(contributor.get("title", "")) or f"{given} {family}".strip(), given, family)


def bibtex_text(text: str) -> str:
    """The text as BibTeX and LaTeX print it, on one line."""
    return "".join(BIBTEX.get(character, character) for character in _line(text))


def _authors(package: Package) -> Iterator[Author]:
    contributors = package.descriptor.get("contributors", [])
    creators = [item for item in contributors if CREATOR in item.get("roles", ())]
    if not creators:
        raise PackageError("datapackage.json names no contributor with the role creator: nobody to cite")
    yield from (author_of(item) for item in creators)


def _citable(package: Package) -> Iterator[TableSchema]:
    for schema in package.schemas.values():
        if schema.name != DEPRECATIONS and len(schema.primary_key) == 1:
            yield schema


def _select(schema: TableSchema) -> str:
    return f"SELECT * FROM {schema.name} WHERE {schema.primary_key[0]} = ?"


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, key: str) -> list[Cells]:
    answer = connection.execute(sql, [key])
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _not_found(package: Package, connection: duckdb.DuckDBPyConnection, key: str) -> str:
    if DEPRECATIONS in package.schemas:
        for gone in _rows(connection, f"SELECT * FROM {DEPRECATIONS} WHERE id = ?", key.rpartition("/")[2]):
            instead = f"cite {gone['replaced_by']} instead" if gone["replaced_by"] else "nothing replaces it"
            return f"{key} was removed from {gone['table_name']} in {gone['since']}: {instead} ({gone['reason']})"
    names = ", ".join(schema.name for schema in _citable(package))
    return f"no row of {package.descriptor['name']} {package.version} has the id {key!r}: looked in {names}"


def _statement(package: Package, connection: duckdb.DuckDBPyConnection, schema: TableSchema, cells: Cells) -> str:
    key = cells[schema.primary_key[0]]
    if schema.name == "observations":
        return _observed(package, _rows(connection, OBSERVATION, key)[0])
    if schema.name == "milestones":
        return _happened(_rows(connection, MILESTONE, key)[0])
    return f"{_named(cells)}{_detail(cells)}"


def _observed(package: Package, cells: Cells) -> str:
    metric = f"{cells['metric_en']} ({cells['metric_zh']})"
    unit = _label(package, "metrics", "unit", cells["unit"])
    figure = f"{_figure(cells)} (unit: {unit}; printed as {cells['value_text']})"
    status = "" if cells["status"] == "reported" else _label(package, "observations", "status", cells["status"])
    when = _when(cells["period_start"], cells["period_end"], cells["metric_kind"] in SPANS)
    basis = PERIOD_BASES.get(cells["period_basis"], "")
    return f"{_commas(metric, _place(cells), *_said_of(cells))}: {_commas(figure, status, when, basis)}"


def _happened(cells: Cells) -> str:
    status = "" if cells["status"] == "occurred" else cells["status"]
    when = _when(cells["date_start"], cells["date_end"], is_span=False)
    basis = f"date {cells['date_basis']}"
    return f"{_commas(_named(cells), _place(cells), *_said_of(cells))}: {_commas(status, when, basis)}"


def _figure(cells: Cells) -> str:
    numbers = {"value": cells["value"], "lower": cells["value_lower"], "upper": cells["value_upper"]}
    form = FIGURES.get(cells["qualifier"], "{value}")
    return form.format(**{name: _number(value) for name, value in numbers.items()})


def _number(value: float | None) -> str:
    return "no bound" if value is None else f"{value:,.15g}"


def _place(cells: Cells) -> str:
    return f"{', '.join(reversed(cells['region_path_en'].split(' / ')))} ({cells['region_zh']})"


def _said_of(cells: Cells) -> Iterator[str]:
    for word, column in (("of", "organization_en"), ("under", "programme_en")):
        yield f"{word} {cells[column]}" if cells[column] else ""


def _when(first: datetime.date | None, last: datetime.date | None, is_span: bool) -> str:
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
    """The year or month that the days from `first` to `last` are all of, or nothing."""
    after = last + datetime.timedelta(days=1)
    if (first.month, first.day) == (after.month, after.day) == (1, 1) and after.year == first.year + 1:
        return f"{first.year}"
    if first.day == after.day == 1 and (last.year, last.month) == (first.year, first.month):
        return f"{first.year}-{first.month:02}"
    return ""


def _named(cells: Cells) -> str:
    english = next((str(cells[column]) for column in ENGLISH if column in cells), "")
    chinese = next((str(cells[column]) for column in CHINESE if column in cells), "")
    return f"{english} ({chinese})" if chinese else english


def _detail(cells: Cells) -> str:
    if "definition_en" in cells:
        return f": {cells['definition_en']}"
    if "sha256" in cells:
        return f", {cells['bytes']:,} bytes, SHA-256 {cells['sha256']}"
    if "mention_id" in cells:
        return f", characters {cells['char_start']} to {cells['char_end']} of the document {cells['document_id']}"
    return ""


def _label(package: Package, table: str, column: str, code: str) -> str:
    categories = package.schemas[table].field(column).categories
    return next((category.label for category in categories if category.value == code), code)


def _source(connection: duckdb.DuckDBPyConnection, table: str, key: str, cells: Cells) -> Source | None:
    if table == "mentions":
        found = _rows(connection, SOURCE_OF_MENTION, key)
    else:
        found = _rows(connection, SOURCE, cells["source_id"]) if cells.get("source_id") else []
    return _as_source(found[0]) if found else None


def _as_source(cells: Cells) -> Source:
    return Source(
        **{name: cells[name] or "" for name in ("title_zh", "title_en", "publisher", "reposted_by", "url")},
        id=cells["source_id"],
        first=cells["published_from"],
        last=cells["published_to"],
        basis=cells["published_basis"],
    )


def _written(form: str, work: Work, row: Row | None) -> str:
    if form not in FORMS:
        raise PackageError(f"no citation format {form!r}; there are {', '.join(FORMS)}")
    return FORMS[form](work, row)


def _as_text(work: Work, row: Row | None) -> str:
    names = ", ".join(author.name for author in work.authors)
    chinese = f" ({work.title_zh})" if work.title_zh else ""
    whole = _sentences(
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
    return _sentences(row.statement, _source_text(row.source), f"Row {row.key} of {row.table} in: {whole}")


def _source_text(source: Source | None) -> str:
    if source is None:
        return ""
    parts = (_publisher(source), source.title, _published(source), _reposted(source), source.url)
    return f"Source: {_commas(*parts)}"


def _reposted(source: Source) -> str:
    return f"reposted by {source.reposted_by}" if source.reposted_by else ""


def _publisher(source: Source) -> str:
    return source.publisher or "publisher not stated"


def _published(source: Source) -> str:
    if source.last is None:
        return "date unknown"
    return f"published {_when(source.first, source.last, is_span=False)} (date {source.basis})"


def _as_apa(work: Work, row: Row | None) -> str:
    names = _apa_names(work.authors)
    # APA leaves out a publisher that is the author.
    publisher = "" if names == work.name else work.name
    version = f"{work.title} (Version {work.version})"
    if row is None:
        return _sentences(names, f"({work.issued.year})", f"{version} [Data set]", publisher, work.identifier)
    title, original = f"{row.statement} [Data set, row {row.key}]", _apa_source(row.source)
    whole = _sentences(names, f"({work.issued.year})", title, f"In {version}", publisher, work.identifier)
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
    return f"Original: {_sentences(*parts, source.url)}"


def _apa_date(source: Source) -> str:
    if source.basis == "stated" and source.first and source.first == source.last:
        return f"{source.first.year}, {MONTHS[source.first.month - 1]} {source.first.day}"
    return f"ca. {_years(source, '–')}" if source.last else "n.d."


def _years(source: Source, dash: str) -> str:
    return dash.join(str(year) for year in sorted({day.year for day in (source.first, source.last) if day}))


def _as_bibtex(work: Work, row: Row | None) -> str:
    note = f"Version {work.version}. Licence {work.licence}"
    if row is None:
        return _entry(work.key, {**_bibtex_head(work, work.title), **_braced(howpublished="Data set", note=note)})
    values = _braced(howpublished=f"Data set, row {row.key} of {row.table}", note=f"In: {work.title}. {note}")
    entry = _entry(f"{work.key}-{row.key}", {**_bibtex_head(work, row.statement), **values})
    return f"{entry}\n\n{_bibtex_source(work, row.source)}" if row.source else entry


def _bibtex_head(work: Work, title: str) -> dict[str, str]:
    return {
        "author": f"{{{' and '.join(_bibtex_name(author) for author in work.authors)}}}",
        **_braced(title=title, year=str(work.issued.year)),
        "month": MONTHS[work.issued.month - 1][:3].lower(),
        **_braced(version=work.version, publisher=work.name, doi=work.doi, url=work.url),
    }


def _bibtex_source(work: Work, source: Source) -> str:
    note = _commas(_publisher(source), _published(source), _reposted(source))
    values = _braced(title=source.title, year=_years(source, "/") or "n.d.", note=note, url=source.url)
    author = {"author": f"{{{{{bibtex_text(source.publisher)}}}}}"} if source.publisher else {}
    return _entry(f"{work.name}-source-{source.id}", {**author, **values})


def _bibtex_name(author: Author) -> str:
    # Braces keep the name of a body in one piece.
    return bibtex_text(author.family_first) if author.family else f"{{{bibtex_text(author.name)}}}"


def _braced(**values: str) -> dict[str, str]:
    return {name: _BRACES.get(name, _plain)(value) for name, value in values.items() if value}


def _plain(value: str) -> str:
    return f"{{{bibtex_text(value)}}}"


def _title_case_kept(value: str) -> str:
    return f"{{{{{bibtex_text(value)}}}}}"


def _address(value: str) -> str:
    return f"{{{quote(value, safe=':/?#[]@!$&()*+,;=%~-._')}}}"


_BRACES: dict[str, Callable[[str], str]] = {"title": _title_case_kept, "url": _address, "doi": _address}


def _entry(key: str, values: dict[str, str]) -> str:
    lines = [f"  {name} = {value}," for name, value in values.items()]
    return "\n".join([f"@misc{{{re.sub('[^A-Za-z0-9.:_-]', '-', key)},", *lines, "}"])


def _as_csl_json(work: Work, row: Row | None) -> str:
    items = [_csl_package(work)] if row is None else [*_csl_row(work, row)]
    return json.dumps(items, ensure_ascii=False, indent=2)


def _csl_package(work: Work) -> Cells:
    chinese = f"Chinese title: {work.title_zh}" if work.title_zh else ""
    return {
        "id": work.key,
        "type": "dataset",
        "title": work.title,
        **_csl_common(work),
        "note": _sentences(chinese, f"Licence: {work.licence}"),
    }


def _csl_row(work: Work, row: Row) -> Iterator[Cells]:
    yield {
        "id": f"{work.key}-{row.key}",
        "type": "dataset",
        "title": row.statement,
        "container-title": work.title,
        "number": row.key,
        **_csl_common(work),
        "note": _sentences(f"Licence: {work.licence}", _source_text(row.source)),
    }
    if row.source:
        yield _csl_source(work, row.source)


def _csl_common(work: Work) -> Cells:
    addresses = {"DOI": work.doi, "URL": work.url}
    return {
        "author": [_csl_name(author) for author in work.authors],
        "issued": {"date-parts": [_date_parts(work.issued)]},
        "version": work.version,
        "publisher": work.name,
        "language": "en",
        **{name: value for name, value in addresses.items() if value},
    }


def _csl_name(author: Author) -> Cells:
    return {"family": author.family, "given": author.given} if author.family else {"literal": author.name}


def _csl_source(work: Work, source: Source) -> Cells:
    item: Cells = {
        "id": f"{work.name}-source-{source.id}",
        "type": "document",
        "title": source.title,
        "original-title": source.title_zh,
        "language": "zh",
    }
    if source.publisher:
        item["author"] = [{"literal": source.publisher}]
    if source.last:
        item["issued"] = _csl_issued(source)
    if source.url:
        item["URL"] = source.url
    return {**item, "note": _sentences(_source_text(source))}


def _csl_issued(source: Source) -> Cells:
    days = sorted({day for day in (source.first, source.last) if day})
    circa = {"circa": True} if source.basis != "stated" else {}
    return {"date-parts": [_date_parts(day) for day in days], **circa}


def _date_parts(day: datetime.date) -> list[int]:
    return [day.year, day.month, day.day]


FORMS: dict[str, Callable[[Work, Row | None], str]] = {
    "text": _as_text,
    "bibtex": _as_bibtex,
    "csl-json": _as_csl_json,
    "apa": _as_apa,
}


def _line(text: Any) -> str:
    return " ".join(str(text).split())


def _commas(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _sentences(*parts: str) -> str:
    """The parts that are there, each ended once; an address keeps its end."""
    ended = [
        part if part.endswith(tuple(".!?。！？")) or part.startswith("http") else f"{part}." for part in parts if part
    ]
    return " ".join(ended)
