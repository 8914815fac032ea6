"""HTML: extract the main text of a page, and what the page states about it."""

from __future__ import annotations

import re
from pathlib import Path

from shegong.chinese import letters
from shegong.curation.extract.page import Page, on_one_line, silence
from shegong.curation.extract.script import HAN
from shegong.errors import PackageError, first_line

_NO_TEXT = "{}: no main text was found in the page. Save its text as a .txt file"
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


def read_html(path: Path, html: str) -> Page:
    """Extract the main text of a page, with its title on top.

    Raises:
        PackageError: The page cannot be parsed, or has no main text.
    """
    import trafilatura

    from shegong.curation.extract.displayed import as_displayed, with_line_breaks

    try:
        with silence():
            tree = trafilatura.load_html(html)
            if tree is None:
                raise PackageError(_NO_TEXT.format(path))
            as_displayed(tree)
            text = trafilatura.extract(tree, include_comments=False, include_tables=True, deduplicate=False)
            # An extensive search would take dates out of the sentences.
            stated = trafilatura.extract_metadata(html, extensive=False)
    except PackageError:
        raise
    except Exception as error:  # a broken page can raise any exception in the parser
        raise PackageError(f"{path}: cannot be parsed as HTML: {first_line(error)}") from None
    if not text:
        raise PackageError(_NO_TEXT.format(path))
    title = on_one_line(stated.title)
    site = on_one_line(stated.sitename) if stated.sitename != stated.hostname else ""
    named = tree.xpath("//meta[translate(@name, 'CONTESUR', 'contesur') = 'contentsource']/@content")
    publisher = on_one_line(named[0]) if named else site
    text = _INVISIBLE.sub("", with_line_breaks(text))
    return Page(_with_title(title, text), title, publisher, on_one_line(stated.url), on_one_line(stated.date))


def _with_title(title: str, text: str) -> str:
    """Put the title before the text, since the page prints it and it may contain a figure."""
    head, first = letters(text[: 2 * len(title) + 100]), letters(text.split("\n", 1)[0])
    is_there = letters(title) in head or first in letters(title)
    return text if is_there or not HAN.search(title) else f"{title}\n{text}"
