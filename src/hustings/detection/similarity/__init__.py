"""Similarity of actors with time left aside, for comparison with what has been published."""

__all__: list[str] = []
