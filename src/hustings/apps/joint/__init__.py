"""One campaign followed by several organisations: what each of them says of it, as far as the reader may know."""
