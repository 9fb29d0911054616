"""Indicators of others against what is seen here: patterns compiled once, many thousands looked up at once."""
