"""How findings travel: what is handed over, in which form."""
