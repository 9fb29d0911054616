"""What people report about an ad of the library: taken from anybody, answered by people, published nowhere."""
