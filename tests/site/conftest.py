"""The built site, a server of it, and a browser. `make site-test` runs these tests; they need `make site` and Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

import duckdb
import pytest

from tests.conftest import ROOT
from tests.site.visit import Visit

SITE = Path(os.environ.get("SHEGONG_SITE", ROOT / "dist/site"))
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def require(found: Any, reason: str) -> None:
    """Skip, or fail where CI is set, without what the tests need."""
    if not found:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@pytest.fixture(scope="session")
def site() -> Path:
    require((SITE / "index.html").is_file(), f"{SITE} is missing: run `make site`")
    return SITE


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The address of a server of the site."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    program = shutil.which("chromium")
    require(program, "needs Chromium: apt-get install chromium fonts-noto-cjk")
    require(find_spec("playwright"), "needs Playwright: run `make site-test`")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Callable[..., Visit]]:
    """Open a page of the site; at the end no page may have left the site or complained."""
    visits: list[Visit] = []

    def open_page(
        path: str, *, width: int = 1280, scheme: str = "light", until: str = "ready", **options: Any
    ) -> Visit:
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, color_scheme=scheme, **options)
        visits.append(Visit(context, address))
        visits[-1].open(path, until=until)
        return visits[-1]

    yield open_page
    for visited in visits:
        visited.context.close()
    assert [complaint for visited in visits for complaint in visited.complaints] == []


@pytest.fixture(scope="session")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables and views, as the command line reads them."""
    from shegong.database.load import connect_package
    from shegong.package.package import open_package

    with connect_package(open_package(ROOT)) as connection:
        yield connection
