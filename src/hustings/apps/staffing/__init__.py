"""Staffing: how many people review needs, of which kind, by when."""
