"""How findings are written in templates."""
