"""Trying the live search with planted campaigns: what of them is found, and what is missed."""
