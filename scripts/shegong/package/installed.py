"""The tables that this installation carries."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def packaged_root() -> Path:
    """The folder of the tables that this installation carries: in the wheel, or in the checkout it runs from."""
    inside = files("shegong") / "tables"
    if not isinstance(inside, Path):
        return _unpacked()
    return inside if inside.is_dir() else Path(__file__).parents[3]


@cache
def _unpacked() -> Path:
    """The tables of a wheel that is imported as it is, a zip, in a folder that goes with the process."""
    folder = Path(tempfile.mkdtemp(prefix="shegong-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _copy(files("shegong") / "tables", folder)
    return folder


def _copy(source: Traversable, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for item in source.iterdir():
        if item.is_dir():
            _copy(item, target / item.name)
        else:
            (target / item.name).write_bytes(item.read_bytes())
