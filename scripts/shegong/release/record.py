"""The record of past releases: `releases.json`, and the archive of the last one in `releases/`.

The next version is compared with that archive, which is in every clone, without tags or history.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from shegong.errors import PackageError
from shegong.package.checksums import json_bytes
from shegong.package.package import Package, open_packed
from shegong.package.strict_json import load_json
from shegong.package.write import replace_files

RECORD = "releases.json"
FOLDER = "releases"


@dataclass(frozen=True)
class Release:
    """A past release: its version, its date, and the SHA-256 of its archive."""

    version: str
    created: str
    sha256: str


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
    path = _archive(package, release.version)
    if not path.is_file():
        raise PackageError(f"{path}: the archive of the last release is missing; restore it, {RECORD} lists it")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != release.sha256:
        raise PackageError(f"{path}: is not the archive that {RECORD} lists; restore it")
    return open_packed(str(path), content)


def enter(package: Package, archive: bytes) -> None:
    """Enter this version as the last release, and keep its archive instead of the previous one.

    Raises:
        PackageError: It cannot be written; record and archives are as they were.
    """
    release = Release(package.version, package.descriptor["created"], hashlib.sha256(archive).hexdigest())
    kept = [vars(past) for past in past_releases(package) if past.version != release.version]
    path = _archive(package, release.version)
    record = json_bytes({"releases": [*kept, vars(release)]})
    replace_files(package.root, {f"{FOLDER}/{path.name}": archive, RECORD: record})
    for old in set(path.parent.glob("*.zip")) - {path}:
        old.unlink()


def _archive(package: Package, version: str) -> Path:
    return package.root / FOLDER / f"shegong-{version}.zip"
