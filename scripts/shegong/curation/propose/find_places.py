"""Find the places that a text names, and which place each name means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from shegong.curation.extract.normalize import NormalizedText
from shegong.curation.propose.gazetteer import Gazetteer
from shegong.curation.propose.level_words import level_words
from shegong.curation.propose.place_matches import find_matches
from shegong.curation.propose.proposals import Item, Place
from shegong.curation.propose.resolve import Parts, ResolvedPlace, resolve

AREA = re.compile(
    "(?P<own>[一-鿿]{2,4}?)(?P<kind>大社区|(?:经济技术|高新技术产业|经济|旅游)?开发区|高新区|试验区|示范区|度假区|产业园)"
)
"""The name of an area that is not a division, right after the place that contains it."""

NOT_IN_AREA_NAME = re.compile(
    "[的在和与及由对等各个城乡国省市县区级]|综合|改革|现代|农业|工业|经济|高新|生态|旅游|先行"
)


def find_places(
    normalized: NormalizedText, gazetteer: Gazetteer, known: Mapping[str, str], items: Sequence[Item] = ()
) -> tuple[Place, ...]:
    """Find every place that a text names, and resolve which one it is.

    Args:
        normalized: The document.
        gazetteer: The official names.
        known: Ids by Chinese name of places that the gazetteer lacks, such as villages and functional areas.
            An area without an id gets one if it follows its place once (吉阳区六道大社区).
        items: The items of the document, each of which is about places of its own.

    Returns:
        The places in the order of the text, without the names that remain ambiguous.
    """
    parts = Parts(normalized, items)
    found = list(resolve(list(find_matches(normalized.text, gazetteer, known)), parts, gazetteer))
    found += _areas(normalized.text, found, parts)
    found.sort(key=lambda name: name.start)
    found += level_words(normalized.text, found, parts, gazetteer)
    return tuple(_place(normalized, name) for name in sorted(found, key=lambda name: name.start))


def _areas(text: str, found: Sequence[ResolvedPlace], parts: Parts) -> list[ResolvedPlace]:
    """Find functional areas; the id is that of the place that the name once follows, and a slug."""
    from pypinyin import lazy_pinyin

    taken = {name.start for name in found}
    ids: dict[str, str] = {}
    for name in found:
        match = AREA.match(text, name.end)
        if match and name.end not in taken and "-" not in name.region_id and not NOT_IN_AREA_NAME.search(match["own"]):
            ids.setdefault(match[0], f"{name.region_id}-{''.join(lazy_pinyin(match['own']))}")
    if not ids:
        return []
    names = re.finditer("|".join(sorted(map(re.escape, ids), key=len, reverse=True)), text)
    return [
        ResolvedPlace(match.start(), match.end(), ids[match[0]], parts.part(match.start()), parts.weight(match.start()))
        for match in names
        if match.start() not in taken
    ]


def _place(normalized: NormalizedText, name: ResolvedPlace) -> Place:
    start, end = normalized.span(name.start, name.end)
    return Place(start, end, normalized.received[start:end], name.region_id)
