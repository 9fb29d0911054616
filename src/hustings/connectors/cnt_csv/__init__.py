"""The CSV layout of coordination-network-toolkit: the mapping is all that is needed."""
