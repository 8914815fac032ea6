"""Read the files of a package from a folder, an archive or a git revision. Nothing is written.

Untrusted archives are read in memory, one member at a time; nothing is extracted to disk.
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
from typing import Protocol

from shegong.errors import PackageError
from shegong.escape import escape_unprintable
from shegong.package.git import git

PROGRAM = "shegong/__init__.py"
TABLES_IN_WHEEL = "shegong/tables/"
ZIP_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(EOFError, OSError, NotImplementedError, RuntimeError, ValueError),
)
"""Errors of Python's zip reader for a damaged member."""
MAX_UNPACKED_BYTES = 4 * 1024**3
MAX_COMPRESSION_RATIO = 200
"""Applied to members of more than a megabyte."""


class Files(Protocol):
    """The files of one version, by path within the package."""

    @property
    def name(self) -> str:
        """The folder, archive or revision."""
        ...

    def read(self, path: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            PackageError: The file is missing or cannot be read.
        """
        ...

    def has(self, path: str) -> bool:
        """Return whether there is a file at this path."""
        ...

    def names(self) -> list[str]:
        """Return all paths, sorted."""
        ...


@dataclass(frozen=True)
class FolderFiles:
    """The files of a folder."""

    root: Path

    @property
    def name(self) -> str:
        """The folder."""
        return str(self.root)

    def path(self, path: str) -> Path:
        """Return the place of a file, which must be inside the folder.

        Raises:
            PackageError: The path leads out of the folder.
        """
        try:
            if (self.root / path).resolve().is_relative_to(self.root.resolve()):
                return self.root / path
        except (OSError, ValueError, TypeError, RuntimeError):  # NUL, not text, a cycle of links
            pass
        raise PackageError(f"{self.root}: {path!r} is not a path inside the folder")

    def read(self, path: str) -> bytes:
        """Return the bytes of a file."""
        try:
            return self.path(path).read_bytes()
        except OSError as error:
            raise PackageError(
                f"{escape_unprintable(str(self.root / path))}: cannot be read: {error.strerror}"
            ) from None

    def has(self, path: str) -> bool:
        """Return whether there is a file at this path."""
        return (self.root / path).is_file()

    def names(self) -> list[str]:
        """Return all paths, sorted."""
        return sorted(p.relative_to(self.root).as_posix() for p in self.root.rglob("*") if p.is_file())


@dataclass(frozen=True)
class ArchiveFiles:
    """The files of a zip whose names and sizes were validated; in a wheel, those of its tables."""

    name: str
    archive: zipfile.ZipFile
    prefix: str = ""

    def read(self, path: str) -> bytes:
        """Return the bytes of a member."""
        try:
            return self.archive.read(self.prefix + path)
        except KeyError:
            raise PackageError(f"{self.name}: does not contain {path!r}") from None
        except ZIP_ERRORS as error:
            raise PackageError(f"{self.name}: {path!r} is damaged: {error}") from None

    def has(self, path: str) -> bool:
        """Return whether there is a member of this name."""
        return self.prefix + path in self.archive.namelist()

    def names(self) -> list[str]:
        """Return all paths, sorted."""
        members = (name for name in self.archive.namelist() if not name.endswith("/"))
        return sorted(name.removeprefix(self.prefix) for name in members if name.startswith(self.prefix))


def open_files(where: str, root: Path) -> Files:
    """Open a folder, a zip, a wheel, or a git revision of the package in `root`.

    Raises:
        PackageError: It is none of these, or an archive that is not safe to read.
    """
    path = Path(where)
    if where and path.is_dir():
        return FolderFiles(path)
    if path.is_file():
        return open_archive(where, path.read_bytes())
    unknown = f"{where}: is not a folder, an archive or a git revision"
    if not where or where.startswith("-"):
        raise PackageError(unknown)
    # In a subfolder of a repository, git archives that subfolder.
    return open_archive(where, git(root, "archive", "--format=zip", where, what=unknown))


def open_archive(name: str, content: bytes) -> ArchiveFiles:
    """Open a zip after validating the names and sizes that it declares.

    Raises:
        PackageError: It is not a zip, leads out of a folder, contains a link, or unpacks to too much.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise PackageError(f"{name}: is not a complete zip archive: {error}") from None
    names = archive.namelist()
    if twice := next((member for member, times in Counter(names).items() if times > 1), None):
        raise PackageError(f"{name}: contains {twice!r} twice; nothing was unpacked")
    for member in archive.infolist():
        if why := _unsafe(member):
            raise PackageError(f"{name}: {member.filename!r} {why}; nothing was unpacked")
    if (total := sum(member.file_size for member in archive.infolist())) > MAX_UNPACKED_BYTES:
        raise PackageError(
            f"{name}: unpacks to {total:,} bytes, more than {MAX_UNPACKED_BYTES:,}; nothing was unpacked"
        )
    return ArchiveFiles(name, archive, TABLES_IN_WHEEL if PROGRAM in names else "")


def _unsafe(member: zipfile.ZipInfo) -> str:
    parts = PurePosixPath(member.filename).parts
    if member.filename.startswith("/") or "\\" in member.filename or ".." in parts or ":" in member.filename:
        return "leads out of the folder"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link"
    if member.file_size > max(1024**2, MAX_COMPRESSION_RATIO * max(member.compress_size, 1)):
        return f"is a bomb: {member.compress_size:,} bytes would become {member.file_size:,}"
    return ""
