"""Retweets of 2021 in Russian: the mapping is all that is needed."""
