# ruff: noqa: S608 - what is put together here are words of this module
"""What the database itself holds about legal process and the hearing book: scopes stay, and nobody approves their own."""

from __future__ import annotations

from hustings.apps.protection.table import APPEND_ONLY, Table
from hustings.policy.legal import LEGAL

__all__ = ["SQL", "TABLES"]

ITEMS = "(SELECT id FROM item)"  # the items' own row rules decide
SEAT = "(SELECT hustings_seat())"
WORKING = "(SELECT hustings_has_role('analyst', 'reviewer', 'liaison'))"
RELEASING = "(SELECT hustings_has_role('reviewer', 'liaison'))"
DEFINED = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"

STEPS = ", ".join(sorted({f"'{source.value}>{step.target.value}'" for step in LEGAL for source in step.sources}))
SCOPE = ("item_id", "case_id", "held_by_id", "kind", "authority", "asked_by", "law", "reference", "received_on", "since", "until", "kinds", "by_id", "at")  # fmt: skip
NEW, OLD = (", ".join(f"{row}.{column}" for column in SCOPE) for row in ("NEW", "OLD"))

PROCESS = f"""
CREATE OR REPLACE FUNCTION legal_process_guard() RETURNS trigger {DEFINED} AS $$
BEGIN
  IF ROW({NEW}) IS DISTINCT FROM ROW({OLD}) THEN
    RAISE EXCEPTION 'what was asked for does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'legal_scope_stays';
  END IF;
  IF NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) <> ALL (ARRAY[{STEPS}]) THEN
    RAISE EXCEPTION 'no step of the table' USING ERRCODE = 'check_violation', CONSTRAINT = 'legal_moves_by_its_table';
  END IF;
  IF NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id AND (OLD.approved_by_id IS NOT NULL
     OR hustings_same_person(NEW.by_id, NEW.approved_by_id)) THEN
    RAISE EXCEPTION 'another person approves it than who received it' USING ERRCODE = 'check_violation', CONSTRAINT = 'legal_approved_by_another';
  END IF;
  IF NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id AND coalesce(current_setting('role', true), '') = 'hustings_web'
     AND (NEW.approved_by_id IS DISTINCT FROM hustings_seat() OR NOT hustings_has_role('reviewer', 'liaison')) THEN
    RAISE EXCEPTION 'counsel approves in their own name' USING ERRCODE = 'check_violation', CONSTRAINT = 'legal_approved_in_own_name';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER legal_process_guard BEFORE UPDATE ON legal_process FOR EACH ROW EXECUTE FUNCTION legal_process_guard();
CREATE OR REPLACE FUNCTION legal_asset_guard() RETURNS trigger {DEFINED} AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM legal_process p WHERE p.item_id = NEW.process_id AND p.state = 'received')
     OR EXISTS (SELECT FROM legal_step s WHERE s.process_id = NEW.process_id) THEN
    RAISE EXCEPTION 'assets are named when a process is received' USING ERRCODE = 'check_violation', CONSTRAINT = 'legal_scope_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER legal_asset_guard BEFORE INSERT ON legal_asset FOR EACH ROW EXECUTE FUNCTION legal_asset_guard();
"""

HEARING = f"""
CREATE OR REPLACE FUNCTION hearing_approval_guard() RETURNS trigger {DEFINED} AS $$
BEGIN
  IF EXISTS (SELECT FROM hearing_answer a WHERE a.id = NEW.answer_id AND hustings_same_person(a.by_id, NEW.by_id)) THEN
    RAISE EXCEPTION 'another person approves an answer' USING ERRCODE = 'check_violation', CONSTRAINT = 'hearing_answer_approved_by_another';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER hearing_approval_guard BEFORE INSERT ON hearing_approval FOR EACH ROW EXECUTE FUNCTION hearing_approval_guard();
"""

# The tables come with the migrations; functions that name their row types can only follow them.
SQL = [
    f"DO $do$ BEGIN IF to_regclass('hearing_reconciled') IS NOT NULL THEN EXECUTE $sql${PROCESS}{HEARING}$sql$; END IF; END $do$"
]


def said_in(column: str, known: str, who: str = WORKING) -> dict[str, tuple[str, str, str]]:
    """Rows that follow another: known with it, said by people in their own name."""
    there = f"{column} IN {known}"
    return {
        "follows_row": ("SELECT", there, ""),
        "said_in_own_name": ("INSERT", "", f"{there} AND by_id = {SEAT} AND {who}"),
    }


ASSETS = f"process_id IN {ITEMS}"
TABLES = [
    Table(name="legal_process", web=("SELECT", "INSERT", "UPDATE (state, approved_by_id, approved_at)"), worker=("SELECT",), rows={
        "follows_item": ("SELECT", f"item_id IN {ITEMS}", ""),
        "who_receives_says_so": ("INSERT", "", f"item_id IN {ITEMS} AND by_id = {SEAT} AND {RELEASING} AND state = 'received'"),
        "who_answers_changes": ("UPDATE", f"item_id IN {ITEMS} AND {RELEASING}", f"item_id IN {ITEMS}"),
    }, logged=True),
    Table(name="legal_asset", web=APPEND_ONLY, worker=("SELECT",), rows={
        "follows_item": ("SELECT", ASSETS, ""),
        "who_receives_says_so": ("INSERT", "", f"process_id IN (SELECT item_id FROM legal_process WHERE by_id = {SEAT})"),
    }, append_only=True, logged=True),
    *(Table(name=name, web=APPEND_ONLY, worker=("SELECT",), rows=said_in("process_id", ITEMS, RELEASING), append_only=True, logged=True)
      for name in ("legal_step", "legal_delay")),
    Table(name="legal_notice", web=("SELECT", "UPDATE (told_at, told_by_id, told_how)"), worker=APPEND_ONLY, rows={
        "follows_item": ("SELECT", ASSETS, ""),
        "who_tells_says_so": ("UPDATE", f"{ASSETS} AND told_at IS NULL AND {RELEASING}", f"{ASSETS} AND told_by_id = {SEAT}"),
    }, logged=True),
    Table(name="hearing", web=APPEND_ONLY, rows=said_in("case_id", ITEMS), append_only=True, logged=True),
    Table(name="hearing_question", web=APPEND_ONLY, rows=said_in("hearing_id", "(SELECT id FROM hearing)"), append_only=True, logged=True),
    *(Table(name=name, web=APPEND_ONLY, rows=said_in("question_id", "(SELECT id FROM hearing_question)"), append_only=True, logged=True)
      for name in ("hearing_answer", "hearing_company_figure", "hearing_reconciled")),
    Table(name="hearing_approval", web=APPEND_ONLY, rows=said_in("answer_id", "(SELECT id FROM hearing_answer)", RELEASING),
          append_only=True, logged=True),
]  # fmt: skip
