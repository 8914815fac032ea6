"""The rules of quantities: what a printed token says, what it leaves open, and what is refused.

A case is `value [lower, upper] qualifier classifier`, where `-` is no bound, and the tokens that say so.
"""

from __future__ import annotations

import json
import time
from decimal import Decimal

import polars as pl
import pytest

from shegong.checks.context import READ_BY, measure_words, parse_token, read_plain
from shegong.quantities.quantity import NotAQuantity, Quantity, fits, parse_quantity
from tests.conftest import ROOT

QUANTITIES = """
1286 [1286, 1286] exact 户 = 1286户 | 1286 户 | １２８６户 | 1２８6户 | 1,286户 | 1，286户 | 1 286户 | 1\u00a0286户
1286 [1286, 1286] exact 户 = 1\u2009286户 | 共有1286户 | 累计达1286户 | 1286户家庭 | 1286家庭 | 1286(sān qiān)户
12345678 [12345678, 12345678] exact 元 = 12,345,678元 | 12 345 678元
137 [137, 137] exact = 137
300 [300, 300] exact 名 = 300持证社工 | 300名社工
5600 [5600, 5600] exact 人次 = 5 600人次
10000 [9500, 10500] rounded 人 = 10000人
300000 [285000, 315000] rounded = 300,000 | 30万
3 [3, 3] exact 批次 = 三批次
2500 [2500, 2500] exact 人(次) = 2500人(次) | 2500人（次）

200000000 [190000000, 210000000] rounded = 两个亿
931000 [930500, 931500] rounded = 93.1万
40000 [39500, 40500] rounded = 4.0万
1230000000 [1225000000, 1235000000] rounded 元 = 12亿3000万元
3500 [3450, 3550] rounded 人 = 3千5百人 | 3千500人 | 叁仟伍百人
10500 [10450, 10550] rounded 人 = 1万零500人
4780000000000 [4775000000000, 4785000000000] rounded = 4.78万亿
12341 [12341, 12341] exact 人 = 1.2341万人
12341 [12340.5, 12341.5] rounded 元 = 1.2341万元
15000 [14500, 15500] rounded = 1·5万 | 1・5万 | 1点5万
350000000 [345000000, 355000000] rounded = 三点五亿 | 三點五億
201000 [200500, 201500] rounded = 二十点一万
0.5 [0.475, 0.525] rounded = 零点五

110 [110, 110] exact 人 = 一百一十人
105 [105, 105] exact = 一百零五
25000 [24500, 25500] rounded 人 = 两万五千人
10250 [10245, 10255] rounded = 一万二百五十
13000 [12500, 13500] rounded = 一万三
2450 [2445, 2455] rounded = 两千四百五
456420015 [456420015, 456420015] exact = 四亿五千六百四十二万零一十五
2018 [2018, 2018] exact 份 = 二〇一八份 | 二○一八份
20 [20, 20] exact = 二零
0.5 [0.5, 0.5] exact 年 = 半年
1 [1, 1] exact 次 = 一次
1 [1, 1] exact = 第一
200000 [190000, 210000] rounded = 貳拾萬 | 廿万
80000 [76000, 84000] rounded = 捌万
4300000 [4250000, 4350000] rounded = 肆佰叁拾萬
11 [11, 11] exact = 壹拾壹
56 [56, 56] exact 名 = 伍拾陸名
30 [30, 30] exact 人 = 卅人
20 [20, 20] exact 名 = ⼆⼗名

60 [60, -] at_least 家 = 60余家 | 60 多家 | 60餘家 | 60余(yú)家 | 60家以上 | 60家及以上 | 约60余家 | 60余机构 | 60以上机构
60 [60, -] at_least 家 = 至少有 60 家 | 最少60家 | 起码60家 | 不少于60家 | 不低于60家 | 不小于60家 | 不止60家 | 多于60家 | 高于60家 | 大于60家
8000000 [8000000, -] at_least 元 = 800万余元 | 800余万元 | 800 多萬 元
10000000000 [10000000000, -] at_least 元 = 100多億元
100 [100, -] at_least 名 = 百余名 | 过百名 | 上百名
100000 [100000, -] at_least 人次 = 十余万人次 | 10万+人次
10000 [10000, -] at_least 人 = 一万余人 | 上万人 | 过万人 | 過萬人 | 破万人
1000000 [1000000, -] at_least 元 = 上百万元 | 突破 100 万元
1000 [1000, -] at_least 家 = 上千家
30 [30, -] at_least 个 = 三十多个
300 [300, -] at_least = 300有余 | 300以上 | >300 | ≥300 | ＞300
56000 [56000, -] at_least 人 = 5.6万余人 | 逾5.6万人
30000 [30000, -] at_least = 不下3万 | 不下于3万 | 破3万
3000 [3000, -] at_least 人 = 超3000人 | 超過3000人 | 已超过3000人 | 超过3000多人
9000 [9000, -] at_least 元 = 至少九千元以上

50 [-, 50] at_most 人 = 不超过50人 | 不超50人 | 不突破50人 | 不多于50人 | 不高于50人 | 不大于50人 | 至多50人 | 50人以内 | 50人以下
50 [-, 50] at_most 人 = 没有超过50人 | 未超过50人 | 未突破50人 | 没有突破50人 | 尚未突破50人 | 不能超过50人 | ≤50人
5000 [-, 5000] at_most 元 = 最高5000元 | 最高达5000元 | 最多可申领5000元 | 最高可申領(lǐng)5000元 | 不得超过5000元 | 最高不得超过5000元
5000 [-, 5000] at_most 元 = 最高可申領(lǐng)一次獎(jiǎng)勵(lì)5000元

300 [-, 299] nearly 人 = 近300人 | 近三百人 | 接近300人 | 将近300人 | 逼近300人 | 不足300人 | 不到300人 | 不满300人 | 不滿300人 | 不及300人
300 [-, 299] nearly 人 = 未满300人 | 未达300人 | 未达到300人 | 没有达到300人 | 少于300人 | 低于300人 | 小于300人 | <300人
10 [-, 10] nearly 年 = 近十年
90 [-, 90] nearly % = 近九成

300 [-, -] about 人 = 约300人 | 约有300人 | 大约300人 | 大概300人 | 大致300人 | 估计300人 | 300人左右 | 300人上下 | 约300人左右
300 [-, -] about = 300左右 | ≈300 | ~300 | ～300

300 [300, 500] between 元 = 300至500元 | 300到500元 | 300-500元 | 300–500元 | 300—500元 | 300——500元 | 300~500元 | 300～500元 | 约300-500元
2 [2, 3] between 名 = 2-3名 | 两到三名
30000 [30000, 50000] between 人 = 3~5万人 | 3万至5万人 | 3万人至5万人
3000 [3000, 50000] between = 3千到5万
2000 [2000, 3000] between = 两到三千
180000 [180000, 300000] between = 十八至三十万
1000 [1000, 1500] between = 一千到一千五百
700000000000 [700000000000, 900000000000] between 元 = 七千到九千亿元
5000 [5000, 10000] between = 0.5-1万
90 [90, 95] between % = 90%-95% | 90-95%
70 [70, 80] between % = 七至八成

36 [35.5, 36.5] rounded % = 36% | 36％
90 [89.5, 90.5] rounded % = 90% | 百分之九十
100 [100, 100] exact % = 100% | 百分之百 | 十成
20.96 [20.955, 20.965] rounded % = 20.96% | 百分之二十点九六 | 百分之20.96
36 [35.95, 36.05] rounded % = 36.0%
90 [85, 95] rounded % = 九成
95 [94.5, 95.5] rounded % = 9.5成
2.5 [2.495, 2.505] rounded 倍 = 2.50倍
3 [2.5, 3.5] rounded 倍 = 3倍
8.5 [8.45, 8.55] rounded 每万人 = 每万人8.5人 | 8.5人/万人 | 8.5 per 10,000
87 [86.5, 87.5] rounded 每万人 = 每万人拥有87名

300 [-, -] about 人 = around 300 people | some 300 people | about 300 people
1200000 [-, -] about = approximately 1.2 million
200000 [190000, 210000] rounded = 200,000 | 200 thousand
3000000000 [2850000000, 3150000000] rounded 元 = 3 billion yuan
4000 [4000, -] at_least 家 = over 4,000 agencies | Over 4,000 agencies | exceeded 4,000 agencies | exceeding 4,000 agencies
1200000 [1200000, -] at_least 人 = more than 1.2 million licensed social workers | surpassed 1.2 million people | topped 1.2 million people
300 [300, -] at_least = at least 300 | no fewer than 300 | 300 or more
200000 [200000, -] at_least = top 200,000
3000000 [3000000, -] at_least = top 3 million
200 [200, -] at_least 个 = just over 200 stations
300 [-, 299] nearly = nearly 300 | fewer than 300
300 [-, 299] nearly 个 = almost 300 stations
300 [-, 299] nearly 户 = under 300 households
5000 [-, 5000] at_most 元 = up to 5,000 yuan
300 [-, 300] at_most = no more than 300 | not more than 300
3000 [3000, 3000] exact 元 = RMB 3,000 | RMB3,000
300 [300, 500] between = 300 to 500
3000000 [3000000, 5000000] between = 3 to 5 million
93 [92.5, 93.5] rounded % = 93 percent | 93 per cent
12 [12, 12] exact 年 = 12 years

1286 [1286, 1286] exact 名 = 1286①名 | 1286②名 | 1286名③ | 1286[1]名 | 1\u00ad286名 | 1\u200b286名 | 1286\ufeff名 | 𝟏𝟐𝟖𝟔名
"""

