"""From a lead to a case, a campaign and what is established about it, with the evidence each statement rests on."""
