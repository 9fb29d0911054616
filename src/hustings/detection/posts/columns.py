"""The columns of the posts table: what a post is, what may be known of it, and in which types."""

__all__ = ["BATCH", "LISTS", "MEND", "OPTIONAL", "REQUIRED", "SCHEMA", "STAMP", "TIMES"]

import pyarrow as pa

STAMP = pa.timestamp("us", "UTC")
# Names without their sign (@, #), in lower case; links as the source has them; images as perceptual hashes in hex.
LISTS = ("mentions", "links", "hashtags", "images")
TIMES = ("at", "repost_of_at", "created", "deleted")
SCHEMA = pa.schema([
    ("platform", pa.string()), ("actor", pa.string()), ("content", pa.string()), ("at", STAMP),
    ("text", pa.string()), ("language", pa.string()),
    # The content that this one hands on or answers, and when the original was posted.
    ("repost_of", pa.string()), ("repost_of_at", STAMP), ("reply_to", pa.string()),
    *((name, pa.list_(pa.string())) for name in LISTS),
    # What the account looked like when it posted.
    ("handle", pa.string()), ("name", pa.string()), ("profile_text", pa.string()), ("profile_picture", pa.string()),
    # When the account was made, when the post went, how often it was seen.
    ("created", STAMP), ("deleted", STAMP), ("views", pa.int64()),
])  # fmt: skip
REQUIRED = ("platform", "actor", "content", "at")
OPTIONAL = tuple(name for name in SCHEMA.names if name not in REQUIRED)
# Rows at a time; posts are wider than trace events.
BATCH = 100_000
MEND = "Read the source with `hustings posts`, or name the columns so."
