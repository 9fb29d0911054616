"""Who may touch the tables of people."""

from __future__ import annotations

from hustings.apps.people.roster_rows import ROSTER
from hustings.apps.protection.table import APPEND_ONLY, Table

__all__ = ["SQL", "TABLES"]

# The clock that decides. Set back, it stands still: `clock_high_water` keeps the latest moment that was ever told, so
# that what has lapsed stays lapsed.
CLOCK = """
CREATE TABLE IF NOT EXISTS clock_high_water (one boolean PRIMARY KEY DEFAULT true CHECK (one), at timestamptz NOT NULL);
INSERT INTO clock_high_water (at) VALUES (transaction_timestamp()) ON CONFLICT DO NOTHING;
CREATE OR REPLACE FUNCTION hustings_now() RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT greatest(transaction_timestamp(), (SELECT at FROM clock_high_water))
$$;
CREATE OR REPLACE FUNCTION hustings_seat() RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('hustings.appointment', true), '')::uuid
$$;
"""

TURN = """
INSERT INTO move_turn (one, at) VALUES (true, '-infinity') ON CONFLICT DO NOTHING;
"""

SQL = [CLOCK, TURN]

READ = ("SELECT",)
WRITE = ("SELECT", "INSERT", "UPDATE")

TABLES = [
    Table(name="clock_high_water", web=READ, worker=("SELECT", "UPDATE")),
    Table(name="person", web=WRITE, worker=WRITE, logged=True),
    Table(name="organisation", web=READ, worker=READ, logged=True),
    Table(name="organisation_change", web=APPEND_ONLY, worker=READ, append_only=True, logged=True),
    Table(name="site", web=READ, worker=("SELECT", "INSERT"), logged=True),
    Table(name="position", web=READ, worker=("SELECT", "INSERT"), logged=True),
    Table(name="position_change", web=READ, worker=APPEND_ONLY, append_only=True, logged=True),
    Table(name="appointment", web=READ, worker=("SELECT", "INSERT"), logged=True),
    Table(name="appointment_change", web=READ, worker=APPEND_ONLY, append_only=True, logged=True),
    Table(
        name="citizenship_change",
        web=READ,
        worker=READ,
        rows=ROSTER["citizenship_change"],
        append_only=True,
        logged=True,
    ),
    Table(
        name="eligibility_change",
        web=READ,
        worker=APPEND_ONLY,
        rows=ROSTER["eligibility_change"],
        append_only=True,
        logged=True,
    ),
    Table(
        name="access_change", web=READ, worker=APPEND_ONLY, rows=ROSTER["access_change"], append_only=True, logged=True
    ),
    Table(
        name="facility_change",
        web=READ,
        worker=APPEND_ONLY,
        rows=ROSTER["facility_change"],
        append_only=True,
        logged=True,
    ),
    Table(
        name="agreement_change",
        web=READ,
        worker=APPEND_ONLY,
        rows=ROSTER["agreement_change"],
        append_only=True,
        logged=True,
    ),
    Table(name="compartment", web=READ, worker=READ, rows=ROSTER["compartment"], logged=True),
    Table(name="offer", web=READ, worker=WRITE, rows=ROSTER["offer"], logged=True),
    Table(name="requisition", web=READ, worker=("SELECT", "INSERT"), rows=ROSTER["requisition"], logged=True),
    Table(
        name="requisition_change",
        web=READ,
        worker=APPEND_ONLY,
        rows=ROSTER["requisition_change"],
        append_only=True,
        logged=True,
    ),
    Table(name="visit", web=READ, worker=("SELECT", "INSERT"), rows=ROSTER["visit"], logged=True),
    Table(
        name="visit_change", web=READ, worker=APPEND_ONLY, rows=ROSTER["visit_change"], append_only=True, logged=True
    ),
    Table(name="rule_change", web=READ, worker=APPEND_ONLY, append_only=True, logged=True),
    Table(name="move_turn", worker=("SELECT", "UPDATE")),
    Table(
        name="read_in_change",
        web=READ,
        worker=APPEND_ONLY,
        rows=ROSTER["read_in_change"],
        append_only=True,
        logged=True,
    ),
]
