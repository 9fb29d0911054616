"""After-action reviews: what was missed, which change would have found it, and the replay that shows it."""
