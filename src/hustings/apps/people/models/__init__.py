"""The tables of people, by what they are about."""

from hustings.apps.people.models.agreement import AgreementChange, Compartment, ReadInChange
from hustings.apps.people.models.clearance import AccessChange, Citizenship, EligibilityChange, FacilityChange
from hustings.apps.people.models.organisation import Organisation, OrganisationChange, Site
from hustings.apps.people.models.person import Person
from hustings.apps.people.models.position import Appointment, AppointmentChange, Position, PositionChange
from hustings.apps.people.models.recruiting import Offer, Requisition, RequisitionChange
from hustings.apps.people.models.rules import MoveTurn, RuleChange
from hustings.apps.people.models.visit import Visit, VisitChange

__all__ = [
    "AccessChange",
    "AgreementChange",
    "Appointment",
    "AppointmentChange",
    "Citizenship",
    "Compartment",
    "EligibilityChange",
    "FacilityChange",
    "MoveTurn",
    "Offer",
    "Organisation",
    "OrganisationChange",
    "Person",
    "Position",
    "PositionChange",
    "ReadInChange",
    "Requisition",
    "RequisitionChange",
    "RuleChange",
    "Site",
    "Visit",
    "VisitChange",
]
