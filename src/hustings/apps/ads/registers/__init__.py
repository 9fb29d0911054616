"""Registers in the database: editions loaded from files, found again by number and name, and claims checked in them."""
