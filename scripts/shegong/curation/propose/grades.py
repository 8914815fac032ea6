"""Grades: of which grade of the licence a value is."""

from __future__ import annotations

import re

from shegong.curation.propose.clauses import Context
from shegong.curation.propose.counted_nouns import COUNTING, counted_noun
from shegong.curation.propose.numerals import NumeralSpan

ALL = "all"
NAME = "(?:社会工作|社工)"
GRADES = {
    "assistant": f"(?:助理|初级)(?:{NAME})?(?:师|者)?",
    "senior": f"高级(?:{NAME})?(?:师|者)?",
    "intermediate": f"中级(?:{NAME})?(?:师|者)?|{NAME}师",
}
"""The words of each grade; 社会工作师 without another word is the intermediate one."""
GRADE = re.compile("|".join(f"(?P<{grade}>{words})" for grade, words in GRADES.items()))
SHORT_LIST = re.compile(
    "(?:(?P<assistant>初)|(?P<intermediate>(?<!其)中)|(?P<senior>高))(?=[、和及]?[初中高]{0,2}[、和及]?[初中高]?级)"
)
"""初、中、高级: the first characters of grades in a list."""
RESPECTIVELY = "分别"


def grade_of(numeral: NumeralSpan, context: Context, *, is_rule: bool = False) -> str:
    """Return the grade that the words around a value name.

    Args:
        numeral: The value.
        context: The text.
        is_rule: Whether the value is set by a rule, which names the grade in an earlier clause.

    Returns:
        `assistant`, `intermediate` or `senior`; `all` if no grade or several are named.
    """
    if listed := _in_order(numeral, context):
        return listed
    named = set(_named(counted_noun(numeral, context)))
    if len(named) == 1:
        return named.pop()
    if named or not is_rule:
        return ALL
    return next(reversed(_named(_words_since_value(numeral, context))), ALL)


def _named(words: str) -> list[str]:
    """Return the grades that words name, in order."""
    found = [*GRADE.finditer(words), *SHORT_LIST.finditer(words)]
    return [str(match.lastgroup) for match in sorted(found, key=lambda match: match.start())]


def _in_order(numeral: NumeralSpan, context: Context) -> str:
    """Return the grade of one of several values that are listed in the order of the grades (分别为), or nothing."""
    start, end = context.sentence(numeral)
    at = context.text.find(RESPECTIVELY, start, end)
    if not start <= at < numeral.start:
        return ""
    grades = list(dict.fromkeys(_named(context.text[start:at])))
    values = [other for other in context.numerals_between(at, end) if other.kind in COUNTING]
    return grades[values.index(numeral)] if len(grades) == len(values) > 1 and numeral in values else ""


def _words_since_value(numeral: NumeralSpan, context: Context) -> str:
    """Return the words of the sentence between the value before and this one."""
    start = context.sentence(numeral)[0]
    before = [other for other in context.numerals_between(start, numeral.start) if other.kind in COUNTING]
    return context.text[before[-1].end if before else start : numeral.start]
