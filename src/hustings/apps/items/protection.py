"""Who may touch the tables of items, and the rule of reading as SQL."""

from __future__ import annotations

from hustings.apps.items.rule import COUNTED, ITEM, RULE
from hustings.apps.protection.table import APPEND_ONLY, Table

__all__ = ["SQL", "TABLES"]

SQL = [RULE, COUNTED]

READ = ("SELECT",)

KNOWN = "item_id IN (SELECT id FROM item)"  # the item's own row rules decide
OFFICES = "(SELECT hustings_has_role('security officer', 'auditor', 'reviewer', 'liaison'))"

OURS = "(label_id IN (SELECT hustings_held()) OR made_by_id IN (SELECT hustings_colleagues()))"
CASE = "(case_id IS NULL OR hustings_knows(case_id))"

TABLES = [
    Table(
        name="sharing_group",
        web=("SELECT", "INSERT"),
        worker=READ,
        rows={
            "members_know": ("SELECT", "id IN (SELECT hustings_groups())", ""),
            "owner_makes": (
                "INSERT",
                "",
                (
                    "owner_id = (SELECT hustings_organisation()) "
                    "AND (SELECT hustings_has_role('liaison', 'reviewer', 'administrator'))"
                ),
            ),
        },
        logged=True,
    ),
    Table(
        name="sharing_member_change",
        web=APPEND_ONLY,
        worker=READ,
        rows={
            "members_know": ("SELECT", "group_id IN (SELECT hustings_groups())", ""),
            "owner_changes": (
                "INSERT",
                "",
                (
                    "recorded_by_id = (SELECT hustings_seat()) "
                    "AND group_id IN (SELECT id FROM sharing_group WHERE owner_id = (SELECT hustings_organisation())) "
                    "AND (SELECT hustings_has_role('liaison', 'reviewer', 'administrator'))"
                ),
            ),
        },
        append_only=True,
        logged=True,
    ),
    Table(
        name="label",
        web=("SELECT", "UPDATE (withdrawn_at)"),
        worker=READ,
        rows={
            "readers_know": ("SELECT", "id IN (SELECT hustings_labels_shown())", ""),
            "owner_withdraws": (
                "UPDATE",
                "owner_id = (SELECT hustings_organisation()) AND (SELECT hustings_has_role('reviewer', 'liaison'))",
                "",
            ),
        },
        logged=True,
    ),
    Table(
        name="item",
        web=("SELECT", "INSERT", "UPDATE"),
        worker=("SELECT", "INSERT", "UPDATE (label_id)"),  # what a machine found by itself has no maker
        rows={
            "readers_know": ("SELECT", ITEM, ""),
            "readers_make": ("INSERT", "", f"made_by_id = (SELECT hustings_seat()) AND {CASE} AND {ITEM}"),
            "holders_change": ("UPDATE", f"{OURS} AND {ITEM}", f"{CASE} AND {ITEM}"),
        },
        logged=True,
    ),
    Table(
        name="item_source",
        web=("SELECT", "INSERT", "UPDATE (released)"),
        worker=("SELECT", "INSERT"),
        rows={
            "readers_of_both_know": ("SELECT", f"{KNOWN} AND source_id IN (SELECT id FROM item)", ""),
            "makers_say": (
                "INSERT",
                "",
                (
                    "source_id IN (SELECT id FROM item) "
                    "AND item_id IN (SELECT id FROM item WHERE made_by_id IN (SELECT hustings_colleagues()))"
                ),
            ),
            "releasing_authorities_release": (
                "UPDATE",
                f"{KNOWN} AND source_id IN (SELECT id FROM item) AND (SELECT hustings_has_role('reviewer', 'liaison'))",
                "",
            ),
        },
        logged=True,
    ),
    Table(
        name="need_grant",
        web=("SELECT", "INSERT", "UPDATE (withdrawn_at)"),
        worker=("SELECT", "UPDATE (withdrawn_at)"),
        rows={
            "named_and_offices_know": (
                "SELECT",
                (
                    f"{KNOWN} AND (appointment_id = (SELECT hustings_seat()) OR granted_by_id = (SELECT hustings_seat()) "
                    f"OR {OFFICES})"
                ),
                "",
            ),
            "another_grants": (
                "INSERT",
                "",
                (
                    f"{KNOWN} AND granted_by_id = (SELECT hustings_seat()) "
                    "AND NOT hustings_same_person(appointment_id, granted_by_id) AND hustings_may_name(item_id, appointment_id)"
                ),
            ),
            "another_withdraws": (
                "UPDATE",
                f"{KNOWN} AND (granted_by_id = (SELECT hustings_seat()) OR hustings_may_name(item_id, appointment_id))",
                "",
            ),
        },
        logged=True,
    ),
    Table(
        name="item_consent",
        web=("SELECT", "INSERT", "UPDATE (withdrawn_at)"),
        worker=READ,
        rows={
            "readers_know": ("SELECT", KNOWN, ""),
            "owner_consents": (
                "INSERT",
                "",
                (
                    "given_by_id = (SELECT hustings_seat()) AND (SELECT hustings_has_role('reviewer', 'liaison')) "
                    "AND item_id IN (SELECT id FROM item WHERE label_id IN (SELECT hustings_held()))"
                ),
            ),
            "owner_withdraws": (
                "UPDATE",
                (
                    f"{KNOWN} AND given_by_id IN (SELECT hustings_colleagues()) "
                    "AND (SELECT hustings_has_role('reviewer', 'liaison'))"
                ),
                "",
            ),
        },
        logged=True,
    ),
    Table(
        name="recusal",
        web=("SELECT", "INSERT", "UPDATE (ends_at)"),
        worker=("SELECT", "INSERT"),
        rows={
            "person_and_officers_know": (
                "SELECT",
                "person_id = (SELECT hustings_person()) OR person_id IN (SELECT hustings_roster())",
                "",
            ),
            "person_or_officer_says": (
                "INSERT",
                "",
                (
                    "(person_id = (SELECT hustings_person()) "
                    "OR (person_id IN (SELECT hustings_roster()) AND (SELECT hustings_has_role('security officer')))) "
                    "AND (item_id IS NULL OR item_id IN (SELECT id FROM item))"
                ),
            ),
            "officer_ends": (
                "UPDATE",
                (
                    "person_id IN (SELECT hustings_roster()) AND person_id <> (SELECT hustings_person()) "
                    "AND (SELECT hustings_has_role('security officer'))"
                ),
                "",
            ),
        },
        logged=True,
    ),
]
