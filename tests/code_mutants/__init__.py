"""Mutation testing of the code itself: small changes of a module, each of which its tests must notice.

`python -m tests.code_mutants` makes them, asks the tests, and prints one table.
"""
