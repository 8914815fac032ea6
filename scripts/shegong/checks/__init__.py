"""The steps of `check`: each asks one question of a package and answers with findings."""
