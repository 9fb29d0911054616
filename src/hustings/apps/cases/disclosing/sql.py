# ruff: noqa: S608 - what is put together here are words of this module
"""What the database itself holds about disclosures: rows are added only, and nobody who was told is forgotten."""

from __future__ import annotations

from hustings.apps.protection.table import APPEND_ONLY, Table

__all__ = ["SQL", "TABLES"]

ITEMS = "(SELECT id FROM item)"  # the items' own row rules decide
SEAT = "(SELECT hustings_seat())"
OWN = "(SELECT hustings_organisation())"
WORKING = "(SELECT hustings_has_role('analyst', 'reviewer', 'liaison'))"
RELEASING = "(SELECT hustings_has_role('reviewer', 'liaison'))"
READING = "(SELECT hustings_has_role('reviewer', 'liaison', 'auditor'))"
DEFINED = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"

# Every recipient of something that was corrected, whether or not who corrects it may know that they were told.
DUE = f"""
CREATE OR REPLACE FUNCTION correction_reaches(the_correction uuid, within interval) RETURNS int {DEFINED} AS $$
DECLARE c correction; many int;
BEGIN
  SELECT * INTO c FROM correction x WHERE x.id = the_correction AND x.held_by_id = hustings_organisation();
  IF NOT FOUND THEN RAISE EXCEPTION 'no such correction here' USING ERRCODE = 'no_data_found'; END IF;
  INSERT INTO correction_due (id, correction_id, disclosure_id, at, due_at)
  SELECT gen_random_uuid(), c.id, d.id, c.at, c.at + within FROM disclosure d
  WHERE d.held_by_id = c.held_by_id AND d.at <= c.at AND (
    c.thing = 'disclosure' AND d.id::text = c.key
    OR EXISTS (SELECT FROM disclosure_holds h WHERE h.disclosure_id = d.id AND h.thing = c.thing AND h.key = c.key)
    OR c.thing = 'member' AND EXISTS (SELECT FROM enforcement_target t WHERE t.id = d.subject AND t.member_id::text = c.key))
  ORDER BY d.at, d.id ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS many = ROW_COUNT;
  RETURN many;
END $$;
REVOKE ALL ON FUNCTION correction_reaches(uuid, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION correction_reaches(uuid, interval) TO hustings_web;
"""

# A notice tells somebody outside: it enters the register whoever makes it.
NOTICE = f"""
CREATE OR REPLACE FUNCTION disclosure_of_notice() RETURNS trigger {DEFINED} AS $$
BEGIN
  INSERT INTO disclosure (id, at, case_id, held_by_id, kind, what, "to", ground, marking, redactions, left_out, digest, subject)
  SELECT gen_random_uuid(), hustings_now(), p.case_id, p.held_by_id, 'notice', left(t.kind || ': ' || t.action, 300),
    left('whom the ' || t.kind || ' ' || t.name || ' belongs to', 300), p.rule, 'for whom it concerns', '{{}}', 0,
    encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex'), t.id
  FROM enforcement_target t JOIN enforcement_plan p ON p.item_id = t.plan_id WHERE t.id = NEW.target_id;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER disclosure_of_notice AFTER INSERT ON enforcement_notice FOR EACH ROW EXECUTE FUNCTION disclosure_of_notice();
"""

FUNCTIONS = DUE + NOTICE

# The tables come with the migrations; functions that name their row types can only follow them.
SQL = [
    f"DO $do$ BEGIN IF to_regclass('enforcement_contested') IS NOT NULL THEN EXECUTE $sql${FUNCTIONS}$sql$; END IF; END $do$"
]

OF_CASE = f"(case_id IN {ITEMS} OR case_id IS NULL AND ({READING} OR by_id = {SEAT}))"
KNOWN = "disclosure_id IN (SELECT id FROM disclosure)"  # that table's own row rules decide
MINE = f"by_id = {SEAT}"


def of_disclosure(who: str = WORKING) -> dict[str, tuple[str, str, str]]:
    """Rows that belong to a disclosure: known with it, added by who works on cases, in their own name."""
    return {
        "follows_disclosure": ("SELECT", KNOWN, ""),
        "said_in_own_name": ("INSERT", "", f"{KNOWN} AND {MINE} AND {who}"),
    }


TABLES = [
    Table(name="disclosure", web=APPEND_ONLY, worker=APPEND_ONLY, rows={
        "follows_case": ("SELECT", f"held_by_id = {OWN} AND {OF_CASE}", ""),
        "said_in_own_name": ("INSERT", "", f"held_by_id = {OWN} AND {MINE} AND {OF_CASE}"),
    }, append_only=True, logged=True),
    Table(name="disclosure_holds", web=APPEND_ONLY, worker=APPEND_ONLY, rows={
        "follows_disclosure": ("SELECT", KNOWN, ""),
        "said_in_own_name": ("INSERT", "", f"disclosure_id IN (SELECT id FROM disclosure WHERE {MINE})"),
    }, append_only=True),
    Table(name="disclosure_receipt", web=APPEND_ONLY, rows=of_disclosure(), append_only=True, logged=True),
    # Who owes a recipient a correction may read it, whatever case it comes from: it is written for recipients.
    Table(name="correction", web=APPEND_ONLY, rows={
        "follows_case": ("SELECT", f"held_by_id = {OWN} AND ({OF_CASE} OR id IN (SELECT correction_id FROM correction_due))", ""),
        "said_in_own_name": ("INSERT", "", f"held_by_id = {OWN} AND {MINE} AND {WORKING} AND {OF_CASE}"),
    }, append_only=True, logged=True),
    Table(name="correction_due", web=("SELECT",), worker=("SELECT",), rows={"follows_disclosure": ("SELECT", KNOWN, "")},
          append_only=True, logged=True),
    Table(name="correction_sent", web=APPEND_ONLY, rows={
        "follows_due": ("SELECT", "due_id IN (SELECT id FROM correction_due)", ""),
        "said_in_own_name": ("INSERT", "", f"due_id IN (SELECT id FROM correction_due) AND {MINE} AND {WORKING}"),
    }, append_only=True, logged=True),
    Table(name="evidence_redaction", web=APPEND_ONLY, rows={
        "follows_copy": ("SELECT", f"copy_id IN {ITEMS}", ""),
        "said_in_own_name": ("INSERT", "", f"copy_id IN {ITEMS} AND original_id IN {ITEMS} AND {MINE} AND {WORKING}"),
    }, append_only=True, logged=True),
    # Not logged: with a salt, what was taken out could be guessed from its commitment.
    Table(name="evidence_redaction_salt", web=APPEND_ONLY, rows={
        "follows_original": ("SELECT", f"original_id IN {ITEMS}", ""),
        "working_people_make": ("INSERT", "", f"original_id IN {ITEMS} AND {WORKING}"),
    }, append_only=True),
    Table(name="enforcement_shown", web=APPEND_ONLY, rows={
        "follows_target": ("SELECT", "target_id IN (SELECT id FROM enforcement_target)", ""),
        "said_in_own_name": ("INSERT", "", f"target_id IN (SELECT id FROM enforcement_target) AND evidence_id IN {ITEMS} AND {MINE} AND {RELEASING}"),
    }, append_only=True, logged=True),
    Table(name="enforcement_contested", web=("SELECT",), rows={
        "follows_shown": ("SELECT", "shown_id IN (SELECT id FROM enforcement_shown)", ""),
    }, append_only=True, logged=True),
]  # fmt: skip
