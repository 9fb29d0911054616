"""The evidence package written: its files, its network, its page."""
