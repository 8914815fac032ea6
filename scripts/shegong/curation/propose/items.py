"""Items: the articles and notices of a page, and what on it is furniture.

A page is read line by line as received. A line that ends an article (its credit) or begins something else (a column's
name, a list of other pages) cuts it; what then holds prose is an article, and after the page's own articles a line or
a snippet is an item only if it is a whole headline on the subject.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from shegong.curation.extract.normalize import PlainText
from shegong.curation.propose.proposals import Item, Period

SUBJECT = re.compile("社工|社会工作")
AMOUNT = re.compile("[0-9][0-9.,]*[万亿]?[余多]?[名个家人位元支户场次项件份万%]")
DAY = re.compile("((?:19|20)[0-9]{2})[-年/.]([0-9]{1,2})[-月/.]([0-9]{1,2})日?")
CHINESE_DAY = re.compile("(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日")
LABELLED_DAY = re.compile(f"(?:发布|发表|更新|发文|成文)?(?:时间|日期)[:：]?{DAY.pattern}")
STAMP = re.compile(rf"[\[(]?{DAY.pattern}(?:\s*[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?)?[\])]?")
"""A day, and perhaps a time of day: by itself on a line it stamps the entry of a list."""
PAGE_LINE = re.compile("https?:|来源|发布|浏览|点击|字号|[0-9]{1,2}:[0-9]{2}")
"""What stands in a line of the page's head beside its date."""
BULLET = "[-•·*▪●◆■>]?"
LISTED = re.compile(f"{BULLET}(?P<title>[^。]{{10,}}?){STAMP.pattern}|{BULLET}{STAMP.pattern}(?P<after>[^。]{{10,}})")
"""A headline and its date on one line."""
CUT = ("...", "…")
"""What stands where a snippet was cut."""

CREDIT = re.compile(
    r"""
    \((?:据|来源|源自|转自|转载|原载|摘自|整理|记者|通讯员|作者|供稿|编辑|文|图)[^()]*\)
    | \([一-鿿·、/]{2,12}\)
    | (?:文章|信息|稿件)?来源[:：].{2,20}
    | (?:稿源|供稿|责任编辑|责编|编辑|编审|审核|校对|监制|作者|文字|摄影)[:：/|].{0,40}
    """,
    re.VERBOSE,
)
"""A line of its own that ends an article: where it comes from or who wrote it."""
COLUMN = re.compile(
    """
    新闻(?:纵深|链接|背景|延伸|速递|连线|现场|观察) | 相关链接 | 背景链接 | 延伸阅读 | 名词解释 | 知识链接 | 小贴士
    | 编后 | 记者手记 | 短评 | 评论
    """,
    re.VERBOSE,
)
"""The name of a column, under which another article begins."""
TAIL = re.compile(
    """
    [温特友][馨别情]提示 | 免责 | 声明[:：] | [^。]{0,30}版权(?:所有|声明|及) | 以上(?:内容|介绍|信息|文章)
    | 本文(?:系|来源|仅|由) | 本站 | 本网(?!讯|记者|消息) | 信息原文 | 快照 | .{0,4}扫一扫 | 扫码 | 长按 | 凡本网
    """,
    re.VERBOSE,
)
"""How a line begins, long or short, that belongs to the page, and after which the page goes on without its article."""
TAIL_HEADING = re.compile(
    """
    新闻推荐 | 猜你喜欢 | 官方通知 | 上一[篇条页] | 下一[篇条页] | 原文(?:地址|链接) | 点击 | 分享到 | 违法和不良
    | (?:推荐|相关|热点|热门|精彩|最新|更多|今日)(?:阅读|新闻|推荐|文章|资讯|内容|报道|关于|信息|动态|图片)
    | 返回(?:首页|顶部|列表) | 关闭窗口 | 打印本页 | 网友评论 | 发表评论 | 评论留言 | 我要留言
    | 友情链接 | 联系我们 | 关于我们 | 网站地图 | 技术支持 | 主管单位 | [^。]{2,20}主办[|丨] | 共[0-9]+页
    | (?:联系)?电话[:：] | (?:邮箱|地址|邮编|传真|QQ)[:：] | Copyright | © | .{0,8}(?:ICP备|网安备)
    """,
    re.VERBOSE,
)
"""The same for a line that is no prose."""
FURNITURE = re.compile(
    r"""
    •.{1,10} | (?:首页|登录|注册|导航|搜索)[^。,]{0,40} | (?:您(?:现在)?的|当前)位置.*
    | (?:类别|栏目|分类|字号|字体|浏览|阅读|点击|发布者?|时间|日期|索引号|作者)[:：].{0,80}
    | (?:(?:文章|信息)?来源|发[布文](?:时间|日期|机构|机关))[:：].{0,80}
    | (?:本文)?(?:转自|转载自)[:：].{1,20} | 第[0-9]+版.{0,10} | 星期[一二三四五六日天]
    | 【?字[体号].* | [大中小】]+ | (?:电脑|手机)版 | 页[:：] | \[[0-9]+\] | [<>|/\ ]+
    | [A-Za-z0-9_./\#:<>\-]+ | .*(?:\.s?html?|-->|</?[a-z]+>).*
    """,
    re.VERBOSE,
)
"""A line of the page's own, before or behind an article."""
BYLINE = re.compile(
    "[■◆●□▲△]?(?:本报|本网)?(?:首席|见习|实习|全媒体|融媒体)?(?:记者|通讯员)[^，,。]{1,50}|[■◆●□▲△]文/.*"
)
SENT = "(?:[一-鿿0-9]{0,10}日)?(?:讯|电(?![话视子脑力影商])|消息)"
DATELINE = re.compile(f"(?:本报|本网|[一-鿿]{{2,8}}?(?:报|网|社|台|客户端|融媒)){SENT}")
"""How an article of a newspaper begins."""
LABEL = "发布|更新|时间|日期|浏览|点击|阅读|字[体号]|编辑|作者|责任"
PUBLISHERS = (
    re.compile("(?:本文)?(?:转自|转载自|摘自|原载于?)[:：]?《?(?P<name>[一-鿿]{2,14})》?"),
    re.compile(r"\((?:据|来源|转自|摘自|原载)[:：]?《?(?P<name>[一-鿿]{2,14}?)》?(?:报道|消息)?\)"),
    re.compile("^据《?(?P<name>[一-鿿]{2,8}?(?:报|网|社|台))》?(?:报道|消息|讯)"),
    re.compile(f"^(?P<name>(?!本报|本网)[一-鿿]{{2,8}}?(?:报|网|社|台|客户端)){SENT}"),
    re.compile("(?:转发|转载|刊发|刊登|刊载|发表)了?《?(?P<name>[一-鿿]{1,8}(?:报|网|杂志))》?(?:题为|的|刊)"),
    re.compile("^(?P<name>[一-鿿]{2,14}(?:中心|报|网|社|台|局))发布(?:时间|日期)"),
    re.compile(f"(?:来源|稿源|发布机构)[:：](?P<name>[一-鿿]{{2,16}}?)(?={LABEL}|[^一-鿿]|$)"),
)
"""Where the text names its publisher: first who published it first, last who shows it here."""
REPOSTED = re.compile("转自|转载|转发")

