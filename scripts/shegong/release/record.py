"""Write the record of releases: `releases.json`, and the archive, wheel and changes of the last one in `releases/`.

The next version is compared with that archive, which is in every clone, without tags or history.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

from shegong.database.query import open_database
from shegong.database.roundtrip import canonical_hash
from shegong.errors import PackageError, first_line
from shegong.package.checksums import json_bytes
from shegong.package.package import Package, open_packed
from shegong.package.past_releases import (
    FOLDER,
    RECORD,
    Release,
    archive_name,
    changes_name,
    past_releases,
    wheel_name,
)
from shegong.package.schema import TableSchema
from shegong.package.write import replace_files
from shegong.pages.consumer import REQUIREMENTS, consumer_requirements

SUFFIXES = (".zip", ".whl", ".md")
"""Of the files in `releases/`: an archive, a wheel, a page of changes."""


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


def enter(package: Package, release: Release, contents: Iterable[bytes]) -> None:
    """Enter a release as the last one, and keep its files instead of those of the previous one.

    The example of a consumer gets the hash of its wheel.

    Args:
        package: The package.
        release: The release.
        contents: Its files in the order of `kept_files`.

    Raises:
        PackageError: It cannot be written; record and files are as they were.
    """
    releases = [*past_releases(package), release]
    new, old = kept_files(package)
    files = {f"{FOLDER}/{name}": content for name, content in zip(new, contents, strict=True)}
    files[RECORD] = json_bytes({"releases": [_as_json(item) for item in releases]})
    if package.files.has(REQUIREMENTS):
        files[REQUIREMENTS] = consumer_requirements(package, releases).encode("utf-8")
    replace_files(package.root, files)
    for name in old:
        (package.root / FOLDER / name).unlink()


def kept_files(package: Package) -> tuple[list[str], list[str]]:
    """Return the files that a release of this version puts into `releases/`, and those of others that it removes."""
    new = [name(package.version) for name in (archive_name, wheel_name, changes_name)]
    there = (package.root / FOLDER).glob("*")
    return new, sorted(path.name for path in there if path.suffix in SUFFIXES and path.name not in new)


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


def _as_json(release: Release) -> dict[str, str]:
    return {name: value for name, value in vars(release).items() if value}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
