"""Evidence: compare the tables with the documents: does each span contain its text, has each numeral a mention?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from shegong.checks.coverage import coverage, read_document
from shegong.chinese import MAX_MENTION_LETTERS, letters
from shegong.escape import show_invisible
from shegong.findings import Finding, Rule
from shegong.package.package import Package

PRINTED_TITLE = {("sources", "title_zh"), ("programmes", "name_zh"), ("organizations", "name_zh")}


def _rule(id: str, sentence: str, hint: str) -> Rule:
    return Rule(id, sentence, "evidence", hint)


DOCUMENT_MISSING = _rule(
    "document-missing", "Each document is in the folder of the documents.", "put the file there under its file_name"
)
DOCUMENT_CHANGED = _rule(
    "document-changed",
    "A document has the SHA-256 that the package gives.",
    "get the original file; a changed one is a new document",
)
DOCUMENT_ENCODING = _rule("document-encoding", "A document is UTF-8.", "convert it; the converted file is the document")
DOCUMENT_COUNTED = _rule(
    "document-counted", "bytes and characters are those of the document.", "correct the row of the document"
)
SPAN_TEXT = _rule(
    "span-text", "The characters of a span are the text of its mention.", "correct char_start, char_end or text"
)
NUMERAL_UNACCOUNTED = _rule(
    "numeral-unaccounted",
    "Each numeral of a document is accounted for by a mention other than a title.",
    "enter the row that it supports, or exclude it",
)
DOCUMENT_SENTENCE = _rule(
    "document-sentence", "No cell repeats a sentence of a document.", "write it in your own words"
)
RULES = (
    DOCUMENT_MISSING,
    DOCUMENT_CHANGED,
    DOCUMENT_ENCODING,
    DOCUMENT_COUNTED,
    SPAN_TEXT,
    NUMERAL_UNACCOUNTED,
    DOCUMENT_SENTENCE,
)


def check_evidence(package: Package, frames: dict[str, pl.DataFrame], folder: Path) -> list[Finding]:
    """Compare the package's spans, counts and numerals with the documents in a folder."""
    findings: list[Finding] = []
    texts: dict[str, str] = {}
    for line, row in enumerate(frames["documents"].iter_rows(named=True), 2):
        wrong = list(_file_findings(package, line, row, folder))
        findings += wrong
        if not wrong:
            texts[row["document_id"]] = read_document(folder / row["file_name"])
    findings += _span_findings(package, frames["mentions"], texts)
    findings += _numeral_findings(package, frames, texts)
    return findings + list(_sentence_findings(package, frames, texts))


def _file_findings(package: Package, line: int, row: dict[str, object], folder: Path) -> Iterator[Finding]:
    path, file = folder / str(row["file_name"]), package.file("documents")
    key = str(row["document_id"])
    if not path.is_file():
        yield Finding(DOCUMENT_MISSING, file, f"{path} does not exist", "documents", line, "file_name", key, path.name)
        return
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != row["sha256"]:
        message, expected = f"{path} has SHA-256 {digest}", f"the package gives {row['sha256']}"
        place = ("documents", line, "sha256", key, str(row["sha256"]))
        yield Finding(DOCUMENT_CHANGED, file, message, *place, expected)
        return
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{path} is not UTF-8: byte {error.start} is 0x{content[error.start]:02X}"
        yield Finding(DOCUMENT_ENCODING, file, message, "documents", line, "file_name", key, path.name)
        return
    for column, actual in (("bytes", len(content)), ("characters", len(text))):
        if actual != row[column]:
            yield Finding(
                DOCUMENT_COUNTED,
                file,
                f"{path} has {actual} {column}",
                "documents",
                line,
                column,
                key,
                str(row[column]),
            )


def _span_findings(package: Package, mentions: pl.DataFrame, texts: dict[str, str]) -> Iterator[Finding]:
    columns = ("mention_id", "document_id", "char_start", "char_end", "text")
    for line, (key, document, start, end, text) in enumerate(mentions.select(columns).iter_rows(), 2):
        if document in texts and texts[document][start:end] != text:
            found = show_invisible(texts[document][start:end])
            message = f"characters {start} to {end} are {found!r}, not {show_invisible(text or '')!r}"
            yield Finding(SPAN_TEXT, package.file("mentions"), message, "mentions", line, "text", key, text or "")


def _numeral_findings(package: Package, frames: dict[str, pl.DataFrame], texts: dict[str, str]) -> Iterator[Finding]:
    lines = {id: line for line, id in enumerate(frames["documents"]["document_id"], 2)}
    for document in coverage(frames, texts):
        for at, numeral, around in document.missing:
            message = f"numeral {numeral!r} at character {at} ({around!r}) is not accounted for"
            line, id = lines[document.document_id], document.document_id
            yield Finding(
                NUMERAL_UNACCOUNTED, package.file("documents"), message, "documents", line, "document_id", id, numeral
            )


def _sentence_findings(package: Package, frames: dict[str, pl.DataFrame], texts: dict[str, str]) -> Iterator[Finding]:
    known = {run for text in texts.values() for run in _runs(letters(text))}
    for name, schema in package.schemas.items():
        columns = [f.name for f in schema.fields if f.type == "string" and (name, f.name) not in PRINTED_TITLE]
        for column in columns:
            for line, (key, cell) in enumerate(frames[name].select(schema.primary_key[0], _=column).iter_rows(), 2):
                if cell and (run := next((run for run in _runs(letters(cell)) if run in known), "")):
                    message = f"{run!r} is in a document"
                    yield Finding(DOCUMENT_SENTENCE, package.file(name), message, name, line, column, key, cell)


def _runs(text: str) -> Iterator[str]:
    return (text[i : i + MAX_MENTION_LETTERS] for i in range(len(text) - MAX_MENTION_LETTERS + 1))
