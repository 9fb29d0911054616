"""How much work waits for people, in which order it is best done, how well it is done, and how many people it takes."""
