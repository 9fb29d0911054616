"""Who was addressed with what, in people's words, and whether one buyer addressed both sides of a contested matter."""