REFUSED = {
    "no number": ["", "X人", "多家", "若干名", "首次", "双方", "余", "以上", "(yī)", "一共", "约", "-", "一次性"],
    "vague": ["数百人", "几十个", "数十万元", "十几个", "十数人", "几千", "上千上万", "成百上千", "三十来人", "百十号人"],
    "digits in a row": ["两三次", "七八百户", "三四十人", "两三千", "三五百", "十五六", "七八九人", "三二一", "一二三份", "一一", "二两", "十两", "二十两", "两百点两"],
    "hoped for": ["力争突破3万", "有望突破3万", "即将突破300个", "计划3万", "将达3万", "预计300人", "拟招30人", "争取300", "expected to top 300,000", "projected to exceed 300", "hoped to surpass 300"],
    "negated": ["不300人", "不约300", "没300", "不上百", "未300", "not 300", "not about 300", "非300", "无300"],
    "ranks": ["top 10 agencies", "top 100", "over the top 10"],
    "money twice": ["RMB RMB 300", "RMB 300人", "RMB", "RMB 300 to RMB 500", "人300"],
    "two bounds": ["超过300人以内", "最高3-5万", "300至500余人", "至少近300", "最多不少于30人", "nearly over 300"],
    "two numbers": ["2、3名", "三、四百人", "80岁以上30人", "300 50", "3+1", "300和500", "300,50", "3人5人", "2022年30人"],
    "ranges": ["5-3", "3-3", "两到三千万", "八到九百亿", "500-1万", "2018-2019", "2018年至2019年", "3至", "至3", "3-5-7", "010-64035547", "0-5", "2-3亿5000万", "二到三千五百"],
    "ratios": ["1:3", "3比1", "三分之一", "1/3", "½", "1½万", "2½万名", "25‰", "千分之三", "20个百分点", "300元/月", "每千人3人", "12.3‰"],
    "signs": ["负五", "-5", "−5", "－5", "+300", "±5", "零下5"],
    "powers": ["1e5", "10^5", "10²", "2³个", "3×10", "10⁵人", "10⁴人次", "300²人", "1286²个", "5!"],
    "grouping": ["12,34", "1,23,456", "1.234.567", "0,123", "1,234,56", "1234,567", "1 2345", "12 34", "1, 286", "1. 5万"],
    "other separators": ["1'286", "1’286", "1;286", "1_286", "1、286", "1。5", "1\n286", "1　286", "1\t286"],
    "letters": ["3O0", "l00", "3OO人", "3o", "A3", "3k", "30w", "1.2m", "3⁰0"],
    "scales": ["万元", "百人", "千", "亿", "万", "余万", "1.5亿2000万", "3万5", "3千5", "1.5万5千", "万万", "5万3万", "3百4百"],
    "spoken": ["零百", "一百十百", "十十", "五百千", "零五", "零一百", "廿十", "二十十", "一亿一亿", "一零百", "半百", "一年半", "一亿三千", "1亿3千人"],
    "dates and hours": ["2022年", "二〇二二年", "1999年", "12点30人", "3点5", "4·15", "5月", "1日", "一年三个月", "一月"],
    "ordinals": ["第十五个", "第3次", "第三批30人", "第", "第约3"],
    "signs beside": ["①1200人", "1200①300", "①", "⑩名", "1200①万", "㈠", "Ⅳ期", "30°", "30#"],
    "brackets": ["300(approx)", "300人(about)", "300(or more)", "50万元（含）以上", "(300)", "300(人)"],
    "units": ["300米", "45万美元", "300港元", "30岁", "3公斤", "30人名", "300元人", "30 dollars", "半", "半数", "俩人", "仨"],
    "words": ["减少50人", "超额50人", "附近50人", "最近50人", "提高50人", "人均300", "会上30人", "其中50人", "增加50人", "上3000"],
    "number words": ["two hundred", "a hundred", "dozens", "one million"],
}  # fmt: skip

