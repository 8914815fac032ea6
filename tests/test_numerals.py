"""The numerals of the ledger: whatever can carry a number, and no part of an ordinary word."""

from __future__ import annotations

import re
import unicodedata

import pytest

from shegong.chinese import NUMERAL, NUMERAL_CHARACTER

FOUND = {
    "2023年1月": ["2023", "1"], "１２３４人": ["１２３４"], "3万5千人": ["3", "万", "5", "千"], "三十二家": ["三十二"], "二○二二年": ["二○二二"],
    "廿五个": ["廿五"], "卅人": ["卅"], "俩人和仨人": ["俩", "仨"], "半年": ["半"], "双方": ["双"], "首次": ["首"], "½": ["½"],
    "1200①人": ["1200", "①"], "⑩": ["⑩"], "10²": ["10", "²"], "Ⅳ期": ["Ⅳ"], "㈠": ["㈠"], "⼀是加强": ["⼀"], "٣": ["٣"],
    "叁万元": ["叁万"], "叁名": ["叁"], "叁佰人": ["叁佰"], "貳拾萬": ["貳拾萬"], "壹贰叁肆": ["壹贰叁肆"], "伍拾陆名": ["伍拾陆"], "拾万": ["拾万"],
    "3佰": ["3", "佰"], "队伍一百人": ["一百"], "大陆两岸": ["两"], "队伍陆续": [],
}  # fmt: skip
NOT_FOUND = ["队伍", "入伍", "大陆", "陆续", "登陆", "放肆", "大肆", "收拾", "伍某", "叁", "玖", "人员", "若干", "数", "几"]  # fmt: skip


@pytest.mark.parametrize(("text", "numerals"), FOUND.items(), ids=FOUND)
def test_each_run_that_carries_a_number_is_found(text: str, numerals: list[str]) -> None:
    assert NUMERAL.findall(text) == numerals
    assert all(re.search(NUMERAL_CHARACTER, numeral) for numeral in numerals)


@pytest.mark.parametrize("word", NOT_FOUND)
def test_a_word_carries_no_number(word: str) -> None:
    assert not NUMERAL.findall(f"{word}壮大")


def test_every_sign_of_chinese_print_that_unicode_calls_a_number_is_a_numeral() -> None:
    blocks = (range(0xA0, 0x530), range(0x2000, 0x2C00), range(0x3000, 0x3400), range(0xFF00, 0xFFF0))
    signs = [chr(code) for block in blocks for code in block if unicodedata.category(chr(code)) in ("Nd", "Nl", "No")]
    assert len(signs) > 200
    assert [sign for sign in signs if not NUMERAL.fullmatch(sign) and unicodedata.category(sign) != "Nd"] == []
    assert [sign for sign in signs if not NUMERAL.search(sign)] == []
