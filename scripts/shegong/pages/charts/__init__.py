"""Charts of the pages, drawn from the data: the same bytes on every machine."""
