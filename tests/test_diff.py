"""What changed, and how much it asks of the version: a change of every kind the recipe names, and all that is noise."""

from __future__ import annotations

import csv
import html
import io
import json
import random
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import marko
import polars as pl
import pytest
from marko.ext.gfm import gfm

from shegong.diff.compare import Difference, compare
from shegong.diff.report import LONGEST, REASONS, SHOWN, as_json, as_markdown, as_text, verdict
from shegong.diff.snapshot import Snapshot, take_snapshot
from shegong.diff.versions import Level, Version, parse_version
from shegong.errors import PackageError
from shegong.package.archive import canonical_zip
from shegong.package.canonical import write_table
from shegong.package.package import open_any, open_package
from tests.conftest import ROOT, PackageCopy
from tests.test_cli import one_line, run

MAJOR, MINOR, PATCH, NONE = Level.MAJOR, Level.MINOR, Level.PATCH, Level.NONE
DESCRIPTOR = "datapackage.json"
REQUIRED = {
    NONE: ("0.1.0", "1.2.3"),
    PATCH: ("0.1.1", "1.2.4"),
    MINOR: ("0.1.1", "1.3.0"),
    MAJOR: ("0.2.0", "2.0.0"),
}
"""What each level asks after 0.1.0 and after 1.2.3."""
OBSERVATION, REGION = "obs-0001", "321100"

Edit = Callable[[PackageCopy], object]


class Case(NamedTuple):
    level: Level
    told: tuple[str, ...]
    edit: Edit


CASES: dict[str, Case] = {}


def asks(level: Level, *told: str) -> Callable[[Edit], Edit]:
    """Enter a function as a change: the level it asks, and all that is told of it, as `told` writes it."""

    def enter(edit: Edit) -> Edit:
        assert edit.__name__ not in CASES
        CASES[edit.__name__] = Case(level, told, edit)
        return edit

    return enter


def told(difference: Difference) -> list[str]:
    """Each change as `kind table key column`."""
    parts = ((c.kind, c.table, c.key, c.column) for c in difference.changes)
    return sorted(" ".join(part for part in words if part) for words in parts)


def snapshot(copy: PackageCopy) -> Snapshot:
    return take_snapshot(copy.package)


def at_version(version: str, of: Snapshot) -> Snapshot:
    return replace(of, descriptor={**of.descriptor, "version": version})


def edit_descriptor(copy: PackageCopy, edit: Callable[[Any], object]) -> None:
    copy.edit_json(DESCRIPTOR, edit)


def edit_resource(copy: PackageCopy, table: str, **values: object) -> None:
    edit_descriptor(copy, lambda d: next(r for r in d["resources"] if r["name"] == table).update(values))


def edit_schema(copy: PackageCopy, table: str, edit: Callable[[Any], object]) -> None:
    copy.edit_json(f"schemas/{table}.json", edit)


def edit_codes(copy: PackageCopy, table: str, column: str, edit: Callable[[list[Any]], object]) -> None:
    """Change a code list, and its enum with it."""

    def change(field: Any) -> None:
        edit(field["categories"])
        field["constraints"]["enum"] = [code["value"] for code in field["categories"]]

    copy.edit_field(table, column, change)


def edit_code(copy: PackageCopy, code: str, **values: object) -> None:
    """Change what stands beside a unit."""
    edit_codes(copy, "metrics", "unit", lambda codes: next(c for c in codes if c["value"] == code).update(values))


def edit_header(copy: PackageCopy, table: str, old: str, new: str) -> None:
    header = (copy.root / f"data/{table}.csv").read_text("utf-8").split("\n")[0]
    copy.edit_text(f"data/{table}.csv", f"{header}\n", f"{header.replace(old, new)}\n")


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def as_csv(lines: list[list[str]], quoting: int = csv.QUOTE_MINIMAL) -> bytes:
    text = io.StringIO()
    csv.writer(text, quoting=quoting, lineterminator="\n").writerows(lines)
    return text.getvalue().encode()


def words_of(code: str) -> list[str]:
    unit = next(f for f in json.loads((ROOT / "schemas/metrics.json").read_bytes())["fields"] if f["name"] == "unit")
    return next(c for c in unit["categories"] if c["value"] == code)["classifiers"]


@pytest.fixture(scope="session")
def original() -> Snapshot:
    return at_version("0.1.0", take_snapshot(open_package(ROOT)))


# Tables and columns


@asks(MAJOR, "table-removed mentions")
def table_removed(copy):
    edit_descriptor(copy, lambda d: d.update(resources=[r for r in d["resources"] if r["name"] != "mentions"]))


@asks(MAJOR, "table-removed mentions", "table-added evidence")
def table_renamed(copy):
    edit_resource(copy, "mentions", name="evidence")


@asks(MINOR, "table-added authors")
def table_added(copy):
    (copy.root / "data/authors.csv").write_text("id\n")
    (copy.root / "schemas/authors.json").write_text('{"fields": [{"name": "id"}], "primaryKey": ["id"]}')
    table = {"name": "authors", "path": "data/authors.csv", "schema": "schemas/authors.json"}
    edit_descriptor(copy, lambda descriptor: descriptor["resources"].append(table))


