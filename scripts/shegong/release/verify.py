"""Verify: is what I received the very release that it says it is? For consumers; needs only `duckdb`."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from shegong.database.query import lock, open_database
from shegong.database.roundtrip import canonical_hash
from shegong.errors import PackageError, first_line
from shegong.package.archive import SUMS, canonical_zip, parse_sums
from shegong.package.files import ArchiveFiles, Files, FolderFiles, open_archive, read_descriptor, read_json
from shegong.package.package import DESCRIPTOR
from shegong.package.schema import TableSchema, parse_schema


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


def verify(path: Path, root: Path) -> Verdict:
    """Verify a release folder, a package folder, an archive, or a database file.

    Args:
        path: What was received.
        root: The package whose descriptor a lone database is held against.

    Raises:
        PackageError: It is none of these, or not of this package.
    """
    if path.is_dir():
        return _verify_folder(path)
    if path.suffix == ".duckdb":
        return _verify_database(path, FolderFiles(str(root), root))
    if path.is_file():
        return _verify_archive(str(path), path.read_bytes())
    raise PackageError(f"{path}: nothing is there")


def _verify_folder(folder: Path) -> Verdict:
    files = FolderFiles(str(folder), folder)
    if (folder / DESCRIPTOR).is_file():
        return _verify_package(files, files.names() if (folder / SUMS).is_file() else [])
    archives = sorted(path.name for path in folder.glob("*.zip"))
    if not archives or not (folder / SUMS).is_file():
        raise PackageError(f"{folder}: holds neither {DESCRIPTOR} nor a release (an archive and {SUMS})")
    archive = files.read(archives[0])
    verdict = _verify_archive(archives[0], archive)
    _hold_against_sums(verdict, files, files.names())
    for path in sorted(folder.glob("*.duckdb")):
        _add(verdict, _verify_database(path, open_archive(archives[0], archive)))
    return verdict


def _verify_archive(name: str, content: bytes) -> Verdict:
    files = open_archive(name, content)
    verdict = _verify_package(files, files.names())
    members = {member: _member(files, member) for member in files.names()}
    verdict.checked += 1
    if None in members.values() or canonical_zip({k: v for k, v in members.items() if v is not None}) != content:
        verdict.wrong.append(f"{name}: differs from the archive that its files have")
    return verdict


def _member(files: ArchiveFiles, name: str) -> bytes | None:
    try:
        return files.read(name)
    except PackageError:
        return None


def _verify_package(files: Files, names: list[str]) -> Verdict:
    descriptor = read_descriptor(files)
    verdict = Verdict(str(descriptor["version"]))
    for item in descriptor["resources"]:
        _hold(verdict, files, item["path"], str(item.get("hash", "")).removeprefix("sha256:"))
    if SUMS in names:
        _hold_against_sums(verdict, files, names)
    if not verdict.wrong:
        _resolve_removed(verdict, files, descriptor)
    return verdict


def _resolve_removed(verdict: Verdict, files: Files, descriptor: dict[str, Any]) -> None:
    """Follow each removed id to the one that replaces it."""
    paths = {item["name"]: item["path"] for item in descriptor["resources"]}
    removed = _rows(files, paths["deprecations"]) if "deprecations" in paths else []
    gone = {(row["table_name"], row["id"]) for row in removed}
    for row in removed:
        table, id, successor = row["table_name"], row["id"], row["replaced_by"]
        if successor and (table, successor) not in gone and successor not in _ids(files, paths.get(table, "")):
            verdict.wrong.append(f"{table}: {id} was replaced by {successor}, which is not there")
    verdict.removed = len(removed)


def _rows(files: Files, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files.read(path).decode("utf-8", "replace"), newline="")))


def _ids(files: Files, path: str) -> set[str]:
    return {next(iter(row.values())) for row in _rows(files, path)} if path else set()


def _hold_against_sums(verdict: Verdict, files: Files, names: list[str]) -> None:
    listed = parse_sums(files.read(SUMS))
    for name, digest in sorted(listed.items()):
        _hold(verdict, files, name, digest)
    for name in sorted(set(names) - set(listed) - {SUMS}):
        verdict.wrong.append(f"{name}: is not in {SUMS}")


def _hold(verdict: Verdict, files: Files, name: str, digest: str) -> None:
    verdict.checked += 1
    try:
        found = hashlib.sha256(files.read(name)).hexdigest()
    except PackageError as error:
        verdict.wrong.append(str(error))
        return
    if found != digest:
        verdict.wrong.append(f"{name}: has SHA-256 {found}, not {digest or 'any that is given'}")


def _verify_database(path: Path, files: Files) -> Verdict:
    descriptor = read_descriptor(files)
    verdict = Verdict(str(descriptor["version"]))
    with open_database(path) as connection:
        lock(connection)  # a stranger's database may hold views over files
        for item, schema in _tables(files, descriptor):
            verdict.checked += 1
            try:
                same = canonical_hash(connection, schema) == item.get("hash")
            except duckdb.Error as error:
                verdict.wrong.append(f"{path.name}: table {schema.name}: {first_line(error)}")
                continue
            if not same:
                verdict.wrong.append(f"{path.name}: table {schema.name} is not {item['path']} of {verdict.version}")
    return verdict


def _tables(files: Files, descriptor: dict[str, Any]) -> Iterator[tuple[dict[str, Any], TableSchema]]:
    for item in descriptor["resources"]:
        yield item, parse_schema(item["name"], read_json(files, item["schema"]))


def _add(verdict: Verdict, other: Verdict) -> None:
    verdict.checked += other.checked
    verdict.wrong += other.wrong
