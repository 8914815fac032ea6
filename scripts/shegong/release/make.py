"""The files of a release: the same bytes on every machine, for every user, in every time zone and locale."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from shegong.checks.run import Progress
from shegong.citation.cite import cite_package
from shegong.diff.compare import Difference
from shegong.diff.report import as_markdown
from shegong.errors import PackageError
from shegong.outputs.build import locked_output, make_outputs
from shegong.package.archive import SUMS, canonical_zip, sums
from shegong.package.files import FolderFiles
from shegong.package.package import DESCRIPTOR, Package
from shegong.package.write import replace_folder
from shegong.pages.write_pages import METADATA
from shegong.release.record import enter

PAGES = ("README.md", "README.zh.md", "CHANGELOG.md", "LICENSE", "LICENSE-CODE", "docs/dictionary.md")


def release_folder(package: Package, output: Path) -> Path:
    """Return where the release of this version goes."""
    return output / f"shegong-{package.version}"


def make_release(package: Package, difference: Difference | None, output: Path, on_step: Progress) -> list[str]:
    """Write the release of a package that has passed the gates, and enter it in the record.

    Returns:
        The names of its files.

    Raises:
        PackageError: A file cannot be made or written; an earlier release is untouched.
    """
    folder, archive = release_folder(package, output), canonical_zip(package_files(package))
    with locked_output(output), replace_folder(folder) as staging:
        make_outputs(package, staging, on_step)
        (staging / f"shegong-{package.version}.zip").write_bytes(archive)
        (staging / f"CHANGES-{package.version}.md").write_text(_changes(package, difference), "utf-8")
        (staging / "CITATION.txt").write_text(cite_package(package, "text") + "\n", "utf-8")
        (staging / "CITATION.bib").write_text(cite_package(package, "bibtex") + "\n", "utf-8")
        on_step("wheel")
        _make_wheel(package, staging)
        made = FolderFiles(staging)
        (staging / SUMS).write_bytes(sums({name: made.read(name) for name in made.names()}))
    enter(package, archive)
    return FolderFiles(folder).names()


def package_files(package: Package) -> dict[str, bytes]:
    """Return the files of the archive: descriptor, tables, schemas, pages, metadata, and their hashes."""
    names = [DESCRIPTOR, *(path for r in package.resources for path in (r.path, r.schema_path))]
    files = {name: package.read(name) for name in (*names, *filter(package.files.has, PAGES))}
    files |= {name: make(package).encode("utf-8") for name, make in METADATA.items() if name != ".zenodo.json"}
    return {**files, SUMS: sums(files)}


def _changes(package: Package, difference: Difference | None) -> str:
    if difference is None:
        return f"# Changes in {package.version}\n\nThis is the first release.\n"
    return as_markdown(difference)


def _make_wheel(package: Package, folder: Path) -> None:
    created = datetime.fromisoformat(package.descriptor["created"])
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(int(created.timestamp())), "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=package.root, env=environment, capture_output=True, text=True)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["hatchling failed"])[-1]
        raise PackageError(f"the wheel cannot be built: {reason}")
