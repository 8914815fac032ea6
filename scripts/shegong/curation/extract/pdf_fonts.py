"""The fonts of a PDF: which of them state what their characters are."""

from __future__ import annotations

import re
from typing import Any

_DECODED_CMAPS = re.compile(
    "/(?:GB-EUC|GBpc-EUC|GBK-EUC|GBK2K|ETen-B5|ETenms-B5|Uni(?:GB|CNS|JIS)-UTF16|Uni[A-Z]+-UCS2|90ms-RKSJ)-[A-Z-]*[HV]"
)
"""The predefined character maps that pypdf decodes; it misreads the others."""
_NAMED_ENCODINGS = ("/WinAnsiEncoding", "/MacRomanEncoding", "/StandardEncoding", "/PDFDocEncoding")
_NUMBERED_GLYPH = re.compile("/?(?:[A-Za-z]{0,4}[0-9]+|cid[0-9]+|[.]notdef|index[0-9]+)")
"""A name that numbers a glyph within its font, unless it names a character."""
_CHARACTER = re.compile("/?u(?:ni)?[0-9A-F]{4,6}")
"""`uni4E00` and `u4E00`."""
_SYMBOLIC = 4


def unmapped(font: Any) -> str:
    """Return why the text of a font cannot be read, or nothing if it can."""
    if font is None or "/ToUnicode" in font:
        return ""
    encoding = _value(font, "/Encoding")
    if font.get("/Subtype") == "/Type0":
        return "" if isinstance(encoding, str) and _DECODED_CMAPS.fullmatch(encoding) else _named(font, encoding)
    return "" if _names_characters(font, encoding) else _named(font, encoding)


def _value(dictionary: Any, key: str) -> Any:
    return dictionary[key] if key in dictionary else None  # noqa: SIM401 - `get` does not follow references


def _named(font: Any, encoding: object) -> str:
    name = str(_value(font, "/BaseFont") or "no name").removeprefix("/")
    return f"{name}, {str(encoding).removeprefix('/')}" if isinstance(encoding, str) else name


def _names_characters(font: Any, encoding: Any) -> bool:
    """Return whether the encoding of a simple font names characters."""
    if isinstance(encoding, str):
        return encoding in _NAMED_ENCODINGS
    if encoding is not None:
        names = [str(name) for name in _value(encoding, "/Differences") or () if isinstance(name, str)]
        return not any(_NUMBERED_GLYPH.fullmatch(name) and not _CHARACTER.fullmatch(name) for name in names)
    descriptor = _value(font, "/FontDescriptor")
    if descriptor is None or "/FontFile" in descriptor:  # a standard font, or a file that pypdf decodes
        return bool(font.get("/Subtype") != "/Type3")
    return int(_value(descriptor, "/Flags") or 0) & _SYMBOLIC == 0
