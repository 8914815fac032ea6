"""Whatever a schema forbids, `check` finds: every mutant of each field, key, table and description at its place."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import pytest

from shegong.checks.run import check_package
from shegong.package.canonical import read_table
from shegong.package.package import Package
from tests.mutation.base import Base, grow
from tests.mutation.cells import bounds_batch, cell_batches
from tests.mutation.descriptor import column_batches, misfit_batches, path_batches, profile_batches
from tests.mutation.files import file_batches
from tests.mutation.keys import key_batches
from tests.mutation.model import Batch, Place
from tests.mutation.run import Written


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    return grow(tmp_path_factory.mktemp("grown"))


def found(base: Base, batch: Batch) -> set[tuple[str, Place]]:
    """The rules and places that `check` reports of a broken package."""
    with Written(base, batch) as package:
        return {(finding.rule.id, Place.of(finding)) for finding in check(package)}


def check(package: Package) -> list:
    return check_package(package).findings


def survivors(base: Base, batches: Iterable[Batch]) -> list[str]:
    """The mutants that are not reported at their place."""
    names = []
    for batch in batches:
        assert batch.mutants
        reported = found(base, batch)
        names += [f"{m.name} ({m.rule} at {m.place})" for m in batch.mutants if (m.rule, m.place) not in reported]
    return names


def test_grown_package_has_no_error(base: Base) -> None:
    assert not check_package(base.package, base.documents).has_errors


@pytest.mark.parametrize("step", ["parse", "contracts"])
def test_each_forbidden_cell_is_found(base: Base, step: str) -> None:
    assert survivors(base, cell_batches(base, step)) == []


def test_cell_on_its_bound_is_allowed(base: Base) -> None:
    batch = bounds_batch(base)
    assert batch.mutants
    reported = found(base, batch)
    assert [mutant.name for mutant in batch.mutants if (mutant.rule, mutant.place) in reported] == []


def test_each_broken_key_is_found(base: Base) -> None:
    assert survivors(base, key_batches(base)) == []


def test_some_broken_files_are_found(base: Base) -> None:
    assert survivors(base, islice(file_batches(base), 0, None, 50)) == []


@pytest.mark.slow
def test_the_reader_finds_each_broken_file(base: Base) -> None:
    schemas = {base.package.file(name): schema for name, schema in base.package.schemas.items()}
    for batch in file_batches(base):
        for mutant in batch.mutants:
            file = mutant.place.file
            found = read_table(schemas[file], file, batch.files[file]).findings
            assert (mutant.rule, mutant.place) in {(one.rule.id, Place.of(one)) for one in found}, mutant


@pytest.mark.slow
@pytest.mark.parametrize("file", ["datapackage.json", "schemas"])
def test_each_breach_of_the_profiles_is_found(base: Base, file: str) -> None:
    assert survivors(base, profile_batches(base, file)) == []


def test_each_unsafe_path_is_found(base: Base) -> None:
    assert survivors(base, path_batches(base)) == []


@pytest.mark.slow
def test_each_senseless_column_is_found(base: Base) -> None:
    assert survivors(base, column_batches(base)) == []


@pytest.mark.slow
def test_each_schema_that_the_data_do_not_fit_is_found(base: Base) -> None:
    assert survivors(base, misfit_batches(base)) == []
