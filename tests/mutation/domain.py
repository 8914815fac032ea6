"""How the operators by hand are entered and turned into mutants: each breaks one rule in a few rows of one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from tests.conftest import Row
from tests.mutation.base import Base, Draft, Spot, first_cell
from tests.mutation.model import Broken, Mutant, sample, words

ROWS = 5
"""Rows that each operator breaks."""

Change = dict[str, str] | Spot
"""New cells of the row; or, where the operator has changed the draft itself, where it must be told."""
Make = Callable[[Draft, Row], Iterator[Change]]


@dataclass(frozen=True)
class RowOperator:
    """A function from a good row to changes that break a rule, blamed on a column of the row."""

    make: Make
    kind: str
    rule: str
    table: str
    column: str

    @property
    def name(self) -> str:
        return words(self.make.__name__)


OPERATORS: list[RowOperator] = []


def breaks(rule: str, table: str, column: str, kind: str) -> Callable[[Make], Make]:
    """Enter an operator."""

    def enter(make: Make) -> Make:
        OPERATORS.append(RowOperator(make, kind, rule, table, column))
        return make

    return enter


def domain_mutants(base: Base) -> Iterator[Mutant]:
    """Each operator in a few rows that it can break."""
    for operator in OPERATORS:
        yield from islice(_of_operator(base, operator), ROWS * 4)


def _of_operator(base: Base, operator: RowOperator) -> Iterator[Mutant]:
    rows = base.tables[operator.table]
    broken = 0
    for row in sample(rows, len(rows), operator.table, operator.name):
        changes = len(list(operator.make(Draft(base), row)))
        yield from (_mutant(operator, row, at) for at in range(changes))
        broken += bool(changes)
        if broken == ROWS:
            return


def _mutant(operator: RowOperator, row: Row, at: int) -> Mutant:
    def make(base: Base) -> Broken:
        draft = Draft(base)
        change = next(islice(operator.make(draft, row), at, None))
        if isinstance(change, Spot):
            return draft.broken(change)
        assert any(row[column] != cell for column, cell in change.items()), operator.name
        draft.set(operator.table, first_cell(row), **change)
        key = change.get(next(iter(row)), first_cell(row))
        return draft.broken(Spot(operator.table, key, operator.column))

    subject = f"{operator.table} {first_cell(row)}, variant {at + 1}"
    return Mutant(operator.kind, operator.name, subject, operator.rule, make)
