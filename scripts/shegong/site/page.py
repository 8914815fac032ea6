"""A page of the site before it is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Page:
    """A page in one language.

    Attributes:
        path: Where it is, within the folder of its language.
        template: The file of its template.
        title: What it is about.
        description: One sentence on it, for search engines.
        context: What its template shows.
    """

    path: str
    template: str
    title: str
    description: str
    context: dict[str, Any]

    @property
    def root(self) -> str:
        """The way from this page to the folder of its language."""
        return "../" * self.path.count("/")


FOLDER = "../"
"""The way from a page in a folder, such as a place, to the folder of its language."""
