"""Accept: a finished work folder becomes rows of the tables, all of them or none."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from shegong.checks import evidence
from shegong.checks.run import NEEDS_DESCRIPTOR, NEEDS_TABLES, check_package
from shegong.curation.tables import table_rows, with_rows
from shegong.curation.workspace.work_folder import DRAFT_KEY, NO, NUMBERED, OPEN, YES, Cells, Draft, WorkFolder
from shegong.errors import PackageError
from shegong.findings import Finding
from shegong.package.checksums import json_bytes, stamped
from shegong.package.lock import exclusive_lock
from shegong.package.package import DESCRIPTOR, Package, open_package
from shegong.package.schema import TableSchema
from shegong.package.write import replace_files
from shegong.report import Report

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Accepted:
    """What became of a work folder.

    Attributes:
        rows: How many rows each table got; empty where something stands in the way.
        in_the_way: What stands in the way, a line each, with file, line and what to do.
    """

    rows: dict[str, int]
    in_the_way: tuple[str, ...] = ()


def accept(package: Package, work: WorkFolder, warnings: bool = False, tell: Tell = lambda step: None) -> Accepted:
    """Merge a finished work folder into the tables as one change.

    Args:
        package: The package.
        work: The work folder.
        warnings: Whether rows about which a check only warns may go in.
        tell: Called with the name of each step that begins.

    Returns:
        What was added; or what stands in the way, and nothing was written.

    Raises:
        PackageError: The package cannot be checked or has the document already, another change is running, or the
            disk refuses.
    """
    with exclusive_lock(package.root, "another change of the tables"):
        before = check_package(package)
        if any(step.skipped in (NEEDS_DESCRIPTOR, NEEDS_TABLES) for step in before.steps):
            raise PackageError(f"{package.root}: the package cannot be checked as it is: see `shegong check`")
        _refuse_again(package, work)
        unfinished = tuple(_unfinished(package, work))
        if unfinished:
            return Accepted({}, unfinished)
        new = _numbered(package, [draft for draft in work.drafts if work.decision(draft) == YES])
        contents = _contents(package, new)
        in_the_way = tuple(_findings(package, before, work, new, contents, warnings, tell))
        if not in_the_way:
            replace_files(package.root, contents)
        tell("")
    return Accepted({} if in_the_way else dict(Counter(row.draft.table for row in new)), in_the_way)


@dataclass(frozen=True)
class NewRow:
    """A drafted row, and its cells with the keys that the package gives."""

    draft: Draft
    cells: Cells


def _refuse_again(package: Package, work: WorkFolder) -> None:
    digest = work.document.cells["sha256"]
    for row in table_rows(package, "documents"):
        if row["sha256"] == digest:
            raise PackageError(f"{work.path}: the document is in the package already, as {row['document_id']}")


def _unfinished(package: Package, work: WorkFolder) -> Iterator[str]:
    """Rows that nobody decided on, that rest on what does not go in, or whose key is not theirs to choose."""
    if work.decision(work.document) == NO:
        yield f"{work.place(work.document)}:decision: the document itself is kept out: there is nothing to accept"
    has = {name: {next(iter(row.values())) for row in table_rows(package, name)} for name in work.schemas}
    for draft in work.drafts:
        if work.decision(draft) != NO:
            wrong = [*_wrong_key(work, has, draft), *_dangling(work, has, draft)]
            yield from wrong
            if not wrong and work.decision(draft) == OPEN:
                what = "write yes or no, or go on with `shegong review`"
                yield f"{work.place(draft)}:decision: {draft.key} is open: {what}"


def _wrong_key(work: WorkFolder, has: dict[str, set[str]], draft: Draft) -> Iterator[str]:
    """A key that the package has already, or that it will assign itself."""
    schema = work.schemas[draft.table]
    is_numbered = NUMBERED.fullmatch(schema.fields[0].pattern or "") and not DRAFT_KEY.fullmatch(draft.key)
    if is_numbered or (draft.table != "regions" and draft.key in has[draft.table]):
        why = "the package has it already" if draft.key in has[draft.table] else "the package assigns it"
        yield f"{work.place(draft)}:{schema.columns[0]}: {draft.key} cannot be the key of a new row: {why}"


def _dangling(work: WorkFolder, has: dict[str, set[str]], draft: Draft) -> Iterator[str]:
    for foreign in work.schemas[draft.table].foreign_keys:
        key = draft.cells[foreign.field]
        target = work.find(foreign.table, key)
        if key in has[foreign.table]:
            continue
        if target is None and DRAFT_KEY.fullmatch(key):
            yield f"{work.place(draft)}:{foreign.field}: there is no {key} in {foreign.table}.csv: correct the key"
        elif target is not None and work.decision(target) in (NO, OPEN if work.decision(draft) == YES else NO):
            yield f"{work.place(draft)}:{foreign.field}: {key} is not accepted: accept it, or point elsewhere"


def _numbered(package: Package, drafts: list[Draft]) -> list[NewRow]:
    """The rows with the keys that the package gives, in place of those drafted; places that it has are left out."""
    has = {("regions", row["region_id"]) for row in table_rows(package, "regions")}
    drafts = [draft for draft in drafts if draft.name not in has]
    keys: dict[tuple[str, str], str] = {}
    for name, schema in package.schemas.items():
        own = [draft.key for draft in drafts if draft.table == name and DRAFT_KEY.fullmatch(draft.key)]
        keys |= zip(((name, key) for key in own), _next_keys(package, schema, len(own)), strict=False)
    return [NewRow(draft, _with_keys(package.schemas[draft.table], draft, keys)) for draft in drafts]


def _next_keys(package: Package, schema: TableSchema, count: int) -> list[str]:
    """The next numbers of a table; ids that were removed are not given again."""
    match = NUMBERED.fullmatch(schema.fields[0].pattern or "")
    if match is None:
        return []
    prefix, width = match[1], int(match[2])
    removed = [row["id"] for row in table_rows(package, "deprecations")]
    used = [row[schema.columns[0]] for row in table_rows(package, schema.name)] + removed
    last = max((int(key.removeprefix(prefix)) for key in used if re.fullmatch(f"{prefix}[0-9]+", key)), default=0)
    return [f"{prefix}{number:0{width}}" for number in range(last + 1, last + count + 1)]


def _with_keys(schema: TableSchema, draft: Draft, keys: dict[tuple[str, str], str]) -> Cells:
    own = {schema.columns[0]: keys.get(draft.name, draft.key)}
    pointing = {f.field: keys.get((f.table, draft.cells[f.field]), draft.cells[f.field]) for f in schema.foreign_keys}
    return draft.cells | pointing | own


def _contents(package: Package, new: list[NewRow]) -> dict[str, bytes]:
    """The new bytes of every file that changes, by its path in the package."""
    tables = {row.draft.table for row in new}
    changed = {
        package.file(table): with_rows(package, table, [row.cells for row in new if row.draft.table == table])
        for table in sorted(tables)
    }
    same = {package.file(name): package.path(name).read_bytes() for name in package.schemas}
    return {**changed, DESCRIPTOR: json_bytes(stamped(package.descriptor, same | changed))}


def _findings(
    package: Package,
    before: Report,
    work: WorkFolder,
    new: list[NewRow],
    contents: dict[str, bytes],
    warnings: bool,
    tell: Tell,
) -> Iterator[str]:
    """What the checks say of the package as it would be, and did not say of it as it is."""
    with tempfile.TemporaryDirectory(prefix="shegong-") as folder:
        _copy(package, contents, Path(folder))
        found = check_package(open_package(Path(folder)), work.path, on_step=tell).findings
    known = {_identity(finding) for finding in before.findings}
    for finding in found:
        is_new = _identity(finding) not in known and not _is_elsewhere(finding, work)
        if is_new and (finding.is_error or not warnings):
            yield _line(work, new, finding)


def _is_elsewhere(finding: Finding, work: WorkFolder) -> bool:
    """Whether another document is missed, which has no reason to lie in this work folder."""
    return finding.rule is evidence.THERE and finding.key != work.document.key


def _copy(package: Package, contents: dict[str, bytes], folder: Path) -> None:
    for resource in package.resources:
        for file in (resource.path, resource.schema_path):
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(package.root / file, folder / file)
    for file, content in contents.items():
        (folder / file).write_bytes(content)


def _identity(finding: Finding) -> tuple[str, ...]:
    return finding.rule.id, finding.table, finding.column, finding.key, finding.value


def _line(work: WorkFolder, new: Iterable[NewRow], finding: Finding) -> str:
    """A finding at the row of the work folder that it is about, where it is about one."""
    row = next((r for r in new if r.draft.table == finding.table and next(iter(r.cells.values())) == finding.key), None)
    place = f"{work.place(row.draft)}:{finding.column}" if row else finding.place
    return f"{place}  {finding.rule.severity}: {finding.sentence} [{finding.rule.id}: {finding.rule.hint}]"
