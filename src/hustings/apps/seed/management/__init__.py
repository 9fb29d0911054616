"""What `manage` can do for the seed."""
