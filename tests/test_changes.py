"""What changed between two versions of a small package, to the letter: each change with its old and new value."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

import marko
import pytest
from marko.ext.gfm import gfm

from shegong.diff.compare import Change, Difference, compare
from shegong.diff.difference_report import LONGEST, REASONS, SHOWN, as_json, as_markdown, as_text, required_bump_text
from shegong.diff.snapshot import Snapshot, take_snapshot
from shegong.diff.versions import Bump, Version, parse_version
from shegong.errors import PackageError
from shegong.package.package import Package

CODES = [
    {"value": "red", "label": "Red", "label_zh": "红", "definition": "Like blood.", "definition_zh": "像血。", "classifiers": ["个", "只"]},
    {"value": "green", "label": "Green", "label_zh": "绿", "definition": "Like grass.", "definition_zh": "像草。"},
]  # fmt: skip
FIELDS: list[dict[str, Any]] = [
    {"name": "id", "type": "string", "title": "Id", "constraints": {"required": True}},
    {"name": "colour", "type": "string", "title": "Colour", "constraints": {"enum": ["red", "green"]}, "categories": CODES},
    {"name": "size", "type": "integer", "constraints": {"minimum": 1}},
    {"name": "note", "type": "string"},
]  # fmt: skip
THINGS = {"name": "things", "title": "Things", "fields": FIELDS, "primaryKey": ["id"], "missingValues": [""]}
GONE_COLUMNS = ("table_name", "id", "replaced_by")
GONE = {"name": "deprecations", "fields": [{"name": n} for n in GONE_COLUMNS], "primaryKey": ["table_name", "id"]}
ROWS = "id,colour,size,note\na,red,1,first\nb,green,2,\n"


class Small:
    """A version of a small package: what a test does not change is as in the other."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.files: dict[str, bytes] = {}
        self.schemas = json.loads(json.dumps({"things": THINGS, "deprecations": GONE}))
        self.tables = {"things": ROWS, "deprecations": "table_name,id,replaced_by\n"}
        self.descriptor: dict[str, Any] = {"name": "small", "version": "1.2.3", "title": "Small"}
        self.resources = [
            {"name": name, "path": f"data/{name}.csv", "schema": f"schemas/{name}.json", "bytes": 1, "hash": "sha256:0"}
            for name in self.schemas
        ]

    @property
    def things(self) -> dict[str, Any]:
        return self.schemas["things"]

    def field(self, name: str) -> dict[str, Any]:
        return next(field for field in self.things["fields"] if field["name"] == name)

    def read(self, path: str) -> bytes:
        if path in self.files:
            return self.files[path]
        if path == "datapackage.json":
            return json.dumps({**self.descriptor, "resources": self.resources}).encode()
        folder, _, file = path.partition("/")
        name = file.partition(".")[0]
        return self.tables[name].encode() if folder == "data" else json.dumps(self.schemas[name]).encode()

    def names(self) -> list[str]:
        return []


Edit = Callable[[Small], object]


def snapshot(small: Small) -> Snapshot:
    return take_snapshot(Package(small, json.loads(small.read("datapackage.json"))))


def difference(edit: Edit, first: Edit = lambda small: None) -> Difference:
    """From a version to the one with an edit; both begin with the first."""
    old, new = Small("old"), Small("new")
    first(old)
    for change in (first, edit):
        change(new)
    return compare(snapshot(old), snapshot(new))


def constrain(column: str, **constraints: Any) -> Edit:
    return lambda small: small.field(column).update(constraints=constraints)


def codes(*edits: Callable[[list[dict[str, Any]]], object]) -> Edit:
    def edit(small: Small) -> None:
        for change in edits:
            change(small.field("colour")["categories"])

    return edit


def table(rows: str) -> Edit:
    return lambda small: small.tables.update(things=f"id,colour,size,note\n{rows}")


def nothing(small: Small) -> None:
    pass


def bare(small: Small) -> None:
    names = ["id", "colour", "size", "note"]
    small.schemas.update(things={"fields": [{"name": name} for name in names], "primaryKey": names})


