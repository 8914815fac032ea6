"""A lock on a folder."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shegong.errors import PackageError


@contextmanager
def exclusive_lock(folder: Path, what: str) -> Iterator[None]:
    """Hold an exclusive lock on a folder; the lock is released when the process exits.

    The lock file is in the system's temporary folder, so that it never enters git, archives or outputs.

    Args:
        folder: The folder.
        what: What another process would be doing, for the message.

    Raises:
        PackageError: Another process has the lock.
    """
    from filelock import FileLock, Timeout

    key = hashlib.sha256(str(folder.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    try:
        with FileLock(Path(tempfile.gettempdir()) / f"shegong-{key}.lock", blocking=False):
            yield
    except Timeout:
        raise PackageError(f"{folder}: {what} is running here; wait for it") from None
