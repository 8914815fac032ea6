"""Verify that what was received is, byte for byte, the release that it claims to be. Needs only `duckdb`."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import duckdb

from shegong.database.query import lock, open_database
from shegong.database.roundtrip import canonical_hash
from shegong.errors import PackageError, first_line
from shegong.findings import Finding
from shegong.package.archive import SUMS, canonical_zip, parse_sums
from shegong.package.files import ArchiveFiles, Files, FolderFiles
from shegong.package.package import DESCRIPTOR, Package, Row, open_any, open_packed
from shegong.package.past_releases import FOLDER, RECORD, Release, archive_name, read_record, wheel_name
from shegong.release.release_rules import ARCHIVE, HASH, LISTED, SUCCESSOR, TABLE_CHANGED
from shegong.report import Report, Step, many, step_of

WHEEL_RECORD = re.compile(r"[^/]+\.dist-info/RECORD")


def verify(path: Path, package: Package) -> Report:
    """Verify a release folder, a package folder, an archive, a wheel, or a database file.

    Args:
        path: What was received.
        package: The package with which a lone database is compared.

    Raises:
        PackageError: It is none of these, or not a version of this package.
    """
    if path.is_dir() and not (path / DESCRIPTOR).is_file():
        package, steps = _release_steps(path)
    elif path.is_dir():
        package = open_any(str(path), path.parent)
        steps = _package_steps(package)
    elif path.suffix == ".duckdb":
        steps = [_database_step(path, package)]
    elif path.is_file():
        package, steps = _archive_steps(str(path), path.read_bytes())
        record = path.resolve().parents[1] / RECORD
        if path.resolve().parent.name == FOLDER and record.is_file():
            steps.append(step_of(RECORD, _record_findings(path, read_record(record))))
    else:
        raise PackageError(f"{path}: no such file or folder")
    beside = f", compared with {Path(package.name).resolve()}" if path.suffix == ".duckdb" else ""
    summary = f"{path.resolve()} (version {package.version}){beside}"
    return Report(package.descriptor["name"], package.version, steps, summary)


def _release_steps(folder: Path) -> tuple[Package, list[Step]]:
    archives = sorted(path.name for path in folder.glob("*.zip"))
    if not archives or not (folder / SUMS).is_file():
        raise PackageError(f"{folder}: contains neither {DESCRIPTOR} nor a release (an archive and {SUMS})")
    files = FolderFiles(folder)
    package, steps = _archive_steps(archives[0], files.read(archives[0]))
    databases = [_database_step(path, package) for path in sorted(folder.glob("*.duckdb"))]
    return package, [_sums_step(folder.name, files), *steps, *databases]


def _archive_steps(name: str, content: bytes) -> tuple[Package, list[Step]]:
    package = open_packed(name, content)
    steps = _package_steps(package)
    if isinstance(package.files, ArchiveFiles) and package.files.prefix:
        return package, [step_of(Path(name).name, _wheel_findings(package.files)), *steps]
    differs = () if _is_canonical(package.files, content) else (Finding(ARCHIVE, name, "has other bytes"),)
    return package, [step_of(Path(name).name, differs), *steps]


def _record_findings(path: Path, releases: Sequence[Release]) -> Iterator[Finding]:
    """Compare a file of `releases/` with the record beside that folder."""
    listed = {archive_name(release.version): release.sha256 for release in releases}
    listed |= {wheel_name(release.version): release.wheel for release in releases}
    if path.name in listed:
        yield from _hash_findings(FolderFiles(path.parent), {path.name: listed[path.name]}, RECORD)
    else:
        yield Finding(LISTED, path.name, f"the file is in {FOLDER}/, but not in {RECORD}")


def _is_canonical(files: Files, content: bytes) -> bool:
    try:
        return canonical_zip({name: files.read(name) for name in files.names()}) == content
    except PackageError:
        return False


def _package_steps(package: Package) -> list[Step]:
    stamps = {resource.path: resource.hash.removeprefix("sha256:") for resource in package.resources}
    steps = [step_of("tables", _hash_findings(package.files, stamps, DESCRIPTOR))]
    if package.files.has(SUMS):
        known = {finding.file for finding in steps[0].findings}
        steps.append(_sums_step("other files" if known else "files", package.files, known))
    if any(step.findings for step in steps):
        return [*steps, Step("removed ids", skipped="not run: the tables must be intact first")]
    removed = package.rows("deprecations") if "deprecations" in package.schemas else []
    return [*steps, step_of(many(len(removed), "removed id"), _successor_findings(package, removed))]


def _sums_step(name: str, files: Files, known: Collection[str] = ()) -> Step:
    """Compare files with `SHA256SUMS`, except those that are known to differ."""
    listed = parse_sums(files.read(SUMS))
    found = [*_hash_findings(files, listed, SUMS), *_unlisted_findings(files, {*listed, SUMS}, SUMS)]
    return step_of(name, [finding for finding in found if finding.file not in known])


def _wheel_findings(wheel: ArchiveFiles) -> Iterator[Finding]:
    """Compare every file of a wheel, also those of the program, with the hashes of its RECORD."""
    files = ArchiveFiles(wheel.name, wheel.archive)
    record = next(filter(WHEEL_RECORD.fullmatch, files.names()), "")
    if not record:
        yield Finding(LISTED, wheel.name, "the wheel has no RECORD")
        return
    try:
        rows = csv.reader(io.StringIO(files.read(record).decode("utf-8"), newline=""), strict=True)
        # RECORD has its digests in base64 without the padding.
        digests = ((row[0], row[1].removeprefix("sha256=") + "=") for row in rows if row and row[0] != record)
        listed = {name: base64.urlsafe_b64decode(digest).hex() for name, digest in digests}
    except (UnicodeDecodeError, csv.Error, IndexError, ValueError) as error:
        yield Finding(HASH, record, f"cannot be read: {error}")
        return
    yield from _hash_findings(files, listed, "RECORD")
    yield from _unlisted_findings(files, {*listed, record}, "RECORD")


def _unlisted_findings(files: Files, listed: set[str], where: str) -> Iterator[Finding]:
    for name in sorted({*files.names()} - listed):
        yield Finding(LISTED, name, f"the file is there, but not in {where}")


def _hash_findings(files: Files, listed: dict[str, str], where: str) -> Iterator[Finding]:
    for name, digest in sorted(listed.items()):
        try:
            found = hashlib.sha256(files.read(name)).hexdigest()
        except PackageError as error:
            yield Finding(HASH, name, str(error))
            continue
        if found != digest:
            expected = f"{where} lists {digest}" if digest else f"{where} lists none"
            yield Finding(HASH, name, f"SHA-256 is {found}", value=found, expected=expected)


def _successor_findings(package: Package, removed: list[Row]) -> Iterator[Finding]:
    """Follow each removed id to the one that replaces it."""
    known = {(row["table_name"], row["id"]) for row in removed}
    for table in package.schemas.keys() & {table for table, _ in known}:
        known |= {(table, next(iter(row.values()))) for row in package.rows(table)}
    for row in removed:
        table, id, successor = row["table_name"], row["id"], row["replaced_by"]
        if successor and (table, successor) not in known:
            message = f"{id} of {table} was replaced by {successor}, which is not there"
            yield Finding(SUCCESSOR, package.file("deprecations"), message, "deprecations", key=id, value=successor)


def _database_step(path: Path, package: Package) -> Step:
    with open_database(path) as connection:
        lock(connection)  # an untrusted database may contain views over files
        return step_of(path.name, list(_database_findings(connection, path.name, package)))


def _database_findings(connection: duckdb.DuckDBPyConnection, file: str, package: Package) -> Iterator[Finding]:
    for resource in package.resources:
        try:
            found = canonical_hash(connection, package.schemas[resource.name])
        except duckdb.Error as error:
            yield Finding(TABLE_CHANGED, file, f"{resource.name}: {first_line(error)}", resource.name)
            continue
        if found != resource.hash:
            expected = f"{resource.path} of {package.version} has {resource.hash or 'none'}"
            yield Finding(TABLE_CHANGED, file, f"{resource.name}: hash is {found}", resource.name, expected=expected)
