"""New rows: the accepted rows of a work folder with the keys of the package, and the files that contain them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from shegong.curation.workspace.work_folder import ASSIGNED_KEY, DRAFT_KEY, YES, Cells, DraftRow, WorkFolder
from shegong.package.canonical import sort_rows, write_table
from shegong.package.checksums import json_bytes, stamped
from shegong.package.package import DESCRIPTOR, Package
from shegong.package.schema import TableSchema


@dataclass(frozen=True)
class NewRow:
    """A drafted row, and its cells with the keys that the package assigns."""

    draft: DraftRow
    cells: Cells

    @property
    def key(self) -> str:
        """The key of the row in the package."""
        return next(iter(self.cells.values()))


def new_rows(package: Package, work: WorkFolder) -> list[NewRow]:
    """Return the accepted rows with their new keys, without the regions that the package contains."""
    known = {row["region_id"] for row in package.rows("regions")}
    accepted = [draft for draft in work.drafts if work.decision(draft) == YES]
    drafts = [draft for draft in accepted if draft.table != "regions" or draft.key not in known]
    keys: dict[tuple[str, str], str] = {}
    for name, schema in package.schemas.items():
        own = [draft.key for draft in drafts if draft.table == name and DRAFT_KEY.fullmatch(draft.key)]
        keys |= zip(((name, key) for key in own), _next_keys(package, schema, len(own)), strict=False)
    return [NewRow(draft, _with_keys(package.schemas[draft.table], draft, keys)) for draft in drafts]


def changed_files(package: Package, new: list[NewRow]) -> dict[str, bytes]:
    """Return the new bytes of each file that changes, by its path in the package."""
    changed = {
        package.file(table): _with_rows(package, table, [row.cells for row in new if row.draft.table == table])
        for table in sorted({row.draft.table for row in new})
    }
    same = {package.file(name): package.table_bytes(name) for name in package.schemas}
    return {**changed, DESCRIPTOR: json_bytes(stamped(package.descriptor, same | changed))}


def _next_keys(package: Package, schema: TableSchema, count: int) -> list[str]:
    """Return the next numbers of a table; ids that were removed are not assigned again."""
    match = ASSIGNED_KEY.fullmatch(schema.fields[0].pattern or "")
    if match is None:
        return []
    prefix, width = match[1], int(match[2])
    removed = [row["id"] for row in package.rows("deprecations")]
    used = [row[schema.columns[0]] for row in package.rows(schema.name)] + removed
    last = max((int(key.removeprefix(prefix)) for key in used if re.fullmatch(f"{prefix}[0-9]+", key)), default=0)
    return [f"{prefix}{number:0{width}}" for number in range(last + 1, last + count + 1)]


def _with_keys(schema: TableSchema, draft: DraftRow, keys: dict[tuple[str, str], str]) -> Cells:
    own = {schema.columns[0]: keys.get(draft.name, draft.key)}
    references = {f.field: keys.get((f.table, draft.cells[f.field]), draft.cells[f.field]) for f in schema.foreign_keys}
    return draft.cells | references | own


def _with_rows(package: Package, table: str, rows: list[Cells]) -> bytes:
    """Return the canonical bytes of a table with rows added."""
    schema = package.schemas[table]
    text = pl.DataFrame([*package.rows(table), *rows], schema=dict.fromkeys(schema.columns, pl.String))
    return write_table(sort_rows(schema, text.select(pl.when(pl.all() != "").then(pl.all()))))
