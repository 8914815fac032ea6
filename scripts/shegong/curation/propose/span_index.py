"""An index of spans by the characters that they contain."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

Span = tuple[int, int]


class SpanIndex:
    """Spans of a text, to look up which of them contains another."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = sorted(spans)
        self._furthest: list[Span] = []  # of the spans up to each one, the one that ends last
        furthest = (0, 0)
        for span in self._spans:
            furthest = max(furthest, span, key=lambda s: s[1])
            self._furthest.append(furthest)

    def containing(self, span: Span) -> Span | None:
        """Return a span that contains another; of several the one that ends last."""
        at = bisect_right(self._spans, (span[0], float("inf"))) - 1
        return self._furthest[at] if at >= 0 and self._furthest[at][1] >= span[1] else None
