"""Printed numbers: 1,286 and 3万5千, 二十点一万 and 叁仟伍佰, read whole or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

LARGEST = Decimal(10**15)
MAX_DECIMALS = 8

DIGITS = {digit: str(value) for value, digit in enumerate("零一二三四五六七八九")}
SCALES = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
ONE_FORM = str.maketrans("〇○两壹贰叁叄肆伍陆柒捌玖拾佰仟点·・‧", "零零二一二三三四五六七八九十百千....", "余多个") | {
    ord("廿"): "二十",
    ord("卅"): "三十",
    ord("卌"): "四十",
}
"""One character for each digit, scale and point. 余, 多 and 个 (两个亿) inside a number do not change its value."""
CHARACTERS = "0-9,.·・‧点零〇○一二两三四五六七八九十百千万亿廿卅卌壹贰叁叄肆伍陆柒捌玖拾佰仟"
RUN = re.compile(rf"[{CHARACTERS}](?:[{CHARACTERS}]|[余多](?=[十百千万亿])|个(?=亿))*|半")

GROUPED = re.compile("[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+")
DECIMAL = re.compile(r"([^.]+)\.([0-9]+|[零一二三四五六七八九]+)([十百千]?[万亿]|万亿|[十百千]?)")
HOUR_OR_DAY = re.compile("[0-9]+[点·・‧][0-9]+")
"""12点30 is an hour and 4·15 a day; 1点5万 and 1·5万 are numbers."""
TWO = re.compile("两(?![百千万亿佰仟个])")
"""两 before anything else is a unit of weight, or not a number: 二两, 十两."""
PART = re.compile("(零?)([0-9,]+|[一二三四五六七八九])?([十百千])?")
BARE = re.compile("[百千]?[万亿]|[百千]|万亿")
LAST_SCALE = re.compile("([0-9.,]+)([十百千万亿]+)|([^万亿]+)(万亿|[万亿])|([一二三四五六七八九])([百千])")


class NotAQuantity(ValueError):
    """The token is not a quantity that the rules understand whole."""


@dataclass(frozen=True)
class Number:
    """A number as printed.

    Attributes:
        value: The number.
        step: The unit of its last printed digit; zeros count only behind the decimal point.
        decimals: Printed decimal places.
        is_scaled: Whether 千, 万 or 亿 is printed.
        is_bare: Whether a scale is printed without digits, as in 上百.
        is_more: Whether 余 or 多 is printed inside.
        text: The characters, in one form.
    """

    value: Decimal
    step: Decimal
    decimals: int
    is_scaled: bool
    is_bare: bool
    is_more: bool
    text: str


@lru_cache(maxsize=100_000)
def read_number(printed: str) -> Number:
    """Read a run of numerals.

    Raises:
        NotAQuantity: The run is not one number.
    """
    if printed == "半":
        return Number(Decimal("0.5"), Decimal(0), 0, is_scaled=False, is_bare=False, is_more=False, text=printed)
    if TWO.search(printed) and printed != "两":
        raise _refuse(printed)
    if HOUR_OR_DAY.fullmatch(printed):
        raise NotAQuantity(f"{printed!r} may be an hour or a day")
    text = printed.translate(ONE_FORM)
    value, decimals = _decimal(text) if "." in text else (Decimal(_whole(text)), 0)
    if value >= LARGEST:
        raise NotAQuantity(f"{printed!r} is larger than the largest number of a table, {LARGEST:,}")
    more = len(re.findall("[余多]", printed))
    if more > 1:
        raise NotAQuantity(f"{printed!r} has 余 or 多 twice")
    step = Decimal(1).scaleb(-decimals) * _scale_of(text) if decimals else Decimal(_last_digit(value))
    is_scaled = any(scale in text for scale in "千万亿")
    return Number(value, step, decimals, is_scaled, bool(BARE.fullmatch(text)), more > 0, text)


def share_scale(left: Number, right: Number) -> Number:
    """Return the left end of a range with the scale that is printed once: 3 of 3~5万 is 30,000."""
    found = LAST_SCALE.fullmatch(right.text)
    if re.search("[万亿]", left.text):
        return left
    if not found:
        if re.search("[万亿]" if len(left.text) > 1 else "[百千万亿]", right.text):
            raise NotAQuantity(f"{left.text!r} may have a scale of {right.text!r} or not; print it")
        return left
    coefficient, scale = next((a, b) for a, b in zip(found.groups()[::2], found.groups()[1::2], strict=True) if b)
    size = _product(scale)
    if left.value >= read_number(coefficient).value:
        if left.value * 10 < size:
            raise NotAQuantity(f"{left.text!r} may have the scale {scale} or not; print it")
        return left
    if len(left.text) == 1 and any(small in coefficient for small in "十百千"):
        raise NotAQuantity(f"{left.text!r} may have the scale {scale} or that of {coefficient!r}; print it")
    return Number(left.value * size, left.step * size, left.decimals, True, False, left.is_more, left.text + scale)


def _last_digit(value: Decimal) -> int:
    digits = str(int(value))
    return 10 ** (len(digits) - len(digits.rstrip("0"))) if value else 1


def _scale_of(text: str) -> int:
    found = DECIMAL.fullmatch(text)
    return _product(found[3]) if found else 1


def _product(scales: str) -> int:
    size = 1
    for scale in scales:
        size *= SCALES[scale]
    return size


def _refuse(text: str) -> NotAQuantity:
    return NotAQuantity(f"{text!r} is not one number")


def _decimal(text: str) -> tuple[Decimal, int]:
    """Return the value and the number of decimals of 1.36万 or 二十.一万."""
    found = DECIMAL.fullmatch(text)
    if not found or len(found[2]) > MAX_DECIMALS or found[1].isascii() != found[2].isascii():
        raise _refuse(text)
    if found[3] and re.search("[万亿]", found[1]):
        raise _refuse(text)
    fraction = "".join(DIGITS.get(digit, digit) for digit in found[2])
    value = (_whole(found[1]) + Decimal(f"0.{fraction}")) * _product(found[3])
    return value, len(fraction)


def _whole(text: str) -> int:
    """Return the value of a number without a decimal point."""
    if BARE.fullmatch(text):
        return _product(text)
    return _sections(text, ["亿", "万"])


def _sections(text: str, scales: list[str], is_last: bool = True) -> int:
    if not scales:
        return _section(text, is_last)
    scale, *smaller = scales
    left, found, right = text.partition(scale)
    if not found:
        return _sections(text, smaller, is_last)
    if not left or scale in right:
        raise _refuse(text)
    return _sections(left, smaller, is_last=False) * SCALES[scale] + _rest(right, SCALES[scale], smaller, is_last)


def _rest(text: str, size: int, scales: list[str], is_last: bool) -> int:
    """Return what follows a scale: 零五百, 五千, 2000万, or a last digit of the next scale (一万三).

    一亿三千 may be 130 million, and is refused.
    """
    if not text:
        return 0
    if is_last and text in DIGITS and text != "零":
        return int(DIGITS[text]) * size // 10
    has_zero = text.startswith("零")
    value = _sections(text.removeprefix("零"), scales, is_last)
    has_own_scale = re.search("万" if size > SCALES["万"] else "[百千]", text)
    if not 0 < value < size or text[0] == "0" or not (has_zero or has_own_scale or value * 10 >= size):
        raise _refuse(text)
    return value


def _section(text: str, is_last: bool) -> int:
    """Return a value in 千, 百, 十 and ones, in ASCII digits or as digits read out."""
    if GROUPED.fullmatch(text):
        return int(text.replace(",", ""))
    if all(character in DIGITS for character in text):
        return _read_out(text)
    value, size, end = 0, 0, 0
    for zero, printed, scale in (match.groups() for match in PART.finditer(text) if match[0]):
        end += len(zero) + len(printed or "") + len(scale or "")
        value, size = _add(text, (value, size), (zero, printed, scale), is_last and end == len(text))
    if end != len(text) or not value:
        raise _refuse(text)
    return value


def _add(
    text: str, so_far: tuple[int, int], part: tuple[str, str | None, str | None], is_last: bool
) -> tuple[int, int]:
    """Add 五百, 零五 or 五 to a section whose last scale is `size` (0 at the beginning)."""
    (value, size), (zero, printed, scale) = so_far, part
    if (zero and not size) or not (printed or scale == "十") or size == 1:
        raise _refuse(text)
    coefficient = _digits(printed) if printed else 1
    own = SCALES[scale] if scale else 1
    added = coefficient * own
    if not scale and not zero and size > 10:
        if printed in DIGITS and is_last:
            added = coefficient * size // 10
        elif added * 10 < size:
            raise _refuse(text)
    if (size and not 0 < added < size) or (scale and not coefficient) or (printed and size and printed[0] == "0"):
        raise _refuse(text)
    return value + added, own


def _digits(text: str) -> int:
    if text in DIGITS:
        return int(DIGITS[text])
    if not GROUPED.fullmatch(text):
        raise _refuse(text)
    return int(text.replace(",", ""))


def _read_out(text: str) -> int:
    """Return digits that are read out one by one: 二零一八. Two in a row, or 七八九, are vague."""
    digits = "".join(DIGITS[character] for character in text)
    is_vague = len(digits) > 1 and (digits in "123456789" or digits in "987654321")
    if not digits or is_vague or (len(digits) == 2 and "0" not in digits) or (len(digits) > 1 and digits[0] == "0"):
        raise _refuse(text)
    return int(digits)