PLACED_TITLE = re.compile("[一-鿿]{2,10}[:：](?=.{6,})")
"""A title that begins with a place, as those of a roundup do."""
LINE_END = 8
"""Spans with no more characters than this between them, empty lines, are one."""
SHORTEST_LIST = 3
"""So many dated headlines in a row are a list."""
PROSE = 40
"""A line of at least so many letters that ends a sentence is prose."""
NO_TITLE = (FURNITURE, BYLINE, STAMP, COLUMN, CREDIT, LISTED)
SHORTEST_TITLE, LONGEST_TITLE = 4, 60
ARTICLE = 100
"""An article has at least so many letters of prose."""
TAIL_ARTICLE = 250
"""So many where the page's own articles are over, among the snippets of others."""


@dataclass(frozen=True)
class _Line:
    """A line that is not empty: its span in the text as received, and how it reads."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class _Block:
    """Lines between two cuts; those of a tail follow a line of page furniture."""

    lines: tuple[_Line, ...]
    is_tail: bool


def find_items(plain: PlainText, published: Period | None = None) -> tuple[Item, ...]:
    """Find the citable items of a page.

    Args:
        plain: The document.
        published: When it was published, if that is known from elsewhere, such as the metadata of a web page.

    Returns:
        Its articles, and the headlines of other pages that are whole and on the subject, in the order of the text.
    """
    lines = _lines(plain)
    head = _head_day(lines)
    items: list[Item] = []
    is_behind = False
    for block in _blocks(lines):
        article = _article(block)
        if article:
            items.append(_with_source(article, block, published or head))
        elif block.is_tail:
            items += _headlines(block)
        elif is_behind and not any(FURNITURE.fullmatch(line.text) for line in block.lines):
            items[-1] = replace(items[-1], end=block.lines[-1].end)  # a caption behind its article
        is_behind = bool(article)
    return tuple(items)


def find_boilerplate(plain: PlainText) -> tuple[tuple[int, int], ...]:
    """Find page furniture, adverts and the headlines and snippets of other pages, as spans of the text as received."""
    items = find_items(plain)
    ends = [item.end for item in items]
    outside = []
    for line in _lines(plain):
        behind = bisect_right(ends, line.start)
        if behind == len(items) or items[behind].start >= line.end:
            outside.append((line.start, line.end))
    return tuple(_merged(outside))


def _lines(plain: PlainText) -> list[_Line]:
    lines, start = [], 0
    for received in plain.received.splitlines(keepends=True):
        first, last = plain.index(start), plain.index(start + len(received))
        text = plain.text[first:last].strip("\n")
        if text:
            inset = len(received) - len(received.lstrip())
            lines.append(_Line(start + inset, start + len(received.rstrip()), text))
        start += len(received)
    return lines


# Blocks


def _blocks(lines: Sequence[_Line]) -> Iterator[_Block]:
    """The lines between two cuts; a column's name goes with the lines behind it, a credit with those before."""
    block: list[_Line] = []
    is_tail = has_prose = False
    roundup = _is_roundup(lines)
    for at, line in enumerate(lines):
        begins_tail = _begins_tail(lines, at)
        begins = bool(COLUMN.fullmatch(line.text)) or ((has_prose or is_tail) and _begins_article(lines, at, roundup))
        if block and (begins or (begins_tail and not is_tail)):
            yield _Block(tuple(block), is_tail)
            block, has_prose = [], False
        is_tail = begins_tail or (is_tail and not (begins and not _is_snippet(lines, at)))
        block.append(line)
        has_prose = has_prose or _is_prose(line)
        if CREDIT.fullmatch(line.text) and not is_tail and has_prose:
            yield _Block(tuple(block), is_tail)
            block, has_prose = [], False
    if block:
        yield _Block(tuple(block), is_tail)