NARROW = {"minimum": 2, "maximum": 4, "minLength": 2, "maxLength": 4, "pattern": "x"}
WIDE = {"minimum": 1, "maximum": 5, "minLength": 1, "maxLength": 5, "pattern": "x"}
KEYS = {"uniqueKeys": [["note"], ["size"]], "foreignKeys": [{"fields": "码"}]}
# What changes, what is told of it, and what both versions have in common, if that is not all.
CHANGES: dict[str, tuple[Edit, list[str]] | tuple[Edit, list[str], Edit]] = {
    "nothing": (nothing, []),
    "nothing of what may be missing": (nothing, [], bare),
    "title gone, keywords given": (lambda s: (s.descriptor.pop("title"), s.descriptor.update(keywords=["词"])), ['PATCH metadata-changed /keywords/:  -> ["词"]', "PATCH metadata-changed /title/: Small -> "]),
    "terms": (lambda s: s.descriptor.update({"name": "tiny", "licenses": ["y"], "$schema": "x"}), [f"MAJOR metadata-changed /{what}" for what in ("$schema/:  -> x", 'licenses/:  -> ["y"]', "name/: small -> tiny")]),
    "version and date": (lambda s: s.descriptor.update(version="9.9.9", created="today"), []),
    "identity and licence of a table": (
        lambda s: s.resources[0].update(dict.fromkeys(("encoding", "format", "mediatype", "type"), "x"), licenses=[]),
        [*(f"MAJOR resource-changed things/{key}/:  -> x" for key in ("encoding", "format", "mediatype", "type")), "PATCH resource-changed things/licenses/:  -> []"],
    ),
    "path": (lambda s: (s.resources[0].update(path="data/others.csv"), s.tables.update(others=ROWS)), ["MAJOR resource-changed things/path/: data/things.csv -> data/others.csv"]),
    "schema's path": (lambda s: (s.resources[0].update(schema="schemas/others.json"), s.schemas.update(others=s.things)), ["MAJOR resource-changed things/schema/: schemas/things.json -> schemas/others.json"]),
    "table removed": (lambda s: s.resources.pop(0), ["MAJOR table-removed things//:  -> "]),
    "table added": (lambda s: s.resources.append(s.resources[0] | {"name": "more"}), ["MINOR table-added more//:  -> "]),
    "column replaced": (lambda s: (s.field("note").update(name="more"), s.tables.update(things=ROWS.replace("note", "more"))), ["MAJOR column-added things/more/:  -> ", "MAJOR column-removed things/note/:  -> "]),
    "columns reordered": (
        lambda s: (s.things["fields"].insert(2, s.things["fields"].pop()), s.tables.update(things="id,colour,note,size\na,red,first,1\nb,green,,2\n")),
        ["MAJOR columns-reordered things//: id, colour, size, note -> id, colour, note, size"],
    ),
    "prose of a table": (lambda s: s.things.update(title="Dinge"), ["PATCH label-changed things/title/: Things -> Dinge"]),
    "prose of a column": (
        lambda s: s.field("note").update(title="t", title_zh="u", description="d", description_zh="v", example="w"),
        [f"PATCH label-changed things/note.{key}/:  -> {new}" for key, new in (("description", "d"), ("description_zh", "v"), ("example", "w"), ("title", "t"), ("title_zh", "u"))],
    ),
    "keys and rows": (
        lambda s: (s.things.update(primaryKey=["colour"], missingValues=["", "-"]), table("a,red,9,x\n")(s)),
        ['MAJOR key-changed things/missingValues/: [""] -> ["", "-"]', 'MAJOR key-changed things/primaryKey/: ["id"] -> ["colour"]'],
    ),
    "unique and foreign keys given": (
        lambda s: s.things.update(KEYS),
        [f"MAJOR constraint-tightened things/{new}" for new in ('foreignKeys/:  -> {"fields": "码"}', 'uniqueKeys/:  -> ["note"]', 'uniqueKeys/:  -> ["size"]')],
    ),
    "unique and foreign keys gone": (
        lambda s: s.things.update(uniqueKeys=[], foreignKeys=[]),
        [f"MINOR constraint-loosened things/{old} -> " for old in ('foreignKeys/: {"fields": "码"}', 'uniqueKeys/: ["note"]', 'uniqueKeys/: ["size"]')],
        lambda s: s.things.update(KEYS),
    ),
    "type and format": (lambda s: s.field("size").update(type="number", format="x"), ["MAJOR type-changed things/size/:  -> x", "MAJOR type-changed things/size/: integer -> number"]),
    "verbatim": (lambda s: s.field("note").update(verbatim=True), ["MINOR constraint-loosened things/note/: verbatim False -> True"]),
    "verbatim said to be false": (lambda s: s.field("note").update(verbatim=False), []),
    "verbatim gone": (lambda s: s.field("note").pop("verbatim"), ["MAJOR constraint-tightened things/note/: verbatim True -> False"], lambda s: s.field("note").update(verbatim=True)),
    "bounds narrowed": (
        constrain("note", **NARROW),
        [f"MAJOR constraint-tightened things/note/: {key} {WIDE[key]} -> {key} {NARROW[key]}" for key in ("maxLength", "maximum", "minLength", "minimum")],
        constrain("note", **WIDE),
    ),
    "bounds widened": (
        constrain("note", **WIDE),
        [f"MINOR constraint-loosened things/note/: {key} {NARROW[key]} -> {key} {WIDE[key]}" for key in ("maxLength", "maximum", "minLength", "minimum")],
        constrain("note", **NARROW),
    ),
    "minimum gone, maximum given": (constrain("size", maximum=9), ["MAJOR constraint-tightened things/size/:  -> maximum 9", "MINOR constraint-loosened things/size/: minimum 1 -> "]),
    "minimum of another type": (constrain("size", minimum="2020-01-01"), ["MAJOR constraint-tightened things/size/: minimum 1 -> minimum 2020-01-01"]),
    "not required": (constrain("id", required=False), ["MINOR constraint-loosened things/id/: required true -> required false"]),
    "required, unique": (constrain("note", required=True, unique=True), ["MAJOR constraint-tightened things/note/:  -> required true", "MAJOR constraint-tightened things/note/:  -> unique true"]),
    "pattern changed": (constrain("note", pattern="y"), ["MAJOR constraint-tightened things/note/: pattern x -> pattern y"], constrain("note", pattern="x")),
    "code renamed": (
        lambda s: (codes(lambda c: c[1].update(value="blue"))(s), constrain("colour", enum=["red", "blue"])(s)),
        ["MAJOR code-removed things/colour/: green -> ", "MINOR code-added things/colour/:  -> blue"],
    ),
    "codes gone": (lambda s: (s.field("colour").update(categories=[], constraints={})), ["MINOR constraint-loosened things/colour/: 2 codes -> 0 codes"]),
    "codes given": (lambda s: s.field("note").update(categories=[{"value": "x"}]), ["MAJOR constraint-tightened things/note/: 0 codes -> 1 codes"]),
    "code list without labels": (lambda s: s.field("note").update(constraints={"enum": ["x", "y"]}), ["MAJOR constraint-tightened things/note/: 0 codes -> 2 codes"]),
    "labels of a code": (
        codes(lambda c: c[0].update(label="Rot", label_zh="赤", definition_zh="像火。"), lambda c: c[1].pop("definition")),
        [f"PATCH label-changed things/colour.{what}" for what in ("green.definition/: Like grass. -> ", "red.definition_zh/: 像血。 -> 像火。", "red.label/: Red -> Rot", "red.label_zh/: 红 -> 赤")],
    ),
    "measure word gone": (codes(lambda c: c[0].update(classifiers=["个"])), ["MAJOR constraint-tightened things/colour.red/: 个、只 -> 个"]),
    "measure words in another order": (codes(lambda c: c[0].update(classifiers=["只", "个"])), []),
    "measure words given": (codes(lambda c: c[1].update(classifiers=["b", "a"])), ["MINOR constraint-loosened things/colour.green/:  -> a、b"]),
    "rows": (
        table("b,green,3,new\nc,red,1,\n"),
        ["MAJOR row-removed things//a:  -> ", "MINOR row-added things//c:  -> ", "PATCH value-changed things/note/b:  -> new", "PATCH value-changed things/size/b: 2 -> 3"],
    ),
    "value gone": (table("a,,1,first\nb,green,2,\n"), ["PATCH value-changed things/colour/a: red -> "]),
    "half a key": (lambda s: s.tables.update(deprecations="table_name,id,replaced_by\nthings,,x\n"), ["MINOR row-added deprecations//things | :  -> "]),
    "row replaced": (
        lambda s: (table("b,green,2,\n")(s), s.tables.update(deprecations="table_name,id,replaced_by\nother,b,\nthings,a,b\nthings,b,\n")),
        ["MAJOR row-removed things//a:  -> b", *(f"MINOR row-added deprecations//{key}:  -> " for key in ("other | b", "things | a", "things | b"))],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_told_with_what_was_and_what_is(what: str) -> None:
    edit, expected, *first = CHANGES[what]
    found = difference(edit, *first)
    assert [
        f"{c.level.name} {c.kind} {c.table}/{c.column}/{c.key}: {c.old} -> {c.new}" for c in found.changes
    ] == expected
    assert found.changed_tables == sorted({line.split(" ")[2].split("/")[0] for line in expected} - {""})
    assert found.noise == ()
    assert {change.kind for change in found.changes} <= REASONS.keys()


def laid_out(small: Small, *names: str) -> None:
    for name in names:
        small.files[name] = b" " + small.read(name)


SCHEMAS = ("schemas/deprecations.json", "schemas/things.json")
NOISE: dict[str, tuple[Edit, list[str]]] = {
    "rows turned about": (table("b,green,2,\na,red,1,first\n"), ["things: other bytes, the same rows (order, quotes or line ends)"]),
    "stamps": (lambda s: s.resources[0].update(bytes=9, hash="sha256:1"), ["datapackage.json: other stamps, or tables in another order"]),
    "tables turned about": (lambda s: s.resources.reverse(), ["datapackage.json: other stamps, or tables in another order"]),
    "descriptor laid out": (lambda s: laid_out(s, "datapackage.json"), ["datapackage.json: laid out otherwise"]),
    "schemas laid out": (lambda s: laid_out(s, *SCHEMAS), [f"{name}: laid out otherwise" for name in SCHEMAS]),
    "a title, laid out": (lambda s: (s.descriptor.update(title="x"), laid_out(s, "datapackage.json")), []),
    "a type, laid out": (lambda s: (s.field("size").update(type="number"), laid_out(s, "schemas/things.json")), []),
    "a row, and stamps": (lambda s: (s.tables.update(things=ROWS + "c,red,1,\n"), s.resources[0].update(bytes=9)), []),
    "a media type, and stamps": (lambda s: s.resources[0].update(bytes=9, mediatype="x"), []),
}  # fmt: skip


@pytest.mark.parametrize("what", NOISE)
def test_noise_is_told_to_the_letter(what: str) -> None:
    edit, expected = NOISE[what]
    found = difference(edit)
    assert list(found.noise) == expected
    assert bool(found.changes) is not bool(expected)


# How it is shown


def much(small: Small) -> None:
    small.descriptor.update(title="<b>")
    table("b,green,2,*new*\nc,red,1,\n")(small)
    small.things.update(primaryKey=["id"])
    small.field("size").update(type="number", title="Größe")
    laid_out(small, "schemas/deprecations.json")


VERDICT = "major change: an id was removed (things); after 1.2.3 the next version is 2.0.0 or later"


def test_text_is_the_verdict_and_then_the_changes_table_by_table() -> None:
    assert as_text(difference(much)).split("\n") == [
        VERDICT,
        "package:",
        "  metadata-changed [patch] title: Small → <b>",
        "things:",
        "  2 rows before, 2 after: 1 added, 1 removed, 1 changed",
        "  row-removed [major] a",
        "  type-changed [major] size: integer → number",
        "  row-added [minor] c",
        "  label-changed [patch] size.title: (empty) → Größe",
        "  value-changed [patch] b note: (empty) → *new*",
        "noise: schemas/deprecations.json: laid out otherwise",
    ]
    assert as_text(difference(CHANGES["table removed"][0])).split("\n")[1:] == ["things:", "  table-removed [major]"]
    assert as_text(difference(nothing)) == "no changes to the data since 1.2.3"


def test_markdown_is_a_page_with_headings() -> None:
    rows = [
        "2 rows before, 2 after: 1 added, 1 removed, 1 changed", r"row-removed \[major\] a",
        r"type-changed \[major\] size: integer → number", r"row-added \[minor\] c",
        r"label-changed \[patch\] size.title: (empty) → Größe", r"value-changed \[patch\] b note: (empty) → \*new\*",
    ]  # fmt: skip
    assert as_markdown(difference(much)).split("\n\n") == [
        "# Changes from 1.2.3 to 1.2.3",
        VERDICT,
        "## package",
        r"- metadata-changed \[patch\] title: Small → \<b\>",
        "## things",
        "\n".join(f"- {row}" for row in rows),
        "## Noise",
        "- schemas/deprecations.json: laid out otherwise\n",
    ]
    assert as_markdown(difference(nothing)) == "# Changes from 1.2.3 to 1.2.3\n\nno changes to the data since 1.2.3\n"


MARKUP = ["<b>x</b>", "*x*", "__x__", "`x`", "# x", "a | b", "a \\* b", "<!-- x -->", "x ** y", "- x", "1. x", "~~x~~", "&lt;b&gt;", "&copy;", "x\n\n- y", "x\n\n## y", "[x](http://example.org)", "![x](http://example.org/x.png)"]  # fmt: skip


@pytest.mark.parametrize("cell", MARKUP)
def test_no_cell_becomes_markup_in_markdown(cell: str) -> None:
    """Readers of CommonMark and of GitHub's Markdown show it as it is, but for its line breaks."""
    written = as_markdown(difference(table(f'a,red,1,"{cell}"\nb,green,2,\n')))
    for page in (marko.convert(written), gfm(written)):
        [counts, item] = re.findall("<li>(.*?)</li>", page, re.DOTALL)
        assert "1 changed" in counts
        assert re.findall("<[^>]+>", item) == []
        assert html.unescape(item).partition("→ ")[2].split() == cell.split()


def test_json_is_everything_under_its_name() -> None:
    found = difference(lambda s: (s.descriptor.update(version="1.3.0"), s.tables.update(things=ROWS + "丙,red,1,\n")))
    change = {"level": "minor", "kind": "row-added", "table": "things", "column": "", "key": "丙", "old": "", "new": ""}
    old, new = {"name": "old", "version": "1.2.3"}, {"name": "new", "version": "1.3.0"}
    content = {"old": old, "new": new, "level": "minor", "required": "1.3.0", "changes": [change], "noise": []}
    assert as_json(found) == json.dumps(content, ensure_ascii=False, indent=2)


EARLY = "while the version is 0.x, this raises the {} number: after 0.1.4 the next version is {} or later"
VERDICTS = [
    ("1.2.3", "nothing", "no changes to the data since 1.2.3"),
    ("1.2.3", "terms", "major change: the description of the package changed (package); after 1.2.3 the next version is 2.0.0 or later"),
    ("1.2.3", "table added", "minor change: a table was added (more); after 1.2.3 the next version is 1.3.0 or later"),
    ("1.2.3", "value gone", "patch change: a value was corrected (things); after 1.2.3 the next version is 1.2.4 or later"),
    ("0.1.4", "column replaced", f"major change: a column was added (things); {EARLY.format('middle', '0.2.0')}"),
    ("0.1.4", "table added", f"minor change: a table was added (more); {EARLY.format('last', '0.1.5')}"),
    ("0.1.4", "value gone", f"patch change: a value was corrected (things); {EARLY.format('last', '0.1.5')}"),
]  # fmt: skip


@pytest.mark.parametrize(("version", "what", "verdict"), VERDICTS)
def test_the_verdict_gives_level_reason_and_version(version: str, what: str, verdict: str) -> None:
    found = difference(CHANGES[what][0], lambda small: small.descriptor.update(version=version))
    assert required_bump_text(found) == verdict


A = "天"
LONG = [
    ("", "", ""),
    ("x", "", ": x → (empty)"),
    ("a\nb", "a\x1bb", r": a\u000ab → a\u001bb"),
    (A * LONGEST, "x", f": {A * LONGEST} → x"),
    (A * (LONGEST + 1), "x", f": {A * LONGEST}… → x"),
    (A * 100 + "x" + A * 100, A * 201, f": …{A * 20}x{A * 59}… → …{A * 80}…"),
    (A * 200 + "x", A * 201, f": …{A * 79}x → …{A * 80}"),
    (A * 20 + "x" + A * 100, A * 121, f": {A * 20}x{A * 59}… → {A * 80}…"),
    (A * 21 + "x" + A * 100, A * 122, f": …{A * 20}x{A * 59}… → …{A * 80}…"),
    (A * 100, A * 50, f": …{A * 80} → {A * 50}"),
]


@pytest.mark.parametrize(("old", "new", "shown"), LONG)
def test_a_long_value_is_shown_around_where_it_begins_to_differ(old: str, new: str, shown: str) -> None:
    same = snapshot(Small("same"))
    found = Difference(same, same, (Change(Bump.PATCH, "value-changed", "t", "c", "k", old, new),), ())
    assert as_text(found).split("\n")[-1] == f"  value-changed [patch] k c{shown}"


@pytest.mark.parametrize("more", [0, 1, 1000])
def test_added_rows_are_counted_and_the_first_are_named(more: int) -> None:
    keys = [f"k{number:05}" for number in range(SHOWN + more)]
    found = difference(table("".join(f"{key},red,1,\n" for key in keys)), table(""))
    assert as_text(found).split("\n")[2:] == [
        f"  0 rows before, {len(keys):,} after: {len(keys):,} added, 0 removed, 0 changed",
        f"  row-added [minor] {', '.join(keys[:SHOWN])}" + (f", … ({len(keys):,} in all)" if more else ""),
    ]


@pytest.mark.parametrize("more", [0, 1])
def test_changed_values_are_shown_one_by_one_and_the_rest_is_counted(more: int) -> None:
    rows = "".join(f"k{number:05},red,1,\n" for number in range(SHOWN + more))
    lines = as_text(difference(table(rows.replace("red", "green")), table(rows))).split("\n")
    assert lines[2] == f"  {SHOWN + more} rows before, {SHOWN + more} after: 0 added, 0 removed, {SHOWN + more} changed"
    assert lines[3 : 3 + SHOWN] == [f"  value-changed [patch] k{n:05} colour: red → green" for n in range(SHOWN)]
    assert lines[3 + SHOWN :] == ([f"  value-changed: 1 more, {SHOWN + 1} in all"] if more else [])


# What cannot be compared


IS_NOT = "schemas/things.json: is not a Table Schema of this package:"
OF_SCHEMA = [
    ("fields", [], "[]"), ("fields", "id", '"id"'), ("fields", ["id"], '"id"'),
    ("primaryKey", [], "[]"), ("primaryKey", "id", '"id"'), ("primaryKey", [1], "1"),
    ("uniqueKeys", "x", '"x"'), ("foreignKeys", "x", '"x"'),
]  # fmt: skip
OF_COLUMN = [
    ("name", "a b", '"a b"'), ("name", "", '""'), ("name", 1, "1"),
    ("constraints", [], "[]"), ("constraints", {"enum": "x"}, '"x"'),
    ("categories", "x", '"x"'), ("categories", ["x"], '"x"'), ("categories", [{}], '"value"'), ("categories", [{"value": 1}], "1"),
    ("categories", [CODES[0] | {"classifiers": "个"}], '"个"'), ("categories", [CODES[0] | {"classifiers": [1]}], "1"),
]  # fmt: skip
"""What may not be in a schema, and in a column of it, and the value that is named."""
UNREADABLE: dict[str, tuple[Edit, str]] = {
    "no version": (lambda s: s.descriptor.update(version="1.0"), "datapackage.json: '1.0' is not a version such as 0.1.0"),
    **{f"{key} {value}": (lambda s, key=key, value=value: s.things.update({key: value}), f"{IS_NOT} {named} …") for key, value, named in OF_SCHEMA},
    **{f"{key} {value}": (lambda s, key=key, value=value: s.field("note").update({key: value}), f"{IS_NOT} {named} …") for key, value, named in OF_COLUMN},
    "columns gone": (lambda s: s.things.pop("fields"), f'{IS_NOT} "fields" …'),
    "key gone": (lambda s: s.things.pop("primaryKey"), f'{IS_NOT} "primaryKey" …'),
    "column without a name": (lambda s: s.field("id").pop("name"), f'{IS_NOT} "name" …'),
    "a list for a schema": (lambda s: s.files.update({"schemas/things.json": b"[]"}), "schemas/things.json:1: is not a JSON object"),
    "long and wrong": (lambda s: s.things.update(primaryKey="x" * 200), IS_NOT + ' "' + "x" * 99),
    "key that is no column": (lambda s: s.things.update(primaryKey=["no"]), "schemas/things.json: the primary key is not a column"),
    "another header": (lambda s: s.tables.update(things=ROWS.replace("size", "sizes")), "data/things.csv: the header does not have the columns of its schema, id, colour, size, note"),
    "a key twice": (lambda s: (s.things.update(primaryKey=["colour"]), table("a,red,1,\nb,green,2,\nc,green,2,\n")(s)), "data/things.csv: the key 'green' is there twice"),
    "no table": (lambda s: s.files.update({"data/things.csv": b"\xff"}), "data/things.csv: cannot be read: …decode…"),
    "ragged": (table("a,b,c,d,e,f\n"), "data/things.csv: cannot be read: …"),
}  # fmt: skip


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_cannot_be_compared_is_refused_with_its_place(what: str) -> None:
    edit, message = UNREADABLE[what]
    with pytest.raises(PackageError) as refused:
        difference(edit)
    assert re.fullmatch(f"new/{re.escape(message).replace('…', '.*')}", str(refused.value)), refused.value


# Versions


def test_a_version_is_raised_as_the_recipe_says() -> None:
    raised = {text: [str(parse_version(text).bump(level)) for level in Bump] for text in ("0.4.5", "3.4.5")}
    assert raised == {"0.4.5": ["0.4.5", "0.4.6", "0.4.6", "0.5.0"], "3.4.5": ["3.4.5", "3.4.6", "3.5.0", "4.0.0"]}
    assert [level.value for level in Bump] == [0, 1, 2, 3]
    assert str(parse_version("999999999.999999999.999999999")) == "999999999.999999999.999999999"
    assert Version(0, 1, 0) < Version(0, 1, 1) < Version(0, 2, 0) < Version(1, 0, 0)


BIG = ["1000000000.0.0", "0.1000000000.0", "0.0.1000000000"]


@pytest.mark.parametrize(
    "text", ["1.2", "1.2.3.4", "x1.2.3", "1.2.3x", "01.2.3", "1.02.3", "1.2.03", "1.2.3\n", "1x2.3", "1.2x3", *BIG]
)
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(PackageError) as refused:
        parse_version(text)
    assert str(refused.value) == f"{text!r} is not a version such as 0.1.0"
