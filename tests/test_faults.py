"""A full disk, a folder that cannot be written, and two commands at once."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.commands import everything, refusal, start
from tests.conftest import PackageCopy

pytestmark = pytest.mark.slow
COMMANDS = [("fmt",), ("build", "--no-check"), ("docs",)]
ROOM_BYTES = 4096


def rows_reversed(data: bytes) -> bytes:
    head, *lines = data.splitlines(keepends=True)
    return head + b"".join(reversed(lines))


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Take away the right to write; for root, who needs none, by a mount."""
    if os.getuid():
        folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
        [path.chmod(0o555) for path in folders]
        yield
        [path.chmod(0o755) for path in folders]
        return
    if subprocess.run(["mount", "--bind", str(folder), str(folder)], capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True, capture_output=True)
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("fault", ["full disk", "read-only folder"])
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_what_cannot_be_written_is_one_line_and_changes_nothing(
    copy: PackageCopy, words: tuple[str, ...], fault: str
) -> None:
    copy.edit_bytes("data/mentions.csv", rows_reversed)
    before = everything(copy.root)
    if fault == "full disk":
        assert refusal(start(copy.root, *words, room=ROOM_BYTES))
    else:
        with read_only(copy.root):
            refused = refusal(start(copy.root, *words))
        assert "cannot be written" in refused or words[0] != "fmt"
        assert "give --output DIR to build elsewhere" in refused or words[0] != "build"
    assert everything(copy.root) == before
    assert start(copy.root, *words).wait() == 0


def test_what_only_reads_needs_no_folder_that_can_be_written(copy: PackageCopy) -> None:
    with read_only(copy.root):
        for words in (("check",), ("query", "FROM regions LIMIT 1"), ("cite",)):
            process = start(copy.root, *words)
            assert (process.communicate()[1], process.returncode) == ("", 0)


@pytest.mark.parametrize("words", COMMANDS[:2], ids=lambda words: words[0])
def test_commands_at_once_take_turns_or_say_so(copy: PackageCopy, words: tuple[str, ...]) -> None:
    known = copy.check().findings
    copy.edit_bytes("data/mentions.csv", rows_reversed)
    running = [start(copy.root, *words) for _ in range(3)]
    ends = [(process.communicate()[1], process.returncode) for process in running]
    assert all(code == 0 or (code == 2 and errors.count("\n") == 1) for errors, code in ends), ends
    assert 0 in [code for _, code in ends]
    assert start(copy.root, "fmt").wait() == 0
    assert [finding for finding in copy.check().findings if finding.rule.id != "file-unlisted"] == known
