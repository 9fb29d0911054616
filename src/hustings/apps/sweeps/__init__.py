"""From a tip to a search, under the tip's marking; and from what was found to what may be told."""
