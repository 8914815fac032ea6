"""DuckDB over the tables: what consumers query, and what `build` writes to a file."""
