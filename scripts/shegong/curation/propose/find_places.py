"""Places: which words name one, which place they mean, and which place a figure is likely said of."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from shegong.curation.extract.normalize import PlainText
from shegong.curation.propose.gazetteer import COUNTRY, SHORTEST, TOWNSHIP, Gazetteer, significant
from shegong.curation.propose.proposals import Item, Place

NO_PLACE_AFTER = re.compile(
    "[东西南北中]?(?:路(?!桥)|大道|大街|街(?!道)|巷)|银行|证券|保险|时间|"
    "[^，,。、；;：:！？“”《》()\n]{0,3}(?:日报|晚报|晨报|早报|时报|商报|都市报|新闻网|报讯|网讯|电视台|广播)"
)
"""A short name before these is part of another name: of a street, a bank, a newspaper."""
PAPER = re.compile("(?P<home>[一-鿿]{2,4}?)(?:日报|晚报|晨报|都市报|商报|新闻网|广播电视台)")
BODY = (
    "民政[局厅]?|委(?!员|托|派|屈)|政府|社工站|社会工作站|社会工作协会|社工协会|社工联合会|社会福利院|养老院|福利院|敬老院|救助站|慈善总会|慈善会|"
    "党工委|党委|办事处|人社局|财政局|教育局|司法局|公安局|卫健委|总工会|团委|残联|妇联|人民医院"
)
LEVEL_WORDS = re.compile(
    "(?P<country>全国(?!社会工作[师者]|[^，,。、；;]{0,12}考试)|我国|党中央)"
    "|[全我本该](?P<whole>[省市县区旗镇乡]|街道)(?!域)"
    f"|(?<![^\\W在由经向让受被与及对从为是将把到给据随和])(?P<body>[省市区县旗镇乡]|街道)(?:{BODY})"
)
QUOTED = re.compile("《[^《》\n]*》")
STOPS = re.compile("[。！？!?;；\n]")
COMMAS = re.compile("[。！？!?;；\n，,：:]")
BESIDE = re.compile("(?:[与和同从赴向由经被]|授予|获评|获选|评为|入选)$")
"""After these a place stands beside the one that is told of."""
ORGANIZES = re.compile("(?:(?!在)[一-鿿]){0,8}(?:组织|举办|主办|召开|评选|颁发|命名|表彰)的")
"""Before these a place is that of a body which judges or invites."""
SUBJECT = re.compile(r"(?:^|[\W_]|目前|年底|年末|截至)$")
"""After these the words for the country are what is told of (目前我国), not only compared with (在全国率先)."""
EXAMPLES = re.compile("等(?:共|全部)?$")
"""Between a place and a number: the place is an example of what is counted (东街街道等9个街道)."""
AREA = re.compile(
    "(?P<own>[一-鿿]{2,4}?)(?P<kind>大社区|(?:经济技术|高新技术产业|经济|旅游)?开发区|高新区|试验区|示范区|度假区|产业园)"
)
"""Right after a place the name of an area in it that is no division."""
NO_OWN_NAME = re.compile("[的在和与及由对等各个城乡国省市县区级]|综合|改革|现代|农业|工业|经济|高新|生态|旅游|先行")
NEAR = 50
"""So many places before a name or a figure are asked, and as many behind it."""
LONGEST_SENTENCE = 300
TITLE_WEIGHT = 3
MUNICIPALITIES = ("110000", "120000", "310000", "500000")

CERTAIN, LIKELY, WORD = 2, 1, 0
"""How far a name stands for a place by itself: it does; with another place near it; only as part of a chain."""


@dataclass(frozen=True)
class _Match:
    """A name that stands in the plain text, with the codes that it may mean."""

    start: int
    end: int
    codes: tuple[str, ...]
    strength: int


@dataclass(frozen=True)
class _Found:
    """A name in the plain text, the place that it means, and the part of the document that it belongs to."""

    start: int
    end: int
    region_id: str
    part: int
    weight: int


def find_places(
    plain: PlainText, gazetteer: Gazetteer, known: Mapping[str, str], items: Sequence[Item] = ()
) -> tuple[Place, ...]:
    """Find every place that is named, and say which one it is.

    Args:
        plain: The document.
        gazetteer: The official names.
        known: Ids by Chinese name of places that the gazetteer lacks, such as villages and functional areas.
            An area that stands right behind its place once (吉阳区六道大社区) gets an id made here if it is not there.
        items: The items of the document, each of which is about places of its own.

    Returns:
        The places in the order of the text; names that may mean several places, and nothing tells which, are left out.
    """
    parts = _Parts(plain, items)
    found = list(_resolved(_chained(list(_matches(plain.text, gazetteer, known)), gazetteer), parts, gazetteer))
    found += _areas(plain.text, found, parts)
    found.sort(key=lambda name: name.start)
    found += _level_words(plain.text, found, parts, gazetteer)
    return tuple(_place(plain, name) for name in sorted(found, key=lambda name: name.start))


def regions_at(
    plain: PlainText, places: Sequence[Place], items: Sequence[Item], start: int, end: int
) -> tuple[str, ...]:
    """The likeliest places of a figure.

    Args:
        plain: The document.
        places: What `find_places` found in it.
        items: Its items; the places of one are not asked about a figure of another.
        start: First character of the figure, in the text as received.
        end: One past its last character.

    Returns:
        Ids of at most three places, the likeliest first: of its clause, sentence, paragraph, title and item.
    """
    behind = bisect_right(items, start, key=lambda item: item.start)
    item = items[behind - 1] if behind and start < items[behind - 1].end else None
    within = _nearest(places, *((item.start, item.end) if item else _paragraph(plain, start)), start)
    ranked = sorted(_ranked(plain, within, start))
    near = [region for rank, region in ranked if rank[0] < ELSEWHERE]
    title = _nearest(places, item.title_start, item.title_end, item.title_end) if item else ()
    about = [*(place.region_id for place in reversed(title)), *_most_common(within)]
    return tuple(dict.fromkeys([*near, *about, *(region for _, region in ranked)]))[:3]


# Names in the text


def _matches(text: str, gazetteer: Gazetteer, known: Mapping[str, str]) -> Iterator[_Match]:
    """Names, the longest at each place; none begins inside another."""
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
) -> _Match | None:
    for length in lengths:
        name = text[at : at + length]
        end = at + len(name)
        if name in gazetteer.full:
            return _Match(at, end, gazetteer.full[name], _strength_of_full(name, gazetteer))
        if name in known:
            return _Match(at, end, (known[name],), LIKELY)
        if name in gazetteer.short and not NO_PLACE_AFTER.match(text, end):
            codes = _highest(gazetteer.short[name])
            return _Match(at, end, codes, _strength_of_short(name, codes, gazetteer))
    return None


def _highest(codes: tuple[str, ...]) -> tuple[str, ...]:
    """A province's short name is never that of a smaller place; others may be shared."""
    return tuple(code for code in codes if code.endswith("0000")) or codes


