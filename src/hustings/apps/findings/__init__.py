"""Findings of `hustings detect`, as the platform keeps and shows them: pseudonyms until a name is needed."""
