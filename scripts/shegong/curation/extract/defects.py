"""Defects of a text as received: the proposal for the column `defects` of its document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from shegong.chinese import PINYIN, letters, normalize_token
from shegong.curation.extract.encodings import MIN_COMMON_SHARE, is_common
from shegong.curation.extract.normalize import MAX_HEADING_LETTERS, SENTENCE_STOPS
from shegong.curation.extract.script import HAN, HAN_CLASS, is_simplified_form, is_traditional, script_of

Span = tuple[int, int]

MAX_SPANS = 5
"""The spans of a defect that are kept; the rest are counted."""
MIN_LINE_LETTERS = 6
"""A line of fewer letters may well be printed twice."""
MAX_FURNITURE_LETTERS = 150
"""A longer line is a paragraph that mentions the words of page furniture."""
MIN_GARBLED_LETTERS = 4
"""So many rare characters in a row are a wrong decoding, not a name."""

_LINE = re.compile(r"[^\r\n]*\S[^\r\n]*")
_TONED = re.compile(r"[^\x00-\x7f()（）]")
_SYLLABLE = re.compile(r"[(（](?:[zcs]h|[bpmfdtnlgkhjqxzcsryw])?[aeiouvü]{1,3}(?:ng?|r)?[)）]")
_LOST = re.compile(rf"(?<=[{HAN_CLASS})）])\?+(?=[{HAN_CLASS};；、])")
_ASKING = re.compile("[吗嗎呢么麼吧啊谁誰哪几幾何]|什[么麼]|怎|多少|是否|能否|可否|[^，,。;；]不[^，,。;；]")
_CLASSIC = re.compile("(?:锟斤拷)+|烫烫烫|屯屯屯|锘縚?|(?<![\u3100-\u312f])[\u3100-\u312f](?![\u3100-\u312f])")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]+")
_COMPATIBILITY = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]+")
_MARKUP = re.compile(
    "&(?:nbsp|amp|lt|gt|quot|ldquo|rdquo|middot|mdash|#[0-9]{1,6}|#x[0-9A-Fa-f]{1,6});|</?[A-Za-z][^<>\n]{0,200}>"
)
_FURNITURE = re.compile(
    "责任编辑|责编[:】]|编辑:|审核:|校对:|来源:|本文转自|转载|版权|著作权|未经授权|免责声明|侵权|本站|快照|爬虫|小编"
    "|相关(?:阅读|新闻|推荐|链接|文章|报道)|(?:延伸|推荐)阅读|热门|猜你喜欢|(?:更多|最新)(?:新闻|精彩|内容|资讯|文章)"
    "|(?:新闻|文章|精彩|为您)推荐|查看更多|阅读(?:原文|全文|量|数|次数)|[上下]一[篇页条]|返回(?:顶部|首页|列表)|关闭窗口"
    "|打印本?页|加入收藏|设为首页|网站地图|联系我们|关于我们|当前位置|我的订阅|登录|注册账号|扫[一码]|二维码|分享到|微信公众号"
    "|点击(?:数|量|次数|率|查看|进入|下载|关注|这里|上方|下方)|点赞|浏览(?:次数|量|:)|字[号体]:|免费下载"
    "|icp备|网安备|举报电话|违法和不良信息|主办单位|承办:|技术支持|copyright|allrightsreserved"
    "|^[0-9]{4}-[0-9]{2}-[0-9]{2}[0-9]{2}:[0-9]{2}|.{8}[0-9]{4}-[0-9]{2}-[0-9]{2}$|^\\.{3}"
)
"""Words of site notices and menus, and marks of other pages' teasers, in a normalized line."""
_DATE_LINE = re.compile(
    "(?:(?:发布|更新)?(?:时间|日期):)?[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?(?:来源:.{1,20})?"
)
"""The line that dates a page, which is a fact."""


@dataclass(frozen=True)
class Defect:
    """One kind of defect.

    Attributes:
        kind: Its name in kebab-case.
        sentence: What it is and where, in our own words, fit for a cell of the tables.
        spans: The first few places, half-open, in code points of the text as received; none for the whole text.
        total: How many places there are.
    """

    kind: str
    sentence: str
    spans: tuple[Span, ...]
    total: int


def find_defects(text: str) -> tuple[Defect, ...]:
    """Find the defects of a text as received, in time linear in its length."""
    traditional = Defect("traditional-script", "Traditional script.", (), 1) if script_of(text) == "Hant" else None
    whole = [traditional, _byte_order_mark(text), _line_ends(text)]
    placed = (_placed(kind, sentence, find(text)) for kind, sentence, find in _PLACED)
    return tuple(defect for defect in (*whole, *placed) if defect)


def _placed(kind: str, sentence: str, spans: Iterable[Span]) -> Defect | None:
    found = sorted(spans)
    if not found:
        return None
    first = found[0][0]
    where = f"once, at offset {first}" if len(found) == 1 else f"{len(found)} times, first at offset {first}"
    return Defect(kind, f"{sentence} ({where}).", tuple(found[:MAX_SPANS]), len(found))


def _byte_order_mark(text: str) -> Defect | None:
    sentence = "A byte order mark begins the text and counts as its first character."
    return Defect("byte-order-mark", sentence, ((0, 1),), 1) if text.startswith("\ufeff") else None


def _line_ends(text: str) -> Defect | None:
    both = text.count("\r\n")
    counts = {"CRLF": both, "LF": text.count("\n") - both, "CR": text.count("\r") - both}
    said = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
    return Defect("line-ends", f"Line ends are mixed: {said}.", (), 1) if said.count(",") else None


