"""The catalogue: every rule of every step, in the order in which they run_queries."""

from __future__ import annotations

from shegong.checks import conformance, contracts, descriptor, domain, evidence
from shegong.checks.relations import run_queries
from shegong.findings import Rule
from shegong.package import canonical, cells


def catalogue() -> list[Rule]:
    """Return all rules, each once."""
    rows = dict.fromkeys(row.rule for rules in domain.DOMAIN_RULES.values() for row in rules)
    keys = [rule for rule, _ in run_queries.key_rules().values()]
    sql = [query.rule for query in run_queries.domain_queries()]
    return [
        *descriptor.RULES, *canonical.RULES, *cells.RULES.values(), *contracts.SCHEMA_RULES, *rows,
        *keys, *sql, *evidence.RULES, *conformance.RULES,
    ]  # fmt: skip
