"""The words of a printed quantity: each has one meaning, and a token contains no others."""

from __future__ import annotations

import re

ABOUT = "约 大约 大概 大致 约为 约有 约达 估计 ≈ about around some approximately roughly"
ABOUT_AFTER = "左右 上下"
BEFORE = {
    "at_least": (
        "至少 最少 起码 不少于 不低于 不小于 不下 不下于 不止 超过 突破 超 逾 破 多于 高于 大于 ≥ > >= "
        "over justover above exceeding exceeded surpassing surpassed top topped "
        "morethan greaterthan atleast nofewerthan notfewerthan nolessthan notlessthan"
    ),
    "at_most": (
        "最高 最多 至多 不超 不超过 不突破 不多于 不高于 不大于 不得超过 不能超过 不可超过 不应超过 "
        "没超过 没有超过 未超 未超过 没突破 没有突破 未突破 尚未突破 尚未超过 ≤ <= upto atmost nomorethan notmorethan"
    ),
    "nearly": (
        "近 接近 将近 逼近 不足 不到 不及 不满 未满 未到 未及 未达 未达到 没到 没达到 没有达到 尚未达到 "
        "少于 低于 小于 < nearly almost under below fewerthan lessthan"
    ),
}
AFTER = {"at_least": "多 余 有余 以上 及以上 或以上 + ormore", "at_most": "以内 以下 及以下 orfewer orless"}
BEFORE_SCALE = {"at_least": "上 过"}
"""Words that set a bound only before a scale without digits: 上百, 过万."""
IGNORED = (
    "有 共 共有 一共 总共 共计 合计 总计 总数 累计 已 已有 已达 达 达到 为 的 能 可 可以 申领 申请 领取 获 获得 享受 "
    "给予 发放 奖励 补助 补贴 资助 支持 配备 设立 建立 覆盖 一次性 人民币 atotalof"
)
JOINERS = "至 到 - -- – — —— ~ 〜 to"
ONE_ONLY = "次 次性 站 站式 年 月"
"""Words after 一 where it is not the number, because another number follows: 一次奖励5000元."""

MEASURES = (
    "名 人 位 人次 人(次) 户 份 家 个 项 支 批次 批 例 次 场 节 期 件 座 处 所 元 年 倍 场次 户次 件次 课时 间 条 册 本"
)
NOUNS = {
    "名": "社工 社会工作者 持证社工 持证社会工作者 志愿者 人员",
    "家": "机构 社工机构",
    "个": "社工站 社会工作站",
    "户": "家庭",
}
"""Nouns that may follow the number, each with the measure word that it implies."""
ENGLISH = {
    "人": "people persons person professionals volunteers candidates applicants "
    "socialworkers licensedsocialworkers certifiedsocialworkers",
    "人次": "person-times persontimes",
    "家": "agency agencies organization organizations organisations socialworkagencies",
    "个": "station stations socialworkstations centres centers posts projects places counties townships",
    "户": "households families",
    "份": "questionnaires",
    "场": "sessions",
    "支": "teams",
    "所": "schools colleges universities",
    "年": "year years",
    "元": "yuan rmb",
}
ENGLISH_SCALES = {"thousand": "千", "million": "百万", "billion": "十亿", "trillion": "万亿"}

MONEY_BEFORE = "rmb"
"""What prints the currency before the number; after it, it is one of the English words."""

PERCENT_BEFORE = "百分之"
PERCENT_AFTER = "% percent"
TENTHS = "成"
PER_10000_BEFORE = "每万人 每万人有 每万人口 每万人拥有 每万人口拥有"
PER_10000_AFTER = "/万人 per10,000 per10,000people per10,000residents"

HOPED = re.compile("有望|力争|即将|计划|预计|预期|争取|目标|希望|拟|将(?!近)|expected|projected|hope|planned")
RANK = re.compile(r"(?<![a-z])top[0-9]{1,3}(?![0-9,.千百十万亿])")
"""The top 10 of a list, where `top` sets no bound."""
VAGUE = re.compile("[数几]|若干|许多|好多|不少(?!于)|[十百千万]来|号人")


def _coded(code: str, meaning: str, words: str) -> dict[str, tuple[str, str]]:
    return dict.fromkeys(words.split(), (code, meaning))


def _vocabulary() -> dict[str, tuple[str, str]]:
    """Return each word with the letter of its class in the grammar, and its meaning."""
    words = _coded("i", "", IGNORED) | _coded("j", "", JOINERS) | _coded("a", "about", ABOUT)
    words |= _coded("A", "about", ABOUT_AFTER) | _coded("o", "", "第") | _coded("u", "倍", "倍")
    for code, table in (("b", BEFORE), ("f", AFTER), ("x", BEFORE_SCALE), ("s", NOUNS), ("u", ENGLISH)):
        for meaning, listed in table.items():
            words |= _coded(code, meaning, listed)
    words |= {measure: ("u", measure) for measure in MEASURES.split()}
    words |= _coded("p", "percent", PERCENT_BEFORE) | _coded("%", "percent", PERCENT_AFTER)
    words |= _coded("c", "percent", TENTHS) | _coded("e", "per_10000", PER_10000_BEFORE)
    return words | _coded("m", "per_10000", PER_10000_AFTER)


WORDS = _vocabulary()