@asks(MAJOR, "resource-changed regions path")
def path_of_a_table_changed(copy):
    (copy.root / "data/regions.csv").rename(copy.root / "data/places.csv")
    edit_resource(copy, "regions", path="data/places.csv")


@asks(MAJOR, "resource-changed regions schema")
def path_of_a_schema_changed(copy):
    (copy.root / "schemas/regions.json").rename(copy.root / "schemas/places.json")
    edit_resource(copy, "regions", schema="schemas/places.json")


@asks(MAJOR, "resource-changed regions mediatype")
def media_type_of_a_table_changed(copy):
    edit_resource(copy, "regions", mediatype="text/plain")


@asks(PATCH, "resource-changed regions title")
def title_of_a_table_in_the_descriptor_corrected(copy):
    edit_resource(copy, "regions", title="Places")


@asks(MAJOR, "column-removed observations note")
def column_removed(copy):
    copy.drop_column("observations", "note")


@asks(MAJOR, "column-added observations remark", "column-removed observations note")
def column_renamed(copy):
    copy.edit_text("data/observations.csv", ",source_id,note\n", ",source_id,remark\n")
    copy.edit_field("observations", "note", lambda field: field.update(name="remark"))


@asks(MAJOR, "column-added observations remark")
def column_added_at_the_end(copy):
    copy.edit_bytes(
        "data/observations.csv", lambda data: data.replace(b"\n", b",\n").replace(b"note,\n", b"note,remark\n")
    )
    edit_schema(copy, "observations", lambda schema: schema["fields"].append({"name": "remark", "type": "string"}))


@asks(MAJOR, "columns-reordered regions")
def columns_reordered(copy):
    copy.edit_bytes("data/regions.csv", lambda data: as_csv([line[::-1] for line in cells(data)]))
    edit_schema(copy, "regions", lambda schema: schema["fields"].reverse())


@asks(MAJOR, "type-changed observations value")
def type_changed(copy):
    copy.edit_field("observations", "value", lambda field: field.update(type="integer"))


@asks(MAJOR, "type-changed sources url")
def format_removed(copy):
    copy.edit_field("sources", "url", lambda field: field.pop("format"))


@asks(MAJOR, "type-changed sources publisher")
def format_given(copy):
    copy.edit_field("sources", "publisher", lambda field: field.update(format="email"))


@asks(MAJOR, "key-changed regions primaryKey")
def primary_key_changed(copy):
    edit_schema(copy, "regions", lambda schema: schema.update(primaryKey=["region_id", "level"]))


@asks(MAJOR, "key-changed regions missingValues")
def missing_value_changed(copy):
    edit_schema(copy, "regions", lambda schema: schema.update(missingValues=["", "-"]))


# Constraints across columns, verbatim text, measure words; those of one column are in CONSTRAINTS


@asks(MAJOR, "constraint-tightened metrics uniqueKeys")
def unique_key_added(copy):
    edit_schema(copy, "metrics", lambda schema: schema.update(uniqueKeys=[["name_zh"]]))


@asks(MINOR, "constraint-loosened documents uniqueKeys")
def unique_key_removed(copy):
    edit_schema(copy, "documents", lambda schema: schema["uniqueKeys"].pop())


@asks(MAJOR, "constraint-tightened regions uniqueKeys", "constraint-loosened regions uniqueKeys")
def unique_key_of_other_columns(copy):
    edit_schema(copy, "regions", lambda schema: schema.update(uniqueKeys=[["name_zh"]]))


@asks(NONE)
def unique_keys_in_another_order(copy):
    edit_schema(copy, "documents", lambda schema: schema["uniqueKeys"].reverse())


@asks(MAJOR, "constraint-tightened documents foreignKeys")
def foreign_key_added(copy):
    key = {"fields": ["language"], "reference": {"resource": "regions", "fields": ["region_id"]}}
    edit_schema(copy, "documents", lambda schema: schema.update(foreignKeys=[key]))


@asks(MINOR, "constraint-loosened sources foreignKeys")
def foreign_key_removed(copy):
    edit_schema(copy, "sources", lambda schema: schema.pop("foreignKeys"))


@asks(MAJOR, "constraint-tightened sources foreignKeys", "constraint-loosened sources foreignKeys")
def foreign_key_to_another_table(copy):
    edit_schema(copy, "sources", lambda schema: schema["foreignKeys"][0]["reference"].update(resource="regions"))


@asks(MAJOR, "constraint-tightened mentions text")
def text_verbatim_no_more(copy):
    copy.edit_field("mentions", "text", lambda field: field.pop("verbatim"))


@asks(MINOR, "constraint-loosened mentions note")
def text_now_verbatim(copy):
    copy.edit_field("mentions", "note", lambda field: field.update(verbatim=True))


