"""Data protection: what is kept how long, what was deleted, and what people ask about themselves."""
