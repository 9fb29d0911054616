"""A search that goes on: events are kept as they come, and what they change is found again."""