CASES = [
    (expected, tokens.split(" | "))
    for expected, tokens in (line.split(" = ") for line in QUANTITIES.splitlines() if line)
]


def shown(quantity: Quantity) -> str:
    """Return a quantity as the cases write it."""
    value, lower, upper = (
        "-" if n is None else f"{n.normalize():f}" for n in (quantity.value, quantity.lower, quantity.upper)
    )
    return f"{value} [{lower}, {upper}] {quantity.qualifier} {quantity.classifier}".rstrip()


def read(token: str, **metric: str) -> str:
    """Return what a token says, or `refused`."""
    try:
        return shown(parse_quantity(token, **metric))
    except NotAQuantity:
        return "refused"


@pytest.mark.parametrize(("expected", "tokens"), CASES)
def test_a_token_is_read(expected: str, tokens: list[str]) -> None:
    assert {token: read(token) for token in tokens} == dict.fromkeys(tokens, expected)


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_not_understood_whole_is_refused(kind: str) -> None:
    assert [token for token in REFUSED[kind] if read(token) != "refused"] == []


METRICS = [
    ("2万元", "standard", "cny", "reported", "20000 [20000, 20000] exact 元"),
    ("1.5万元", "standard", None, "reported", "15000 [15000, 15000] exact 元"),
    ("2万元", "flow", "cny", "reported", "20000 [19000, 21000] rounded 元"),
    ("2万", "standard", "person", "reported", "20000 [19000, 21000] rounded"),
    ("1.2万人", "stock", "person", "target", "12000 [12000, 12000] exact 人"),
    ("90%", "ratio", "percent", "target", "90 [90, 90] exact %"),
    ("不少于3万人", "stock", "person", "target", "30000 [30000, -] at_least 人"),
    ("36", "ratio", "percent", "reported", "36 [35.5, 36.5] rounded"),
    ("100", "ratio", "percent", "reported", "100 [100, 100] exact"),
    ("8.5人", "ratio", "per_10000", "reported", "8.5 [8.45, 8.55] rounded 人"),
    ("近36", "ratio", "percent", "reported", "36 [-, 36] nearly"),
    ("近700万", "flow", "cny", "reported", "7000000 [-, 7000000] nearly"),
    ("近10", "duration", "year", "reported", "10 [-, 10] nearly"),
]


