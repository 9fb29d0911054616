"""What this platform knows, told to partners as STIX, and what partners told, as tips here."""
