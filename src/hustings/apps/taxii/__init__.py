"""Collections of STIX objects that partners read and write over TAXII 2.1, and theirs that we read and write."""
