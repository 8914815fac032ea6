"""Compare two versions: tables, columns, constraints, codes, rows, values, labels.

Noise (the order of rows, quotes, hashes, the layout of a JSON file) is listed separately.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from shegong.diff.snapshot import Snapshot
from shegong.diff.versions import Bump, Version
from shegong.package.package import DESCRIPTOR

IDENTITY = ("path", "type", "format", "mediatype", "encoding")
PROSE = ("title", "title_zh", "description", "description_zh", "example")
STAMPS = ("version", "created", "resources")
DEPRECATIONS = "deprecations"
FLAGS = ("required", "unique")
TERMS = ("name", "licenses", "$schema")


@dataclass(frozen=True)
class Change:
    """One change.

    Attributes:
        level: The version bump that it requires.
        kind: What sort of change it is, in kebab-case.
        table: The table, or empty for the package.
        column: The column, or empty.
        key: The primary key of the row, or empty.
        old: The old value, or empty.
        new: The new value, or empty.
    """

    level: Bump
    kind: str
    table: str = ""
    column: str = ""
    key: str = ""
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class Difference:
    """The changes between two versions, the largest bump first, and the noise."""

    old: Snapshot
    new: Snapshot
    changes: tuple[Change, ...]
    noise: tuple[str, ...]

    @property
    def level(self) -> Bump:
        """The largest level of a change."""
        return max((change.level for change in self.changes), default=Bump.NONE)

    @property
    def required(self) -> Version:
        """The lowest version that the new one may have."""
        return self.old.version.bump(self.level)

    @property
    def changed_tables(self) -> list[str]:
        """The tables that a change concerns, in order."""
        return sorted({change.table for change in self.changes if change.table})


def compare(old: Snapshot, new: Snapshot) -> Difference:
    """Compare two versions of the package."""
    changes = [*_package_changes(old, new), *_table_changes(old, new)]
    for name in old.schemas:
        if name in new.schemas:
            changes += _schema_changes(name, old.schemas[name], new.schemas[name])
            changes += _row_changes(name, old, new)
    ordered = sorted(changes, key=lambda c: (-c.level, c.table, c.kind, c.key, c.column, c.old, c.new))
    return Difference(old, new, tuple(ordered), tuple(_noise(old, new, {c.table for c in changes})))


def _package_changes(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    for key in sorted({*old.descriptor, *new.descriptor} - {*STAMPS}):
        before, after = old.descriptor.get(key), new.descriptor.get(key)
        if before != after:
            level = Bump.MAJOR if key in TERMS else Bump.PATCH
            yield Change(level, "metadata-changed", column=key, old=_text(before), new=_text(after))


def _table_changes(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    before, after = _listed(old), _listed(new)
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            yield Change(Bump.MAJOR, "table-removed", name)
        elif name not in before:
            yield Change(Bump.MINOR, "table-added", name)
        else:
            yield from _resource_changes(name, before[name], after[name])


def _resource_changes(name: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    for key in sorted({*before, *after} - {"bytes", "hash"}):
        if before.get(key) != after.get(key):
            level = Bump.MAJOR if key in (*IDENTITY, "schema") else Bump.PATCH
            yield Change(level, "resource-changed", name, key, old=_text(before.get(key)), new=_text(after.get(key)))


def _listed(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    return {item["name"]: item for item in snapshot.descriptor["resources"]}


def _schema_changes(table: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    yield from _prose_changes(table, "", old, new)
    yield from _key_changes(table, old, new)
    before, after = ({field["name"]: field for field in schema["fields"]} for schema in (old, new))
    for name in before.keys() - after.keys():
        yield Change(Bump.MAJOR, "column-removed", table, name)
    for name in after.keys() - before.keys():
        yield Change(Bump.MAJOR, "column-added", table, name)
    common = [[name for name in fields if name in before and name in after] for fields in (before, after)]
    if common[0] != common[1]:
        yield Change(Bump.MAJOR, "columns-reordered", table, old=", ".join(common[0]), new=", ".join(common[1]))
    for name in common[0]:
        yield from _field_changes(table, before[name], after[name])


def _prose_changes(table: str, column: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for key in PROSE:
        if old.get(key) != new.get(key):
            place = f"{column}.{key}".lstrip(".")
            yield Change(Bump.PATCH, "label-changed", table, place, old=_text(old.get(key)), new=_text(new.get(key)))


def _key_changes(table: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for key in ("primaryKey", "missingValues"):
        if old.get(key) != new.get(key):
            yield Change(Bump.MAJOR, "key-changed", table, key, old=_text(old.get(key)), new=_text(new.get(key)))
    for key in ("uniqueKeys", "foreignKeys"):
        before, after = ({_text(item) for item in schema.get(key, [])} for schema in (old, new))
        for item in sorted(before - after):
            yield Change(Bump.MINOR, "constraint-loosened", table, key, old=item)
        for item in sorted(after - before):
            yield Change(Bump.MAJOR, "constraint-tightened", table, key, new=item)


def _field_changes(table: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    name = old["name"]
    yield from _prose_changes(table, name, old, new)
    for key in ("type", "format"):
        if old.get(key) != new.get(key):
            yield Change(Bump.MAJOR, "type-changed", table, name, old=_text(old.get(key)), new=_text(new.get(key)))
    if old.get("verbatim", False) != new.get("verbatim", False):
        tighter = old.get("verbatim", False)
        yield _constraint_change(table, name, tighter, f"verbatim {old.get('verbatim', False)}", f"{not tighter}")
    before, after = old.get("constraints", {}), new.get("constraints", {})
    for key in sorted({*before, *after} - {"enum"}):
        if _set(key, before) != _set(key, after):
            tighter = _is_tighter(key, before.get(key), after.get(key))
            yield _constraint_change(table, name, tighter, _said(key, before), _said(key, after))
    yield from _code_changes(table, name, old, new)


def _set(key: str, constraints: dict[str, Any]) -> Any:
    """Return a constraint; a flag that is false counts as absent."""
    return constraints.get(key) or None if key in FLAGS else constraints.get(key)


def _constraint_change(table: str, column: str, tighter: bool, old: str, new: str) -> Change:
    kind = "constraint-tightened" if tighter else "constraint-loosened"
    return Change(Bump.MAJOR if tighter else Bump.MINOR, kind, table, column, old=old, new=new)


def _is_tighter(key: str, old: Any, new: Any) -> bool:
    """Return whether a constraint allows less than before; a changed pattern counts as tighter, to be safe."""
    if key in FLAGS:
        return bool(new)
    if new is None or old is None or isinstance(new, str) != isinstance(old, str):
        return new is not None
    if key in ("minimum", "minLength"):
        return bool(new > old)
    if key in ("maximum", "maxLength"):
        return bool(new < old)
    return True


def _code_changes(table: str, column: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    before, after = (_codes(field) for field in (old, new))
    if bool(before) != bool(after):
        yield _constraint_change(table, column, bool(after), f"{len(before)} codes", f"{len(after)} codes")
        return
    for code in sorted(before.keys() - after.keys()):
        yield Change(Bump.MAJOR, "code-removed", table, column, old=code)
    for code in sorted(after.keys() - before.keys()):
        yield Change(Bump.MINOR, "code-added", table, column, new=code)
    for code in sorted(before.keys() & after.keys()):
        yield from _one_code(table, f"{column}.{code}", before[code], after[code])


def _codes(field: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the codes of a column with their labels; an enum without categories has none."""
    bare: dict[str, dict[str, Any]] = {str(code): {} for code in field.get("constraints", {}).get("enum", [])}
    return bare | {code["value"]: code for code in field.get("categories", [])}


