"""A demo season: invented organisations and twelve people who are each allowed something else."""