@asks(MAJOR, "constraint-tightened metrics unit.person")
def measure_word_removed(copy):
    edit_code(copy, "person", classifiers=words_of("person")[1:])


@asks(MINOR, "constraint-loosened metrics unit.person")
def measure_word_added(copy):
    edit_code(copy, "person", classifiers=[*words_of("person"), "口"])


@asks(MAJOR, "constraint-tightened metrics unit.person")
def measure_word_changed(copy):
    edit_code(copy, "person", classifiers=[*words_of("person")[1:], "口"])


@asks(NONE)
def measure_words_in_another_order(copy):
    edit_code(copy, "person", classifiers=words_of("person")[::-1])


# Codes


@asks(MAJOR, "code-removed observations status")
def code_removed(copy):
    edit_codes(copy, "observations", "status", lambda codes: codes.pop())


@asks(MAJOR, "code-removed observations status", "code-added observations status")
def code_renamed(copy):
    edit_codes(copy, "observations", "status", lambda codes: codes[-1].update(value="foreseen"))


@asks(MINOR, "code-added observations status")
def code_added(copy):
    edit_codes(copy, "observations", "status", lambda codes: codes.append({**codes[0], "value": "estimated"}))


@asks(MAJOR, "constraint-tightened regions note")
def code_list_given(copy):
    codes = [{"value": "seat", "label": "Seat", "label_zh": "驻地"}]
    values = {"categories": codes, "constraints": {"required": False, "enum": ["seat"]}}
    copy.edit_field("regions", "note", lambda field: field.update(values))


@asks(MINOR, "constraint-loosened observations status")
def code_list_removed(copy):
    values = {"categories": [], "constraints": {"required": True}}
    copy.edit_field("observations", "status", lambda field: field.update(values))


@asks(PATCH, "label-changed metrics unit.person.label")
def label_of_a_code_corrected(copy):
    edit_code(copy, "person", label="persons, alive")


@asks(PATCH, "label-changed metrics unit.person.label_zh", "label-changed metrics unit.person.definition")
def chinese_label_and_definition_of_a_code_corrected(copy):
    edit_code(copy, "person", label_zh="人员", definition="People, each once, alive.")


# Rows


@asks(MAJOR, "row-removed observations obs-0001")
def id_removed(copy):
    copy.delete_row("observations", OBSERVATION)


@asks(MAJOR, "row-removed observations obs-0001", "row-added observations obs-9999")
def id_renamed(copy):
    copy.append_row("observations", OBSERVATION, observation_id="obs-9999")
    copy.delete_row("observations", OBSERVATION)


@asks(MINOR, "row-added observations obs-9999")
def row_added(copy):
    copy.append_row("observations", OBSERVATION, observation_id="obs-9999")


@asks(PATCH, "value-changed observations obs-0001 value")
def value_corrected(copy):
    copy.edit_cell("observations", OBSERVATION, "value", "17")


@asks(PATCH, "value-changed observations obs-0001 note")
def note_corrected(copy):
    copy.edit_cell("observations", OBSERVATION, "note", "Told in passing.")


@asks(PATCH, "value-changed observations obs-0001 note")
def note_removed(copy):
    copy.edit_cell("observations", OBSERVATION, "note", "")


@asks(PATCH, "value-changed regions 321100 note", "value-changed regions 321100 name_en")
def note_given_and_name_corrected(copy):
    copy.edit_cell("regions", REGION, "note", "On the Yangtze.")
    copy.edit_cell("regions", REGION, "name_en", "Chinkiang")


# Words


@asks(PATCH, "label-changed regions title", "label-changed regions title_zh")
def title_of_a_table_corrected(copy):
    edit_schema(copy, "regions", lambda schema: schema.update(title="Places", title_zh="地方"))


@asks(PATCH, "label-changed regions description", "label-changed regions description_zh")
def description_of_a_table_corrected(copy):
    edit_schema(copy, "regions", lambda schema: schema.update(description="Places.", description_zh="地方。"))


@asks(PATCH, "label-changed regions level.title", "label-changed regions level.description")
def words_of_a_column_corrected(copy):
    copy.edit_field("regions", "level", lambda field: field.update(title="Rank", description="Rank of the place."))


@asks(PATCH, "label-changed regions note.example")
def example_of_a_column_given(copy):
    copy.edit_field("regions", "note", lambda field: field.update(example="By the river."))


@asks(PATCH, "metadata-changed title", "metadata-changed description", "metadata-changed keywords")
def words_of_the_package_corrected(copy):
    edit_descriptor(copy, lambda d: d.update(title="Figures", description="Figures.", keywords=["figures"]))


@asks(PATCH, "metadata-changed contributors", "metadata-changed homepage")
def contributors_left_out_and_home_page_given(copy):
    edit_descriptor(copy, lambda d: (d.pop("contributors"), d.update(homepage="https://example.org")))


@asks(MAJOR, "metadata-changed licenses")
def licence_changed(copy):
    edit_descriptor(copy, lambda d: d["licenses"][0].update(name="CC-BY-SA-4.0"))


