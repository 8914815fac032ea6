"""Resolve the names of places: which place a name means, by the places around it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from shegong.curation.extract.normalize import NormalizedText
from shegong.curation.propose.gazetteer import Gazetteer
from shegong.curation.propose.place_matches import CERTAIN, WORD, PlaceMatch
from shegong.curation.propose.proposals import Item
from shegong.region_names import MIN_NAME_LETTERS, TOWNSHIP, significant_digits

TITLE_MARKS = re.compile("《[^《》\n]*》")

STOP_MARKS = re.compile("[。！？!?;；\n]")

NEARBY_PLACES = 50
"""The places before a name or a figure that are considered, and as many after it."""

TITLE_WEIGHT = 3

MUNICIPALITIES = ("110000", "120000", "310000", "500000")


@dataclass(frozen=True)
class ResolvedPlace:
    """A name in the normalized text, the place that it means, and the part of the document that it belongs to."""

    start: int
    end: int
    region_id: str
    part: int
    weight: int


class Parts:
    """The parts of a document that are about places of their own: its items, and each paragraph outside them."""

    def __init__(self, normalized: NormalizedText, items: Sequence[Item]) -> None:
        self.items = sorted(items, key=lambda item: item.start)
        self._starts = [normalized.index(item.start) for item in self.items]
        self._ends = [normalized.index(item.end) for item in self.items]
        self._titles = [(normalized.index(item.title_start), normalized.index(item.title_end)) for item in self.items]
        self._breaks = [match.start() for match in re.finditer("\n", normalized.text)]
        self._quoted = [match.span() for match in TITLE_MARKS.finditer(normalized.text)]

    def part(self, at: int) -> int:
        """Return the number of the item at an index; negative for a paragraph outside, 0 if there are no items."""
        item = bisect_right(self._starts, at) - 1
        if item >= 0 and at < self._ends[item]:
            return item
        return -1 - bisect_left(self._breaks, at) if self.items else 0

    def weight(self, at: int) -> int:
        """Return how much a place counts: most in the title of its part, nothing in the title of another text."""
        item = bisect_right(self._starts, at) - 1
        if item >= 0 and self._titles[item][0] <= at < self._titles[item][1]:
            return TITLE_WEIGHT
        quoted = bisect_right(self._quoted, (at, len(self._breaks) and at)) - 1
        return 0 if quoted >= 0 and at < self._quoted[quoted][1] else 1


class _NamedPlaces:
    """The places that a part of a document, or all of it, names with certainty, and the places above them."""

    def __init__(self) -> None:
        self.named: set[str] = set()
        self.above: set[str] = set()

    def add(self, region_id: str, gazetteer: Gazetteer) -> None:
        """Add a place and the places that contain it."""
        self.named.add(region_id)
        self.above.update(gazetteer.path(region_id))


def resolve(matches: Sequence[PlaceMatch], parts: Parts, gazetteer: Gazetteer) -> Iterator[ResolvedPlace]:
    """Yield the names that mean one place; the certain ones come first and disambiguate the others."""
    matches = _chained(matches, gazetteer)
    contexts: defaultdict[int, _NamedPlaces] = defaultdict(_NamedPlaces)
    document = _NamedPlaces()
    for match in matches:
        if match.strength == CERTAIN and len(match.codes) == 1:
            contexts[parts.part(match.start)].add(match.codes[0], gazetteer)
            if parts.part(match.start) >= 0:
                document.add(match.codes[0], gazetteer)
    before: defaultdict[int, list[str]] = defaultdict(list)
    for match in matches:
        part = parts.part(match.start)
        region = _meaning(match, before[part], contexts[part], document, gazetteer)
        if region:
            before[part].append(region)
            contexts[part].add(region, gazetteer)
            yield ResolvedPlace(match.start, match.end, region, part, parts.weight(match.start))


def _chained(matches: Sequence[PlaceMatch], gazetteer: Gazetteer) -> list[PlaceMatch]:
    """Disambiguate names that directly follow each other: 三亚市吉阳区."""
    chained: list[PlaceMatch] = []
    for match in matches:
        before = chained[-1] if chained and chained[-1].end == match.start else None
        inside = _inside(match.codes, before.codes, gazetteer) if before else ()
        if before and inside:
            outer = tuple(code for code in before.codes if any(gazetteer.contains(code, inner) for inner in inside))
            chained[-1] = replace(before, codes=outer, strength=CERTAIN if before.strength else WORD)
            match = replace(match, codes=inside, strength=CERTAIN)
        chained.append(match)
    return chained


def _inside(codes: Iterable[str], outer: Iterable[str], gazetteer: Gazetteer) -> tuple[str, ...]:
    outer = tuple(outer)
    return tuple(code for code in codes if any(gazetteer.contains(place, code) for place in outer))


def _meaning(
    match: PlaceMatch, before: Sequence[str], part: _NamedPlaces, document: _NamedPlaces, gazetteer: Gazetteer
) -> str | None:
    """Return the place that a name means; None if it is ambiguous or not a place."""
    if match.strength == CERTAIN and len(match.codes) == 1:
        return match.codes[0]
    named = [code for code in match.codes if code in part.named]
    if len(named) == 1 or match.strength == WORD:
        return named[0] if len(named) == 1 else None
    for region in reversed(before[-NEARBY_PLACES:]):
        for outer in gazetteer.path(region):
            inside = [code for code in match.codes if code == outer or gazetteer.contains(outer, code)]
            if inside and _is_near(outer, inside[0], region):
                if len(inside) == 1:
                    return inside[0]
                break
    return (
        _only_one(match, part, gazetteer)
        or _only_one(match, document, gazetteer)
        or _without_context(match, part, gazetteer)
    )


def _is_near(outer: str, inner: str, region: str) -> bool:
    """Return whether a named place, or one above it, is small enough to disambiguate a name.

    A county disambiguates only its own townships, because the gazetteer may lack new names of its neighbours.
    """
    if len(inner) == 6:
        return True
    is_small = len(significant_digits(outer)) >= 4 or outer in MUNICIPALITIES
    return is_small and (outer == region or len(significant_digits(outer)) >= 6)


def _only_one(match: PlaceMatch, context: _NamedPlaces, gazetteer: Gazetteer) -> str | None:
    """Return the only place of a name within the places of a context."""
    inside = [code for code in match.codes if _lies_in(code, context, gazetteer)]
    return inside[0] if len(inside) == 1 else None


def _lies_in(code: str, context: _NamedPlaces, gazetteer: Gazetteer) -> bool:
    path = gazetteer.path(code)
    return any(
        outer == code or _is_near(outer, code, outer if outer in context.named else "")
        for outer in path
        if outer in context.above
    )


def _without_context(match: PlaceMatch, context: _NamedPlaces, gazetteer: Gazetteer) -> str | None:
    """Return the place of a unique name, unless the context names only distant places."""
    highest = [code for code in match.codes if code.endswith("00")]
    codes = highest if len(highest) == 1 else list(match.codes)
    if len(codes) != 1 or (context.above and not _is_likely(codes[0], context)):
        return None
    name = gazetteer.names.get(codes[0], "")
    is_plain = len(codes[0]) == 6 or (len(codes[0]) == 9 and len(name) > MIN_NAME_LETTERS and TOWNSHIP.search(name))
    return codes[0] if is_plain or "-" in codes[0] else None


def _is_likely(code: str, context: _NamedPlaces) -> bool:
    """Return whether a context names the same province, and for a township the same prefecture if it names any."""
    names_more = any(len(significant_digits(place)) > 2 for place in context.above)
    if len(code) == 6 or not names_more:
        return code[:2] + "0000" in context.above
    return code[:4] + "00" in context.above or code[:6] in context.above
