"""Quantities: from a printed token ("60余家") to a value with bounds (60, at least 60, no upper bound).

A token is read whole: every character belongs to a number, a measure word or a known word, or the token is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cache

from shegong.chinese import simplified
from shegong.quantities.number import CHARACTERS, RUN, NotAQuantity, Number, read_number, share_scale
from shegong.quantities.words import ENGLISH_SCALES, HOPED, MONEY_BEFORE, ONE_ONLY, RANK, VAGUE, WORDS

__all__ = ["NotAQuantity", "Quantity", "fits", "parse_quantity"]

MAX_CHARACTERS = 100
LARGEST_ROUNDING = Decimal("0.05")
"""A round number is off by no more than this share of its value."""
ROUND_FROM = 10_000
"""An integer from here on that ends in 000 is a round number."""
CALENDAR_YEARS = (1900, 2100)
RATIO_UNITS = ("percent", "per_10000", "ratio")

PINYIN = re.compile(r"[(（](?=[^)）]*[À-ɏ])[A-Za-zÀ-ɏ]+(?: [A-Za-zÀ-ɏ]+)*[)）]")
INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff\ufe00-\ufe0f]")
FOOTNOTE = re.compile(
    rf"(?<=[0-9０-９\u4e00-\u9fff])(?:[①-⑳㉑-㉟㊱-㊿❶-➓]|[\[［【〔][0-9]{{1,2}}[\]］】〕])(?![０-９{CHARACTERS}])"
)
SAME_FORM = ("<wide>", "<narrow>", "<small>", "<font>")
"""Decompositions that print the same character in another form."""
SPACED_GROUPS = re.compile(r"(?<![0-9.,] )(?<![0-9.,])[1-9][0-9]{0,2}(?: [0-9]{3})+(?![0-9]| [0-9])")
SPACE_INSIDE = re.compile(r"[0-9.,·]\s+[0-9.,·]")
ENGLISH_SCALE = re.compile(f"(?<=[0-9])({'|'.join(ENGLISH_SCALES)})")
ONE = re.compile(rf"(?<![第每余多{CHARACTERS}])一(?:{'|'.join(ONE_ONLY.split()[::-1])})(?=.*[{CHARACTERS}])")
BY_FIRST = {word[0]: sorted((w for w in WORDS if w[0] == word[0]), key=len, reverse=True) for word in WORDS}
"""The words by their first character, the longest first."""
BEFORE_NUMBER = {"~": ("a", "about"), "〜": ("a", "about"), MONEY_BEFORE: ("y", "元")}
"""Words that have another class before the number than after it."""

TAIL = "f?[u%c]?m?f?s?[fA]*"
GRAMMAR = re.compile(rf"[baixe]*y?p?n{TAIL}(?:jp?n{TAIL})?|[ai]*onu?")
"""The order of words: each letter is a class of `words`, n is a number, y a currency before it."""


@dataclass(frozen=True)
class Quantity:
    """A number as printed.

    Attributes:
        value: The number itself; of a range the lower one.
        lower: The true value is not below it; None if it is not known.
        upper: The true value is not above it; None if it is not known.
        qualifier: `exact`, `rounded`, `about`, `at_least`, `at_most`, `nearly` or `between`.
        classifier: The printed measure word, in simplified Chinese, or nothing.
        unit: `percent`, `per_10000` or `rank` where one is printed, or nothing.
    """

    value: Decimal
    lower: Decimal | None
    upper: Decimal | None
    qualifier: str
    classifier: str
    unit: str = ""

    def round_bounds_inward(self) -> Quantity:
        """Return the same quantity with bounds rounded inward, for a metric that counts."""
        lower = None if self.lower is None else self.lower.to_integral_value(ROUND_CEILING)
        upper = None if self.upper is None else self.upper.to_integral_value(ROUND_FLOOR)
        return Quantity(self.value, lower, upper, self.qualifier, self.classifier, self.unit)


@dataclass(frozen=True)
class _Metric:
    """What decides the bounds besides the token."""

    kind: str
    unit: str
    status: str

    @property
    def is_exact(self) -> bool:
        return self.status == "target" or (self.kind == "standard" and self.unit == "cny")

    @property
    def is_ratio(self) -> bool:
        return self.kind == "ratio" or self.unit in RATIO_UNITS

    @property
    def is_count(self) -> bool:
        return not self.is_ratio and self.kind != "duration" and self.unit not in ("cny", "year", "rank")


def fits(quantity: Quantity, unit: str, classifiers: Collection[str]) -> bool:
    """Return whether what is printed after or before the number fits a metric's unit and its measure words."""
    if quantity.unit:
        return quantity.unit == unit
    return not quantity.classifier or quantity.classifier in classifiers