@asks(MAJOR, "metadata-changed name")
def package_renamed(copy):
    edit_descriptor(copy, lambda d: d.update(name="shehui-gongzuo"))


@asks(MAJOR, "metadata-changed $schema")
def profile_changed(copy):
    edit_descriptor(copy, lambda d: d.update({"$schema": "https://datapackage.org/profiles/3.0/datapackage.json"}))


@pytest.mark.parametrize("name", CASES)
def test_a_change_is_told_whole_and_raises_the_version_by_the_recipe(
    name: str, copy: PackageCopy, original: Snapshot
) -> None:
    level, expected, edit = CASES[name]
    edit(copy)
    difference = compare(original, snapshot(copy))
    later = replace(difference, old=at_version("1.2.3", original))
    assert told(difference) == sorted(expected)
    assert difference.level is level
    assert (str(difference.required), str(later.required)) == REQUIRED[level]
    assert_verdict(difference)


def assert_verdict(difference: Difference) -> None:
    """The verdict gives the level, a reason of that level, and the version."""
    if difference.level is NONE:
        assert verdict(difference) == "no change of substance since 0.1.0"
        return
    reasons = [REASONS[change.kind] for change in difference.changes if change.level is difference.level]
    assert verdict(difference).startswith(f"{difference.level.name}: ")
    assert any(reason in verdict(difference) for reason in reasons)
    assert verdict(difference).endswith(f"after 0.1.0 the version is at least {REQUIRED[difference.level][0]}")


def test_every_kind_of_change_has_a_case_and_a_reason() -> None:
    kinds = {line.split(" ")[0] for case in CASES.values() for line in case.told}
    assert kinds == REASONS.keys()


# Constraints of a column


def shifts(column: str, key: str, loose: object, tight: object) -> Iterator[tuple[str, str, object, object, Level]]:
    """A bound that appears, is tightened, is loosened, disappears."""
    yield column, key, None, loose, MAJOR
    yield column, key, loose, tight, MAJOR
    yield column, key, tight, loose, MINOR
    yield column, key, loose, None, MINOR


CONSTRAINTS = [
    ("regions.note", "required", False, True, MAJOR),
    ("regions.name_zh", "required", True, False, MINOR),
    ("regions.name_zh", "required", True, None, MINOR),
    ("regions.note", "unique", None, True, MAJOR),
    ("regions.note", "unique", True, None, MINOR),
    ("regions.note", "pattern", None, "[a-z]+", MAJOR),
    ("regions.note", "pattern", "[a-z]+", None, MINOR),
    ("regions.note", "pattern", "[a-z]+", "[a-z]*", MAJOR),
    *shifts("documents.bytes", "minimum", -5, 0),
    *shifts("documents.bytes", "maximum", 10, 9),
    *shifts("observations.period_start", "minimum", "2009-12-31", "2010-01-01"),
    *shifts("regions.note", "minLength", 0, 1),
    *shifts("regions.note", "maxLength", 10, 9),
]
UNSEEN = [
    ("regions.note", "required", False, None, NONE),
    ("regions.note", "unique", None, False, NONE),
    ("regions.note", "enum", None, ["seat"], MAJOR),
    ("regions.note", "enum", ["seat"], None, MINOR),
]


def only(of: Snapshot, table: str) -> Snapshot:
    """One table of the package, for what needs no other."""
    schema = json.loads(json.dumps(of.schemas[table]))
    return replace(of, schemas={table: schema}, tables={table: of.tables[table]}, contents={table: of.contents[table]})


def constrained(of: Snapshot, place: str, key: str, value: object) -> Snapshot:
    """The package with a constraint of a column set, or without it."""
    table, column = place.split(".")
    one = only(of, table)
    field = next(field for field in one.schemas[table]["fields"] if field["name"] == column)
    field["constraints"] = {**field["constraints"], key: value}
    if value is None:
        del field["constraints"][key]
    return one


@pytest.mark.parametrize(("place", "key", "old", "new", "level"), [*CONSTRAINTS, *UNSEEN])
def test_a_tighter_constraint_is_major_and_a_looser_one_minor(
    place: str, key: str, old: object, new: object, level: Level, original: Snapshot
) -> None:
    difference = compare(constrained(original, place, key, old), constrained(original, place, key, new))
    kinds = {NONE: [], MINOR: ["constraint-loosened"], MAJOR: ["constraint-tightened"]}[level]
    assert told(difference) == [f"{kind} {place.replace('.', ' ')}" for kind in kinds]
    assert difference.level is level


# Many changes at once

INDEPENDENT = (
    "note_corrected",
    "title_of_a_table_corrected",
    "row_added",
    "code_added",
    "id_removed",
    "licence_changed",
)
PAIRS = [*combinations(INDEPENDENT, 2), INDEPENDENT]


