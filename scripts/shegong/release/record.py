"""The record of past releases: `releases.json`, and the archive and changes of the last one in `releases/`.

The next version is compared with that archive, which is in every clone, without tags or history.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from shegong.database.query import open_database
from shegong.database.roundtrip import canonical_hash
from shegong.errors import PackageError, first_line
from shegong.package.checksums import json_bytes
from shegong.package.package import Package, open_packed
from shegong.package.schema import TableSchema
from shegong.package.strict_json import load_json
from shegong.package.write import replace_files

RECORD = "releases.json"
FOLDER = "releases"


@dataclass(frozen=True)
class Release:
    """A past release.

    Attributes:
        version: Its version.
        created: Its date.
        sha256: The SHA-256 of its archive.
        wheel: That of its wheel; empty in a record of before 0.1.4.
        tables: That of the tables in its database, written back; empty in a record of before 0.1.4.
    """

    version: str
    created: str
    sha256: str
    wheel: str = ""
    tables: str = ""


def past_releases(package: Package) -> list[Release]:
    """Return the releases on record, the oldest first.

    Raises:
        PackageError: The record cannot be read.
    """
    path = package.root / RECORD
    if not path.exists():
        return []
    try:
        return [Release(**item) for item in load_json(path)["releases"]]
    except (KeyError, TypeError) as error:
        raise PackageError(f"{path}: is not a record of releases: {error}") from None


def open_release(package: Package, release: Release) -> Package:
    """Open the last release.

    Raises:
        PackageError: Its archive is missing, or is another one.
    """
    path = package.root / FOLDER / archive_name(release.version)
    if not path.is_file():
        raise PackageError(f"{path}: the archive of the last release is missing; restore it, {RECORD} lists it")
    content = path.read_bytes()
    if _sha256(content) != release.sha256:
        raise PackageError(f"{path}: is not the archive that {RECORD} lists; restore it")
    return open_packed(str(path), content)


def release_of(package: Package, folder: Path) -> Release:
    """Return the record of a release from its files."""
    version = package.version
    archive, wheel = (_sha256((folder / name).read_bytes()) for name in (archive_name(version), wheel_name(version)))
    tables = tables_hash(folder / "shegong.duckdb", package.schemas)
    return Release(version, package.descriptor["created"], archive, wheel, tables)


def require_same(past: Release, release: Release) -> None:
    """Refuse to make other bytes under a version that is on record.

    Raises:
        PackageError: A hash differs; the message names the file.
    """
    for name, what in (("sha256", "archive"), ("wheel", "wheel"), ("tables", "tables of the database")):
        found, expected = getattr(release, name), getattr(past, name)
        if found != expected:
            has = f"has SHA-256 {expected}" if expected else "has none"
            raise PackageError(
                f"{past.version} is released already: the {what} would have SHA-256 {found}, but {RECORD} {has};"
                " raise `version` in datapackage.json"
            )


def enter(package: Package, release: Release, archive: bytes, changes: bytes) -> None:
    """Enter a release as the last one, and keep its archive and changes instead of the previous ones.

    Raises:
        PackageError: It cannot be written; record and archives are as they were.
    """
    kept = [_as_json(past) for past in past_releases(package)]
    files = {archive_name(release.version): archive, changes_name(release.version): changes}
    record = json_bytes({"releases": [*kept, _as_json(release)]})
    replace_files(package.root, {**{f"{FOLDER}/{name}": content for name, content in files.items()}, RECORD: record})
    for old in (package.root / FOLDER).iterdir():
        if old.name not in files and old.suffix in (".zip", ".md"):
            old.unlink()


def tables_hash(database: Path, schemas: Mapping[str, TableSchema]) -> str:
    """Return one SHA-256 for the tables of a database, each written back as CSV.

    Raises:
        PackageError: The database lacks a table, or cannot be read.
    """
    with open_database(database) as connection:
        try:
            lines = [f"{name} {canonical_hash(connection, schema)}\n" for name, schema in sorted(schemas.items())]
        except duckdb.Error as error:
            raise PackageError(f"{database}: a table cannot be read: {first_line(error)}") from None
    return _sha256("".join(lines).encode("utf-8"))


def archive_name(version: str) -> str:
    """Return the file name of the archive of a version."""
    return f"shegong-{version}.zip"


def wheel_name(version: str) -> str:
    """Return the file name of the wheel of a version."""
    return f"shegong-{version}-py3-none-any.whl"


def changes_name(version: str) -> str:
    """Return the name of the page that lists the changes of a version."""
    return f"CHANGES-{version}.md"


def _as_json(release: Release) -> dict[str, str]:
    return {name: value for name, value in vars(release).items() if value}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
