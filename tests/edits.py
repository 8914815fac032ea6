"""Edits of a copy of the package, from which the cases of the rules are made."""

from __future__ import annotations

from collections.abc import Callable

from tests.conftest import At, PackageCopy

Edit = Callable[[PackageCopy], At]
Step = Callable[[PackageCopy], object]
Key = str | dict[str, str]
"""The key of a row, or cells of the first that has them: an edit should not hang on the number of a mention."""


def in_order(*steps: Step | At) -> Edit:
    """Take steps one after another; the last says where the finding must be."""
    return lambda copy: [step if isinstance(step, At) else step(copy) for step in steps][-1]


def find(copy: PackageCopy, table: str, key: Key) -> str:
    return key if isinstance(key, str) else copy.keys(table, **key)[0]


def at(table: str, key: Key, column: str, value: str | None = None) -> Edit:
    """A cell, and what is found there: what it contains, unless a value is given."""

    def place(copy: PackageCopy) -> At:
        id = find(copy, table, key)
        return At(f"data/{table}.csv", f"{id},", column, copy.row(table, id)[column] if value is None else value)

    return place


def change(table: str, key: Key, blamed: str = "", **cells: str) -> Edit:
    """Change cells of a row; the finding is at the last of them, or in column `blamed`."""

    def edit(copy: PackageCopy) -> At:
        id = find(copy, table, key)
        for column, value in cells.items():
            copy.edit_cell(table, id, column, value)
        return at(table, id, blamed or column)(copy)

    return edit


def add(table: str, like: Key, blamed: str, value: str | None = None, /, **cells: str) -> Edit:
    """Add a row that differs from another in these cells; the finding is in its column `blamed`."""

    def edit(copy: PackageCopy) -> At:
        id = find(copy, table, like)
        row = copy.row(table, id) | cells
        return copy.append_row(table, id, **cells).blaming(blamed, row[blamed] if value is None else value)

    return edit


def remove(table: str, **cells: str) -> Step:
    """Remove the rows that have these cells."""
    return lambda copy: copy.delete_row(table, *copy.keys(table, **cells))
