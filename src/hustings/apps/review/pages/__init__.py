"""Pages of review beside that of one work: what was decided many at a time, and the rules and people of review."""
