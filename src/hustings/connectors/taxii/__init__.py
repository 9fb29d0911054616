"""Reading and writing the collections of others over TAXII 2.1."""
