"""Taking a file in as text: plain text in any Chinese encoding, the main text of an HTML page, a PDF's text layer.

The document is the text as taken in, and every span counts its characters: a UTF-8 file stays as it is, byte for byte.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import logging
import re
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from shegong.chinese import letters
from shegong.curation.extract.defects import COMMON_SHARE, HAN, Defect, common_share, find_defects, script_of
from shegong.curation.extract.normalize import STOPS
from shegong.errors import PackageError, first_line

if TYPE_CHECKING:
    from pypdf import PdfReader

LARGEST = 10_000_000
"""Bytes of the largest file, and of the largest text, that is taken in: some three million characters."""
_MEGABYTES = LARGEST // 1_000_000
MOST_PAGES = 500
"""Pages of the longest PDF that is taken in."""
FULL_LINE = 0.85
"""A line of a PDF that is as wide as this share of the widest of its page goes on in the next one."""

_GUESSED = {"gb18030": "gb18030", "big5": "big5", "big5hkscs": "big5", "cp950": "big5"}
"""Encodings that are tried, and what each is an edition of."""
_EDITIONS = {"gb2312": ("gb18030",), "gbk": ("gb18030",), "big5": ("big5hkscs", "cp950")}
"""What text in an encoding is read as, as browsers do: its writers used the later editions, too, for 〇 and ①."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = (
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
_HALVES = re.compile("[\ud800-\udfff]")
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_CHARSET = re.compile(rb"<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Intake:
    """A file taken in.

    Attributes:
        file_name: Name of the text, `STEM.txt` in ASCII.
        content: The text in UTF-8: the file's own bytes where it is UTF-8 text, else what was read from it.
        text: The text; spans count its code points.
        media: `text`, `html` or `pdf`.
        encoding: Of the file; empty for a PDF.
        other_encodings: Others in which the file reads as well, though differently, where the encoding was guessed.
        original_sha256: Of the file, in lower-case hexadecimal.
        original: The bytes of the file.
        script: `Hans` or `Hant`.
        title: As the HTML or PDF states it, like the following; empty where it does not.
        publisher: The source that the page names, or the name of its site.
        url: Where the page says that it stands.
        published: Date of publication, `YYYY-MM-DD`.
        defects: What is wrong with the text.
    """

    file_name: str
    content: bytes
    text: str
    media: str
    encoding: str
    other_encodings: tuple[str, ...]
    original_sha256: str
    original: bytes
    script: str
    title: str
    publisher: str
    url: str
    published: str
    defects: tuple[Defect, ...]


@dataclass(frozen=True)
class _Decoded:
    text: str
    encoding: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Page:
    """Text and what is stated about it."""

    text: str
    title: str = ""
    publisher: str = ""
    url: str = ""
    published: str = ""


def take_in(path: Path, encoding: str | None = None) -> Intake:
    """Take a file in as text.

    Args:
        path: A text, HTML or PDF file of at most `LARGEST` bytes.
        encoding: Of a text or HTML file, where its own words and the guess are not to be trusted.

    Raises:
        PackageError: The file is not there, empty, too large, of another kind, or holds no Chinese text.
    """
    original = _read(path)
    media = _media(path, original)
    if media == "pdf":
        if encoding is not None:
            raise PackageError(f"{path}: is a PDF, which says itself how it is encoded; leave --encoding out")
        decoded, page = _Decoded("", ""), _pdf_page(path, original)
    else:
        decoded = _decode(path, original, encoding, media)
        page = _html_page(path, decoded.text) if media == "html" else _Page(decoded.text)
    text = _HALVES.sub("\ufffd", page.text)
    is_as_received = media == "text" and decoded.encoding == "utf-8"
    content = original if is_as_received else _encode(path, text)
    _require_chinese(path, text, decoded.encoding)
    digest = hashlib.sha256(original).hexdigest()
    return Intake(
        file_name=_file_name(path, digest),
        content=content,
        text=text,
        media=media,
        encoding=decoded.encoding,
        other_encodings=decoded.others,
        original_sha256=digest,
        original=original,
        script=script_of(text),
        title=page.title,
        publisher=page.publisher,
        url=page.url,
        published=page.published,
        defects=find_defects(text),
    )


def _read(path: Path) -> bytes:
    """The bytes of a file; of one that is too large no more than shows it."""
    if path.is_dir():
        raise PackageError(f"{path}: is a folder; give one file")
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise PackageError(f"{path}: no file is there") from None
    except OSError as error:
        raise PackageError(f"{path}: cannot be read: {error.strerror or error}") from None
    if len(content) > LARGEST:
        raise PackageError(f"{path}: is larger than {_MEGABYTES} MB, the limit; split it and take in its parts")
    if not content:
        raise PackageError(f"{path}: is empty")
    return content


def _media(path: Path, content: bytes) -> str:
    head = content[:1024]
    if b"%PDF-" in head:
        return "pdf"
    kind = next((kind for mark, kind in _BINARY if head.startswith(mark)), "")
    if kind:
        raise PackageError(f"{path}: is {kind}; only text, HTML and PDF are read: save it as one of these")
    looks_html = _HTML.search(head.replace(b"\x00", b"")) is not None
    return "html" if looks_html or path.suffix.lower() in (".html", ".htm", ".xhtml", ".shtml") else "text"


def _decode(path: Path, content: bytes, encoding: str | None, media: str) -> _Decoded:
    """The text by the encoding given, else by its mark, by what the page says, as UTF-8, or as guessed."""
    if encoding is not None:
        return _decode_as(path, content, encoding)
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    if marked:
        return _decode_as(path, content, marked)
    if b"\x00" in content:
        raise PackageError(f"{path}: is binary, no text (if it is UTF-16 without a mark, give --encoding utf-16-le)")
    stated = _stated(content) if media == "html" else None
    text = _try(content, "utf-8")
    return stated or (_Decoded(text, "utf-8") if text is not None else _guess(path, content))


def _decode_as(path: Path, content: bytes, encoding: str) -> _Decoded:
    try:
        name = codecs.lookup(encoding).name.removesuffix("-sig")
    except (LookupError, ValueError):
        known = "utf-8, gb18030, big5, big5hkscs, utf-16"
        raise PackageError(f"{path}: no text encoding is called {encoding!r}; there are {known} and more") from None
    decoded = _read_as(content, name)
    if decoded:
        return decoded
    raise PackageError(f"{path}: cannot be read as {name}: {_failure(content, name)}; give the right --encoding")


def _stated(content: bytes) -> _Decoded | None:
    """The text by the encoding that a page names, if it reads as Chinese so."""
    match = _CHARSET.search(content[:4096])
    decoded = _read_as(content, match[1].decode("ascii").lower()) if match else None
    return decoded if decoded and common_share(decoded.text) > COMMON_SHARE else None


def _guess(path: Path, content: bytes) -> _Decoded:
    from charset_normalizer import from_bytes

    with _quiet():
        matches = from_bytes(content, cp_isolation=list(_GUESSED))
    found = (name for match in matches for name in (match.encoding, *match.could_be_from_charset))
    names = dict.fromkeys(_GUESSED[name] for name in found)
    read = [decoded for name in names if (decoded := _read_as(content, name))]
    likely = [decoded for decoded in read if common_share(decoded.text) > COMMON_SHARE]
    if not likely:
        reasons = "; ".join(f"{name}: {_failure(content, name)}" for name in ("utf-8", "gb18030", "big5"))
        raise PackageError(f"{path}: its encoding is not recognised ({reasons}); give --encoding, or repair the file")
    return replace(likely[0], others=tuple(other.encoding for other in likely[1:]))


def _read_as(content: bytes, name: str) -> _Decoded | None:
    """The text by the latest edition of an encoding; called by its plain name where that reads the same."""
    for edition in _EDITIONS.get(name, (name,)):
        text = _try(content, edition)
        if text is not None:
            return _Decoded(text, name if _try(content, name) == text else edition)
    return None


def _try(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (LookupError, ValueError):
        return None


def _failure(content: bytes, encoding: str) -> str:
    """Why bytes cannot be read as Chinese in an encoding."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        return f"byte {error.start} is 0x{content[error.start]:02X}"
    except (LookupError, ValueError) as error:
        return first_line(error).split(";")[0]
    return "rare characters only"


def _encode(path: Path, text: str) -> bytes:
    content = text.encode("utf-8")
    if len(content) > LARGEST:
        raise PackageError(f"{path}: holds more than {_MEGABYTES} MB of text, the limit; split it")
    return content


def _require_chinese(path: Path, text: str, encoding: str) -> None:
    if not text.strip("\ufeff").strip():
        raise PackageError(f"{path}: holds nothing but white space")
    if not HAN.search(text):
        read_as = f" (it was read as {encoding}; if that is wrong, give --encoding)" if encoding else ""
        raise PackageError(f"{path}: holds no Chinese text, and documents are Chinese{read_as}")


def _html_page(path: Path, html: str) -> _Page:
    import trafilatura

    try:
        with _quiet():
            text = trafilatura.extract(html, include_comments=False, include_tables=True, deduplicate=False)
            tree = trafilatura.load_html(html)
            stated = trafilatura.extract_metadata(html, extensive=False)  # else it takes dates out of the sentences
    except Exception as error:  # what a broken page makes a parser raise is anything
        raise PackageError(f"{path}: cannot be read as HTML: {first_line(error)}") from None
    if not text or tree is None:
        raise PackageError(f"{path}: no main text is found in the page; save its text as a .txt file")
    title = _one_line(stated.title)
    site = _one_line(stated.sitename) if stated.sitename != stated.hostname else ""
    named = tree.xpath("//meta[translate(@name, 'CONTESUR', 'contesur') = 'contentsource']/@content")
    publisher = _one_line(named[0]) if named else site
    return _Page(_under_title(title, text), title, publisher, _one_line(stated.url), _one_line(stated.date))


def _under_title(title: str, text: str) -> str:
    """The text with its title before it, which is printed on the page and may hold a figure."""
    head, first = letters(text[: 2 * len(title) + 100]), letters(text.split("\n", 1)[0])
    is_there = letters(title) in head or first in letters(title)
    return text if is_there or not HAN.search(title) else f"{title}\n{text}"


def _pdf_page(path: Path, content: bytes) -> _Page:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError

    try:
        with _quiet():
            reader = PdfReader(io.BytesIO(content))
            pages = _pages(path, reader)
            stated = reader.metadata.title if reader.metadata else None
    except (FileNotDecryptedError, DependencyError):
        raise PackageError(f"{path}: is encrypted; save it without a password first") from None
    except PackageError:
        raise
    except Exception as error:  # what a broken file makes pypdf raise is anything
        raise PackageError(f"{path}: is broken and cannot be read as PDF: {first_line(error)}") from None
    text = "\n".join(_unwrapped(page) for page in pages)
    if not letters(text):
        raise PackageError(f"{path}: has no text layer; run character recognition (OCR) on it first")
    title = _one_line(stated)
    return _Page(text, title if HAN.search(title) else "")


def _pages(path: Path, reader: PdfReader) -> list[str]:
    if len(reader.pages) > MOST_PAGES:
        count = len(reader.pages)
        raise PackageError(f"{path}: has {count} pages, and {MOST_PAGES} are the limit; split it and take in its parts")
    return [page.extract_text() for page in reader.pages]


def _unwrapped(page: str) -> str:
    """The text of a page, its full lines joined with the next: the paper breaks them, even within a number."""
    lines = page.splitlines()
    widest = max(map(_width, lines), default=0)
    text = ""
    for line, following in pairwise([*lines, ""]):
        is_full = _width(line) >= FULL_LINE * widest and line.rstrip()[-1:] not in STOPS
        goes_on = is_full and HAN.search(line) and following.strip() and not following[0].isspace()
        text += line if goes_on else f"{line.rstrip()}\n"
    return text.removesuffix("\n")


def _width(line: str) -> int:
    """Columns that a line takes, of which a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


def _one_line(value: object) -> str:
    return " ".join(str(value or "").split())


def _file_name(path: Path, digest: str) -> str:
    """A name in ASCII; where that loses letters, the beginning of the SHA-256 keeps it apart from others."""
    kept = re.sub("[^A-Za-z0-9._-]+", "-", path.stem).strip("-._")[:60]
    is_whole = path.stem.isascii() and len(path.stem) <= 60 and kept
    return f"{kept}.txt" if is_whole else f"{kept or 'document'}-{digest[:8]}.txt"


@contextmanager
def _quiet() -> Iterator[None]:
    """Nothing of what the libraries log or warn of: the reader gets one line from us."""
    level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
