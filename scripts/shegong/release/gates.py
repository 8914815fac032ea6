"""The gates before a release: each yields findings."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from shegong.checks.run import Progress, check_package
from shegong.diff.compare import Difference, compare
from shegong.diff.difference_report import required_bump_text
from shegong.diff.snapshot import take_snapshot
from shegong.diff.versions import Bump, parse_version
from shegong.findings import Finding, Severity
from shegong.package.archive import canonical_zip
from shegong.package.git import git
from shegong.package.package import DESCRIPTOR, Package
from shegong.package.past_releases import FOLDER, RECORD, Release, past_releases
from shegong.pages.consumer import REQUIREMENTS
from shegong.pages.write_pages import write_pages
from shegong.release.make import make_wheel, package_files
from shegong.release.record import open_release
from shegong.release.release_rules import CHANGELOG, COMMITTED, PAGE, RECORDED, REMOVED, VERSION
from shegong.report import Report, Step, many, step_of

CHANGES = "CHANGELOG.md"
UNRELEASED = "## Unreleased"
MAX_NAMED = 5


def difference_since_last(package: Package) -> Difference | None:
    """Compare the package with the last release on record; return None before the first release.

    Raises:
        PackageError: The last release cannot be read.
    """
    past = past_releases(package)
    return compare(take_snapshot(open_release(package, past[-1])), take_snapshot(package)) if past else None


def release_report(
    package: Package,
    difference: Difference | None,
    documents: Path | None,
    on_step: Progress,
    dry_run: bool = False,
) -> Report:
    """Check the package, then run the gates of a release.

    Args:
        package: The package.
        difference: What changed since the last release, or None before the first.
        documents: Folder of the source documents, or None.
        on_step: Called with the name of each step that begins.
        dry_run: Whether nothing will be released. Between releases, what the next one lacks is then a warning.
    """
    report = check_package(package, documents, conformance=True, on_step=on_step)
    gates, state = Step("release", skipped="not run: the check must pass first"), ""
    if not report.has_errors:
        on_step("release")
        gates, state = _gates(package, difference, [name for name, number in report.rows.items() if number], dry_run)
        on_step("")
    return Report(report.name, report.version, [*report.steps, gates], f"{report.summary}{state}")


def _gates(package: Package, difference: Difference | None, filled: list[str], dry_run: bool) -> tuple[Step, str]:
    """Run the gates; return their step, and in words where the version is."""
    if difference is None:
        return step_of(
            "release", [*_always(package), *_changelog_findings(package, filled)]
        ), "; no release on record yet"
    last = past_releases(package)[-1]
    changed = _changed_files(package, last) if last.version == package.version else []
    findings = _always(package)
    if last.version != package.version or changed:
        findings += [*_next_findings(package, difference, changed)]
    is_next = bool(changed) and dry_run
    if is_next:
        findings = [
            f if f.rule is PAGE else replace(f, rule=replace(f.rule, severity=Severity.WARNING)) for f in findings
        ]
    return step_of("release", findings), f"; {_state(difference, changed)}"


def _always(package: Package) -> list[Finding]:
    pages = [Finding(PAGE, page, "the page is out of date") for page in write_pages(package, write=False)]
    return [*pages, *_uncommitted(package)]


def _next_findings(package: Package, difference: Difference, changed: list[str]) -> Iterator[Finding]:
    """Yield what a release of other files than the last one lacks."""
    wrong = [*(_recorded_findings(difference, changed) if changed else _version_findings(package, difference))]
    yield from wrong
    yield from _removed_findings(package, difference)
    if changed:
        yield from _unreleased_findings(package, difference)
    elif not wrong:
        yield from _changelog_findings(package, difference.changed_tables)


def _state(difference: Difference, changed: list[str]) -> str:
    last = difference.old.version
    if difference.level is Bump.NONE:
        after = f"; the next version is {last.bump(Bump.PATCH)} or later" if changed else ""
        return f"no changes to the data since {last}{after}"
    return required_bump_text(difference)


def _changed_files(package: Package, last: Release) -> list[str]:
    """Return which files of the last release the package would make with other bytes."""
    archive = hashlib.sha256(canonical_zip(package_files(package))).hexdigest()
    with tempfile.TemporaryDirectory(prefix="shegong-") as folder:
        wheel = hashlib.sha256(make_wheel(package, Path(folder))).hexdigest()
    made = {"archive": (archive, last.sha256), "wheel": (wheel, last.wheel)}
    return [name for name, (digest, recorded) in made.items() if digest != recorded]


def _recorded_findings(difference: Difference, changed: list[str]) -> Iterator[Finding]:
    """Yield a finding if files differ from those of the same released version."""
    last = difference.old.version
    required = last.bump(max(difference.level, Bump.PATCH))
    message = f"version is {last}, which is on record with another {' and '.join(changed)}"
    expected = f"the next version is {required} or later"
    yield Finding(RECORDED, DESCRIPTOR, message, column="version", value=str(last), expected=expected)


def _unreleased_findings(package: Package, difference: Difference) -> Iterator[Finding]:
    """Yield a finding if the section "Unreleased" lacks a changed table."""
    section = _section(package, UNRELEASED)
    lacking = [f"'### {table}'" for table in difference.changed_tables if f"### {table}" not in section.splitlines()]
    if not section:
        with_headings = f" with {', '.join(lacking)}" if lacking else ""
        yield Finding(CHANGELOG, CHANGES, f"section {UNRELEASED!r}{with_headings} is missing")
    elif lacking:
        yield Finding(CHANGELOG, CHANGES, f"{UNRELEASED!r} has no heading {', '.join(lacking)}")


def _uncommitted(package: Package) -> Iterator[Finding]:
    # A release changes its record itself: one that was killed there must not block the next.
    excluded = (f":(exclude){path}" for path in (RECORD, FOLDER, REQUIREMENTS))
    words = ("status", "--porcelain", "--", ".", *excluded)
    status = git(package.root, *words, what="the package is not in a git repository").decode("utf-8", "replace")
    for line in status.splitlines():
        yield Finding(COMMITTED, line[3:], "the file is not committed")


def _version_findings(package: Package, difference: Difference) -> Iterator[Finding]:
    """Yield a finding if the version is lower than the changes require."""
    version = parse_version(package.version)
    if version < difference.old.version.bump(max(difference.level, Bump.PATCH)):
        message = f"version is {version}"
        reason = required_bump_text(difference)
        yield Finding(VERSION, DESCRIPTOR, message, column="version", value=str(version), expected=reason)


def _removed_findings(package: Package, difference: Difference) -> Iterator[Finding]:
    """Name the first removed ids of each table that are not deprecated, and count them."""
    listed = {(row["table_name"], row["id"]) for row in difference.new.tables["deprecations"].iter_rows(named=True)}
    for table in package.schemas:
        removed = [c.key for c in difference.changes if c.kind == "row-removed" and c.table == table]
        if lacking := [key for key in removed if (table, key) not in listed]:
            named = ", ".join(lacking[:MAX_NAMED]) + (", …" if len(lacking) > MAX_NAMED else "")
            message = f"{many(len(lacking), 'id')} {'was' if len(lacking) == 1 else 'were'} removed: {named}"
            yield Finding(REMOVED, package.file(table), message, table, key=lacking[0])


def _changelog_findings(package: Package, changed: list[str]) -> Iterator[Finding]:
    heading = f"## {package.version} ({package.descriptor['created'][:10]})"
    section = _section(package, heading)
    lacking = [f"'### {table}'" for table in changed if f"### {table}" not in section.splitlines()]
    if not section:
        yield Finding(CHANGELOG, CHANGES, f"section {heading!r} is missing", value=heading)
    elif lacking:
        yield Finding(CHANGELOG, CHANGES, f"{heading!r} has no heading {', '.join(lacking)}", value=heading)


def _section(package: Package, heading: str) -> str:
    """Return a section of the changelog with its heading, or empty text."""
    path = package.root / CHANGES
    text = path.read_text("utf-8") if path.exists() else ""
    match = re.search(rf"^{re.escape(heading)}$.*?(?=^## |\Z)", text, re.M | re.S)
    return match[0] if match else ""
