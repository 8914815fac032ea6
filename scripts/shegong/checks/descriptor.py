"""The descriptor step: are `datapackage.json` and the schemas valid, and their files listed and stamped?"""

from __future__ import annotations

import datetime
import difflib
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from shegong.errors import PackageError
from shegong.findings import Finding, Rule
from shegong.package.checksums import stamp_of
from shegong.package.package import DESCRIPTOR, Package
from shegong.package.schema import Field, TableSchema
from shegong.package.strict_json import load_json

_NOT_YAML = "[^\n\r -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
FOLDERS = {"data": ".csv", "schemas": ".json"}
TABLES = (
    "documents",
    "sources",
    "regions",
    "metrics",
    "observations",
    "milestones",
    "organizations",
    "programmes",
    "mentions",
    "deprecations",
)


def _rule(id: str, sentence: str, hint: str) -> Rule:
    return Rule(id, sentence, "descriptor", hint)


PROFILE = _rule(
    "descriptor-profile",
    "Descriptor and schemas have the keys and values that the profile requires.",
    "correct the key as the message states",
)
UNKNOWN_KEY = _rule(
    "descriptor-unknown-key", "Descriptor and schemas have known keys only.", "correct the spelling, or delete the key"
)
PATH = _rule(
    "descriptor-path",
    "Paths stay within the package: relative, not hidden, no links out of it.",
    "give a path such as data/observations.csv",
)
DESCRIPTOR_TWICE = _rule("descriptor-twice", "No table, path or column is named twice.", "rename one")
TABLE_MISSING = _rule(
    "table-missing", "Every table that the rules need is listed.", "list the table in datapackage.json"
)
MISSING = _rule("file-missing", "Every listed file exists.", "restore the file, or remove it from datapackage.json")
UNLISTED = _rule(
    "file-unlisted", "Every file in data/ and schemas/ is listed.", "list it in datapackage.json, or move it away"
)
UNREADABLE = _rule("schema-unreadable", "Every schema is JSON.", "correct the file")
SCHEMA_KEYS = _rule(
    "schema-keys",
    "Keys name columns that exist and are required; foreign keys point at a table's primary key.",
    "correct the key",
)
CODES = _rule(
    "schema-codes",
    "A code list has the same codes in enum and categories, each once.",
    "list the same codes in the same order",
)
REGEX = _rule(
    "schema-pattern",
    "A pattern is a regular expression that every engine supports.",
    "write it without look-around and back-references",
)
CONSTRAINT = _rule(
    "schema-constraint",
    "A constraint fits the type of its column.",
    "length and pattern are for text; bounds for the rest",
)
STAMP = _rule("stamp-stale", "bytes and hash in datapackage.json are those of the file.", "run `shegong fmt`")
RULES = (
    PROFILE,
    UNKNOWN_KEY,
    PATH,
    DESCRIPTOR_TWICE,
    TABLE_MISSING,
    MISSING,
    UNLISTED,
    UNREADABLE,
    SCHEMA_KEYS,
    CODES,
    REGEX,
    CONSTRAINT,
    STAMP,
)
NON_BLOCKING = (STAMP, UNLISTED)
"""After these the tables can still be read; after the others they cannot."""


def check_descriptor(package: Package) -> list[Finding]:
    """Find what is wrong with the descriptor, its schemas and its files."""
    findings = list(_profile_findings("datapackage.json", package.descriptor, package.root / DESCRIPTOR))
    if findings:
        return findings
    names = [r.name for r in package.resources]
    findings += [*_path_findings(package), *_twice(DESCRIPTOR, "resources", names)]
    findings += [
        Finding(TABLE_MISSING, DESCRIPTOR, f"no table {name!r}", value=name) for name in TABLES if name not in names
    ]
    findings += _twice(DESCRIPTOR, "resources", [r.path for r in package.resources])
    if findings:
        return findings
    findings += [*_missing(package), *_unlisted(package), *_schema_findings(package)]
    if all(finding.rule in NON_BLOCKING for finding in findings):
        findings += [*_key_findings(package), *_stamp_findings(package)]
    return findings


@cache
def _profile(name: str) -> dict[str, Any]:
    profile: dict[str, Any] = json.loads(files("shegong.checks").joinpath(f"profiles/{name}").read_text("utf-8"))
    return profile


@cache
def _validator(profile: str) -> Draft202012Validator:
    return Draft202012Validator(_profile(profile))


