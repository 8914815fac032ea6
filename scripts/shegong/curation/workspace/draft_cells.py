"""Cells of drafted rows: contexts, periods, quantities, titles and regions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from shegong.chinese import MAX_MENTION_LETTERS, NUMERAL, letters
from shegong.curation.propose.proposals import Period
from shegong.curation.propose.vocabulary import Vocabulary
from shegong.curation.workspace.work_folder import Cells, DraftRow, row_of
from shegong.escape import cell_text
from shegong.package.schema import TableSchema
from shegong.quantities.quantity import Quantity
from shegong.region_names import COUNTRY

MAIN_ROLES = {"observations": "value", "organizations": "name", "programmes": "name"}
"""The role of the mention at which a row is in the order of the text; of other tables, the first mention."""
CONTEXT_LETTERS = 36
"""Characters of context on either side of a span."""
ON_ONE_LINE = re.compile(
    r"[^\x00-\x20\x7f-\x9f\u2028\u2029\u3000](?:[^\x00-\x1f\x7f-\x9f\u2028\u2029]*[^\x00-\x20\x7f-\x9f\u3000])?"
)
"""Characters without a line break or control character, and without spaces at their ends."""
VINTAGE = {"country": "iso-3166", "township": "nbs-2023", "village": "nbs-2023"}


def is_secondary(table: str, role: str) -> bool:
    """Return whether a mention in this role locates a row less exactly than one in its main role."""
    return role != MAIN_ROLES.get(table, role)


def context(text: str, start: int, end: int) -> str:
    """Return the words around a span, the span in 【】, on one line."""
    parts = (text[max(0, start - CONTEXT_LETTERS) : start], text[start:end], text[end : end + CONTEXT_LETTERS])
    before, span, after = (part.replace("【", "[").replace("】", "]") for part in parts)
    line = f"…{before}【{span}】{after}…"
    return "".join(character if character.isprintable() else " " for character in line)


def spans_by_line(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Split a span at its line breaks, which no cell contains; the part with the last numeral comes last."""
    spans = [match.span() for match in ON_ONE_LINE.finditer(text, start, end)]
    return sorted(spans, key=lambda span: bool(NUMERAL.search(text, *span))) or [(start, end)]


def short_title(text: str) -> str:
    """Return the beginning of a title, as much as a mention may quote."""
    end = next((at for at in range(len(text) + 1) if len(letters(text[:at])) >= MAX_MENTION_LETTERS), len(text) + 1)
    return text[: end - 1].rstrip()


def period_cells(period: Period | None) -> Cells:
    """Return the cells of a period, as much as is known of it."""
    dates = (period.start, period.end) if period else (None, None)
    return {
        "period_start": cell_text(dates[0]),
        "period_end": cell_text(dates[1]),
        "period_basis": period.basis if period else "unknown",
    }


def quantity_cells(quantity: Quantity, is_integer: bool) -> Cells:
    """Return the cells of a quantity; the bounds of a whole number are rounded inward."""
    rounded = quantity.round_bounds_inward() if is_integer else quantity
    numbers = {"value": rounded.value, "value_lower": rounded.lower, "value_upper": rounded.upper}
    cells = {name: cell_text(None if number is None else float(number)) for name, number in numbers.items()}
    return {**cells, "qualifier": rounded.qualifier}


def region_drafts(
    schemas: Mapping[str, TableSchema], vocabulary: Vocabulary, regions: Iterable[str]
) -> Iterator[DraftRow]:
    """Draft rows for the places that the package lacks and the gazetteer contains, and for those above them."""
    gazetteer = vocabulary.gazetteer
    chain = {code for region in set(regions) - {"", COUNTRY} for code in gazetteer.path(region)}
    for code in sorted(chain - vocabulary.regions.keys()):
        if code in gazetteer.names:
            level = gazetteer.level(code)
            cells = {
                "region_id": code,
                "name_zh": gazetteer.names[code],
                "name_en": gazetteer.name_en(code),
                "level": level,
                "parent_id": gazetteer.parent(code) or COUNTRY,
                "code_vintage": VINTAGE.get(level, "gbt2260-2023"),
            }
            row = row_of(schemas["regions"], **cells)
            yield DraftRow("regions", row, proposal="the English name is pinyin: check it")
