"""What runs Hustings: a PostgreSQL server of its own, the web and worker processes, backup and diagnosis."""
