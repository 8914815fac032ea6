"""Mutants of keys, generated from the schemas: each primary, unique and foreign key of each table."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conftest import Row
from tests.mutation.base import Base, Draft, Spot, first_cell
from tests.mutation.model import Broken, Mutant, sample

ROWS = 2
NEW_KEYS = {
    "documents": "zz-document",
    "sources": "zz-source",
    "regions": "990000",
    "metrics": "zz_metric",
    "organizations": "org-9999",
    "programmes": "prg-9999",
    "observations": "obs-9999",
    "milestones": "ms-9999",
    "mentions": "mn-99999",
    "deprecations": "zz-id",
}
"""Well-formed keys that no row has."""


def key_mutants(base: Base) -> Iterator[Mutant]:
    """Primary keys twice, unique keys twice, foreign keys that lead nowhere."""
    for table in base.package.schemas:
        yield from _primary(base, table)
        yield from _unique(base, table)
        yield from _foreign(base, table)


def _primary(base: Base, table: str) -> Iterator[Mutant]:
    column = base.schema(table).primary_key[0]
    for row in sample(base.tables[table], ROWS, table, "primary"):
        yield _added("primary key twice", "whole row twice", "primary-key", table, row, {}, column)
        for other in sample(base.tables[table], 1, table, first_cell(row)):
            cells = {column: first_cell(row)}
            yield _added("primary key twice", "key of another row", "primary-key", table, other, cells, column)


def _unique(base: Base, table: str) -> Iterator[Mutant]:
    schema = base.schema(table)
    for key in schema.unique_keys:
        rows = base.tables[table]
        with_gaps = [row for row in rows if not all(row[column] for column in key)]
        for kind, chosen in (("unique key twice", rows), ("unique key with empty cells twice", with_gaps)):
            for row in sample(chosen, ROWS, table, *key, kind):
                cells = {schema.primary_key[0]: NEW_KEYS[table]}
                yield _added(kind, kind, "unique-key", table, row, cells, key[0])


def _foreign(base: Base, table: str) -> Iterator[Mutant]:
    for key in base.schema(table).foreign_keys:
        others = base.tables["organizations" if key.table != "organizations" else "programmes"]
        wrong = (NEW_KEYS[key.table], first_cell(others[0]), base.schema(table).field(key.field).name)
        rows = [row for row in base.tables[table] if row[key.field]] or base.tables[table]
        for cell in wrong:
            for row in sample(rows, ROWS, table, key.field, cell):
                yield _changed(table, row, key.field, cell)


def _added(kind: str, operator: str, rule: str, table: str, like: Row, cells: dict[str, str], column: str) -> Mutant:
    def make(base: Base) -> Broken:
        draft = Draft(base)
        key = first_cell(draft.add(table, like, **cells))
        later = key if rule == "primary-key" else max(key, first_cell(like))
        return draft.broken(Spot(table, later, column))

    return Mutant(kind, operator, f"{table} {first_cell(like)} again, with {cells}", rule, make)


def _changed(table: str, row: Row, column: str, cell: str) -> Mutant:
    def make(base: Base) -> Broken:
        draft = Draft(base)
        draft.set(table, first_cell(row), **{column: cell})
        return draft.broken(Spot(table, first_cell(row), column))

    subject = f"{table}.{column} of {first_cell(row)} points at {cell!r}"
    return Mutant("reference to no row", "dangling key", subject, "foreign-key", make)
