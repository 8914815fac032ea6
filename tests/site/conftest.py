"""The built site, a server of it, and a browser. `make site-test` runs these tests; they need `make site` and Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

import duckdb
import pytest

from shegong.database.load import connect_package
from shegong.package.package import Package
from shegong.site.site_data import SiteData, read_site_data
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


@contextmanager
def visiting(
    browser: Any,
    address: str,
    path: str,
    *,
    width: int = 1280,
    scheme: str = "light",
    until: str = "ready",
    **options: Any,
) -> Iterator[Visit]:
    """Open a page of the site; at the end, it may not have left the site or complained."""
    size = {"width": width, "height": 900}
    context = browser.new_context(viewport=size, color_scheme=scheme, **options)
    visited = Visit(context, address)
    visited.open(path, until=until)
    yield visited
    context.close()
    assert visited.complaints == []


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Callable[..., Visit]]:
    """Open pages that end with the test."""
    with ExitStack() as stack:
        yield lambda path, **options: stack.enter_context(visiting(browser, address, path, **options))


@pytest.fixture(scope="module")
def home(browser: Any, address: str) -> Iterator[Visit]:
    """The first page in English, which the tests of a module share."""
    with visiting(browser, address, "en/index.html") as visited:
        yield visited


@pytest.fixture(scope="module")
def sql_page(browser: Any, address: str) -> Iterator[Visit]:
    """A page for SQL, which the tests of a module share: DuckDB is loaded once."""
    with visiting(browser, address, "en/sql.html") as visited:
        yield visited
        visited.complaints.clear()


@pytest.fixture(scope="session")
def data(package: Package) -> SiteData:
    return read_site_data(package)


@pytest.fixture(scope="session")
def database(package: Package) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables and views, as the command line reads them."""
    with connect_package(package) as connection:
        yield connection
