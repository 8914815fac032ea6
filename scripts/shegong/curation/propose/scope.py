"""The scope of a figure: which of the places around it the figure is likely about."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

from shegong.curation.extract.normalize import NormalizedText
from shegong.curation.propose.proposals import Item, Place
from shegong.curation.propose.resolve import NEARBY_PLACES, STOP_MARKS
from shegong.region_names import COUNTRY

PAUSE_MARKS = re.compile("[。！？!?;；\n，,：:]")

BESIDE = re.compile("(?:[与和同从赴向由经被]|授予|获评|获选|评为|入选)$")
"""After these a place is not the subject but mentioned beside it."""

ORGANIZES = re.compile("(?:(?!在)[一-鿿]){0,8}(?:组织|举办|主办|召开|评选|颁发|命名|表彰)的")
"""Before these a place belongs to an organization that judges or invites."""

BEFORE_SUBJECT = re.compile(r"(?:^|[\W_]|目前|年底|年末|截至)$")
"""After these the words for the country are the subject (目前我国), not a comparison (在全国率先)."""

EXAMPLES = re.compile("等(?:共|全部)?$")
"""Between a place and a number: the place is an example of the counted noun (东街街道等9个街道)."""

MAX_SENTENCE_LETTERS = 300

IN_CLAUSE, IN_SENTENCE, IN_PARAGRAPH, IN_CLAUSE_AFTER, IN_SENTENCE_AFTER, ELSEWHERE = range(6)
"""Where a place is as seen from a figure, the likeliest first."""
EVENT_RANKS = (IN_CLAUSE, IN_CLAUSE_AFTER, IN_SENTENCE_AFTER, IN_SENTENCE, IN_PARAGRAPH, ELSEWHERE)
"""The same for the date of an event."""

OUTSIDE = re.compile(
    "(?:^|(?<=[\\W_])|(?<=在)|(?<=其中)|(?<=目前)|(?<=而)|(?<=如)|(?<=像)|(?<=中国))"
    "(?:香港|澳门|台湾|台北|港澳|港澳台|欧洲|美洲|非洲|亚洲|国外|海外|全球|世界|美国|英国|法国|德国|日本|韩国|朝鲜|新加坡|马来西亚|泰国|越南|印度"
    "|俄罗斯|加拿大|澳大利亚|新西兰|瑞典|瑞士|挪威|芬兰|丹麦|荷兰|意大利|西班牙|巴西|埃及|南非|菲律宾|印度尼西亚|印尼|蒙古国|纽约|伦敦|东京|首尔|悉尼)"
    "(?!路|街|大道|路口|社区|村|花园|广场|大厦|城|中路)"
)
"""The subject of a sentence that is a place outside the mainland, of which no region is in the package."""

_Rank = tuple[int, int]


def regions_at(
    normalized: NormalizedText,
    places: Sequence[Place],
    items: Sequence[Item],
    start: int,
    end: int,
    *,
    is_event: bool = False,
) -> tuple[str, ...]:
    """Return the likeliest places of a figure.

    Args:
        normalized: The document.
        places: What `find_places` found in it.
        items: Its items; the places of one do not count for a figure of another.
        start: First character of the figure, in the text as received.
        end: One past its last character.
        is_event: Whether it is the date of an event, which follows the date in its sentence.

    Returns:
        Ids of at most three places, the likeliest first: of its clause, sentence, paragraph, title and item.
    """
    at = bisect_right(items, start, key=lambda item: item.start)
    item = items[at - 1] if at and start < items[at - 1].end else None
    within = _nearest(places, *((item.start, item.end) if item else _paragraph(normalized, start)), start)
    if _is_outside(normalized, within, start):
        return ()
    ranked = sorted(_ranked(normalized, _ends_of_chains(within) if is_event else within, start))
    if is_event:
        ranked.sort(key=lambda place: (EVENT_RANKS.index(place[0][0]), place[0][1]))
    near = [region for rank, region in ranked if rank[0] < ELSEWHERE]
    title = _nearest(places, item.title_start, item.title_end, item.title_end) if item else ()
    most_common = [region for region, _ in Counter(place.region_id for place in within).most_common()]
    about = [*(place.region_id for place in reversed(title)), *most_common]
    return tuple(dict.fromkeys([*near, *about, *(region for _, region in ranked)]))[:3]


def _is_outside(normalized: NormalizedText, places: Sequence[Place], start: int) -> bool:
    """Return whether the last place before a figure in its sentence is outside the mainland."""
    at = normalized.index(start)
    furthest = max(0, at - MAX_SENTENCE_LETTERS)
    first = max((match.end() for match in STOP_MARKS.finditer(normalized.text, furthest, at)), default=furthest)
    named = [match.start() for match in OUTSIDE.finditer(normalized.text, first, at)]
    inside = [normalized.index(place.start) for place in places if place.start < start]
    return bool(named) and named[-1] > max(inside, default=-1)


def _ends_of_chains(places: Sequence[Place]) -> Sequence[Place]:
    """Return the places that no other follows directly: of 阳新县富池镇 the town."""
    starts = {place.start for place in places}
    return [place for place in places if place.end not in starts]


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
