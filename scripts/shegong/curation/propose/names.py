"""Names: bodies by their place, own name and kind; programmes by their quotation marks and what is said of them."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shegong.chinese import MAX_MENTION_LETTERS, letters
from shegong.curation.extract.normalize import PlainText
from shegong.curation.propose.gazetteer import Gazetteer
from shegong.curation.propose.proposals import Name, Place

ORGANIZATIONS, PROGRAMMES = "organizations", "programmes"

_NO_CODE = ""
"""The code list of `organizations.type` has none for a foundation or a base."""
BODY_KINDS = {
    "social_work_station": "(?:社会工作|社工)(?:综合)?(?:服务)?(?:总|分|指导)?[站室点]",
    "social_work_agency": """
        (?:社会工作|社工|志愿服务|社会服务|公益|成长|青少年|老年|儿童|助残|心理|社会组织|慈善){1,4}(?:事业)?
        (?:服务|发展|指导|事务|促进|支持){0,3}(?:中心|事务所)
        | (?:社会工作|社工)(?:服务)?社(?!会|区|工)
    """,
    "association": "协会|联合会|促进会|商会|学会|慈善总会|联谊会",
    "government": """
        民政(?:[厅局]|部(?!门)) | 政府办公室 | 人民政府 | 街道办事处 | 管理委员会 | 管委会
        | (?:财政|教育|司法|卫生健康|人力资源和社会保障|人社|公安|民族宗教)[厅局]
    """,
    "party_body": "社会工作部|组织部|宣传部|政法委员?会?|(?:联合)?党支部|党总支|党工委|团[市区县省]?委",
    "hospital": "医院|卫生院|卫生服务中心|疗养院",
    "university": "大学|学院|职业技术学校",
    "care_institution": "养老院|福利院|敬老院|颐养院|护理院|救助站|福利中心|养老服务中心|未成年人(?:救助)?保护中心",
    "volunteer_team": "志愿服务队|志愿者?服务?总队|志愿者队伍?|志愿队|服务队",
    "company": "(?:有限责任|股份有限|有限)公司",
    _NO_CODE: "基金会|防控基地|实践基地",
}
"""How the names of bodies end, by kind."""


def _any(kinds: Mapping[str, str]) -> str:
    """A pattern, to be read with `re.VERBOSE`, whose groups are named by the place of the kind."""
    return "|".join(f"(?P<kind{at}>{words})" for at, words in enumerate(kinds.values()))


BODY = re.compile(_any(BODY_KINDS), re.VERBOSE)
OWN = "[一-鿿A-Za-z0-9·+]"
OWN_PART = re.compile(f"(?:{OWN}|[“”‘’](?=.{{2,8}}[”’]|{OWN}))*$")
BREAK = re.compile(
    """
    [的在由对向从将把被让了各该其们已均共首未第] | [0-9]年 | [一二三四五六七八九十]地 | 本(?!土) | 等$
    | 组织(?!部) | 联合(?!会|党)
    | 入选|获评|获选|成立|开展|依托|走进|建立|建成|设立|设置|推动|委托|引导|通过|成为|发起|承接|支持
    | 鼓励|培育|扶持|孵化|加强|完善|推进|推出|打造|购买|参加|邀请|指导
    | 协助|介绍|表示|实现|覆盖|统一|启动|提升|提高|专业|优秀|多部门|全国|全省|全市|全县|全区|全域|镇街|乡镇
    """,
    re.VERBOSE,
)
"""What no body's own name holds."""
START = re.compile(r"(?:^|[\W_]|[在由与和及是为经据]|设立|成立|包括|组建|指导|带领|走进|依托|联合)$")
"""What stands before a name that has no place in front."""
LONGEST_OWN = 16
OWN_NAMES = {
    "social_work_station": "[一-鿿]{2,6}(?:社区|村|居)|[一-鿿]{2,4}(?<![级性])(?<!区域|基层|社区|乡镇|街道)",
    "party_body": "[一-鿿]{4,12}",
    "social_work_agency": "[一-鿿]{2,8}",
    "hospital": "[一-鿿]{2,8}",
    "university": "[一-鿿]{2,6}",
    "company": "[一-鿿]{2,12}",
    _NO_CODE: "[一-鿿]{2,8}",
}
"""What the own name of a body is like that stands without a place; other kinds need one, else they are common nouns."""
FILED = re.compile("[^，。；,;\\n]{0,6}(?:备案|登记|注册)(?:成立)?(?:为|成为)?[^，。,;\\n]{0,6}(?:组织|机构|单位)")
LEVEL_WORD = re.compile("[省市区县旗镇乡]|街道")
WHOLE = re.compile("[全我本该]|国")

