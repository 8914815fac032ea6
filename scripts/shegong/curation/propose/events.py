"""Events: which category of milestone the words after a date speak of."""

from __future__ import annotations

import re

from shegong.curation.propose.clauses import Context
from shegong.curation.propose.numerals import Run

TELLING = {
    "exam": "(?:职业)?(?:资格|水平)?考试|开考",
    "policy": "印发|出台|下发|颁布|制定了?《|《[^》]*(?:方案|意见|办法|规划|纲要|条例|规定|细则)|纳入[^,。]{0,20}规划",
    "coverage": "全覆盖|全部建成|实现[^,。]{0,12}覆盖",
    "address": "讲话|批示|重要指示|会议?上[^,。]{0,4}(?:提出|强调|指出)",
}
"""Words that tell a category wherever they stand in the sentence; of two the category that is named first here."""
COMMON = {
    "founding": "成立|注册|登记|备案|设立|组建|涌现|诞生",
    "launch": "启动|揭牌|上线|启用|落地|开设|投入使用|建成|试点|推行|试行|率先|探索|开始(?!申)|承接|购买|实施",
    "training": "培训|考察学习|研修|培养|轮训|进修",
    "award": "获评|荣获|获得|表彰|授予|入选|评为|获选|评选",
    "notice": "公告|通知|公示|申领|申报",
}
"""Words of which the first in the sentence tells."""
GENERAL = re.compile("举办|举行|召开|开展|活动|拉开帷幕|开幕|座谈|仪式|发布|会议")

BELOW = 200
"""So many characters below a date that stands alone are asked."""


def category_of(run: Run, context: Context) -> str:
    """The likely category of the event that a date dates.

    Its sentence tells; where nothing follows it there, the words before it; where it stands alone, the line below.
    """
    start, end = context.sentence(run)
    words = context.text[run.end : end]
    if not words.strip("\n"):
        lead = context.text[start : run.start]
        words = lead or context.text[end : end + BELOW].partition("\n")[0]
    for category, pattern in TELLING.items():
        if re.search(pattern, words):
            return category
    found = {match.start(): category for category, pattern in COMMON.items() if (match := re.search(pattern, words))}
    return found[min(found)] if found else "event" if GENERAL.search(words) else ""
