"""Whether rules treat people alike: the same text with party, group, name or language swapped, and what becomes of each."""
