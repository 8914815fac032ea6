"""`datapackage.json`: where it is, what it lists, and the packaged copy for consumers.

Standard library only. Whether the descriptor keeps its promises is asked in `checks.descriptor`.
"""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NoReturn

from shegong.finding import PackageError
from shegong.package.schema import TableSchema, parse_schema
from shegong.package.transaction import finish_change

DESCRIPTOR = "datapackage.json"
DEEPEST = 50
"""Levels of a JSON file; a schema has seven."""
SEE = "(run `shegong check` to see what is wrong)"


@dataclass(frozen=True)
class Resource:
    """A table as the descriptor lists it."""

    name: str
    path: str
    schema_path: str
    bytes: int
    hash: str


@dataclass(frozen=True)
class Package:
    """A data package in a folder.

    Attributes:
        root: The folder that holds `datapackage.json`.
        descriptor: The parsed descriptor.
    """

    root: Path
    descriptor: dict[str, Any]

    @property
    def version(self) -> str:
        """The one version of data, schemas and code."""
        return str(self.descriptor.get("version", "?"))

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """The tables in the descriptor's order.

        Raises:
            PackageError: They are not listed as they should be.
        """
        try:
            return tuple(
                Resource(item["name"], item["path"], item["schema"], item["bytes"], item["hash"])
                for item in self.descriptor["resources"]
            )
        except (KeyError, TypeError) as error:
            raise PackageError(f"{self.root / DESCRIPTOR}: lists no tables: {error} {SEE}") from None

    @cached_property
    def schemas(self) -> dict[str, TableSchema]:
        """Table Schema of each table, in the descriptor's order.

        Raises:
            PackageError: One cannot be read.
        """
        return {r.name: parse_schema(r.name, load_json(self._within(r.schema_path))) for r in self.resources}

    def path(self, table: str) -> Path:
        """The CSV file of a table.

        Raises:
            PackageError: It lies outside the package.
        """
        return self._within(self.file(table))

    def _within(self, path: str) -> Path:
        """A file of the package, which is never one elsewhere, whatever a stranger's descriptor says."""
        try:
            if (self.root / path).resolve().is_relative_to(self.root.resolve()):
                return self.root / path
        except (OSError, ValueError, TypeError, RuntimeError):  # NUL, no text, links in a circle
            pass
        raise PackageError(f"{self.root / DESCRIPTOR}: {path!r} is no path within the package {SEE}")

    def file(self, table: str) -> str:
        """The CSV file of a table as the descriptor names it."""
        return next(r.path for r in self.resources if r.name == table)


def open_package(root: Path) -> Package:
    """Open the package in a folder; a change of its tables that was interrupted is finished first.

    Raises:
        PackageError: There is no `datapackage.json` that is a JSON object.
    """
    finish_change(root)
    path = root / DESCRIPTOR
    if not path.is_file():
        raise PackageError(f"no {DESCRIPTOR} in {root}: go to the package's folder, or give --package DIR")
    descriptor = load_json(path)
    return Package(root, descriptor)


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


def load_json(path: Path) -> dict[str, Any]:
    """Read a JSON object, in which no key stands twice.

    Raises:
        PackageError: The file cannot be read or is no such object; the message has file and line.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PackageError(f"{path}: cannot be read: {error.strerror}") from None
    return parse_json(content, str(path))


def parse_json(content: bytes, name: str) -> dict[str, Any]:
    """A JSON object, in which no key stands twice.

    Raises:
        PackageError: It is no such object; the message has the name and line.
    """
    try:
        parsed = json.loads(content.decode("utf-8"), object_pairs_hook=_no_key_twice, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise PackageError(f"{name}:{error.lineno}:{error.colno}: no JSON: {error.msg}") from None
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise PackageError(f"{name}: no JSON that can be used: {error}") from None
    if not isinstance(parsed, dict):
        raise PackageError(f"{name}:1: holds no JSON object")
    _require_shallow(parsed, name)
    return parsed


def _require_shallow(parsed: dict[str, Any], name: str) -> None:
    """Whatever walks through a value, ours or a library, does so by recursion, which ends at some depth."""
    level: list[Any] = [parsed]
    for _ in range(DEEPEST):
        level = [item for held in level for item in (held.values() if isinstance(held, dict) else held)]
        level = [item for item in level if isinstance(item, dict | list)]
    if level:
        raise PackageError(f"{name}: is nested deeper than {DEEPEST} levels, more than any file of a package")


def _no_constant(name: str) -> NoReturn:
    """JSON has no NaN and no Infinity, though Python's reader takes them."""
    raise ValueError(f"{name} is no JSON number")


def _no_key_twice(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise ValueError(f"key {key!r} stands twice")
        result[key] = value
    return result
