"""Metadata of other communities, written from the descriptor and the schemas: the same bytes everywhere.

CITATION.cff, MLCommons Croissant (schema.org `Dataset` as JSON-LD), DataCite, Zenodo. No second place to edit.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from typing import Any

from shegong.citation.citation_metadata import Author, Work, author_of, work_of
from shegong.citation.cite import cite_package
from shegong.package.package import Package, Resource
from shegong.package.schema import Field, ForeignKey, TableSchema

Json = dict[str, Any]

CROISSANT_VERSION = "http://mlcommons.org/croissant/1.0"
DATACITE_VERSION = "http://datacite.org/schema/kernel-4"
CROISSANT_TERMS = (
    *("citeAs", "column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty", "fileSet", "format"),
    *("includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex"),
    *("repeated", "replace", "samplingRate", "separator", "source", "subField", "transform"),
)
"""What mlcroissant looks for in a context, used here or not."""
CROISSANT_TYPES = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "date": "sc:Date",
    "boolean": "sc:Boolean",
}
DATACITE_CONTRIBUTORS = (
    *("ContactPerson", "DataCollector", "DataCurator", "DataManager", "Distributor", "Editor", "HostingInstitution"),
    *("Producer", "ProjectLeader", "ProjectManager", "ProjectMember", "RegistrationAgency", "RegistrationAuthority"),
    *("RelatedPerson", "Researcher", "ResearchGroup", "RightsHolder", "Sponsor", "Supervisor", "WorkPackageLeader"),
    "Other",
)


def metadata_pages(package: Package) -> dict[str, str]:
    """The contents of every metadata file, by its path in the repository."""
    return {
        "CITATION.cff": citation_cff(package),
        "metadata/croissant.json": croissant(package),
        "metadata/datacite.json": datacite(package),
        ".zenodo.json": zenodo(package),
    }


def citation_cff(package: Package) -> str:
    """CITATION.cff, of version 1.2.0 of the Citation File Format."""
    work = work_of(package)
    lines = [
        "# Written by `shegong docs`; edit datapackage.json instead.",
        "cff-version: 1.2.0",
        "message: If you use these data, please cite this version of them.",
        "type: dataset",
        f"title: {_quoted(work.title)}",
        f"abstract: {_quoted(package.descriptor['description'])}",
        "authors:",
        *_cff_authors(work),
        f"version: {work.version}",
        f'date-released: "{work.issued}"',
        *_cff_identifiers(work),
        *_cff_list("license", [licence["name"] for licence in package.descriptor["licenses"]]),
        *_cff_list("keywords", package.descriptor.get("keywords", [])),
    ]
    return "\n".join(lines) + "\n"


def croissant(package: Package) -> str:
    """A schema.org `Dataset` in JSON-LD, written as MLCommons Croissant 1.0, from which its tools load every table.

    A `contentUrl` is relative to this file, which lies in `metadata/`. Croissant asks for a `url` too: it is there only
    if the descriptor has a `homepage` or an `id` that is an address.
    """
    work, source = work_of(package), package.descriptor
    content = {
        "@context": _croissant_context(),
        "@type": "sc:Dataset",
        "conformsTo": CROISSANT_VERSION,
        "name": work.name,
        "alternateName": [name for name in (work.title, work.title_zh) if name],
        "description": _both(source["description"], source.get("description_zh", "")),
        **_if(url=work.url, identifier=work.identifier),
        "version": work.version,
        "datePublished": str(work.issued),
        "license": [licence["path"] for licence in source["licenses"]],
        "creator": [_schema_org_author(author) for author in work.authors],
        "publisher": {"@type": "sc:Organization", "name": work.name},
        "keywords": source.get("keywords", []),
        "inLanguage": ["en", "zh"],
        "isLiveDataset": False,
        "citeAs": cite_package(package, "bibtex"),
        "distribution": [_file_object(resource) for resource in package.resources],
        "recordSet": [*_record_sets(package), *_enumerations(package)],
    }
    return _json(content)


def datacite(package: Package) -> str:
    """DataCite 4.5 metadata as JSON.

    DataCite's mandatory identifier, a DOI, is left out until the descriptor's `id` is one: it is minted when a
    version is deposited, and never invented here.
    """
    work, source = work_of(package), package.descriptor
    content = {
        "schemaVersion": DATACITE_VERSION,
        **_if(doi=work.doi, url=work.url),
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Data Package"},
        "creators": [_datacite_name(author) for author in work.authors],
        "titles": [*_datacite_titles(work)],
        "publisher": {"name": work.name},
        "publicationYear": f"{work.issued.year}",
        "subjects": [{"subject": keyword} for keyword in source.get("keywords", [])],
        "contributors": [
            {**_datacite_name(author), "contributorType": kind} for author, kind in _contributors(package)
        ],
        "dates": [{"date": str(work.issued), "dateType": "Issued"}],
        "language": "en",
        "sizes": [f"{len(package.resources)} tables", f"{sum(r.bytes for r in package.resources)} bytes"],
        "formats": ["text/csv"],
        "version": work.version,
        "rightsList": [_datacite_rights(licence) for licence in source["licenses"]],
        "descriptions": [*_datacite_descriptions(source)],
    }
    return _json(content)


def zenodo(package: Package) -> str:
    """The metadata of a deposition at Zenodo, `.zenodo.json`. It has no DOI: Zenodo mints it."""
    work, source = work_of(package), package.descriptor
    paragraphs = [source["description"], source.get("description_zh", "")]
    content = {
        "upload_type": "dataset",
        "title": work.title,
        "description": "".join(f"<p>{html.escape(text, quote=False)}</p>" for text in paragraphs if text),
        "creators": [{"name": author.family_first} for author in work.authors],
        "contributors": [{"name": author.family_first, "type": kind} for author, kind in _contributors(package)],
        "publication_date": str(work.issued),
        "version": work.version,
        "access_right": "open",
        "license": source["licenses"][0]["name"],
        "keywords": source.get("keywords", []),
        "language": "eng",
        **_if(notes=f"Chinese title: {work.title_zh}" if work.title_zh else ""),
    }
    return _json(content)


def _json(content: Json) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _if(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _both(english: str, chinese: str) -> str:
    return f"{english} {chinese}".strip()


def _quoted(text: str) -> str:
    """A YAML scalar: what JSON quotes, YAML reads alike, but for the line ends that JSON lets stand."""
    quoted = json.dumps(" ".join(text.split()), ensure_ascii=False)
    return "".join(character if character.isprintable() else f"\\U{ord(character):08x}" for character in quoted)


def _cff_list(name: str, values: list[str]) -> Iterator[str]:
    if len(values) == 1 and name == "license":
        yield f"{name}: {values[0]}"
    elif values:
        yield f"{name}:"
        yield from (f"  - {_quoted(value)}" for value in dict.fromkeys(values))


def _cff_authors(work: Work) -> Iterator[str]:
    for author in work.authors:
        if author.family:
            yield f"  - family-names: {_quoted(author.family)}"
            yield f"    given-names: {_quoted(author.given)}"
        else:
            yield f"  - name: {_quoted(author.name)}"


def _cff_identifiers(work: Work) -> Iterator[str]:
    for name, value in _if(doi=work.doi, url=work.url).items():
        yield f"{name}: {_quoted(value)}"


def _croissant_context() -> Json:
    return {
        "@language": "en",
        "@vocab": "https://schema.org/",
        "sc": "https://schema.org/",
        "cr": "http://mlcommons.org/croissant/",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "dct": "http://purl.org/dc/terms/",
        "conformsTo": "dct:conformsTo",
        "data": {"@id": "cr:data", "@type": "@json"},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        "examples": {"@id": "cr:examples", "@type": "@json"},
        **{term: f"cr:{term}" for term in CROISSANT_TERMS},
    }


def _schema_org_author(author: Author) -> Json:
    if author.family:
        person = {"@type": "sc:Person", "name": author.name, "givenName": author.given, "familyName": author.family}
        return {name: value for name, value in person.items() if value}
    return {"@type": "sc:Organization", "name": author.name}


def _file_object(resource: Resource) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": resource.path,
        "name": resource.path,
        "contentUrl": f"../{resource.path}",
        "contentSize": f"{resource.bytes} B",
        "encodingFormat": "text/csv",
        "sha256": resource.hash.removeprefix("sha256:"),
    }


def _record_sets(package: Package) -> Iterator[Json]:
    for schema in package.schemas.values():
        yield {
            "@type": "cr:RecordSet",
            "@id": schema.name,
            "name": schema.name,
            "description": _both(schema.description, schema.description_zh),
            "key": [{"@id": f"{schema.name}/{column}"} for column in schema.primary_key],
            "field": [_field(package, schema, field) for field in schema.fields],
        }


def _field(package: Package, schema: TableSchema, field: Field) -> Json:
    references = [_reference(package, schema, key) for key in schema.foreign_keys if key.field == field.name]
    codes = f"Codes: the record set {_codes_id(schema, field)}." if field.categories else ""
    return {
        "@type": "cr:Field",
        "@id": f"{schema.name}/{field.name}",
        "name": field.name,
        "description": _both(_both(field.description, field.description_zh), codes),
        "dataType": "sc:URL" if field.format == "uri" else CROISSANT_TYPES[field.type],
        "source": _column(package, schema.name, field.name),
        **({"references": references[0]} if references else {}),
    }


def _reference(package: Package, schema: TableSchema, key: ForeignKey) -> Json:
    # mlcroissant calls a field that refers to a field of its own record set a cycle, and then loads nothing at all.
    if key.table == schema.name:
        return _column(package, key.table, key.reference)
    return {"field": {"@id": f"{key.table}/{key.reference}"}}


def _column(package: Package, table: str, column: str) -> Json:
    return {"fileObject": {"@id": package.file(table)}, "extract": {"column": column}}


def _codes_id(schema: TableSchema, field: Field) -> str:
    return f"{schema.name}.{field.name}"


def _enumerations(package: Package) -> Iterator[Json]:
    for schema in package.schemas.values():
        for field in schema.fields:
            if field.categories:
                yield _enumeration(_codes_id(schema, field), schema, field)


def _enumeration(id: str, schema: TableSchema, field: Field) -> Json:
    columns = ("code", "label_en", "label_zh", "definition_en")
    rows = [(code.value, code.label, code.label_zh, code.definition) for code in field.categories]
    ids = [f"{id}/{column}" for column in columns]
    return {
        "@type": "cr:RecordSet",
        "@id": id,
        "name": id,
        "description": f"Codes of the column {field.name} of {schema.name}.",
        "dataType": "sc:Enumeration",
        "key": {"@id": ids[0]},
        "field": [
            {"@type": "cr:Field", "@id": f"{id}/{column}", "name": column, "dataType": "sc:Text"} for column in columns
        ],
        "data": [dict(zip(ids, row, strict=True)) for row in rows],
    }


def _datacite_name(author: Author) -> Json:
    if author.family:
        names = _if(givenName=author.given, familyName=author.family)
        return {"name": author.family_first, "nameType": "Personal", **names}
    return {"name": author.name, "nameType": "Organizational"}


def _datacite_titles(work: Work) -> Iterator[Json]:
    yield {"title": work.title, "lang": "en"}
    if work.title_zh:
        yield {"title": work.title_zh, "titleType": "TranslatedTitle", "lang": "zh"}


def _contributors(package: Package) -> Iterator[tuple[Author, str]]:
    """Each contributor with each role that DataCite and Zenodo know; what they call creators is told elsewhere."""
    for item in package.descriptor["contributors"]:
        for role in item.get("roles", ()):
            if (kind := f"{role[:1].upper()}{role[1:]}") in DATACITE_CONTRIBUTORS:
                yield author_of(item), kind


def _datacite_rights(licence: Json) -> Json:
    return {
        "rights": licence.get("title", licence["name"]),
        "rightsUri": licence["path"],
        "rightsIdentifier": licence["name"],
        "rightsIdentifierScheme": "SPDX",
        "schemeUri": "https://spdx.org/licenses/",
        "lang": "en",
    }


def _datacite_descriptions(source: Json) -> Iterator[Json]:
    for key, language in (("description", "en"), ("description_zh", "zh")):
        if source.get(key):
            yield {"description": source[key], "descriptionType": "Abstract", "lang": language}