def parse_quantity(token: str, *, kind: str = "stock", unit: str | None = None, status: str = "reported") -> Quantity:
    """Read a printed token.

    Args:
        token: The printed run in any script, such as `2500余人(次)`, `最高可申領3000元` or `about 200,000`.
        kind: The kind of the metric; a ratio is rounded to its last digit.
        unit: The unit of the metric, where it is not printed; money of a standard is exact.
        status: `reported` or `target`; a target is exact.

    Returns:
        The value in units of the classifier, with its bounds.

    Raises:
        NotAQuantity: The token contains a character that no rule parses, or not exactly one number.
    """
    if len(token) > MAX_CHARACTERS:
        raise NotAQuantity(f"{token[:MAX_CHARACTERS]!r}… is longer than {MAX_CHARACTERS} characters")
    try:
        return _combine(_lexemes(_normalize(token)), kind, unit, status)
    except NotAQuantity as error:
        raise NotAQuantity(f"{token!r} is not a quantity: {error}") from None


def _normalize(token: str) -> str:
    """Return the token without pinyin, footnote marks and spaces, in simplified script and ASCII digits."""
    text = FOOTNOTE.sub("", INVISIBLE.sub("", PINYIN.sub("", token)))
    if not text.isascii():
        text = "".join(map(_one_form, text))
    text = SPACED_GROUPS.sub(lambda groups: groups[0].replace(" ", ""), text)
    if SPACE_INSIDE.search(text):
        raise NotAQuantity("a space parts its digits")
    text = re.sub(r"\s", "", text).lower()
    text = ENGLISH_SCALE.sub(lambda scale: ENGLISH_SCALES[scale[0]], text)
    return ONE.sub("", text if text.isascii() else simplified(text))


@cache
def _one_form(character: str) -> str:
    """Return a full-width character or a Kangxi radical as the usual one; leave ½, ² and ① alone."""
    form = unicodedata.decomposition(character)
    if character in "\u00a0\u2007\u2008\u2009\u200a\u202f":
        return " "
    is_same = form.startswith(SAME_FORM) or "⼀" <= character <= "⿕" or "豈" <= character <= "\ufaff"
    return unicodedata.normalize("NFKC", character) if is_same and not character.isspace() else character


def _lexemes(text: str) -> list[tuple[str, str]]:
    """Return the words of a text, each with its class and meaning; the longer of a word and a number wins."""
    found: list[tuple[str, str]] = []
    at = 0
    if RANK.search(text):
        raise NotAQuantity("it may be a rank")
    while at < len(text):
        word = next((word for word in BY_FIRST.get(text[at], ()) if text.startswith(word, at)), "")
        number = RUN.match(text, at)
        if number and number.end() - at > len(word):
            found.append(("n", number[0]))
            at = number.end()
        elif word:
            is_before = all(code != "n" for code, _ in found)
            found.append(BEFORE_NUMBER[word] if word in BEFORE_NUMBER and is_before else WORDS[word])
            at += len(word)
        else:
            raise NotAQuantity(_reason(text, text[at:]))
    return found


def _reason(text: str, rest: str) -> str:
    if HOPED.search(text):
        return "it is hoped for, not reached"
    return "it is vague" if VAGUE.search(text) else f"{rest!r} is not a known word"


