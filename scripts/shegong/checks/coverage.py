"""Coverage: which numerals of the documents does the ledger account for?"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from shegong.chinese import NUMERAL
from shegong.errors import PackageError
from shegong.escape import show_invisible
from shegong.package.canonical import read_table
from shegong.package.cells import parse_table
from shegong.package.package import Package
from shegong.report import many


@dataclass(frozen=True)
class Coverage:
    """How far one document is accounted for: numerals found, and those that no mention accounts for."""

    document_id: str
    file_name: str
    numerals: int
    missing: tuple[tuple[int, str, str], ...]
    """Offset, numeral, and the characters around it."""

    @property
    def accounted(self) -> int:
        """Numerals that a mention accounts for."""
        return self.numerals - len(self.missing)

    @property
    def share(self) -> float:
        """Their share of all numerals."""
        return self.accounted / max(self.numerals, 1)


def cover_documents(package: Package, documents: Path) -> list[Coverage]:
    """Compute the coverage of the documents in a folder.

    Raises:
        PackageError: A table cannot be read, or the folder has none of the documents.
    """
    frames = {name: _typed(package, name) for name in ("documents", "mentions")}
    known = dict(frames["documents"].select("document_id", "file_name").iter_rows())
    texts = {id: read_document(documents / file) for id, file in known.items() if (documents / file).is_file()}
    if not texts:
        raise PackageError(f"{documents}: has none of the package's documents")
    return coverage(frames, texts)


def coverage_text(covered: list[Coverage]) -> str:
    """Render a table by document, and the numerals that are missing."""
    head = f"{'document':<24} {'numerals':>8} {'accounted':>9} {'share':>7}"
    rows = [f"{c.document_id:<24} {c.numerals:>8} {c.accounted:>9} {c.share:>7.1%}" for c in covered]
    missing = [f"{c.file_name}:{at}  {numeral!r} in {around!r}" for c in covered for at, numeral, around in c.missing]
    return "\n".join([head, *rows, *missing, f"{many(len(missing), 'numeral')} not accounted for"])


def coverage_json(covered: list[Coverage]) -> str:
    """Render the same for programs."""
    return json.dumps([dataclasses.asdict(document) for document in covered], ensure_ascii=False, indent=2)


def read_document(path: Path) -> str:
    """Read a document as received: its bytes as UTF-8, no line end translated."""
    return path.read_bytes().decode("utf-8")


def coverage(frames: dict[str, pl.DataFrame], texts: dict[str, str]) -> list[Coverage]:
    """Compute the coverage of each document whose text is given."""
    documents = frames["documents"].filter(pl.col("document_id").is_in(list(texts)))
    return [
        Coverage(id, file, *_missing_numerals(texts[id], frames["mentions"].filter(pl.col("document_id") == id)))
        for id, file in documents.select("document_id", "file_name").iter_rows()
    ]


def _typed(package: Package, name: str) -> pl.DataFrame:
    table = read_table(package.schemas[name], package.file(name), package.path(name).read_bytes())
    frame, findings = parse_table(table) if table.frame is not None else (None, table.findings)
    if frame is None or findings:
        raise PackageError(f"{table.file}: cannot be read: see `shegong check`")
    return frame


def _missing_numerals(text: str, mentions: pl.DataFrame) -> tuple[int, tuple[tuple[int, str, str], ...]]:
    spans = mentions.filter(pl.col("role") != "title").select("char_start", "char_end").drop_nulls().rows()
    covered = {at for start, end in spans for at in range(max(start, 0), min(end, len(text)))}
    numerals = list(NUMERAL.finditer(text))
    return len(numerals), tuple(
        (m.start(), m[0], show_invisible(text[max(0, m.start() - 8) : m.end() + 8].replace("\n", " ")))
        for m in numerals
        if not covered.issuperset(range(*m.span()))
    )
