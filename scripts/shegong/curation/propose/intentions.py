"""Intentions: whether a text plans or expects a figure, or reports it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from shegong.curation.propose.clauses import Context
from shegong.curation.propose.numerals import NumeralSpan

PLANNED_VERB = (
    "(?:全面|进一步|继续|再|新|逐步|力争|累计|共|总共)*"
    "(?:达|实现|建|培|招|投|完成|新增|增|配|设|打造|购买|开展|举办|发展|突破|超|覆盖|选|引进|发放|安排)"
)
INTENT = re.compile(
    "力争|力求|争取(?!(?:到|了|的|各类|上级|省级|中央|社会|专项|[^,。;]{0,6}(?:资金|经费|政策|支持|项目))(?!20))"
    "|预计|预期|有望|即将|确保|(?<![虚模比草])拟(?!定|订|人|合)"
    f"|(?:计划|规划)(?=到|在|于|用|至|从|再|明年|今年|今后|未来|年内|每年|通过|[0-9]|{PLANNED_VERB})|目标(?:是|为|任务为|人数|数|[:：])|作为目标"
    f"|(?<![需只主重首必])要(?={PLANNED_VERB})|(?:今后|未来|下一步)[^,。;]{{0,8}}[,将要]"
)
"""Words of a plan or a forecast."""
VERB = re.compile(PLANNED_VERB)
WILL = re.compile("将(?!乐|近|军|领|士|帅|门)")
TAGS_AFTER_WILL = ("v", "d", "p", "ad", "c")
GOAL_BEFORE = re.compile("(?<!截)(?<!截止)[到至]$|(?:力争|争取|计划|预计|确保)(?:到|在|于)?$")
"""What comes before the date of a goal: 到2026年."""
GOAL_AFTER = re.compile("[^。;]{0,30}?(?:达到?(?!了)|实现|建成|突破|超过|不少于|不低于|覆盖|形成|建立|培养|配备)")
REACHED = re.compile("已(?!有的)|目前|现有|截至|实际|达到了|完成了|突破了|超额|共有|[,;](?:累计|共)|去年|上年")
"""After these a figure is reported, though a plan comes before it in the sentence."""


def is_goal_date(numeral: NumeralSpan, context: Context) -> bool:
    """Return whether words of a goal are around a date, whenever the text was published."""
    before, after = context.before(numeral, 6), context.after(numeral, 40)
    return bool(GOAL_BEFORE.search(before) and GOAL_AFTER.match(after)) and not REACHED.search(
        context.text, numeral.end, context.sentence(numeral)[1]
    )


def is_planned(numeral: NumeralSpan, context: Context) -> bool:
    """Return whether the sentence of a date plans or expects something."""
    start, end = context.sentence(numeral)
    return bool(_intentions(context, start, end))


def is_target(numeral: NumeralSpan, kind: str, context: Context, goals: Sequence[int]) -> bool:
    """Return whether a text plans or expects a value.

    Args:
        numeral: The value.
        kind: The kind of its metric; a rule of the future (将给予) is a standard, not a target.
        context: The text.
        goals: Where the dates end that are still to come.
    """
    start, end = context.sentence(numeral)
    words = _intentions(context, start, numeral.start, is_standard=kind == "standard")
    words += goals[bisect_right(goals, start) : bisect_right(goals, numeral.start)]
    if words:
        return not REACHED.search(context.text, max(words), numeral.start)
    clause_end = context.clause(numeral)[1]
    return kind != "standard" and bool(_wills(context, numeral.end, min(clause_end, end)))


def _intentions(context: Context, start: int, end: int, *, is_standard: bool = False) -> list[int]:
    """Return where the words of a plan end between two indices."""
    found = [match.end() for match in INTENT.finditer(context.text, start, end)]
    return found if is_standard else found + _wills(context, start, end)


def _wills(context: Context, start: int, end: int) -> list[int]:
    """Return where 将 announces something; 将 before a noun is another word (将服务送到家)."""
    found = []
    for match in WILL.finditer(context.text, start, end):
        is_alone = context.words.at(match.start()).text == "将"
        is_verb = VERB.match(context.text, match.end()) or context.words.at(match.end()).tag in TAGS_AFTER_WILL
        if is_alone and is_verb and match.end() < end:
            found.append(match.end())
    return found
