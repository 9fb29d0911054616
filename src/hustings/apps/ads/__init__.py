"""Political ads: who stands behind them, the door they pass, and what became of them."""
