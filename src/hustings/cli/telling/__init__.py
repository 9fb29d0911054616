"""The chapters of the demo, one module each, and what they have in common."""