def _one_code(table: str, place: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    words, more = set(old.get("classifiers", [])), set(new.get("classifiers", []))
    if words != more:
        yield _constraint_change(table, place, not words <= more, "、".join(sorted(words)), "、".join(sorted(more)))
    for key in ("label", "label_zh", "definition", "definition_zh"):
        if old.get(key) != new.get(key):
            column = f"{place}.{key}"
            yield Change(Bump.PATCH, "label-changed", table, column, old=_text(old.get(key)), new=_text(new.get(key)))


def _row_changes(table: str, old: Snapshot, new: Snapshot) -> Iterator[Change]:
    key = old.schemas[table]["primaryKey"]
    if key != new.schemas[table]["primaryKey"] or old.table_bytes[table] == new.table_bytes[table]:
        return
    joined = pl.concat_str([pl.col(name).fill_null("") for name in key], separator=" | ").alias(KEY)
    before, after = (snapshot.tables[table].with_columns(joined) for snapshot in (old, new))
    successors = _successors(new)
    for (id,) in before.join(after, on=KEY, how="anti").select(KEY).iter_rows():
        yield Change(Bump.MAJOR, "row-removed", table, key=id, new=successors.get((table, id), ""))
    for (id,) in after.join(before, on=KEY, how="anti").select(KEY).iter_rows():
        yield Change(Bump.MINOR, "row-added", table, key=id)
    both = before.join(after, on=KEY, suffix=NEW)
    for column in [name for name in before.columns if name in after.columns and name != KEY]:
        changed = both.filter(pl.col(column).ne_missing(pl.col(column + NEW)))
        for id, value, other in changed.select(KEY, column, column + NEW).iter_rows():
            yield Change(Bump.PATCH, "value-changed", table, column, id, value or "", other or "")


def _successors(snapshot: Snapshot) -> dict[tuple[str, str], str]:
    """Return what replaces each removed id, from the table deprecations."""
    if not {"table_name", "id", "replaced_by"} <= set(snapshot.tables.get(DEPRECATIONS, pl.DataFrame()).columns):
        return {}
    rows = snapshot.tables[DEPRECATIONS].select("table_name", "id", "replaced_by").iter_rows()
    return {(table, id): successor for table, id, successor in rows if successor}


KEY, NEW = " key", " new"
"""Names that no column has, because they contain a space."""


def _noise(old: Snapshot, new: Snapshot, changed: set[str]) -> Iterator[str]:
    for name in sorted(old.table_bytes.keys() & new.table_bytes.keys()):
        if old.table_bytes[name] != new.table_bytes[name] and name not in changed:
            yield f"{name}: other bytes, the same rows (order, quotes or line ends)"
    if old.table_bytes == new.table_bytes and _without_stamps(old) == _without_stamps(new):
        if old.descriptor["resources"] != new.descriptor["resources"]:
            yield f"{DESCRIPTOR}: other stamps, or tables in another order"
        elif old.descriptor == new.descriptor and old.metadata_files[DESCRIPTOR] != new.metadata_files[DESCRIPTOR]:
            yield f"{DESCRIPTOR}: laid out otherwise"
    for name in sorted(old.schemas.keys() & new.schemas.keys()):
        path, other = (_listed(snapshot)[name]["schema"] for snapshot in (old, new))
        if old.schemas[name] == new.schemas[name] and old.metadata_files[path] != new.metadata_files[other]:
            yield f"{other}: laid out otherwise"


def _without_stamps(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    return {n: {k: v for k, v in item.items() if k not in ("bytes", "hash")} for n, item in _listed(snapshot).items()}


def _said(key: str, constraints: dict[str, Any]) -> str:
    return f"{key} {_text(constraints[key])}" if key in constraints else ""


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
