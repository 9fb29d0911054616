"""The evidence package: what is held about the ads asked for, and what of it goes to whom."""
