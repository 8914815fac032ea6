"""Encodings: decode the bytes of a text by its byte order mark, its own statement, as UTF-8, or by a guess."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from shegong.chinese import simplified
from shegong.curation.extract.page import silence
from shegong.curation.extract.script import HAN
from shegong.errors import PackageError, first_line

MIN_COMMON_SHARE = 0.6
"""In a text that was decoded correctly, a greater share of the Chinese characters is common."""

_GUESSED = {"gb18030": "gb18030", "big5": "big5", "big5hkscs": "big5", "cp950": "big5"}
"""The encodings that are tried, and the family of each."""
_EDITIONS = {"gb2312": ("gb18030",), "gbk": ("gb18030",), "big5": ("big5hkscs", "cp950")}
"""The later editions that browsers decode a family with; authors used them too, for 〇 and ①."""
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHARSET = re.compile(rb"<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Decoded:
    """A text and its encoding; `others` are encodings that decode it differently to likely text."""

    text: str
    encoding: str
    others: tuple[str, ...] = ()


def decode(path: Path, content: bytes, encoding: str | None, is_html: bool) -> Decoded:
    """Decode the bytes of a text.

    Args:
        path: The file, for messages.
        content: Its bytes.
        encoding: The encoding that the user names; else it is recognized.
        is_html: Whether the text may state its own encoding.

    Raises:
        PackageError: The bytes are binary, or no encoding decodes them.
    """
    named = encoding or next((name for mark, name in _BYTE_ORDER_MARKS if content.startswith(mark)), None)
    if named:
        return _decode_as(path, content, named)
    if b"\x00" in content:
        raise PackageError(f"{path}: is binary, not text. For UTF-16 without a mark, give --encoding utf-16-le")
    stated = _decode_as_stated(content) if is_html else None
    text = _try(content, "utf-8")
    return stated or (Decoded(text, "utf-8") if text is not None else _guess(path, content))


def common_share(text: str) -> float:
    """Return the share of common characters among the Chinese characters; 0 if there are none."""
    counts = Counter(HAN.findall(text))
    return sum(count for character, count in counts.items() if is_common(character)) / max(1, counts.total())


@cache
def is_common(character: str) -> bool:
    """Return whether the simplified form is one of the 3755 common characters, the first level of GB 2312."""
    code = simplified(character).encode("gb2312", "ignore")
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7


def _decode_as(path: Path, content: bytes, encoding: str) -> Decoded:
    try:
        name = codecs.lookup(encoding).name.removesuffix("-sig")
    except (LookupError, ValueError):
        known = "utf-8, gb18030, big5, big5hkscs, utf-16"
        raise PackageError(f"{path}: {encoding!r} is not a text encoding. Known ones are {known}") from None
    decoded = _decode_latest(content, name)
    if decoded:
        return decoded
    raise PackageError(f"{path}: cannot be decoded as {name}: {_failure(content, name)}. Give another --encoding")


def _decode_as_stated(content: bytes) -> Decoded | None:
    """Decode a page by the encoding that it states, if the result is likely Chinese."""
    match = _CHARSET.search(content[:4096])
    decoded = _decode_latest(content, match[1].decode("ascii").lower()) if match else None
    return decoded if decoded and common_share(decoded.text) > MIN_COMMON_SHARE else None


def _guess(path: Path, content: bytes) -> Decoded:
    from charset_normalizer import from_bytes

    with silence():
        matches = from_bytes(content, cp_isolation=list(_GUESSED))
    found = (name for match in matches for name in (match.encoding, *match.could_be_from_charset))
    names = dict.fromkeys(_GUESSED[name] for name in found)
    decoded = [text for name in names if (text := _decode_latest(content, name))]
    likely = [text for text in decoded if common_share(text.text) > MIN_COMMON_SHARE]
    if not likely:
        reasons = "; ".join(f"{name}: {_failure(content, name)}" for name in ("utf-8", "gb18030", "big5"))
        raise PackageError(f"{path}: the encoding is not recognized ({reasons}). Give --encoding, or repair the file")
    return replace(likely[0], others=tuple(other.encoding for other in likely[1:]))


def _decode_latest(content: bytes, name: str) -> Decoded | None:
    """Decode with the latest edition of an encoding; name the plain one if it decodes to the same text."""
    for edition in _EDITIONS.get(name, (name,)):
        text = _try(content, edition)
        if text is not None:
            return Decoded(text, name if _try(content, name) == text else edition)
    return None


def _try(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (LookupError, ValueError):
        return None


def _failure(content: bytes, encoding: str) -> str:
    """Return why bytes cannot be decoded as Chinese."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        return f"byte {error.start} is 0x{content[error.start]:02X}"
    except (LookupError, ValueError) as error:
        return first_line(error).split(";")[0]
    return "rare characters only"
