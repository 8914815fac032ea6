"""The words of the charts, in both languages. `scripts/make_chart_font.py` puts their characters into the font."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The words of the chart of the country; what is in braces comes from the data."""

    title: str
    subtitle: tuple[str, ...]
    persons: str
    unit: int
    format: str
    publisher: str
    bounds: dict[str, str]
    bounds_title: str
    gap: str
    foot: str


ENGLISH = Words(
    title="Licensed social workers in China, {first} to {last}",
    subtitle=(
        "Every figure that a source prints for the whole country: {figures} figures of {publishers} publishers.",
        "The line joins the best figure of each year. Faint points: an older figure printed again, or one in doubt.",
    ),
    persons="thousand persons",
    unit=1_000,
    format="{:,.0f}",
    publisher="Publisher",
    bounds={"both": "both bounds", "lower": "a lower bound only", "upper": "an upper bound only", "none": "no bound"},
    bounds_title="The figure has",
    gap="no figure",
    foot="shegong {version}, CC BY 4.0",
)
CHINESE = Words(
    title="全国持证社会工作者人数，{first}—{last}年",
    subtitle=(
        "各来源刊载的全国数字共{figures}个，出自{publishers}家发布者。",
        "折线连接每年最可靠的数字；浅色点是旧数重复刊载，或是存疑的数字。",
    ),
    persons="万人",
    unit=10_000,
    format="{:.4g}万",
    publisher="发布者",
    bounds={"both": "有上下界", "lower": "只有下界", "upper": "只有上界", "none": "没有界"},
    bounds_title="数字的范围",
    gap="无数字",
    foot="社工数据包 shegong {version}，CC BY 4.0",
)
WORDS = {"en": ENGLISH, "zh": CHINESE}
SIGNS = {"both": "", "lower": "≥", "upper": "≤", "none": "≈"}
"""What stands before a number on the chart, by its bounds."""
