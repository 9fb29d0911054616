"""Who may touch the tables of sign-in."""

from __future__ import annotations

from hustings.apps.protection.table import Table

__all__ = ["SQL", "TABLES"]

# Whoever holds a link is nobody yet, so no row rule can let them see their invitation: these two answer for exactly
# the row of that secret, while it is good.
INVITED = """
CREATE OR REPLACE FUNCTION invited(secret text) RETURNS TABLE (person_id uuid, kind varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT i.person_id, i.kind FROM invitation i JOIN person p ON p.id = i.person_id
  WHERE i.digest = secret AND i.used_at IS NULL AND i.withdrawn_at IS NULL AND i.ends_at > hustings_now() AND p.is_active
$$;
CREATE OR REPLACE FUNCTION take_up_invitation(secret text) RETURNS TABLE (person_id uuid, kind varchar)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE invitation i SET used_at = hustings_now() FROM person p
  WHERE i.digest = secret AND i.used_at IS NULL AND i.withdrawn_at IS NULL AND i.ends_at > hustings_now()
    AND p.id = i.person_id AND p.is_active
  RETURNING i.person_id, i.kind
$$;
REVOKE ALL ON FUNCTION invited(text), take_up_invitation(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION invited(text), take_up_invitation(text) TO hustings_web;
CREATE OR REPLACE FUNCTION hustings_seat_organisation() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p.organisation_id FROM appointment a JOIN position p ON p.id = a.position_id WHERE a.id = hustings_seat()
$$;
"""

SQL = [INVITED]

ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")
OWN = "organisation_id = hustings_seat_organisation()"

TABLES = [
    # Read before anybody is somebody, so no row rule can stand here; the key is a digest, and a page shows its own.
    Table(name="signed_in", web=ALL, worker=("SELECT", "DELETE")),
    Table(name="attempt", web=ALL, worker=("SELECT", "DELETE")),
    Table(name="provider", web=("SELECT",), worker=("SELECT",), logged=True),
    Table(
        name="invitation",
        web=("SELECT", "INSERT", "UPDATE (withdrawn_at)"),
        worker=("SELECT", "DELETE"),
        rows={
            "own_organisation_reads": ("SELECT", OWN, ""),
            "own_organisation_invites": ("INSERT", "", OWN),
            "own_organisation_withdraws": ("UPDATE", OWN, OWN),
        },
        logged=True,
    ),
]
