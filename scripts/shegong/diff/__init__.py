"""Diff: what changed between two versions, and by how much the version must rise for it."""
