"""Mutants of `datapackage.json` and of the schemas: generated from the profiles, and by hand."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from shegong.checks.descriptor import json_path
from tests.mutation.base import DESCRIPTOR, Base
from tests.mutation.model import REFUSED, Broken, Mutant, Place, sample, words

Path = list[str | int]
MARK = "here it stands"
SCHEMA_SHARE = 60
"""Mutants of each operator in the ten schemas together; they have hundreds of columns of one shape."""


def json_bytes(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def at(content: Any, path: Path) -> Any:
    for part in path:
        content = content[part]
    return content


def line_in(content: Any, path: Path) -> int:
    """The line of a value in a file of two spaces a level; each part of the path begins a line of its own."""
    if not path:
        return 1
    marked = copy.deepcopy(content)
    at(marked, path[:-1])[path[-1]] = MARK
    lines = json_bytes(marked).decode().split("\n")
    return next(number for number, line in enumerate(lines, 1) if MARK in line)


# Generated from the profiles


@dataclass(frozen=True)
class Node:
    """A value of a JSON file, with what the profile says of it."""

    path: Path
    value: Any
    says: dict[str, Any]
    is_required: bool


Change = tuple[Path, Callable[[Any], object]]
"""Where the finding must stand, and what is done to the whole content."""
Make = Callable[[Node], Iterator[Change]]
OPERATORS: list[tuple[Make, str]] = []


def breaks(rule: str) -> Callable[[Make], Make]:
    def enter(make: Make) -> Make:
        OPERATORS.append((make, rule))
        return make

    return enter


def profile_mutants(base: Base) -> Iterator[Mutant]:
    """Every key of the descriptor and of the schemas with every operator that fits it."""
    schemas = [f"schemas/{name}.json" for name in base.package.schemas]
    for make, rule in OPERATORS:
        yield from _of_file(base, DESCRIPTOR, "datapackage.json", make, rule)
        many = [mutant for file in schemas for mutant in _of_file(base, file, "tableschema.json", make, rule)]
        yield from sample(many, SCHEMA_SHARE, make.__name__)


def _of_file(base: Base, file: str, profile: str, make: Make, rule: str) -> Iterator[Mutant]:
    says = json.loads(files("shegong.checks").joinpath(f"profiles/{profile}").read_text("utf-8"))
    kind = "descriptor" if file == DESCRIPTOR else "schema"
    for node in _nodes(base.json(file), says, says["$defs"], [], False):
        for variant, (where, change) in enumerate(make(node)):
            subject = f"{file} {json_path(node.path)}, variant {variant + 1}"
            yield json_mutant(f"{kind}: {words(make.__name__)}", make.__name__, subject, rule, file, where, change)


def json_mutant(
    kind: str, operator: str, subject: str, rule: str, file: str, where: Path | None, change: Callable[[Any], object]
) -> Mutant:
    """Change a JSON file; `where` None blames the whole file."""

    def make(base: Base) -> Broken:
        content = base.json(file)
        change(content)
        data = json_bytes(content)
        assert data != (base.root / file).read_bytes(), operator
        place = Place(file) if where is None else Place(file, _line_of(content, where), json_path(where))
        return Broken({file: data}, place)

    return Mutant(kind, words(operator), subject, rule, make)


def _line_of(content: Any, where: Path) -> int:
    """The line of a value, or of the smallest thing around it that is there."""
    for length in range(len(where), 0, -1):
        try:
            at(content, where[:length])
        except (KeyError, IndexError, TypeError):
            continue
        return line_in(content, where[:length])
    return 1


def _nodes(value: Any, says: dict[str, Any], defs: dict[str, Any], path: Path, required: bool) -> Iterator[Node]:
    while "$ref" in says:
        says = {**defs[says["$ref"].rpartition("/")[2]], **{key: told for key, told in says.items() if key != "$ref"}}
    yield Node(path, value, says, required)
    if isinstance(value, dict):
        for key, child in value.items():
            needed = key in says.get("required", ())
            yield from _nodes(child, says["properties"][key], defs, [*path, key], needed)
    if isinstance(value, list) and "items" in says:
        for index, child in enumerate(value):
            yield from _nodes(child, says["items"], defs, [*path, index], True)


def _put(path: Path, value: Any) -> Callable[[Any], object]:
    return lambda content: at(content, path[:-1]).__setitem__(path[-1], value)


@breaks("descriptor-profile")
def missing_key(node: Node) -> Iterator[Change]:
    if node.is_required and isinstance(node.path[-1], str):
        yield node.path[:-1], lambda content: at(content, node.path[:-1]).pop(node.path[-1])


@breaks("descriptor-unknown-key")
def misspelt_key(node: Node) -> Iterator[Change]:
    if node.path and isinstance(node.path[-1], str):
        for wrong in (f"{node.path[-1]}s", node.path[-1].upper() + "_", f"{node.path[-1]} "):
            where = [*node.path[:-1], wrong]

            def change(content: Any, wrong: str = wrong) -> None:
                parent = at(content, node.path[:-1])
                parent[wrong] = parent.pop(node.path[-1])

            yield where, change


@breaks("descriptor-unknown-key")
def unknown_key(node: Node) -> Iterator[Change]:
    if isinstance(node.value, dict):
        yield [*node.path, "extra"], lambda content: at(content, node.path).update(extra=1)


@breaks("descriptor-profile")
def value_of_another_type(node: Node) -> Iterator[Change]:
    types = node.says.get("type", {str: "string"}.get(type(node.value), "boolean"))
    allowed = {types} if isinstance(types, str) else set(types)
    if "number" in allowed:
        allowed.add("integer")
    others = {"string": "text", "integer": 7, "boolean": True, "null": None, "array": [], "object": {}}
    for name, other in others.items():
        if node.path and name not in allowed and other != node.value:
            yield node.path, _put(node.path, other)


@breaks("descriptor-profile")
def empty_value(node: Node) -> Iterator[Change]:
    if node.says.get("minLength"):
        yield node.path, _put(node.path, "")
    if node.says.get("minItems"):
        yield node.path, _put(node.path, [])


@breaks("descriptor-profile")
def another_constant(node: Node) -> Iterator[Change]:
    if isinstance(node.says.get("const"), str):
        yield node.path, _put(node.path, node.value + "x")
        yield node.path, _put(node.path, node.value.upper())
    if "enum" in node.says:
        yield node.path, _put(node.path, "geopoint")


@breaks("descriptor-profile")
def text_of_another_shape(node: Node) -> Iterator[Change]:
    if "pattern" in node.says:
        for wrong in (f"{node.value} ", f" {node.value}", node.value.upper() + "!", "", f"{node.value}\n"):
            yield node.path, _put(node.path, wrong)


@breaks("descriptor-profile")
def number_below_the_least(node: Node) -> Iterator[Change]:
    if "minimum" in node.says:
        yield node.path, _put(node.path, node.says["minimum"] - 1)


@breaks("descriptor-profile")
def item_twice(node: Node) -> Iterator[Change]:
    if node.says.get("uniqueItems"):
        yield node.path, _put(node.path, [*node.value, node.value[0]])


# By hand: paths

UNSAFE_PATHS = (
    *("../documents.csv", "../../etc/passwd", "/etc/passwd", "data/../../documents.csv", "data/./documents.csv"),
    *("./data/documents.csv", "data//documents.csv", "data\\documents.csv", "..\\documents.csv", "C:\\documents.csv"),
    *("C:/documents.csv", "~/documents.csv", "$HOME/documents.csv", "file:///etc/passwd", "https://example.org/a.csv"),
    *("//example.org/a.csv", "data/.hidden.csv", ".hidden/documents.csv", "data/documents.txt", "data/documents"),
    *("documents.csv", "data/deep/documents.csv", "scripts/documents.csv", "data/документы.csv", "data/a b.csv"),
    *("data/documents.csv\n", "data/documents.csv ", "data/%2e%2e/documents.csv", "data/documents.csv?x=1", " "),
    *("data/*.csv", "data/documents.csv#x", "data/documents.csv\u0000", "s3://bucket/a.csv", "data/", ".", ".."),
)


def path_mutants(base: Base) -> Iterator[Mutant]:
    """Paths that lead out of the package, or nowhere plain."""
    for index, key, folder in ((0, "path", "data"), (3, "schema", "schemas")):
        for path in UNSAFE_PATHS:
            wrong = path if folder == "data" else path.replace("data", folder).replace(".csv", ".json")
            where: Path = ["resources", index, key]
            yield json_mutant(
                "unsafe path",
                "unsafe path",
                f"{key} is {wrong!r}",
                "descriptor-path",
                DESCRIPTOR,
                where,
                _put(where, wrong),
            )
    yield Mutant("unsafe path", "link out of the package", "data/regions.csv", "descriptor-path", _link)


def _link(base: Base) -> Broken:
    where: Path = ["resources", 2, "path"]
    content = base.json(DESCRIPTOR)
    target = str((base.documents / "..").resolve() / "elsewhere.csv")
    return Broken(
        {"data/regions.csv": target, DESCRIPTOR: json_bytes(content)},
        Place(DESCRIPTOR, line_in(content, where), json_path(where)),
    )


# By hand: files, names, stamps


def list_mutants(base: Base) -> Iterator[Mutant]:
    """What is listed, what is there, and what is stamped."""
    names = list(base.package.schemas)
    for index, name in enumerate(names):
        yield _listed("table listed twice", name, "descriptor-twice", ["resources"], _twice(index))
        yield _listed("file listed twice", name, "descriptor-twice", ["resources"], _same_path(index))
        yield _listed(
            "table not listed", name, "table-missing", None, lambda content, i=index: content["resources"].pop(i)
        )
        yield _listed("table renamed", name, "table-missing", None, _put(["resources", index, "name"], f"{name}_new"))
        for key, wrong in (("bytes", 1), ("hash", f"sha256:{'0' * 64}")):
            where: Path = ["resources", index, key]
            yield json_mutant("wrong stamp", f"wrong {key}", name, "stamp-stale", DESCRIPTOR, where, _put(where, wrong))
        for file in (f"data/{name}.csv", f"schemas/{name}.json"):
            yield _files("file missing", "file missing", "file-missing", Place(file), {file: None})
        yield _changed_after_stamp(name, index)
    for file in ("data/notes.csv", "data/observations.csv~", "schemas/notes.json", "data/.DS_Store", "data/Thumbs.db"):
        yield _files("file not listed", "file not listed", "file-unlisted", Place(file), {file: b"note\n"})


def _listed(operator: str, name: str, rule: str, where: Path | None, change: Callable[[Any], object]) -> Mutant:
    def make(base: Base) -> Broken:
        content = base.json(DESCRIPTOR)
        change(content)
        return Broken({DESCRIPTOR: json_bytes(content)}, Place(DESCRIPTOR, 0, json_path(where or [])))

    return Mutant("list of tables", operator, name, rule, make)


def _twice(index: int) -> Callable[[Any], object]:
    return lambda content: content["resources"].append(content["resources"][index])


def _same_path(index: int) -> Callable[[Any], object]:
    def change(content: Any) -> None:
        item = content["resources"][index]
        content["resources"][index - 1].update(path=item["path"], bytes=item["bytes"], hash=item["hash"])

    return change


def _files(kind: str, operator: str, rule: str, place: Place, files: dict[str, bytes | str | None]) -> Mutant:
    return Mutant(kind, operator, place.file, rule, lambda base: Broken(files, place))


def _changed_after_stamp(name: str, index: int) -> Mutant:
    def make(base: Base) -> Broken:
        content = base.json(DESCRIPTOR)
        where: Path = ["resources", index, "bytes"]
        files: dict[str, bytes | str | None] = {
            f"data/{name}.csv": base.bytes[name] + b"\n",
            DESCRIPTOR: json_bytes(content),
        }
        return Broken(files, Place(DESCRIPTOR, line_in(content, where), json_path(where)))

    return Mutant("wrong stamp", "table changed after the stamp", name, "stamp-stale", make)


# By hand: files that are no JSON

NO_JSON: tuple[tuple[str, Callable[[bytes], bytes], int], ...] = (
    ("cut off", lambda data: data[: data.rindex(b"\n  ")] + b"\n", -1),
    ("empty", lambda data: b"", 1),
    ("a comma too many", lambda data: data.replace(b'",\n', b'",,\n', 1), 2),
    ("a comma too few", lambda data: data.replace(b'",\n', b'"\n', 1), 3),
    ("a comment", lambda data: b"// comment\n" + data, 1),
    ("single quotes", lambda data: data.replace(b'"title"', b"'title'", 1), 3),
    ("byte order mark", lambda data: b"\xef\xbb\xbf" + data, 1),
    ("not UTF-8", lambda data: data.replace(b"title", b"titl\xe9", 1), 0),
    ("UTF-16", lambda data: data.decode().encode("utf-16"), 0),
    ("a key twice", lambda data: data.replace(b'  "title":', b'  "title": "x",\n  "title":', 1), 0),
    ("a list", lambda data: b"[" + data + b"]", 1),
    ("a text", lambda data: b'"x"\n', 1),
    ("NaN for a number", lambda data: data.replace(b'"title":', b'"nan": NaN, "title":', 1), 0),
    ("Infinity for a number", lambda data: data.replace(b'"title":', b'"inf": -Infinity, "title":', 1), 0),
    ("too deep", lambda data: b"[" * 100_000 + b"]" * 100_000, 0),
    ("a control character in a text", lambda data: data.replace(b'"title": "', b'"title": "\x01', 1), 3),
)


def no_json_mutants(base: Base) -> Iterator[Mutant]:
    """A schema that is no JSON is told; without a descriptor there is no package, and the command refuses."""
    for what, edit, line in NO_JSON:
        yield Mutant("no JSON", "descriptor that is no JSON", what, REFUSED, _no_json(DESCRIPTOR, edit, 0))
        for name in ("regions", "observations"):
            file = f"schemas/{name}.json"
            yield Mutant(
                "no JSON", "schema that is no JSON", f"{file}: {what}", "schema-unreadable", _no_json(file, edit, line)
            )
    yield Mutant(
        "no JSON", "no descriptor", DESCRIPTOR, REFUSED, lambda base: Broken({DESCRIPTOR: None}, Place(DESCRIPTOR))
    )


def _no_json(file: str, edit: Callable[[bytes], bytes], line: int) -> Callable[[Base], Broken]:
    def make(base: Base) -> Broken:
        data = edit((base.root / file).read_bytes())
        return Broken({file: data}, Place(file, data.count(b"\n") + 1 if line == -1 else line))

    return make


# By hand: what a schema says


def schema_mutants(base: Base) -> Iterator[Mutant]:
    """Keys, code lists, patterns and constraints that make no sense."""
    for name, schema in base.package.schemas.items():
        file = f"schemas/{name}.json"
        yield from _key_mutants(file, base.json(file))
        for index, field in enumerate(schema.fields):
            where: Path = ["fields", index]
            for operator, rule, change in _field_changes(field.type, len(field.codes)):
                yield _of_field(file, name, index, field.name, operator, rule, change, where)


def _of_field(
    file: str,
    table: str,
    index: int,
    column: str,
    operator: str,
    rule: str,
    change: Callable[[Any], object],
    where: Path,
) -> Mutant:
    def make(base: Base) -> Broken:
        content = base.json(file)
        change(content["fields"][index])
        return Broken({file: json_bytes(content)}, Place(file, 0, json_path(where)))

    return Mutant(operator.partition(":")[0], operator.partition(": ")[2], f"{table}.{column}", rule, make)


def _field_changes(type: str, codes: int) -> Iterator[tuple[str, str, Callable[[Any], object]]]:
    """Operator (class: name), rule and change of a column of a type."""
    if type == "string":
        for pattern in ("(?!x)[a-z]+", "(?=x)y", r"(a)\1", "(", "[z-a]", "a{2,1}", "*", r"\p{Nothing}", "(?<=a)b"):
            yield f"unusable pattern: {pattern}", "schema-pattern", _constraint(pattern=pattern)
        yield "constraint of another type: minimum of a text", "schema-constraint", _constraint(minimum=1)
        yield "constraint of another type: maximum of a text", "schema-constraint", _constraint(maximum="z")
    else:
        yield "constraint of another type: pattern of no text", "schema-constraint", _constraint(pattern="[0-9]+")
        yield "constraint of another type: length of no text", "schema-constraint", _constraint(maxLength=9)
        yield "constraint of another type: codes of no text", "schema-constraint", _codes_of_no_text
    if type in ("integer", "number"):
        yield "constraint of another type: text as a bound", "schema-constraint", _constraint(minimum="1")
    if type == "integer":
        yield "constraint of another type: fraction as a bound", "schema-constraint", _constraint(minimum=1.5)
    if type == "date":
        for bound in (2008, "soon", "2008-02-30", "2008", "20080101", "2008-1-1"):
            yield f"constraint of another type: {bound} as a day", "schema-constraint", _constraint(minimum=bound)
    if type == "boolean":
        yield "constraint of another type: bound of a boolean", "schema-constraint", _constraint(maximum=1)
    if codes > 1:
        yield "code list: code without a label", "schema-codes", lambda field: field["categories"].pop()
        yield "code list: label without a code", "schema-codes", lambda field: field["constraints"]["enum"].pop(0)
    if codes:
        yield "code list: no list of codes", "schema-codes", lambda field: field["constraints"].pop("enum")
        yield "code list: no labels", "schema-codes", lambda field: field.pop("categories")
        yield "code list: code twice", "schema-codes", _code_twice
        yield "code list: another order", "schema-codes", _another_order
        yield "code list: code misspelt", "schema-codes", lambda field: field["categories"][0].update(value="misspelt")


def _constraint(**constraint: Any) -> Callable[[Any], object]:
    return lambda field: field["constraints"].update(constraint)


def _codes_of_no_text(field: Any) -> None:
    field["categories"] = [
        {"value": "1", "label": "one", "label_zh": "一", "definition": "One.", "definition_zh": "一。"}
    ]
    field["constraints"]["enum"] = ["1"]


def _code_twice(field: Any) -> None:
    field["categories"].append(field["categories"][0])
    field["constraints"]["enum"].append(field["constraints"]["enum"][0])


def _another_order(field: Any) -> None:
    field["categories"].append({**field["categories"][0], "value": "last"})
    field["constraints"]["enum"].insert(0, "last")


def _key_mutants(file: str, content: Any) -> Iterator[Mutant]:
    first = content["fields"][0]["name"]
    changes: list[tuple[str, Callable[[Any], object]]] = [
        ("primary key is no column", lambda schema: schema.update(primaryKey=["nothing"])),
        ("primary key is not required", lambda schema: schema["fields"][0]["constraints"].update(required=False)),
        ("unique key is no column", lambda schema: schema.update(uniqueKeys=[["nothing"]])),
        (
            "foreign key is no column",
            lambda schema: schema.update(foreignKeys=[_key("nothing", "regions", "region_id")]),
        ),
        ("foreign key to no table", lambda schema: schema.update(foreignKeys=[_key(first, "nothing", "id")])),
        ("foreign key to no key", lambda schema: schema.update(foreignKeys=[_key(first, "regions", "name_zh")])),
        ("foreign key to no column", lambda schema: schema.update(foreignKeys=[_key(first, "regions", "nothing")])),
    ]
    for number in (field["name"] for field in content["fields"] if field["type"] != "string"):
        key = _key(number, "regions", "region_id")
        changes.append(("foreign key of another type", lambda schema, key=key: schema.update(foreignKeys=[key])))
    changes.append(("key column renamed", lambda schema: schema["fields"][0].update(name="renamed")))
    for operator, change in changes:
        yield json_mutant("schema: key", operator, file, "schema-keys", file, None, change)
    for index in range(len(content["fields"])):
        yield Mutant(
            "schema: column twice",
            "column twice",
            f"{file} fields[{index}]",
            "descriptor-twice",
            _column_twice(file, index),
        )


def _column_twice(file: str, index: int) -> Callable[[Base], Broken]:
    def make(base: Base) -> Broken:
        content = base.json(file)
        content["fields"].append(content["fields"][index])
        return Broken({file: json_bytes(content)}, Place(file, 0, "fields"))

    return make


def _key(column: str, table: str, reference: str) -> dict[str, Any]:
    return {"fields": [column], "reference": {"resource": table, "fields": [reference]}}


# By hand: a schema that the data does not fit


def misfit_mutants(base: Base) -> Iterator[Mutant]:
    """Good schemas that say something else than the data."""
    for name, schema in base.package.schemas.items():
        for index, field in enumerate(schema.fields):
            filled = [line for line, row in enumerate(base.tables[name], 2) if row[field.name]]
            empty = [line for line, row in enumerate(base.tables[name], 2) if not row[field.name]]
            is_key = field.name in schema.primary_key or any(key.field == field.name for key in schema.foreign_keys)
            if field.type == "string" and filled and not (field.codes or field.pattern or is_key):
                yield _misfit(name, index, "column of another type", "cell-date", filled[0], _as_date)
            keys = {column for key in schema.unique_keys for column in key}
            if not is_key and field.name not in keys:
                yield _renamed(name, index)
            if not field.required and empty:
                yield _misfit(name, index, "column required", "cell-required", empty[0], _constraint(required=True))
            if field.codes and filled:
                code = base.tables[name][filled[0] - 2][field.name]
                yield _misfit(name, index, "code in use taken off", "cell-enum", filled[0], _without(code))


def _as_date(field: Any) -> None:
    field["type"] = "date"
    field.pop("verbatim", None)
    field.pop("format", None)
    field["constraints"] = {"required": field["constraints"]["required"]}


def _without(code: str) -> Callable[[Any], object]:
    def change(field: Any) -> None:
        spare = {**field["categories"][0], "value": "spare"}
        field["categories"] = [item for item in field["categories"] if item["value"] != code] + [spare]
        field["constraints"]["enum"] = [item["value"] for item in field["categories"]]

    return change


def _renamed(table: str, index: int) -> Mutant:
    def make(base: Base) -> Broken:
        file = f"schemas/{table}.json"
        content = base.json(file)
        content["fields"][index]["name"] += "_new"
        return Broken({file: json_bytes(content)}, Place(base.package.file(table), 1))

    kind = "schema that the data does not fit"
    return Mutant(kind, "column renamed", f"{table}, column {index + 1}", "csv-header", make)


def _misfit(table: str, index: int, operator: str, rule: str, line: int, change: Callable[[Any], object]) -> Mutant:
    def make(base: Base) -> Broken:
        file = f"schemas/{table}.json"
        content = base.json(file)
        change(content["fields"][index])
        column = content["fields"][index]["name"]
        return Broken({file: json_bytes(content)}, Place(base.package.file(table), line, column))

    return Mutant("schema that the data does not fit", operator, f"{table}, column {index + 1}", rule, make)


def descriptor_mutants(base: Base) -> Iterator[Mutant]:
    """All of the above."""
    for makers in (
        profile_mutants,
        path_mutants,
        list_mutants,
        no_json_mutants,
        schema_mutants,
        misfit_mutants,
    ):
        yield from makers(base)
