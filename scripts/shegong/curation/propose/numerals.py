"""Numerals: find the printed tokens that contain them, by their form alone; `classify` decides what they mean.

Indices count characters of a `NormalizedText`, which has one script, no spaces and no pinyin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from shegong.chinese import NUMERAL
from shegong.curation.propose.words import Words


class NumeralKind(Enum):
    """How a numeral is written."""

    DATE = "date"
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
CHINESE_NUMBER = f"[零〇一二两三四五六七八九十百千万亿]{DIGIT_LIMIT}"
NUMBER = (
    rf"(?:(?:[0-9]{{1,4}}[亿万千百]){{1,4}}[0-9]{{1,4}}[万千百]?|[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,5}}(?:\.[0-9]{DIGIT_LIMIT})?"
    rf"|[0-9]{DIGIT_LIMIT}(?:\.[0-9]{DIGIT_LIMIT})?|[零〇一二两三四五六七八九十百千万亿半]{DIGIT_LIMIT})"
)
SCALED_NUMBER = rf"{NUMBER}[余多几]?[十百千万亿]{{0,4}}[余多]?"

YEAR = r"(?:(?:(?<!\d)(?:19|20)[0-9]{2}|(?<!\d)0[0-9]|(?:一九|二[〇零])[〇零一二三四五六七八九]{2})年)"
NO_NUMERAL = "(?<![零〇一二两三四五六七八九十百千万亿])"
MONTH = rf"(?:(?:(?<!\d)[01]?[0-9]|{NO_NUMERAL}(?:十[一二]?|[一二三四五六七八九]))月(?!亮|饼))"
DAY_OF_MONTH = rf"(?:(?:(?<!\d)[0-3]?[0-9]|{NO_NUMERAL}[一二三四五六七八九十]{{1,3}})[日号](?!楼|线|院|店))"
TO = "[至到—–~～-]"
PART = "(?:年?(?:上半年|下半年|初|末|底|中旬|上旬|下旬|中(?![^,。;、)])|[一二三四]季度))?前?"
RELATIVE_YEAR = "(?:今年|去年|前年|明年|当年|同年|次年)?"
DATES = (
    r"(?<!\d)(?:19|20)[0-9]{2}([-/.])[01]?[0-9]\1[0-3]?[0-9](?!\d)(?:[ T]?[0-2]?[0-9]:[0-9]{2}(?::[0-9]{2})?)?",
    rf"{YEAR}{MONTH}{DAY_OF_MONTH}(?:{TO}(?:(?:{YEAR})?{MONTH})?{DAY_OF_MONTH})?",
    rf"{YEAR}{MONTH}{PART}(?:{TO}(?:{YEAR})?{MONTH}{PART})?",
    rf"{RELATIVE_YEAR}{MONTH}{DAY_OF_MONTH}(?:{TO}{MONTH}?{DAY_OF_MONTH})?",
    rf"(?:(?<!\d)(?:19|20)[0-9]{{2}}年?(?:{TO}|、|和|及)){YEAR}度?{PART}",
    rf"{YEAR}度?(?:第[一二三四]季度|{PART})(?:以来)?",
    rf"{RELATIVE_YEAR}(?:(?<!\d)[0-9]{{1,2}}月?{TO}{MONTH}|{MONTH}{PART})",
    DAY_OF_MONTH,
    r"(?:近|过去|最近|前|这)?(?<!\d)(?:[0-9]{1,2}|[一二两三四五六七八九十]{1,3})(?:余|多)?年(?:以?来|间)",
    r"(?:近|过去|最近)(?:[0-9]{1,2}|[一二两三四五六七八九十]{1,3})年(?!级)",
    r"(?:上世纪|本世纪|[0-9]{2}世纪)[0-9一二三四五六七八九]0?十?年代",
    "(?<![一二三四五六七八九十])十[一二三四五六]五(?=[”’]|期间|时期|以来|规划)",
)
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
    "(?:最高|最多|至多|至少|最少|不少于|不低于|不超过|不多于|不突破)"
    "(?:可以?|能|申领|申请|领取|获得?|享受?|给予?|发放|奖励|补助|补贴|资助|支持|一次性?|达到?|为|有|配备|设立|建立|覆盖|的)*"
)
BEFORE = (
    rf"(?:{QUALIFIED}|超过|突破|不足|大约|约为?|将?近|超|逾|(?<=[^以线])上(?=[十百千万亿])|[数几好](?=[十百千万亿]))"
)
COUNTED = (
    "个百分点|人次|人\\(次\\)|户次|件次|场次|批次|人份|课时|学时|小时|分钟|个月|周年|周岁|平方米|平方公里|公里|公顷|名次|"
    "名|人|位|户|份|家|个|项|支|批|例|次|场|节|元|年|倍|岁|天|日|周|月|秒|米|亩|吨|所|处|座|间|条|件|本|册|篇|期|届|类|种|级|层|对|组|队|只|张|"
    "台|套|辆|块|点|分|门|款|幅|颗|笔|间|栋|幢|楼|号|轮|代|岗|村|镇|街道|社区|省|市|县|区|%|‰|℃|㎡|m2"
)
VALUE_TOKEN = rf"{BEFORE}?(?<![\d.]){SCALED_NUMBER}(?:{COUNTED})?(?:以上|以下|以内|左右|上下)?"
RANGE = (
    rf"(?<![\d.])(?:[0-9]{DIGIT_LIMIT}(?:\.[0-9]{DIGIT_LIMIT})?|{CHINESE_NUMBER})[万千百]?(?:{COUNTED})?{TO}"
    rf"(?:[0-9]{DIGIT_LIMIT}(?:\.[0-9]{DIGIT_LIMIT})?|{CHINESE_NUMBER})[万千百]?(?:{COUNTED})"
)
RATIO = rf"百分之{SCALED_NUMBER}|{SCALED_NUMBER}分之{SCALED_NUMBER}"

SHAPES: tuple[tuple[NumeralKind, re.Pattern[str]], ...] = (
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
            return NumeralSpan(start, end, NumeralKind.DATE)
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
