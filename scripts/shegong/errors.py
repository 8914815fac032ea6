"""Errors: what a command prints in one line, with exit code 2."""

from __future__ import annotations


class PackageError(Exception):
    """Wrong use, or no package that can be read: one line, exit code 2."""


def first_line(error: Exception) -> str:
    """What an engine says first; the rest is its own context."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
