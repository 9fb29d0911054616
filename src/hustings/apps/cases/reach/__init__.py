"""How many people saw what belongs to a campaign or a case: counted, bounded, modelled, or not derivable in words."""
