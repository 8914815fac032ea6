"""The SQL page: example questions from the documentation, and the tables and views."""

from __future__ import annotations

import re
from typing import NamedTuple

from shegong.database.comments import MADE, all_comments
from shegong.database.load import VIEWS
from shegong.package.package import Package
from shegong.site.language import Language
from shegong.site.page import Page

PAGES = {"en": ("docs/questions.md", "README.md"), "zh": ("docs/questions.zh.md", "README.zh.md")}
FIRST_VIEW = "series"
QUESTION = re.compile(r"^(?:## )?\d+\. ((?:(?!\n\n).)+)\n\n(?:(?!```|\n## ).)*```sql\n(.*?)```", re.M | re.S)
"""A numbered question, and the first query after it."""
START = """SELECT year, value, value_lower, value_upper, qualifier, access, publishers
FROM series
WHERE region_id = 'CN' AND metric_id = 'licensed_social_workers' AND grade = 'all'
ORDER BY year"""
"""The query that the page shows first."""


class Question(NamedTuple):
    """An example question and the query that answers it."""

    text: str
    sql: str


def sql_page(package: Package, language: Language) -> Page:
    """Return the SQL page."""
    comments = all_comments(package, VIEWS)
    context = {
        "start": START,
        "questions": [question._asdict() for question in questions(package, language.code)],
        "tables": {name: comments[name] for name in (*package.schemas, *MADE)},
        "views": {name: comments[name] for name in sorted(VIEWS, key=lambda view: view != FIRST_VIEW)},
    }
    return Page("sql.html", "sql.html", language.texts["sql_title"], language.texts["sql_intro"], context)


def questions(package: Package, language: str) -> list[Question]:
    """Return the numbered questions of the documentation with their SQL."""
    for name in PAGES[language]:
        if package.files.has(name):
            found = QUESTION.findall(package.read(name).decode("utf-8"))
            if found:
                return [Question(" ".join(text.split()), sql.rstrip()) for text, sql in found]
    return []
