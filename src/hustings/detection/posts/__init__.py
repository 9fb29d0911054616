"""Posts as tables: their columns, the formats they come in, and reading them."""

__all__: list[str] = []
