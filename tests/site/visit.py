"""A page of the site in the browser, with what it requested and complained about."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

PATIENCE_S = 60
READY = """() => {
  const run = document.getElementById("run");
  const plots = [...document.querySelectorAll("figure[data-chart] .plot")];
  const isDrawn = (plot) => {
    const svg = plot.querySelector("svg");
    return svg ? Number(svg.getAttribute("width")) === Math.floor(plot.getBoundingClientRect().width) : plot.children.length > 0;
  };
  return !run?.disabled && plots.every(isDrawn);
}"""
"""Whether the charts are drawn in the width of the page, and queries can run."""


class Visit:
    """A visit to a page in a context of its own: nothing is cached from other visits."""

    def __init__(self, context: Any, address: str) -> None:
        """Watch a new page."""
        context.set_default_timeout(PATIENCE_S * 1000)
        self.context = context
        self.address = address
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("request", lambda request: self.note_request(request.url))
        self.page.on("console", lambda message: self.note(message.type in ("error", "warning"), message.text))
        self.page.on("pageerror", lambda error: self.note(True, str(error)))
        self.page.on(
            "response", lambda response: self.note(response.status >= 400, f"{response.status} {response.url}")
        )

    def note(self, is_wrong: bool, complaint: str) -> None:
        if is_wrong:
            self.complaints.append(f"{self.page.url}: {complaint}")

    def note_request(self, url: str) -> None:
        self.requests.append(url)
        is_own = url.startswith((f"{self.address}/", f"blob:{self.address}/", "data:"))
        self.note(not is_own, f"left the site: {url}")

    def open(self, path: str, *, until: str = "ready") -> None:
        """Load a page until an event of Playwright's, or until what its scripts make is there."""
        self.page.goto(f"{self.address}/{path}", wait_until="load" if until == "ready" else until)
        if until == "ready":
            self.wait_for(lambda: self.page.evaluate(READY))

    def resize(self, width: int) -> None:
        """Give the page another width, and wait for its charts."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.wait_for(lambda: self.page.evaluate(READY))

    def wait_for(self, condition: Callable[[], Any]) -> None:
        """Wait until a condition holds; Playwright's wait_for_function needs eval, which the policy forbids."""
        end = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < end, f"{self.page.url}: waited {PATIENCE_S} s in vain"
            self.page.wait_for_timeout(20)

    @contextmanager
    def held(self, files: str) -> Iterator[None]:
        """Hold requests of some files until the block has made one and ends; then answer the last first."""
        requests: list[Any] = []
        self.page.route(files, lambda request: requests.append(request))
        yield
        self.wait_for(lambda: requests)
        for request in reversed(requests):
            request.continue_()
        self.page.unroute(files)

    def focused(self) -> dict[str, Any]:
        """Describe the element that has the focus."""
        described: dict[str, Any] = self.page.evaluate(
            """() => {
              const node = document.activeElement;
              const label = node.getAttribute("aria-label") ?? node.textContent.trim();
              node.dataset.reached ??= String(document.querySelectorAll("[data-reached]").length);
              return { tag: node.tagName.toLowerCase(), id: node.id, label, order: Number(node.dataset.reached) };
            }"""
        )
        return described
