"""The files of a release: the same bytes on every machine, for every user, in every time zone and locale."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from shegong.checks.run import Progress as Tell
from shegong.citation.cite import cite_package
from shegong.diff.compare import Difference
from shegong.diff.report import as_markdown
from shegong.errors import PackageError
from shegong.outputs.build import make_outputs, staging_folder
from shegong.package.archive import SUMS, canonical_zip, sums
from shegong.package.files import FolderFiles
from shegong.package.package import DESCRIPTOR, Package
from shegong.release.record import enter, refuse_another

PAGES = ("README.md", "README.zh.md", "CHANGELOG.md", "LICENSE", "LICENSE-CODE", "CITATION.cff", "docs/dictionary.md")


def release_folder(package: Package, output: Path) -> Path:
    """Where the release of this version goes."""
    return output / f"shegong-{package.version}"


def make_release(package: Package, difference: Difference | None, output: Path, tell: Tell) -> list[str]:
    """Write the release of a package that has passed the gates, and enter it in the record.

    Returns:
        The names of its files.

    Raises:
        PackageError: Something cannot be made or written; what was there before is whole.
    """
    folder, archive = release_folder(package, output), canonical_zip(package_files(package))
    refuse_another(package, archive)
    with staging_folder(output) as staging:
        _restore(folder)
        make_outputs(package, staging, tell)
        (staging / f"shegong-{package.version}.zip").write_bytes(archive)
        (staging / f"CHANGES-{package.version}.md").write_text(_changes(package, difference), "utf-8")
        (staging / "CITATION.txt").write_text(cite_package(package, "text") + "\n", "utf-8")
        (staging / "CITATION.bib").write_text(cite_package(package, "bibtex") + "\n", "utf-8")
        tell("wheel")
        _make_wheel(package, staging)
        made = FolderFiles(str(staging), staging)
        (staging / SUMS).write_bytes(sums({name: made.read(name) for name in made.names()}))
        _replace_folder(staging, folder)
    enter(package, archive)
    return FolderFiles(str(folder), folder).names()


def package_files(package: Package) -> dict[str, bytes]:
    """The files of the archive: descriptor, tables, schemas, pages, and their hashes."""
    names = [DESCRIPTOR, *(path for r in package.resources for path in (r.path, r.schema_path))]
    names += [page for page in PAGES if (package.root / page).exists()]
    names += sorted(p.relative_to(package.root).as_posix() for p in (package.root / "metadata").glob("*.json"))
    files = {name: (package.root / name).read_bytes() for name in names}
    return {**files, SUMS: sums(files)}


def _changes(package: Package, difference: Difference | None) -> str:
    if difference is None:
        return f"# Changes in {package.version}\n\nThe first release: there is none before it to compare with.\n"
    return as_markdown(difference)


def _make_wheel(package: Package, folder: Path) -> None:
    created = datetime.fromisoformat(package.descriptor["created"])
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(int(created.timestamp())), "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=package.root, env=environment, capture_output=True, text=True)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["hatchling failed"])[-1]
        raise PackageError(f"the wheel cannot be built: {reason}")


def _replace_folder(staging: Path, folder: Path) -> None:
    """Put the new folder in the place of an old one of the same version."""
    if folder.exists():
        folder.rename(_aside(folder))
    staging.rename(folder)
    shutil.rmtree(_aside(folder), ignore_errors=True)


def _restore(folder: Path) -> None:
    """Bring back the folder that a release killed at the last moment had put aside, or take away what is left of it."""
    if folder.exists():
        shutil.rmtree(_aside(folder), ignore_errors=True)
    elif _aside(folder).exists():
        _aside(folder).rename(folder)


def _aside(folder: Path) -> Path:
    return folder.with_name(f".previous-{folder.name}")