@pytest.mark.parametrize(("token", "kind", "unit", "status", "expected"), METRICS)
def test_the_metric_decides_the_bounds(token: str, kind: str, unit: str | None, status: str, expected: str) -> None:
    assert shown(parse_quantity(token, kind=kind, unit=unit, status=status)) == expected


UNITS = [
    ("300人", "person", True), ("300", "person", True), ("300家", "person", False), ("90%", "person", False),
    ("90%", "percent", True), ("九成", "percent", True), ("每万人8.5人", "person", False), ("每万人8.5人", "per_10000", True),
    ("第3名", "person", False), ("第3名", "rank", True), ("2.5倍", "person", False), ("8.5人", "percent", False),
]  # fmt: skip


@pytest.mark.parametrize(("token", "unit", "expected"), UNITS)
def test_a_printed_unit_fits_the_metric_or_not(token: str, unit: str, expected: bool) -> None:
    words = {"person": ["名", "人", "位"], "rank": ["名", "位"]}.get(unit, [])
    assert fits(parse_quantity(token), unit, words) is expected


def test_every_measure_word_of_the_schema_is_known() -> None:
    schema = json.loads((ROOT / "schemas" / "metrics.json").read_text("utf-8"))
    units = next(field for field in schema["fields"] if field["name"] == "unit")["categories"]
    for unit in units:
        for word in unit.get("classifiers", ()):
            assert fits(parse_quantity(f"3{word}"), unit["value"], unit["classifiers"]), word


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("有望突破3万", "hoped for"), ("数百人", "vague"), ("300米", "'米' is not a known word"), ("2022年", "calendar year"),
        ("1 2345", "a space parts its digits"), ("超过300人以内", "two bounds: at_least, at_most"),
        ("12,34", "'12,34' is not one number"), ("", "contains no number"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_token_and_the_reason(token: str, reason: str) -> None:
    with pytest.raises(NotAQuantity) as refusal:
        parse_quantity(token)
    assert str(refusal.value).startswith(f"{token!r} is not a quantity: ")
    assert reason in str(refusal.value)


def test_the_longest_token_and_the_largest_number() -> None:
    assert read("共" * 98 + "1人") == "1 [1, 1] exact 人"
    assert read("共" * 99 + "1人") == "refused"
    assert read("999999999999999人") == f"{10**15 - 1} [{10**15 - 1}, {10**15 - 1}] exact 人"
    assert read("1000000000000000人") == read("0.123456789") == "refused"


def test_a_token_takes_little_time_whatever_it_holds() -> None:
    began = time.perf_counter()
    for character in ("亿", "零", "1", "1,", "一", "余万", "至", "第", " ", "1 ", "(ā", "①", "百分之"):
        read(("1" + character * 100)[:100])
    assert time.perf_counter() - began < 1


def test_the_script_does_not_matter() -> None:
    tokens = [token for _, tokens in CASES for token in tokens if set("万亿户领余过") & set(token)]
    traditional = str.maketrans("万亿户领余过", "萬億戶領餘過")
    assert [token for token in tokens if read(token.translate(traditional)) != read(token)] == []


def test_bounds_are_rounded_inward_for_whole_numbers() -> None:
    inward = parse_quantity("12.3456万元").round_bounds_inward()
    assert (inward.lower, inward.upper) == (123456, 123456)
    assert parse_quantity("60余家").round_bounds_inward() == parse_quantity("60余家")
    assert parse_quantity("90%").round_bounds_inward().unit == "percent"
    assert parse_quantity("12.5%").round_bounds_inward().lower == Decimal(13)


@pytest.mark.slow
def test_plain_tokens_are_read_at_once_as_one_by_one(package):
    classifiers = measure_words(package.schemas["metrics"])
    numbers = ("0", "1", "07", "12", "2015", "9000", "10000", "12345", "1,286", "1,23", "12,000", "123456789012345")
    words = {"", "年", "%", "倍", "余人", "万"}.union(*classifiers.values())
    kinds = package.schemas["metrics"].field("kind").codes
    tokens = [number + space + word for number in numbers for space in ("", " ") for word in sorted(words)]
    before = ("超过", "近", "最高", "约", "每万人", "第", "top", "5至", "二", "人[", "１", ".")
    after = ("", "人", "元", "%", "年", "]", "至九千人", "成", ",", "½")
    tokens += [first + number + last for first in before for number in numbers for last in after]
    keys = pl.DataFrame(
        [(token, kind, unit, "reported") for token in tokens for kind in kinds for unit in classifiers],
        list(READ_BY),
        orient="row",
    )
    plain = read_plain(keys, classifiers)
    assert plain.height > 1_000
    assert {"超过12人", "近1,286人", "最高9000元"} <= set(plain["value_text"])
    assert not {"100%", "2015年", "top12", "人[12]", "二12人", "１12人", "12½"} & set(plain["value_text"])
    for token, kind, unit, status, *read in plain.iter_rows():
        assert tuple(read) == parse_token(token, kind, unit, status, classifiers[unit])
