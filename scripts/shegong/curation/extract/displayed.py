"""HTML as displayed: leave out what a reader does not see, and separate what the layout separates."""

from __future__ import annotations

import re

from lxml.etree import Comment, ProcessingInstruction, strip_elements, strip_tags
from lxml.html import HtmlElement

from shegong.curation.extract.marks import beside
from shegong.curation.extract.normalize import SENTENCE_STOPS
from shegong.curation.extract.script import HAN

LINE_BREAK = "\u23ce"
"""A line break inside a paragraph, which the extraction would make a space."""
CELL_BREAK = "；"
"""What separates the lines of a cell, since a row prints on one line."""
MAX_LINK_SHARE = 0.5
"""A list with a larger share of its characters in links is a menu."""

_ANY_BREAK = re.compile(rf"\s*{LINE_BREAK}[\s{LINE_BREAK}]*")
_PUNCTUATED_BREAK = re.compile(rf"(?<=[{re.escape(SENTENCE_STOPS)}，、；：！？,]){LINE_BREAK}")
_UNREAD = ("del", "s", "strike", "noscript", "template", "rt", "rp", "rtc", Comment, ProcessingInstruction)
_HIDDEN = re.compile(r"display:none|visibility:(?:hidden|collapse)|mso-hide:all|(?:font-size|opacity):0(?![.\d])")
_LINE_THROUGH = re.compile("text-decoration(?:-line)?:[^;]*line-through")
_VERTICAL_ALIGN = re.compile("vertical-align:(super|sub)")
_LISTS = ("ul", "ol", "dl", "menu", "dir")
_ITEMS = ("li", "dt", "dd", "figcaption", "summary")
_BLOCKS = ("p", "div", "section", *_LISTS, *_ITEMS, "blockquote", "pre", "table", "h1", "h2", "h3", "h4", "h5", "h6")


def with_line_breaks(text: str) -> str:
    """Break the lines of an extracted text where the page does; a row of a table stays one line."""
    return "\n".join(_row(line) if line.startswith("|") else _ANY_BREAK.sub("\n", line) for line in text.split("\n"))


def _row(line: str) -> str:
    return "|".join(f" {_cell(cell)} " if LINE_BREAK in cell else cell for cell in line.split("|"))


def _cell(cell: str) -> str:
    lines = _ANY_BREAK.sub(LINE_BREAK, cell).strip(f"{LINE_BREAK} ")
    return _PUNCTUATED_BREAK.sub("", lines).replace(LINE_BREAK, CELL_BREAK)


def as_displayed(tree: HtmlElement) -> None:
    """Change a tree so that the extraction gives the text that the page displays."""
    strip_elements(tree, *_UNREAD, with_tail=False)
    _drop_hidden(tree)
    _write_raised(tree)
    _flatten_tables(tree)
    _flatten_lists(tree)
    for line_break in [*tree.iter("br")]:
        line_break.tail = LINE_BREAK + (line_break.tail or "")
        line_break.drop_tag()


def _style(element: HtmlElement) -> str:
    return re.sub(r"\s", "", element.get("style", "")).lower()


def _drop_hidden(tree: HtmlElement) -> None:
    """Drop hidden elements, but not one with most of the text, which a script of the page shows."""
    most = len(HAN.findall(str(tree.text_content()))) / 2
    for element in tree.xpath(".//*[@style or @hidden]"):
        style = _style(element)
        is_hidden = element.get("hidden") is not None or _HIDDEN.search(style) or _LINE_THROUGH.search(style)
        if is_hidden and len(HAN.findall(str(element.text_content()))) <= most:
            element.drop_tree()
    for element in tree.xpath(".//*[@aria-hidden='true']"):
        if not re.search(rf"{HAN.pattern}|\d", str(element.text_content())):  # an icon
            element.drop_tree()


def _write_raised(tree: HtmlElement) -> None:
    for element in tree.xpath(".//sup | .//sub | .//span[contains(@style, 'vertical-align')]"):
        named = _VERTICAL_ALIGN.search(_style(element)) if element.tag == "span" else re.match("(su.)", element.tag)
        if named is None or element.getparent() is None:
            continue
        before, after = (str(element.xpath(f"string({axis}::text()[1])")) for axis in ("preceding", "following"))
        text = beside(before, str(element.text_content()), after, is_lowered=named[1] == "sub")
        for child in [*element]:
            element.remove(child)
        element.text = text
        element.drop_tag()


def _flatten_tables(tree: HtmlElement) -> None:
    """Make a table for layout a division, and each cell of the others one line."""
    for table in [*tree.iter("table")]:
        for caption in table.findall("caption"):
            caption.tag = "p"
            table.addprevious(caption)
        if table.find(".//table") is not None or all(len(row) <= 1 for row in table.iter("tr")):
            _as_division(table)
    for cell in tree.iter("td", "th"):
        for block in cell.iter(*_BLOCKS):
            block.text = LINE_BREAK + (block.text or "")
            block.tail = LINE_BREAK + (block.tail or "")
        strip_tags(cell, *_BLOCKS)


def _as_division(table: HtmlElement) -> None:
    for cell in table.xpath("./tr/* | ./tbody/tr/* | ./thead/tr/* | ./tfoot/tr/*"):
        _as_paragraphs(cell)
    rows = table.xpath("./tr | ./*[self::tbody or self::thead or self::tfoot] | ./*/tr")
    for row in (row for row in rows if row.getparent() is not None):
        row.drop_tag()
    table.tag = "div"


def _flatten_lists(tree: HtmlElement) -> None:
    """Make lists and captions paragraphs, which the extraction keeps; menus stay lists."""
    for parent in [*tree.iter(*_LISTS, "figure", "details")]:
        text = str(parent.text_content())
        linked = sum(len(str(link.text_content())) for link in parent.iter("a"))
        if linked > MAX_LINK_SHARE * len(text):
            continue
        for item in [item for item in parent if item.tag in _ITEMS]:
            _as_paragraphs(item)
        _as_paragraphs(parent)


def _as_paragraphs(element: HtmlElement) -> None:
    """Make an element a paragraph, or a division if blocks are in it, their surroundings paragraphs."""
    if next(element.iterdescendants(*_BLOCKS), None) is None:
        element.tag = "p"
        return
    element.tag, children = "div", [*element]
    paragraph = _paragraph(element.text)
    element.text = None
    element.insert(0, paragraph)
    for child in children:
        if child.tag in _BLOCKS:
            paragraph, child.tail = _paragraph(child.tail), None
            child.addnext(paragraph)
        else:
            paragraph.append(child)


def _paragraph(text: str | None) -> HtmlElement:
    paragraph = HtmlElement()
    paragraph.tag, paragraph.text = "p", text
    return paragraph
