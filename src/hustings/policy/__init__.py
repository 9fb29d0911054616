"""Who may do what: roles, clearances, states and moves, decisions."""
