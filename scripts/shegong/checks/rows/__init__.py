"""Row rules of the domain: what a row of each table means, beyond its schema."""
