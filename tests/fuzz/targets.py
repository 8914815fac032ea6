"""What is fuzzed: each target reads a stranger's bytes as the commands do, and may end in a `PackageError` only."""

from __future__ import annotations

import gc
import hashlib
import random
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from click.testing import CliRunner

from shegong.checks.evidence import check_evidence, coverage, read_document
from shegong.checks.run import check_package
from shegong.cli import main
from shegong.curation.compare import reading_of_work
from shegong.curation.intake import take_in
from shegong.curation.plain import plain_text
from shegong.curation.workfolder import Draft, WorkFolder, drafted_tables, read_work, write_work
from shegong.diff.compare import compare
from shegong.diff.report import as_json, as_markdown, as_text
from shegong.diff.snapshot import take_snapshot
from shegong.finding import PackageError
from shegong.package.archive import canonical_zip
from shegong.package.descriptor import DESCRIPTOR
from shegong.package.files import FolderFiles, open_archive
from shegong.release.verify import verify
from tests.conftest import ROOT, PackageCopy
from tests.fuzz.mutate import mutated_bytes, mutated_csv, mutated_json, mutated_zip

PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>社工站</title></head><body><article><h1>社工站建设</h1>
<p>截至2020年3月17日，全市共建成社工站60余家，持证社会工作者1.36万人，投入资金3000万元。</p>
<p>镇江市民政局表示，下一步将继续推进社会工作服务站建设，提高服务水平。</p></article></body></html>"""
TEXT = "截至2020年3月17日，镇江市共建成社工站60余家，持证社会工作者1.36万人。\n最高可申領(lǐng)3000元。\n"


class Target(ABC):
    """Something that reads bytes, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def input(self, dice: random.Random) -> bytes:
        """Bytes that are almost right."""

    @abstractmethod
    def read(self, content: bytes) -> None:
        """Read them as the commands do."""


class _OfPackage(Target):
    """A file of the package is replaced; the package is checked, and asked something else that dice choose."""

    mutate: Callable[[bytes, random.Random], bytes]
    files: tuple[str, ...]

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.copy = PackageCopy(folder)
        self.file, self.others = self.files[0], [self._ask]

    def input(self, dice: random.Random) -> bytes:
        self.file = dice.choice(self.files)
        self.others = dice.sample([self._ask, self._cite, self._compare, self._format], 1)
        return type(self).mutate((ROOT / self.file).read_bytes(), dice)

    def read(self, content: bytes) -> None:
        path = self.copy.root / self.file
        path.write_bytes(content)
        try:
            for ask in (self._check, *self.others):
                _allow(ask)
        finally:
            for name in (self.file, DESCRIPTOR):
                shutil.copy(ROOT / name, self.copy.root / name)

    def _check(self) -> None:
        self._run("check", "--format", "json")

    def _ask(self) -> None:
        self._run("query", "FROM latest_observations")

    def _cite(self) -> None:
        self._run("cite", "--format", "bibtex")

    def _compare(self) -> None:
        difference = compare(_original(), take_snapshot(FolderFiles("new", self.copy.root)))
        _ = difference.level, as_text(difference), as_markdown(difference), as_json(difference)

    def _format(self) -> None:
        self._run("fmt")

    def _run(self, command: str, *words: str) -> None:
        result = CliRunner().invoke(main, [command, "--package", str(self.copy.root), *words])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        # What a process leaves behind at its end, the runner holds in a circle: a database, with its threads.
        del result
        gc.collect()


class Descriptor(_OfPackage):
    mutate, files = staticmethod(mutated_json), (DESCRIPTOR,)


class Schema(_OfPackage):
    mutate = staticmethod(mutated_json)
    files = tuple(f"schemas/{name}.json" for name in ("observations", "metrics", "documents", "mentions"))


class Table(_OfPackage):
    mutate = staticmethod(mutated_csv)
    files = tuple(f"data/{name}.csv" for name in ("observations", "metrics", "regions", "documents", "mentions"))


class Archive(Target):
    """A release's archive: verified, and compared."""

    def input(self, dice: random.Random) -> bytes:
        return mutated_zip(_archive(), dice)

    def read(self, content: bytes) -> None:
        path = self.folder / "shegong.zip"
        path.write_bytes(content)
        _allow(lambda: verify(path, ROOT))
        _allow(lambda: as_text(compare(_original(), take_snapshot(open_archive("new", content)))))