def _profile_findings(profile: str, content: dict[str, Any], path: Path, file: str = DESCRIPTOR) -> Iterator[Finding]:
    for error in sorted(_validator(profile).iter_errors(content), key=lambda e: list(map(str, e.instance_path))):
        where = error.instance_path
        if isinstance(error.kind, ValidationErrorKind.AdditionalProperties):
            yield from _unknown_keys(error.kind.unexpected, _known_keys(profile, error), file, path, where)
        else:
            line, value = line_of(path, where), _short(str(error.instance))
            yield Finding(PROFILE, file, _short(error.message), line=line, column=json_path(where), value=value)


def _known_keys(profile: str, error: ValidationError) -> list[str]:
    schema: Any = _profile(profile)
    for part in error.schema_path[:-1]:
        schema = schema[part]
    return list(schema["properties"])


def _unknown_keys(
    unknown: list[str], known: list[str], file: str, path: Path, where: list[str | int]
) -> Iterator[Finding]:
    for key in sorted(unknown):
        close = difflib.get_close_matches(key, known, 1, 0.6)
        meant = f"; did you mean {close[0]!r}?" if close else ""
        at = [*where, key]
        yield Finding(
            UNKNOWN_KEY, file, f"unknown key {key!r}{meant}", line=line_of(path, at), column=json_path(at), value=key
        )


def _path_findings(package: Package) -> Iterator[Finding]:
    for index, resource in enumerate(package.resources):
        for key, path, folder in (("path", resource.path, "data"), ("schema", resource.schema_path, "schemas")):
            if why := _unsafe(package.root, path, folder):
                where: list[str | int] = ["resources", index, key]
                line = line_of(package.root / DESCRIPTOR, where)
                yield Finding(PATH, DESCRIPTOR, f"{path!r} {why}", resource.name, line, json_path(where), value=path)


