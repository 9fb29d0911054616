"""How good decisions are: known answers among the work, samples looked at again, agreement, and what waits."""
