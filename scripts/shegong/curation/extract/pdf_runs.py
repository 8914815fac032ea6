"""The runs of text of a PDF page: their size and baseline show which are raised or lowered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shegong.chinese import display_width
from shegong.curation.extract.marks import beside
from shegong.curation.extract.pdf_fonts import unmapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pypdf import PageObject, PdfReader

SMALL_SHARE = 0.85
"""A raised or lowered run is at most this share of the size of the run beside it, unless it has a text rise."""
MIN_SHIFT, MAX_RAISE, MAX_DROP = 0.08, 0.8, 0.35
"""The shift of its baseline, as shares of that size; a larger shift begins another line."""
MAX_GAP = 1.5
"""The gap between two runs that belong together, in the larger size; widths are estimates."""
_CONTROL = re.compile("[\x01\x02\x04-\x08\x0b\x0c\x0e-\x1f]")
"""What an unmapped character becomes; characters 0 and 3 of many fonts are nothing and a space."""
_UNDECODED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd]")
_SHOW = (b"Tj", b"TJ", b"'", b'"')


@dataclass(frozen=True)
class Run:
    """A run of text in one font on one baseline.

    Attributes:
        text: The text without spaces and line breaks around it.
        size: The size of its font on the page.
        left: Where it begins on the page, or where the run before it began if the file does not move to it.
        height: Its baseline on the page.
        rise: Its text rise.
        unmapped: Why its text cannot be read, or empty.
    """

    text: str
    size: float
    left: float
    height: float
    rise: float
    unmapped: str


@dataclass(frozen=True)
class Runs:
    """The text of a page as pypdf extracts it, and its runs in the same order."""

    text: str
    pieces: tuple[Run, ...]


def read_runs(page: PageObject, reader: PdfReader) -> Runs:
    """Extract the text and the runs of a page."""
    _split_at_rises(page, reader)
    pieces: list[Run] = []
    rises, shown_rise = [0.0], 0.0

    def operand(operator: bytes, operands: list[Any], *_: object) -> None:
        nonlocal shown_rise
        if operator == b"Ts" and operands:
            rises[-1] = float(operands[0])
        elif operator in _SHOW:
            shown_rise = rises[-1]
        _save_or_restore(operator, rises)

    def text(shown: str, outer: list[float], inner: list[float], font: Any, size: float) -> None:
        bare = shown.strip(" \n\r\t\u3000")
        if bare:
            scale = abs(inner[3] * outer[3] - inner[2] * outer[1]) or 1.0
            left = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
            height = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
            why = unmapped(font) or _unmapped_characters(bare, font)
            pieces.append(Run(bare, abs(size) * scale, left, height + shown_rise * scale, shown_rise, why))

    extracted = page.extract_text(visitor_operand_before=operand, visitor_text=text)
    return Runs(extracted, tuple(pieces))


def _unmapped_characters(text: str, font: Any) -> str:
    """Return why a run cannot be read whose font maps only some of its characters."""
    if not (_CONTROL if font is not None and "/ToUnicode" in font else _UNDECODED).search(text):
        return ""
    name = font["/BaseFont"] if font is not None and "/BaseFont" in font else "unknown"
    return f"{str(name).removeprefix('/')}, for some characters"


def _split_at_rises(page: PageObject, reader: PdfReader) -> None:
    """Set the font again at each text rise, since pypdf ends a run at a font and ignores a rise."""
    from pypdf.generic import ContentStream, NameObject

    content = page.get_contents()
    if content is None or b"Ts" not in content.get_data():
        return
    stream = ContentStream(content, reader, "bytes")
    fonts: list[Any] = [None]
    operations: list[tuple[Any, bytes]] = []
    for operands, operator in stream.operations:
        operations.append((operands, operator))
        if operator == b"Tf":
            fonts[-1] = operands
        elif operator == b"Ts" and fonts[-1]:
            operations.append((fonts[-1], b"Tf"))
        _save_or_restore(operator, fonts)
    stream.operations = operations
    page[NameObject("/Contents")] = stream


def _save_or_restore(operator: bytes, states: list[Any]) -> None:
    """Save or restore the last state as the graphics state of a page."""
    if operator == b"q":
        states.append(states[-1])
    elif operator == b"Q" and len(states) > 1:
        states.pop()


def with_marks(text: str, runs: Sequence[Run]) -> str:
    """Return a text without its footnote marks, other raised and lowered runs in characters of that kind."""
    result, end, base = "", 0, None
    for (start, stop), run, following in zip(_spans(text, runs), runs, [*runs[1:], None], strict=False):
        from_base = _shift(base, run, base) if base else 0
        shift = from_base or (_shift(following, run, run) if following else 0)
        if not shift:
            base = run
            continue
        line = base if from_base and base else following
        is_inside = False
        if following is not None and line is not None:  # it may be on the line, raised or lowered too
            height = following.height - line.height
            is_inside = -MAX_DROP * line.size <= height <= MAX_RAISE * line.size and following.left >= line.left
        gap, rest = text[end:start], text[stop:]
        result += gap.rstrip() if from_base else gap
        after = rest.lstrip() if is_inside else rest
        before = result[-20:] if from_base else ""
        result += beside(before, run.text, after[:4] if is_inside else "", is_lowered=shift < 0)
        end = len(text) - len(after)
    return result + text[end:]


def _spans(text: str, runs: Sequence[Run]) -> list[tuple[int, int]]:
    """Find each run in the text, in order."""
    spans: list[tuple[int, int]] = []
    end = 0
    for run in runs:
        start = text.find(run.text, end)
        if start < 0:
            return spans
        end = start + len(run.text)
        spans.append((start, end))
    return spans


def _shift(line: Run, run: Run, first: Run) -> int:
    """Return 1 for a run that is raised above the line beside it, -1 for a lowered one, else 0."""
    second = run if first is line else line
    share = (run.height - line.height) / line.size if line.size else 0.0
    max_drop = MAX_RAISE if run.rise else MAX_DROP
    is_small = run.size <= SMALL_SHARE * line.size or (run.rise != 0 and line.rise == 0)
    if not is_small or not (-max_drop <= share <= -MIN_SHIFT or MIN_SHIFT <= share <= MAX_RAISE):
        return 0
    width = display_width(first.text) * first.size / 2
    is_beside = abs(second.left - first.left - width) <= MAX_GAP * line.size + width / 10
    if second.left != first.left and not is_beside:
        return 0
    return 1 if share > 0 else -1
