"""From the tables of ads to the library: what is public of each, and its next version where that changed."""