def _unsafe(root: Path, path: str, folder: str) -> str:
    parts = path.split("/")  # as written: PurePosixPath drops the dot of data/./x.csv
    if not re.fullmatch(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*", path) or any(part.startswith(".") for part in parts):
        return "is not a plain relative path"
    if len(parts) != 2 or parts[0] != folder or not path.endswith(FOLDERS[folder]):
        return f"is not {folder}/*{FOLDERS[folder]}"
    try:
        is_inside = (root / path).resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return "is a cycle of links"
    return "" if is_inside else "leads out of the package through a link"


def _missing(package: Package) -> Iterator[Finding]:
    for resource in package.resources:
        for path in (resource.path, resource.schema_path):
            if not (package.root / path).is_file():
                yield Finding(MISSING, path, "the file is listed but does not exist", resource.name)


def _unlisted(package: Package) -> Iterator[Finding]:
    listed = {path for r in package.resources for path in (r.path, r.schema_path)}
    for folder in FOLDERS:
        for path in sorted((package.root / folder).glob("*")):
            name = f"{folder}/{path.name}"
            if name not in listed:
                yield Finding(UNLISTED, name, "the file is not listed in datapackage.json")


def _schema_findings(package: Package) -> Iterator[Finding]:
    for resource in package.resources:
        path = package.root / resource.schema_path
        if not path.is_file():
            continue
        try:
            content = load_json(path)
        except PackageError as error:
            yield Finding(
                UNREADABLE,
                resource.schema_path,
                str(error).removeprefix(f"{path}:").strip(),
                resource.name,
                _line_in(str(error), path),
            )
            continue
        yield from _profile_findings("tableschema.json", content, path, resource.schema_path)


def _line_in(message: str, path: Path) -> int:
    match = re.match(r":(\d+)", message.removeprefix(str(path)))
    return int(match[1]) if match else 0


def _key_findings(package: Package) -> Iterator[Finding]:
    for resource in package.resources:
        schema = package.schemas[resource.name]
        yield from _twice(resource.schema_path, "fields", list(schema.columns))
        for message in (*_wrong_own_keys(schema), *_wrong_foreign_keys(schema, package.schemas)):
            yield Finding(SCHEMA_KEYS, resource.schema_path, message, schema.name)
        yield from _field_findings(resource.schema_path, schema)


def _wrong_own_keys(schema: TableSchema) -> Iterator[str]:
    for name in (*schema.primary_key, *(name for key in schema.unique_keys for name in key)):
        if name not in schema.columns:
            yield f"key column {name!r} is not a column"
    for name in set(schema.primary_key) & set(schema.columns):
        if not schema.field(name).required:
            yield f"primary key column {name!r} is not required"


def _wrong_foreign_keys(schema: TableSchema, schemas: dict[str, TableSchema]) -> Iterator[str]:
    for key in schema.foreign_keys:
        other = schemas.get(key.table)
        if key.field not in schema.columns:
            yield f"foreign key column {key.field!r} is not a column"
        if other is None or other.primary_key != (key.reference,) or key.reference not in other.columns:
            yield f"foreign key {key.field!r} points at {key.table}.{key.reference}, which is not a primary key"
        elif key.field in schema.columns and schema.field(key.field).type != other.field(key.reference).type:
            yield f"foreign key {key.field!r} does not have the type of {key.table}.{key.reference}"


def _field_findings(file: str, schema: TableSchema) -> Iterator[Finding]:
    for index, field in enumerate(schema.fields):
        where = json_path(["fields", index])
        if field.enum != field.codes or len(set(field.codes)) < len(field.codes):
            yield Finding(CODES, file, f"enum and categories of {field.name!r} differ", schema.name, column=where)
        for message in _misfits(field):
            yield Finding(CONSTRAINT, file, message, schema.name, column=where)
        if field.pattern is not None and (why := _bad_pattern(field.pattern)):
            yield Finding(
                REGEX, file, f"pattern of {field.name!r}: {why}", schema.name, column=where, value=field.pattern
            )


def _misfits(field: Field) -> Iterator[str]:
    """Yield the constraints that do not apply to the type of the column."""
    for bound in (field.minimum, field.maximum):
        if bound is not None and not _is_bound(field.type, bound):
            yield f"bound {bound!r} of {field.name!r} is not {field.type}"
    lengths = (field.pattern, field.min_length, field.max_length)
    if field.type != "string" and (field.codes or any(limit is not None for limit in lengths)):
        yield f"{field.name!r} is not text, but has a pattern, a length or codes"


def _is_bound(type: str, bound: float | str) -> bool:
    if type == "date":
        return isinstance(bound, str) and _is_day(bound)
    return isinstance(bound, {"integer": int, "number": int | float}.get(type, ()))


def _is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _bad_pattern(pattern: str) -> str:
    import polars as pl

    try:
        pl.Series([""]).str.contains(f"^(?:{pattern})$")
        re.compile(pattern)
    except (pl.exceptions.PolarsError, re.error) as error:
        return _short(str(error).splitlines()[0])
    return ""


def _twice(file: str, what: str, names: list[str]) -> Iterator[Finding]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Finding(DESCRIPTOR_TWICE, file, f"{name!r} is twice in {what}", column=what, value=name)


def _stamp_findings(package: Package) -> Iterator[Finding]:
    stamps = [stamp_of(package.path(resource.name)) for resource in package.resources]
    for index, (resource, (size, digest)) in enumerate(zip(package.resources, stamps, strict=True)):
        for key, stamped, actual in (("bytes", resource.bytes, size), ("hash", resource.hash, digest)):
            if stamped != actual:
                line = line_of(package.root / DESCRIPTOR, ["resources", index, key])
                message, expected = f"{resource.path} has {key} {actual}", f"datapackage.json has {stamped}"
                yield Finding(
                    STAMP,
                    DESCRIPTOR,
                    message,
                    resource.name,
                    line,
                    json_path(["resources", index, key]),
                    value=str(stamped),
                    expected=expected,
                )


def json_path(where: Iterable[str | int]) -> str:
    """Return a path in a JSON file as people write it: `resources[3].hash`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where).removeprefix(".")


def line_of(path: Path, where: list[str | int]) -> int:
    """Return the line of a value of a JSON file, or of its parent if it is missing; 0 if YAML cannot parse the file."""
    import yaml  # JSON is YAML, whose parser keeps the line of each value

    try:
        node: Any = yaml.compose(_as_yaml(path.read_text("utf-8")), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError):
        return 0
    for part in where:
        node = _child(node, part if isinstance(part, int) else _as_yaml(part)) or node
    return int(node.start_mark.line) + 1


def _as_yaml(text: str) -> str:
    """Replace characters that JSON allows, and that YAML refuses or takes for a line break."""
    return re.sub(_NOT_YAML, " ", text)


def _child(node: Any, part: str | int) -> Any:
    if isinstance(part, int):
        return node.value[part] if node.id == "sequence" and part < len(node.value) else None
    return next((value for key, value in node.value if key.value == part), None) if node.id == "mapping" else None


def _short(text: str) -> str:
    return text if len(text) <= 160 else text[:159] + "…"
