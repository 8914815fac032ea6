"""The steps of `check`: each validates one aspect of a package and returns findings."""
