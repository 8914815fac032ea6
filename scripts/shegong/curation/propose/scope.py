"""The scope of a figure: which of the places around it the figure is likely about."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

from shegong.curation.extract.normalize import NormalizedText
from shegong.curation.propose.proposals import Item, Place
from shegong.curation.propose.resolve import NEARBY_PLACES, STOP_MARKS
from shegong.regions import COUNTRY

PAUSE_MARKS = re.compile("[。！？!?;；\n，,：:]")

BESIDE = re.compile("(?:[与和同从赴向由经被]|授予|获评|获选|评为|入选)$")
"""After these a place is not the subject but mentioned beside it."""

ORGANIZES = re.compile("(?:(?!在)[一-鿿]){0,8}(?:组织|举办|主办|召开|评选|颁发|命名|表彰)的")
"""Before these a place belongs to an organization that judges or invites."""

BEFORE_SUBJECT = re.compile(r"(?:^|[\W_]|目前|年底|年末|截至)$")
"""After these the words for the country are the subject (目前我国), not a comparison (在全国率先)."""

EXAMPLES = re.compile("等(?:共|全部)?$")
"""Between a place and a number: the place is an example of the counted noun (东街街道等9个街道)."""

IN_CLAUSE, IN_SENTENCE, IN_PARAGRAPH, IN_CLAUSE_AFTER, IN_SENTENCE_AFTER, ELSEWHERE = range(6)
"""Where a place is as seen from a figure, the likeliest first."""

_Rank = tuple[int, int]


def regions_at(
    normalized: NormalizedText, places: Sequence[Place], items: Sequence[Item], start: int, end: int
) -> tuple[str, ...]:
    """Return the likeliest places of a figure.

    Args:
        normalized: The document.
        places: What `find_places` found in it.
        items: Its items; the places of one do not count for a figure of another.
        start: First character of the figure, in the text as received.
        end: One past its last character.

    Returns:
        Ids of at most three places, the likeliest first: of its clause, sentence, paragraph, title and item.
    """
    at = bisect_right(items, start, key=lambda item: item.start)
    item = items[at - 1] if at and start < items[at - 1].end else None
    within = _nearest(places, *((item.start, item.end) if item else _paragraph(normalized, start)), start)
    ranked = sorted(_ranked(normalized, within, start))
    near = [region for rank, region in ranked if rank[0] < ELSEWHERE]
    title = _nearest(places, item.title_start, item.title_end, item.title_end) if item else ()
    most_common = [region for region, _ in Counter(place.region_id for place in within).most_common()]
    about = [*(place.region_id for place in reversed(title)), *most_common]
    return tuple(dict.fromkeys([*near, *about, *(region for _, region in ranked)]))[:3]


def _nearest(places: Sequence[Place], first: int, last: int, start: int) -> Sequence[Place]:
    """Return the places of a part of the text that are nearest to a figure."""
    low, at, high = (bisect_left(places, offset, key=lambda place: place.start) for offset in (first, start, last))
    return places[max(low, at - NEARBY_PLACES) : min(high, at + NEARBY_PLACES)]


def _paragraph(normalized: NormalizedText, start: int) -> tuple[int, int]:
    at = normalized.index(start)
    first, last = normalized.text.rfind("\n", 0, at) + 1, normalized.text.find("\n", at)
    end = len(normalized.text) if last < 0 else last
    return normalized.span(first, max(end, first + 1))


def _ranked(normalized: NormalizedText, places: Sequence[Place], start: int) -> Iterator[tuple[_Rank, str]]:
    """Yield the rank of each place as seen from a figure, and its id."""
    at, last, is_beside = normalized.index(start), -1, False
    for place in places:
        first = normalized.index(place.start)
        is_beside = (is_beside and first == last) or bool(BESIDE.search(normalized.text[max(0, first - 2) : first]))
        last = normalized.index(place.end)
        is_aside = place.region_id == COUNTRY and not BEFORE_SUBJECT.search(normalized.text[max(0, first - 2) : first])
        is_other = is_beside or is_aside or bool(ORGANIZES.match(normalized.text, last))
        yield _rank(normalized.text, first, at, is_other), place.region_id


def _rank(text: str, place: int, figure: int, is_other: bool) -> _Rank:
    low, high = min(place, figure), max(place, figure)
    between, is_after = text[low:high], place > figure
    if "\n" in between or (is_after and STOP_MARKS.search(between)):
        return ELSEWHERE, high - low
    if STOP_MARKS.search(between):
        near = IN_PARAGRAPH
    elif PAUSE_MARKS.search(between):
        near = IN_SENTENCE_AFTER if is_after else IN_SENTENCE
    else:
        near = IN_CLAUSE_AFTER if is_after else IN_CLAUSE
        is_other = is_other or bool(EXAMPLES.search(between))
    return max(near, IN_CLAUSE_AFTER) if is_other else near, high - low
