"""The quantity rules: what a printed token says, and what it leaves open."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from shegong.quantity import NotAQuantity, parse_quantity

# A token, and `value | lower | upper | qualifier | classifier`, where "-" is no bound and "" no measure word.
TOKENS = {
    "2200人": "2200 | 2200 | 2200 | exact | 人",
    "137": "137 | 137 | 137 | exact |",
    "0人": "0 | 0 | 0 | exact | 人",
    "47162 人": "47162 | 47162 | 47162 | exact | 人",
    "１２３名": "123 | 123 | 123 | exact | 名",
    "1,800人": "1800 | 1800 | 1800 | exact | 人",
    "1，800人": "1800 | 1800 | 1800 | exact | 人",
    "12,345,678元": "12345678 | 12345678 | 12345678 | exact | 元",
    # the last numeral counts
    "2018年至2019年": "2019 | 2019 | 2019 | exact | 年",
    "80岁以上30人": "30 | 30 | 30 | exact | 人",
    "会上30人": "30 | 30 | 30 | exact | 人",
    # 万 and 亿 multiply, wherever 余 stands
    "2萬": "20000 | 20000 | 20000 | exact |",
    "3千人": "3000 | 3000 | 3000 | exact | 人",
    "3百万元": "3000000 | 3000000 | 3000000 | exact | 元",
    "2亿元": "200000000 | 200000000 | 200000000 | exact | 元",
    "800万余元": "8000000 | 8000000 | - | at_least | 元",
    "800余万元": "8000000 | 8000000 | - | at_least | 元",
    "30 多萬 人": "300000 | 300000 | - | at_least | 人",
    "100多億元": "10000000000 | 10000000000 | - | at_least | 元",
    "1亿2000万元": "120000000 | 120000000 | 120000000 | exact | 元",
    "1亿2000万余元": "120000000 | 120000000 | - | at_least | 元",
    "3万5千人": "35000 | 35000 | 35000 | exact | 人",
    "3千5百人": "3500 | 3500 | 3500 | exact | 人",
    "3千500人": "3500 | 3500 | 3500 | exact | 人",
    "3百50人": "350 | 350 | 350 | exact | 人",
    "3十万元": "300000 | 300000 | 300000 | exact | 元",
    "12亿3000万元": "1230000000 | 1230000000 | 1230000000 | exact | 元",
    "1亿2000万500元": "120000500 | 120000500 | 120000500 | exact | 元",
    # Chinese numerals
    "两名": "2 | 2 | 2 | exact | 名",
    "兩千三百人": "2300 | 2300 | 2300 | exact | 人",
    "十年": "10 | 10 | 10 | exact | 年",
    "三十二家": "32 | 32 | 32 | exact | 家",
    "一千零五十人": "1050 | 1050 | 1050 | exact | 人",
    "两万五千人": "25000 | 25000 | 25000 | exact | 人",
    "二〇一八份": "2018 | 2018 | 2018 | exact | 份",
    "半年": "0.5 | 0.5 | 0.5 | exact | 年",
    "第一": "1 | 1 | 1 | exact |",
    "百余名": "100 | 100 | - | at_least | 名",
    "十余万人": "100000 | 100000 | - | at_least | 人",
    "一万余人": "10000 | 10000 | - | at_least | 人",
    "三十多个": "30 | 30 | - | at_least | 个",
    # 余, 多, 以上 after the number
    "60余家": "60 | 60 | - | at_least | 家",
    "130餘戶": "130 | 130 | - | at_least | 户",
    "1800 多人": "1800 | 1800 | - | at_least | 人",
    "3000以上": "3000 | 3000 | - | at_least |",
    "800万多元": "8000000 | 8000000 | - | at_least | 元",
    "1000以上家庭": "1000 | 1000 | - | at_least | 家庭",
    "30人以上": "30 | 30 | - | at_least | 人",
    "5.6万余人": "56000 | 56000 | - | at_least | 人",
    # 至少, 不少于, 超, 突破, 逾 before it, 上 before a bare unit
    "至少有 1 名": "1 | 1 | - | at_least | 名",
    "不少于30人": "30 | 30 | - | at_least | 人",
    "超3000人": "3000 | 3000 | - | at_least | 人",
    "超過3000人": "3000 | 3000 | - | at_least | 人",
    "突破 100 万": "1000000 | 1000000 | - | at_least |",
    "逾5.6万人": "56000 | 56000 | - | at_least | 人",
    "上万元": "10000 | 10000 | - | at_least | 元",
    "上百人": "100 | 100 | - | at_least | 人",
    "上千家": "1000 | 1000 | - | at_least | 家",
    "上百万元": "1000000 | 1000000 | - | at_least | 元",
    # 近, 不足; 最高, 最多, 不超过
    "不超过50人": "50 | - | 50 | at_most | 人",
    "近30万": "300000 | - | 300000 | nearly |",
    "近三千人": "3000 | - | 3000 | nearly | 人",
    "不足百人": "100 | - | 100 | nearly | 人",
    "不突破50人": "50 | - | 50 | at_most | 人",
    "至多50人": "50 | - | 50 | at_most | 人",
    "最少50人": "50 | 50 | - | at_least | 人",
    "不超50人": "50 | - | 50 | at_most | 人",
    "不小于50人": "50 | 50 | - | at_least | 人",
    "不多于50人": "50 | - | 50 | at_most | 人",
    "不高于50人": "50 | - | 50 | at_most | 人",
    "不大于50人": "50 | - | 50 | at_most | 人",
    "不低于50人": "50 | 50 | - | at_least | 人",
    "总数3000人": "3000 | 3000 | 3000 | exact | 人",
    "最高3000元": "3000 | - | 3000 | at_most | 元",
    "最多可申领3500元": "3500 | - | 3500 | at_most | 元",
    # bracketed pinyin goes, genuine brackets stay
    "最高可申領(lǐng)2萬": "20000 | - | 20000 | at_most |",
    "最高可申領(lǐng)一次獎(jiǎng)勵(lì)5000元": "5000 | - | 5000 | at_most | 元",
    "130余(yú)戶": "130 | 130 | - | at_least | 户",
    "2500 余人(次)": "2500 | 2500 | - | at_least | 人(次)",
    "2500余人（次）": "2500 | 2500 | - | at_least | 人(次)",
    "3000(sān qiān)元": "3000 | 3000 | 3000 | exact | 元",
    "130余（yú）户": "130 | 130 | - | at_least | 户",
    # decimals
    "1.36万": "13600 | 13550 | 13650 | rounded |",
    "１．３６万人": "13600 | 13550 | 13650 | rounded | 人",
    "5.6万人次": "56000 | 55500 | 56500 | rounded | 人次",
    "0.36亿元": "36000000 | 35500000 | 36500000 | rounded | 元",
    "2.5倍": "2.5 | 2.45 | 2.55 | rounded | 倍",
    "2.50倍": "2.5 | 2.495 | 2.505 | rounded | 倍",
    "1,800.5万": "18005000 | 18004500 | 18005500 | rounded |",
    "12.5%": "12.5 | 12.45 | 12.55 | rounded | %",
}  # fmt: skip

# Words that begin, end or look like those above, and say nothing of bounds.
PLAIN_WORDS = [
    "减少",
    "不少家庭",
    "人数不多",
    "不低收入",
    "超额",
    "破获",
    "突出",
    "充足",
    "近郊",
    "附近",
    "最近",
    "提高",
    "最初",
    "增多",
    "不同",
    "不突出",
]
PLAIN_WORDS += ["增加到", "左岸", "右岸", "下设", "之后", "分设"]

NO_NUMBERS = ["", "X人", "多家", "若干名", "首次", "双方", "余", "以上", "(yī)", "零百"]
VAGUE = ["数百人", "几十个", "数十万元", "十几个", "约300人", "300人左右", "三分之一", "两三次", "七八百户", "三四十人"]
VAGUE += ["十数人", "不到50人", "不止50人", "少于50人", "低于50人", "多于50人", "高于50人", "大于50人", "小于50人"]
NUMERALS = [0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100, 1000, 10_000, 100_000_000]
IN_PARTS = ["1亿2000余万元", "2亿3千万元", "3百5十人", "两亿3000万元", "1万零500人", "1.5亿2000万元", "一年半"]


def as_read(token: str) -> tuple[Decimal, Decimal | None, Decimal | None, str, str]:
    quantity = parse_quantity(token)
    return quantity.value, quantity.lower, quantity.upper, quantity.qualifier, quantity.classifier


def as_told(told: str) -> tuple[Decimal | None, Decimal | None, Decimal | None, str, str]:
    value, lower, upper, qualifier, classifier = (part.strip() for part in told.split("|"))
    return _number(value), _number(lower), _number(upper), qualifier, classifier


def _number(told: str) -> Decimal | None:
    return None if told == "-" else Decimal(told)


@pytest.mark.parametrize(("token", "told"), TOKENS.items(), ids=TOKENS)
def test_reads(token, told):
    assert as_read(token) == as_told(told)


@pytest.mark.parametrize("word", PLAIN_WORDS)
def test_a_word_that_only_looks_like_a_bound_sets_none(word):
    assert as_read(f"{word}50人") == (50, 50, 50, "exact", "人")


@pytest.mark.parametrize(("numeral", "value"), list(zip("零〇一二两三四五六七八九十百千万亿", NUMERALS, strict=True)))
def test_each_chinese_numeral_is_read(numeral, value):
    assert as_read(f"{numeral}人")[0] == value


@pytest.mark.parametrize("digit", "一二两三四五六七八九")
def test_two_digits_in_a_row_are_vague_and_three_are_a_number(digit):
    with pytest.raises(NotAQuantity):
        parse_quantity(f"{digit}五百人")
    if digit != "两":
        value = NUMERALS["零〇一二两三四五六七八九".index(digit)]
        assert as_read(f"{digit}二三份")[0] == value * 100 + 23
        assert as_read(f"二三{digit}份")[0] == 230 + value


def test_zeros_between_digits_make_a_number():
    assert [as_read(token)[0] for token in ("一〇二份", "二三〇份", "二三零份", "〇二三份", "零二三份")] == [
        102,
        230,
        230,
        23,
        23,
    ]


@pytest.mark.parametrize("token", NO_NUMBERS)
def test_no_numeral_is_no_quantity(token):
    with pytest.raises(NotAQuantity, match=f"^{re.escape(repr(token))} holds no numeral"):
        parse_quantity(token)


@pytest.mark.parametrize("token", VAGUE + IN_PARTS)
def test_what_no_rule_can_bound_is_refused(token):
    with pytest.raises(NotAQuantity, match=f"^{token!r} holds no n.* can(?: be)? read"):
        parse_quantity(token)


def test_the_longest_token_and_the_largest_number_are_read_and_none_beyond():
    assert as_read("人" * 99 + "1")[0] == 1
    assert as_read("999999999999999人")[0] == 10**15 - 1
    with pytest.raises(NotAQuantity, match=r"^'人{100}'… is too long"):
        parse_quantity("人" * 100 + "1")
    with pytest.raises(NotAQuantity, match=r"^'1000000000000000人' is larger"):
        parse_quantity("1000000000000000人")


@pytest.mark.parametrize("token", [token for token in TOKENS if not set(token) & set("(（")])
def test_spaces_and_script_do_not_matter(token):
    traditional = token.translate(str.maketrans("万亿户领余过", "萬億戶領餘過"))
    assert as_read(f" {' '.join(traditional)}　") == as_read(token)


@pytest.mark.parametrize(
    ("token", "lower", "upper"),
    [
        ("1.36万人", 13550, 13650),
        ("3.75亿", 374500000, 375500000),
        ("12.34千人", 12335, 12345),
        ("1.2341万人", 12341, 12341),
        ("60余家", 60, None),
        ("近30万", None, 300000),
        ("2200人", 2200, 2200),
    ],
)
def test_inwards_draws_bounds_to_whole_numbers(token, lower, upper):
    quantity = parse_quantity(token).inwards()
    assert (quantity.lower, quantity.upper) == (lower, upper)


def test_inwards_keeps_the_rest():
    quantity = parse_quantity("1.36万人")
    drawn_in = quantity.inwards()
    assert (drawn_in.value, drawn_in.qualifier, drawn_in.classifier) == (quantity.value, "rounded", "人")


def test_inwards_narrows_and_never_widens():
    quantity = parse_quantity("1.2346万人")
    drawn_in = quantity.inwards()
    assert (quantity.lower, quantity.upper) == (Decimal("12345.5"), Decimal("12346.5"))
    assert (drawn_in.lower, drawn_in.upper) == (12346, 12346)
