"""Classify numerals: value, date, detail or name, or excluded with the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shegong.curation.propose.clauses import Context
from shegong.curation.propose.numerals import ADVERB, BEFORE, COUNTED, NumeralKind, NumeralSpan

MAX_PHRASE_LETTERS = 20
"""A longer quotation is speech, not a phrase."""

ONE = re.compile(f"一(?:{COUNTED})?")
COUNTS_ONE = re.compile(
    "(?:各|每|每个|仅|只有|只|共|总共|合计|新增|增加|增设|增至|为期|持续|历时|历经|长达|连续|至少|满|其中|设|配备|配有|建有|拥有)$"
)
"""Words before 一 that make it a count, not an article."""
NOUN_BEFORE = re.compile("[\\w)”’]$")
STOP_AFTER = re.compile("[,。;、!?\n)]|$|和|以及|及")
PERIOD_UNIT = re.compile("(?:年|个月|天|日|周|小时)$")
INDEFINITE_WORD = re.compile(r"一(?:些|部分|群|伙|帮|片|番|股|阵|幕|丝|份子|(.)\1)")

MODEL = re.compile(
    "大?(?:\\w{0,4})(?:方面|维度|层面|层次|功能|功能定位|领域|环节|步骤|阶段|等级|要素|原则|重点|关键|板块|模块|版块|类别|理念|转变|特点|"
    "优势|问题|难题|要求|抓手|路径|举措|措施|机制|体系|主题|要点|特征|关系|级别|等次|档次|门类)(?=[,。;、:!?”’)的和及\n]|$)"
)
SMALL = re.compile("(?:[0-9]{1,2}|[二两三四五六七八九十]+)[个项条点种类]?")
BIG = re.compile("大(?!学|会|厦|队|爷|妈|姐|哥|家|桥)")
LAST_MILE = re.compile("最后(?:的)?(?:一|1|100|百)(?:百?米|公里|站|步)|零距离|一对一|一帮一|面对面")
SLOGAN_AFTER = re.compile(r"[”’]?\w{0,3}(?:提升|促进|推进|赋能|驱动|融合|联动|达标|丰收|增)")

PERSON = re.compile(
    "阿姨|奶奶|爷爷|大爷|大妈|大叔|叔叔|大伯|老伯|婆婆|老太|老汉|大姐|大哥|妈妈|爸爸|母亲|父亲|儿子|女儿|孙子|孙女|独子|独女|丈夫|妻子|"
    "老伴|外婆|外公|爹|娘|同学|某某?(?!个|些|种|项|地|市|县|区|镇|村|公司|保险|单位|社区)"
)
PRONOUN = re.compile("(?<![其吉])[她他](?!们|人|方|山|乡|日|说|表示|介绍|告诉|认为|坦言|指出|强调|透露)")
FIRST_PERSON = re.compile("[我咱](?!国|省|市|县|区|镇|乡|州|旗|街|局|院|校)")
REPORTER_CREDIT = re.compile(r"\([^()]*(?:记者|通讯员)[^()]*\)|(?:记者|通讯员)[^,。]*")
SPOKEN = re.compile("[。!?;我咱]")
AGE = re.compile("周?岁$")
PASSED = re.compile("年[过逾近届]|花甲|古稀|耄耋")
AGE_LIMIT = re.compile("(?:及)?(?:以上|以下|以内)|[至到~-]|(?:的)?(?:老人|老年人|儿童|青少年|长者|人群|群体)")
PLAN_NAME = re.compile("十[一二三四五六]五")
PLAN = re.compile("将|计划|下一步|力争|继续")

RANKED = re.compile("(?:排名|排|名列|位列|位居|列|居|获|荣获|夺得|取得|评为)$")
WORD_AFTER_FIRST = re.compile("(?:时间|线|书记|手|动力|资源|要务|生产力|责任人|人称|课|届|轮)")
COMPARED = re.compile(f"的?{BEFORE}?[0-9.]+(?:倍|%)|相比|同期")
COMPARED_BEFORE = re.compile("(?:比|较|同比|相比|是)$")
ORDINAL_UNIT = re.compile("(?:[0-9]|[一-十])(?:组|号|楼|栋|幢|级|维)$")
SITE = re.compile(
    r"[\w]{0,3}?(?:社区|居委会|街道|小区|广场|大厦|商城|酒店|公园|大道|路(?!径)|村(?!级|居|民|委)|镇(?!级)|乡(?!村|镇|级)|巷|桥|山|湖)"
)
BUILDING = re.compile("广场|大厦|商城|酒店|公园|大道|路|巷|桥")
CREDITS = re.compile("\\W{0,3}(?:责任编辑|责编|编辑|编审|审核|审校|校对|监制|[一初]审|终审|签发)[:：/]")
SPEED = re.compile("(?:分钟|小时|公里|米|秒|天)$")
COUNTER = re.compile(
    "(?:浏览|阅读|点击|访问|点赞|评论|字号|编号|备案号?|许可证|电话|邮编|热线|文号|序号)[次数量率号人]*:?$"
)
ROUND_THE_CLOCK = re.compile("24小时")
ONLY_SCALE = re.compile(f"[百千万亿]+(?:{COUNTED})?")
DEFINITION = re.compile("是指|所谓|分为|是[^。,]{2,12}的(?:简称|统称)")
MEAN = re.compile("(?:平均|人均|均龄|年龄)\\w{0,3}$")
SNAPSHOT = re.compile("快照|抓取|采集|打印|下载|访问")


@dataclass(frozen=True)
class Label:
    """The likely role of a numeral, and for `excluded` the reason."""

    role: str
    exclusion: str = ""


def _excluded(reason: str) -> Label:
    return Label("excluded", reason)


VALUE_LABEL, DATE_LABEL, DETAIL_LABEL, NAME_LABEL = (Label(role) for role in ("value", "date", "detail", "name"))


def classify(numeral: NumeralSpan, context: Context) -> Label:
    """Classify a numeral by rules of the language; the proposer handles page furniture and names first."""
    if CREDITS.match(context.text, context.line(numeral)[0]):
        return _excluded("boilerplate")
    match numeral.kind:
        case NumeralKind.NUMBERING:
            return _excluded("numbering")
        case NumeralKind.CODE:
            return _excluded("word_part" if numeral.end - numeral.start < 4 else "boilerplate")
        case NumeralKind.TIME:
            return _time(numeral, context)
        case NumeralKind.DATE:
            return _date(numeral, context)
        case NumeralKind.ORDINAL:
            return _ordinal(numeral, context)
        case NumeralKind.FORMULA:
            return NAME_LABEL if context.quotation(numeral) else DETAIL_LABEL
        case NumeralKind.WORD:
            return _word(numeral, context)
        case _:
            return _value(numeral, context)


def _time(numeral: NumeralSpan, context: Context) -> Label:
    """Classify a time of day or a weekday."""
    start, end = context.line(numeral)
    words = context.text[start:end].strip()
    alone = len(words) - (numeral.end - numeral.start) < MAX_PHRASE_LETTERS or re.search("时间:|日期:|来源:", words)
    return _excluded("boilerplate" if alone else "repeated_context")


def _date(numeral: NumeralSpan, context: Context) -> Label:
    if SNAPSHOT.search(context.before(numeral, 8)):
        return _excluded("boilerplate")
    if _is_personal(numeral, context, *context.sentence(numeral)):
        return _excluded("anecdote")
    if _is_phrase(numeral, context) and not re.search("[0-9]", context.of(numeral)):
        return _excluded("slogan") if PLAN_NAME.fullmatch(context.of(numeral)) is None else DATE_LABEL
    if _is_first_person(numeral, context) and PLAN.search(context.after(numeral, 8)):
        return _excluded("plan_without_figure")
    if COMPARED.match(context.after(numeral, 10)) and COMPARED_BEFORE.search(context.before(numeral, 2)):
        return DETAIL_LABEL
    return DATE_LABEL


def _ordinal(numeral: NumeralSpan, context: Context) -> Label:
    """Classify an ordinal: a rank (第一) or another position (第十一届, 首批) is a detail of what it orders."""
    if RANKED.search(context.before(numeral, 3)) and STOP_AFTER.match(context.after(numeral, 2)):
        return DETAIL_LABEL
    if WORD_AFTER_FIRST.match(context.after(numeral, 3)) and context.of(numeral) == "第一":
        return _excluded("word_part")
    return _excluded("anecdote") if _is_first_person(numeral, context) else DETAIL_LABEL


def _word(numeral: NumeralSpan, context: Context) -> Label:
    """Classify a numeral without a counted noun."""
    word = context.words.at(numeral.start)
    if INDEFINITE_WORD.match(context.text, numeral.start):
        return _excluded("indefinite")
    if ADVERB.match(context.text, numeral.start):
        return _excluded("word_part")
    if _is_personal(numeral, context, *context.clause(numeral)) or PASSED.match(word.text):
        return _excluded("anecdote")
    if _is_phrase(numeral, context) and word.tag not in ("i", "l"):
        return _excluded("slogan")
    if BIG.match(context.text, numeral.end):
        return _excluded("model_part")
    if word.is_known and word.tag in ("d", "i", "c", "r", "vn", "v"):
        return _excluded("word_part")
    if word.tag == "ns" or SITE.match(context.text, numeral.end):
        return _excluded("place_name") if BUILDING.match(context.text, word.end) else NAME_LABEL
    if context.of(numeral) == "双" and word.text == "双" and SLOGAN_AFTER.match(context.text, numeral.end):
        return _excluded("slogan")
    is_part = word.is_known and word.end - word.start > numeral.end - numeral.start
    return _excluded("word_part") if is_part and (word.tag != "m" or context.of(numeral) in "一首") else DETAIL_LABEL


def _value(numeral: NumeralSpan, context: Context) -> Label:
    """Classify a number that seems to count."""
    token = context.of(numeral)
    is_chinese = not re.search("[0-9]", token)
    if LAST_MILE.search(context.before(numeral, 3) + token):
        return _excluded("slogan")
    if AGE.search(token) or token.endswith("岁以上"):
        return _age(numeral, context)
    if _is_personal(numeral, context, *context.clause(numeral)) and (is_chinese or len(token) <= 2):
        return _excluded("anecdote")
    if PRONOUN.search(context.text, *context.sentence(numeral)) or (is_chinese and _is_first_person(numeral, context)):
        return _excluded("anecdote")
    if _is_phrase(numeral, context) and (is_chinese or SPEED.search(token)):
        return _excluded("slogan")
    if _is_phrase(numeral, context) and not re.search(COUNTED, token):
        return NAME_LABEL
    if ONE.fullmatch(token) and not _counts_one(numeral, context):
        return _excluded("indefinite")
    return _counted(numeral, context, token)


def _counted(numeral: NumeralSpan, context: Context, token: str) -> Label:
    """Classify a number with its measure word."""
    after = context.after(numeral, 12)
    is_bare = token.replace(",", "").isdecimal() and token.isascii()
    if (is_bare and " " in context.before(numeral, 1) + after[:1]) or COUNTER.search(context.before(numeral, 8)):
        return _excluded("boilerplate")  # a counter of the page
    if ROUND_THE_CLOCK.fullmatch(token):
        return _excluded("word_part")
    if _is_defined(numeral, context):
        return _excluded("general_knowledge")
    if SMALL.fullmatch(token) and (MODEL.match(after) or BIG.match(after)):
        return _excluded("model_part")
    return DETAIL_LABEL if ORDINAL_UNIT.search(token) or ONLY_SCALE.fullmatch(token) else VALUE_LABEL


def _is_defined(numeral: NumeralSpan, context: Context) -> bool:
    """Return whether a small number is in a paragraph that defines a word and has no date."""
    start, end = context.line(numeral)
    is_small = re.fullmatch("(?:[0-9]{1,2}|[一二两三四五六七八九十]{1,3})\\D{0,2}", context.of(numeral))
    dated = any(other.kind is NumeralKind.DATE for other in context.numerals_between(start, end)) if is_small else True
    return not dated and bool(DEFINITION.search(context.text, start, end))


def _age(numeral: NumeralSpan, context: Context) -> Label:
    if MEAN.search(context.before(numeral, 6)):
        return VALUE_LABEL
    is_limit = context.of(numeral).endswith(("上", "下", "内")) or AGE_LIMIT.match(context.text, numeral.end)
    return DETAIL_LABEL if is_limit else _excluded("anecdote")


def _counts_one(numeral: NumeralSpan, context: Context) -> bool:
    """Return whether 一 counts: after a word of counting, or after the counted noun (社工一名)."""
    before = context.before(numeral, 4)
    if COUNTS_ONE.search(before):
        return True
    is_behind = NOUN_BEFORE.search(before) and STOP_AFTER.match(context.text, numeral.end)
    return bool(is_behind) and not PERIOD_UNIT.search(context.of(numeral)) and numeral.end - numeral.start > 1


def _is_personal(numeral: NumeralSpan, context: Context, start: int, end: int) -> bool:
    """Return whether the text between two indices is about a private person."""
    words = REPORTER_CREDIT.sub("", context.text[start:end])
    return bool(PERSON.search(words) or AGE.search(context.of(numeral)))


def _is_phrase(numeral: NumeralSpan, context: Context) -> bool:
    """Return whether a numeral is in a quoted phrase that is not speech."""
    quoted = context.quotation(numeral)
    return 0 < len(quoted) <= MAX_PHRASE_LETTERS and not SPOKEN.search(quoted)


def _is_first_person(numeral: NumeralSpan, context: Context) -> bool:
    """Return whether a numeral is in speech of the first person."""
    speech = context.quotation(numeral)
    return (len(speech) > MAX_PHRASE_LETTERS or bool(SPOKEN.search(speech))) and bool(FIRST_PERSON.search(speech))
