"""Findings of a table that grows, computed again only where something changed."""
