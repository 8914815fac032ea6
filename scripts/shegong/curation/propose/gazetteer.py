"""The official division names from province to township: what a name may mean, and what lies in what.

The table `divisions.csv` is made by `scripts/make_divisions.py`; village names are not in it.
The list `everyday_words.txt` is kept by hand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

COUNTRY = "CN"
SHORTEST = 2
"""A name of a single character names nothing in running text."""

ETHNIC = (
    "蒙古族|蒙古|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克|傣族|黎族|傈僳族|佤族|畲族|"
    "高山族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯|阿昌族|普米族|塔吉克|怒族|"
    "鄂温克族|德昂族|保安族|裕固族|京族|独龙族|鄂伦春族|赫哲族|门巴族|珞巴族|基诺族|各族"
)
AUTONOMOUS = re.compile(f"(?<!内)(?:{ETHNIC})*自治[区州县旗]$")
SUFFIX = re.compile("(?:特别行政区|地区|林区|[省市县区旗盟])$")
TOWNSHIP = re.compile("(?:街道|街道办事处|地区办事处|地区|[镇乡]|苏木)$")

NOT_PINYIN = {
    "150000": "Inner Mongolia",
    "150100": "Hohhot",
    "150600": "Ordos",
    "150700": "Hulunbuir",
    "230100": "Harbin",
    "540000": "Tibet",
    "540100": "Lhasa",
    "540200": "Shigatse",
    "610000": "Shaanxi",
    "650100": "Urumqi",
    "650200": "Karamay",
    "650400": "Turpan",
    "653100": "Kashgar",
}
"""English names of provinces and prefectures that are not their pinyin; of smaller places the curator knows better."""
ENGLISH_SUFFIX = (
    ("街道办事处", "Subdistrict"),
    ("街道", "Subdistrict"),
    ("苏木", "Sum"),
    ("镇", "Town"),
    ("乡", "Township"),
    ("自治旗", "Autonomous Banner"),
    ("自治县", "Autonomous County"),
    ("自治州", "Autonomous Prefecture"),
    ("林区", "Forestry District"),
    ("地区", "Prefecture"),
    ("旗", "Banner"),
    ("盟", "League"),
    ("县", "County"),
    ("区", "District"),
    ("市", ""),
    ("省", ""),
)


@dataclass(frozen=True)
class Gazetteer:
    """Names and codes of places.

    Attributes:
        names: The official name of each code.
        full: The codes that bear a name, in its official form.
        short: The codes of provinces, prefectures and counties that a name means when its suffix is left away.
        everyday: Names that are words of every day as well (和平, 资源, 城区): by themselves they name no place.
        lengths: For the first two characters of any name the lengths of the names that begin so, longest first.
    """

    names: dict[str, str]
    full: dict[str, tuple[str, ...]]
    short: dict[str, tuple[str, ...]]
    everyday: frozenset[str]
    lengths: dict[str, tuple[int, ...]]

    def level(self, region_id: str) -> str:
        """The level of a place; a zone that the statistics bureau lists is a functional area."""
        return level(region_id, self.names.get(region_id, ""))

    def parent(self, region_id: str) -> str | None:
        """The nearest place above that exists; None above the country."""
        if region_id == COUNTRY:
            return None
        above = (region_id[:9], region_id[:6], region_id[:4] + "00", region_id[:2] + "0000")
        shorter = (code for code in above if significant(code) != significant(region_id))
        return next((code for code in shorter if code in self.names), COUNTRY)

    def path(self, region_id: str) -> tuple[str, ...]:
        """The place and all above it, upwards, without the country."""
        path: list[str] = []
        at: str | None = region_id
        while at and at != COUNTRY:
            path.append(at)
            at = self.parent(at)
        return tuple(path)

    def contains(self, outer: str, inner: str) -> bool:
        """Whether a place lies in another; no place lies in itself."""
        return outer != inner and (outer == COUNTRY or significant(inner).startswith(significant(outer)))

    def name_en(self, region_id: str) -> str:
        """A proposal for the English name, in pinyin."""
        return NOT_PINYIN.get(region_id) or _name_en(self.names[region_id])


def significant(region_id: str) -> str:
    """The digits that the code of a place below begins with; a code made here has no place below, and is whole."""
    if region_id == COUNTRY:
        return ""
    if len(region_id) != 6:
        return region_id
    return region_id[:2] if region_id.endswith("0000") else region_id[:4] if region_id.endswith("00") else region_id


def level(region_id: str, name: str) -> str:
    """The level of a place by the shape of its code, as in the code list of `regions.level`."""
    if region_id == COUNTRY:
        return "country"
    if "-" in region_id:
        return "functional_area"
    if len(region_id) == 6:
        is_zone = region_id[4] == "7"
        shape = {2: "province", 4: "prefecture"}.get(len(significant(region_id)), "county")
        return "functional_area" if is_zone else shape
    if len(region_id) == 9:
        is_zone = region_id[6] in "45" and not TOWNSHIP.search(name)
        return "functional_area" if is_zone else "township"
    return "village"


def short_name(name: str) -> str:
    """The name as people say it (德清县: 德清); the whole name where nothing would be left to name a place by."""
    stem = AUTONOMOUS.sub("", name) if AUTONOMOUS.search(name) else SUFFIX.sub("", name)
    return stem if len(stem) >= SHORTEST else name


@cache
def load_gazetteer() -> Gazetteer:
    """Read the table of divisions and the list of words of every day; once in a process."""
    folder = files("shegong.curation.propose")
    table = folder.joinpath("divisions.csv").read_text(encoding="utf-8")
    everyday = frozenset(folder.joinpath("everyday_words.txt").read_text(encoding="utf-8").split())
    names = dict(line.split(",", 1) for line in table.splitlines()[1:])
    full: dict[str, list[str]] = {}
    short: dict[str, list[str]] = {}
    for code, name in names.items():
        full.setdefault(name, []).append(code)
        if len(code) == 6:
            stem = short_name(name)
            if stem != name and code[4] != "7":
                short.setdefault(stem, []).append(code)
    _without_parent(names, full)
    return Gazetteer(names, _frozen(full), _frozen(short), everyday, _lengths([*full, *short]))


def _without_parent(names: dict[str, str], full: dict[str, list[str]]) -> None:
    """Let a name that begins with its parent's (济源市沁园街道) be known without it too."""
    for code, name in names.items():
        parent = names.get(code[:6]) if len(code) == 9 else names.get(code[:4] + "00")
        if parent and name.startswith(parent) and len(name) - len(parent) > SHORTEST:
            full.setdefault(name[len(parent) :], []).append(code)


def _frozen(codes: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(found) for name, found in codes.items()}


def _lengths(names: list[str]) -> dict[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = {}
    for name in names:
        lengths.setdefault(name[:2], set()).add(len(name))
    return {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}


def _name_en(name: str) -> str:
    suffix, english = next(((zh, en) for zh, en in ENGLISH_SUFFIX if name.endswith(zh)), ("", ""))
    autonomous = AUTONOMOUS.search(name)
    stem = AUTONOMOUS.sub("", name) if autonomous else name.removesuffix(suffix)
    if len(stem) < SHORTEST:  # 城区, 赵县: the suffix is spoken as part of the name
        stem = stem + suffix if not english or autonomous else stem
    return " ".join(part for part in (_pinyin(stem or name), english) if part)


def _pinyin(name: str) -> str:
    """One word, its syllables parted by an apostrophe where they would run together (Nan'en)."""
    from pypinyin import lazy_pinyin

    word = ""
    for syllable in lazy_pinyin(name):
        word += f"'{syllable}" if word and syllable[0] in "aeo" else syllable
    return word.capitalize()
