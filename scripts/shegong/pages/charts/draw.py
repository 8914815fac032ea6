"""Draw a chart as SVG, with colours for a light or a dark page, and with no font but the package's own.

`font/shegong-chart.otf` is Noto Sans CJK SC, cut to the characters of the charts by `scripts/make_chart_font.py`.
With it, the layout does not depend on the fonts of the machine. A reader's browser uses the font that it has.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert

FONT = "Shegong Chart"
FONT_FILE = Path(__file__).parent / "font/shegong-chart.otf"
FAMILIES = f"{FONT}, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"
VEGA_LITE = "6.4"


@dataclass(frozen=True)
class Theme:
    """The colours of a chart; those of the authorities differ for colour-blind readers too."""

    paper: str
    ink: str
    faint: str
    line: str
    authorities: dict[str, str]


THEMES = {
    "light": Theme(
        paper="#ffffff",
        ink="#1f2328",
        faint="#656d76",
        line="#d0d7de",
        authorities={
            "official": "#0072b2",
            "association": "#00795a",
            "press": "#c25700",
            "academic": "#a3478a",
            "aggregator": "#6e7781",
        },
    ),
    "dark": Theme(
        paper="#0d1117",
        ink="#e6edf3",
        faint="#8d96a0",
        line="#30363d",
        authorities={
            "official": "#56b4e9",
            "association": "#2fc19a",
            "press": "#e69f00",
            "academic": "#e39ccb",
            "aggregator": "#9aa4af",
        },
    ),
}


def svg(chart: alt.LayerChart, theme: Theme) -> str:
    """Return a chart as the text of an SVG file."""
    vl_convert.register_font_directory(str(FONT_FILE.parent))
    drawn: str = vl_convert.vegalite_to_svg(chart.to_dict(), vl_version=VEGA_LITE, config=_config(theme))
    return drawn.rstrip("\n") + "\n"


def _config(theme: Theme) -> dict[str, Any]:
    text = {
        "labelColor": theme.ink,
        "titleColor": theme.faint,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    }
    return {
        "font": FAMILIES,
        "background": theme.paper,
        "padding": 16,
        "view": {"stroke": None},
        "title": {
            "anchor": "start",
            "color": theme.ink,
            "fontSize": 18,
            "offset": 18,
            "subtitleColor": theme.faint,
            "subtitleFontSize": 13,
            "subtitlePadding": 8,
            "subtitleLineHeight": 18,
        },
        "axis": {**text, "domainColor": theme.line, "tickColor": theme.line, "gridColor": theme.line},
        "legend": {**text, "symbolStrokeColor": theme.ink, "symbolFillColor": theme.ink},
    }
