"""The official names of divisions from province to township, and which division contains which.

The table `divisions.csv` is made by `scripts/make_divisions.py`, without villages.
The list `everyday_words.txt` is maintained by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from shegong.chinese import is_in_simplified, simplified
from shegong.region_names import AUTONOMOUS, COUNTRY, MIN_NAME_LETTERS, level_of, short_name, significant_digits

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
"""English names of provinces and prefectures that are not pinyin.
For smaller places the curator supplies the English name."""
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
        full: The codes of an official name.
        short: The codes of provinces, prefectures and counties that a name without its suffix means.
        everyday: Names that are also everyday words (和平, 资源, 城区): alone they do not name a place.
        lengths: For the first two characters of any name the lengths of these names, longest first.
    """

    names: dict[str, str]
    full: dict[str, tuple[str, ...]]
    short: dict[str, tuple[str, ...]]
    everyday: frozenset[str]
    lengths: dict[str, tuple[int, ...]]

    def level(self, region_id: str) -> str:
        """Return the level of a place; a zone of the statistics bureau is a functional area."""
        return level_of(region_id, self.names.get(region_id, ""))

    def parent(self, region_id: str) -> str | None:
        """Return the nearest existing place above; None for the country."""
        if region_id == COUNTRY:
            return None
        above = (region_id[:9], region_id[:6], region_id[:4] + "00", region_id[:2] + "0000")
        shorter = (code for code in above if significant_digits(code) != significant_digits(region_id))
        return next((code for code in shorter if code in self.names), COUNTRY)

    def path(self, region_id: str) -> tuple[str, ...]:
        """Return the place and all above it, upwards, without the country."""
        path: list[str] = []
        at: str | None = region_id
        while at and at != COUNTRY:
            path.append(at)
            at = self.parent(at)
        return tuple(path)

    def contains(self, outer: str, inner: str) -> bool:
        """Return whether a place is in another; a place is not in itself."""
        return outer != inner and (outer == COUNTRY or significant_digits(inner).startswith(significant_digits(outer)))

    def name_en(self, region_id: str) -> str:
        """Propose an English name in pinyin."""
        return NOT_PINYIN.get(region_id) or _name_en(self.names[region_id])


@cache
def load_gazetteer() -> Gazetteer:
    """Read the divisions and the everyday words, once in a process."""
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
    _in_normalized_text(full)
    return Gazetteer(names, _frozen(full), _frozen(short), everyday, _lengths([*full, *short]))


def _without_parent(names: dict[str, str], full: dict[str, list[str]]) -> None:
    """Add the shorter form of a name that begins with its parent's (济源市沁园街道)."""
    for code, name in names.items():
        parent = names.get(code[:6]) if len(code) == 9 else names.get(code[:4] + "00")
        if parent and name.startswith(parent) and len(name) - len(parent) > MIN_NAME_LETTERS:
            full.setdefault(name[len(parent) :], []).append(code)


def _in_normalized_text(full: dict[str, list[str]]) -> None:
    """Add the forms that names with rare characters have in a normalized text (鮀江街道)."""
    rare = [name for name in full if not all(map(is_in_simplified, name))]
    for name, form in zip(rare, simplified("\n".join(rare)).split("\n"), strict=True):
        if form != name:
            full.setdefault(form, []).extend(full[name])


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
    if len(stem) < MIN_NAME_LETTERS:  # 城区, 赵县: the suffix is part of the spoken name
        stem = stem + suffix if not english or autonomous else stem
    return " ".join(part for part in (_pinyin(stem or name), english) if part)


def _pinyin(name: str) -> str:
    """Return one word, with an apostrophe where syllables would merge (Nan'en)."""
    from pypinyin import lazy_pinyin

    word = ""
    for syllable in lazy_pinyin(name):
        word += f"'{syllable}" if word and syllable[0] in "aeo" else syllable
    return word.capitalize()
