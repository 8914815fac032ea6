"""Mutants of `datapackage.json` and of the schemas, generated from the profiles and from the columns of the tables."""

from __future__ import annotations

import copy
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import zip_longest
from typing import Any

from shegong.checks.descriptor import json_path
from shegong.package.schema import Field
from tests.mutation.base import DESCRIPTOR, Base
from tests.mutation.model import Batch, Mutant, Place, words

Path = list[str | int]
MARK = "the value is here"


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


# What the profiles forbid


@dataclass(frozen=True)
class Node:
    """A value of a JSON file, with what the profile says of it."""

    path: Path
    value: Any
    says: dict[str, Any]
    is_required: bool


Change = tuple[Path, Callable[[Any], object]]
"""Where the finding must be, and what is done to the whole content."""
Make = Callable[[Node], Iterator[Change]]


@dataclass(frozen=True)
class Way:
    """A change of a file: the rule that it breaks, what it is, and where the finding must be."""

    file: str
    rule: str
    what: str
    where: Path
    change: Callable[[Any], object]


OPERATORS: list[tuple[Make, str]] = []


def breaks(rule: str) -> Callable[[Make], Make]:
    def enter(make: Make) -> Make:
        OPERATORS.append((make, rule))
        return make

    return enter


def profile_batches(base: Base, which: str) -> Iterator[Batch]:
    """Break what the profile says of each key of the descriptor or of the schemas, with every operator that fits it."""
    files = [DESCRIPTOR] if which == DESCRIPTOR else [f"schemas/{name}.json" for name in base.package.schemas]
    profile = "datapackage.json" if which == DESCRIPTOR else "tableschema.json"
    alike: defaultdict[tuple[str, Make, str], list[tuple[str, Node]]] = defaultdict(list)
    for file in files:
        for node in _nodes(base.json(file), *_says(profile), [], False):
            for make, rule in OPERATORS:
                if any(make(node)):
                    alike[re.sub(r"\[\d+\]", "[]", json_path(node.path)), make, rule].append((file, node))
    ways: defaultdict[tuple[str, str], list[Way]] = defaultdict(list)
    for (_, make, rule), nodes in alike.items():
        file, node = min(nodes, key=lambda one: len(ways[one[0], _item(one[1].path)]))
        ways[file, _item(node.path)] += [Way(file, rule, make.__name__, *change) for change in make(node)]
    for is_item in (False, True):  # a break of a whole list hides what is broken in its items
        parts = [changes for (_, item), changes in ways.items() if bool(item) == is_item]
        yield from (_changed(base, [way for way in batch if way]) for batch in zip_longest(*parts))


def _item(path: Path) -> str:
    """The item of a list that a path leads into, such as `fields[3]`; empty outside the lists."""
    return json_path(path[:2]) if len(path) > 1 and isinstance(path[1], int) else ""


def _says(profile: str) -> tuple[dict[str, Any], dict[str, Any]]:
    says = json.loads(files("shegong.checks").joinpath(f"profiles/{profile}").read_text("utf-8"))
    return says, says["$defs"]


def _changed(base: Base, ways: Sequence[Way]) -> Batch:
    """A batch of mutants in different parts of their files."""
    contents: dict[str, Any] = {}
    for way in ways:
        way.change(contents.setdefault(way.file, base.json(way.file)))
    batch = Batch({file: json_bytes(content) for file, content in contents.items()})
    for way in ways:
        place = Place(way.file, _line_of(contents[way.file], way.where), json_path(way.where))
        batch.mutants.append(Mutant(f"{words(way.what)}: {place.column}", way.rule, place))
    return batch


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


# Paths

UNSAFE_PATHS = (
    *("../documents.csv", "../../etc/passwd", "/etc/passwd", "data/../../documents.csv", "data/./documents.csv"),
    *("./data/documents.csv", "data//documents.csv", "data\\documents.csv", "..\\documents.csv", "C:\\documents.csv"),
    *("C:/documents.csv", "~/documents.csv", "$HOME/documents.csv", "file:///etc/passwd", "https://example.org/a.csv"),
    *("//example.org/a.csv", "data/.hidden.csv", ".hidden/documents.csv", "data/documents.txt", "data/documents"),
    *("documents.csv", "data/deep/documents.csv", "scripts/documents.csv", "data/документы.csv", "data/a b.csv"),
    *("data/documents.csv\n", "data/documents.csv ", "data/%2e%2e/documents.csv", "data/documents.csv?x=1", " "),
    *("data/*.csv", "data/documents.csv#x", "data/documents.csv\u0000", "s3://bucket/a.csv", "data/", ".", ".."),
)


