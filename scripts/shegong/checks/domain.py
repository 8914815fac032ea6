"""The row rules of the domain, by table."""

from __future__ import annotations

from shegong.checks.rows.documents import DOCUMENTS
from shegong.checks.rows.mentions import MENTIONS
from shegong.checks.rows.metrics import METRICS
from shegong.checks.rows.milestones import MILESTONES
from shegong.checks.rows.observations import OBSERVATIONS
from shegong.checks.rows.regions import REGIONS
from shegong.checks.rows.row_rule import RowRule
from shegong.checks.rows.simplified import in_simplified_script
from shegong.checks.rows.sources import SOURCES

DOMAIN_RULES: dict[str, tuple[RowRule, ...]] = {
    "documents": DOCUMENTS,
    "sources": (*SOURCES, *in_simplified_script("title_zh")),
    "regions": (*REGIONS, *in_simplified_script("name_zh")),
    "metrics": (*METRICS, *in_simplified_script("name_zh", "definition_zh")),
    "organizations": in_simplified_script("name_zh"),
    "programmes": in_simplified_script("name_zh", "description_zh"),
    "observations": (*OBSERVATIONS, *in_simplified_script("scope_zh")),
    "milestones": (*MILESTONES, *in_simplified_script("title_zh")),
    "mentions": MENTIONS,
}
