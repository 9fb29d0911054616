"""Tokens with which programs act for one person in one position."""
