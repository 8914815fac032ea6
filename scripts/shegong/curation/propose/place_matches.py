"""Match the names of places in a text, each with the places that it may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shegong.curation.propose.gazetteer import Gazetteer
from shegong.region_names import MIN_NAME_LETTERS

NO_PLACE_AFTER = re.compile(
    "[东西南北中]?(?:路(?!桥)|大道|大街|街(?!道)|巷)|银行|证券|保险|时间|"
    "[^，,。、；;：:！？“”《》()\n]{0,3}(?:日报|晚报|晨报|早报|时报|商报|都市报|新闻网|报讯|网讯|电视台|广播)"
)
"""A short name before these is part of another name: a street, a bank, a newspaper."""

CERTAIN, LIKELY, WORD = 2, 1, 0
"""Confidence that a name is a place: on its own, with another place nearby, or only in a chain such as 三亚市吉阳区."""


@dataclass(frozen=True)
class PlaceMatch:
    """A name in the normalized text, with the codes that it may mean."""

    start: int
    end: int
    codes: tuple[str, ...]
    strength: int


def find_matches(text: str, gazetteer: Gazetteer, known: Mapping[str, str]) -> Iterator[PlaceMatch]:
    """Yield names, the longest at each position; they do not overlap."""
    lengths = _with_known(gazetteer, known)
    at = 0
    while at < len(text) - 1:
        match = _longest(text, at, lengths.get(text[at : at + 2], ()), gazetteer, known)
        if match:
            yield match
        at = match.end if match else at + 1


def _with_known(gazetteer: Gazetteer, known: Mapping[str, str]) -> Mapping[str, tuple[int, ...]]:
    lengths = dict(gazetteer.lengths)
    for name in known:
        lengths[name[:2]] = tuple(sorted({*lengths.get(name[:2], ()), len(name)}, reverse=True))
    return lengths


def _longest(
    text: str, at: int, lengths: tuple[int, ...], gazetteer: Gazetteer, known: Mapping[str, str]
) -> PlaceMatch | None:
    for length in lengths:
        name = text[at : at + length]
        end = at + len(name)
        if name in gazetteer.full:
            return PlaceMatch(at, end, gazetteer.full[name], _strength_of_full(name, gazetteer))
        if name in known:
            return PlaceMatch(at, end, (known[name],), LIKELY)
        if name in gazetteer.short and not NO_PLACE_AFTER.match(text, end):
            codes = highest(gazetteer.short[name])
            return PlaceMatch(at, end, codes, _strength_of_short(name, codes, gazetteer))
    return None


def highest(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Keep only provinces if a short name means one; smaller places may share a name."""
    return tuple(code for code in codes if code.endswith("0000")) or codes


def _strength_of_full(name: str, gazetteer: Gazetteer) -> int:
    if len(name) <= MIN_NAME_LETTERS or name in gazetteer.everyday:
        return WORD
    return CERTAIN if all(len(code) == 6 for code in gazetteer.full[name]) else LIKELY


def _strength_of_short(name: str, codes: tuple[str, ...], gazetteer: Gazetteer) -> int:
    if name in gazetteer.everyday:
        return WORD
    return CERTAIN if any(code.endswith("00") for code in codes) else LIKELY
