"""Data mutation: break the package in each way that its schemas forbid, and require that `check` finds each at its place.

Cells and keys are broken many at a time, each in a place of its own, so that one check judges a whole batch.
"""
