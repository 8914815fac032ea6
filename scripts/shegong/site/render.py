"""Render pages with Jinja2: every value is escaped, and a name that a template misspells is an error."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from shegong.site.figure_text import plain, year_of
from shegong.site.language import Language
from shegong.site.page import Page

TICKS = re.compile(r"`([^`]*)`")
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self' blob:",
        "worker-src 'self' blob:",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
"""The Content-Security-Policy of every page: scripts, styles and data come from the site itself only."""


def environment() -> Environment:
    """Return the environment of the templates."""
    made = Environment(
        loader=PackageLoader("shegong.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    made.filters["plain"] = plain
    made.filters["year"] = year_of
    made.filters["ticks"] = code_in_ticks
    made.globals["csp"] = POLICY
    return made


def code_in_ticks(text: str) -> Markup:
    """Return a text with the words between backticks as code."""
    return Markup(TICKS.sub(r"<code>\1</code>", str(escape(text))))


def render_page(templates: Environment, page: Page, language: Language, site: dict[str, Any]) -> str:
    """Return a page as HTML."""
    template = templates.get_template(page.template)
    return template.render(
        page=page, L=language, t=language.texts, root=page.root, top=f"{page.root}../", site=site, **page.context
    )
