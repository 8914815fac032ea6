"""Serve the site on this machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from shegong.errors import PackageError

HOST = "127.0.0.1"


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without a line for each request."""

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""


def serve(folder: Path, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve a folder until the process is interrupted.

    Args:
        folder: The folder.
        port: The port; 0 lets the system choose one.
        on_ready: Called with the address.

    Raises:
        PackageError: The port is in use.
    """
    try:
        server = ThreadingHTTPServer((HOST, port), partial(QuietHandler, directory=str(folder)))
    except OSError as error:
        message = f"port {port} of {HOST} cannot be used: {error.strerror}: give --port 0 for a free one"
        raise PackageError(message) from None
    with server:
        on_ready(f"http://{HOST}:{server.server_port}/")
        server.serve_forever()
