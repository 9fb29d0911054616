"""Everything that carries a marking: how far it may travel, who needs to know, what it was made from."""
