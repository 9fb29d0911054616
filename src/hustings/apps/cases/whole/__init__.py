"""All that a case holds, in one form: things and what ties them, lines of time, places; and what lies beneath a statement."""
