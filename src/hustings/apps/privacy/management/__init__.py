"""What `manage` can do for data protection."""
