"""The data package: its descriptor, schemas and canonical CSV files."""
