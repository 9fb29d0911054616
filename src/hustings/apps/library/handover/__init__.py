"""The evidence package of ads that the library shows: read, cut, logged, handed over."""
