"""Find organizations by their place, their own name and the kind at the end of the name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shegong.chinese import MAX_MENTION_LETTERS
from shegong.curation.propose.found_names import (
    COMMON_NOUN,
    ORGANIZATIONS,
    FoundName,
    Seats,
    alternatives,
    matched_kind,
)

_NO_CODE = ""
"""A foundation or a base has no code in `organizations.type`."""
PUBLISHERS = {
    "报": "newspaper",
    "社": "news_agency",
    "台": "broadcaster",
    "网": "website",
    "端": "website",
    "刊": "journal",
    "志": "journal",
}
"""Types of publishers by the last character of their names."""

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
"""The ends of names, by kind."""

BODY = re.compile(alternatives(BODY_KINDS), re.VERBOSE)

OWN_LETTER = "[一-鿿A-Za-z0-9·+]"

OWN_PART = re.compile(f"(?:{OWN_LETTER}|[“”‘’](?=.{{2,8}}[”’]|{OWN_LETTER}))*$")

NOT_IN_OWN_NAME = re.compile(
    """
    [的在由对向从将把被让了各该其们已均共首未第] | [0-9]年 | [一二三四五六七八九十]地 | 本(?!土) | 等$
    | 组织(?!部) | 联合(?!会|党)
    | 入选|获评|获选|成立|开展|依托|走进|建立|建成|设立|设置|推动|委托|引导|通过|成为|发起|承接|支持
    | 鼓励|培育|扶持|孵化|加强|完善|推进|推出|打造|购买|参加|邀请|指导
    | 协助|介绍|表示|实现|覆盖|统一|启动|提升|提高|专业|优秀|多部门|全国|全省|全市|全县|全区|全域|镇街|乡镇
    """,
    re.VERBOSE,
)
"""What an organization's own name does not contain."""

BEFORE_OWN_NAME = re.compile(r"(?:^|[\W_]|[在由与和及是为经据]|设立|成立|包括|组建|指导|带领|走进|依托|联合)$")
"""What precedes a name without a place."""

MAX_OWN_LETTERS = 16

OWN_NAMES = {
    "social_work_station": "[一-鿿]{2,6}(?:社区|村|居)|[一-鿿]{2,4}(?<![级性])(?<!区域|基层|社区|乡镇|街道)",
    "party_body": "[一-鿿]{4,12}",
    "social_work_agency": "[一-鿿]{2,8}",
    "hospital": "[一-鿿]{2,8}",
    "university": "[一-鿿]{2,6}",
    "company": "[一-鿿]{2,12}",
    _NO_CODE: "[一-鿿]{2,8}",
}
"""Patterns of own names without a place; other kinds need a place, else they are common nouns."""

LEVEL_WORD = re.compile("[省市区县旗镇乡]|街道")

WHOLE_PLACE = re.compile("[全我本该]|国")


def find_organizations(text: str, seats: Seats) -> Iterator[FoundName]:
    """Find organizations in a normalized text."""
    for match in BODY.finditer(text):
        kind = matched_kind(match, BODY_KINDS)
        body = _placed_body(text, match, kind, seats) or _own_body(text, match, kind)
        if body:
            yield body


def organization_type(name: str) -> str:
    """Return the type of an organization by the end of its name, or nothing."""
    return next((matched_kind(match, BODY_KINDS) for match in BODY.finditer(name) if match.end() == len(name)), "")


def publisher_type(name: str) -> str:
    """Return the type of a publisher by the end of its name, or nothing."""
    return organization_type(name) or PUBLISHERS.get(name[-1:], "")


def _placed_body(text: str, match: re.Match[str], kind: str, seats: Seats) -> FoundName | None:
    """Return an organization whose name begins with a place: 江城区邻舍社会工作服务中心, 市民政局."""
    number = seats.last(match.end())
    if number is None:
        return None
    start, end = seats.spans[number]
    word = text[start:end]
    if WHOLE_PLACE.match(word) or not 0 <= match.end() - end <= MAX_OWN_LETTERS + MAX_MENTION_LETTERS:
        return None
    own = text[end : max(end, match.start())]
    if len(own) > MAX_OWN_LETTERS or NOT_IN_OWN_NAME.search(own) or BODY.search(own) or not OWN_PART.fullmatch(own):
        return None
    name = text[start : match.end()]
    if LEVEL_WORD.match(word) and not seats.official(number).startswith(word[:2]):
        unit = 2 if word.startswith("街道") else 1
        name = seats.official(number) + name[unit:]
    else:
        first = seats.chain_start(number)
        if text[first - 1 : first] in ("", "\n") and text[match.end() : match.end() + 1] in ("", "\n"):
            start, name = first, text[first : match.end()]  # a line of its own, as in a list of organizations
    return FoundName(start, match.end(), name, ORGANIZATIONS, kind, seats.regions[number])


def _own_body(text: str, match: re.Match[str], kind: str) -> FoundName | None:
    """Return an organization with its own name and no place: 春雨社工服务站."""
    if kind not in OWN_NAMES:
        return None
    pattern = re.compile(OWN_NAMES[kind])
    lead = text[max(0, match.start() - MAX_OWN_LETTERS) : match.start()]
    names = (lead[at:] for at in range(len(lead)) if BEFORE_OWN_NAME.search(lead[:at]) and pattern.fullmatch(lead[at:]))
    own = next((name for name in names if not NOT_IN_OWN_NAME.search(name) and not COMMON_NOUN.match(name)), "")
    if not own or (kind == "social_work_station" and "服务" not in match[0] and not own.endswith(("社区", "村", "居"))):
        return None
    start = match.start() - len(own)
    return FoundName(start, match.end(), text[start : match.end()], ORGANIZATIONS, kind)
