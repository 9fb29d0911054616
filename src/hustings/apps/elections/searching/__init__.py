"""Searches scheduled by an election: who agreed to them, what each looked at and found, and where nobody looked."""
