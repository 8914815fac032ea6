"""Data mutation testing: operators that break a valid package, and the proof that `check` sees each of them.

`python -m tests.mutation` makes every mutant, asks the real steps, and prints what was killed. A mutant is killed when the
rule that it breaks is told at the file, line and column where its operator says that it must be.
"""
