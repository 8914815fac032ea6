"""`datapackage.json`: where it is, what it lists, and the packaged copy for consumers.

Standard library only. Whether the descriptor keeps its promises is asked in `checks.descriptor`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from shegong.errors import PackageError
from shegong.package.schema import TableSchema, parse_schema
from shegong.package.strict_json import load_json
from shegong.package.write import recover

DESCRIPTOR = "datapackage.json"
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
    recover(root)
    path = root / DESCRIPTOR
    if not path.is_file():
        raise PackageError(f"no {DESCRIPTOR} in {root}: go to the package's folder, or give --package DIR")
    descriptor = load_json(path)
    return Package(root, descriptor)
