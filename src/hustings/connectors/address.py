"""Web addresses, where readers of foreign files look for them; the rules live with the signals, which compare by them."""

__all__ = ["canonical_address", "find_addresses", "site"]

from hustings.detection.address import canonical_address, find_addresses, site