def _strength_of_full(name: str, gazetteer: Gazetteer) -> int:
    if len(name) <= SHORTEST or name in gazetteer.everyday:
        return WORD
    return CERTAIN if all(len(code) == 6 for code in gazetteer.full[name]) else LIKELY


def _strength_of_short(name: str, codes: tuple[str, ...], gazetteer: Gazetteer) -> int:
    if name in gazetteer.everyday:
        return WORD
    return CERTAIN if any(code.endswith("00") for code in codes) else LIKELY


# What the names mean


class _Parts:
    """The parts of a document that are about places of their own: its items, and each paragraph outside them."""

    def __init__(self, plain: PlainText, items: Sequence[Item]) -> None:
        self.items = sorted(items, key=lambda item: item.start)
        self._starts = [plain.index(item.start) for item in self.items]
        self._ends = [plain.index(item.end) for item in self.items]
        self._titles = [(plain.index(item.title_start), plain.index(item.title_end)) for item in self.items]
        self._breaks = [match.start() for match in re.finditer("\n", plain.text)]
        self._quoted = [match.span() for match in QUOTED.finditer(plain.text)]

    def part(self, at: int) -> int:
        """The number of the item at an index of the plain text; negative for a paragraph outside, 0 without items."""
        item = bisect_right(self._starts, at) - 1
        if item >= 0 and at < self._ends[item]:
            return item
        return -1 - bisect_left(self._breaks, at) if self.items else 0

    def weight(self, at: int) -> int:
        """How much a place there tells what the part is about: most in its title, nothing in another text's title."""
        item = bisect_right(self._starts, at) - 1
        if item >= 0 and self._titles[item][0] <= at < self._titles[item][1]:
            return TITLE_WEIGHT
        quoted = bisect_right(self._quoted, (at, len(self._breaks) and at)) - 1
        return 0 if quoted >= 0 and at < self._quoted[quoted][1] else 1


class _Context:
    """The places that a part of a document, or all of it, names beyond doubt, and what they lie in."""

    def __init__(self) -> None:
        self.named: set[str] = set()
        self.above: set[str] = set()

    def add(self, region_id: str, gazetteer: Gazetteer) -> None:
        """Take a place in, with the places that it lies in."""
        self.named.add(region_id)
        self.above.update(gazetteer.path(region_id))


