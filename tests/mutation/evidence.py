"""Tables and documents that do not fit each other; asked of the stand-ins for the documents."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from tests.conftest import Row
from tests.mutation.base import Draft, Spot
from tests.mutation.contracts import plus
from tests.mutation.domain import Change, breaks

FILES = "document that is not the one"
SPANS = "span that the document does not hold"


def content(draft: Draft, row: Row) -> bytes:
    return (draft.base.documents / row["file_name"]).read_bytes()


@breaks("document-missing", "documents", "file_name", FILES)
def document_not_there(draft: Draft, row: Row) -> Iterator[Change]:
    draft.documents[row["file_name"]] = None
    yield Spot("documents", row["document_id"], "file_name")


@breaks("document-missing", "documents", "file_name", FILES)
def file_name_of_another_file(draft: Draft, row: Row) -> Iterator[Change]:
    yield {"file_name": "x" + row["file_name"]}


def _version(edit: Callable[[bytes], bytes], name: str) -> None:
    def another_version(draft: Draft, row: Row) -> Iterator[Change]:
        draft.documents[row["file_name"]] = edit(content(draft, row))
        yield Spot("documents", row["document_id"], "sha256")

    another_version.__name__ = f"document_with_{name}"
    breaks("document-changed", "documents", "sha256", FILES)(another_version)


_version(lambda data: data + b"\n", "a_line_more")
_version(lambda data: b"\xef\xbb\xbf" + data, "a_byte_order_mark")
_version(lambda data: data[:-3], "a_character_less")
_version(lambda data: data[:3] + data[:-3], "everything_moved_by_one")
_version(lambda data: b"", "nothing_in_it")


@breaks("document-changed", "documents", "sha256", FILES)
def hash_of_another_document(draft: Draft, row: Row) -> Iterator[Change]:
    yield {"sha256": "0" * 64}
    yield {"sha256": ("1" if row["sha256"][0] != "1" else "2") + row["sha256"][1:]}


@breaks("document-encoding", "documents", "file_name", FILES)
def document_in_another_encoding(draft: Draft, row: Row) -> Iterator[Change]:
    data = content(draft, row).decode().encode("gb18030")
    draft.documents[row["file_name"]] = data
    draft.set("documents", row["document_id"], sha256=hashlib.sha256(data).hexdigest())
    yield Spot("documents", row["document_id"], "file_name")


@breaks("document-counted", "documents", "characters", FILES)
def characters_miscounted(draft: Draft, row: Row) -> Iterator[Change]:
    yield {"characters": plus(row["characters"], 1)}
    yield {"characters": plus(row["characters"], 100)}


@breaks("document-counted", "documents", "bytes", FILES)
def bytes_miscounted(draft: Draft, row: Row) -> Iterator[Change]:
    yield from ({"bytes": plus(row["bytes"], more)} for more in (-1, 1))


@breaks("span-text", "mentions", "text", SPANS)
def span_shifted(draft: Draft, row: Row) -> Iterator[Change]:
    """By one character, within the item."""
    if len(set(row["text"])) > 1 and row["role"] not in ("excluded", "title"):
        sources = draft.where("sources", document_id=row["document_id"])
        start, end = int(row["char_start"]), int(row["char_end"])
        for by in (-1, 1):
            if any(int(s["char_start"]) <= start + by and end + by <= int(s["char_end"]) for s in sources):
                yield {"char_start": str(start + by), "char_end": str(end + by)}


@breaks("span-text", "mentions", "text", SPANS)
def words_that_are_not_there(draft: Draft, row: Row) -> Iterator[Change]:
    if row["role"] in ("name", "title", "detail"):
        yield {"text": "某" * len(row["text"])}


@breaks("numeral-unaccounted", "documents", "document_id", SPANS)
def numeral_left_out(draft: Draft, row: Row) -> Iterator[Change]:
    gone = draft.where("mentions", document_id=row["document_id"], role="excluded")[:3]
    for mention in gone[:1]:
        draft.drop("mentions", mention["mention_id"])
        yield Spot("documents", row["document_id"], "document_id")


@breaks("numeral-unaccounted", "documents", "document_id", SPANS)
def numeral_covered_by_half(draft: Draft, row: Row) -> Iterator[Change]:
    for mention in draft.where("mentions", document_id=row["document_id"], role="excluded"):
        if len(mention["text"]) > 1 and mention["text"].isdigit():
            end = str(int(mention["char_end"]) - 1)
            draft.set("mentions", mention["mention_id"], text=mention["text"][:-1], char_end=end)
            yield Spot("documents", row["document_id"], "document_id")
            return


def _copied(table: str, column: str) -> None:
    def sentence_of_a_document(draft: Draft, row: Row) -> Iterator[Change]:
        text = content(draft, draft.rows("documents")[0]).decode()
        runs = [part for part in text.replace("\n", "。").split("。") if len(part) >= 30]
        yield {column: row[column] + "".join(runs)[:30]}

    sentence_of_a_document.__name__ = f"sentence_of_a_document_in_{table}_{column}"
    breaks("document-sentence", table, column, "sentence of a document")(sentence_of_a_document)


for _table, _column in (
    *(("observations", "note"), ("milestones", "title_zh"), ("programmes", "description_zh"), ("documents", "defects")),
    *(("metrics", "definition_zh"), ("regions", "note"), ("sources", "note"), ("organizations", "note")),
):
    _copied(_table, _column)
