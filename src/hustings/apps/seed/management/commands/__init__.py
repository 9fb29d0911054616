"""The commands of the seed."""
