"""People deciding one at a time what machines may not: a queue, claims, decisions, second looks, appeals."""
