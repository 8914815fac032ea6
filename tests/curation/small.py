"""A small document of our own, and the work folder of a curator who has read it."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections.abc import Callable, Iterator
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
ROWS = {"documents": 1, "sources": 1, "regions": 3, "observations": 2, "milestones": 1, "organizations": 1, "mentions": 10}  # fmt: skip
ADDED = ROWS | {"regions": 2}
"""Rows that the package gets; it contains the province."""
PAGE_KEY = "jiangle-bulletin"
PAGE_ROWS = {"sources": 1, "regions": 2, "organizations": 1, "observations": 2}
REGIONS = [
    ("520000", "贵州省", "Guizhou", "province", "CN"),
    ("520500", "毕节市", "Bijie", "prefecture", "520000"),
    ("520527", "赫章县", "Hezhang County", "county", "520500"),
]
MENTIONS = [
    ("赫章县社工站启用", "title", {}),
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
Row = dict[str, str]
WRITTEN: dict[tuple[str, str, str], dict[str, bytes]] = {}


def found(copy: PackageCopy, conformance: bool = False) -> list[tuple[str, str]]:
    """Rule and key of each finding of a check; the package has some of its own."""
    return sorted((finding.rule.id, finding.key) for finding in copy.check(conformance=conformance).findings)


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

    def place(self, table: str, key: str) -> str:
        """`file:line` of a row."""
        return f"{self.file(table)}:{2 + [_key(row) for row in self.rows(table)].index(key)}"

    def set(self, table: str, key: str, **cells: str) -> str:
        """Change cells of a row; `file:line` of it."""
        place, rows = self.place(table, key), self.rows(table)
        row = next(row for row in rows if _key(row) == key)
        assert any(row[column] != cell for column, cell in cells.items())
        row.update(cells)
        self.write(table, rows)
        return place

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
        return WRITTEN[asked] | ({f"{self.key}.txt": self.text.encode()} if self.text else {})

    def _drafts(self, decision: str) -> list[DraftRow]:
        content, size = self.text.encode(), len(self.text)
        about = {"grade": "all", "period_basis": "unknown", "status": "reported", "source_id": self.key, "region_id": "520527"}  # fmt: skip
        whole = {"document_id": self.key, "char_start": "0", "char_end": str(size)}
        return [
            self._row("documents", decision, document_id=self.key, file_name=f"{self.key}.txt", sha256=hashlib.sha256(content).hexdigest(), bytes=str(len(content)), characters=str(size), language="zh", script="Hans", origin="A text file, received without an address."),
            self._row("sources", decision, source_id=self.key, **whole, kind="article", title_zh="赫章县社工站启用", title_en="Hezhang opens its social work station", published_basis="unknown", authority="press"),
            *self._regions(decision, REGIONS),
            self._row("observations", decision, "metrics: licensed_social_workers | volunteers", observation_id="new-obs-1", metric_id="licensed_social_workers", value="38", value_lower="38", value_upper="38", qualifier="exact", value_text="38名", **about),
            self._row("observations", decision, "metrics: volunteers", observation_id="new-obs-2", metric_id="volunteers", value="600", value_lower="600", qualifier="at_least", value_text="600余名", **about),
            self._row("milestones", decision, milestone_id="new-ms-1", region_id="520527", category="founding", title_en="The station opens", title_zh="社工站投用", date_start="2023-05-01", date_end="2023-05-31", date_precision="month", date_basis="stated", status="occurred", organization_id="new-org-1", source_id=self.key),
            self._row("organizations", decision, organization_id="new-org-1", name_zh="赫章县社工站", name_en="Hezhang County Social Work Station", type="social_work_station", region_id="520527"),
            *(self._mention(decision, number, *words) for number, words in enumerate(MENTIONS, 1)),
        ]  # fmt: skip

    def _regions(self, decision: str, regions: list[tuple[str, str, str, str, str]]) -> Iterator[DraftRow]:
        for code, zh, en, level, parent in regions:
            names = {"name_zh": zh, "name_en": en, "level": level, "parent_id": parent, "code_vintage": "gbt2260-2023"}
            yield self._row("regions", decision, region_id=code, **names)

    def _mention(self, decision: str, number: int, words: str, role: str, target: Row) -> DraftRow:
        start, own = self.text.index(words), decision if "exclusion" in target else ""
        end = start + len(words)
        span = {"document_id": self.key, "char_start": str(start), "char_end": str(end), "text": words, "role": role}
        source = {"source_id": self.key} if role == "title" else {}
        cells = self._row("mentions", mention_id=f"new-mn-{number}", **span, **source, **target).cells
        return DraftRow("mentions", cells, own, context(self.text, start, end))

    def _row(self, table: str, decision: str = OPEN, proposal: str = "", **cells: str) -> DraftRow:
        return DraftRow(table, dict.fromkeys(self.schemas[table].columns, "") | cells, decision, proposal=proposal)


class SmallPage(Small):
    """The work folder of a page: it has no text, and what follows from the printed numbers is empty."""

    def __init__(self, path: Path, package: Package, decision: str = YES) -> None:
        super().__init__(path, package, decision, text="", key=PAGE_KEY)

    def _drafts(self, decision: str) -> list[DraftRow]:
        about = {"grade": "all", "region_id": "520527", "status": "reported", "source_id": self.key}
        published = {"period_start": "2024-01-06", "period_end": "2024-01-06", "period_basis": "published"}
        return [
            self._row("sources", decision, source_id=self.key, kind="page", title_zh="赫章县社工人数公布", publisher_id="new-org-1", published_from="2024-01-06", published_to="2024-01-06", published_basis="stated", authority="press", read_on="2024-02-01"),
            *self._regions(decision, REGIONS[1:]),
            self._row("organizations", decision, organization_id="new-org-1", name_zh="虚构晚报", name_en="Invented Evening News", type="newspaper"),
            self._row("observations", decision, observation_id="new-obs-1", metric_id="licensed_social_workers", value_text="近300名", **about, **published),
            self._row("observations", decision, observation_id="new-obs-2", metric_id="licence_award", value_text="1.5万元", **about, **published),
        ]  # fmt: skip


def _key(row: Row) -> str:
    return list(row.values())[1]
