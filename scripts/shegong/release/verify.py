"""Verify: is what I received the very release that it says it is? For consumers; needs only `duckdb`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from shegong.database.query import lock, open_database
from shegong.database.roundtrip import canonical_hash
from shegong.errors import PackageError, first_line
from shegong.package.archive import SUMS, canonical_zip, parse_sums
from shegong.package.files import Files, FolderFiles
from shegong.package.package import DESCRIPTOR, Package, open_any, open_packed


@dataclass
class Verdict:
    """What was verified.

    Attributes:
        version: The version that it says it is.
        checked: How many files and tables were held against a hash.
        wrong: A line for each that is not what it should be.
        removed: How many ids of earlier versions were removed, each with what became of it.
    """

    version: str
    checked: int = 0
    wrong: list[str] = field(default_factory=list)
    removed: int = 0


def verify(path: Path, package: Package) -> Verdict:
    """Verify a release folder, a package folder, an archive, or a database file.

    Args:
        path: What was received.
        package: The package whose descriptor a lone database is compared with.

    Raises:
        PackageError: It is none of these, or not of this package.
    """
    if path.is_dir():
        return _verify_folder(path)
    if path.suffix == ".duckdb":
        return _verify_database(path, package)
    if path.suffix == ".whl":
        return _verify_package(open_any(str(path), path.parent), has_sums=False)
    if path.is_file():
        return _verify_archive(str(path), path.read_bytes())[0]
    raise PackageError(f"{path}: no such file or folder")


def _verify_folder(folder: Path) -> Verdict:
    files = FolderFiles(folder)
    if (folder / DESCRIPTOR).is_file():
        return _verify_package(open_any(str(folder), folder), has_sums=(folder / SUMS).is_file())
    archives = sorted(path.name for path in folder.glob("*.zip"))
    if not archives or not (folder / SUMS).is_file():
        raise PackageError(f"{folder}: contains neither {DESCRIPTOR} nor a release (an archive and {SUMS})")
    verdict, package = _verify_archive(archives[0], files.read(archives[0]))
    _verify_sums(verdict, files)
    for path in sorted(folder.glob("*.duckdb")):
        database = _verify_database(path, package)
        verdict.checked += database.checked
        verdict.wrong += database.wrong
    return verdict


def _verify_archive(name: str, content: bytes) -> tuple[Verdict, Package]:
    package = open_packed(name, content)
    verdict = _verify_package(package, SUMS in package.files.names())
    verdict.checked += 1
    if not _is_canonical(package.files, content):
        verdict.wrong.append(f"{name}: differs from the archive that its files have")
    return verdict, package


def _is_canonical(files: Files, content: bytes) -> bool:
    try:
        return canonical_zip({name: files.read(name) for name in files.names()}) == content
    except PackageError:
        return False


def _verify_package(package: Package, has_sums: bool) -> Verdict:
    verdict = Verdict(package.version)
    for resource in package.resources:
        _verify_file(verdict, package.files, resource.path, resource.hash.removeprefix("sha256:"))
    if has_sums:
        _verify_sums(verdict, package.files)
    if not verdict.wrong:
        _resolve_removed(verdict, package)
    return verdict


def _resolve_removed(verdict: Verdict, package: Package) -> None:
    """Follow each removed id to the one that replaces it."""
    tables = {resource.name for resource in package.resources}
    removed = package.rows("deprecations") if "deprecations" in tables else []
    known = {(row["table_name"], row["id"]) for row in removed}
    for table in tables & {table for table, _ in known}:
        known |= {(table, next(iter(row.values()))) for row in package.rows(table)}
    for row in removed:
        table, id, successor = row["table_name"], row["id"], row["replaced_by"]
        if successor and (table, successor) not in known:
            verdict.wrong.append(f"{table}: {id} was replaced by {successor}, which is not there")
    verdict.removed = len(removed)


def _verify_sums(verdict: Verdict, files: Files) -> None:
    listed = parse_sums(files.read(SUMS))
    for name, digest in sorted(listed.items()):
        _verify_file(verdict, files, name, digest)
    for name in sorted(set(files.names()) - set(listed) - {SUMS}):
        verdict.wrong.append(f"{name}: is not in {SUMS}")


def _verify_file(verdict: Verdict, files: Files, name: str, digest: str) -> None:
    verdict.checked += 1
    try:
        found = hashlib.sha256(files.read(name)).hexdigest()
    except PackageError as error:
        verdict.wrong.append(str(error))
        return
    if found != digest:
        verdict.wrong.append(f"{name}: has SHA-256 {found}, not {digest or 'any that is given'}")


def _verify_database(path: Path, package: Package) -> Verdict:
    verdict = Verdict(package.version)
    with open_database(path) as connection:
        lock(connection)  # an untrusted database may contain views over files
        for resource in package.resources:
            verdict.checked += 1
            try:
                same = canonical_hash(connection, package.schemas[resource.name]) == resource.hash
            except duckdb.Error as error:
                verdict.wrong.append(f"{path.name}: table {resource.name}: {first_line(error)}")
                continue
            if not same:
                verdict.wrong.append(f"{path.name}: table {resource.name} is not {resource.path} of {verdict.version}")
    return verdict
