"""The script of a text: traditional or simplified."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from shegong.chinese import simplified

if TYPE_CHECKING:
    from opencc import OpenCC

HAN_CLASS = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
"""The Chinese characters, for use in a character class."""
HAN = re.compile(f"[{HAN_CLASS}]")


def script_of(text: str) -> str:
    """Return `Hant` if more characters have a traditional than a simplified form, else `Hans`."""
    counts = Counter(HAN.findall(text))
    traditional = sum(count for character, count in counts.items() if is_traditional(character))
    simplified_forms = sum(count for character, count in counts.items() if is_simplified_form(character))
    return "Hant" if traditional > simplified_forms else "Hans"


_IN_BOTH_SCRIPTS = frozenset("乾於徵藉瞭夥麽堃昇陞甦喆祇濛剋甯塚氾洩邨")
"""Characters that have a simplified form, but are kept in names and some words of simplified script."""


@cache
def is_traditional(character: str) -> bool:
    """Return whether a character is used in traditional script only; 乾 of 乾县 is in both."""
    return character not in _IN_BOTH_SCRIPTS and simplified(character) != character


@cache
def is_simplified_form(character: str) -> bool:
    """Return whether a character is used in simplified script only; 后 and 台 are in Big5 and so in both scripts."""
    if is_traditional(character) or character.encode("big5", "ignore"):
        return False
    return str(_traditional_converter().convert(character)) != character


@cache
def _traditional_converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("s2t")
