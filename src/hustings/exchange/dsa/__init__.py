"""Statements of reasons as the Digital Services Act asks for them (Article 17 and 24(5))."""