def _combine(lexemes: list[tuple[str, str]], kind: str, unit: str | None, status: str) -> Quantity:
    """Return the quantity that the words make together."""
    order = "".join(code for code, _ in lexemes)
    if not GRAMMAR.fullmatch(order):
        raise NotAQuantity("it contains no number" if "n" not in order else "its words do not make one number")
    numbers = [read_number(meaning) for code, meaning in lexemes if code == "n"]
    classifier = _one({meaning for code, meaning in lexemes if code in "uy"}, "measure words")
    classifier = classifier or _one({meaning for code, meaning in lexemes if code == "s"}, "nouns")
    printed = _one({meaning for code, meaning in lexemes if code in "pc%em"}, "units") or "rank" * ("o" in order)
    _refuse_other_meanings(order, numbers, classifier)
    own_unit = printed or {"元": "cny", "年": "year", "倍": "ratio"}.get(classifier, unit or "")
    metric = _Metric(kind, own_unit, status)
    bounds = {meaning for code, meaning in lexemes if code in "bfx"} | {"at_least" for n in numbers if n.is_more}
    if len(numbers) == 2:
        bounds.add("between")
    qualifier = _one(bounds, "bounds") or ("about" if set(order) & set("aA") else "")
    tenths = 10 if "c" in order else 1
    classifier = {"percent": "%", "per_10000": "每万人"}.get(printed, classifier)
    return Quantity(*_bounded(numbers, qualifier, metric, tenths), classifier, printed)


def _one(meanings: set[str], what: str) -> str:
    if len(meanings) > 1:
        raise NotAQuantity(f"it has two {what}: {', '.join(sorted(meanings))}")
    return next(iter(meanings), "")


def _refuse_other_meanings(order: str, numbers: list[Number], classifier: str) -> None:
    """Refuse a calendar year, 万元 as the head of a table, and half of nothing."""
    if any(number.is_bare for number in numbers) and not set(order) & set("bfxaAp") and not numbers[0].is_more:
        raise NotAQuantity("a scale without digits is not a number")
    if "o" in order and classifier not in ("", "名", "位"):
        raise NotAQuantity("an ordinal does not count")
    if "x" in order and not numbers[0].is_bare:
        raise NotAQuantity("上 and 过 set a bound only before 百, 千, 万, 亿")
    if any(number.text == "半" for number in numbers) and (len(order) != 2 or not classifier):
        raise NotAQuantity("半 is read only before a measure word")
    first, last = CALENDAR_YEARS
    are_years = all(first <= number.value <= last and len(number.text) == 4 for number in numbers)
    if are_years and (classifier == "年" or (len(numbers) == 2 and not classifier)):
        raise NotAQuantity("it is a calendar year")


def _bounded(
    numbers: list[Number], qualifier: str, metric: _Metric, tenths: int
) -> tuple[Decimal, Decimal | None, Decimal | None, str]:
    """Return value, bounds and qualifier."""
    number = numbers[0]
    if len(numbers) == 2:
        if any(number.text[0] in "0零" and "." not in number.text for number in numbers):
            raise NotAQuantity("a range does not begin with 0")
        lower, upper = share_scale(number, numbers[1]).value * tenths, numbers[1].value * tenths
        if lower >= upper:
            raise NotAQuantity("the first number of a range is not below the second")
        return lower, lower, upper, qualifier
    value = number.value * tenths
    if tenths > 1 and value > 100:
        raise NotAQuantity("more than ten tenths are not a share")
    match qualifier:
        case "about":
            return value, None, None, qualifier
        case "at_least":
            return value, value, None, qualifier
        case "at_most":
            return value, None, value, qualifier
        case "nearly":
            return value, None, _below(value) if metric.is_count else value, qualifier
        case _:
            half = _half_unit(number, metric, tenths)
            return value, value - half, value + half, "rounded" if half else "exact"


def _below(value: Decimal) -> Decimal:
    if value <= 0:
        raise NotAQuantity("nothing is counted below 0")
    return value.to_integral_value(ROUND_CEILING) - 1


def _half_unit(number: Number, metric: _Metric, tenths: int) -> Decimal:
    """Return half a unit of the last printed digit of a round number; 0 of an exact one."""
    value = number.value * tenths
    if metric.is_exact or number.text == "半" or not value:
        return Decimal(0)
    if metric.is_ratio and not (number.is_scaled and not number.decimals):
        is_whole = metric.unit == "percent" and value == 100
        return Decimal(0) if is_whole else (number.step if number.decimals else Decimal(1)) * tenths / 2
    is_round = number.is_scaled or number.decimals or (value >= ROUND_FROM and value % 1000 == 0)
    if not is_round or (metric.is_count and number.step <= 1 and value == value.to_integral_value()):
        return Decimal(0)
    return min(number.step / 2, value * LARGEST_ROUNDING)
