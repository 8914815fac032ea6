"""Extract the text of a file: plain text in any Chinese encoding, an HTML page, or a PDF with a text layer.

All spans of the package count the characters of this text. A UTF-8 text keeps its bytes.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path

from shegong.curation.extract.defects import Defect, find_defects
from shegong.curation.extract.encodings import Decoded, decode
from shegong.curation.extract.html_page import read_html
from shegong.curation.extract.page import Page
from shegong.curation.extract.pdf_page import read_pdf
from shegong.curation.extract.script import HAN, HAN_CLASS, script_of
from shegong.errors import PackageError

MAX_FILE_BYTES = 10_000_000
"""The limit of a file and of its text, about three million characters."""
MAX_FILE_NAME_LETTERS = 60

_MAX_MEGABYTES = MAX_FILE_BYTES // 1_000_000
_BINARY_KINDS = (
    (b"PK\x03\x04", "a Word, Excel or ZIP file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word or Excel file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\x00", "an image"),
    (b"MM\x00*", "an image"),
    (b"RIFF", "an image or a sound"),
    (b"\x1f\x8b", "a gzip file"),
    (b"Rar!", "a RAR file"),
    (b"7z\xbc\xaf", "a 7z file"),
)
_HAN_RUN = re.compile(f"[{HAN_CLASS}]+")
_DIVIDERS = re.compile("-*([._-])[-._]*")
_LOST_LETTER = re.compile(r"[^\W\x00-\x7f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)


@dataclass(frozen=True)
class ExtractedText:
    """The text of a file.

    Attributes:
        file_name: Name of the text, `STEM.txt` in ASCII.
        content: The text in UTF-8; the bytes of the file if it is a UTF-8 text.
        page: The text and what the file states about it; spans count the code points of the text.
        media: `text`, `html` or `pdf`.
        encoding: Encoding of the file; empty for a PDF.
        other_encodings: Encodings that decode the file differently to likely text, if the encoding was guessed.
        original_sha256: SHA-256 of the file, in lower-case hexadecimal.
        original: The bytes of the file.
        script: `Hans` or `Hant`.
        defects: What is wrong with the text.
    """

    file_name: str
    content: bytes
    page: Page
    media: str
    encoding: str
    other_encodings: tuple[str, ...]
    original_sha256: str
    original: bytes
    script: str
    defects: tuple[Defect, ...]

    @property
    def text(self) -> str:
        """The text."""
        return self.page.text


def extract_text(path: Path, encoding: str | None = None) -> ExtractedText:
    """Extract the text of a file.

    Args:
        path: A text, HTML or PDF file of at most `MAX_FILE_BYTES`.
        encoding: Encoding of a text or HTML file; else it is recognized.

    Raises:
        PackageError: The file is missing, empty, too large, of another kind, or without Chinese text.
    """
    original = _read(path)
    media = _media(path, original)
    decoded, page = _page(path, original, encoding, media)
    is_as_received = media == "text" and decoded.encoding == "utf-8"
    content = original if is_as_received else page.text.encode("utf-8")
    if len(content) > MAX_FILE_BYTES:
        raise PackageError(f"{path}: has more than {_MAX_MEGABYTES} MB of text, the limit. Split the file")
    _require_chinese(path, page.text, decoded.encoding)
    digest = hashlib.sha256(original).hexdigest()
    return ExtractedText(
        file_name=_file_name(path, digest),
        content=content,
        page=page,
        media=media,
        encoding=decoded.encoding,
        other_encodings=decoded.others,
        original_sha256=digest,
        original=original,
        script=script_of(page.text),
        defects=find_defects(page.text),
    )


def _read(path: Path) -> bytes:
    """Read a file; of a file beyond the limit only what shows that."""
    if path.is_dir():
        raise PackageError(f"{path}: is a folder, expected a file")
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise PackageError(f"{path}: file not found") from None
    except OSError as error:
        raise PackageError(f"{path}: cannot be read: {error.strerror or error}") from None
    if len(content) > MAX_FILE_BYTES:
        raise PackageError(f"{path}: is larger than {_MAX_MEGABYTES} MB, the limit. Split the file")
    if not content:
        raise PackageError(f"{path}: is empty")
    return content


def _media(path: Path, content: bytes) -> str:
    head = content[:1024]
    if b"%PDF-" in head:
        return "pdf"
    kind = next((kind for mark, kind in _BINARY_KINDS if head.startswith(mark)), "")
    if kind:
        raise PackageError(f"{path}: is {kind}, expected text, HTML or PDF. Save it as one of these")
    looks_html = _HTML.search(head.replace(b"\x00", b"")) is not None
    return "html" if looks_html or path.suffix.lower() in (".html", ".htm", ".xhtml", ".shtml") else "text"


def _page(path: Path, content: bytes, encoding: str | None, media: str) -> tuple[Decoded, Page]:
    if media == "pdf":
        if encoding is not None:
            raise PackageError(f"{path}: is a PDF, which has no --encoding. Leave the option out")
        decoded, page = Decoded("", ""), read_pdf(path, content)
    else:
        decoded = decode(path, content, encoding, is_html=media == "html")
        page = read_html(path, decoded.text) if media == "html" else Page(decoded.text)
    return decoded, replace(page, text=_SURROGATES.sub("\ufffd", page.text))  # UTF-8 cannot encode a surrogate


def _require_chinese(path: Path, text: str, encoding: str) -> None:
    if not text.strip("\ufeff").strip():
        raise PackageError(f"{path}: contains only white space")
    if not HAN.search(text):
        decoded = f" (decoded as {encoding}; if that is wrong, give --encoding)" if encoding else ""
        raise PackageError(f"{path}: contains no Chinese text, expected a Chinese document{decoded}")


def _file_name(path: Path, digest: str) -> str:
    """Return a name in ASCII, Chinese as pinyin; if letters are lost, the start of the SHA-256 keeps it unique."""
    from pypinyin import lazy_pinyin

    stem = unicodedata.normalize("NFKC", path.stem)
    latin = _HAN_RUN.sub(lambda run: f" {''.join(lazy_pinyin(run[0]))} ", stem)
    joined = re.sub("[^A-Za-z0-9._-]+", "-", latin)
    kept = (joined if stem.isascii() else _DIVIDERS.sub(r"\1", joined)).strip("-._")[:MAX_FILE_NAME_LETTERS]
    is_whole = not _LOST_LETTER.search(latin) and len(joined) <= MAX_FILE_NAME_LETTERS and kept
    return f"{kept}.txt" if is_whole else f"{kept or 'document'}-{digest[:8]}.txt"