@pytest.mark.slow
@pytest.mark.parametrize("names", [names for names in PAIRS if not {"note_corrected", "id_removed"} <= {*names}])
def test_changes_together_ask_for_the_gravest_and_all_are_told(
    names: tuple[str, ...], copy: PackageCopy, original: Snapshot
) -> None:
    cases = [CASES[name] for name in names]
    for case in cases:
        case.edit(copy)
    difference = compare(original, snapshot(copy))
    assert difference.level is max(case.level for case in cases)
    assert told(difference) == sorted(line for case in cases for line in case.told)
    assert [change.level for change in difference.changes] == sorted(
        (c.level for c in difference.changes), reverse=True
    )


Tables = dict[str, dict[str, dict[str, str]]]
AWKWARD = ("", "0", "社工", "a, b", 'say "hello"', "a | b", " padded ", "null", "1.0", "-", "é", "e\u0301")
KEPT = ("regions", "observations", "organizations", "metrics", "sources")


def by_key(of: Snapshot) -> Tables:
    """Cells by table, key and column, a missing one as an empty text."""
    return {
        table: {str(row[key[0]]): {name: cell or "" for name, cell in row.items()} for row in frame.to_dicts()}
        for table, frame in of.tables.items()
        for key in [of.schemas[table]["primaryKey"]]
    }


def applied(difference: Difference) -> Tables:
    """The old tables with the told changes made; of an added row only the key is told, its cells are the new ones."""
    tables, new = by_key(difference.old), by_key(difference.new)
    for change in difference.changes:
        rows = tables[change.table]
        match change.kind:
            case "row-removed":
                del rows[change.key]
            case "row-added":
                assert change.key not in rows
                rows[change.key] = new[change.table][change.key]
            case "value-changed":
                assert rows[change.key][change.column] == change.old
                rows[change.key][change.column] = change.new
            case _:
                pytest.fail(f"{change.kind} among changes of rows")
    return tables


def edit_at_random(copy: PackageCopy, dice: random.Random) -> None:
    table = dice.choice(KEPT)
    row = dice.choice(copy.rows(table))
    key, *columns = row
    match dice.randrange(4):
        case 0:
            copy.delete_row(table, row[key])
        case 1:
            copy.append_row(table, row[key], **{key: f"{row[key]}-{dice.randrange(10**6)}"})
        case _:
            column = dice.choice(columns)
            value = dice.choice([value for value in AWKWARD if value != row[column]])
            copy.edit_cell(table, row[key], column, value)


def shuffle_rows(copy: PackageCopy, table: str, dice: random.Random) -> None:
    def shuffled(data: bytes) -> bytes:
        head, *lines = data.splitlines(keepends=True)
        return head + b"".join(dice.sample(lines, len(lines)))

    copy.edit_bytes(f"data/{table}.csv", shuffled)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_the_told_changes_of_rows_make_the_new_tables_of_the_old(
    seed: int, copy: PackageCopy, original: Snapshot
) -> None:
    dice = random.Random(seed)
    for _ in range(15):
        edit_at_random(copy, dice)
    shuffle_rows(copy, dice.choice(KEPT), dice)
    new = snapshot(copy)
    assert by_key(new) != by_key(original)
    assert applied(compare(original, new)) == by_key(new)
    assert applied(compare(new, original)) == by_key(original)


def test_a_diff_read_backwards_has_the_values_turned_about(copy: PackageCopy, original: Snapshot) -> None:
    for name in ("note_corrected", "row_added"):
        CASES[name].edit(copy)
    new = snapshot(copy)
    forth, back = compare(original, new), compare(new, original)
    assert [(c.old, c.new) for c in forth.changes if c.column] == [(c.new, c.old) for c in back.changes if c.column]
    assert told(back) == ["row-removed observations obs-9999", "value-changed observations obs-0001 note"]


# No change, and noise


def test_the_package_and_itself_differ_in_nothing(original: Snapshot) -> None:
    difference = compare(original, original)
    assert (difference.changes, difference.noise, difference.changed_tables) == ((), (), [])
    assert difference.level is NONE
    assert str(difference.required) == "0.1.0"


def rows_reversed(data: bytes) -> bytes:
    head, *lines = data.splitlines(keepends=True)
    return head + b"".join(reversed(lines))


def all_quoted(data: bytes) -> bytes:
    return as_csv(cells(data), csv.QUOTE_ALL)


BYTES_ONLY = {
    "rows in another order": rows_reversed,
    "needless quotes": all_quoted,
    "line ends of Windows": lambda data: data.replace(b"\n", b"\r\n"),
    "line ends of old Macs": lambda data: data.replace(b"\n", b"\r"),
    "byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "last line not ended": lambda data: data[:-1],
}


@pytest.mark.parametrize("what", BYTES_ONLY)
def test_other_bytes_of_the_same_rows_are_noise_that_names_the_table(
    what: str, copy: PackageCopy, original: Snapshot
) -> None:
    copy.edit_bytes("data/documents.csv", BYTES_ONLY[what])
    copy.stamp()
    difference = compare(original, snapshot(copy))
    assert difference.changes == ()
    assert [line.split(":")[0] for line in difference.noise] == ["documents"]
    assert str(difference.required) == "0.1.0"
    assert as_text(difference).splitlines() == [verdict(difference), f"noise: {difference.noise[0]}"]


