"""Tells which observed domain, name or account looks like which protected one, and by what; it lists no possible ones."""
