"""Who may see who holds what: the roster is a list of targets, so a row tells only whom it is about and their officers."""

from __future__ import annotations

__all__ = ["ROSTER"]

# The SQL functions stand in `hustings.apps.items.rule`, beside those that ask the same facts about items.
PERSON = "person_id = (SELECT hustings_person()) OR person_id IN (SELECT hustings_roster())"
APPOINTMENT = "appointment_id IN (SELECT hustings_appointments_seen())"
CIRCLES = "(SELECT hustings_compartments())"
OUR_POSTS = 'position_id IN (SELECT id FROM "position" WHERE organisation_id = (SELECT hustings_organisation()))'

# table -> its row rules
ROSTER: dict[str, dict[str, tuple[str, str, str]]] = {
    "citizenship_change": {"person_and_officers_know": ("SELECT", PERSON, "")},
    "eligibility_change": {"person_and_officers_know": ("SELECT", PERSON, "")},
    "agreement_change": {"person_and_officers_know": ("SELECT", PERSON, "")},
    "access_change": {"person_and_officers_know": ("SELECT", APPOINTMENT, "")},
    "read_in_change": {"person_and_officers_know": ("SELECT", f"{APPOINTMENT} AND compartment_id IN {CIRCLES}", "")},
    "facility_change": {
        "officers_know": (
            "SELECT",
            (
                "site_id IN (SELECT id FROM site WHERE organisation_id = (SELECT hustings_organisation())) "
                "AND (SELECT hustings_has_role('security officer', 'auditor', 'administrator'))"
            ),
            "",
        )
    },
    "offer": {
        "person_and_offices_know": (
            "SELECT",
            (
                f"person_id = (SELECT hustings_person()) OR ({OUR_POSTS} "
                "AND (SELECT hustings_has_role('security officer', 'auditor', 'administrator')))"
            ),
            "",
        )
    },
    "requisition": {
        "officers_know": ("SELECT", f"{OUR_POSTS} AND (SELECT hustings_has_role('security officer', 'auditor'))", "")
    },
    # The row rules of what they belong to decide.
    "requisition_change": {"officers_know": ("SELECT", "requisition_id IN (SELECT id FROM requisition)", "")},
    "visit": {"person_and_officers_know": ("SELECT", APPOINTMENT, "")},
    "visit_change": {"person_and_officers_know": ("SELECT", "visit_id IN (SELECT id FROM visit)", "")},
    "compartment": {"insiders_know": ("SELECT", f"code IN {CIRCLES}", "")},
}
