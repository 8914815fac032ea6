"""A data package on disk: its descriptor, its schemas, its canonical CSV files."""