class Document(Target):
    """A document of the package that is not what it was, with a row that says it is."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        copy = PackageCopy(folder)
        copy.put_documents()
        self.copy, self.row = copy, copy.rows("documents")[0]
        self.frames = check_package(copy.package).frames
        self.path = copy.documents / self.row["file_name"]
        self.original = self.path.read_bytes()

    def input(self, dice: random.Random) -> bytes:
        return mutated_bytes(self.original, dice)

    def read(self, content: bytes) -> None:
        self.path.write_bytes(content)
        self.copy.edit_json(DESCRIPTOR, lambda descriptor: None)
        digest, rows = hashlib.sha256(content).hexdigest(), self.frames["documents"].to_dicts()
        rows[0] |= {"sha256": digest, "bytes": len(content)}
        documents = (
            self.frames["documents"]
            .clear()
            .vstack(type(self.frames["documents"])(rows, self.frames["documents"].schema))
        )
        check_evidence(self.copy.package, {**self.frames, "documents": documents}, self.copy.documents)
        if _is_text(content):
            text = read_document(self.path)
            coverage(self.frames, {self.row["document_id"]: text})
            plain_text(text)


class Ingest(Target):
    """A file that a curator takes in: text, HTML or PDF."""

    def input(self, dice: random.Random) -> bytes:
        seeds = (PAGE.encode(), PAGE.encode("gb18030"), TEXT.encode(), TEXT.encode("big5", "replace"), _pdf())
        return mutated_bytes(dice.choice(seeds), dice)

    def read(self, content: bytes) -> None:
        for name in ("a.txt", "a.html"):
            (self.folder / name).write_bytes(content)
            _allow(lambda path=self.folder / name: plain_text(take_in(path).text))


class Work(Target):
    """A file of a work folder, as an editor or a spreadsheet left it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.copy = PackageCopy(folder)
        self.package = self.copy.package
        (folder / "work").mkdir()
        (folder / "work/page.txt").write_text(TEXT, "utf-8")
        drafts = tuple(self._drafts())
        write_work(WorkFolder(folder / "work", drafted_tables(self.package.schemas), drafts, TEXT))
        self.files = sorted(path.name for path in (folder / "work").glob("*.csv"))
        self.file = self.files[0]

    def _drafts(self) -> Iterator[Draft]:
        """The rows of the package, drafted anew, as far as they are of its first document."""
        document = self.copy.rows("documents")[0] | {"file_name": "page.txt"}
        document["sha256"] = hashlib.sha256(TEXT.encode()).hexdigest()
        yield Draft("documents", document, "yes")
        for table in ("sources", "observations", "milestones", "mentions"):
            for row in self.copy.rows(table)[:20]:
                yield Draft(table, row, "yes", "…", "…")

    def input(self, dice: random.Random) -> bytes:
        self.file = dice.choice(self.files)
        self.original = (self.folder / "work" / self.file).read_bytes()
        return mutated_csv(self.original, dice)

    def read(self, content: bytes) -> None:
        path = self.folder / "work" / self.file
        before = path.read_bytes()
        path.write_bytes(content)
        try:
            _allow(lambda: reading_of_work(read_work(path.parent, self.package.schemas)))
        finally:
            path.write_bytes(before)


TARGETS: dict[str, type[Target]] = {
    "descriptor": Descriptor,
    "schema": Schema,
    "table": Table,
    "archive": Archive,
    "document": Document,
    "ingest": Ingest,
    "work": Work,
}


def _allow(ask: Callable[[], object]) -> None:
    """Ask; a refusal in one line is an answer."""
    try:
        ask()
    except PackageError as error:
        if not str(error).strip():
            raise ValueError("a refusal that says nothing") from error


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@cache
def _original():
    return take_snapshot(FolderFiles("old", ROOT))


@cache
def _archive() -> bytes:
    names = [DESCRIPTOR, *(p.relative_to(ROOT).as_posix() for d in ("data", "schemas") for p in (ROOT / d).iterdir())]
    return canonical_zip({name: (ROOT / name).read_bytes() for name in names})


@cache
def _pdf() -> bytes:
    import io

    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    page = Canvas(out, pageCompression=0)
    page.setFont("STSong-Light", 12)
    page.drawString(72, 720, TEXT.splitlines()[0])
    page.save()
    return out.getvalue()
