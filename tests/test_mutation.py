"""Whatever a schema forbids, `check` finds: every mutant of each field, key and description at its place."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shegong.checks.descriptor import _profile_findings, check_descriptor, json_path
from shegong.package.schema import Field
from tests.conftest import At, PackageCopy
from tests.edits import add, change
from tests.mutation.cells import broken_promises, misshapen
from tests.mutation.descriptor import breaches, nodes

DESCRIPTOR = "datapackage.json"
Mutants = Callable[[Field, str], Iterator[tuple[str, str]]]
Place = tuple[str, str, int, str, str]


def found(copy: PackageCopy) -> list[Place]:
    """Rule, file, line, column and value of what `check` finds."""
    copy.stamp()
    return [(f.rule.id, f.file, f.line, f.column, f.value) for f in copy.check().findings]


def write_mutants(copy: PackageCopy, mutants_of: Mutants) -> Iterator[Place]:
    """Write tables of which each row has one forbidden cell."""
    for table, schema in copy.package.schemas.items():
        rows, name, line = copy.rows(table), f"data/{table}.csv", 1
        with (copy.root / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, schema.columns, lineterminator="\n")
            writer.writeheader()
            for field in schema.fields:
                good = next((row for row in rows if row[field.name]), rows[0])
                for rule, cell in mutants_of(field, good[field.name] or field.example):
                    line += 1
                    writer.writerow(good | {field.name: cell})
                    yield rule, name, line, field.name, cell


@pytest.mark.usefixtures("no_relations")
def test_each_misshapen_cell_is_found_and_nothing_else(copy: PackageCopy) -> None:
    mutants = list(write_mutants(copy, misshapen))
    assert sorted(mutants) == sorted(place for place in found(copy) if place[0].startswith("cell-"))


@pytest.mark.usefixtures("no_relations")
def test_each_broken_promise_of_a_column_is_found(copy: PackageCopy) -> None:
    mutants = list(write_mutants(copy, broken_promises))
    assert set(mutants) - set(found(copy)) == set()


def break_keys(copy: PackageCopy, table: str) -> Iterator[tuple[str, At]]:
    """Enter a row twice, rows again under new keys, and references that lead nowhere: each time another row."""
    schema, rows = copy.package.schemas[table], copy.rows(table)
    key = schema.primary_key[0]
    yield "primary-key", add(table, rows.pop(0)[key], key)(copy)
    for number, unique in enumerate(schema.unique_keys):
        for is_full in (True, False):
            if like := next((row for row in rows if all(row[column] for column in unique) == is_full), None):
                rows.remove(like)
                yield "unique-key", add(table, like[key], unique[0], **{key: f"zz-{number}-{is_full}"})(copy)
    for foreign in schema.foreign_keys:
        other = "organizations" if foreign.table != "organizations" else "programmes"
        for wrong in ("zz", copy.keys(other)[0]):
            yield "foreign-key", change(table, rows.pop(0)[key], **{foreign.field: wrong})(copy)


@pytest.mark.slow
def test_each_broken_key_is_found(copy: PackageCopy) -> None:
    broken = [mutant for table in copy.package.schemas for mutant in break_keys(copy, table)]
    places = {(rule, at.file, copy.line(at.file, at.line), at.column) for rule, at in broken}
    assert places - {place[:4] for place in found(copy)} == set()


@pytest.mark.slow
@pytest.mark.parametrize("profile", [DESCRIPTOR, "tableschema.json"])
def test_each_breach_of_a_profile_is_found(copy: PackageCopy, profile: str) -> None:
    """Of values with one path but for the numbers of items, the first is broken."""
    copy.edit_field("documents", "bytes", lambda field: field["constraints"].update(maximum=9, minLength=1))
    seen: set[str] = set()
    for file in [DESCRIPTOR] if profile == DESCRIPTOR else [f"schemas/{name}.json" for name in copy.package.schemas]:
        content = json.loads((copy.root / file).read_bytes())
        for node in nodes(content, profile):
            for rule, where, broken in () if node.shape in seen else breaches(content, node):
                found = _profile_findings(profile, broken, copy.root / file, file)
                assert (rule, file, json_path(where)) in {(f.rule.id, f.file, f.column) for f in found}
            seen.add(node.shape)
    assert len(seen) > 20


UNSAFE_PATHS = (
    *("../documents.csv", "../../etc/passwd", "/etc/passwd", "data/../../documents.csv", "data/./documents.csv"),
    *("./data/documents.csv", "data//documents.csv", "data\\documents.csv", "..\\documents.csv", "C:\\documents.csv"),
    *("C:/documents.csv", "~/documents.csv", "$HOME/documents.csv", "file:///etc/passwd", "https://example.org/a.csv"),
    *("//example.org/a.csv", "data/.hidden.csv", ".hidden/documents.csv", "data/documents.txt", "data/documents"),
    *("documents.csv", "data/deep/documents.csv", "scripts/documents.csv", "data/документы.csv", "data/a b.csv"),
    *("data/documents.csv\n", "data/documents.csv ", "data/%2e%2e/documents.csv", "data/documents.csv?x=1", " "),
    *("data/*.csv", "data/documents.csv#x", "data/documents.csv\u0000", "s3://bucket/a.csv", "data/", ".", ".."),
)


def rules_of(copy: PackageCopy) -> set[tuple[str, str]]:
    return {(finding.rule.id, finding.column) for finding in check_descriptor(copy.package)}


@pytest.mark.parametrize("key", ["path", "schema"])
def test_each_unsafe_path_is_found(copy: PackageCopy, key: str) -> None:
    for path in UNSAFE_PATHS:
        unsafe = path if key == "path" else path.replace("data", "schemas").replace(".csv", ".json")
        copy.edit_json(DESCRIPTOR, lambda descriptor, unsafe=unsafe: descriptor["resources"][0].update({key: unsafe}))
        assert ("descriptor-path", f"resources[0].{key}") in rules_of(copy), unsafe


PATTERNS = ("(?!x)[a-z]+", "(?=x)y", r"(a)\1", "(", "[z-a]", "a{2,1}", "*", r"\p{Nothing}", "(?<=a)b")
DAYS = (2008, "soon", "2008-02-30", "2008", "20080101", "2008-1-1")
SENSELESS: dict[str, dict[str, list[dict[str, Any]]]] = {
    "documents.sha256": {
        "schema-pattern": [{"pattern": pattern} for pattern in PATTERNS],
        "schema-constraint": [{"minimum": 1}, {"maximum": "z"}],
    },
    "documents.bytes": {
        "schema-constraint": [{"pattern": "[0-9]+"}, {"maxLength": 9}, {"minimum": "1"}, {"minimum": 1.5}],
        "schema-codes": [{"enum": ["x"]}],
    },
    "observations.value": {"schema-constraint": [{"pattern": "[0-9]+"}, {"maxLength": 9}, {"minimum": "1"}]},
    "milestones.date_end": {"schema-constraint": [*({"minimum": day} for day in DAYS), {"pattern": "[0-9]+"}]},
    "metrics.is_graded": {"schema-constraint": [{"maximum": 1}, {"maxLength": 9}]},
}


@pytest.mark.parametrize("column", SENSELESS)
def test_each_senseless_constraint_is_found(copy: PackageCopy, column: str) -> None:
    table, name = column.split(".")
    index = copy.package.schemas[table].columns.index(name)
    for rule, wrong in SENSELESS[column].items():
        for constraints in ({"required": False} | more for more in wrong):
            copy.edit_field(table, name, lambda field, new=constraints: field.update(constraints=new))
            assert (rule, f"fields[{index}]") in rules_of(copy), constraints


CODE_LISTS = {
    "code without a label": lambda field: field["categories"].pop(),
    "label without a code": lambda field: field["constraints"]["enum"].pop(0),
    "no list of codes": lambda field: field["constraints"].pop("enum"),
    "no labels": lambda field: field.pop("categories"),
    "code twice": lambda field: [
        codes.append(codes[0]) for codes in (field["categories"], field["constraints"]["enum"])
    ],
    "another order": lambda field: field["constraints"]["enum"].reverse(),
    "code misspelt": lambda field: field["categories"][0].update(value="misspelt"),
}


@pytest.mark.parametrize("what", CODE_LISTS)
def test_each_senseless_code_list_is_found(copy: PackageCopy, what: str) -> None:
    copy.edit_field("observations", "qualifier", CODE_LISTS[what])
    index = copy.package.schemas["observations"].columns.index("qualifier")
    assert ("schema-codes", f"fields[{index}]") in rules_of(copy)
