"""Words: segment a text with a general lexicon of Chinese."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rjieba import Jieba


@dataclass(frozen=True)
class Word:
    """A word.

    Attributes:
        start: Index of its first character.
        end: One past its last.
        text: Its characters.
        tag: The lexicon's part of speech (`n` noun, `d` adverb, `m` number, `ns` place, `i` idiom …).
        is_known: Whether the lexicon contains it; else it was guessed.
    """

    start: int
    end: int
    text: str
    tag: str
    is_known: bool


class Words:
    """The words of a text in order."""

    def __init__(self, words: tuple[Word, ...]) -> None:
        self._words = words
        self._starts = [word.start for word in words]

    def at(self, index: int) -> Word:
        """Return the word that contains a character."""
        return self._words[bisect_right(self._starts, index) - 1]


def words_of(text: str) -> Words:
    """Segment a text into words."""
    lexicon = _lexicon()
    found, start = [], 0
    for word, tag in lexicon.tag(text):
        found.append(Word(start, start + len(word), word, tag, lexicon.has_word(word)))
        start += len(word)
    return Words(tuple(found))


@cache
def _lexicon() -> Jieba:
    from rjieba import Jieba  # takes a fifth of a second

    return Jieba()
