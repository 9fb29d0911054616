"""What `manage` can do for sweeps."""
