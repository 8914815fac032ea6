"""Diff: what changed between two versions, and which version bump the changes require."""
