"""The public library of political ads: every version stays, in an order that is signed."""
