"""Derive from the code and name of a place its level, the digits of places below it, and the name in use.

Checks and curation share these functions. Standard library only.
"""

from __future__ import annotations

import re

COUNTRY = "CN"
CODE_SHAPES = {
    "country": "CN",
    "province": "[0-9]{2}0000",
    "prefecture": "[0-9]{2}(0[1-9]|[1-9][0-9])00",
    "county": "[0-9]{4}(0[1-9]|[1-6][0-9]|[89][0-9])",
    "township": "[0-9]{9}",
    "village": "[0-9]{12}",
    "functional_area": "[0-9]{6,12}(-[a-z][a-z0-9-]*)?",
}
"""The codes of each level, the highest first; a functional area is below any place that can be its parent."""

ETHNIC = (
    "蒙古族|蒙古|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克|傣族|黎族|傈僳族|佤族|畲族|"
    "高山族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯|阿昌族|普米族|塔吉克|怒族|"
    "鄂温克族|德昂族|保安族|裕固族|京族|独龙族|鄂伦春族|赫哲族|门巴族|珞巴族|基诺族|各族"
)
AUTONOMOUS = re.compile(f"(?<!内)(?:{ETHNIC})*自治[区州县旗]$")
SUFFIX = re.compile(
    "(?:特别行政区|经济技术开发区|地区办事处|街道办事处|街道|大社区|社区|地区|林区|苏木|[省市县区旗盟镇乡村])$"
)
TOWNSHIP = re.compile("(?:街道|街道办事处|地区办事处|地区|[镇乡]|苏木)$")
MIN_NAME_LETTERS = 2
"""A name of one character does not name a place in running text."""


def short_name(name: str) -> str:
    """Return the name in everyday use (德清县: 德清); the whole name where a single character would be left."""
    stem = AUTONOMOUS.sub("", name) if AUTONOMOUS.search(name) else SUFFIX.sub("", name)
    return stem if len(stem) >= MIN_NAME_LETTERS else name


def significant_digits(region_id: str) -> str:
    """Return the digits with which the codes of places below begin; the whole code where it has no zeros at its end."""
    if region_id == COUNTRY:
        return ""
    if len(region_id) != 6:
        return region_id
    return region_id[:2] if region_id.endswith("0000") else region_id.removesuffix("00")


def level_of(region_id: str, name: str = "") -> str:
    """Return the level of a place by its code, and that of a township's code also by its name."""
    is_zone = len(region_id) == 9 and region_id[6] in "45" and not TOWNSHIP.search(name)
    if is_zone:
        return "functional_area"
    return next((level for level, shape in CODE_SHAPES.items() if re.fullmatch(shape, region_id)), "functional_area")
