"""Changing several files of a package as one: whatever happens, they are all the old ones or all the new ones.

The new files are written whole into a folder beside the tables; giving that folder its name is the moment of the
change. Moving the files to their places may be interrupted: whoever opens the package next finishes it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from shegong.errors import PackageError

CHANGE = ".shegong-change"
UNFINISHED = ".shegong-change-unfinished"


def replace_files(root: Path, contents: dict[str, bytes]) -> None:
    """Replace files of a package, all or none.

    Args:
        root: Folder of the package.
        contents: New bytes of each file, by its path in the package.

    Raises:
        PackageError: They cannot be written; the old files are untouched.
    """
    unfinished = root / UNFINISHED
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        for name, content in contents.items():
            _write(unfinished / name, content, root / name)
        _flush_folders(unfinished)
        os.replace(unfinished, root / CHANGE)
        _flush(root)
    except OSError as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise PackageError(f"{error.filename or root}: cannot be written: {error.strerror}; nothing changed") from None
    recover(root)


def recover(root: Path) -> None:
    """Move the files of a decided change to their places, where one was interrupted; else nothing.

    Raises:
        PackageError: They cannot be moved here.
    """
    change = root / CHANGE
    if not change.is_dir():
        return
    try:
        targets = {path: root / path.relative_to(change) for path in change.rglob("*") if path.is_file()}
        for path, target in targets.items():
            _move(path, target)
        for folder in {target.parent for target in targets.values()}:
            _flush(folder)
        shutil.rmtree(change, ignore_errors=True)
    except OSError as error:
        message = f"{change}: an interrupted change of the tables waits here and cannot be finished: {error.strerror}"
        raise PackageError(message) from None


def _write(path: Path, content: bytes, like: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(like.stat().st_mode if like.exists() else 0o644)


def _move(path: Path, target: Path) -> None:
    """Move a file of the change; one that is gone was moved by another process that finishes the same change."""
    try:
        os.replace(path, target)
    except FileNotFoundError:
        if path.exists():
            raise


def _flush_folders(folder: Path) -> None:
    for path in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        _flush(path)


def _flush(folder: Path) -> None:
    """Have the names in a folder on the disk, where the system can say so."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` in the place of a file at one stroke: it is the old one or the new one, never a part.

    Raises:
        PackageError: It cannot be written; the old file is untouched.
    """
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(path.stat().st_mode if path.exists() else 0o644)
        os.replace(temporary, path)
    except OSError as error:
        raise PackageError(f"{path}: cannot be written: {error.strerror}") from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
