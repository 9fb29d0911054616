"""`GET /v{any}/ads_archive`: the library for whoever has a program for Meta's."""
