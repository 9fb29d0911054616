"""Elections anywhere: when, where, for what, and how people may vote in them, with the source of each statement."""