POLICY = "通知|方案|意见|办法|规划|纲要|条例|规定|决定|计划|细则|措施|标准|指南|规范|要点|制度|公告|公约|倡议书?|清单"
TITLED = re.compile(f"《(?P<name>[^《》\\n]{{4,80}}?(?:{POLICY})(?:\\([^()《》]*\\))?)》")
PROGRAMME_KINDS = {
    "examination": "考试",
    "policy_document": "实施意见|管理办法",
    "award": "称号|荣誉|奖项?|评选|之星|最美[一-鿿]{0,6}",
    "brand": "品牌|志愿服务(?:团)?队伍?|服务队|观察站|驿站|工作室",
    "service_model": "(?:联动|服务|工作|治理)?(?:模式|机制|体系|理念|工作法|联动)",
    "campaign": "行动|宣传[周月]|主题活动|系列活动|活动|社工[周月节]|沙龙|倡议",
    "programme": "计划|工程|试点",
    "project": "项目|课堂",
}
"""Words that tell what kind of programme a name is of, by the code list of `programmes.type`."""
KIND_AT_END = re.compile(f"(?:{_any(PROGRAMME_KINDS)})$")
KIND_BEHIND = re.compile(f"[一-鿿]{{0,14}}?(?:{_any(PROGRAMME_KINDS)})")
LISTED_KIND = re.compile(
    "[^，,。；;！？\\n“”]{0,16}(?:、“[^“”\\n]{2,20}”[^，,。；;！？\\n“”]{0,16}){0,12}等[一-鿿]{0,6}?(?P<kind>项目|品牌|活动|行动|计划)"
)
"""Behind a quotation that is one of several: what they all are."""
QUOTATION = re.compile("[“‘](?P<name>[^“”\\n]{2,24}?)[”’]")
SPEECH = re.compile("[。!;:、]|[?]$|最后|[我你您]|公里|一米")
"""What makes a quotation speech, a slogan or a list."""
FORMULA = re.compile("[0-9X一-鿿]+(?:[+][0-9A-Za-z一-鿿]+){2,}")
EXAMINATION = re.compile("(?:全国)?(?:助理)?社会工作[者师](?:职业)?(?:资格|水平){0,2}考试")
LAUNCHED = re.compile(
    """
    (?:启动|实施|推出|发起|开展|举办|打造|——)了?
        (?P<name>(?![一多各这该首第]|[0-9]+[个项])(?:(?!的)[一-鿿0-9()]){2,18}?
        (?:计划|工程|项目|行动|宣传[周月]|大赛|试点))(?![一-鿿]{0,4}的)
    | [、,](?P<listed>(?![并将还又也为])[一-鿿]{3,12}(?:行动|计划|评选|大赛))(?=[、等,。“])
    | (?P<season>(?<!国际)(?<!世界)社工(?:宣传)?[月周节](?![份期末日])|社会工作宣传[周月])
    """,
    re.VERBOSE,
)
AWARD = re.compile(
    """
    (?:最美|十佳|杰出|百佳)“?[一-鿿]{0,4}(?:社会工作者|社工|志愿者)
    | 优秀(?:社会工作|社工)(?:服务)?(?:案例|项目|机构|人才) | 社工之星
    | (?:[省市县区]级)?社会工作(?:督导)?(?:领军|拔尖|督导)人才
    """,
    re.VERBOSE,
)
COMMON = re.compile(
    """
    (?:工作|年度|发展|服务|建设|相关|具体|社会工作|社工|公益|志愿|专业|惠民|重点|试点|培训|活动|宣传|主题|系列|助人|自助|站)+
    (?:计划|项目|工程|行动|活动|模式|品牌|机制|体系)?$
    """,
    re.VERBOSE,
)
"""A common noun, which names nothing of its own."""
NO_NAME = re.compile("[的了将被各该其们每为]|全[国省市县区]|面向|定制|多[个项]")
"""What no name of a programme holds that stands without quotation marks."""
NEARBY = 300
"""A programme belongs to the place named last, no further back than so many characters."""


@dataclass(frozen=True)
class _Found:
    """A name in the plain text; `name` is its whole form."""

    start: int
    end: int
    name: str
    table: str
    type: str
    region_id: str = ""


