"""The interface to partners: what passes, meetings, the partners themselves; and the public count."""

from __future__ import annotations

from hustings.apps.sharing.api import arranged, exchanges, governments, meetings, partners

__all__ = ["governments_router", "routers"]

# The partners last: the key of one stands where others have words.
routers = (exchanges.router, meetings.router, arranged.router, partners.router)
governments_router = governments.router
