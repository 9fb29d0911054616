"""The pages around the pages."""
