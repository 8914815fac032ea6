"""Sizes and hashes of tables in `datapackage.json`, and its canonical form."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any


def stamp_of(path: Path) -> tuple[int, str]:
    """Return the size in bytes and the `sha256:` hash of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    return path.stat().st_size, f"sha256:{digest.hexdigest()}"


def stamped(descriptor: dict[str, Any], tables: dict[str, bytes]) -> dict[str, Any]:
    """Return the descriptor with size and hash of each table, given the tables' bytes by path."""
    stamps = {
        path: {"bytes": len(table), "hash": f"sha256:{hashlib.sha256(table).hexdigest()}"}
        for path, table in tables.items()
    }
    resources = [item | stamps[item["path"]] for item in descriptor["resources"]]
    return {**descriptor, "resources": resources}


def json_bytes(content: dict[str, Any]) -> bytes:
    """Return the canonical form of a JSON file of the package."""
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
