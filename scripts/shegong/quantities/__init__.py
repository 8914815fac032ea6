"""Quantities: from a printed token to a value with bounds."""
