"""The gates before a release: each yields findings."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from shegong.checks.run import Progress, check_package
from shegong.diff.compare import Difference, compare
from shegong.diff.report import required_bump_text
from shegong.diff.snapshot import take_snapshot
from shegong.diff.versions import Bump, parse_version
from shegong.findings import Finding
from shegong.package.archive import canonical_zip
from shegong.package.git import git
from shegong.package.package import DESCRIPTOR, Package
from shegong.pages.write_pages import write_pages
from shegong.release.make import package_files
from shegong.release.record import FOLDER, RECORD, open_release, past_releases
from shegong.release.rules import CHANGELOG, COMMITTED, PAGE, RECORDED, REMOVED, VERSION
from shegong.report import Report, Step, step_of

CHANGES = "CHANGELOG.md"


def difference_since_last(package: Package) -> Difference | None:
    """Compare the package with the last release on record; return None before the first release.

    Raises:
        PackageError: The last release cannot be read.
    """
    past = past_releases(package)
    return compare(take_snapshot(open_release(package, past[-1])), take_snapshot(package)) if past else None


def release_report(
    package: Package, difference: Difference | None, documents: Path | None, on_step: Progress
) -> Report:
    """Check the package, then run the gates of a release.

    Args:
        package: The package.
        difference: What changed since the last release, or None before the first.
        documents: Folder of the source documents, or None.
        on_step: Called with the name of each step that begins.
    """
    report = check_package(package, documents, conformance=True, on_step=on_step)
    filled = [name for name, number in report.rows.items() if number]
    changed = filled if difference is None else difference.changed_tables
    gates = Step("release", skipped="not run: the check must pass first")
    if not report.has_errors:
        gates = step_of("release", _gate_findings(package, difference, changed))
    bump = required_bump_text(difference) if difference else "no release on record yet"
    return Report(report.name, report.version, [*report.steps, gates], f"{report.summary}; {bump}")


def _gate_findings(package: Package, difference: Difference | None, changed: list[str]) -> Iterator[Finding]:
    for page in write_pages(package, write=False):
        yield Finding(PAGE, page, "the page is out of date")
    yield from _uncommitted(package)
    if difference:
        yield from _version_findings(package, difference)
        yield from _removed_findings(package, difference)
    yield from _changelog_findings(package, changed)
    yield from _record_findings(package)


def _uncommitted(package: Package) -> Iterator[Finding]:
    # A release changes its record itself: one that was killed there must not block the next.
    words = ("status", "--porcelain", "--", ".", f":(exclude){RECORD}", f":(exclude){FOLDER}")
    status = git(package.root, *words, what="the package is not in a git repository").decode("utf-8", "replace")
    for line in status.splitlines():
        yield Finding(COMMITTED, line[3:], "the file is not committed")


def _version_findings(package: Package, difference: Difference) -> Iterator[Finding]:
    """A version must rise by at least what the changes require; the released one may be made again unchanged."""
    version, last = parse_version(package.version), difference.old.version
    required = max(difference.required, last.bump(Bump.PATCH))
    if version < required and not (version == last and difference.level is Bump.NONE):
        message = f"version is {version}"
        yield Finding(
            VERSION, DESCRIPTOR, message, column="version", value=str(version), expected=required_bump_text(difference)
        )


def _removed_findings(package: Package, difference: Difference) -> Iterator[Finding]:
    listed = {(row["table_name"], row["id"]) for row in difference.new.tables["deprecations"].iter_rows(named=True)}
    for change in difference.changes:
        table, key = change.table, change.key
        if change.kind == "row-removed" and (table, key) not in listed and table in package.schemas:
            yield Finding(REMOVED, package.file(table), f"{key} was removed", table, key=key)


def _changelog_findings(package: Package, changed: list[str]) -> Iterator[Finding]:
    path = package.root / CHANGES
    text = path.read_text("utf-8") if path.exists() else ""
    heading = f"## {package.version} ({package.descriptor['created'][:10]})"
    section = re.search(rf"^{re.escape(heading)}$(.*?)(?=^## |\Z)", text, re.M | re.S)
    if not section:
        yield Finding(CHANGELOG, CHANGES, f"there is no section {heading!r}", value=heading)
        return
    for table in changed:
        if not re.search(rf"^### {table}$", section[1], re.M):
            yield Finding(CHANGELOG, CHANGES, f"{heading!r} has no heading '### {table}'", table, value=f"### {table}")


def _record_findings(package: Package) -> Iterator[Finding]:
    digest = hashlib.sha256(canonical_zip(package_files(package))).hexdigest()
    for past in past_releases(package):
        if past.version == package.version and past.sha256 != digest:
            message = f"{past.version} is released already, with other files"
            yield Finding(RECORDED, RECORD, message, value=digest, expected=f"the record has SHA-256 {past.sha256}")
