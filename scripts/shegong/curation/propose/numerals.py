"""Numerals: find the printed tokens that contain them, by their form alone; `classify` decides what they mean.

Indices count characters of a `NormalizedText`, which has one script, no spaces and no pinyin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from shegong.chinese import NUMERAL
from shegong.curation.propose.segment import Words


class NumeralKind(Enum):
    """How a numeral is written."""

    DATE = "date"
    LUNAR = "lunar"
    TIME = "time"
    FORMULA = "formula"
    CODE = "code"
    NUMBERING = "numbering"
    ORDINAL = "ordinal"
    RANGE = "range"
    VALUE = "value"
    WORD = "word"


@dataclass(frozen=True)
class NumeralSpan:
    """A printed token with one numeral, or several that belong together; its span is half-open."""

    start: int
    end: int
    kind: NumeralKind


DIGIT_LIMIT = "{1,16}"
"""The characters of the longest number, as a quantifier: without a limit a page of digits would take quadratic time."""
CHINESE_DIGITS = "零〇○一二两三四五六七八九十百千万亿廿卅卌壹贰叁叄肆伍陆柒捌玖拾佰仟"
CHINESE_NUMBER = f"[{CHINESE_DIGITS}]{DIGIT_LIMIT}"
DECIMAL_POINT = "[.·・点]"
NUMBER = (
    r"(?:(?<![0-9.,] )[0-9]{1,3}(?: [0-9]{3})+(?! ?[0-9])|(?:[0-9]{1,4}[亿万千百]){1,4}[0-9]{1,4}[万千百]?"
    rf"|[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,5}}(?:\.[0-9]{DIGIT_LIMIT})?"
    rf"|[0-9]{DIGIT_LIMIT}(?:{DECIMAL_POINT}[0-9]{DIGIT_LIMIT}(?=[0-9]*[十百千万亿]))|[0-9]{DIGIT_LIMIT}(?:\.[0-9]{DIGIT_LIMIT})?"
    rf"|[一二三四五六七八九十百]{{1,4}}点[零一二三四五六七八九]{{1,4}}(?=[十百千万亿])|[{CHINESE_DIGITS}半]{DIGIT_LIMIT})"
)
FRACTION = "[¼-¾⅐-⅞]"
"""Part of the number before it, which no rule parses: 2½万 is not 2."""
SCALED_NUMBER = rf"{NUMBER}{FRACTION}?[余多几]?[十百千万亿]{{0,4}}[余多]?"

TO = "(?:至|到|[-—–―~～]{1,2})"
AND = "(?:[、和与]|以及|及)"
MONTH_NAME = "(?:十[一二]?|[一二三四五六七八九])"
YEAR = (
    r"(?:(?:(?<!\d)(?:19|20)[0-9]{2}|(?<!\d)0[0-9]|(?:一九|二[〇零○0])[〇零○0一二三四五六七八九]{2}"
    r"|(?<![近时第满共去每续期\d.,])[0-9]{2}(?=年(?:底|末|初|上半年|下半年|[01]?[0-9]月)))年)"
)
NO_NUMERAL = "(?<![零〇一二两三四五六七八九十百千万亿])"
MONTH = rf"(?:(?:(?<!\d)[01]?[0-9]|{NO_NUMERAL}{MONTH_NAME})月份?(?!亮|饼))"
DAY_OF_MONTH = rf"(?:(?:(?<!\d)[0-3]?[0-9]|{NO_NUMERAL}[一二三四五六七八九十]{{1,3}})[日号](?!楼|线|院|店))"
FIRST_DAY = rf"(?:{DAY_OF_MONTH}|(?<!\d)[0-3]?[0-9](?=(?:{TO}|{AND})[0-3]?[0-9](?:[日号]|{AND}[0-3]?[0-9][日号])))"
QUARTERS = (
    rf"(?:第?[一1]{TO}[二三四2-4]季度|(?:第?[一二三]{AND})?第?[一二三四1-4]季度|前[一二两三1-3]个?季度|上半年|下半年)"
)
PART = rf"(?:年?(?:{QUARTERS}|年?[初末底]|中旬|上旬|下旬|中(?![^,。;、)])))?(?:之?前(?![一二两三四五六七八九十0-9]))?"
RELATIVE_YEAR = "(?:今年|去年|前年|明年|后年|上年|本年度?|当年|同年|次年)"
NUMERIC_DAY = r"(?:19|20)[0-9]{2}[-/.][01]?[0-9](?:[-/.][0-3]?[0-9])?"
NOT_AN_AMOUNT = r"(?![.,]?[0-9]|[%‰/万亿千百余多元人名个家户次场倍])"
DATES = (
    rf"(?<![\d.]){NUMERIC_DAY}(?:至|到|[—–~]|--){NUMERIC_DAY}(?!\d)",
    r"(?<![\d.])(?:19|20)[0-9]{2}([./])[01]?[0-9](?:\1[0-3]?[0-9])?-(?:19|20)[0-9]{2}\1[01]?[0-9](?:\1[0-3]?[0-9])?(?!\d)",
    r"(?<!\d)(?:19|20)[0-9]{2}([-/.])[01]?[0-9]\1[0-3]?[0-9](?!\d)(?:[ T]?[0-2]?[0-9]:[0-9]{2}(?::[0-9]{2})?)?",
    rf"(?<![\d.,/])(?:19|20)[0-9]{{2}}(?:[-/.](?:0[1-9]|1[0-2])|[./][1-9]){NOT_AN_AMOUNT}",
    rf"(?:{YEAR}|{RELATIVE_YEAR})?{MONTH}{FIRST_DAY}(?:{TO}(?:(?:{YEAR})?{MONTH})?{DAY_OF_MONTH}|(?:{AND}(?:{MONTH})?{FIRST_DAY}){{0,6}})",
    rf"(?:{YEAR}|{RELATIVE_YEAR})?(?:(?<!\d)[01]?[0-9]|{NO_NUMERAL}{MONTH_NAME})(?:月份?)?{TO}(?:{YEAR})?{MONTH}{PART}",
    rf"(?:{YEAR}|{RELATIVE_YEAR})(?:[01]?[0-9]{AND}){{1,6}}{MONTH}",
    rf"{YEAR}{MONTH}{PART}(?:{TO}(?:{YEAR})?{MONTH}{PART}|(?:{AND}{MONTH}){{0,6}})",
    rf"(?:(?<!\d)(?:19|20)[0-9]{{2}}年?(?:{TO}|{AND})){{1,6}}{YEAR}度?{PART}",
    rf"{YEAR}度?{PART}(?:以来)?",
    r"(?:近|过去|最近|前|这)?(?<!\d)(?:[0-9]{1,2}|[一二两三四五六七八九十]{1,3})(?:余|多)?年(?:以?来|间)",
    r"(?<![时续期达间])(?:近|过去|最近)(?:[0-9]{1,2}|[一二两三四五六七八九十]{1,3}|半)(?:个多?月|月|年)(?:以?来)?(?!级|份)",
    rf"{RELATIVE_YEAR}?(?:{QUARTERS}|{MONTH}{PART})",
    rf"(?:上个?月|本月|当月|下个?月){DAY_OF_MONTH}(?:{TO}{DAY_OF_MONTH})?",
    rf"{FIRST_DAY}(?:{TO}{DAY_OF_MONTH}|(?:{AND}{FIRST_DAY}){{0,6}})",
    r"(?:上世纪|本世纪|[0-9]{2}世纪)[0-9一二三四五六七八九]0?十?年代",
    "(?<![一二三四五六七八九十])十[一二三四五六]五(?=[”’]|期间|时期|以来|规划|[初末])",
)
LUNAR = (
    rf"(?:农历|阴历|旧历|夏历)(?:{YEAR}|[一-鿿]{{2}}年)?(?:闰?(?:[正腊冬]|[0-9]{{1,2}}|{MONTH_NAME})月)?(?:初|廿|卅)?"
    "[0-9一二三四五六七八九十]{0,3}(?:日|夜)?"
    "|[正腊冬]月(?:初|廿|卅)?[0-9一二三四五六七八九十廿卅]{1,3}日?|大年(?:初[一二三四五六七]|三十)"
)
"""A day of the lunar calendar, which no rule converts."""
TIMES = (
    r"(?<![\d:])[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?![\d:])",
    rf"(?<=[午早晚晨日])(?:[0-9]{{1,2}}|{CHINESE_NUMBER})[时点](?:[0-9]{{1,2}}分?|半|许|整)?",
    r"(?<!\d)[0-9]{1,2}时(?:[0-9]{1,2}分|许)",
    "(?:星期|周|礼拜)[一二三四五六](?![一二三四五六七八九十]?[年届周个])",
)
TAKEN = "\0"
BARE_YEAR = re.compile("(?:19[5-9]|20[0-4])[0-9]")

FORMULA = r"(?<![\w+])[0-9A-Za-z]{1,12}(?:\+[0-9A-Za-z]{1,12})+(?!\+?\w{0,12}[\u4e00-\u9fff]\+)"
CODE = (
    r"(?<![A-Za-z0-9])(?:[A-Za-z][A-Za-z0-9]*[_./:?=&%-]+)+[A-Za-z0-9_./:?=&%-]*"
    r"|(?<![A-Za-z0-9])[A-Za-z]+[0-9][A-Za-z0-9]*|(?<![\d.])[0-9]+[A-Za-z][A-Za-z0-9]*|(?<![\d.,])(?:[0-9]{3,4}-)?[0-9]{7,}(?![\d.,万亿余多元人])"
)
NUMBERING_PATTERNS = (
    rf"(?m:^[^\w\n(]*)\(?(?:[0-9]{{1,2}}|{CHINESE_NUMBER})(?:[、．)]|\.(?!\d)|:(?!\d))",
    rf"\((?:[0-9]{{1,2}}|{CHINESE_NUMBER})\)",
    rf"(?m:^|(?<=[。;:,、!?”\n])){CHINESE_NUMBER}(?=[是要]|则(?!是))",
    rf"(?<=其){CHINESE_NUMBER}(?=[,、是:])",
    rf"(?m:^|(?<=[。;:,!?\n]))第{CHINESE_NUMBER}(?=[,、是:])",
    rf"第(?:[0-9]{DIGIT_LIMIT}|{CHINESE_NUMBER})(?:[版页条章节款](?!本)|号(?=文|令))|共(?:[0-9]{DIGIT_LIMIT}|{CHINESE_NUMBER})页|(?<=\n)[0-9]+/[0-9]+(?=\n)",
)
ORDINALS = (
    rf"第(?:[0-9]{DIGIT_LIMIT}|{CHINESE_NUMBER})(?:批次|[个批届次名位家期年轮季所支项场]|阶段|季度)?",
    "首(?=[次个批届家位名支座所场期轮条部项创])[次个批届家位名支座所场期轮条部项创]",
)

QUALIFIED = (
    "(?:最高|最多|至多|至少|最少|不少于|不低于|不下于?|不止|不(?:得|能|可|应)?超过|不多于|不高于|不突破"
    "|(?:尚?未|没有?)(?:超过|突破|超|达到|满|到)?)"
    "(?:可以?|能|申领|申请|领取|获得?|享受?|给予?|发放|奖励|补助|补贴|资助|支持|一次性?|达到?|为|有|配备|设立|建立|覆盖|的)*"
)
BEFORE = (
    rf"(?:{QUALIFIED}|超过|突破|不足|不到|不满|未满|少于|低于|高于|多于|大约|大概|大致|约[为有达]?|将?近|接近|逼近|超|逾|≥|≤|≈"
    rf"|(?<=[^以线])上(?=[十百千万亿])|(?<=[^通越])过(?=[百千万亿])|[数几好](?=[十百千万亿]))"
)
COUNTED = (
    "个百分点|人次|人\\(次\\)|户次|件次|场次|批次|人份|课时|学时|小时|分钟|个月|周年|周岁|平方米|平方公里|公里|公顷|名次|"
    "名|人|位|户|份|家|个|项|支|批|例|次|场|节|元|年|倍|岁|天|日|周|月|秒|米|亩|吨|所|处|座|间|条|件|本|册|篇|期|届|类|种|级|层|对|组|队|只|张|"
    "台|套|辆|块|点|分|门|款|幅|颗|笔|间|栋|幢|楼|号|轮|代|岗|村|镇|街道|社区|省|市|县|区|%|‰|℃|㎡|m2"
)
FOOTNOTE = r"(?:[①-⑳㉑-㉟❶-➓¹²³⁰⁴-⁹]{1,2}|[\[［〔][0-9]{1,2}[\]］〕])"
VALUE_TOKEN = rf"{BEFORE}?(?<![\d.]){SCALED_NUMBER}{FOOTNOTE}?\+?(?:{COUNTED})?(?:及?以上|以下|以内|左右|上下)?"
RANGE = (
    rf"(?<![\d.])(?:[0-9]{DIGIT_LIMIT}(?:\.[0-9]{DIGIT_LIMIT})?|{CHINESE_NUMBER})[万千百]?(?:{COUNTED})?{TO}"
    rf"(?:[0-9]{DIGIT_LIMIT}(?:\.[0-9]{DIGIT_LIMIT})?|{CHINESE_NUMBER})[万千百]?(?:{COUNTED})"
)
RATIO = rf"百分之{SCALED_NUMBER}|{SCALED_NUMBER}分之{SCALED_NUMBER}"

SUM_BEFORE = re.compile(
    f"(?:[¥￥$]|分别(?:为|是|有|达|给予|奖励|补助|补贴|发放)?|(?:[0-9.,]+[万千百]?(?:{COUNTED}){AND})(?:[0-9.,]+{AND})*)$"
)
SUM_AFTER = re.compile(f"(?:{AND}[0-9.,]+)*{AND}[0-9.,]+[万千百]?(?![0-9年月日号])(?:{COUNTED})")
"""What is around a bare number of four digits that is one of a list of sums: 1500、2000、2500元."""

SHAPES: tuple[tuple[NumeralKind, re.Pattern[str]], ...] = (
    (NumeralKind.LUNAR, re.compile(LUNAR)),
    (NumeralKind.FORMULA, re.compile(FORMULA)),
    (NumeralKind.CODE, re.compile(CODE)),
    *((NumeralKind.DATE, re.compile(pattern)) for pattern in DATES),
    *((NumeralKind.TIME, re.compile(pattern)) for pattern in TIMES),
    *((NumeralKind.NUMBERING, re.compile(pattern)) for pattern in NUMBERING_PATTERNS),
    *((NumeralKind.ORDINAL, re.compile(pattern)) for pattern in ORDINALS),
    (NumeralKind.RANGE, re.compile(RANGE)),
    (NumeralKind.VALUE, re.compile(RATIO)),
    (NumeralKind.VALUE, re.compile(VALUE_TOKEN)),
)
"""Kinds in the order of the search; an earlier match hides the text from later patterns."""

NOT_COUNTING = frozenset("dcilrv")
"""Tags of adverbs, conjunctions, idioms, set phrases, pronouns and verbs: 十分, 一旦, 三三两两."""
ADVERB = re.compile("十分(?![钟之制])|万分|千万(?=不|要|别)")
SCALED = re.compile("[二三四五六七八九两][百千万亿]")
TIME_UNITS = re.compile("(?:年|个月|天|日|周|小时)$")


def find_numerals(text: str, words: Words) -> tuple[NumeralSpan, ...]:
    """Find all numeral spans of a normalized text in order; each numeral is in exactly one."""
    numerals: list[NumeralSpan] = []
    rest = text
    for kind, pattern in SHAPES:
        found = [numeral for match in pattern.finditer(rest) if (numeral := _span(kind, match, text, words))]
        rest = _without(rest, found)
        numerals += found
    numerals += _leftover(rest, words)
    return tuple(_whole(text, sorted(numerals, key=lambda numeral: numeral.start)))


def _whole(text: str, numerals: list[NumeralSpan]) -> Iterator[NumeralSpan]:
    """Join spans that share a numeral (统一 and 一个 of 统一一个)."""
    last = numerals[0] if numerals else None
    for numeral in numerals[1:]:
        assert last
        seam = text[last.end - 1 : numeral.start + 1] if last.end == numeral.start else ""
        if (joined := NUMERAL.match(seam)) and joined.end() == len(seam):
            last = NumeralSpan(last.start, numeral.end, numeral.kind)
        else:
            yield last
            last = numeral
    if last:
        yield last


def _without(text: str, numerals: list[NumeralSpan]) -> str:
    """Blank spans out of a text, keeping its length."""
    parts, end = [], 0
    for numeral in numerals:
        parts += [text[end : numeral.start], TAKEN * (numeral.end - numeral.start)]
        end = numeral.end
    return "".join([*parts, text[end:]])


def _span(kind: NumeralKind, match: re.Match[str], text: str, words: Words) -> NumeralSpan | None:
    """Return the span of a match, unless the lexicon has a word there that does not count."""
    start, end = match.span()
    if not NUMERAL.search(match[0]):
        return None
    if kind is NumeralKind.VALUE:
        if BARE_YEAR.fullmatch(match[0]):
            is_sum = SUM_BEFORE.search(text, max(0, start - 20), start) or SUM_AFTER.match(text, end)
            return NumeralSpan(start, end, NumeralKind.VALUE if is_sum else NumeralKind.DATE)
        if _is_word(start, end, text, words):
            return None
    return NumeralSpan(start, end, kind)


def _is_word(start: int, end: int, text: str, words: Words) -> bool:
    """Return whether an apparent value is part of a word: 统一, 千家万户, 十分, 三亚."""
    numeral = NUMERAL.search(text, start, end)
    if not numeral or (numeral[0][0].isdigit() and numeral[0].isascii()):
        return False
    if ADVERB.match(text, start):
        return True
    word = words.at(numeral.start())
    if word.end > end and word.start >= start and not word.text[0].isascii():
        return True
    if word.start < start:
        return not (word.end == end and TIME_UNITS.search(word.text))  # 持续一年 counts
    if (start, end) == numeral.span() and not SCALED.search(numeral[0]):
        return True  # without a measure word
    return word.end == end and word.tag[0] in NOT_COUNTING and word.start == numeral.start()


def _leftover(text: str, words: Words) -> Iterator[NumeralSpan]:
    """Yield the numerals that no pattern matched; those of one word together."""
    start = end = -1
    for match in NUMERAL.finditer(text):
        if start >= 0 and words.at(start).end >= match.end() and TAKEN not in text[end : match.start()]:
            end = match.end()
            continue
        if start >= 0:
            yield NumeralSpan(start, end, NumeralKind.WORD)
        start, end = match.span()
    if start >= 0:
        yield NumeralSpan(start, end, NumeralKind.WORD)
