"""Foreign files made into our tables: one folder per outside source, one engine for their mappings.

Nothing here reaches a database or the network. A new source is a new folder with a `mapping.toml`
(and, for ads, a reader) plus one line in `bundled.py`.
"""
