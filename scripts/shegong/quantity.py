"""Quantities: from a printed token ("60余家") to a value with honest bounds (60, at least 60, no upper bound)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from shegong.chinese import normalize_token

MIXED = "(?:[0-9]+[亿万千百])+[0-9]+[万千百]?"
DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
ONE_TO_NINE = "一二两三四五六七八九"
CHINESE = f"[零〇{ONE_TO_NINE}十百千万亿半]+"
NUMBER = re.compile(
    rf"(?P<number>{MIXED}|{DIGITS}|{CHINESE})(?P<inside>[余多])?(?P<scale>[十百千万亿]*)(?P<after>[余多]|以上)?"
)
SCALE = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}

AT_LEAST = re.compile("至少|最少|不[少低小]于|(?<!不)(?:超过|突破)|(?<!不)(?:超|逾)$")
NEARLY = re.compile("不足|(?<![最附])近$")
AT_MOST = re.compile("最高|最多|至多|不超|不突破|不[多高大]于")
UNREADABLE = re.compile(
    "约|左右|上下|分之|不[到止]|(?<!不)[少低小多高大]于|"
    rf"(?<![零〇{ONE_TO_NINE}])[{ONE_TO_NINE}]{{2}}(?![零〇{ONE_TO_NINE}])"
)
"""Words for which no rule gives bounds; such a token is refused, for a wrong exact number is worse than none."""

LONGEST = 100
"""Characters of the longest token that is read; reading takes a time that grows with their square."""
LARGEST = Decimal(10**15)


class NotAQuantity(ValueError):
    """The token holds no numeral that can be read."""


@dataclass(frozen=True)
class Quantity:
    """A number as printed.

    Attributes:
        value: The number itself.
        lower: The true value is not below it; None where the token sets no lower bound.
        upper: The true value is not above it; None where the token sets no upper bound.
        qualifier: `exact`, `rounded`, `at_least`, `at_most` or `nearly`.
        classifier: What is printed after the number: a measure word, or nothing.
    """

    value: Decimal
    lower: Decimal | None
    upper: Decimal | None
    qualifier: str
    classifier: str

    def inwards(self) -> Quantity:
        """The same with bounds drawn in to whole numbers, for a metric that counts."""
        lower = None if self.lower is None else self.lower.to_integral_value(ROUND_CEILING)
        upper = None if self.upper is None else self.upper.to_integral_value(ROUND_FLOOR)
        return Quantity(self.value, lower, upper, self.qualifier, self.classifier)


def parse_quantity(token: str) -> Quantity:
    """Read a printed token; the last numeral in it counts.

    Args:
        token: The printed run in any script, such as `2500余人(次)` or `最高可申領3000元`.

    Returns:
        The value in units of the classifier, with its bounds.

    Raises:
        NotAQuantity: The token holds no numeral that can be read.
    """
    if len(token) > LONGEST:
        raise NotAQuantity(f"{token[:LONGEST]!r}… is too long to be a printed number")
    text = normalize_token(token)
    matches = list(NUMBER.finditer(text))
    if not matches:
        raise NotAQuantity(f"{token!r} holds no numeral")
    match = matches[-1]
    if _is_unreadable(text, matches):
        raise NotAQuantity(f"{token!r} holds no number that a rule can read with its bounds")
    rest, trailing = _without_or_more(text[match.end() :])
    value, half_unit = _number(match, token)
    if value >= LARGEST:
        raise NotAQuantity(f"{token!r} is larger than any number that a table holds")
    more = bool(match["inside"] or match["after"] or trailing)
    qualifier = _qualifier(text[: match.start()], match["number"], more, half_unit)
    return Quantity(value, *_bounds(value, half_unit, qualifier), qualifier, rest)


def _is_unreadable(text: str, matches: list[re.Match[str]]) -> bool:
    """Whether the number is vague (数百, 十几), or made of parts that no rule puts together (2亿3千万, 一年半)."""
    match = matches[-1]
    before, number, rest = text[: match.start()], match["number"], text[match.end() :]
    is_vague = (before.endswith(("数", "几")) and number[0] in SCALE) or rest.startswith(("数", "几"))
    is_mixed_again = re.fullmatch(MIXED, number) and match["scale"]
    follows = len(matches) > 1 and (number == "半" or matches[-2].end() == match.start())
    return bool(is_vague or is_mixed_again or follows or UNREADABLE.search(text))


def _without_or_more(rest: str) -> tuple[str, bool]:
    return rest.removesuffix("以上"), rest.endswith("以上")


def _number(match: re.Match[str], token: str) -> tuple[Decimal, Decimal]:
    """The value, and half a unit of its last printed decimal (0 without a decimal fraction)."""
    scale = Decimal(1)
    for character in match["scale"]:
        scale *= SCALE[character]
    printed = match["number"].replace(",", "")
    number = Decimal(printed) if printed.isascii() else _chinese_number(printed, token)
    places = len(printed.partition(".")[2])
    half_unit = Decimal(5).scaleb(-places - 1) if places else Decimal(0)
    return number * scale, half_unit * scale


def _chinese_number(printed: str, token: str) -> Decimal:
    if printed == "半":
        return Decimal("0.5")
    if len(printed) == 1:
        return Decimal(int(unicodedata.numeric(printed.replace("两", "二"))))
    from cn2an import cn2an  # takes a tenth of a second, and few tokens need it

    spoken = printed if printed[0] not in "百千万亿" else "一" + printed
    try:
        return Decimal(str(cn2an(spoken, "smart")))
    except (ValueError, KeyError):  # KeyError: of 一亿一, which ends in no unit that it knows
        raise NotAQuantity(f"{token!r} holds no numeral that can be read: {printed!r}") from None


def _qualifier(before: str, number: str, more: bool, half_unit: Decimal) -> str:
    bare_unit = set(number) <= set(SCALE)
    if more or AT_LEAST.search(before) or (before.endswith("上") and bare_unit):
        return "at_least"
    if NEARLY.search(before):
        return "nearly"
    if AT_MOST.search(before):
        return "at_most"
    return "rounded" if half_unit else "exact"


def _bounds(value: Decimal, half_unit: Decimal, qualifier: str) -> tuple[Decimal | None, Decimal | None]:
    match qualifier:
        case "at_least":
            return value, None
        case "nearly" | "at_most":
            return None, value
        case _:
            return value - half_unit, value + half_unit
