"""Data mutation: break the package in each way that its schemas and profiles forbid, and find each at its place."""
