"""The forms in which political ads travel to others."""
