"""Stamps: the bytes and hash of each table in `datapackage.json`, and the canonical form of the files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from shegong.package.canonical import BLOCK_BYTES


def stamp_of(path: Path) -> tuple[int, str]:
    """Size in bytes and `sha256:` hash of a file."""
    with path.open("rb") as file:
        digest = hashlib.sha256()
        # Not `hashlib.file_digest`: its small reads each wait for whoever imports meanwhile.
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    return path.stat().st_size, f"sha256:{digest.hexdigest()}"


def stamped(descriptor: dict[str, Any], tables: dict[str, bytes]) -> dict[str, Any]:
    """The descriptor with bytes and hash of each table, given the tables' bytes by path."""
    resources = [{**item, **_stamp_of_bytes(tables[item["path"]])} for item in descriptor["resources"]]
    return {**descriptor, "resources": resources}


def json_bytes(content: dict[str, Any]) -> bytes:
    """The canonical form of a JSON file of the package."""
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _stamp_of_bytes(content: bytes) -> dict[str, int | str]:
    return {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
