"""Run git."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from shegong.errors import PackageError


def git(root: Path, *words: str, what: str) -> bytes:
    """Run a git command and return its output.

    Raises:
        PackageError: git is not installed or fails; the message begins with `what`.
    """
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, check=True)
    except FileNotFoundError:
        raise PackageError(f"{what} (git is not installed)") from None
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode("utf-8", "replace").strip().splitlines()
        raise PackageError(
            f"{what} ({json.dumps(reason[0] if reason else 'git failed', ensure_ascii=False)})"
        ) from None
    return done.stdout
