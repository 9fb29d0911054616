"""Persons, organisations, positions, clearances, and who signs in as whom."""
