"""The record of past releases, `releases.json`: which commit each version was, for clones without tags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shegong.finding import PackageError
from shegong.package.descriptor import Package, load_json
from shegong.package.files import Files, git, open_files

RECORD = "releases.json"


@dataclass(frozen=True)
class Release:
    """A past release: its version, its date, and the commit whose tree it is."""

    version: str
    created: str
    commit: str


def past_releases(package: Package) -> list[Release]:
    """The releases on record, the oldest first.

    Raises:
        PackageError: The record cannot be read.
    """
    path = package.root / RECORD
    if not path.exists():
        return []
    try:
        return [Release(**item) for item in load_json(path)["releases"]]
    except (KeyError, TypeError) as error:
        raise PackageError(f"{path}: no record of releases: {error}") from None


def with_release(package: Package, release: Release) -> dict[str, Any]:
    """The record with one release more."""
    kept = [vars(past) for past in past_releases(package) if past.version != release.version]
    return {"releases": [*kept, vars(release)]}


def open_release(package: Package, release: Release) -> Files:
    """The files of a past release.

    Raises:
        PackageError: The clone does not hold its commit.
    """
    missing = (
        f"release {release.version} is commit {release.commit}, which this clone does not hold (git fetch --unshallow)"
    )
    git(package.root, "cat-file", "-e", f"{release.commit}^{{commit}}", what=missing)
    return open_files(release.commit, package.root)
