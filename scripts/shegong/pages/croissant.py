"""MLCommons Croissant: a schema.org `Dataset` as JSON-LD, from which its tools load every table."""

from __future__ import annotations

from collections.abc import Iterator

from shegong.citation.citation_metadata import Author, citation_metadata
from shegong.citation.cite import cite_package
from shegong.package.package import Package, Resource
from shegong.package.schema import Field, ForeignKey, TableSchema
from shegong.pages.markdown import Json, json_page, present

CROISSANT = "http://mlcommons.org/croissant/1.0"
TERMS = (
    *("citeAs", "column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty", "fileSet", "format"),
    *("includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex"),
    *("repeated", "replace", "samplingRate", "separator", "source", "subField", "transform"),
)
"""What mlcroissant looks for in a context, used here or not."""
TYPES = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "date": "sc:Date",
    "boolean": "sc:Boolean",
}


def croissant(package: Package) -> str:
    """Return a schema.org `Dataset` as MLCommons Croissant 1.0 in JSON-LD, from which its tools load every table.

    A `contentUrl` is relative to this file, which is in `metadata/`. Croissant requires a `url` too: it is there only
    if the descriptor has a `homepage` or an `id` that is an address.
    """
    work, source = citation_metadata(package), package.descriptor
    content = {
        "@context": _context(),
        "@type": "sc:Dataset",
        "conformsTo": CROISSANT,
        "name": work.name,
        "alternateName": [name for name in (work.title, work.title_zh) if name],
        "description": _joined(source["description"], source.get("description_zh", "")),
        **present(url=work.url, identifier=work.identifier),
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
    return json_page(content)


def _context() -> Json:
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
        **{term: f"cr:{term}" for term in TERMS},
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
            "description": _joined(schema.description, schema.description_zh),
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
        "description": _joined(_joined(field.description, field.description_zh), codes),
        "dataType": "sc:URL" if field.format == "uri" else TYPES[field.type],
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


def _joined(english: str, chinese: str) -> str:
    return f"{english} {chinese}".strip()
