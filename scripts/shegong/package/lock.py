"""A lock on a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shegong.errors import PackageError


@contextmanager
def exclusive_lock(folder: Path, doing: str) -> Iterator[None]:
    """Refuse to do what another process is doing in this folder; the lock falls with the process that holds it.

    Args:
        folder: The folder that is locked.
        doing: What the other process does, as the refusal names it.

    Raises:
        PackageError: Another process holds the lock.
    """
    try:
        import fcntl
    except ImportError:  # a system without such locks
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PackageError(f"{folder}: {doing} is running here; wait for it") from None
        yield
    finally:
        os.close(handle)
