"""A parser of pages that forgives nothing."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr", "img"}


class Strict(HTMLParser):
    """Finds elements that are not closed, or closed out of order, and attributes that are there twice."""

    def __init__(self, text: str) -> None:
        """Read a page."""
        super().__init__()
        self.opened: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)
        self.close()
        self.wrong += self.opened

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(attrs) != len(dict(attrs)):
            self.wrong.append(f"{tag} {attrs}")
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.opened or self.opened.pop() != tag:
            self.wrong.append(f"/{tag}")
