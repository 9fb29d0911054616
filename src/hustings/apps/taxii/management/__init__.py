"""Upkeep of the exchange."""
