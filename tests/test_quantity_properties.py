"""Properties of quantities: what holds for every number, form and token that hypothesis generates."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from shegong.quantities.quantity import NotAQuantity, Quantity, parse_quantity

DIGITS = "零一二三四五六七八九"
FORMAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
FULL = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
SCALES = {"": 1, "千": 10**3, "万": 10**4, "亿": 10**8, "萬": 10**4, "億": 10**8}
BEFORE = {
    **dict.fromkeys(["", "共", "共有", "累计"], ""),
    **dict.fromkeys(["约", "大约", "約"], "about"),
    **dict.fromkeys(["至少", "不少于", "不少於", "超过", "超過", "超", "逾", "突破", "不低于"], "at_least"),
    **dict.fromkeys(["近", "不足", "不到", "不满", "未达", "少于"], "nearly"),
    **dict.fromkeys(["最高", "最多", "至多", "不超过", "没有超过", "不得超过", "最多可申领"], "at_most"),
}
AFTER = ("", "余", "多", "餘", "以上")
CLASSIFIERS = ("", "人", "名", "家", "户", "人次", "元", "人(次)", "个")
ALPHABET = (
    "0123456789０５.,，·点十百千万亿萬億零〇○一二两兩三九半廿叁伍佰余餘多以上下近约不超最高至少过未到没有成%百分之每第 "
    "\u00a0\u2009-–~～至、:/+()（）①②²½eEOolk人次名家个年月元站\u00ad\u200babouttoper"
)


def in_chinese(number: int) -> str:
    """Return a number below 10^12 as it is read out."""
    groups, out = [], ""
    while number:
        groups.append(number % 10**4)
        number //= 10**4
    for scale, group in reversed(list(enumerate(groups))):
        if group:
            gap = out and (group < 1000 or not groups[scale + 1])
            out += ("零" if gap else "") + _below_ten_thousand(group) + ("", "万", "亿")[scale]
    return out[1:] if out.startswith("一十") else out or "零"


def _below_ten_thousand(number: int) -> str:
    out = ""
    for place, digit in enumerate(reversed(str(number))):
        out = DIGITS[int(digit)] + (("", "十", "百", "千")[place] if digit != "0" else "") + out
    while "零零" in out:
        out = out.replace("零零", "零")
    return out.rstrip("零")


def read(token: str) -> Quantity | None:
    try:
        return parse_quantity(token)
    except NotAQuantity:
        return None


def forms(number: int) -> list[str]:
    """Return the ways to print a whole number."""
    spoken = in_chinese(number)
    plain, grouped = str(number), f"{number:,}"
    return [
        *(plain, grouped, plain.translate(FULL), grouped.translate(FULL), grouped.replace(",", " ")),
        *(spoken, spoken.translate(FORMAL), spoken.replace("二千", "两千"), f"{number:,}".replace(",", "\u2009")),
    ]


@given(st.integers(0, 10**11) | st.integers(0, 3000))
def test_a_number_is_read_back_from_each_form(number: int) -> None:
    for form in forms(number):
        quantity = read(f"{form}人")
        assert quantity, form
        assert quantity.value == number, form


@given(st.integers(1, 10**5), st.integers(0, 3), st.sampled_from(sorted(SCALES)), st.sampled_from(["", "人", "元"]))
def test_a_decimal_is_read_back_with_its_scale(number: int, places: int, scale: str, unit: str) -> None:
    printed = f"{Decimal(number).scaleb(-places):f}"
    value = Decimal(printed) * SCALES[scale]
    for form in (printed, printed.translate(FULL)):
        quantity = read(f"{form}{scale}{unit}")
        assert quantity, form
        assert quantity.value == value
        assert (quantity.lower, quantity.upper) != (None, None)


@given(st.integers(1, 10**9), st.sampled_from(sorted(BEFORE)), st.sampled_from(AFTER), st.sampled_from(CLASSIFIERS))
def test_words_set_the_bounds(number: int, before: str, after: str, classifier: str) -> None:
    quantity = read(f"{before}{number}{after}{classifier}")
    said = {BEFORE[before], "at_least" if after else ""} - {"", "about"}
    if len(said) > 1:
        assert quantity is None
        return
    assert quantity
    assert quantity.value == number
    assert quantity.classifier == classifier
    expected = next(iter(said), BEFORE[before])
    assert quantity.qualifier == expected or (not expected and quantity.qualifier in ("exact", "rounded"))


def are_honest(quantity: Quantity) -> bool:
    """Return whether the bounds are those of the qualifier."""
    value, lower, upper = quantity.value, quantity.lower, quantity.upper
    match quantity.qualifier:
        case "exact":
            return lower == value == upper
        case "rounded":
            return lower is not None and upper is not None and lower < value < upper
        case "between":
            return lower == value and upper is not None and value < upper
        case "at_least":
            return lower == value and upper is None
        case "at_most":
            return lower is None and upper == value
        case "nearly":
            return lower is None and upper is not None and value - 1 <= upper <= value
        case _:
            return quantity.qualifier == "about" and lower is upper is None


@given(st.text() | st.text(ALPHABET, max_size=12) | st.text(ALPHABET, max_size=100))
@example("1" + "亿" * 150_000)
@example("一亿一")
@example("亿一")
@example("1" + "余万" * 40)
@example("٣٠٠人")
def test_any_string_is_a_quantity_within_its_bounds_or_refused(token: str) -> None:
    quantity = read(token)
    if quantity:
        assert quantity.value.is_finite()
        assert quantity.value >= 0
        assert are_honest(quantity)


JUNK = "人①②²½\u00ad\u200b\u2060a0OlxeE·、;:/\\'\"!?()[]{}*#@&=_|~^°零一多余元不未没约近 \u00a0\n\t-+%‰"
CHANGES_THE_NUMBER = set("0零一多余%")
"""Characters that make another number or unit by their own right; the others may not change a value."""


@given(
    st.sampled_from(["286名", "1,286人", "3万5千人", "约300人", "1.36万人", "近三千人", "60余家", "90%", "2-3名"]),
    st.sampled_from(JUNK),
    st.integers(0, 10),
)
def test_a_stray_character_never_makes_another_value(token: str, junk: str, at: int) -> None:
    plain, stray = read(token), read(token[:at] + junk + token[at:])
    if stray and plain and junk not in CHANGES_THE_NUMBER | set("-~"):
        assert (stray.value, stray.unit) == (plain.value, plain.unit)
