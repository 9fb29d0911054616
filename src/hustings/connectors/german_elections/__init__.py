"""Posts of the German campaign of 2021: the mapping is all that is needed."""
