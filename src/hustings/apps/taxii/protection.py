"""Who may touch the tables of the exchange. An object's row is absent for whom its marking hides it from."""

from __future__ import annotations

from hustings.apps.protection.table import Table

__all__ = ["SQL", "TABLES"]

# An account that another organisation made for a partner reaches that organisation's collections alone; one that an
# organisation made for itself all that its organisation has a permission for. Its people see what it owns.
KNOWN = """
CREATE OR REPLACE FUNCTION hustings_taxii_open(reading boolean) RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  ours uuid := hustings_organisation();
BEGIN
  IF ours IS NULL THEN RETURN; END IF;
  IF hustings_has_role('service account') THEN
    RETURN QUERY SELECT p.collection_id FROM taxii_permission p JOIN taxii_collection c ON c.id = p.collection_id
      JOIN taxii_account a ON a.appointment_id = hustings_seat() AND a.ended_at IS NULL
      WHERE p.organisation_id = ours AND (a.kept_by_id = c.owner_id OR a.kept_by_id = ours)
        AND (p.can_read OR (p.can_write AND NOT reading));
  ELSE
    RETURN QUERY SELECT c.id FROM taxii_collection c WHERE c.owner_id = ours;
  END IF;
END $$;
REVOKE ALL ON FUNCTION hustings_taxii_open(boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hustings_taxii_open(boolean) TO hustings_web;
"""

SQL = [KNOWN]

OURS = "(SELECT hustings_organisation())"
SERVICE = "(SELECT hustings_has_role('service account'))"
SEEING = "(SELECT hustings_has_role('liaison', 'reviewer', 'administrator', 'auditor'))"
KEEPING = "(SELECT hustings_has_role('liaison', 'administrator'))"
OPEN = "IN (SELECT hustings_taxii_open(false))"
READABLE = "IN (SELECT hustings_taxii_open(true))"
OF_OURS = f"collection_id IN (SELECT c.id FROM taxii_collection c WHERE c.owner_id = {OURS})"

# What an organisation handed in itself it reads back, whatever the marking came to be: to hide it would tell that
# something else is here.
VISIBLE = f"(received_from_id = {OURS} AND {SERVICE}) OR EXISTS (SELECT FROM item WHERE item.id = item_id)"

TABLES = [
    Table(
        name="taxii_collection",
        web=("SELECT", "INSERT", "UPDATE (title, description, alias, group_id, unmarked)"),
        worker=("SELECT", "UPDATE (last_added)"),
        rows={
            "open_ones": ("SELECT", f"(owner_id = {OURS} AND NOT {SERVICE}) OR id {OPEN}", ""),
            "keepers_make": ("INSERT", "", f"owner_id = {OURS} AND {KEEPING}"),
            "keepers_change": ("UPDATE", f"owner_id = {OURS} AND {KEEPING}", f"owner_id = {OURS}"),
        },
        logged=True,
    ),
    Table(
        name="taxii_permission",
        web=("SELECT", "INSERT", "UPDATE (can_read, can_write)"),
        worker=("SELECT",),
        rows={
            "own_and_ours": (
                "SELECT",
                f"(organisation_id = {OURS} AND collection_id {OPEN}) OR ({OF_OURS} AND NOT {SERVICE})",
                "",
            ),
            "keepers_give": ("INSERT", "", f"{OF_OURS} AND {KEEPING}"),
            "keepers_change": ("UPDATE", f"{OF_OURS} AND {KEEPING}", ""),
        },
        logged=True,
    ),
    Table(
        name="taxii_account",
        web=("SELECT", "INSERT", "UPDATE (ended_at)"),
        worker=("SELECT",),
        rows={
            "own_and_kept": (
                "SELECT",
                f"appointment_id = (SELECT hustings_seat()) OR (kept_by_id = {OURS} AND {SEEING})",
                "",
            ),
            "keepers_make": ("INSERT", "", f"kept_by_id = {OURS} AND {KEEPING}"),
            "keepers_end": ("UPDATE", f"kept_by_id = {OURS} AND {KEEPING}", ""),
        },
        logged=True,
    ),
    Table(name="stix_object", web=("SELECT",), worker=("SELECT", "INSERT"), rows={"known": ("SELECT", VISIBLE, "")}),
    Table(
        name="taxii_entry",
        web=("SELECT",),
        worker=("SELECT", "INSERT", "DELETE"),
        rows={
            "known": (
                "SELECT",
                f"collection_id {READABLE} AND EXISTS (SELECT FROM stix_object o WHERE o.item_id = object_id)",
                "",
            )
        },
    ),
    Table(
        name="taxii_status",
        web=("SELECT",),
        worker=("SELECT", "INSERT", "DELETE"),
        rows={"own": ("SELECT", "account_id = (SELECT hustings_seat())", "")},
    ),
    Table(
        name="stix_reaction",
        web=("SELECT",),
        worker=("SELECT", "INSERT", "UPDATE (done_at, tries, error)"),
        rows={"known": ("SELECT", f"{SEEING} AND EXISTS (SELECT FROM stix_object o WHERE o.item_id = object_id)", "")},
    ),
    Table(
        name="taxii_subscription",
        web=("SELECT", "INSERT", "UPDATE (paused_at, next_at, secret, username, every_minutes)"),
        worker=("SELECT", "UPDATE (place, objects_moved, last_ok_at, last_error, failures, next_at)"),
        rows={
            "keepers_see": ("SELECT", f"{OF_OURS} AND {SEEING}", ""),
            "keepers_make": ("INSERT", "", f"{OF_OURS} AND {KEEPING}"),
            "keepers_change": ("UPDATE", f"{OF_OURS} AND {KEEPING}", ""),
        },
        logged=True,
    ),
]