def find_names(
    plain: PlainText,
    places: Sequence[Place],
    gazetteer: Gazetteer,
    known_organizations: Mapping[str, str],
    known_programmes: Mapping[str, str],
) -> tuple[Name, ...]:
    """Find names of bodies and programmes.

    Args:
        plain: The document.
        places: What `find_places` found in it.
        gazetteer: The official names.
        known_organizations: Ids by Chinese name of the bodies that the package has.
        known_programmes: The same for programmes.

    Returns:
        Every occurrence, in the order of the text; none overlaps another.
    """
    seats = _Seats(plain, places, gazetteer)
    known = {
        **{_reading(name): (PROGRAMMES, id, name) for name, id in known_programmes.items()},
        **{_reading(name): (ORGANIZATIONS, id, name) for name, id in known_organizations.items()},
    }
    found = [
        *_known(plain.text, known),
        *_bodies(plain.text, seats),
        *_programmes(plain.text),
    ]
    return tuple(
        _name(plain, name, seats, known) for name in _apart(found) if letters(plain.text[name.start : name.end])
    )


class _Seats:
    """The places of a document by their indices in the plain text."""

    def __init__(self, plain: PlainText, places: Sequence[Place], gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.spans = [(plain.index(place.start), plain.index(place.end)) for place in places]
        self.regions = [place.region_id for place in places]
        self._starts = [start for start, _ in self.spans]

    def last(self, at: int) -> int | None:
        """The number of the last place that begins before an index."""
        found = bisect_right(self._starts, at - 1) - 1
        return found if found >= 0 else None

    def official(self, number: int) -> str:
        """The official name of a place."""
        return self.gazetteer.names.get(self.regions[number], "")

    def near(self, at: int) -> str:
        """The place named last before an index, or nothing."""
        found = self.last(at)
        return self.regions[found] if found is not None and at - self.spans[found][0] <= NEARBY else ""


def _reading(name: str) -> str:
    """A name as the plain text would have it."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name))


def _known(text: str, known: Mapping[str, tuple[str, str, str]]) -> Iterator[_Found]:
    if not known:
        return
    longest_first = sorted(known, key=len, reverse=True)
    for match in re.finditer("|".join(re.escape(name) for name in longest_first), text):
        table, _, name = known[match[0]]
        yield _Found(match.start(), match.end(), name, table, _kind_of(match[0], table))


def _kind_of(name: str, table: str) -> str:
    """The kind that a name's own end tells, or nothing."""
    if table == ORGANIZATIONS:
        return next((_kind(match, BODY_KINDS) for match in BODY.finditer(name) if match.end() == len(name)), "")
    match = KIND_AT_END.search(name)
    return _kind(match, PROGRAMME_KINDS) if match else "policy_document" if re.search(f"(?:{POLICY})$", name) else ""


def _kind(match: re.Match[str], kinds: Mapping[str, str]) -> str:
    return next(kind for at, kind in enumerate(kinds) if match[f"kind{at}"])


# Bodies


def _bodies(text: str, seats: _Seats) -> Iterator[_Found]:
    for match in BODY.finditer(text):
        kind = _kind(match, BODY_KINDS)
        body = _placed_body(text, match, kind, seats) or _own_body(text, match, kind)
        if body:
            yield body


def _placed_body(text: str, match: re.Match[str], kind: str, seats: _Seats) -> _Found | None:
    """A body whose name begins with a place: 江城区邻舍社会工作服务中心, 市民政局."""
    number = seats.last(match.end())
    if number is None:
        return None
    start, end = seats.spans[number]
    word = text[start:end]
    if WHOLE.match(word) or not 0 <= match.end() - end <= LONGEST_OWN + MAX_MENTION_LETTERS:
        return None
    own = text[end : max(end, match.start())]
    if len(own) > LONGEST_OWN or BREAK.search(own) or BODY.search(own) or not OWN_PART.fullmatch(own):
        return None
    name = text[start : match.end()]
    if LEVEL_WORD.match(word) and not seats.official(number).startswith(word[:2]):
        unit = 2 if word.startswith("街道") else 1
        name = seats.official(number) + name[unit:]
    elif _fills_line(text, start, match.end(), seats, number):
        start = _chain_start(seats, number)
        name = text[start : match.end()]
    return _Found(start, match.end(), name, ORGANIZATIONS, kind, seats.regions[number])


def _fills_line(text: str, start: int, end: int, seats: _Seats, number: int) -> bool:
    """Whether a name with the chain of places before it is a line of its own, as in a list of bodies."""
    first = _chain_start(seats, number)
    return (first == 0 or text[first - 1] == "\n") and (end == len(text) or text[end] == "\n")


def _chain_start(seats: _Seats, number: int) -> int:
    while number > 0 and seats.spans[number - 1][1] == seats.spans[number][0]:
        number -= 1
    return seats.spans[number][0]


def _own_body(text: str, match: re.Match[str], kind: str) -> _Found | None:
    """A body with a name of its own and no place: 春雨社工服务站."""
    pattern = re.compile(OWN_NAMES[kind]) if kind in OWN_NAMES else None
    lead = text[max(0, match.start() - LONGEST_OWN) : match.start()]
    own = next(
        (lead[at:] for at in range(len(lead)) if START.search(lead[:at]) and _is_own_name(lead[at:], pattern)), ""
    )
    if not own or (kind == "social_work_station" and "服务" not in match[0] and not own.endswith(("社区", "村", "居"))):
        return None
    start = match.start() - len(own)
    return _Found(start, match.end(), text[start : match.end()], ORGANIZATIONS, kind)


def _is_own_name(own: str, pattern: re.Pattern[str] | None) -> bool:
    return bool(pattern and pattern.fullmatch(own)) and not BREAK.search(own) and not COMMON.match(own)


# Programmes


def _programmes(text: str) -> Iterator[_Found]:
    for match in TITLED.finditer(text):
        yield _Found(*match.span("name"), match["name"], PROGRAMMES, "policy_document")
    for match in QUOTATION.finditer(text):
        yield from _quoted(text, match)
    for match in EXAMINATION.finditer(text):
        yield _Found(*match.span(), match[0], PROGRAMMES, "examination")
    for match in AWARD.finditer(text):
        yield _Found(*match.span(), match[0], PROGRAMMES, "award")
    for match in LAUNCHED.finditer(text):
        name = match.lastgroup or ""
        if not COMMON.match(match[name]) and not NO_NAME.search(match[name]):
            yield _Found(*match.span(name), match[name], PROGRAMMES, _kind_of(match[name], PROGRAMMES))


def _quoted(text: str, match: re.Match[str]) -> Iterator[_Found]:
    """A quotation that is a programme by its own last word, or by the words behind it."""
    name = match["name"]
    if SPEECH.search(name) or COMMON.match(name):
        return
    if FILED.match(text, match.end()):
        yield _Found(*match.span("name"), name, ORGANIZATIONS, "community_organization")
        return
    kind = _kind_of(name, PROGRAMMES)
    behind = KIND_BEHIND.match(text, match.end())
    listed = LISTED_KIND.match(text, match.end())
    if not kind and FORMULA.fullmatch(name):
        kind = "service_model"
    if not kind and behind:
        kind = _kind(behind, PROGRAMME_KINDS)
    if not kind and listed:
        kind = _kind_of(listed["kind"], PROGRAMMES)
    if kind:
        yield _Found(*match.span("name"), name, PROGRAMMES, kind)


# Rows


def _apart(found: Iterable[_Found]) -> list[_Found]:
    """Without overlaps: what begins first stays, and of these the longest; a known name comes before others."""
    apart: list[_Found] = []
    for name in sorted(found, key=lambda name: (name.start, -name.end)):
        if not apart or name.start >= apart[-1].end:
            apart.append(name)
    return apart


def _name(plain: PlainText, found: _Found, seats: _Seats, known: Mapping[str, tuple[str, str, str]]) -> Name:
    first, last = _identifying(plain.text, found.start, found.end)
    start, end = plain.span(first, last)
    table, known_id, name = known.get(_reading(found.name), (found.table, "", found.name))
    if found.type == "examination" and not known_id:  # one examination under several names
        table, known_id, name = next(
            (row for form, row in known.items() if EXAMINATION.fullmatch(form)), (table, "", name)
        )
    region = found.region_id or ("" if table == ORGANIZATIONS else seats.near(found.start))
    return Name(start, end, plain.received[start:end], name, table, found.type, known_id, region)


def _identifying(text: str, start: int, end: int) -> tuple[int, int]:
    """The last part of a name that is short enough for the ledger, which tells its kind."""
    while len(letters(text[start:end])) >= MAX_MENTION_LETTERS:
        start += 1
    while start < end and not text[start].isalnum():
        start += 1
    return start, end
