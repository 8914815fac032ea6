"""A broken package on disk, for as long as a test checks it."""

from __future__ import annotations

import shutil
from pathlib import Path

from shegong.errors import PackageError
from shegong.package.package import Package, open_package
from tests.mutation.base import DESCRIPTOR, Base
from tests.mutation.model import Batch


class Written:
    """A broken package on disk, as long as it is checked; the base comes back afterwards."""

    def __init__(self, base: Base, broken: Batch) -> None:
        self.base = base
        self.new: dict[Path, bytes | str | None] = {base.root / file: new for file, new in broken.files.items()}
        self.old = {path: path.read_bytes() if path.is_file() else None for path in self.new}
        self.stamps = DESCRIPTOR not in broken.files and any(path.suffix == ".csv" for path in self.new)

    def __enter__(self) -> Package:
        for path, content in self.new.items():
            _put(path, content)
        if self.stamps:
            path = self.base.root / DESCRIPTOR
            self.old[path] = path.read_bytes()
            self.base.copy.stamp()
        try:
            return open_package(self.base.root)
        except PackageError:
            self.__exit__()
            raise

    def __exit__(self, *_: object) -> None:
        for path, content in self.old.items():
            _put(path, content)


def _put(path: Path, content: bytes | str | None) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    if isinstance(content, str):
        path.symlink_to(content)
    elif content is not None:
        path.write_bytes(content)
