"""The public pages of the library: search, an ad with its versions, who stands behind it, what changed and why."""
