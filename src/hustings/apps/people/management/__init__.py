"""Commands of the installation about people."""
