"""Workspace: the work folder, from the first draft to the rows in the tables."""
