"""What the searches for organizations and for programmes share."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shegong.curation.extract.normalize import NormalizedText
from shegong.curation.propose.gazetteer import Gazetteer
from shegong.curation.propose.proposals import Place

ORGANIZATIONS, PROGRAMMES = "organizations", "programmes"

COMMON_NOUN = re.compile(
    """
    (?:工作|年度|发展|服务|建设|相关|具体|社会工作|社工|公益|志愿|专业|惠民|重点|试点|培训|活动|宣传|主题|系列|助人|自助|站)+
    (?:计划|项目|工程|行动|活动|模式|品牌|机制|体系)?$
    """,
    re.VERBOSE,
)
"""A common noun, which is not a name."""

MAX_LETTERS_TO_PLACE = 300
"""A programme belongs to the last place within so many characters before it."""


@dataclass(frozen=True)
class FoundName:
    """A name in the normalized text; `name` is its whole form."""

    start: int
    end: int
    name: str
    table: str
    type: str
    region_id: str = ""


class Seats:
    """The places of a document by their indices in the normalized text."""

    def __init__(self, normalized: NormalizedText, places: Sequence[Place], gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.spans = [(normalized.index(place.start), normalized.index(place.end)) for place in places]
        self.regions = [place.region_id for place in places]
        self._starts = [start for start, _ in self.spans]

    def last(self, at: int) -> int | None:
        """Return the number of the last place that begins before an index."""
        found = bisect_right(self._starts, at - 1) - 1
        return found if found >= 0 else None

    def official(self, number: int) -> str:
        """Return the official name of a place."""
        return self.gazetteer.names.get(self.regions[number], "")

    def chain_start(self, number: int) -> int:
        """Return where the chain of places begins that ends with a place: 三亚市吉阳区."""
        while number > 0 and self.spans[number - 1][1] == self.spans[number][0]:
            number -= 1
        return self.spans[number][0]

    def near(self, at: int) -> str:
        """Return the last place before an index, or nothing."""
        found = self.last(at)
        return self.regions[found] if found is not None and at - self.spans[found][0] <= MAX_LETTERS_TO_PLACE else ""


def alternatives(kinds: Mapping[str, str]) -> str:
    """Return a pattern for `re.VERBOSE` with one group for each kind, named by its position."""
    return "|".join(f"(?P<kind{at}>{words})" for at, words in enumerate(kinds.values()))


def matched_kind(match: re.Match[str], kinds: Mapping[str, str]) -> str:
    """Return the kind whose group matched."""
    return next(kind for at, kind in enumerate(kinds) if match[f"kind{at}"])
