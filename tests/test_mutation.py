"""Whatever a schema forbids, `check` finds: every mutant of each field, key and description at its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from shegong.checks.descriptor import _profile_findings, check_descriptor, json_path
from shegong.checks.run import check_package
from tests.conftest import PackageCopy
from tests.mutation.base import Base, Batch, grow
from tests.mutation.cells import bounds_batch, cell_batches
from tests.mutation.descriptor import breaches, nodes
from tests.mutation.keys import key_batches

DESCRIPTOR = "datapackage.json"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    return grow(tmp_path_factory.mktemp("grown"))


def survivors(base: Base, batches: Iterable[Batch]) -> list[str]:
    """The mutants that are not reported at their place."""
    names = []
    for batch in batches:
        assert batch.mutants
        reported = base.found(batch)
        names += [f"{m.name} ({m.rule} at {m.place})" for m in batch.mutants if (m.rule, m.place) not in reported]
    return names


def test_grown_package_has_no_error(base: Base) -> None:
    assert not check_package(base.package, base.copy.documents).has_errors


@pytest.mark.usefixtures("no_relations")
@pytest.mark.parametrize("step", ["parse", "contracts"])
def test_each_forbidden_cell_is_found(base: Base, step: str) -> None:
    assert survivors(base, cell_batches(base, step)) == []


@pytest.mark.usefixtures("no_relations")
def test_cell_on_its_bound_is_allowed(base: Base) -> None:
    batch = bounds_batch(base)
    assert batch.mutants
    reported = base.found(batch)
    assert [mutant.name for mutant in batch.mutants if (mutant.rule, mutant.place) in reported] == []


@pytest.mark.slow
def test_each_broken_key_is_found(base: Base) -> None:
    assert survivors(base, key_batches(base)) == []


@pytest.mark.slow
@pytest.mark.parametrize("profile", [DESCRIPTOR, "tableschema.json"])
def test_each_breach_of_a_profile_is_found(base: Base, profile: str) -> None:
    """Of values with one path but for the numbers of items, the first is broken."""
    of_schemas = [f"schemas/{name}.json" for name in base.package.schemas]
    seen: set[str] = set()
    for file in [DESCRIPTOR] if profile == DESCRIPTOR else of_schemas:
        content = base.json(file)
        for node in nodes(content, profile):
            for rule, where, broken in () if node.shape in seen else breaches(content, node):
                found = _profile_findings(profile, broken, base.copy.root / file, file)
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
SENSELESS: dict[str, list[dict[str, Any]]] = {
    "documents.sha256": [*({"pattern": pattern} for pattern in PATTERNS), {"minimum": 1}, {"maximum": "z"}],
    "documents.bytes": [{"pattern": "[0-9]+"}, {"maxLength": 9}, {"enum": ["x"]}, {"minimum": "1"}, {"minimum": 1.5}],
    "observations.value": [{"pattern": "[0-9]+"}, {"maxLength": 9}, {"minimum": "1"}],
    "milestones.date_end": [*({"minimum": day} for day in DAYS), {"pattern": "[0-9]+"}],
    "metrics.is_graded": [{"maximum": 1}, {"maxLength": 9}],
}


@pytest.mark.parametrize("column", SENSELESS)
def test_each_senseless_constraint_is_found(copy: PackageCopy, column: str) -> None:
    table, name = column.split(".")
    index = copy.package.schemas[table].columns.index(name)
    before = copy.package.schemas[table].fields[index]
    for constraints in SENSELESS[column]:
        copy.edit_field(
            table, name, lambda field, wrong=constraints: field.update(constraints={"required": False} | wrong)
        )
        rule = "schema-pattern" if before.type == "string" and "pattern" in constraints else "schema-constraint"
        rule = "schema-codes" if "enum" in constraints else rule
        assert (rule, f"fields[{index}]") in rules_of(copy), constraints


CODE_LISTS = {
    "code without a label": lambda field: field["categories"].pop(),
    "label without a code": lambda field: field["constraints"]["enum"].pop(0),
    "no list of codes": lambda field: field["constraints"].pop("enum"),
    "no labels": lambda field: field.pop("categories"),
    "code twice": lambda field: (field["categories"].append(field["categories"][0]), field["constraints"]["enum"].append(field["constraints"]["enum"][0])),
    "another order": lambda field: field["constraints"]["enum"].reverse(),
    "code misspelt": lambda field: field["categories"][0].update(value="misspelt"),
}  # fmt: skip


@pytest.mark.parametrize("what", CODE_LISTS)
def test_each_senseless_code_list_is_found(copy: PackageCopy, what: str) -> None:
    copy.edit_field("observations", "qualifier", CODE_LISTS[what])
    index = copy.package.schemas["observations"].columns.index("qualifier")
    assert ("schema-codes", f"fields[{index}]") in rules_of(copy)
