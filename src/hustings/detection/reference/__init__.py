"""Plain readings of everything that is counted or tested, for the fast engines to be compared with; no line is shared."""

__all__: list[str] = []
