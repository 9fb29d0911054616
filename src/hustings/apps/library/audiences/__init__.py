"""Who was addressed with what, and whether both sides of a matter were: pages of the library for any of its searches."""
