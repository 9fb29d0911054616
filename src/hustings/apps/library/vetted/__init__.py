"""Vetted researchers read what the public cut leaves out: what they ask, who decides, and what each look showed."""
