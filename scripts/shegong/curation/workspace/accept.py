"""Accept: merge a finished work folder into the tables, all of its rows or none."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from shegong.checks.run import NEEDS_DESCRIPTOR, NEEDS_TABLES, check_package
from shegong.curation.workspace.blockers import STEP, find_blockers
from shegong.curation.workspace.new_rows import NewRow, changed_files, new_rows
from shegong.curation.workspace.work_folder import WorkFolder
from shegong.errors import PackageError
from shegong.findings import Finding
from shegong.package.lock import exclusive_lock
from shegong.package.package import Package, open_package
from shegong.package.write import replace_files
from shegong.report import Report, Step, many, step_of


@dataclass(frozen=True)
class Accepted:
    """The result of `accept`.

    Attributes:
        rows: How many rows each table got; empty if nothing was written.
        report: The findings that prevented it.
    """

    rows: dict[str, int]
    report: Report


def accept(
    package: Package, work: WorkFolder, allow_warnings: bool = False, on_step: Callable[[str], None] = lambda step: None
) -> Accepted:
    """Merge a finished work folder into the tables as one change.

    Args:
        package: The package.
        work: The work folder.
        allow_warnings: Whether to accept rows that cause warnings.
        on_step: Called with the name of each step that begins.

    Raises:
        PackageError: The package cannot be validated or contains the document, another change is running, or the
            files cannot be written.
    """
    with exclusive_lock(package.root, "another change of the tables"):
        before = check_package(package)
        _require_possible(package, work, before)
        summary = f"{many(len(work.drafts), 'row')} of {work.path}"
        blockers = step_of(STEP, find_blockers(package, work))
        report = Report(package.descriptor["name"], package.version, [blockers], summary)
        if not report.findings:
            new = new_rows(package, work)
            contents = changed_files(package, new)
            after = _check_with(package, work, contents, on_step)
            report.steps += _new_steps(before, after, work, new, allow_warnings)
            if not report.findings:
                replace_files(package.root, contents)
                return Accepted(dict(Counter(row.draft.table for row in new)), report)
        return Accepted({}, report)


def _require_possible(package: Package, work: WorkFolder, before: Report) -> None:
    if any(step.skipped in (NEEDS_DESCRIPTOR, NEEDS_TABLES) for step in before.steps):
        raise PackageError(f"{package.root}: the package cannot be validated as it is: see `shegong check`")
    for row in package.rows("documents"):
        if row["sha256"] == work.sha256:
            raise PackageError(f"{work.path}: the package already contains the document, as {row['document_id']}")


def _check_with(
    package: Package, work: WorkFolder, contents: dict[str, bytes], on_step: Callable[[str], None]
) -> Report:
    """Check the package as it would be, with the document of the work folder, if it has one."""
    with tempfile.TemporaryDirectory(prefix="shegong-") as name:
        folder = Path(name)
        for resource in package.resources:
            for file in (resource.path, resource.schema_path):
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(package.root / file, folder / file)
        for file, content in contents.items():
            (folder / file).write_bytes(content)
        return check_package(open_package(folder), work.path, False, on_step)


def _new_steps(
    before: Report, after: Report, work: WorkFolder, new: list[NewRow], allow_warnings: bool
) -> Iterator[Step]:
    """Yield the steps of a check with the findings that the new rows cause, at their lines of the work folder."""
    known = {_identity(finding) for finding in before.findings}
    drafts = {(row.draft.table, row.key): row.draft for row in new}
    for step in after.steps:
        kept = []
        for finding in step.findings:
            # The work folder need not contain the other documents.
            is_elsewhere = finding.rule.id == "document-missing" and not work.find("documents", finding.key)
            is_new = _identity(finding) not in known and not is_elsewhere
            if is_new and (finding.is_error or not allow_warnings):
                draft = drafts.get((finding.table, finding.key))
                if draft:
                    finding = replace(finding, file=str(work.file(draft.table)), line=draft.line, key=draft.key)
                kept.append(finding)
        yield step_of(step.name, kept, step.skipped)


def _identity(finding: Finding) -> tuple[str, ...]:
    return finding.rule.id, finding.table, finding.column, finding.key, finding.value
