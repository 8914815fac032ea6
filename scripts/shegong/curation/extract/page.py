"""What the readers of HTML and PDF share: the page they return, and silence."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """A text and what its file states about it.

    Attributes:
        text: The text.
        title: The title, or empty like the following.
        publisher: The source that the page names, or the name of its site.
        url: The address that the page states.
        published: The date of publication, `YYYY-MM-DD`.
    """

    text: str
    title: str = ""
    publisher: str = ""
    url: str = ""
    published: str = ""


def on_one_line(value: object) -> str:
    """Return a value as text on one line; nothing for None."""
    return " ".join(str(value or "").split())


@contextmanager
def silence() -> Iterator[None]:
    """Suppress logs and warnings of the libraries: the user gets one line from this program."""
    level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
