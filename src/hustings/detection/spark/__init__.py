"""The Spark engine: the same kernels inside the tasks of a cluster, which deals their rows out and keeps them."""

__all__: list[str] = []
