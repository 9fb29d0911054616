"""Who may touch the tables of after-action reviews, and what the database itself holds about them."""

from __future__ import annotations

from hustings.apps.protection.table import APPEND_ONLY, Table

__all__ = ["SQL", "TABLES"]

ITEMS = "(SELECT id FROM item)"  # the items' own row rules decide
SEAT = "(SELECT hustings_seat())"
WORKING = "(SELECT hustings_has_role('analyst', 'reviewer', 'liaison'))"
DEFINED = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"

# Persons, not positions; and nothing that was agreed to is changed to another search afterwards.
GUARDS = f"""
CREATE OR REPLACE FUNCTION look_back_replay_guard() RETURNS trigger {DEFINED} AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND ROW(NEW.id, NEW.change_id, NEW.table_id, NEW.until, NEW.by_id) IS DISTINCT FROM ROW(OLD.id, OLD.change_id, OLD.table_id, OLD.until, OLD.by_id) THEN
    RAISE EXCEPTION 'what is searched again does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'replay_stays';
  END IF;
  IF NEW.agreed_by_id IS NOT NULL AND hustings_same_person(NEW.by_id, NEW.agreed_by_id) THEN
    RAISE EXCEPTION 'another person agrees to a replay' USING ERRCODE = 'check_violation', CONSTRAINT = 'replay_agreed_by_another';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER look_back_replay_guard BEFORE INSERT OR UPDATE ON look_back_replay FOR EACH ROW EXECUTE FUNCTION look_back_replay_guard();
CREATE OR REPLACE FUNCTION look_back_missed_guard() RETURNS trigger {DEFINED} AS $$
BEGIN
  IF NEW.settled_by_id IS NOT NULL AND hustings_same_person(NEW.by_id, NEW.settled_by_id) THEN
    RAISE EXCEPTION 'another person settles a miss' USING ERRCODE = 'check_violation', CONSTRAINT = 'missed_settled_by_another';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER look_back_missed_guard BEFORE INSERT OR UPDATE ON look_back_missed FOR EACH ROW EXECUTE FUNCTION look_back_missed_guard();
"""

# The tables come with the migrations; functions that name their columns can only follow them.
SQL = [
    f"DO $do$ BEGIN IF to_regclass('look_back_replay') IS NOT NULL THEN EXECUTE $sql${GUARDS}$sql$; END IF; END $do$"
]


def said_in(column: str, known: str) -> dict[str, tuple[str, str, str]]:
    """Rows that follow another: known to whoever knows that, said under one's own name, changed by who works."""
    within = f"{column} IN {known}"
    return {
        "follows": ("SELECT", within, ""),
        "working_people_say": ("INSERT", "", f"{within} AND by_id = {SEAT} AND {WORKING}"),
        "working_people_change": ("UPDATE", f"{within} AND {WORKING}", within),
    }


MISSED = "(SELECT id FROM look_back_missed)"  # each table's own row rules decide
TABLES = [
    Table(name="look_back", web=APPEND_ONLY, rows=said_in("item_id", ITEMS), append_only=True, logged=True),
    Table(name="look_back_missed", web=("SELECT", "INSERT", "UPDATE (state, settled_by_id, settled_at, settled_why, rests_on_id)"),
          rows=said_in("look_back_id", ITEMS), logged=True),
    Table(name="look_back_actor", web=APPEND_ONLY, rows=said_in("missed_id", MISSED), append_only=True, logged=True),
    Table(name="look_back_change", web=("SELECT", "INSERT", "UPDATE (done_by_id, done_at, done_how)"), rows=said_in("missed_id", MISSED), logged=True),
    # The worker learns which replay may start and who asked for it; what it finds is written in the name of who asked.
    Table(name="look_back_replay",
          web=("SELECT", "INSERT", "UPDATE (state, agreed_by_id, agreed_at, reason, started_at, ended_at, outcome, shown)"),
          worker=("SELECT", "UPDATE (state, reason, ended_at)"), rows=said_in("change_id", "(SELECT id FROM look_back_change)"), logged=True),
]  # fmt: skip