def _chained(matches: Sequence[_Match], gazetteer: Gazetteer) -> list[_Match]:
    """Names right behind one another tell each other apart: 三亚市吉阳区."""
    chained: list[_Match] = []
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


def _resolved(matches: Sequence[_Match], parts: _Parts, gazetteer: Gazetteer) -> Iterator[_Found]:
    """The names that mean one place: first those beyond doubt, which make the others clear."""
    contexts: defaultdict[int, _Context] = defaultdict(_Context)
    document = _Context()
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
            yield _Found(match.start, match.end, region, part, parts.weight(match.start))


def _meaning(
    match: _Match, before: Sequence[str], part: _Context, document: _Context, gazetteer: Gazetteer
) -> str | None:
    """The place that a name means; None where it may be another, or none."""
    if match.strength == CERTAIN and len(match.codes) == 1:
        return match.codes[0]
    named = [code for code in match.codes if code in part.named]
    if len(named) == 1 or match.strength == WORD:
        return named[0] if len(named) == 1 else None
    for region in reversed(before[-NEAR:]):
        for outer in gazetteer.path(region):
            inside = [code for code in match.codes if code == outer or gazetteer.contains(outer, code)]
            if inside and _is_near(outer, inside[0], region):
                if len(inside) == 1:
                    return inside[0]
                break
    return (
        _only_one(match, part, gazetteer) or _only_one(match, document, gazetteer) or _unheard(match, part, gazetteer)
    )


def _is_near(outer: str, inner: str, region: str) -> bool:
    """Whether a place that is named, or one above it, is small enough to tell which place of a name is meant.

    A county tells of its own townships only, not of those of its neighbours: the list may lack a new name.
    """
    if len(inner) == 6:
        return True
    tells = len(significant(outer)) >= 4 or outer in MUNICIPALITIES
    return tells and (outer == region or len(significant(outer)) >= 6)


def _only_one(match: _Match, context: _Context, gazetteer: Gazetteer) -> str | None:
    """The only place of a name that lies in a place that the context names."""
    inside = [code for code in match.codes if _lies_in(code, context, gazetteer)]
    return inside[0] if len(inside) == 1 else None


def _lies_in(code: str, context: _Context, gazetteer: Gazetteer) -> bool:
    path = gazetteer.path(code)
    return any(
        outer == code or _is_near(outer, code, outer if outer in context.named else "")
        for outer in path
        if outer in context.above
    )


def _unheard(match: _Match, context: _Context, gazetteer: Gazetteer) -> str | None:
    """The place of a name that no other place bears, unless all that is told is of places far from it."""
    highest = [code for code in match.codes if code.endswith("00")]
    codes = highest if len(highest) == 1 else list(match.codes)
    if len(codes) != 1 or (context.above and not _is_likely(codes[0], context)):
        return None
    name = gazetteer.names.get(codes[0], "")
    is_plain = len(codes[0]) == 6 or (len(codes[0]) == 9 and len(name) > SHORTEST and TOWNSHIP.search(name))
    return codes[0] if is_plain or "-" in codes[0] else None


def _is_likely(code: str, context: _Context) -> bool:
    """Whether a context tells of the same province; and of a township's own prefecture, if it tells of prefectures."""
    tells_more = any(len(significant(place)) > 2 for place in context.above)
    if len(code) == 6 or not tells_more:
        return code[:2] + "0000" in context.above
    return code[:4] + "00" in context.above or code[:6] in context.above


# Areas that are no divisions


def _areas(text: str, found: Sequence[_Found], parts: _Parts) -> list[_Found]:
    """Functional areas, each known by the place that its name once stands behind; its id is that place's and a slug."""
    taken = {name.start for name in found}
    ids: dict[str, str] = {}
    for name in found:
        match = AREA.match(text, name.end)
        if match and name.end not in taken and "-" not in name.region_id and not NO_OWN_NAME.search(match["own"]):
            ids.setdefault(match[0], f"{name.region_id}-{_slug(match['own'])}")
    if not ids:
        return []
    names = re.finditer("|".join(sorted(map(re.escape, ids), key=len, reverse=True)), text)
    return [
        _Found(match.start(), match.end(), ids[match[0]], parts.part(match.start()), parts.weight(match.start()))
        for match in names
        if match.start() not in taken
    ]


def _slug(name: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(name))


# Level words


def _level_words(text: str, found: Sequence[_Found], parts: _Parts, gazetteer: Gazetteer) -> list[_Found]:
    """Words that say a level (全县, 市民政局), each with the place of that level that the text is about there."""
    by_part: defaultdict[int, list[_Found]] = defaultdict(list)
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
            said = [] if match[0][0] in "我本" else _said_before(text, match.start(), by_part[part])
            others = everywhere if part >= 0 else {}
            regions = [*said, *about.get(part, []), *others]
            region = _of_level(regions, match["whole"] or match["body"], gazetteer)
        if region:
            words.append(_Found(match.start(), match.end(), region, part, 1))
    return words


