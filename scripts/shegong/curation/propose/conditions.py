"""Conditions: the scope of a figure, where the words around it say that it is not of the whole."""

from __future__ import annotations

import re

from shegong.curation.propose.clauses import Context
from shegong.curation.propose.counted_nouns import SOCIAL_WORK, counted_noun
from shegong.curation.propose.numerals import NumeralSpan

AGENCY = f"(?:{SOCIAL_WORK}(?:服务)?)?机构"
IN_NOUN = {
    ("women", "女性"): re.compile(
        "#[名人位](?:为|是)?女性?(?!儿)|(?:其中|[,、]|^)女性?(?:社工|社会工作者)?(?:有|为|共)?#[名人位]"
    ),
    ("minors", "未成年人"): re.compile("未成年人[^@#]{0,4}#人|#人次?[^@#]{0,4}未成年人"),
}
"""Conditions that the counted noun names; `#` is the number, `@` another one."""
BEFORE = {
    ("municipal level only", "仅限市本级"): re.compile("市本级[^,;、]*$"),
    ("run by agencies", "由社工机构运营"): re.compile(f"(?:由|委托){AGENCY}(?:承接)?运营[^,;、:]*$"),
    ("one agency, not named", "一家未具名机构"): re.compile(f"(?:(?<![第每唯同])一家|某家?){AGENCY}(?!以上)"),
}
"""Conditions that the words of the sentence before the number name."""


def scope_of(numeral: NumeralSpan, context: Context) -> tuple[str, str]:
    """Return the scope of a value in English and Chinese, as the package words it; empty for the whole."""
    before = context.text[context.sentence(numeral)[0] : numeral.start]
    searched = ((IN_NOUN, counted_noun(numeral, context)), (BEFORE, before))
    found = sorted(names for rules, words in searched for names, rule in rules.items() if rule.search(words))
    return "; ".join(english for english, _ in found), "；".join(chinese for _, chinese in found)
