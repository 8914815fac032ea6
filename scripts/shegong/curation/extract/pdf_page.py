"""PDF: extract the text layer, its sentences whole."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from shegong.chinese import display_width, letters
from shegong.curation.extract.normalize import SENTENCE_STOPS
from shegong.curation.extract.page import Page, on_one_line, silence
from shegong.curation.extract.pdf_runs import read_runs, with_marks
from shegong.curation.extract.script import HAN
from shegong.errors import PackageError, first_line

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MAX_PDF_PAGES = 500
FULL_LINE_SHARE = 0.85
"""A line continues in the next one if it fills this share of the widest line of its page."""


def read_pdf(path: Path, content: bytes) -> Page:
    """Extract the text layer of a PDF.

    Raises:
        PackageError: The file is broken, encrypted or too long, or has no text layer.
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError

    try:
        with silence():
            reader = PdfReader(io.BytesIO(content))
            pages = _pages(path, reader)
            stated = reader.metadata.title if reader.metadata else None
    except (FileNotDecryptedError, DependencyError):
        raise PackageError(f"{path}: is encrypted. Save it without a password first") from None
    except PackageError:
        raise
    except Exception as error:  # a broken file can raise any exception in pypdf
        raise PackageError(f"{path}: is broken and cannot be parsed as PDF: {first_line(error)}") from None
    text = "\n".join(_unwrapped(page) for page in pages)
    if not letters(text):
        raise PackageError(f"{path}: has no text layer. Run character recognition (OCR) on it first")
    title = on_one_line(stated)
    return Page(text, title if HAN.search(title) else "")


def _pages(path: Path, reader: PdfReader) -> list[str]:
    if len(reader.pages) > MAX_PDF_PAGES:
        raise PackageError(f"{path}: has {len(reader.pages)} pages, expected at most {MAX_PDF_PAGES}. Split the file")
    return [_text(path, number, page, reader) for number, page in enumerate(reader.pages, 1)]


def _text(path: Path, number: int, page: PageObject, reader: PdfReader) -> str:
    """Extract the text of a page, its raised and lowered text apart from the numbers."""
    runs = read_runs(page, reader)
    for run in runs.pieces:
        if run.unmapped:
            raise PackageError(
                f"{path}: page {number} has text in a font without a map to Unicode ({run.unmapped}), so its characters"
                " are unknown. Run character recognition (OCR) on it first"
            )
    return with_marks(runs.text, runs.pieces)


def _unwrapped(page: str) -> str:
    """Join each full line with the next one: the paper breaks lines even within a number."""
    lines = page.splitlines()
    widest = max(map(display_width, lines), default=0)
    text = ""
    for line, following in pairwise([*lines, ""]):
        is_full = display_width(line) >= FULL_LINE_SHARE * widest and line.rstrip()[-1:] not in SENTENCE_STOPS
        continues = is_full and HAN.search(line) and following.strip() and not following[0].isspace()
        text += line if continues else f"{line.rstrip()}\n"
    return text.removesuffix("\n")
