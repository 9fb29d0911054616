"""What law asks of political ads, by jurisdiction and day; what no row says is unknown and goes to a person."""

__all__ = ["Law", "Provision", "bundled_law"]

from hustings.screening.law.table import Law, Provision, bundled_law
