"""Release: the gates before one, its files, the record of past ones, and their verification by consumers."""