def relaid(copy: PackageCopy, file: str) -> None:
    content = json.loads((copy.root / file).read_bytes())
    (copy.root / file).write_text(json.dumps(dict(reversed(content.items())), indent=None))


WITHOUT_SUBSTANCE: dict[str, Edit] = {
    "bytes and hash": lambda copy: edit_resource(copy, "regions", bytes=1, hash="sha256:0"),
    "version": lambda copy: edit_descriptor(copy, lambda d: d.update(version="7.0.0")),
    "date": lambda copy: edit_descriptor(copy, lambda d: d.update(created="2000-01-01T00:00:00Z")),
    "order of the tables": lambda copy: edit_descriptor(copy, lambda d: d["resources"].reverse()),
    "layout of the descriptor": lambda copy: relaid(copy, DESCRIPTOR),
    "layout of a schema": lambda copy: relaid(copy, "schemas/regions.json"),
}


@pytest.mark.parametrize("what", WITHOUT_SUBSTANCE)
def test_stamps_and_layout_ask_for_nothing(what: str, copy: PackageCopy, original: Snapshot) -> None:
    WITHOUT_SUBSTANCE[what](copy)
    difference = compare(original, snapshot(copy))
    assert difference.changes == ()
    assert str(difference.required) == "0.1.0"
    assert verdict(difference) == "no change of substance since 0.1.0"


@pytest.mark.parametrize("what", sorted(WITHOUT_SUBSTANCE.keys() - {"version", "date"}))
def test_stamps_and_layout_are_told_as_noise(what: str, copy: PackageCopy) -> None:
    before = snapshot(copy)
    WITHOUT_SUBSTANCE[what](copy)
    assert compare(before, snapshot(copy)).noise != ()


def test_noise_in_one_table_is_told_beside_a_change_in_another(copy: PackageCopy, original: Snapshot) -> None:
    copy.edit_bytes("data/documents.csv", rows_reversed)
    CASES["note_corrected"].edit(copy)
    difference = compare(original, snapshot(copy))
    assert difference.changed_tables == ["observations"]
    assert [line.split(":")[0] for line in difference.noise] == ["documents"]


# A table that is not what its schema says


def key_column_lost(copy):
    edit_header(copy, "observations", "observation_id,", "id,")


def column_named_otherwise_in_the_table(copy):
    edit_header(copy, "observations", ",note", ",remark")


def columns_swapped_in_the_table(copy):
    edit_header(copy, "observations", "value_lower,value_upper", "value_upper,value_lower")


def id_that_stands_twice(copy):
    copy.append_row("observations", OBSERVATION)


@pytest.mark.parametrize(
    "edit",
    [
        key_column_lost,
        column_named_otherwise_in_the_table,
        columns_swapped_in_the_table,
        id_that_stands_twice,
    ],
)
def test_a_table_that_cannot_be_compared_is_refused_and_never_called_the_same(
    edit: Edit, copy: PackageCopy, original: Snapshot
) -> None:
    edit(copy)
    with pytest.raises(PackageError, match=r"data/observations\.csv"):
        compare(original, snapshot(copy))


# Versions


@pytest.mark.parametrize("text", ["0.0.0", "0.1.0", "1.2.3", "10.20.30", "999999999.0.0"])
def test_a_version_is_written_as_it_is_read(text: str) -> None:
    assert str(parse_version(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "1", "1.2", "1.2.3.4", "v1.2.3", "1.2.3-rc1", "1.2.3+5", "01.2.3", "1.-2.3", " 1.2.3", "1.2.3\n", "１.2.3"],
)
def test_what_is_no_version_is_refused_in_a_line(text: str) -> None:
    with pytest.raises(PackageError, match="is no version") as error:
        parse_version(text)
    assert "\n" not in str(error.value)


def test_versions_are_in_the_order_of_their_numbers() -> None:
    ordered = ["0.0.9", "0.0.10", "0.1.0", "0.9.0", "0.10.0", "1.0.0", "1.2.3", "1.10.0", "2.0.0", "10.0.0"]
    assert [str(version) for version in sorted(map(parse_version, sorted(ordered)))] == ordered


@pytest.mark.parametrize("old", [Version(0, 0, 0), Version(0, 1, 9), Version(1, 0, 0), Version(1, 9, 9)])
def test_a_graver_change_never_asks_for_less(old: Version) -> None:
    raised = [old.raised(level) for level in sorted(Level)]
    assert raised == sorted(raised)
    assert raised[0] == old < raised[1]


# How it is shown


def shown(copy: PackageCopy, original: Snapshot, *names: str) -> Difference:
    for name in names:
        CASES[name].edit(copy)
    return compare(original, snapshot(copy))


def noted(original: Snapshot, new: str, old: str = "Told in passing.") -> Difference:
    """The difference that one other note makes."""
    return compare(with_note(original, old), with_note(original, new))