def path_batches(base: Base) -> Iterator[Batch]:
    """Paths that lead out of the package, or to nothing that is a file in the right folder: another for each table."""
    tables = range(len(base.package.resources))
    for at in range(0, len(UNSAFE_PATHS), len(tables)):
        paths = list(zip(tables, UNSAFE_PATHS[at : at + len(tables)], strict=False))
        yield _changed(base, [_unsafe(["resources", index, "path"], path) for index, path in paths])
        schemas = [path.replace("data", "schemas").replace(".csv", ".json") for _, path in paths]
        yield _changed(base, [_unsafe(["resources", index, "schema"], path) for index, path in enumerate(schemas)])
    where: Path = ["resources", 2, "path"]
    place = Place(DESCRIPTOR, _line_of(base.json(DESCRIPTOR), where), json_path(where))
    link = str((base.documents / "..").resolve() / "elsewhere.csv")
    content = json_bytes(base.json(DESCRIPTOR))
    yield Batch({"data/regions.csv": link, DESCRIPTOR: content}, [Mutant("a link", "descriptor-path", place)])


def _unsafe(where: Path, path: str) -> Way:
    return Way(DESCRIPTOR, "descriptor-path", f"{where[-1]} {path!r}", where, _put(where, path))


# A schema whose columns and keys make no sense


def column_batches(base: Base) -> Iterator[Batch]:
    """Constraints, patterns, code lists and keys that do not fit: of each column the next way in each batch."""
    code = next(field for field in base.json("schemas/metrics.json")["fields"] if "categories" in field)["categories"][
        0
    ]
    names = [(table, index) for table, schema in base.package.schemas.items() for index in range(len(schema.fields))]
    ways = []
    for table, index in names:
        field = base.schema(table).fields[index]
        ways.append([(table, index, *change) for change in _field_changes(field.type, len(field.codes), code)])
    for batch in zip_longest(*ways):
        yield _columns_changed(base, [way for way in batch if way])
    for batch in zip_longest(*(_key_changes(base, table) for table in base.package.schemas)):
        yield _schemas_changed(base, [way for way in batch if way])


def _columns_changed(base: Base, ways: list[tuple[str, int, str, str, Callable]]) -> Batch:
    contents = {table: base.json(f"schemas/{table}.json") for table in base.package.schemas}
    batch = Batch()
    for table, index, what, rule, change in ways:
        change(contents[table]["fields"][index])
        place = Place(f"schemas/{table}.json", 0, json_path(["fields", index]))
        batch.mutants.append(Mutant(f"{what}, {table} column {index + 1}", rule, place))
    batch.files.update({f"schemas/{table}.json": json_bytes(content) for table, content in contents.items()})
    return batch


def _schemas_changed(base: Base, ways: list[tuple[str, str, str, str, Callable]]) -> Batch:
    batch = Batch()
    for table, what, rule, column, change in ways:
        file = f"schemas/{table}.json"
        content = base.json(file)
        change(content)
        batch.files[file] = json_bytes(content)
        batch.mutants.append(Mutant(f"{what}, {table}", rule, Place(file, 0, column)))
    return batch


def _key_changes(base: Base, table: str) -> Iterator[tuple[str, str, str, str, Callable[[Any], object]]]:
    schema = base.schema(table)
    for what, changed in (
        ("primary key is not a column", {"primaryKey": ["nothing"]}),
        ("unique key is not a column", {"uniqueKeys": [["nothing"]]}),
        ("foreign key is not a column", {"foreignKeys": [_key("nothing", "regions", "region_id")]}),
        *(
            ("foreign key of another type", {"foreignKeys": [_key(field.name, "regions", "region_id")]})
            for field in schema.fields
            if field.type != "string"
        ),
        *(
            (f"foreign key to {other}.{column}", {"foreignKeys": [_key(schema.primary_key[0], other, column)]})
            for other, column in (("nothing", "id"), ("regions", "name_zh"), ("regions", "nothing"))
        ),
    ):
        yield table, what, "schema-keys", "", lambda content, changed=changed: content.update(changed)
    for what, change in (
        ("primary key not required", lambda content: content["fields"][0]["constraints"].update(required=False)),
        ("key column renamed", lambda content: content["fields"][0].update(name="renamed")),
    ):
        yield table, what, "schema-keys", "", change
    for field in range(len(schema.fields)):
        twice = lambda content, field=field: content["fields"].append(content["fields"][field])  # noqa: E731
        yield table, f"column {field + 1} twice", "descriptor-twice", "fields", twice