def _pinyin(text: str) -> Iterator[Span]:
    for match in PINYIN.finditer(text):
        if HAN.match(text[match.start() - 1 : match.start()]) and (
            _TONED.search(match[0]) or _SYLLABLE.match(match[0])
        ):
            yield match.span()


def _lost_characters(text: str) -> Iterator[Span]:
    """Find question marks inside a sentence that is not a question."""
    for match in _LOST.finditer(text):
        before = PINYIN.sub("", text[max(0, match.start() - 60) : match.start()])
        if HAN.match(before[-1:]) and not _ASKING.search(re.split("[，,。;；!！?？\n]", before)[-1]):
            yield match.span()


def _mojibake(text: str) -> Iterator[Span]:
    """Find lines and runs that a wrong decoding left."""
    from ftfy.badness import is_bad

    rare = _class_of(text, lambda character: not is_common(character))
    for line in _LINE.finditer(text):
        if is_bad(line[0]) or (rare and _is_mostly(rare, line[0])):
            yield line.span()
        else:
            rare_runs = (run for run in rare.finditer(line[0]) if len(run[0]) >= MIN_GARBLED_LETTERS) if rare else ()
            runs = [*_CLASSIC.finditer(line[0]), *rare_runs]
            yield from ((line.start() + run.start(), line.start() + run.end()) for run in runs)


def _is_mostly(rare: re.Pattern[str], line: str) -> bool:
    count = sum(len(run) for run in rare.findall(line))
    return count >= MIN_GARBLED_LETTERS and count > (1 - MIN_COMMON_SHARE) * len(HAN.findall(line))


def _other_script(text: str) -> Iterator[Span]:
    """Find forms of the other script."""
    minority = is_simplified_form if script_of(text) == "Hant" else is_traditional
    return _spans(_class_of(text, minority), text)


def _control_characters(text: str) -> Iterator[Span]:
    found = {c for c in set(text) - set("\n\r\t") if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")}
    return ((start, end) for start, end in _spans(_any_of(found), text) if (start, text[start]) != (0, "\ufeff"))


def _repeated_lines(text: str) -> Iterator[Span]:
    """Find each further printing of a line of some length."""
    seen: set[str] = set()
    for line in _LINE.finditer(text):
        key = line[0].strip()
        if key in seen or _is_doubled(key):
            yield line.span()
        elif _is_long_enough(key):
            seen.add(key)


def _is_long_enough(line: str) -> bool:
    return bool(HAN.search(line)) and len(letters(line[:MAX_FURNITURE_LETTERS])) >= MIN_LINE_LETTERS


def _is_doubled(line: str) -> bool:
    half = line[: len(line) // 2]
    return line == half + half and _is_long_enough(half)


def _furniture(text: str) -> Iterator[Span]:
    for line in _LINE.finditer(text):
        if len(line[0]) <= MAX_FURNITURE_LETTERS:
            words = normalize_token(line[0]).lower()
            if _FURNITURE.search(words) and not _DATE_LINE.fullmatch(words):
                yield line.span()


def _broken_lines(text: str) -> Iterator[Span]:
    """Find lines whose sentence continues in the next one."""
    for line, following in pairwise(_LINE.finditer(text)):
        last = line[0].rstrip()[-1]
        is_open = HAN.match(last) and len(PINYIN.sub("", line[0])) > MAX_HEADING_LETTERS
        if (is_open or last in ",，、") and last not in SENTENCE_STOPS and following[0][0] not in "\u3000\t":
            yield line.span()


def _matches(pattern: re.Pattern[str]) -> Callable[[str], Iterator[Span]]:
    return lambda text: _spans(pattern, text)


def _spans(pattern: re.Pattern[str] | None, text: str) -> Iterator[Span]:
    return (match.span() for match in pattern.finditer(text)) if pattern else iter(())


def _class_of(text: str, belongs: Callable[[str], bool]) -> re.Pattern[str] | None:
    """Return a pattern for runs of the Chinese characters of a kind; None if the text has none."""
    return _any_of({character for character in set(text) if HAN.match(character) and belongs(character)})


def _any_of(characters: set[str]) -> re.Pattern[str] | None:
    return re.compile(f"[{re.escape(''.join(sorted(characters)))}]+") if characters else None


_PLACED: tuple[tuple[str, str, Callable[[str], Iterable[Span]]], ...] = (
    ("pinyin", "Pinyin is in brackets after characters", _pinyin),
    ("mixed-script", "Forms of the other script are in the text", _other_script),
    ("mojibake", "Characters are garbled by a wrong decoding", _mojibake),
    ("replacement-character", "U+FFFD stands for characters that are lost", _matches(re.compile("\ufffd+"))),
    ("lost-character", "A question mark is where a character may be lost", _lost_characters),
    ("private-use", "Private-use characters stand for others", _matches(_PRIVATE_USE)),
    ("compatibility-form", "Radicals or compatibility forms stand for ordinary characters", _matches(_COMPATIBILITY)),
    ("control-character", "Control or zero-width characters are in the text", _control_characters),
    ("markup", "Tags or entities of HTML are left in the text", _matches(_MARKUP)),
    ("broken-line", "Lines end inside a sentence", _broken_lines),
    ("repeated-line", "A line is printed again", _repeated_lines),
    ("boilerplate", "Lines look like page furniture, notices of the site or teasers of other pages", _furniture),
)
