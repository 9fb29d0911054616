"""What verifiers do with advertisers: look at what was handed in, what registers say, and decide."""
