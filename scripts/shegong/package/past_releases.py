"""The past releases of a package: `releases.json` lists them, and `releases/` contains the files of the last one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shegong.errors import PackageError
from shegong.package.package import Package
from shegong.package.strict_json import load_json

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
    return read_record(path) if path.exists() else []


def read_record(path: Path) -> list[Release]:
    """Return the releases that a record lists.

    Raises:
        PackageError: It cannot be read.
    """
    try:
        return [Release(**item) for item in load_json(path)["releases"]]
    except (KeyError, TypeError) as error:
        raise PackageError(f"{path}: is not a record of releases: {error}") from None


def archive_name(version: str) -> str:
    """Return the file name of the archive of a version."""
    return f"shegong-{version}.zip"


def wheel_name(version: str) -> str:
    """Return the file name of the wheel of a version."""
    return f"shegong-{version}-py3-none-any.whl"


def changes_name(version: str) -> str:
    """Return the name of the page that lists the changes of a version."""
    return f"CHANGES-{version}.md"
