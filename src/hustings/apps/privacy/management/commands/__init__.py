"""The commands of data protection."""
