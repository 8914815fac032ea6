"""Ingest: a file becomes a work folder, with its text and the rows that are proposed."""

from __future__ import annotations

import os
import re
import tempfile
from datetime import date
from hashlib import sha256
from pathlib import Path

from shegong.curation.extract.extract_text import Intake, take_in
from shegong.curation.propose.proposals import Period
from shegong.curation.propose.proposer import Knowledge, knowledge_of, propose
from shegong.curation.tables import table_rows
from shegong.curation.workspace.draft_builder import Known, draft_rows, with_items
from shegong.curation.workspace.work_folder import WORK, Cells, Draft, WorkFolder, drafted_tables, row_of, write_work
from shegong.errors import PackageError
from shegong.package.package import Package
from shegong.package.schema import TableSchema


def ingest(package: Package, file: Path, folder: Path | None, encoding: str | None) -> tuple[Intake, WorkFolder]:
    """Take a file in and propose rows for it.

    Args:
        package: The package that the rows are for.
        file: A text, an HTML page or a PDF with a text layer.
        folder: The work folder to make; else `work/` and a name made of the file's.
        encoding: The file's encoding; else it is recognised.

    Returns:
        The file as taken in, and its work folder.

    Raises:
        PackageError: The file cannot be taken in, is in the package already, or the folder is there already.
    """
    intake = take_in(file, encoding)
    digest = sha256(intake.content).hexdigest()
    key = slug(Path(intake.file_name).stem) or f"document-{digest[:8]}"
    target = folder or package.root / WORK / key
    _refuse_again(package, file, digest, key, target)
    knowledge = knowledge_of(package)
    published = stated_day(intake)
    proposals = with_items(intake.text, propose(intake.text, knowledge, published), published)
    document = _document(package.schemas["documents"], intake, key, digest)
    stated = {"publisher": intake.publisher, "url": intake.url}
    rows = draft_rows(intake.text, document, proposals, known_of(package, knowledge), stated)
    work = WorkFolder(target, drafted_tables(package.schemas), rows, intake.text)
    _make_folder(work, intake, file)
    return intake, work


def slug(name: str) -> str:
    """An id made of a file's name; empty where the name has no Latin letter or digit."""
    return "-".join(re.findall("[a-z0-9]+", name.lower()))


def stated_day(intake: Intake) -> Period | None:
    """The day of publication that a page's own metadata states."""
    try:
        day = date.fromisoformat(intake.published)
    except ValueError:
        return None
    return Period(day, day, "stated", "day")


def _refuse_again(package: Package, file: Path, digest: str, key: str, target: Path) -> None:
    for row in table_rows(package, "documents"):
        if row["sha256"] == digest:
            raise PackageError(f"{file}: the package has this document already, as {row['document_id']}")
        if row["document_id"] == key:
            raise PackageError(f"{file}: the package has another document called {key}: rename the file")
    if target.exists():
        raise PackageError(f"{target} is there already: go on with `shegong review {target}`, or give --work DIR")


def _document(schema: TableSchema, intake: Intake, key: str, digest: str) -> Draft:
    cells: Cells = {
        "document_id": key,
        "file_name": intake.file_name,
        "sha256": digest,
        "bytes": str(len(intake.content)),
        "characters": str(len(intake.text)),
        "language": "zh",
        "script": intake.script,
        "defects": " ".join(defect.sentence for defect in intake.defects),
    }
    return Draft("documents", row_of(schema, **cells), proposal=_origin(intake))


def _origin(intake: Intake) -> str:
    """Where the text comes from, as far as the file says."""
    told = {"title": intake.title, "publisher": intake.publisher, "published": intake.published, "url": intake.url}
    origin = f"from {intake.media} of SHA-256 {intake.original_sha256}"
    return "; ".join([origin, *(f"{name}: {value}" for name, value in told.items() if value)])


def known_of(package: Package, knowledge: Knowledge) -> Known:
    """What drafts refer to in the package."""
    regions = table_rows(package, "regions")
    return Known(
        schemas=package.schemas,
        regions=frozenset(row["region_id"] for row in regions),
        region_names=knowledge.gazetteer.names | {row["region_id"]: row["name_zh"] for row in regions},
        integer_metrics=frozenset(metric.metric_id for metric in knowledge.metrics if metric.is_integer),
        gazetteer=knowledge.gazetteer,
    )


def _make_folder(work: WorkFolder, intake: Intake, file: Path) -> None:
    """Write the folder whole under another name first: it is there complete, or not at all."""
    parent = work.path.parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=parent, prefix=".ingest-") as name:
            staging = Path(name) / work.path.name
            staging.mkdir()
            (staging / intake.file_name).write_bytes(intake.content)
            if intake.content != intake.original:
                (staging / f"original{file.suffix}").write_bytes(intake.original)
            write_work(WorkFolder(staging, work.schemas, work.drafts, work.text))
            os.replace(staging, work.path)
    except OSError as error:
        raise PackageError(f"{error.filename or parent}: cannot be written: {error.strerror}") from None
