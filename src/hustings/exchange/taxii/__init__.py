"""TAXII 2.1 (OASIS Standard, 10 June 2021) as rules without a network: what is asked, what is answered, in which order."""
