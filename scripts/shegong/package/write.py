"""Write files whole: a file, several files of one folder, or a folder. No reader ever sees a part of one.

Several files are first written into a folder beside the old ones; renaming that folder is the moment of the change.
Moving the files to their places may be interrupted: the next opener of the package finishes it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from shegong.errors import PackageError

CHANGE = ".shegong-change"
UNFINISHED = ".shegong-change-unfinished"


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file atomically.

    Raises:
        PackageError: It cannot be written; the old file is untouched.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _write(temporary, content, like=path)
        os.replace(temporary, path)
    except OSError as error:
        raise PackageError(f"{path}: cannot be written: {error.strerror}") from None
    finally:
        with suppress(OSError):
            temporary.unlink()


def replace_files(root: Path, contents: dict[str, bytes]) -> None:
    """Replace files of a folder, all or none.

    Args:
        root: The folder.
        contents: The new bytes of each file, by path within the folder.

    Raises:
        PackageError: They cannot be written; the old files are untouched.
    """
    try:
        with staged_files(root) as staging:
            for name, content in contents.items():
                (staging / name).parent.mkdir(parents=True, exist_ok=True)
                _write(staging / name, content, like=root / name)
    except OSError as error:
        raise PackageError(f"{error.filename or root}: cannot be written: {error.strerror}; nothing changed") from None


@contextmanager
def staged_files(root: Path) -> Iterator[Path]:
    """Yield an empty folder whose files replace those of `root`, all or none, when the block ends without an error.

    Raises:
        PackageError: The files are complete but cannot be moved to their places.
        OSError: They cannot be written; the old files are untouched.
    """
    recover(root)
    staging = root / UNFINISHED
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    try:
        yield staging
        os.replace(staging, root / CHANGE)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    recover(root)


def recover(root: Path) -> None:
    """Finish a change of the files in a folder that was interrupted while moving them.

    Raises:
        PackageError: A file cannot be moved to its place.
    """
    change = root / CHANGE
    try:
        for path in sorted(path for path in change.rglob("*") if path.is_file()):
            target = root / path.relative_to(change)
            target.parent.mkdir(parents=True, exist_ok=True)
            _move(path, target)
    except OSError as error:
        message = f"{change}: contains an interrupted change that cannot be finished: {error.strerror}"
        raise PackageError(message) from None
    shutil.rmtree(change, ignore_errors=True)


@contextmanager
def replace_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the place of `folder` when the block ends without an error.

    Raises:
        OSError: It cannot be written; the old folder is untouched.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as temporary:
        new = Path(temporary) / folder.name
        new.mkdir()
        yield new
        if folder.exists():
            folder.rename(Path(temporary) / "old")
        new.rename(folder)


def _write(path: Path, content: bytes, like: Path) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(like.stat().st_mode if like.exists() else 0o644)


def _move(path: Path, target: Path) -> None:
    """Move a file, unless another process that finishes the same change has moved it already."""
    try:
        os.replace(path, target)
    except FileNotFoundError:
        if path.exists():
            raise
