"""What those who run an installation may know of its state: alive, ready, and a few figures."""
