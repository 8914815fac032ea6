"""Citations of the package and of one row."""