def with_note(original: Snapshot, note: str) -> Snapshot:
    one = only(original, "observations")
    changed = pl.when(pl.col("observation_id") == OBSERVATION).then(pl.lit(note)).otherwise("note").alias("note")
    frame = one.tables["observations"].with_columns(changed)
    return replace(one, tables={"observations": frame}, contents={"observations": write_table(frame)})


def test_text_has_the_verdict_then_the_changes_by_table(copy: PackageCopy, original: Snapshot) -> None:
    before = copy.row("observations", OBSERVATION)["value"]
    names = ("row_added", "value_corrected", "licence_changed", "note_given_and_name_corrected")
    difference = shown(copy, original, *names)
    lines = as_text(difference).splitlines()
    assert lines[0] == verdict(difference)
    assert [line for line in lines if line.endswith(":")] == ["package:", "observations:", "regions:"]
    assert "  row-added [minor] obs-9999" in lines
    assert f"  value-changed [patch] obs-0001 value: {before} → 17" in lines
    assert "  value-changed [patch] 321100 note: (empty) → On the Yangtze." in lines


def test_json_has_everything_that_changed(copy: PackageCopy, original: Snapshot) -> None:
    copy.edit_bytes("data/documents.csv", rows_reversed)
    difference = shown(copy, original, "row_added", "note_corrected")
    content = json.loads(as_json(difference))
    assert content["changes"] == [{**vars(c), "level": c.level.name.lower()} for c in difference.changes]
    assert (content["level"], content["required"]) == ("minor", "0.1.1")
    assert content["old"] == {"name": str(ROOT), "version": "0.1.0"}
    assert content["noise"] == list(difference.noise)


def test_json_of_no_change_is_empty(original: Snapshot) -> None:
    content = json.loads(as_json(compare(original, original)))
    assert (content["level"], content["required"], content["changes"], content["noise"]) == ("none", "0.1.0", [], [])


def test_markdown_has_headings_for_tables_and_noise(copy: PackageCopy, original: Snapshot) -> None:
    copy.edit_bytes("data/documents.csv", rows_reversed)
    difference = shown(copy, original, "note_corrected", "licence_changed")
    lines = as_markdown(at(difference, "0.2.0")).splitlines()
    headings = [line for line in lines if line.startswith("#")]
    assert headings == ["# Changes from 0.1.0 to 0.2.0", "## package", "## observations", "## Noise"]
    assert verdict(difference) in lines


def at(difference: Difference, version: str) -> Difference:
    return replace(difference, new=at_version(version, difference.new))


MARKUP = ["<b>x</b>", "*x*", "__x__", "`x`", "# x", "a | b", "a \\* b", "<!-- x -->", "x ** y", "- x", "1. x"]
LINKS = ["[x](http://example.org)", "![x](http://example.org/x.png)"]
OPEN_MARKUP = ["~~x~~", "&lt;b&gt;", "&copy;", "x\n\n- y", "x\n\n## y"]


@pytest.mark.parametrize("cell", [*MARKUP, *LINKS, *OPEN_MARKUP])
def test_no_cell_becomes_markup_in_markdown(cell: str, original: Snapshot) -> None:
    """It is shown as it is by a reader of CommonMark and by one of GitHub's Markdown, but for its line breaks."""
    written = as_markdown(noted(original, cell))
    for page in (marko.convert(written), gfm(written)):
        [item] = re.findall("<li>(.*?)</li>", page, re.DOTALL)
        assert re.findall("<[^>]+>", item) == []
        assert html.unescape(item).partition("→ ")[2].split() == cell.split()


@pytest.mark.parametrize("cell", ["x\ny", "x\x1b[2Jz", "x\r- y"])
def test_a_change_is_one_line_of_plain_text_whatever_the_cell(cell: str, original: Snapshot) -> None:
    lines = as_text(noted(original, cell)).splitlines()
    assert len(lines) == 3
    assert all(line.isprintable() for line in lines)


def sides(difference: Difference) -> list[str]:
    """The two values of a line."""
    return as_text(difference).splitlines()[-1].partition("note: ")[2].split(" → ")


@pytest.mark.parametrize("place", [0, 1, 79, 80, 81, 150, 298, 299])
def test_a_long_cell_is_shown_around_where_it_differs(place: int, original: Snapshot) -> None:
    old, new = sides(noted(original, "天" * place + "地" + "天" * (299 - place), "天" * 300))
    assert max(len(old), len(new)) <= LONGEST + 2
    assert ("地" in old, "地" in new) == (False, True)
    assert (old[0] == "…", old[-1] == "…") == (new[0] == "…", new[-1] == "…") == (place > 20, place < 239)


def test_a_long_cell_that_goes_on_is_shown_where_it_goes_on(original: Snapshot) -> None:
    old, new = sides(noted(original, "天" * 300 + "地" * 300, "天" * 300))
    assert old == "…" + "天" * LONGEST
    assert re.fullmatch("…天+地+…", new)


def test_a_short_cell_is_shown_whole(original: Snapshot) -> None:
    assert sides(noted(original, "天" * LONGEST))[1] == "天" * LONGEST


