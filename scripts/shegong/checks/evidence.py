"""Evidence: does each span hold the printed token, is each numeral accounted for? Asked of the documents themselves."""

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


THERE = _rule(
    "document-missing", "Each document is in the documents' folder.", "put the file there under its file_name"
)
BYTES = _rule(
    "document-changed",
    "A document is the very file whose SHA-256 the package gives.",
    "get the original file; a changed one is a new document",
)
ENCODING = _rule("document-encoding", "A document is UTF-8.", "convert it; the converted file is the document")
SIZE = _rule("document-counted", "bytes and characters are those of the document.", "correct the row of the document")
SPAN = _rule(
    "span-text", "A span of the document holds the text of its mention.", "correct char_start, char_end or text"
)
NUMERALS = _rule(
    "numeral-unaccounted",
    "Each numeral of a document is accounted for by a mention other than a title.",
    "enter what rests on it, or exclude it",
)
SENTENCE = _rule("document-sentence", "No cell repeats a sentence of a document.", "say it in our own words")
RULES = (THERE, BYTES, ENCODING, SIZE, SPAN, NUMERALS, SENTENCE)


def check_evidence(package: Package, frames: dict[str, pl.DataFrame], folder: Path) -> list[Finding]:
    """Hold the package's spans, counts and numerals against the documents in a folder."""
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
        yield Finding(THERE, file, f"{path} is not there", "documents", line, "file_name", key, path.name)
        return
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != row["sha256"]:
        yield Finding(BYTES, file, f"{path} has SHA-256 {digest}", "documents", line, "sha256", key, str(row["sha256"]))
        return
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{path} is no UTF-8: byte {error.start} is 0x{content[error.start]:02X}"
        yield Finding(ENCODING, file, message, "documents", line, "file_name", key, path.name)
        return
    for column, actual in (("bytes", len(content)), ("characters", len(text))):
        if actual != row[column]:
            yield Finding(SIZE, file, f"{path} has {actual} {column}", "documents", line, column, key, str(row[column]))


def _span_findings(package: Package, mentions: pl.DataFrame, texts: dict[str, str]) -> Iterator[Finding]:
    columns = ("mention_id", "document_id", "char_start", "char_end", "text")
    for line, (key, document, start, end, text) in enumerate(mentions.select(columns).iter_rows(), 2):
        if document in texts and texts[document][start:end] != text:
            found = show_invisible(texts[document][start:end])
            message = f"characters {start} to {end} are {found!r}, not {show_invisible(text or '')!r}"
            yield Finding(SPAN, package.file("mentions"), message, "mentions", line, "text", key, text or "")


def _numeral_findings(package: Package, frames: dict[str, pl.DataFrame], texts: dict[str, str]) -> Iterator[Finding]:
    lines = {id: line for line, id in enumerate(frames["documents"]["document_id"], 2)}
    for document in coverage(frames, texts):
        for at, numeral, around in document.missing:
            message = f"numeral {numeral!r} at character {at} ({around!r}) is not accounted for"
            line, id = lines[document.document_id], document.document_id
            yield Finding(NUMERALS, package.file("documents"), message, "documents", line, "document_id", id, numeral)


def _sentence_findings(package: Package, frames: dict[str, pl.DataFrame], texts: dict[str, str]) -> Iterator[Finding]:
    known = {run for text in texts.values() for run in _runs(letters(text))}
    for name, schema in package.schemas.items():
        columns = [f.name for f in schema.fields if f.type == "string" and (name, f.name) not in PRINTED_TITLE]
        for column in columns:
            for line, (key, cell) in enumerate(frames[name].select(schema.primary_key[0], _=column).iter_rows(), 2):
                if cell and (run := next((run for run in _runs(letters(cell)) if run in known), "")):
                    message = f"{run!r} stands in a document"
                    yield Finding(SENTENCE, package.file(name), message, name, line, column, key, cell)


def _runs(text: str) -> Iterator[str]:
    return (text[i : i + MAX_MENTION_LETTERS] for i in range(len(text) - MAX_MENTION_LETTERS + 1))
