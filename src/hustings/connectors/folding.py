"""Folding, where readers of foreign files look for it; it lives with the signals, which compare by it."""

__all__ = ["find_hashtags", "find_mentions", "folded_ocr", "folded_text", "spelling"]

from hustings.detection.folding import find_hashtags, find_mentions, folded_ocr, folded_text, spelling
