"""Words that name a level (全县, 市民政局): which place of that level they mean."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from shegong.curation.propose.gazetteer import Gazetteer
from shegong.curation.propose.place_matches import highest
from shegong.curation.propose.resolve import NEARBY_PLACES, STOP_MARKS, Parts, ResolvedPlace
from shegong.region_names import COUNTRY

PAPER = re.compile("(?P<home>[一-鿿]{2,4}?)(?:日报|晚报|晨报|都市报|商报|新闻网|广播电视台)")

LEVEL_BODY = (
    "民政[局厅]?|委(?!员|托|派|屈)|政府|社工站|社会工作站|社会工作协会|社工协会|社工联合会|社会福利院|养老院|福利院|敬老院|救助站|慈善总会|慈善会|"
    "党工委|党委|办事处|人社局|财政局|教育局|司法局|公安局|卫健委|总工会|团委|残联|妇联|人民医院"
)

LEVEL_WORDS = re.compile(
    "(?P<country>全国(?!社会工作[师者]|[^，,。、；;]{0,12}考试)|我国|党中央)"
    "|[全我本该](?P<whole>[省市县区旗镇乡]|街道)(?!域)"
    f"|(?<![^\\W在由经向让受被与及对从为是将把到给据随和])(?P<body>[省市区县旗镇乡]|街道)(?:{LEVEL_BODY})"
)

MAX_SENTENCE_LETTERS = 300


def level_words(text: str, found: Sequence[ResolvedPlace], parts: Parts, gazetteer: Gazetteer) -> list[ResolvedPlace]:
    """Find words that name a level (全县, 市民政局), each with the place of that level that the text is about."""
    by_part: defaultdict[int, list[ResolvedPlace]] = defaultdict(list)
    for name in found:
        by_part[name.part].append(name)
    everywhere = _votes(name for name in found if name.part >= 0)
    everywhere.update(dict.fromkeys(_homes_of_papers(text, gazetteer), 0))
    about = {part: _about(names, everywhere) for part, names in by_part.items()}
    words = []
    for match in LEVEL_WORDS.finditer(text):
        part = parts.part(match.start())
        region: str | None = COUNTRY
        if not match["country"]:
            said = [] if match[0][0] in "我本" else _named_before(text, match.start(), by_part[part])
            others = everywhere if part >= 0 else {}
            regions = [*said, *about.get(part, []), *others]
            region = _of_level(regions, match["whole"] or match["body"], gazetteer)
        if region:
            words.append(ResolvedPlace(match.start(), match.end(), region, part, 1))
    return words


def _homes_of_papers(text: str, gazetteer: Gazetteer) -> list[str]:
    """Return the home places of newspapers, which level words mean if no other place is named."""
    homes = (gazetteer.short.get(match["home"], ()) for match in PAPER.finditer(text))
    return [code for codes in homes for code in highest(codes) if code.endswith("00")]


def _named_before(text: str, at: int, names: Sequence[ResolvedPlace]) -> list[str]:
    """Return the places named before in the same sentence, the nearest first."""
    last = bisect_left(names, at, key=lambda name: name.start)
    before = (name for name in reversed(names[max(0, last - NEARBY_PLACES) : last]) if name.weight)
    sentence = _start_of(text, at, STOP_MARKS)
    return [name.region_id for name in before if name.start >= sentence]


def _of_level(regions: Iterable[str], suffix: str, gazetteer: Gazetteer) -> str | None:
    """Return the first place with a suffix, among places and those that contain them."""
    paths = (code for region in regions for code in gazetteer.path(region))
    return next((code for code in paths if gazetteer.names.get(code, "").endswith(suffix)), None)


def _about(names: Sequence[ResolvedPlace], everywhere: Mapping[str, int]) -> list[str]:
    """Return the places that a part of a document is about, the most frequent in part and document first."""
    votes = _votes(names)
    return sorted(votes, key=lambda region: -votes[region] - everywhere.get(region, 0))


def _votes(names: Iterable[ResolvedPlace]) -> Counter[str]:
    votes: Counter[str] = Counter()
    for name in names:
        votes[name.region_id] += name.weight
    return Counter(dict(votes.most_common()))


def _start_of(text: str, at: int, stops: re.Pattern[str]) -> int:
    """Return where the sentence at an index begins."""
    first = max(0, at - MAX_SENTENCE_LETTERS)
    return max((first + match.end() for match in stops.finditer(text[first:at])), default=first)
