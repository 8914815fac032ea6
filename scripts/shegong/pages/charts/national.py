"""The chart of the country's licensed social workers: every printed figure, and the best of each year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import altair as alt
import duckdb

from shegong.package.package import Package
from shegong.pages.charts.draw import THEMES, Theme, svg
from shegong.pages.charts.words import SIGNS, WORDS, Words

FILES = {
    "docs/charts/national-light.svg": ("en", "light"),
    "docs/charts/national-dark.svg": ("en", "dark"),
    "docs/charts/national-zh-light.svg": ("zh", "light"),
    "docs/charts/national-zh-dark.svg": ("zh", "dark"),
}
FIGURES = """
SELECT year(o.period_end) AS year, o.value, o.value_lower, o.value_upper, o.authority,
       coalesce(o.publisher_id, o.source_id) AS publisher, c.rank
FROM observations_labelled AS o
LEFT JOIN series_candidates AS c ON c.observation_id = o.observation_id
WHERE o.region_id = 'CN' AND o.metric_id = 'licensed_social_workers' AND o.grade = 'all'
  AND o.is_whole AND o.status = 'reported' AND o.period_end IS NOT NULL
ORDER BY year, c.rank DESC NULLS FIRST, o.value, o.observation_id
"""
SHAPES = {"both": "circle", "lower": "triangle-up", "upper": "triangle-down", "none": "diamond"}
WIDTH_PIXELS, HEIGHT_PIXELS = 800, 340
Row = dict[str, Any]


@dataclass(frozen=True)
class Figure:
    """A printed figure; `rank` is its place in `series_candidates`, if it has one."""

    year: int
    value: float
    lower: float | None
    upper: float | None
    authority: str
    publisher: str
    rank: int | None

    @property
    def bounds(self) -> str:
        """Return which bounds the figure has: a key of `SHAPES`."""
        known = {(True, True): "both", (True, False): "lower", (False, True): "upper", (False, False): "none"}
        return known[self.lower is not None, self.upper is not None]


@dataclass(frozen=True)
class Style:
    """How one of the charts is drawn: its words, its colours, the labels of the authorities that occur, its years."""

    words: Words
    theme: Theme
    authorities: dict[str, str]
    years: range
    version: str


def national_charts(package: Package, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the chart in each language and theme, by its file; none if no year has a figure."""
    figures = [Figure(*row) for row in connection.execute(FIGURES).fetchall()]
    if not any(figure.rank == 1 for figure in figures):
        return {}
    return {
        file: svg(_chart(figures, _style(package, figures, language, theme)), THEMES[theme])
        for file, (language, theme) in FILES.items()
    }


def _style(package: Package, figures: list[Figure], language: str, theme: str) -> Style:
    codes = package.schemas["sources"].field("authority").categories
    found = {figure.authority for figure in figures}
    labels = {code.value: code.label if language == "en" else code.label_zh for code in codes if code.value in found}
    years = range(figures[0].year, figures[-1].year + 1)
    return Style(WORDS[language], THEMES[theme], labels, years, package.version)


def _chart(figures: list[Figure], style: Style) -> alt.LayerChart:
    best = [figure for figure in figures if figure.rank == 1]
    publishers = len({figure.publisher for figure in figures})
    first, last = style.years[0], style.years[-1]
    numbers = {"first": first, "last": last, "figures": len(figures), "publishers": publishers}
    title = style.words.title.format(**numbers)
    subtitle = [line.format(**numbers) for line in style.words.subtitle]
    layers = (*_gaps(best, style), *_lines(best, style), *_figures(figures, style), _labels(best, style))
    head = alt.TitleParams(title, subtitle=subtitle)
    return alt.LayerChart(layer=[*layers], width=WIDTH_PIXELS, height=HEIGHT_PIXELS, title=head, description=title)


def _gaps(best: list[Figure], style: Style) -> Iterator[alt.Chart]:
    """Yield a band and its words for each year without a figure."""
    years = [year for one, other in pairwise(best) for year in range(one.year + 1, other.year)]
    rows = [{"year": year, "words": style.words.gap} for year in years]
    base = _base(rows, style)
    yield base.mark_rect(color=style.theme.line, opacity=0.35, aria=False)
    words = base.mark_text(color=style.theme.faint, fontSize=11, baseline="bottom", dy=-6)
    yield words.encode(y=alt.value(HEIGHT_PIXELS), text="words:N")


def _lines(best: list[Figure], style: Style) -> Iterator[alt.Chart]:
    """Yield the line between years: broken over a year without a figure."""
    for one, other in pairwise(best):
        dash = [1, 0] if other.year == one.year + 1 else [3, 5]
        base = _base([_row(one, style), _row(other, style)], style)
        yield base.mark_line(color=style.theme.ink, strokeWidth=1.5, strokeDash=dash, aria=False).encode(y="value:Q")


def _figures(figures: list[Figure], style: Style) -> Iterator[alt.Chart]:
    """Yield the figures: a bar from bound to bound, and a point."""
    base = _base([_row(figure, style) for figure in figures], style)
    color = alt.Color(
        "authority:N",
        title=style.words.publisher,
        scale=alt.Scale(
            domain=[*style.authorities.values()],
            range=[style.theme.authorities[code] for code in style.authorities],
        ),
    )
    shape = alt.Shape(
        "bounds:N",
        title=style.words.bounds_title,
        scale=alt.Scale(domain=[style.words.bounds[name] for name in SHAPES], range=[*SHAPES.values()]),
    )
    faint = alt.condition("datum.is_weighed", alt.value(1), alt.value(0.4))
    yield base.mark_rule(strokeWidth=3, aria=False).encode(y="lower:Q", y2="upper:Q", color=color, opacity=faint)
    y = alt.Y("value:Q", title=style.words.persons, axis=alt.Axis(tickCount=5, domain=False, ticks=False, grid=True))
    yield base.mark_point(filled=True, size=90).encode(y=y, color=color, shape=shape, opacity=faint)


def _labels(best: list[Figure], style: Style) -> alt.Chart:
    base = _base([_row(figure, style) for figure in best], style)
    text = base.mark_text(color=style.theme.ink, fontSize=12, dx=-8, dy=-14, aria=False)
    labels: alt.Chart = text.encode(y="value:Q", text="label:N")
    return labels


def _base(rows: list[Row], style: Style) -> alt.Chart:
    """Return a chart of rows over all years, those without a figure included."""
    axis = alt.Axis(labelAngle=0, ticks=False, labelPadding=8, titleAnchor="end", titlePadding=12)
    foot = style.words.foot.format(version=style.version)
    x = alt.X("year:O", title=foot, axis=axis, scale=alt.Scale(domain=[*style.years]))
    return alt.Chart({"values": rows}).encode(x=x)


def _row(figure: Figure, style: Style) -> Row:
    """Return a figure in the unit and the words of the chart."""
    words = style.words
    scaled = {name: getattr(figure, name) for name in ("value", "lower", "upper")}
    return {
        **{name: None if value is None else value / words.unit for name, value in scaled.items()},
        "year": figure.year,
        "authority": style.authorities[figure.authority],
        "bounds": words.bounds[figure.bounds],
        "is_weighed": figure.rank is not None,
        "label": SIGNS[figure.bounds] + words.format.format(figure.value / words.unit),
    }
