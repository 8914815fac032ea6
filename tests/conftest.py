"""The package under test, and copies of it that a test may break."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from shegong.checks import run
from shegong.checks.run import check_package
from shegong.cli import DOCUMENTS_VARIABLE, documents_folder
from shegong.findings import Findings
from shegong.package.package import Package, open_package
from shegong.report import Report

ROOT = Path(__file__).parents[1]
FILLER = "天地玄黄宇宙洪荒日月盈昃辰宿列张"
"""Characters without a numeral, for what stands between the mentions of a stand-in document."""

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("ci", max_examples=15, derandomize=True, deadline=None, suppress_health_check=SLOW)
settings.register_profile("prove", max_examples=2000, deadline=None, suppress_health_check=SLOW)
settings.load_profile("ci")

Row = dict[str, str]


@dataclass(frozen=True)
class At:
    """Where a finding is expected: `line` as a number (0: the whole file) or by how it begins; `value` None is any."""

    file: str
    line: int | str = 0
    column: str = ""
    value: str | None = None

    def blaming(self, column: str, value: str | None = None) -> At:
        return replace(self, column=column, value=value)


class PackageCopy:
    """A copy of the package; an edit keeps a table sorted and minimally quoted, and leaves the stamps alone."""

    def __init__(self, folder: Path, of: PackageCopy | None = None) -> None:
        """Copy the package, or a copy of it with its documents."""
        self.root = folder / "package"
        self.documents = folder / "documents"
        self.root.mkdir()
        source = of.root if of else ROOT
        shutil.copy(source / "datapackage.json", self.root)
        for name in ("data", "schemas"):
            shutil.copytree(source / name, self.root / name)
        if of:
            shutil.copytree(of.documents, self.documents)

    @property
    def package(self) -> Package:
        return open_package(self.root)

    def check(self, documents: bool = False, conformance: bool = False) -> Report:
        return check_package(self.package, self.documents if documents else None, conformance)

    def rows(self, table: str) -> list[Row]:
        return list(csv.DictReader(io.StringIO((self.root / f"data/{table}.csv").read_bytes().decode(), newline="")))

    def row(self, table: str, key: str) -> Row:
        return next(row for row in self.rows(table) if _key(row) == key)

    def keys(self, table: str, **cells: str) -> list[str]:
        """Keys of the rows that have these cells."""
        return [_key(row) for row in self.rows(table) if cells.items() <= row.items()]

    def edit_cell(self, table: str, key: str, column: str, value: str) -> At:
        """Change a cell, and say where it stands."""
        rows = self.rows(table)
        row = next(row for row in rows if _key(row) == key)
        assert row[column] != value
        row[column] = value
        self._write(table, rows)
        return At(f"data/{table}.csv", f"{_key(row)},", column, value)

    def append_row(self, table: str, like: str, **cells: str) -> At:
        """Add a row that differs from the row `like` in the given cells, and say where it stands."""
        row = self.row(table, like) | cells
        self._write(table, [*self.rows(table), row])
        return At(f"data/{table}.csv", f"{_key(row)},")

    def delete_row(self, table: str, *keys: str) -> None:
        assert keys
        assert set(keys) <= {_key(row) for row in self.rows(table)}
        self._write(table, [row for row in self.rows(table) if _key(row) not in keys])

    def drop_column(self, table: str, column: str) -> None:
        """Take a column out of a table and its schema."""
        self._write(table, [{name: cell for name, cell in row.items() if name != column} for row in self.rows(table)])
        name = f"schemas/{table}.json"
        self.edit_json(name, lambda s: s.update(fields=[field for field in s["fields"] if field["name"] != column]))

    def edit_bytes(self, file: str, edit: Callable[[bytes], bytes]) -> None:
        path = self.root / file
        old = path.read_bytes()
        new = edit(old)
        assert new != old
        path.write_bytes(new)

    def edit_text(self, file: str, old: str, new: str) -> None:
        assert (self.root / file).read_bytes().count(old.encode()) == 1
        self.edit_bytes(file, lambda data: data.replace(old.encode(), new.encode()))

    def edit_json(self, file: str, edit: Callable[[Any], object]) -> None:
        content = json.loads((self.root / file).read_bytes())
        edit(content)
        (self.root / file).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")

    def edit_field(self, table: str, column: str, edit: Callable[[Any], object]) -> None:
        """Change a column of a schema."""
        name = f"schemas/{table}.json"
        self.edit_json(name, lambda schema: edit(next(f for f in schema["fields"] if f["name"] == column)))

    def stamp(self) -> None:
        """Write bytes and hash of every table that is there into the descriptor."""
        content = json.loads((self.root / "datapackage.json").read_bytes())
        for resource in content["resources"]:
            path = self.root / resource["path"]
            if path.is_file():
                resource["bytes"] = path.stat().st_size
                resource["hash"] = f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        self.edit_json("datapackage.json", lambda old: old.update(content))

    def put_documents(self) -> None:
        """Write a stand-in for each document: its mentions at their places, and filler between them."""
        self.documents.mkdir()
        for document in self.rows("documents"):
            id, size = document["document_id"], int(document["characters"])
            characters = list((FILLER * (size // len(FILLER) + 1))[:size])
            for mention in self.rows("mentions"):
                if mention["document_id"] == id:
                    characters[int(mention["char_start"]) : int(mention["char_end"])] = mention["text"]
            content = "".join(characters).encode()
            (self.documents / document["file_name"]).write_bytes(content)
            self.edit_cell("documents", id, "bytes", str(len(content)))
            self.edit_cell("documents", id, "sha256", hashlib.sha256(content).hexdigest())

    def line(self, file: str, mark: str) -> int:
        """The number of the last line that begins with `mark`, indented or not."""
        lines = (self.root / file).read_bytes().split(b"\n")
        found = [number for number, line in enumerate(lines, 1) if line.strip().startswith(mark.encode())]
        assert found, f"no line of {file} begins with {mark!r}"
        return found[-1]

    def _write(self, table: str, rows: list[Row]) -> None:
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=_key))
        (self.root / f"data/{table}.csv").write_bytes(text.getvalue().encode())


def _key(row: Row) -> str:
    return next(iter(row.values()))


@pytest.fixture(scope="session")
def package() -> Package:
    return open_package(ROOT)


@pytest.fixture
def copy(tmp_path: Path) -> PackageCopy:
    return PackageCopy(tmp_path)


@pytest.fixture
def no_relations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the relations, which take half the time of a check, where a test looks at other steps."""
    monkeypatch.setattr(run, "check_relations", lambda *_: Findings())


@pytest.fixture(scope="session")
def documents() -> Path:
    folder = documents_folder(None)
    if folder is None:
        pytest.skip(f"the documents are not at hand: {DOCUMENTS_VARIABLE} is not set")
    return folder
