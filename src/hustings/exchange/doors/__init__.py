"""Other doors than STIX: lists, feeds, signals and mail. Each says what it cannot carry."""
