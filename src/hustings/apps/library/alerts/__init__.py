"""Letters to people who want to be told of new ads that fit a search."""
