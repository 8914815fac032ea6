"""Propose: from a text to proposals of what its numerals, places and names may be."""
