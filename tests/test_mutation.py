"""A bounded part of `make prove`: a sample of mutants is killed, and the record of the last whole run is still true."""

from __future__ import annotations

import random

import pytest

from shegong.checks.run import check_package
from shegong.package.schema import Field
from tests.mutation.base import Draft, Spot, first_cell
from tests.mutation.model import SEED
from tests.mutation.prove import Case, all_cases, result_of, the_base, the_runner
from tests.mutation.run import Written


def sampled(size: int, *families: str) -> list[Case]:
    cases = [case for case in all_cases() if case.family in families]
    return random.Random(SEED).sample(cases, size)


def survivors(cases: list[Case]) -> list[str]:
    results = [result_of(case) for case in cases]
    return [result.name for result in results if not result.is_killed]


@pytest.mark.slow
def test_grown_package_is_whole():
    assert check_package(the_base().package, the_base().documents).findings == []


def at_the_bound(field: Field) -> dict[str, str]:
    """Cells that stand on a bound, by the rule that they do not break."""
    bounds = {"cell-minimum": field.minimum, "cell-maximum": field.maximum}
    lengths = {"cell-min-length": field.min_length, "cell-max-length": field.max_length}
    cells = {rule: str(bound) for rule, bound in bounds.items() if bound is not None}
    return cells | {rule: "社" * length for rule, length in lengths.items() if length is not None}


@pytest.mark.slow
def test_cell_at_its_bound_is_within_it():
    told = []
    for table, schema in the_base().package.schemas.items():
        cells = [(field.name, rule, cell) for field in schema.fields for rule, cell in at_the_bound(field).items()]
        for column, rule, cell in cells:
            draft = Draft(the_base())
            key = first_cell(the_base().tables[table][0])
            draft.set(table, key, **{column: cell})
            findings = the_runner().findings(draft.broken(Spot(table, key, column)), "contracts")
            told += [(table, column) for finding in findings if finding.rule.id == rule]
    assert told == []


@pytest.mark.slow
def test_sample_of_every_family_is_killed():
    cases = [*sampled(150, "cells", "bytes of a table"), *sampled(80, "descriptor and schemas")]
    assert survivors([*cases, *sampled(20, "keys", "domain")]) == []


@pytest.mark.slow
@pytest.mark.parametrize("family", ["cells", "bytes of a table", "keys", "domain"])
def test_steps_that_are_asked_one_by_one_say_what_check_says(family):
    """The runner asks only what a mutant can change; `check` itself must not say otherwise."""
    for case in sampled(4, family):
        broken = case.mutant.make(the_base())
        with Written(the_base(), broken) as package:
            whole = check_package(package, the_base().documents).findings
        assert the_runner().findings(broken, "evidence") == whole, case.mutant.name
