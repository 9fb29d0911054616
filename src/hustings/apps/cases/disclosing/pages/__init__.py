"""The pages of disclosures, redactions, legal process and hearings."""
