"""The gates before a release: each says in a line what stands in the way, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from shegong.checks.run import Progress as Tell
from shegong.checks.run import check_package
from shegong.diff.compare import Difference, compare
from shegong.diff.report import verdict
from shegong.diff.snapshot import take_snapshot
from shegong.diff.versions import Level, parse_version
from shegong.package.files import FolderFiles
from shegong.package.git import git
from shegong.package.package import Package
from shegong.pages.write_pages import write_pages
from shegong.release.record import FOLDER, RECORD, open_release, past_releases
from shegong.report import Report, totals_line

CHANGELOG = "CHANGELOG.md"


def difference_since_last(package: Package) -> Difference | None:
    """What changed since the last release on record; None before the first one.

    Raises:
        PackageError: The last release cannot be read.
    """
    past = past_releases(package)
    if not past:
        return None
    new = take_snapshot(FolderFiles(str(package.root), package.root))
    return compare(take_snapshot(open_release(package, past[-1])), new)


def obstacles(package: Package, difference: Difference | None, documents: Path | None, tell: Tell) -> list[str]:
    """What stands in the way of a release, in the order in which it is best mended."""
    report = check_package(package, documents, conformance=True, on_step=tell)
    if report.has_errors:
        return [f"the check has {totals_line(report)}: see `shegong check --conformance`"]
    return [
        *_stale_pages(package),
        *_dirty(package),
        *_version(package, difference),
        *_changelog(package, difference, report),
    ]


def _stale_pages(package: Package) -> Iterator[str]:
    for page in write_pages(package, write=False):
        yield f"{page} is out of date: run `shegong docs`"


def _dirty(package: Package) -> Iterator[str]:
    # The record is what a release itself changes: one that was killed there must not stand in its own way.
    words = ("status", "--porcelain", "--", ".", f":(exclude){RECORD}", f":(exclude){FOLDER}")
    status = git(package.root, *words, what="the package is in no git repository").decode("utf-8", "replace")
    if status.strip():
        yield f"the tree is dirty: commit or remove {', '.join(line[3:] for line in status.splitlines()[:5])}"


def _version(package: Package, difference: Difference | None) -> Iterator[str]:
    """A version may only rise, by at least what the changes ask; the released one may be made again as it was."""
    if difference is None:
        return
    version, last = parse_version(package.version), difference.old.version
    if version == last and difference.level is Level.NONE:
        return
    required = max(difference.required, last.raised(Level.PATCH))
    if version < required:
        yield f"version {version} in datapackage.json is too low: {verdict(difference)}"
    yield from _unresolvable(package, difference)


def _unresolvable(package: Package, difference: Difference) -> Iterator[str]:
    told = {(row["table_name"], row["id"]) for row in difference.new.tables["deprecations"].iter_rows(named=True)}
    for change in difference.changes:
        if change.kind == "row-removed" and (change.table, change.key) not in told and change.table in package.schemas:
            yield f"{change.table}: {change.key} was removed: say in data/deprecations.csv what became of it"


def _changelog(package: Package, difference: Difference | None, report: Report) -> Iterator[str]:
    path = package.root / CHANGELOG
    text = path.read_text("utf-8") if path.exists() else ""
    day = package.descriptor["created"][:10]
    heading = f"## {package.version} ({day})"
    section = re.search(rf"^{re.escape(heading)}$(.*?)(?=^## |\Z)", text, re.M | re.S)
    if not section:
        yield f"{CHANGELOG} has no section {heading!r}"
        return
    filled = [name for name, height in report.rows.items() if height]
    for table in filled if difference is None else difference.changed_tables:
        if not re.search(rf"^### {table}$", section[1], re.M):
            yield f"{CHANGELOG} does not tell of {table}: add '### {table}' to {heading!r}"