def _begins_tail(lines: Sequence[_Line], at: int) -> bool:
    """Whether a line belongs to the page, or is the first of a list of dated headlines."""
    return _is_tail(lines[at]) or (
        len(lines) >= at + SHORTEST_LIST and all(_is_listed(line) for line in lines[at : at + SHORTEST_LIST])
    )


def _is_tail(line: _Line) -> bool:
    return bool(TAIL.match(line.text) or (TAIL_HEADING.match(line.text) and not _is_prose(line)))


def _is_listed(line: _Line) -> bool:
    """Whether a line is a headline with its date; a chronicle writes its dates in Chinese."""
    return bool(LISTED.fullmatch(line.text)) and not CHINESE_DAY.search(line.text)


def _begins_article(lines: Sequence[_Line], at: int, roundup: bool) -> bool:
    """Whether a line is the title of another article: a dateline follows, or the page heads each item by a place."""
    if not _is_title(lines[at]) or (at and _is_title(lines[at - 1])):
        return False
    if roundup and PLACED_TITLE.match(lines[at].text):
        return True
    behind = next(
        (line for line in lines[at + 1 : at + 4] if not _is_title(line) and not BYLINE.fullmatch(line.text)), None
    )
    return bool(behind and DATELINE.match(behind.text))


def _is_roundup(lines: Sequence[_Line]) -> bool:
    """Whether the page's first title names a place before a colon, as each title of a roundup does."""
    at = next((at for at, line in enumerate(lines) if _is_title(line)), len(lines))
    behind = lines[at + 1 : at + 4]
    return bool(behind and PLACED_TITLE.match(lines[at].text) and any(map(_is_prose, behind)))


def _is_snippet(lines: Sequence[_Line], at: int) -> bool:
    """Whether what follows a line is soon cut, or dated as one entry of a list."""
    return any(STAMP.fullmatch(line.text) for line in lines[at + 1 : at + 4])


def _is_title(line: _Line) -> bool:
    text = line.text
    is_other = _is_tail(line) or any(pattern.fullmatch(text) for pattern in NO_TITLE)
    return SHORTEST_TITLE <= len(text) <= LONGEST_TITLE and text[-1] not in "。;；,，:：、" and not is_other


def _is_prose(line: _Line) -> bool:
    return len(line.text) >= PROSE and "。" in line.text


# Articles


def _article(block: _Block) -> Item | None:
    """The article of a block, from its title to the last line that is no furniture; None where it holds none."""
    lines = _trimmed(block.lines)
    prose = [line for line in lines if _is_prose(line)]
    letters = sum(len(line.text) for line in prose)
    enough = TAIL_ARTICLE if block.is_tail else ARTICLE
    if not prose or letters < enough or (block.is_tail and not _is_on_subject(lines)):
        return None
    title = _title(lines[: lines.index(prose[0])])
    first = title or next((line for line in lines if not FURNITURE.fullmatch(line.text)), lines[0])
    if not title:
        return Item(first.start, lines[-1].end, first.start, first.start, "")
    return Item(title.start, lines[-1].end, title.start, title.end, title.text)