def test_of_many_changes_of_a_kind_some_are_shown_and_the_rest_counted(copy: PackageCopy, original: Snapshot) -> None:
    rows = copy.rows("observations")
    edit = {row["observation_id"]: f"Note {number}" for number, row in enumerate(rows[: SHOWN + 5])}
    for key, note in edit.items():
        copy.edit_cell("observations", key, "note", note)
    difference = compare(original, snapshot(copy))
    lines = as_text(difference).splitlines()
    assert sum("value-changed [patch]" in line for line in lines) == SHOWN
    assert lines[-1] == "  value-changed: 5 more"
    assert len(json.loads(as_json(difference))["changes"]) == SHOWN + 5


# On the command line


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit_all(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "x")


def initialise(folder: Path) -> None:
    git(folder, "init", "--quiet")
    git(folder, "config", "user.name", "tester")
    git(folder, "config", "user.email", "tester@example.org")


@pytest.fixture
def repository(copy: PackageCopy, monkeypatch: pytest.MonkeyPatch) -> PackageCopy:
    """A copy in a repository, with a commit before and one after a note was corrected."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    edit_descriptor(copy, lambda d: d.update(version="0.1.0"))
    initialise(copy.root)
    commit_all(copy.root)
    git(copy.root, "tag", "first")
    CASES["note_corrected"].edit(copy)
    commit_all(copy.root)
    return copy


def zip_of(folder: Path) -> bytes:
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file() and ".git" not in p.parts}
    return canonical_zip({name: path.read_bytes() for name, path in files.items()})


NOTE_CORRECTED = "PATCH: a value was corrected (observations); after 0.1.0 the version is at least 0.1.1"


@pytest.mark.parametrize("revision", ["first", "HEAD~1", "HEAD^", "refs/tags/first"])
def test_diff_with_a_git_revision(revision: str, repository: PackageCopy) -> None:
    result = run("diff", "--package", str(repository.root), revision)
    assert result.exit_code == 0
    assert result.output.splitlines()[0] == NOTE_CORRECTED


def test_diff_of_two_revisions_needs_no_file_of_the_work_tree(repository: PackageCopy) -> None:
    (repository.root / "data/observations.csv").unlink()
    result = run("diff", "--package", str(repository.root), "first", "HEAD")
    assert result.output.splitlines()[0] == NOTE_CORRECTED


def test_diff_with_a_revision_of_a_package_in_a_folder_of_its_repository(copy: PackageCopy) -> None:
    initialise(copy.root.parent)
    commit_all(copy.root.parent)
    CASES["note_corrected"].edit(copy)
    report = json.loads(run("diff", "--package", str(copy.root), "HEAD", "--format", "json").output)
    assert (report["level"], [change["key"] for change in report["changes"]]) == ("patch", [OBSERVATION])


def test_diff_of_folder_archive_and_revision_say_the_same(repository: PackageCopy, tmp_path: Path) -> None:
    root = repository.root
    git(root, "worktree", "add", "--quiet", str(tmp_path / "old"), "first")
    (tmp_path / "old.zip").write_bytes(zip_of(tmp_path / "old"))
    (tmp_path / "new.zip").write_bytes(zip_of(root))
    ways = [("first", "."), (str(tmp_path / "old"), str(root)), (str(tmp_path / "old.zip"), str(tmp_path / "new.zip"))]
    outputs = [run("diff", "--package", str(root), old, new).output for old, new in ways]
    assert outputs[0].splitlines()[0] == NOTE_CORRECTED
    assert len({*outputs}) == 1


@pytest.mark.parametrize(
    ("form", "first"), [("text", NOTE_CORRECTED), ("markdown", "# Changes from 0.1.0 to 0.1.0"), ("json", "{")]
)
def test_diff_writes_each_format(form: str, first: str, repository: PackageCopy) -> None:
    result = run("diff", "--package", str(repository.root), "first", "--format", form)
    assert result.output.splitlines()[0] == first


def test_diff_of_the_package_with_itself_is_one_line() -> None:
    version = json.loads((ROOT / DESCRIPTOR).read_bytes())["version"]
    assert run("diff", "--package", str(ROOT), str(ROOT)).output == f"no change of substance since {version}\n"


def test_diff_writes_nothing(repository: PackageCopy) -> None:
    run("diff", "--package", str(repository.root), "first")
    assert git(repository.root, "status", "--porcelain") == ""


@pytest.mark.parametrize("where", ["no-such-revision", "no/such/folder", "no-such.zip"])
def test_diff_with_nothing_is_one_line_that_names_it(where: str, repository: PackageCopy) -> None:
    assert where in one_line(run("diff", "--package", str(repository.root), where))


def test_a_revision_without_the_package_is_one_line(repository: PackageCopy) -> None:
    git(repository.root, "rm", "--quiet", DESCRIPTOR)
    commit_all(repository.root)
    with pytest.raises(PackageError, match=rf"HEAD: does not contain '{DESCRIPTOR}'"):
        take_snapshot(open_any("HEAD", repository.root))
