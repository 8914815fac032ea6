"""Where a version of the package is read from: a folder, an archive, a git revision. Nothing is written.

A stranger's archive is read in memory, name by name; nothing of it reaches the disk.
"""

from __future__ import annotations

import io
import lzma
import stat
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from shegong.errors import PackageError
from shegong.package.git import git
from shegong.package.package import DESCRIPTOR
from shegong.package.strict_json import parse_json

DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(EOFError, OSError, NotImplementedError, RuntimeError, ValueError),
)
"""What Python's zip reader raises at bytes that are no whole member."""
LARGEST = 4 * 1024**3
"""Bytes that an archive may unpack to."""
MOST_TIMES = 200
"""Times that a file of an archive may be larger than its packed form, above the first megabyte."""


class Files(Protocol):
    """Files of one version, by their path within the package."""

    @property
    def name(self) -> str:
        """Where they are."""
        ...

    def read(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            PackageError: It is not there or cannot be read.
        """
        ...

    def names(self) -> list[str]:
        """All paths, sorted."""
        ...


@dataclass(frozen=True)
class FolderFiles:
    """The files of a folder."""

    name: str
    root: Path

    def read(self, path: str) -> bytes:
        """The bytes of a file that lies within the folder."""
        target = self.root / path
        try:
            if target.resolve().is_relative_to(self.root.resolve()):
                return target.read_bytes()
        except (OSError, ValueError, RuntimeError) as error:  # ValueError: NUL; RuntimeError: links in a circle
            reason = getattr(error, "strerror", None) or error
            raise PackageError(f"{self.name}: {_flat(path)} cannot be read: {reason}") from None
        raise PackageError(f"{self.name}: {_flat(path)} leads out of the folder")

    def names(self) -> list[str]:
        """All paths, sorted."""
        return sorted(p.relative_to(self.root).as_posix() for p in self.root.rglob("*") if p.is_file())


@dataclass(frozen=True)
class ArchiveFiles:
    """The files of a zip whose names and sizes have been looked at."""

    name: str
    archive: zipfile.ZipFile

    def read(self, path: str) -> bytes:
        """The bytes of a member."""
        try:
            return self.archive.read(path)
        except KeyError:
            raise PackageError(f"{self.name}: holds no {_flat(path)}") from None
        except DAMAGED as error:
            raise PackageError(f"{self.name}: {_flat(path)} is damaged: {error}") from None

    def names(self) -> list[str]:
        """All paths, sorted."""
        return sorted(name for name in self.archive.namelist() if not name.endswith("/"))


def _flat(path: str) -> str:
    """A path as it stands in a line."""
    return path if path.isprintable() else repr(path)


def open_files(where: str, root: Path) -> Files:
    """Open a folder, a `.zip`, or a git revision of the package in `root`.

    Raises:
        PackageError: It is none of these, or an archive that is not safe to read.
    """
    path = Path(where)
    if where and path.is_dir():
        return FolderFiles(where, path)
    if path.is_file():
        return open_archive(where, path.read_bytes())
    return _open_revision(where, root)


def open_archive(name: str, content: bytes) -> ArchiveFiles:
    """Open a zip after a look at the names and sizes that it declares.

    Raises:
        PackageError: It is no zip, leads out of a folder, holds a link, or unpacks to too much.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise PackageError(f"{name}: is no whole zip archive: {error}") from None
    names = archive.namelist()
    if twice := next((member for member, times in Counter(names).items() if times > 1), None):
        raise PackageError(f"{name}: holds {twice!r} twice; nothing was unpacked")
    for member in archive.infolist():
        if why := _unsafe(member):
            raise PackageError(f"{name}: {member.filename!r} {why}; nothing was unpacked")
    if (total := sum(member.file_size for member in archive.infolist())) > LARGEST:
        raise PackageError(f"{name}: unpacks to {total:,} bytes, more than {LARGEST:,}; nothing was unpacked")
    return ArchiveFiles(name, archive)


def _unsafe(member: zipfile.ZipInfo) -> str:
    parts = PurePosixPath(member.filename).parts
    if member.filename.startswith("/") or "\\" in member.filename or ".." in parts or ":" in member.filename:
        return "leads out of the folder"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link"
    if member.file_size > 1024**2 and member.file_size > MOST_TIMES * max(member.compress_size, 1):
        return f"is a bomb: {member.compress_size:,} bytes would become {member.file_size:,}"
    return ""


def read_json(files: Files, path: str) -> dict[str, Any]:
    """A JSON object of a version.

    Raises:
        PackageError: It is not there or is no JSON object.
    """
    return parse_json(files.read(path), f"{files.name}: {path}")


def read_descriptor(files: Files) -> dict[str, Any]:
    """The descriptor of a version of this package.

    Raises:
        PackageError: There is none that lists tables by name, path and schema.
    """
    descriptor = read_json(files, DESCRIPTOR)
    wrong = f"{files.name}: {DESCRIPTOR} is none of this package's"
    try:
        texts = [descriptor["name"], descriptor["version"]]
        texts += [item[key] for item in descriptor["resources"] for key in ("name", "path", "schema")]
    except (KeyError, TypeError) as error:
        raise PackageError(f"{wrong}: {error} is missing or misplaced") from None
    if not all(isinstance(text, str) for text in texts):
        raise PackageError(f"{wrong}: names, paths and version are not text")
    if len(set(texts[2:])) < len(texts[2:]):
        raise PackageError(f"{wrong}: a table or a path is listed twice")
    return descriptor


def _open_revision(revision: str, root: Path) -> ArchiveFiles:
    what = f"{revision}: is no folder, no archive and no git revision"
    if not revision or revision.startswith("-"):
        raise PackageError(what)
    # In a folder of a repository, git archives that folder.
    return open_archive(revision, git(root, "archive", "--format=zip", revision, what=what))
