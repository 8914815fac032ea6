"""The bars in seconds, for two free cores; `make site-test` runs these tests alone."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

from tests.site.visit import Visit

Open = Callable[..., Visit]

CHART_S, FIRST_QUERY_S, NEXT_QUERY_S = 1.5, 3, 0.3
ATTEMPTS = 3
SLOWER = float(os.environ.get("SHEGONG_SLOWER", "1"))
"""How many times longer than on a machine of today work takes on this one, where nothing else runs."""


def busyness() -> float:
    """Measure how many times longer than on two free cores work takes now, because other programs run."""
    start, used = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(sha256, [bytes(50_000_000)] * 2))
    return max(1, 2 * (time.perf_counter() - start) / (time.process_time() - used))


def meets(bar_s: float, measure: Callable[[], float]) -> bool:
    """Try up to three times to do something within a bar, which a busy machine raises."""
    for _ in range(ATTEMPTS):
        before, seconds = busyness(), measure()
        allowed = bar_s * SLOWER * max(before, busyness())
        print(f"{seconds:.2f} s of {allowed:.2f} s")
        if seconds <= allowed:
            return True
    return False


def seconds_until(there: Any, act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    there.wait_for()
    return time.perf_counter() - start


def test_first_chart_is_drawn_in_time(visit: Open) -> None:
    def draw() -> float:
        visited = visit("index.html", until="load")
        chart = visited.page.locator("figure[data-ready] svg").first
        return seconds_until(chart, lambda: visited.open("en/index.html", until="commit"))

    assert meets(CHART_S, draw)


def test_queries_answer_in_time(visit: Open) -> None:
    """DuckDB is loaded at the first query of a page, never before."""
    opened: list[Visit] = []

    def first() -> float:
        opened.append(visit("en/sql.html"))
        opened[-1].page.wait_for_timeout(200)
        assert not any("duckdb" in url for url in opened[-1].requests)
        return query()

    def query() -> float:
        page = opened[-1].page
        page.locator("#result").evaluate("(node) => node.replaceChildren()")
        return seconds_until(page.locator("#result table"), page.locator("#run").click)

    assert meets(FIRST_QUERY_S, first)
    assert meets(NEXT_QUERY_S, query)
