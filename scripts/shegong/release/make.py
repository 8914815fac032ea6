"""The files of a release: the same bytes on every machine, for every user, in every time zone and locale."""

from __future__ import annotations

import os
import posixpath
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from shegong.checks.run import Progress
from shegong.citation.cite import cite_package
from shegong.diff.compare import Difference
from shegong.diff.difference_report import as_markdown
from shegong.errors import PackageError
from shegong.outputs.build import locked_output, make_outputs
from shegong.package.archive import SUMS, canonical_zip, sums
from shegong.package.files import FolderFiles
from shegong.package.package import DESCRIPTOR, Package
from shegong.package.past_releases import FOLDER, RECORD, archive_name, changes_name, past_releases, wheel_name
from shegong.package.write import replace_folder
from shegong.pages.consumer import REQUIREMENTS
from shegong.pages.write_pages import METADATA
from shegong.release.record import enter, release_of, require_same

PAGES = ("README.md", "README.zh.md", "CHANGELOG.md", "LICENSE", "LICENSE-CODE", "docs/dictionary.md")
LINK = re.compile(r"""(?:\]\(|\b(?:src|srcset|href)=")([^)"\s#:]+)(?:#[^)"\s]*)?[)"]""")
"""A link of a Markdown page to a file beside it, or a picture in HTML."""
CHANGED_BY_RELEASE = (RECORD, REQUIREMENTS, FOLDER)
"""These contain hashes of the archive or the wheel, so that the archive cannot contain them."""


def release_folder(package: Package, output: Path) -> Path:
    """Return where the release of this version goes."""
    return output / f"shegong-{package.version}"


def make_release(
    package: Package, difference: Difference | None, output: Path, on_step: Progress
) -> tuple[list[str], bool]:
    """Write the release of a package that has passed the gates, and enter it in the record if it is new.

    Returns:
        The names of its files, and whether it is new in the record.

    Raises:
        PackageError: A file cannot be made or written, or the version is on record with other bytes; an earlier
            release is untouched.
    """
    folder, archive = release_folder(package, output), canonical_zip(package_files(package))
    past = next((past for past in past_releases(package) if past.version == package.version), None)
    changes = package.read(f"{FOLDER}/{changes_name(past.version)}") if past else _changes(package, difference)
    with locked_output(output), replace_folder(folder) as staging:
        make_outputs(package, staging, on_step)
        (staging / archive_name(package.version)).write_bytes(archive)
        (staging / changes_name(package.version)).write_bytes(changes)
        (staging / "CITATION.txt").write_text(cite_package(package, "text") + "\n", "utf-8")
        (staging / "CITATION.bib").write_text(cite_package(package, "bibtex") + "\n", "utf-8")
        on_step("wheel")
        wheel = make_wheel(package, staging)
        made = FolderFiles(staging)
        (staging / SUMS).write_bytes(sums({name: made.read(name) for name in made.names()}))
        release = release_of(package, staging)
        if past:
            require_same(past, release)
    if not past:
        enter(package, release, (archive, wheel, changes))
    return FolderFiles(folder).names(), not past


def package_files(package: Package) -> dict[str, bytes]:
    """Return the files of the archive: descriptor, tables, schemas, pages, metadata, and their hashes."""
    names = [DESCRIPTOR, *(path for r in package.resources for path in (r.path, r.schema_path))]
    pages = {*filter(package.files.has, PAGES)}
    pages |= {*_linked(package, pages)}
    files = {name: package.read(name) for name in (*names, *sorted(pages - METADATA.keys()))}
    files |= {name: make(package).encode("utf-8") for name, make in METADATA.items()}
    return {**files, SUMS: sums(files)}


def _linked(package: Package, pages: set[str]) -> Iterator[str]:
    """Yield the files to which pages link, and to which the linked pages link, so that no link is dead."""
    seen, found = set(pages), [page for page in pages if page.endswith(".md")]
    while found:
        page = found.pop()
        for link in LINK.findall(package.read(page).decode("utf-8")):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(page), link))
            if target not in seen and not target.startswith(CHANGED_BY_RELEASE) and package.files.has(target):
                seen.add(target)
                yield target
                found += [target] if target.endswith(".md") else []


def _changes(package: Package, difference: Difference | None) -> bytes:
    if difference is None:
        return f"# Changes in {package.version}\n\nThis is the first release.\n".encode()
    return as_markdown(difference).encode("utf-8")


def make_wheel(package: Package, folder: Path) -> bytes:
    """Build the wheel in a folder; return its bytes.

    Raises:
        PackageError: hatchling fails.
    """
    created = datetime.fromisoformat(package.descriptor["created"])
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(int(created.timestamp())), "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=package.root, env=environment, capture_output=True, text=True)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["hatchling failed"])[-1]
        raise PackageError(f"the wheel cannot be built: {reason}")
    return (folder / wheel_name(package.version)).read_bytes()
