"""Names, accounts and domains that are protected, what looks like them, and cyber incidents around elections."""
