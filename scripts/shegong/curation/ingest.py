"""Ingest: make a work folder from a file, with its text and the proposed rows, or for a page, without a text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from shegong.chinese import NUMERAL
from shegong.curation.extract.extract_text import ExtractedText, extract_text
from shegong.curation.extract.script import HAN
from shegong.curation.propose.proposals import Period
from shegong.curation.propose.proposer import propose
from shegong.curation.propose.vocabulary import read_vocabulary
from shegong.curation.workspace.draft_builder import build_drafts
from shegong.curation.workspace.page_drafts import Page, build_page
from shegong.curation.workspace.spreadsheet import write_work
from shegong.curation.workspace.work_folder import WORK, Cells, DraftRow, WorkFolder, drafted_tables, row_of
from shegong.errors import PackageError
from shegong.package.package import Package
from shegong.package.schema import TableSchema
from shegong.package.write import replace_folder

ORIGINS = {"text": "A text file", "html": "The text of an HTML page", "pdf": "The text layer of a PDF"}
MIN_CHINESE_SHARE = 0.3
"""A smaller share of Chinese among the letters of a text is warned about."""


def ingest(package: Package, file: Path, folder: Path | None, encoding: str | None) -> tuple[ExtractedText, WorkFolder]:
    """Make a work folder from a file.

    Args:
        package: The package that the rows are for.
        file: A text, an HTML page or a PDF with a text layer.
        folder: The work folder to make; else `work/` and a name made of the file's.
        encoding: The file's encoding; else it is recognized.

    Returns:
        The text of the file, and its work folder.

    Raises:
        PackageError: The file cannot be read, the package contains it, or the folder exists.
    """
    extracted = extract_text(file, encoding)
    document = _document(package.schemas["documents"], extracted)
    target = folder or package.root / WORK / document.key
    _require_new(package, file, document)
    _require_no_folder(target)
    vocabulary = read_vocabulary(package)
    proposals = propose(extracted.text, vocabulary, _stated_day(extracted.page.published))
    stated = {"publisher": extracted.page.publisher, "url": extracted.page.url}
    rows = build_drafts(extracted.text, document, proposals, package.schemas, vocabulary, stated)
    work = WorkFolder(target, drafted_tables(package.schemas), rows, extracted.text)
    files = {extracted.file_name: extracted.content}
    if extracted.content != extracted.original:
        files[f"original{file.suffix}"] = extracted.original
    _make_folder(work, files)
    return extracted, work


def ingest_page(package: Package, page: Page, folder: Path | None) -> WorkFolder:
    """Make a work folder for a page, whose rows have no spans.

    Args:
        package: The package that the rows are for.
        page: What is known of the page.
        folder: The work folder to make; else `work/` and the name of the page.

    Returns:
        The work folder: the source, its publisher if that is new, and the other tables without rows.

    Raises:
        PackageError: The name cannot be the id of a new source, or the folder exists.
    """
    _require_free_name(package, page.name)
    target = folder or package.root / WORK / page.name
    _require_no_folder(target)
    work = WorkFolder(target, drafted_tables(package.schemas), tuple(build_page(package, page)), "")
    _make_folder(work, {})
    return work


def ingest_text(extracted: ExtractedText, work: WorkFolder) -> str:
    """Show what was extracted and what is proposed, a line each."""
    others = ", ".join(extracted.other_encodings)
    guessed = f" (also possible: {others}; choose with --encoding)" if others else ""
    encoding = f" in {extracted.encoding}{guessed}" if extracted.encoding else ""
    counts = Counter(draft.table for draft in work.drafts)
    excluded = sum(draft.cells.get("role") == "excluded" for draft in work.drafts)
    proposed = ", ".join(f"{rows} {table}" for table, rows in counts.items() if table != "documents")
    return "\n".join(
        [
            f"{extracted.media}{encoding}, {len(extracted.content)} bytes, {len(extracted.text)} characters, "
            f"{extracted.script}",
            *_little_chinese(extracted.text),
            f"SHA-256 {work.sha256}",
            *(f"defect: {defect.sentence}" for defect in extracted.defects),
            f"{len(NUMERAL.findall(work.text))} numerals; proposed: {proposed} ({excluded} of them exclusions)",
            f"{work.path}",
        ]
    )


def _little_chinese(text: str) -> Iterator[str]:
    """Yield a warning if a text has so little Chinese that it is hardly a Chinese document."""
    letters = sum(character.isalpha() for character in text)
    share = len(HAN.findall(text)) / max(letters, 1)
    if share < MIN_CHINESE_SHARE:
        yield (
            f"warning: only {share:.1%} of the letters are Chinese. Expected a document in Chinese: "
            "delete the work folder if this is another file"
        )


def _document(schema: TableSchema, extracted: ExtractedText) -> DraftRow:
    url = f"from {extracted.page.url}" if extracted.page.url else "without an address"
    cells: Cells = {
        "document_id": "-".join(re.findall("[a-z0-9]+", Path(extracted.file_name).stem.lower())),
        "file_name": extracted.file_name,
        "sha256": sha256(extracted.content).hexdigest(),
        "bytes": str(len(extracted.content)),
        "characters": str(len(extracted.text)),
        "language": "zh",
        "script": extracted.script,
        "origin": f"{ORIGINS[extracted.media]}, received {url}.",
        "defects": " ".join(defect.sentence for defect in extracted.defects),
    }
    stated = {name: getattr(extracted.page, name) for name in ("title", "publisher", "published", "url")}
    origin = f"from {extracted.media} of SHA-256 {extracted.original_sha256}"
    proposal = "; ".join([origin, *(f"{name}: {value}" for name, value in stated.items() if value)])
    return DraftRow("documents", row_of(schema, **cells), proposal=proposal)


def _require_new(package: Package, file: Path, document: DraftRow) -> None:
    for row in package.rows("documents"):
        if row["sha256"] == document.cells["sha256"]:
            raise PackageError(f"{file}: the package already contains this document, as {row['document_id']}")
        if row["document_id"] == document.key:
            raise PackageError(f"{file}: the package contains another document {document.key}. Rename the file")


def _require_free_name(package: Package, name: str) -> None:
    pattern = package.schemas["sources"].fields[0].pattern or ""
    if not re.fullmatch(pattern, name):
        raise PackageError(f"--page {name}: expected small letters, digits and hyphens, such as jiangle-bulletin-2023")
    if any(row["source_id"] == name for row in package.rows("sources")):
        raise PackageError(f"--page {name}: the package contains a source {name}. Choose another name")


def _require_no_folder(target: Path) -> None:
    if target.exists():
        raise PackageError(f"{target}: already exists. Continue with `shegong review {target}`, or give --work DIR")


def _stated_day(published: str) -> Period | None:
    """Return the day of publication that a page states about itself."""
    try:
        day = date.fromisoformat(published)
    except ValueError:
        return None
    return Period(day, day, "stated", "day")


def _make_folder(work: WorkFolder, files: dict[str, bytes]) -> None:
    """Write the folder and the files of its document, so that it is complete or absent."""
    try:
        with replace_folder(work.path) as staging:
            for name, content in files.items():
                (staging / name).write_bytes(content)
            write_work(replace(work, path=staging))
    except OSError as error:
        raise PackageError(f"{error.filename or work.path}: cannot be written: {error.strerror}") from None