def _homes_of_papers(text: str, gazetteer: Gazetteer) -> list[str]:
    """The places that newspapers bear in their names, which level words mean where no other place is named."""
    homes = (gazetteer.short.get(match["home"], ()) for match in PAPER.finditer(text))
    return [code for codes in homes for code in _highest(codes) if code.endswith("00")]


def _said_before(text: str, at: int, names: Sequence[_Found]) -> list[str]:
    """The places named before in the same sentence, the nearest first."""
    last = bisect_left(names, at, key=lambda name: name.start)
    before = (name for name in reversed(names[max(0, last - NEAR) : last]) if name.weight)
    sentence = _start_of(text, at, STOPS)
    return [name.region_id for name in before if name.start >= sentence]


def _of_level(regions: Iterable[str], suffix: str, gazetteer: Gazetteer) -> str | None:
    """The first place whose name ends so, among places and those that they lie in."""
    paths = (code for region in regions for code in gazetteer.path(region))
    return next((code for code in paths if gazetteer.names.get(code, "").endswith(suffix)), None)


def _about(names: Sequence[_Found], everywhere: Mapping[str, int]) -> list[str]:
    """The places that a part of a document is about, most told of first; the rest of the document has a say too."""
    votes = _votes(names)
    return sorted(votes, key=lambda region: -votes[region] - everywhere.get(region, 0))


def _votes(names: Iterable[_Found]) -> Counter[str]:
    votes: Counter[str] = Counter()
    for name in names:
        votes[name.region_id] += name.weight
    return Counter(dict(votes.most_common()))


def _start_of(text: str, at: int, stops: re.Pattern[str]) -> int:
    """Where the sentence at an index begins."""
    first = max(0, at - LONGEST_SENTENCE)
    return max((first + match.end() for match in stops.finditer(text[first:at])), default=first)


def _place(plain: PlainText, name: _Found) -> Place:
    start, end = plain.span(name.start, name.end)
    return Place(start, end, plain.received[start:end], name.region_id)


# The place of a figure

IN_CLAUSE, IN_SENTENCE, IN_PARAGRAPH, IN_CLAUSE_AFTER, IN_SENTENCE_AFTER, ELSEWHERE = range(6)
"""Where a place stands as seen from a figure; what comes first is likelier the one that the figure is said of."""

_Rank = tuple[int, int]


def _nearest(places: Sequence[Place], first: int, last: int, start: int) -> Sequence[Place]:
    """The places of a part of the text, as received, that are nearest to a figure."""
    low, at, high = (bisect_left(places, offset, key=lambda place: place.start) for offset in (first, start, last))
    return places[max(low, at - NEAR) : min(high, at + NEAR)]


def _most_common(places: Sequence[Place]) -> list[str]:
    return [region for region, _ in Counter(place.region_id for place in places).most_common()]


def _paragraph(plain: PlainText, start: int) -> tuple[int, int]:
    at = plain.index(start)
    first, last = plain.text.rfind("\n", 0, at) + 1, plain.text.find("\n", at)
    end = len(plain.text) if last < 0 else last
    return plain.span(first, max(end, first + 1))


def _ranked(plain: PlainText, places: Sequence[Place], start: int) -> Iterator[tuple[_Rank, str]]:
    """Each place with its rank as seen from a figure, and its id."""
    at, last, is_beside = plain.index(start), -1, False
    for place in places:
        first = plain.index(place.start)
        is_beside = (is_beside and first == last) or bool(BESIDE.search(plain.text[max(0, first - 2) : first]))
        last = plain.index(place.end)
        is_aside = place.region_id == COUNTRY and not SUBJECT.search(plain.text[max(0, first - 2) : first])
        is_other = is_beside or is_aside or bool(ORGANIZES.match(plain.text, last))
        yield _rank(plain.text, first, at, is_other), place.region_id


def _rank(text: str, place: int, figure: int, is_other: bool) -> _Rank:
    low, high = min(place, figure), max(place, figure)
    between, is_after = text[low:high], place > figure
    if "\n" in between or (is_after and STOPS.search(between)):
        return ELSEWHERE, high - low
    if STOPS.search(between):
        near = IN_PARAGRAPH
    elif COMMAS.search(between):
        near = IN_SENTENCE_AFTER if is_after else IN_SENTENCE
    else:
        near = IN_CLAUSE_AFTER if is_after else IN_CLAUSE
        is_other = is_other or bool(EXAMPLES.search(between))
    return max(near, IN_CLAUSE_AFTER) if is_other else near, high - low
