"""Who may touch the tables of fact-checks: the people of the organisation that loaded them who search and review."""

from __future__ import annotations

from hustings.apps.protection.table import APPEND_ONLY, Table

__all__ = ["TABLES"]

OWN = "held_by_id = (SELECT hustings_organisation())"
SEEN = "(SELECT hustings_has_role('analyst', 'reviewer', 'liaison', 'auditor'))"
WORKING = "(SELECT hustings_has_role('analyst', 'reviewer', 'liaison'))"
BENEATH = "check_of_id IN (SELECT id FROM fact_check)"  # that table's own row rules decide

TABLES = [
    Table(name="fact_check_feed", web=APPEND_ONLY, rows={
        "colleagues_know": ("SELECT", f"{OWN} AND {SEEN}", ""),
        "working_people_load": ("INSERT", "", f"{OWN} AND by_id = (SELECT hustings_seat()) AND {WORKING}"),
    }, append_only=True, logged=True),
    Table(name="fact_check", web=APPEND_ONLY, rows={
        "colleagues_know": ("SELECT", f"{OWN} AND {SEEN}", ""),
        "working_people_load": ("INSERT", "", f"{OWN} AND {WORKING}"),
    }, append_only=True),
    # What matched a finding is known to whoever may know that finding.
    Table(name="fact_check_match", web=APPEND_ONLY, rows={
        "colleagues_know": ("SELECT", f"{BENEATH} AND CASE WHEN what = 'finding' THEN EXISTS (SELECT FROM item i WHERE i.id = name::uuid) ELSE true END", ""),
        "working_people_tell": ("INSERT", "", f"{BENEATH} AND {WORKING}"),
    }, append_only=True),
]  # fmt: skip