def _key(column: str, table: str, reference: str) -> dict[str, Any]:
    return {"fields": [column], "reference": {"resource": table, "fields": [reference]}}


def _field_changes(type: str, codes: int, code: dict[str, Any]) -> Iterator[tuple[str, str, Callable[[Any], object]]]:
    """What is done, the rule and the change, for a column of this type."""
    if type == "string":
        for pattern in ("(?!x)[a-z]+", "(?=x)y", r"(a)\1", "(", "[z-a]", "a{2,1}", "*", r"\p{Nothing}", "(?<=a)b"):
            yield f"unusable pattern: {pattern}", "schema-pattern", _constraint(pattern=pattern)
        yield "constraint of another type: minimum of a text", "schema-constraint", _constraint(minimum=1)
        yield "constraint of another type: maximum of a text", "schema-constraint", _constraint(maximum="z")
    else:
        yield "constraint of another type: pattern of no text", "schema-constraint", _constraint(pattern="[0-9]+")
        yield "constraint of another type: length of no text", "schema-constraint", _constraint(maxLength=9)
        yield "constraint of another type: codes of no text", "schema-constraint", _codes_of(code)
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


def _codes_of(code: dict[str, Any]) -> Callable[[Any], object]:
    def change(field: Any) -> None:
        field["categories"] = [code]
        field["constraints"]["enum"] = [code["value"]]

    return change


def _code_twice(field: Any) -> None:
    field["categories"].append(field["categories"][0])
    field["constraints"]["enum"].append(field["constraints"]["enum"][0])


def _another_order(field: Any) -> None:
    field["categories"].append({**field["categories"][0], "value": "last"})
    field["constraints"]["enum"].insert(0, "last")


# A schema that the data do not fit


def misfit_batches(base: Base) -> Iterator[Batch]:
    """Make text columns dates, columns with gaps required, and take codes in use off their lists: all columns at once."""
    for misfits in (_other_types, _gaps, _codes_in_use):
        batch = Batch()
        for table, schema in base.package.schemas.items():
            content = base.json(f"schemas/{table}.json")
            for index, field in enumerate(schema.fields):
                filled = [line for line, row in enumerate(base.tables[table], 2) if row[field.name]]
                empty = [line for line, row in enumerate(base.tables[table], 2) if not row[field.name]]
                for line, rule, change in misfits(base, table, field, filled, empty):
                    change(content["fields"][index])
                    place = Place(base.package.file(table), line, field.name)
                    batch.mutants.append(Mutant(f"{words(misfits.__name__)}: {table}.{field.name}", rule, place))
            batch.files[f"schemas/{table}.json"] = json_bytes(content)
        yield batch
    for renamed in zip_longest(*(_renamed(base, table) for table in base.package.schemas)):
        files, mutants = zip(*(one for one in renamed if one), strict=True)
        yield Batch(dict(files), list(mutants))


Misfits = Iterator[tuple[int, str, Callable[[Any], object]]]


def _other_types(base: Base, table: str, field: Field, filled: list[int], empty: list[int]) -> Misfits:
    keys = {*base.schema(table).primary_key, *(key.field for key in base.schema(table).foreign_keys)}
    if field.type == "string" and filled and not (field.codes or field.pattern or field.name in keys):
        yield filled[0], "cell-date", _as_date


def _gaps(base: Base, table: str, field: Field, filled: list[int], empty: list[int]) -> Misfits:
    if empty:
        yield empty[0], "cell-required", _constraint(required=True)


def _codes_in_use(base: Base, table: str, field: Field, filled: list[int], empty: list[int]) -> Misfits:
    if field.codes and filled:
        yield filled[0], "cell-enum", _without(base.tables[table][filled[0] - 2][field.name])


def _renamed(base: Base, table: str) -> Iterator[tuple[tuple[str, bytes], Mutant]]:
    """Give each column another name, but those in keys."""
    schema = base.schema(table)
    keys = {*schema.primary_key, *(key.field for key in schema.foreign_keys)}
    keys |= {column for key in schema.unique_keys for column in key}
    for index, field in enumerate(schema.fields):
        if field.name not in keys:
            content = base.json(f"schemas/{table}.json")
            content["fields"][index]["name"] += "_new"
            place = Place(base.package.file(table), 1)
            mutant = Mutant(f"column renamed: {table}.{field.name}", "csv-header", place)
            yield (f"schemas/{table}.json", json_bytes(content)), mutant


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
