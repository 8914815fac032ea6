"""A page of the site in the browser, with what it requested and complained about."""

from __future__ import annotations

from typing import Any

FIGURES = "document.querySelectorAll('figure[data-chart]').length"


class Visit:
    """A visit to a page in a context of its own: nothing is cached from other visits."""

    def __init__(self, context: Any, address: str) -> None:
        """Watch a new page."""
        self.context = context
        self.address = address
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.page.on(
            "request", lambda request: self.note(not self.is_own(request.url), f"left the site: {request.url}")
        )
        self.page.on("console", lambda message: self.note(message.type in ("error", "warning"), message.text))
        self.page.on("pageerror", lambda error: self.note(True, str(error)))
        self.page.on(
            "response", lambda response: self.note(response.status >= 400, f"{response.status} {response.url}")
        )

    def note(self, is_wrong: bool, complaint: str) -> None:
        if is_wrong:
            self.complaints.append(f"{self.page.url}: {complaint}")

    def is_own(self, url: str) -> bool:
        return url.startswith((f"{self.address}/", f"blob:{self.address}/", "data:"))

    def open(self, path: str, *, wait: bool = True) -> None:
        """Load a page and, if `wait`, its charts."""
        self.page.goto(f"{self.address}/{path}")
        if wait:
            for index in range(self.page.evaluate(FIGURES)):
                self.page.locator("figure[data-chart]").nth(index).locator(".plot > *").first.wait_for()

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
