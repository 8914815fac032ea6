"""A small document of our own, and the work folder of a curator who has read it."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections.abc import Callable
from pathlib import Path

from shegong.curation.workspace.draft_cells import context
from shegong.curation.workspace.spreadsheet import write_work
from shegong.curation.workspace.work_folder import OPEN, YES, DraftRow, WorkFolder, drafted_tables
from shegong.package.package import Package
from tests.conftest import PackageCopy

TEXT = """赫章县社工站启用
2023年5月，赫章县社工站启用，门前摆满了野花。
全县有持证社工38名，志愿者600余名。
编辑：马二
"""
KEY = "small-page"
FILE = f"{KEY}.txt"
PROVINCE = "520000"
"""The package contains the province of the document."""
NEW_REGIONS = ("520500", "520527")
ROWS = {"documents": 1, "sources": 1, "regions": 3, "observations": 2, "milestones": 1, "organizations": 1, "mentions": 10}  # fmt: skip
ADDED = ROWS | {"regions": len(NEW_REGIONS)}
"""Rows that the package gets."""
Row = dict[str, str]
WRITTEN: dict[tuple[str, str, str], dict[str, bytes]] = {}


def found(copy: PackageCopy, conformance: bool = False) -> list[tuple[str, str]]:
    """Rule and key of each finding of a check; the package has some of its own."""
    return sorted((finding.rule.id, finding.key) for finding in copy.check(conformance=conformance).findings)


PAGE_KEY = "jiangle-bulletin"
PAGE_ROWS = {"sources": 1, "regions": 2, "organizations": 1, "observations": 2}


class Small:
    """The work folder of the small document, and the edits of a careless hand."""

    def __init__(self, path: Path, package: Package, decision: str = YES, text: str = TEXT, key: str = KEY) -> None:
        self.path, self.package, self.text, self.key = path, package, text, key
        self.schemas = drafted_tables(package.schemas)
        path.mkdir(parents=True)
        for name, content in self._files(decision).items():
            (path / name).write_bytes(content)

    def file(self, table: str) -> Path:
        return self.path / f"{table}.csv"

    def rows(self, table: str) -> list[Row]:
        text = self.file(table).read_bytes().decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def row(self, table: str, key: str) -> Row:
        return next(row for row in self.rows(table) if _key(row) == key)

    def line(self, table: str, key: str) -> int:
        return 2 + [_key(row) for row in self.rows(table)].index(key)

    def set(self, table: str, key: str, **cells: str) -> str:
        """Change cells of a row; `file:line` of it."""
        rows = self.rows(table)
        index = [_key(row) for row in rows].index(key)
        assert any(rows[index][column] != cell for column, cell in cells.items())
        rows[index].update(cells)
        self.write(table, rows)
        return f"{self.file(table)}:{index + 2}"

    def write(self, table: str, rows: list[Row]) -> None:
        content = io.StringIO()
        columns = ["decision", *self.schemas[table].columns, "context", "proposal"]
        writer = csv.DictWriter(content, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        self.file(table).write_bytes(content.getvalue().encode("utf-8-sig"))

    def edit(self, table: str, change: Callable[[bytes], bytes]) -> None:
        old = self.file(table).read_bytes()
        new = change(old)
        assert new != old
        self.file(table).write_bytes(new)

    def delete(self, table: str, key: str) -> None:
        self.write(table, [row for row in self.rows(table) if _key(row) != key])

    def mention(self, words: str, role: str) -> str:
        """Key of the mention of these words in this role."""
        return next(_key(row) for row in self.rows("mentions") if (row["text"], row["role"]) == (words, role))

    def _files(self, decision: str) -> dict[str, bytes]:
        """The files of the folder, written once by the program and then copied."""
        asked = (decision, self.text, self.key)
        if asked not in WRITTEN:
            with tempfile.TemporaryDirectory() as name:
                write_work(WorkFolder(Path(name), self.schemas, tuple(self._drafts(decision)), self.text))
                WRITTEN[asked] = {path.name: path.read_bytes() for path in Path(name).iterdir()}
        return {**WRITTEN[asked], f"{self.key}.txt": self.text.encode()}

    def _drafts(self, decision: str) -> list[DraftRow]:
        content, size = self.text.encode(), len(self.text)
        unknown = {
            "grade": "all",
            "period_basis": "unknown",
            "status": "reported",
            "source_id": self.key,
            "region_id": "520527",
        }
        whole = {"document_id": self.key, "char_start": "0", "char_end": str(size)}
        names = (("520000", "贵州省", "Guizhou", "province", "CN"), ("520500", "毕节市", "Bijie", "prefecture", "520000"), ("520527", "赫章县", "Hezhang County", "county", "520500"))  # fmt: skip
        return [
            self._row("documents", decision, document_id=self.key, file_name=f"{self.key}.txt", sha256=hashlib.sha256(content).hexdigest(), bytes=str(len(content)), characters=str(size), language="zh", script="Hans", origin="A text file, received without an address."),
            self._row("sources", decision, source_id=self.key, **whole, kind="article", title_zh="赫章县社工站启用", title_en="Hezhang opens its social work station", published_basis="unknown", authority="press"),
            *(self._row("regions", decision, region_id=code, name_zh=zh, name_en=en, level=level, parent_id=parent, code_vintage="gbt2260-2023") for code, zh, en, level, parent in names),
            self._row("observations", decision, "metrics: licensed_social_workers | volunteers", observation_id="new-obs-1", metric_id="licensed_social_workers", value="38", value_lower="38", value_upper="38", qualifier="exact", value_text="38名", **unknown),
            self._row("observations", decision, "metrics: volunteers", observation_id="new-obs-2", metric_id="volunteers", value="600", value_lower="600", qualifier="at_least", value_text="600余名", **unknown),
            self._row("milestones", decision, milestone_id="new-ms-1", region_id="520527", category="founding", title_en="The station opens", title_zh="社工站投用", date_start="2023-05-01", date_end="2023-05-31", date_precision="month", date_basis="stated", status="occurred", organization_id="new-org-1", source_id=self.key),
            self._row("organizations", decision, organization_id="new-org-1", name_zh="赫章县社工站", name_en="Hezhang County Social Work Station", type="social_work_station", region_id="520527"),
            *self._mentions(decision),
        ]  # fmt: skip

    def _mentions(self, decision: str) -> list[DraftRow]:
        asked = [
            ("赫章县社工站启用", "title", {"source_id": self.key}),
            ("2023年5月", "date", {"milestone_id": "new-ms-1"}),
            ("赫章县", "place", {"milestone_id": "new-ms-1"}),
            ("赫章县社工站", "name", {"organization_id": "new-org-1"}),
            ("启用", "detail", {"milestone_id": "new-ms-1"}),
            ("全县", "place", {"observation_id": "new-obs-1"}),
            ("全县", "place", {"observation_id": "new-obs-2"}),
            ("38名", "value", {"observation_id": "new-obs-1"}),
            ("600余名", "value", {"observation_id": "new-obs-2"}),
            ("二", "excluded", {"exclusion": "boilerplate"}),
        ]
        return [self._mention(decision, number, *words) for number, words in enumerate(asked, 1)]

    def _mention(self, decision: str, number: int, words: str, role: str, target: Row) -> DraftRow:
        start = self.text.index(words)
        end = start + len(words)
        own = "" if "exclusion" not in target else decision
        row = self._row("mentions", own, mention_id=f"new-mn-{number}", document_id=self.key, char_start=str(start), char_end=str(end), text=words, role=role, **target)  # fmt: skip
        return DraftRow("mentions", row.cells, own, context(self.text, start, end))

    def _row(self, table: str, decision: str = OPEN, proposal: str = "", **cells: str) -> DraftRow:
        return DraftRow(table, dict.fromkeys(self.schemas[table].columns, "") | cells, decision, proposal=proposal)


class SmallPage(Small):
    """The work folder of a page: it has no text, and what follows from the printed numbers is empty."""

    def __init__(self, path: Path, package: Package, decision: str = YES) -> None:
        super().__init__(path, package, decision, text="", key=PAGE_KEY)

    def _files(self, decision: str) -> dict[str, bytes]:
        files = super()._files(decision)
        del files[f"{self.key}.txt"]
        return files

    def _drafts(self, decision: str) -> list[DraftRow]:
        about = {"grade": "all", "region_id": "520527", "status": "reported", "source_id": self.key}
        published = {"period_start": "2024-01-06", "period_end": "2024-01-06", "period_basis": "published"}
        names = (("520500", "毕节市", "Bijie", "prefecture", "520000"), ("520527", "赫章县", "Hezhang County", "county", "520500"))  # fmt: skip
        return [
            self._row("sources", decision, source_id=self.key, kind="page", title_zh="赫章县社工人数公布", publisher_id="new-org-1", published_from="2024-01-06", published_to="2024-01-06", published_basis="stated", authority="press", read_on="2024-02-01"),
            *(self._row("regions", decision, region_id=code, name_zh=zh, name_en=en, level=level, parent_id=parent, code_vintage="gbt2260-2023") for code, zh, en, level, parent in names),
            self._row("organizations", decision, organization_id="new-org-1", name_zh="虚构晚报", name_en="Invented Evening News", type="newspaper"),
            self._row("observations", decision, observation_id="new-obs-1", metric_id="licensed_social_workers", value_text="近300名", **about, **published),
            self._row("observations", decision, observation_id="new-obs-2", metric_id="licence_award", value_text="1.5万元", **about, **published),
        ]  # fmt: skip


def _key(row: Row) -> str:
    cells = list(row.values())
    return cells[1]
