"""Curate: turn a document as received into rows of the tables.

`extract` reads text from the bytes of a file, `propose` finds what the text may report, and `workspace` keeps the rows
that the curator decides on, until they enter the tables. Each room imports only from the rooms before it.
"""
