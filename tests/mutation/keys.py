"""Mutants of keys, generated from the schemas: each primary, unique and foreign key of each table."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from tests.conftest import Row
from tests.mutation.base import Base, Batch, Mutant, Place, first_cell, table_bytes

ROWS = 4
NEW_KEYS = {
    "documents": "zz-document", "sources": "zz-source", "regions": "99000", "metrics": "zz_metric",
    "organizations": "org-999", "programmes": "prg-999", "observations": "obs-999", "milestones": "ms-999",
    "mentions": "mn-9999", "deprecations": "zz-id",
}  # fmt: skip
"""Well-formed keys that no row has, to which a digit is added."""

Expected = tuple[str, str, Row]
"""A rule, the column to blame, and the row, which is among the rows of its table."""


def key_batches(base: Base) -> Iterator[Batch]:
    """Use primary keys twice, unique keys twice, and foreign keys that lead nowhere, in all tables at once."""
    for break_table in (_primary, _unique, *_dangling()):
        batch = Batch()
        for table in base.package.schemas:
            rows = [dict(row) for row in base.tables[table]]
            expected = list(break_table(base, table, rows))
            rows.sort(key=first_cell)
            lines = {id(row): line for line, row in enumerate(rows, 2)}
            file = base.package.file(table)
            batch.files[file] = table_bytes(base.schema(table).columns, rows)
            batch.mutants += [
                Mutant(f"{rule} of {table}, row {first_cell(row)}", rule, Place(file, lines[id(row)], column))
                for rule, column, row in expected
            ]
        yield batch


def _primary(base: Base, table: str, rows: list[Row]) -> Iterator[Expected]:
    """Enter whole rows twice, and a row with the key of another."""
    column = base.schema(table).primary_key[0]
    chosen = sample(rows, ROWS, table, "primary")
    for row, like in zip(chosen, [*chosen[:-1], rows[0]], strict=True):
        again = like | {column: first_cell(row)}
        rows.append(again)
        yield "primary-key", column, again


def _unique(base: Base, table: str, rows: list[Row]) -> Iterator[Expected]:
    """Enter rows again under new keys; rows with empty cells in a unique key too."""
    schema = base.schema(table)
    for key in schema.unique_keys:
        gaps = [row for row in rows if not all(row[column] for column in key)]
        for row in [*sample(rows, 1, table, *key), *sample(gaps, 1, table, *key, "gaps")]:
            again = row | {schema.primary_key[0]: f"{NEW_KEYS[table]}{len(rows) % 10}"}
            rows.append(again)
            yield "unique-key", key[0], max(row, again, key=first_cell)


def sample(rows: list[Row], size: int, *seed: str) -> list[Row]:
    """The same few rows each time, in an order of their own."""
    return random.Random("/".join(seed)).sample(rows, min(size, len(rows)))


def _dangling() -> Iterator[Callable[[Base, str, list[Row]], Iterator[Expected]]]:
    """Point at a key that no row has, at a key of another table, and at the name of the column."""
    for cell_of in (
        lambda base, key: f"{NEW_KEYS[key.table]}9",
        lambda base, key: first_cell(base.tables["organizations" if key.table != "organizations" else "programmes"][0]),
        lambda base, key: key.field,
    ):

        def dangle(base: Base, table: str, rows: list[Row], cell_of: Callable = cell_of) -> Iterator[Expected]:
            for key in base.schema(table).foreign_keys:
                filled = [row for row in rows if row[key.field]] or rows
                for row in sample(filled, ROWS, table, key.field):
                    row[key.field] = cell_of(base, key)
                    yield "foreign-key", key.field, row

        yield dangle
