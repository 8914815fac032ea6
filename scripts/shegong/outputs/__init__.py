"""Outputs: DuckDB, Parquet, Excel."""
