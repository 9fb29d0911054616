"""Hustings: find coordinated campaigns, make political ads answerable, hand over what was found."""

__all__ = ["__version__"]

__version__ = "0.1.0"
