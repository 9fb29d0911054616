"""The interface to elections: the calendar and its claims, lists, how people vote, the plan, the operations room; read and written."""

from __future__ import annotations

from hustings.apps.elections.api import calendar, plan, room, threats, voting

__all__ = ["routers"]

# The calendar last: the key of an election stands where others have words.
routers = (plan.router, room.router, threats.router, voting.router, calendar.router)
