"""Curation: from a document as received to rows of the tables.

`intake` takes a document in, `propose` reads it and proposes, `workfolder` holds what the curator decides,
`review` is the screen for it, `compare` holds two readings side by side, `accept` merges a finished one.
"""
