"""What others warned of, looked for in our own ads and traces as they arrive; people decide what a match means and who is told."""
