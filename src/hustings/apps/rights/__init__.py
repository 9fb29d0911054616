"""Civil-rights audits: whether rules, searches and reviewers treat people alike, and what may be released."""
