"""Row rules of `regions`."""

from __future__ import annotations

import polars as pl

from shegong.checks.rows.row_rule import clause, is_filled, row_rule
from shegong.region_names import CODE_SHAPES, significant_digits

_ID, _LEVEL = pl.col("region_id"), pl.col("level")
VINTAGE_SHAPES = {
    "iso-3166": "CN",
    "gbt2260-2023": "[0-9]{6}",
    "gbt2260-former": "[0-9]{6}",
    "nbs-2023": "([0-9]{4}7[1-9]|[0-9]{9}|[0-9]{12})",
    "local": "[0-9]+-.*",
}


def _fits(column: str, shapes: dict[str, str]) -> pl.Expr:
    fits = pl.lit(None, pl.Boolean)
    for code, shape in shapes.items():
        fits = pl.when(pl.col(column) == code).then(_ID.str.contains(f"^{shape}$")).otherwise(fits)
    return fits


_PARENT_DIGITS = pl.col("parent_id").map_elements(significant_digits, pl.String)
REGIONS = (
    row_rule(
        "region-shape",
        "region_id",
        "The level fits the shape of the code.",
        _fits("level", CODE_SHAPES),
        "province 320000, prefecture 321100, county 321102, township 321102004",
        clause("level is '{}'", "level"),
    ),
    row_rule(
        "region-vintage",
        "code_vintage",
        "The code list fits the shape of the code.",
        _fits("code_vintage", VINTAGE_SHAPES),
        "six digits: gbt2260-2023 or gbt2260-former; nine, twelve: nbs-2023; with a hyphen: local",
        clause("region_id is '{}'", "region_id"),
    ),
    row_rule(
        "region-parent",
        "parent_id",
        "Every region but the country has a parent.",
        (_LEVEL == "country") == pl.col("parent_id").is_null(),
        "name the smallest place above it",
        clause("level is '{}'", "level"),
    ),
    row_rule(
        "region-digits",
        "parent_id",
        "A code starts with the significant digits of its parent.",
        _ID.str.starts_with(_PARENT_DIGITS),
        "correct the code or the parent",
        clause("region_id {} does not begin with {}", "region_id", _PARENT_DIGITS),
    ),
    row_rule(
        "region-placeholder",
        "name_zh",
        "A placeholder of the code list is not a place.",
        ~pl.col("name_zh").str.contains("^(市辖区|县|省直辖县级行政区划|自治区直辖县级行政区划)$|直辖村级区划$"),
        "leave the level out: a parent may be several levels up",
    ),
    row_rule(
        "region-former",
        "code_vintage",
        "Only a place that no longer exists has a former code.",
        (pl.col("code_vintage") != "gbt2260-former") | is_filled("valid_to"),
        "give valid_to, or the present code list",
        pl.lit("valid_to is empty"),
    ),
    row_rule(
        "region-successor",
        "replaced_by",
        "Only a place that no longer exists is replaced, and by another place.",
        pl.col("replaced_by").is_null() | (is_filled("valid_to") & (pl.col("replaced_by") != _ID)),
        "give valid_to, and the place that took it over",
        clause("region_id is {} and valid_to is {}", _ID, "valid_to"),
    ),
)
