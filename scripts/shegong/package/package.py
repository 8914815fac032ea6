"""The model of a data package: descriptor, schemas and tables, in a folder, an archive, a git revision or a wheel.

Standard library only. The descriptor itself is validated in `checks.descriptor`.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from shegong.errors import PackageError
from shegong.escape import escape_unprintable
from shegong.package.files import Files, FolderFiles, open_archive, open_files
from shegong.package.schema import TableSchema, parse_schema
from shegong.package.strict_json import parse_json
from shegong.package.write import recover

DESCRIPTOR = "datapackage.json"
SEE = "see `shegong check`"
Row = dict[str, str]


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
    """A data package.

    Attributes:
        files: Where its files are read from.
        descriptor: The parsed `datapackage.json`.
    """

    files: Files
    descriptor: dict[str, Any]

    @property
    def name(self) -> str:
        """The folder, archive or revision that the package was opened from."""
        return self.files.name

    @property
    def version(self) -> str:
        """The one version of data, schemas and code."""
        return str(self.descriptor.get("version", "?"))

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """The tables in the descriptor's order.

        Raises:
            PackageError: The list is missing or malformed.
        """
        try:
            return tuple(
                Resource(item["name"], item["path"], item["schema"], item.get("bytes", 0), item.get("hash", ""))
                for item in self.descriptor["resources"]
            )
        except (KeyError, TypeError, AttributeError) as error:
            message = f"`resources` is missing or malformed: {error} ({SEE})"
            raise PackageError(f"{self.place(DESCRIPTOR)}: {message}") from None

    @cached_property
    def schemas(self) -> dict[str, TableSchema]:
        """The Table Schema of each table, in the descriptor's order.

        Raises:
            PackageError: A schema cannot be read.
        """
        return {r.name: parse_schema(r.name, self.schema_json(r.name)) for r in self.resources}

    def schema_json(self, table: str) -> dict[str, Any]:
        """Return a Table Schema as it is written.

        Raises:
            PackageError: It cannot be read.
        """
        path = self._resource(table).schema_path
        return parse_json(self.read(path), self.place(path))

    def file(self, table: str) -> str:
        """Return the path of a table's CSV file within the package."""
        return self._resource(table).path

    def place(self, path: str) -> str:
        """Return how messages name a file of the package."""
        return escape_unprintable(str(Path(self.name) / path))

    def read(self, path: str) -> bytes:
        """Return the bytes of a file of the package.

        Raises:
            PackageError: It is missing or cannot be read.
        """
        return self.files.read(path)

    def table_bytes(self, table: str) -> bytes:
        """Return the bytes of a table's CSV file.

        Raises:
            PackageError: It cannot be read.
        """
        return self.read(self.file(table))

    def rows(self, table: str) -> list[Row]:
        """Return the rows of a table as text; an empty cell is empty text.

        Raises:
            PackageError: The table cannot be read, or its header is not that of its schema.
        """
        place, columns = self.place(self.file(table)), list(self.schemas[table].columns)
        lines = csv.reader(io.StringIO(_decoded(self.table_bytes(table), place), newline=""), strict=True)
        try:
            if (header := next(lines, [])) != columns:
                raise PackageError(f"{place}:1: the header is {header}, expected {columns} ({SEE})")
            return [dict(zip(columns, line, strict=True)) for line in lines]
        except (csv.Error, ValueError) as error:
            raise PackageError(f"{place}:{lines.line_num}: cannot be read: {error} ({SEE})") from None

    @property
    def root(self) -> Path:
        """The folder of the package.

        Raises:
            PackageError: The package is not in a folder.
        """
        return self._folder.root

    def path(self, table: str) -> Path:
        """Return the CSV file of a table of a package in a folder.

        Raises:
            PackageError: The package is not in a folder, or the path leads out of it.
        """
        return self._folder.path(self.file(table))

    @property
    def _folder(self) -> FolderFiles:
        if isinstance(self.files, FolderFiles):
            return self.files
        raise PackageError(f"{self.name}: is not a folder; this needs the package in a folder")

    def _resource(self, table: str) -> Resource:
        return next(resource for resource in self.resources if resource.name == table)


def open_package(root: Path) -> Package:
    """Open the package in a folder; finish a change of its tables that was interrupted.

    Raises:
        PackageError: The folder does not contain a `datapackage.json` that is a JSON object.
    """
    recover(root)
    if not (root / DESCRIPTOR).is_file():
        above = next((folder for folder in root.absolute().parents if (folder / DESCRIPTOR).is_file()), None)
        fix = f"give --package {above}" if above else "go to the package's folder, or give --package DIR"
        raise PackageError(f"no {DESCRIPTOR} in {root}: {fix}")
    return _open(FolderFiles(root))


def open_any(where: str, root: Path) -> Package:
    """Open a version of the package: a folder, an archive, a wheel, or a git revision of the package in `root`.

    Raises:
        PackageError: The version does not exist, or its descriptor does not describe a shegong package.
    """
    return _require_listing(_open(open_files(where, root)))


def open_packed(name: str, content: bytes) -> Package:
    """Open a version of the package from the bytes of an archive or wheel.

    Raises:
        PackageError: The archive is not safe to read, or its descriptor does not describe a shegong package.
    """
    return _require_listing(_open(open_archive(name, content)))


def _open(files: Files) -> Package:
    return Package(files, parse_json(files.read(DESCRIPTOR), str(Path(files.name) / DESCRIPTOR)))


def _require_listing(package: Package) -> Package:
    """Require names, version and paths as text, and each table and path once: other code relies on it."""
    wrong = f"{package.place(DESCRIPTOR)}: does not describe a shegong package"
    try:
        texts = [package.descriptor["name"], package.descriptor["version"]]
    except KeyError as error:
        raise PackageError(f"{wrong}: {error} is missing") from None
    listed = [text for resource in package.resources for text in (resource.name, resource.path, resource.schema_path)]
    if not all(isinstance(text, str) for text in (*texts, *listed)):
        raise PackageError(f"{wrong}: names, paths and version must be text")
    if len(set(listed)) < len(listed):
        raise PackageError(f"{wrong}: a table or a path is listed twice")
    return package


def _decoded(content: bytes, place: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PackageError(f"{place}: cannot be read: {error} ({SEE})") from None
