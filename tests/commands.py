"""Commands as people run them: within the process, as another process, and in a terminal of their own."""

from __future__ import annotations

import contextlib
import os
import pty
import resource
import select
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from shegong.cli import main

START = (
    "import os, sys; os.setsid(); os.close(os.open(os.ttyname(0), os.O_RDWR)); os.execv(sys.executable, sys.argv[1:])"
)
"""Gives a command the terminal, so that Ctrl-C reaches it."""


def run(*words: str | Path, **options: Any) -> Result:
    result = CliRunner().invoke(main, [str(word) for word in words], **options)
    assert isinstance(result.exception, SystemExit | None), result.exc_info
    assert "Traceback" not in result.output
    return result


def one_line(result: Result) -> str:
    """What is said on standard error, which is one line with exit code 2."""
    assert result.exit_code == 2, result.output
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr


def everything(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def start(root: Path, *words: str | Path, room: int = resource.RLIM_INFINITY) -> subprocess.Popen[str]:
    """Start a command that can write no file larger than `room`: the system refuses more, as on a full disk."""
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))  # noqa: E731
    command = [sys.executable, "-m", "shegong", *map(str, words)]
    environment = {**os.environ, "COVERAGE_PROCESS_CONFIG": ""}  # its own files are larger
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=root, env=environment, preexec_fn=limit, **pipes)


def refusal(process: subprocess.Popen[str]) -> str:
    """The one line that a command prints where it cannot go on."""
    _, errors = process.communicate()
    assert (process.returncode, errors.count("\n")) == (2, 1), errors
    return errors


class Terminal:
    """A command in a terminal of its own, which ends with the block."""

    def __init__(self, root: Path, *words: str | Path, columns: int = 80) -> None:
        self.screen, inside = pty.openpty()
        termios.tcsetwinsize(inside, (24, columns))
        command = [sys.executable, "-c", START, sys.executable, "-m", "shegong", *map(str, words)]
        environment = os.environ | {"TERM": "xterm", "LC_ALL": "C.UTF-8", "COLUMNS": ""}
        streams = {"stdin": inside, "stdout": inside, "stderr": inside}
        self.process = subprocess.Popen(command, cwd=root, env=environment, **streams)
        os.close(inside)
        self.shown = b""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.screen)

    def read(self, seconds: float, until: bytes | None = None) -> bytes:
        """Read what is shown from now on, for some time, until the text is there, or to the end."""
        end, new = time.monotonic() + seconds, b""
        while (left := end - time.monotonic()) > 0 and (until is None or until not in new):
            if select.select([self.screen], [], [], left)[0]:
                some = b""
                with contextlib.suppress(OSError):  # the command has ended
                    some = os.read(self.screen, 65536)
                new += some
                if not some:
                    break
        self.shown += new
        return new

    def type(self, keys: str) -> None:
        os.write(self.screen, keys.encode())

    def until(self, words: str) -> str:
        """What is shown until these words are."""
        shown = self.read(60, words.encode())
        assert words.encode() in shown, shown.decode(errors="replace")
        time.sleep(0.2)  # the terminal forgets what is typed before it is asked for
        return shown.decode(errors="replace")

    def end(self, seconds: float = 30) -> int:
        """The exit code, once the command has ended."""
        self.read(seconds)
        return self.process.wait(seconds)
