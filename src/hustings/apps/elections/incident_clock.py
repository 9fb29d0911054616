"""Incidents with the moment by which somebody writes on each again, as the scale of severity has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, QuerySet

from hustings.apps.elections.models import Incident
from hustings.policy.operations import IncidentState, Severity, act_by

__all__ = ["Clocked", "clocked"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Clocked:
    """An incident, by when somebody writes on it, and whether that moment has passed."""

    incident: Incident
    severity: Severity
    act_by: datetime | None
    late: bool


def clocked(rows: QuerySet[Incident], now: datetime) -> list[Clocked]:
    """Incidents in the order in which they come, each with its clock; one question to the database."""
    found = []
    for one in rows.annotate(written=Max("lines__at")):
        severity = Severity(one.severity)
        by = act_by(severity, IncidentState(one.state), one.written or one.at)
        found.append(Clocked(incident=one, severity=severity, act_by=by, late=by is not None and by < now))
    return found