def _title(before: Sequence[_Line]) -> _Line | None:
    """The title above an article: the first of the headings nearest to it, or where the same heading stands first."""
    heading: _Line | None = None
    for line in reversed(before):
        if _is_title(line):
            heading = line
        elif heading:
            break
    return next((line for line in before if heading and line.text == heading.text), None)


def _is_on_subject(lines: Sequence[_Line]) -> bool:
    return any(SUBJECT.search(line.text) for line in lines) and not any(STAMP.fullmatch(line.text) for line in lines)


def _trimmed(lines: Sequence[_Line]) -> Sequence[_Line]:
    """Without the page's own lines at the end."""
    last = len(lines)
    while last and (FURNITURE.fullmatch(lines[last - 1].text) or STAMP.fullmatch(lines[last - 1].text)):
        last -= 1
    return lines[:last]


def _with_source(item: Item, block: _Block, head: Period | None) -> Item:
    """The item with its publisher and its day of publication, as far as the text says."""
    text = "\n".join(line.text for line in (*block.lines[:12], *block.lines[-4:]))
    publisher = _publisher(block)
    labelled = LABELLED_DAY.search(text)
    published = _period(labelled) if labelled else head
    if published and REPOSTED.search("\n".join(line.text for line in block.lines[:8] if len(line.text) < PROSE)):
        published = replace(published, start=None, basis="inferred")  # the day of the copy: the text is no younger
    return replace(item, publisher=publisher, published=published)


def _publisher(block: _Block) -> str:
    lines = (*block.lines[:12], *block.lines[-4:])
    for pattern in PUBLISHERS:
        for line in lines:
            match = pattern.search(line.text)
            if match:
                return match["name"]
    return ""


def _head_day(lines: Sequence[_Line]) -> Period | None:
    """The day printed in the head of the page, on a line of its own or after a label."""
    for line in lines[:12]:
        if _is_prose(line):
            return None
        match = LABELLED_DAY.search(line.text) or STAMP.fullmatch(line.text)
        match = match or (DAY.search(line.text) if PAGE_LINE.search(line.text) else None)
        if match:
            return _period(match)
    return None


def _period(match: re.Match[str]) -> Period | None:
    year, month, day = (int(part) for part in match.groups()[:3])
    try:
        stated = date(year, month, day)
    except ValueError:
        return None
    return Period(stated, stated, "stated", "day")


# Headlines of other pages


def _headlines(block: _Block) -> Iterator[Item]:
    """The lines and snippets of a tail that are whole headlines on the subject."""
    snippet: list[_Line] = []
    for line in block.lines:
        if STAMP.fullmatch(line.text):
            yield from _snippet([*snippet, line])
            snippet = []
        elif match := LISTED.fullmatch(line.text):
            yield from _listed(line, match)
            snippet = []
        else:
            snippet.append(line)


def _listed(line: _Line, match: re.Match[str]) -> Iterator[Item]:
    """A headline with its date on one line."""
    title = match["title"] or match["after"]
    day = DAY.search(line.text)
    if SUBJECT.search(title) and not title.startswith(CUT) and not title.endswith(CUT) and day:
        yield Item(line.start, line.end, line.start, line.end, title, "", _period(day))


def _snippet(lines: Sequence[_Line]) -> Iterator[Item]:
    """A headline, the cut beginning of its article, and the time below: an item if it tells a figure on the subject."""
    *texts, stamp = lines
    told = [line for line in texts if not line.text.startswith(CUT)]
    start = next(
        (line for line in told if SUBJECT.search(line.text[:PROSE]) and AMOUNT.search(line.text[:PROSE])), None
    )
    day = DAY.match(stamp.text)
    if start and day:
        first = told[0]
        yield Item(
            first.start, stamp.end, first.start, first.end, first.text[:LONGEST_TITLE], _named(start.text), _period(day)
        )


def _named(text: str) -> str:
    match = PUBLISHERS[0].search(text)
    return match["name"] if match else ""


def _merged(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans with only empty lines between them, as one."""
    last: tuple[int, int] | None = None
    for span in spans:
        if last and span[0] - last[1] <= LINE_END:
            last = (last[0], span[1])
            continue
        if last:
            yield last
        last = span
    if last:
        yield last
