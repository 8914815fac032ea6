"""Bytes that are almost right: mutations of real files, by their structure as well as blindly."""

from __future__ import annotations

import io
import json
import random
import zipfile
from typing import Any

HUGE = "9" * 6000
STRINGS = ["", " ", "\0", "\x1b[31m", "\u202e", "\ud800", "a" * 100_000, HUGE, "../../etc/passwd", "=1+1", "'; DROP TABLE x; --", "(a+)+$", "２０２０", "\ufeff", "e\u0301", "%s%n", "{}", "http://[", "~"]  # fmt: skip
VALUES: list[Any] = [None, True, False, 0, -1, 1e999, -1e999, float("nan"), 2**63, 10**400, [], {}, [[]], [None], {"a": None}, *STRINGS]  # fmt: skip
PIECES = [b"\xff", b"\0", b"\r", b"\r\n", b"\n\n", b'"', b'""', b",", b",,,", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc2\x85", b"\xe2\x80\xa8", b"[" * 3000, b'{"a":' * 900, b"9" * 5000, b"A" * 200_000, b"NaN", b"1e999", b"<", b"</html>", b"&#0;", b"&#x110000;", b"<![CDATA[", b"endobj", b"stream\n", b"xref"]  # fmt: skip


def mutated_bytes(content: bytes, dice: random.Random) -> bytes:
    """A few blind changes: flip, cut, double, insert, swap."""
    out = bytearray(content)
    for _ in range(dice.choice([1, 1, 1, 2, 3, 8])):
        at = dice.randrange(len(out) + 1)
        end = min(len(out), at + dice.choice([1, 1, 4, 30, 1000]))
        match dice.randrange(6):
            case 0 if at < len(out):
                out[at] ^= 1 << dice.randrange(8)
            case 1:
                del out[at:end]
            case 2:
                out[at:at] = out[at:end] * dice.choice([1, 2, 50])
            case 3:
                out[at:at] = dice.choice(PIECES)
            case 4:
                out[at:end] = dice.choice(PIECES)
            case _:
                out[at:end] = dice.randbytes(end - at)
    return bytes(out)


def mutated_json(content: bytes, dice: random.Random) -> bytes:
    """The same JSON with values, keys or whole branches changed; now and then blind changes on top."""
    parsed = json.loads(content)
    for _ in range(dice.choice([1, 1, 2, 5])):
        _change(parsed, dice)
    text = json.dumps(parsed, ensure_ascii=dice.random() < 0.2, indent=dice.choice([None, 2]))
    out = text.encode("utf-8", "surrogatepass")
    return out if dice.random() < 0.8 else mutated_bytes(out, dice)


def _change(parsed: Any, dice: random.Random) -> None:
    places = list(_places(parsed))
    holder, key = dice.choice(places)
    match dice.randrange(6):
        case 0:
            del holder[key]
        case 1:
            holder[key] = _deep(dice.choice([10, 45, 60, 200]), dice)
        case 2 if isinstance(holder, dict):
            holder[dice.choice(STRINGS)] = holder.pop(key)
        case 3:
            other, name = dice.choice(places)
            holder[key] = json.loads(json.dumps(other[name])) if name in _keys(other) else None
        case _:
            holder[key] = dice.choice(VALUES)


def _keys(holder: Any) -> list[Any]:
    return list(holder) if isinstance(holder, dict) else list(range(len(holder)))


def _places(value: Any, depth: int = 0) -> list[tuple[Any, Any]]:
    """Every place in a JSON value, but for the depths: what holds it, and its key."""
    found = []
    for key in _keys(value) if isinstance(value, dict | list) and depth < 12 else []:
        found += [(value, key), *_places(value[key], depth + 1)]
    return found


def _deep(depth: int, dice: random.Random) -> Any:
    value: Any = dice.choice(VALUES)
    for _ in range(depth):
        value = [value] if dice.random() < 0.5 else {"a": value}
    return value


def mutated_csv(content: bytes, dice: random.Random) -> bytes:
    """The same table with cells, lines or columns changed; now and then blind changes on top."""
    lines = content.split(b"\n")
    for _ in range(dice.choice([1, 1, 2, 5])):
        at, other = dice.randrange(len(lines)), dice.randrange(len(lines))
        cells = lines[at].split(b",")
        match dice.randrange(7):
            case 0:
                lines[at], lines[other] = lines[other], lines[at]
            case 1:
                lines.insert(at, lines[other])
            case 2:
                cells.insert(dice.randrange(len(cells) + 1), dice.choice(PIECES))
                lines[at] = b",".join(cells)
            case 3:
                del cells[dice.randrange(len(cells))]
                lines[at] = b",".join(cells)
            case _:
                cells[dice.randrange(len(cells))] = dice.choice(STRINGS).encode("utf-8", "surrogatepass")
                lines[at] = b",".join(cells)
    out = b"\n".join(lines)
    return out if dice.random() < 0.8 else mutated_bytes(out, dice)


def mutated_zip(content: bytes, dice: random.Random) -> bytes:
    """The same archive with members changed, renamed, doubled, packed otherwise; or its own bytes changed."""
    if dice.random() < 0.4:
        return mutated_bytes(content, dice)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    at = dice.randrange(len(members))
    name, held = members[at]
    match dice.randrange(5):
        case 0:
            del members[at]
        case 1:
            members[at] = (
                dice.choice(["../x", "/etc/passwd", "C:x", "a\\b", "", "a" * 5000, "\u202e", name + "/"]),
                held,
            )
        case 2:
            members[at] = name, bytes(dice.choice([10**6, 10**7]))
        case _:
            mutate = mutated_json if name.endswith(".json") else mutated_csv if name.endswith(".csv") else mutated_bytes
            members[at] = name, mutate(held, dice)
    return packed(members, dice.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]))


def packed(members: list[tuple[str, bytes]], method: int) -> bytes:
    """An archive of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()
