"""The tile map: one tile for each province-level unit, all equal, roughly where the unit lies. Our own drawing."""

from __future__ import annotations

from typing import NamedTuple


class Tile(NamedTuple):
    """A tile: its place, counted from the upper left, and a short name in each language."""

    column: int
    row: int
    en: str
    zh: str


TILES = {
    "230000": Tile(6, 0, "HL", "黑龙江"),
    "150000": Tile(4, 1, "NM", "内蒙古"),
    "220000": Tile(6, 1, "JL", "吉林"),
    "650000": Tile(0, 2, "XJ", "新疆"),
    "620000": Tile(1, 2, "GS", "甘肃"),
    "640000": Tile(2, 2, "NX", "宁夏"),
    "140000": Tile(3, 2, "SX", "山西"),
    "110000": Tile(4, 2, "BJ", "北京"),
    "120000": Tile(5, 2, "TJ", "天津"),
    "210000": Tile(6, 2, "LN", "辽宁"),
    "630000": Tile(1, 3, "QH", "青海"),
    "610000": Tile(2, 3, "SN", "陕西"),
    "410000": Tile(3, 3, "HA", "河南"),
    "130000": Tile(4, 3, "HE", "河北"),
    "370000": Tile(5, 3, "SD", "山东"),
    "540000": Tile(0, 4, "XZ", "西藏"),
    "510000": Tile(1, 4, "SC", "四川"),
    "500000": Tile(2, 4, "CQ", "重庆"),
    "420000": Tile(3, 4, "HB", "湖北"),
    "340000": Tile(4, 4, "AH", "安徽"),
    "320000": Tile(5, 4, "JS", "江苏"),
    "310000": Tile(6, 4, "SH", "上海"),
    "530000": Tile(1, 5, "YN", "云南"),
    "520000": Tile(2, 5, "GZ", "贵州"),
    "430000": Tile(3, 5, "HN", "湖南"),
    "360000": Tile(4, 5, "JX", "江西"),
    "330000": Tile(5, 5, "ZJ", "浙江"),
    "450000": Tile(3, 6, "GX", "广西"),
    "440000": Tile(4, 6, "GD", "广东"),
    "350000": Tile(5, 6, "FJ", "福建"),
    "460000": Tile(3, 7, "HI", "海南"),
}
"""By region id. The English short names are those of ISO 3166-2."""
