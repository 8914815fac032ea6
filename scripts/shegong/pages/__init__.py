"""Generated pages and metadata files."""
