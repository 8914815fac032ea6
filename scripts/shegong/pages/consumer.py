"""The requirements of the example of a consumer: the wheel of this version and what it needs, each with its hashes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from shegong.package.package import Package
from shegong.package.past_releases import FOLDER, Release

REQUIREMENTS = "examples/consumer/requirements.txt"
LOCK = "requirements.lock"
NEEDED = ("click", "colorama", "duckdb")
"""What a consumer installs besides: the dependencies, and theirs."""
PIN = re.compile(r"^([a-z0-9-]+)==.*(?:\n .*)*", re.M)


def consumer_requirements(package: Package, releases: Iterable[Release]) -> str:
    """Return the requirements, as pip reads them; without a hash of the wheel until this version is released."""
    return "\n".join([*_wheel(package.version, releases), *_needed(package)]) + "\n"


def _wheel(version: str, releases: Iterable[Release]) -> Iterator[str]:
    yield "# Written by `shegong docs` and `shegong release`. An index that has shegong makes --find-links needless."
    yield f"--find-links ../../{FOLDER}"
    digest = next((release.wheel for release in releases if release.version == version), "")
    if digest:
        yield f"shegong=={version} \\\n    --hash=sha256:{digest}"
    else:
        yield f"# {version} is not released yet: `shegong release` adds the hash of its wheel.\nshegong=={version}"


def _needed(package: Package) -> Iterator[str]:
    """Yield the locked packages, each with the hashes of all its files."""
    lock = package.read(LOCK).decode("utf-8") if package.files.has(LOCK) else ""
    return (pin[0] for pin in PIN.finditer(lock) if pin[1] in NEEDED)
