"""Items: the articles and notices of a page, and its furniture.

The page is read line by line. A line that ends an article (its credit) or begins something else (a column's name, a
list of other pages) cuts it into blocks. A block with prose is an article. After the page's own articles, a line or a
snippet is an item only if it is a complete headline on the subject.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from shegong.curation.extract.normalize import NormalizedText
from shegong.curation.propose.proposals import Item, Period

SUBJECT = re.compile("社工|社会工作")
AMOUNT = re.compile("[0-9][0-9.,]*[万亿]?[余多]?[名个家人位元支户场次项件份万%]")
DAY = re.compile("((?:19|20)[0-9]{2})[-年/.]([0-9]{1,2})[-月/.]([0-9]{1,2})日?")
CHINESE_DAY = re.compile("(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日")
LABELLED_DAY = re.compile(f"(?:发布|发表|更新|发文|成文)?(?:时间|日期)[:：]?{DAY.pattern}")
STAMP = re.compile(rf"[\[(]?{DAY.pattern}(?:\s*[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?)?[\])]?")
"""A day, perhaps with a time; alone on a line it dates an entry of a list."""
PAGE_LINE = re.compile("https?:|来源|发布|浏览|点击|字号|[0-9]{1,2}:[0-9]{2}")
"""What is in the head of a page beside its date."""
BULLET = "[-•·*▪●◆■>]?"
LISTED = re.compile(f"{BULLET}(?P<title>[^。]{{10,}}?){STAMP.pattern}|{BULLET}{STAMP.pattern}(?P<after>[^。]{{10,}})")
"""A headline and its date on one line."""
CUT = ("...", "…")
"""The mark where a snippet was cut."""

CREDIT = re.compile(
    r"""
    \((?:据|来源|源自|转自|转载|原载|摘自|整理|记者|通讯员|作者|供稿|编辑|文|图)[^()]*\)
    | \([一-鿿·、/]{2,12}\)
    | (?:文章|信息|稿件)?来源[:：].{2,20}
    | (?:稿源|供稿|责任编辑|责编|编辑|编审|审核|校对|监制|作者|文字|摄影)[:：/|].{0,40}
    """,
    re.VERBOSE,
)
"""A line that ends an article: its origin or author."""
COLUMN = re.compile(
    """
    新闻(?:纵深|链接|背景|延伸|速递|连线|现场|观察) | 相关链接 | 背景链接 | 延伸阅读 | 名词解释 | 知识链接 | 小贴士
    | 编后 | 记者手记 | 短评 | 评论
    """,
    re.VERBOSE,
)
"""The name of a column, which begins another article."""
TAIL = re.compile(
    """
    [温特友][馨别情]提示 | 免责 | 声明[:：] | [^。]{0,30}版权(?:所有|声明|及) | 以上(?:内容|介绍|信息|文章)
    | 本文(?:系|来源|仅|由) | 本站 | 本网(?!讯|记者|消息) | 信息原文 | 快照 | .{0,4}扫一扫 | 扫码 | 长按 | 凡本网
    """,
    re.VERBOSE,
)
"""The start of a line, long or short, that belongs to the page and ends its article."""
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
"""The same for a line that is not prose."""
FURNITURE = re.compile(
    r"""
    •.{1,10} | (?:首页|登录|注册|导航|搜索)[^。,]{0,40} | (?:您(?:现在)?的|当前)位置.*
    | (?:类别|栏目|分类|字号|字体|浏览|阅读|点击|发布者?|时间|日期|索引号|作者)[:：].{0,80}
    | (?:(?:文章|信息)?来源|发[布文](?:时间|日期|机构|机关))[:：].{0,80}
    | (?:本文)?(?:转自|转载自)[:：].{1,20} | 第[0-9]+版.{0,10} | 星期[一二三四五六日天]
    | (?:图片|照片|图文|摄影|文字|撰文|供图)(?:来源|提供|作者)?[:：/].*
    | 【?字[体号].* | [大中小】]+ | (?:电脑|手机)版 | 页[:：] | \[[0-9]+\] | [<>|/\ ]+
    | [A-Za-z0-9_./\#:<>\-]+ | .*(?:\.s?html?|-->|</?[a-z]+>).*
    """,
    re.VERBOSE,
)
"""A line of the page itself, before or after an article."""
BYLINE = re.compile(
    "[■◆●□▲△]?(?:本报|本网)?(?:首席|见习|实习|全媒体|融媒体)?(?:记者|通讯员)[^，,。]{1,50}|[■◆●□▲△]文/.*"
)
SENT = "(?:[一-鿿0-9]{0,10}日)?(?:讯|电(?![话视子脑力影商])|消息)"
DATELINE = re.compile(f"(?:本报|本网|[一-鿿]{{2,8}}?(?:报|网|社|台|客户端|融媒)){SENT}")
"""The start of an article in a newspaper."""
PERSON = (
    "(?:本报|本网|首席|见习|实习|特约|全媒体|融媒体)*"
    "(?:记者|通讯员|作者|撰稿|供稿|文字|摄影|摄|编辑|责编|编审|审核|校对|监制)"
)
LABEL = f"发布|更新|时间|日期|浏览|点击|阅读|字[体号]|责任|{PERSON}"
"""What follows the name of a publisher."""
MASTHEAD = re.compile(
    "[一-鿿A-Za-z·]*?(?:日报|晚报|晨报|早报|商报|时报|导报|都市报|新闻网|新华网|人民网|中新网|日报社|电视台|广播电台|通讯社|客户端|融媒体中心|公众号)"
)
BODY_AFTER = re.compile("社|网|客户端|微信|微博|公众号|新媒体|.{0,6}(?:分社|频道|网|报|台|版|站|号)$")
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖"
    "邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
BODY_ENDS = "报网社台局部厅委"
JOURNALIST = re.compile(f"[{SURNAMES}][一-鿿]{{1,2}}(?:[、 ]?[{SURNAMES}][一-鿿]{{1,2}})*")
"""The name of a private person, which is not a publisher."""
PUBLISHERS = (
    re.compile("(?:本文)?(?:转自|转载自|摘自|原载于?)[:：]?《?(?P<name>[一-鿿]{2,14})》?"),
    re.compile(r"\((?:据|来源|转自|摘自|原载)[:：]?《?(?P<name>[一-鿿]{2,14}?)》?(?:报道|消息)?\)"),
    re.compile("^据《?(?P<name>[一-鿿]{2,8}?(?:报|网|社|台))》?(?:报道|消息|讯)"),
    re.compile(f"^(?P<name>(?!本报|本网)[一-鿿]{{2,8}}?(?:报|网|社|台|客户端)){SENT}"),
    re.compile("(?:转发|转载|刊发|刊登|刊载|发表)了?《?(?P<name>[一-鿿]{1,8}(?:报|网|杂志))》?(?:题为|的|刊)"),
    re.compile("^(?P<name>[一-鿿]{2,14}(?:中心|报|网|社|台|局))发布(?:时间|日期)"),
    re.compile(
        f"(?<!图片)(?<!照片)(?<!数据)(?<!资金)(?<!经费)(?:来源|稿源|发布机构)[:：]《?(?P<name>[一-鿿A-Za-z·]{{2,20}}?)(?={LABEL}|[^一-鿿A-Za-z·]|$)"
    ),
)
"""Where the text names its publisher: the first publisher comes first, the reposter last."""
REPOSTED = re.compile("转自|转载|转发")

PLACED_TITLE = re.compile("[一-鿿]{2,10}[:：](?=.{6,})")
"""A title that begins with a place, as in a roundup."""
MAX_GAP_LETTERS = 8
"""Spans this close have only empty lines between them."""
MIN_LIST_LINES = 3
"""Dated headlines in a row that make a list."""
MIN_PROSE_LETTERS = 40
"""A line at least this long that ends a sentence is prose."""
HEAD_LINE = re.compile(
    f"(?:[一-鿿]{{2,10}}(?:报|网|台|社))?[\\[(]?{DAY.pattern}[^。]{{0,12}}(?:来源|作者|记者|通讯员|编辑|浏览|阅读|点击|字号|发布|责编)[^。]*"
    f"|[^。,]{{0,16}}?(?:发布|发表|更新)?(?:时间|日期)[:：]?{DAY.pattern}[^。]*|[一-鿿]{{2,10}}(?:报|网|台|社){DAY.pattern}.{{0,10}}"
)
"""The line of a page with its date and origin."""
NO_TITLE = (FURNITURE, BYLINE, STAMP, COLUMN, CREDIT, LISTED, HEAD_LINE)
MIN_TITLE_LETTERS, MAX_TITLE_LETTERS = 4, 60
MIN_ARTICLE_LETTERS = 100
"""The prose that makes an article."""
MIN_TAIL_ARTICLE_LETTERS = 250
"""The prose that makes an article after the page's own articles, among snippets of others."""


@dataclass(frozen=True)
class _Line:
    """A line that is not empty: its span in the text as received, its normalized text, and where spaces were in it."""

    start: int
    end: int
    text: str
    gaps: frozenset[int]


@dataclass(frozen=True)
class _Block:
    """Lines between two cuts; a tail follows a line of page furniture."""

    lines: tuple[_Line, ...]
    is_tail: bool


def find_items(normalized: NormalizedText, published: Period | None = None) -> tuple[Item, ...]:
    """Find the citable items of a page.

    Args:
        normalized: The document.
        published: The day of publication if the file states it.

    Returns:
        Its articles, and complete headlines of other pages on the subject, in the order of the text.
    """
    lines = _lines(normalized)
    head = _head_day(lines)
    items: list[Item] = []
    is_behind = False
    for block in _blocks(lines):
        article = _article(block)
        if article:
            items.append(_as_printed(normalized, _with_source(article, block, published or head)))
        elif block.is_tail:
            items += (_as_printed(normalized, item) for item in _headlines(block))
        elif is_behind and not any(FURNITURE.fullmatch(line.text) for line in block.lines):
            items[-1] = replace(items[-1], end=block.lines[-1].end)  # a caption after its article
        is_behind = bool(article)
    return tuple(items)


def whole_document(normalized: NormalizedText, published: Period | None) -> Item:
    """Return the document as one item, its first line as the title if that is a headline."""
    lines = _lines(normalized)
    first = lines[0] if lines else None
    is_other = first and (_is_prose(first) or any(pattern.fullmatch(first.text) for pattern in NO_TITLE))
    title = None if is_other else first
    span = (title.start, title.end) if title else (0, 0)
    block = _Block(tuple(lines), is_tail=False)
    item = Item(0, len(normalized.received), *span, title.text if title else "")
    return _as_printed(normalized, _with_source(item, block, published or _head_day(lines)))


def _as_printed(normalized: NormalizedText, item: Item) -> Item:
    """Return an item whose title has the punctuation of the text as received."""
    start = normalized.index(item.title_start)
    end = start + len(item.title_zh)
    is_whole = normalized.text[start:end] == item.title_zh
    return replace(item, title_zh=normalized.printed(start, end, spaced=True)) if item.title_zh and is_whole else item


def find_boilerplate(normalized: NormalizedText, items: Sequence[Item]) -> tuple[tuple[int, int], ...]:
    """Find what is outside the items: page furniture, adverts, headlines and snippets of other pages.

    Returns:
        Spans of the text as received; none if there are no items.
    """
    if not items:
        return ()
    ends = [item.end for item in items]
    outside = []
    for line in _lines(normalized):
        following = bisect_right(ends, line.start)
        if following == len(items) or items[following].start >= line.end:
            outside.append((line.start, line.end))
    return tuple(_merged(outside))


def _lines(normalized: NormalizedText) -> list[_Line]:
    lines, start = [], 0
    for received in normalized.received.splitlines(keepends=True):
        first, last = normalized.index(start), normalized.index(start + len(received))
        text = normalized.text[first:last].strip("\n")
        if text:
            inset = len(received) - len(received.lstrip())
            offsets = normalized.offsets[first:last]
            gaps = (at for at in range(1, len(text)) if received[offsets[at] - start - 1].isspace())
            lines.append(_Line(start + inset, start + len(received.rstrip()), text, frozenset(gaps)))
        start += len(received)
    return lines


def _blocks(lines: Sequence[_Line]) -> Iterator[_Block]:
    """Yield the lines between two cuts; a column's name begins a block, a credit ends one."""
    block: list[_Line] = []
    is_tail = has_prose = False
    roundup = _is_roundup(lines)
    for at, line in enumerate(lines):
        begins_tail = _begins_tail(lines, at)
        begins = bool(COLUMN.fullmatch(line.text)) or ((has_prose or is_tail) and _begins_article(lines, at, roundup))
        if block and (begins or (begins_tail and not is_tail)):
            yield _Block(tuple(block), is_tail)
            block, has_prose = [], False
        # In a list of pages, a date soon follows the title of an entry.
        is_snippet = begins and any(STAMP.fullmatch(other.text) for other in lines[at + 1 : at + 4])
        is_tail = begins_tail or (is_tail and (is_snippet or not begins))
        block.append(line)
        has_prose = has_prose or _is_prose(line)
        if CREDIT.fullmatch(line.text) and not is_tail and has_prose:
            yield _Block(tuple(block), is_tail)
            block, has_prose = [], False
    if block:
        yield _Block(tuple(block), is_tail)


def _begins_tail(lines: Sequence[_Line], at: int) -> bool:
    """Return whether a line belongs to the page, or is the first of a list of dated headlines."""
    listed = lines[at : at + MIN_LIST_LINES]
    return _is_tail(lines[at]) or (
        len(listed) == MIN_LIST_LINES
        # A chronicle has its dates in Chinese.
        and all(LISTED.fullmatch(line.text) and not CHINESE_DAY.search(line.text) for line in listed)
    )


def _is_tail(line: _Line) -> bool:
    return bool(TAIL.match(line.text) or (TAIL_HEADING.match(line.text) and not _is_prose(line)))


def _begins_article(lines: Sequence[_Line], at: int, roundup: bool) -> bool:
    """Return whether a line is the title of another article: a dateline follows, or each title names a place."""
    if not _is_title(lines[at]) or (at and _is_title(lines[at - 1])):
        return False
    if roundup and PLACED_TITLE.match(lines[at].text):
        return True
    following = next(
        (line for line in lines[at + 1 : at + 4] if not _is_title(line) and not BYLINE.fullmatch(line.text)), None
    )
    return bool(following and DATELINE.match(following.text))


def _is_roundup(lines: Sequence[_Line]) -> bool:
    """Return whether the page's first title names a place before a colon, as in a roundup."""
    at = next((at for at, line in enumerate(lines) if _is_title(line)), len(lines))
    following = lines[at + 1 : at + 4]
    return bool(following and PLACED_TITLE.match(lines[at].text) and any(map(_is_prose, following)))


def _is_title(line: _Line) -> bool:
    text = line.text
    is_other = _is_tail(line) or any(pattern.fullmatch(text) for pattern in NO_TITLE)
    return MIN_TITLE_LETTERS <= len(text) <= MAX_TITLE_LETTERS and text[-1] not in "。;；,，:：、" and not is_other


def _is_prose(line: _Line) -> bool:
    return len(line.text) >= MIN_PROSE_LETTERS and "。" in line.text


def _article(block: _Block) -> Item | None:
    """Return the article of a block, from its title to the last line that is not furniture, if there is one."""
    lines = _trimmed(block.lines)
    prose = [line for line in lines if _is_prose(line)]
    letters = sum(len(line.text) for line in prose)
    enough = MIN_TAIL_ARTICLE_LETTERS if block.is_tail else MIN_ARTICLE_LETTERS
    if not prose or letters < enough:
        return None
    texts = [line.text for line in lines]
    if block.is_tail and (any(map(STAMP.fullmatch, texts)) or not any(map(SUBJECT.search, texts))):
        return None
    title = _title(lines[: lines.index(prose[0])])
    first = title or next((line for line in lines if not FURNITURE.fullmatch(line.text)), lines[0])
    if not title:
        return Item(first.start, lines[-1].end, first.start, first.start, "")
    return Item(title.start, lines[-1].end, title.start, title.end, title.text)


def _title(before: Sequence[_Line]) -> _Line | None:
    """Return the title above an article: the first of the nearest headings, at its first printing."""
    heading: _Line | None = None
    for line in reversed(before):
        if _is_title(line):
            heading = line
        elif heading:
            break
    return next((line for line in before if heading and line.text == heading.text), None)


def _trimmed(lines: Sequence[_Line]) -> Sequence[_Line]:
    """Remove the page's own lines at the end."""
    last = len(lines)
    while last and (FURNITURE.fullmatch(lines[last - 1].text) or STAMP.fullmatch(lines[last - 1].text)):
        last -= 1
    return lines[:last]


def _with_source(item: Item, block: _Block, head: Period | None) -> Item:
    """Add publisher and day of publication to an item, if the text states them."""
    text = "\n".join(line.text for line in (*block.lines[:12], *block.lines[-4:]))
    publisher = _publisher(block)
    labelled = LABELLED_DAY.search(text)
    published = _period(labelled) if labelled else head
    short = (line.text for line in block.lines[:8] if len(line.text) < MIN_PROSE_LETTERS)
    if published and REPOSTED.search("\n".join(short)):
        published = replace(published, start=None, basis="inferred")  # the day of the copy: the text is not younger
    return replace(item, publisher=publisher, published=published)


def _publisher(block: _Block) -> str:
    lines = (*block.lines[:12], *block.lines[-4:])
    for pattern in PUBLISHERS:
        for line in lines:
            match = pattern.search(line.text)
            if match and (name := _without_persons(line, match)):
                return name
    return ""


def _without_persons(line: _Line, match: re.Match[str]) -> str:
    """Return the name of a publisher without the journalists who are printed behind it."""
    name = re.split(PERSON, match["name"], maxsplit=1)[0]
    gap = next((at for at in range(2, len(name)) if match.start("name") + at in line.gaps), len(name))
    name = name[:gap].strip("·")
    masthead = MASTHEAD.match(name)
    if masthead and JOURNALIST.fullmatch(name, masthead.end()) and not BODY_AFTER.match(name, masthead.end()):
        name = masthead[0]
    return "" if JOURNALIST.fullmatch(name) and name[-1] not in BODY_ENDS else name


def _head_day(lines: Sequence[_Line]) -> Period | None:
    """Return the day in the head of the page, on a line of its own or after a label."""
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


def _headlines(block: _Block) -> Iterator[Item]:
    """Yield the complete headlines on the subject in a tail."""
    snippet: list[_Line] = []
    for line in block.lines:
        if STAMP.fullmatch(line.text):
            yield from _snippet([*snippet, line])
            snippet = []
        elif match := LISTED.fullmatch(line.text):
            yield from _listed(line, match)
            snippet = []
        elif not _is_tail(line):
            snippet.append(line)


def _listed(line: _Line, match: re.Match[str]) -> Iterator[Item]:
    """Yield a headline with its date on one line, if it is on the subject."""
    title = match["title"] or match["after"]
    day = DAY.search(line.text)
    if SUBJECT.search(title) and not title.startswith(CUT) and not title.endswith(CUT) and day:
        yield Item(line.start, line.end, line.start, line.end, title, "", _period(day))


def _snippet(lines: Sequence[_Line]) -> Iterator[Item]:
    """Yield the item of a headline, a snippet and a date, if it has a figure on the subject."""
    *texts, stamp = lines
    whole = [line for line in texts if not line.text.startswith(CUT)]
    day = DAY.match(stamp.text)
    heads = ((line, line.text[:MIN_PROSE_LETTERS]) for line in whole)
    figure = next((line for line, head in heads if SUBJECT.search(head) and AMOUNT.search(head)), None)
    if figure and day:
        title, name = whole[0], PUBLISHERS[0].search(figure.text)
        span = (title.start, stamp.end, title.start, title.end)
        yield Item(*span, title.text[:MAX_TITLE_LETTERS], name["name"] if name else "", _period(day))


def _merged(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Merge spans with only empty lines between them."""
    last: tuple[int, int] | None = None
    for span in spans:
        if last and span[0] - last[1] <= MAX_GAP_LETTERS:
            last = (last[0], span[1])
            continue
        if last:
            yield last
        last = span
    if last:
        yield last
