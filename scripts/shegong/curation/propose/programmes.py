"""Find programmes by their quotation marks and the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shegong.curation.propose.found_names import (
    COMMON_NOUN,
    ORGANIZATIONS,
    PROGRAMMES,
    FoundName,
    alternatives,
    matched_kind,
)

FILED = re.compile("[^，。；,;\\n]{0,6}(?:备案|登记|注册)(?:成立)?(?:为|成为)?[^，。,;\\n]{0,6}(?:组织|机构|单位)")

POLICY_WORDS = (
    "通知|方案|意见|办法|规划|纲要|条例|规定|决定|计划|细则|措施|标准|指南|规范|要点|制度|公告|公约|倡议书?|清单"
)

TITLED = re.compile(f"《(?P<name>[^《》\\n]{{4,80}}?(?:{POLICY_WORDS})(?:\\([^()《》]*\\))?)》")

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
"""Words that decide the kind of a programme, by the codes of `programmes.type`."""

KIND_AT_END = re.compile(f"(?:{alternatives(PROGRAMME_KINDS)})$")

KIND_BEHIND = re.compile(f"[一-鿿]{{0,14}}?(?:{alternatives(PROGRAMME_KINDS)})")

LISTED_KIND = re.compile(
    "[^，,。；;！？\\n“”]{0,16}(?:、“[^“”\\n]{2,20}”[^，,。；;！？\\n“”]{0,16}){0,12}等[一-鿿]{0,6}?(?P<kind>项目|品牌|活动|行动|计划)"
)
"""The kind of several quotations, after the last one."""

SHORT_QUOTATION_MARKS = re.compile("[“‘](?P<name>[^“”\\n]{2,24}?)[”’]")

SPEECH = re.compile("[。!;:、]|[?]$|最后|[我你您]|公里|一米")
"""What is in a quotation that is speech, a slogan or a list."""

FORMULA_NAME = re.compile("[0-9X一-鿿]+(?:[+][0-9A-Za-z一-鿿]+){2,}")

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

NOT_A_PROGRAMME = re.compile("[的了将被各该其们每为]|全[国省市县区]|面向|定制|多[个项]")
"""What the name of a programme without quotation marks does not contain."""


def find_programmes(text: str) -> Iterator[FoundName]:
    """Find programmes, and organizations that a quotation names, in a normalized text."""
    for match in TITLED.finditer(text):
        yield FoundName(*match.span("name"), match["name"], PROGRAMMES, "policy_document")
    for match in SHORT_QUOTATION_MARKS.finditer(text):
        yield from _quoted(text, match)
    for match in EXAMINATION.finditer(text):
        yield FoundName(*match.span(), match[0], PROGRAMMES, "examination")
    for match in AWARD.finditer(text):
        yield FoundName(*match.span(), match[0], PROGRAMMES, "award")
    for match in LAUNCHED.finditer(text):
        name = match.lastgroup or ""
        if not COMMON_NOUN.match(match[name]) and not NOT_A_PROGRAMME.search(match[name]):
            yield FoundName(*match.span(name), match[name], PROGRAMMES, programme_type(match[name]))


def programme_type(name: str) -> str:
    """Return the type of a programme by the end of its name, or nothing."""
    if match := KIND_AT_END.search(name):
        return matched_kind(match, PROGRAMME_KINDS)
    return "policy_document" if re.search(f"(?:{POLICY_WORDS})$", name) else ""


def _quoted(text: str, match: re.Match[str]) -> Iterator[FoundName]:
    """Yield a quotation that is a programme by its own last word, or by the words after it."""
    name = match["name"]
    if SPEECH.search(name) or COMMON_NOUN.match(name):
        return
    if FILED.match(text, match.end()):
        yield FoundName(*match.span("name"), name, ORGANIZATIONS, "community_organization")
        return
    kind = programme_type(name)
    after = KIND_BEHIND.match(text, match.end())
    listed = LISTED_KIND.match(text, match.end())
    if not kind and FORMULA_NAME.fullmatch(name):
        kind = "service_model"
    if not kind and after:
        kind = matched_kind(after, PROGRAMME_KINDS)
    if not kind and listed:
        kind = programme_type(listed["kind"])
    if kind:
        yield FoundName(*match.span("name"), name, PROGRAMMES, kind)
