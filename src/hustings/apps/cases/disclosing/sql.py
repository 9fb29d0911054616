# ruff: noqa: S608 - what is put together here are words of this module
"""What the database itself holds about disclosures: rows are added only, and nobody who was told is forgotten."""

from __future__ import annotations

from hustings.apps.protection.table import APPEND_ONLY, Table
from hustings.policy.disclosure import CORRECTED_WITHIN

__all__ = ["SQL", "TABLES"]

ITEMS = "(SELECT id FROM item)"  # the items' own row rules decide
SEAT = "(SELECT hustings_seat())"
OWN = "(SELECT hustings_organisation())"
WORKING = "(SELECT hustings_has_role('analyst', 'reviewer', 'liaison'))"
RELEASING = "(SELECT hustings_has_role('reviewer', 'liaison'))"
READING = "(SELECT hustings_has_role('reviewer', 'liaison', 'auditor'))"
WITHIN = int(CORRECTED_WITHIN.total_seconds())
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
  WHERE d.held_by_id = c.held_by_id AND (
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

# Telling and correcting wait for each other: either the correction finds the entry, or the entry finds the correction.
TURN = f"""
CREATE OR REPLACE FUNCTION disclosure_turn() RETURNS trigger {DEFINED} AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('disclosures', 0));
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER disclosure_turn BEFORE INSERT ON disclosure FOR EACH ROW EXECUTE FUNCTION disclosure_turn();
CREATE OR REPLACE TRIGGER disclosure_turn BEFORE INSERT ON correction FOR EACH ROW EXECUTE FUNCTION disclosure_turn();
CREATE OR REPLACE FUNCTION disclosure_held() RETURNS trigger {DEFINED} AS $$
BEGIN
  INSERT INTO correction_due (id, correction_id, disclosure_id, at, due_at)
  SELECT gen_random_uuid(), c.id, d.id, clock_timestamp(), clock_timestamp() + interval '{WITHIN} seconds' FROM disclosure d
  JOIN correction c ON c.thing = NEW.thing AND c.key = NEW.key AND c.held_by_id = d.held_by_id AND c.at >= d.read_from
  WHERE d.id = NEW.disclosure_id ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER disclosure_held AFTER INSERT ON disclosure_holds FOR EACH ROW EXECUTE FUNCTION disclosure_held();
"""

# A notice tells somebody outside: it enters the register whoever makes it.
NOTICE = f"""
CREATE OR REPLACE FUNCTION disclosure_of_notice() RETURNS trigger {DEFINED} AS $$
BEGIN
  INSERT INTO disclosure (id, at, read_from, case_id, held_by_id, kind, what, "to", ground, marking, redactions, left_out, digest, subject)
  SELECT gen_random_uuid(), clock_timestamp(), clock_timestamp(), p.case_id, p.held_by_id, 'notice', left(t.kind || ': ' || t.action, 300),
    left('whom the ' || t.kind || ' ' || t.name || ' belongs to', 300), p.rule, 'for whom it concerns', '{{}}', 0,
    encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex'), t.id
  FROM enforcement_target t JOIN enforcement_plan p ON p.item_id = t.plan_id WHERE t.id = NEW.target_id;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER disclosure_of_notice AFTER INSERT ON enforcement_notice FOR EACH ROW EXECUTE FUNCTION disclosure_of_notice();
"""

# What whoever knows the number of a notice that was sent may see of the evidence, and say is wrong.
SHOWN = f"""
CREATE OR REPLACE FUNCTION enforcement_evidence(the_code text) RETURNS TABLE (number smallint, called text, sha256 text, size bigint, shown_at timestamptz)
{DEFINED} STABLE AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
  SELECT s.number, s.called::text, e.sha256::text, e.size, s.at FROM enforcement_notice n
  JOIN enforcement_order o ON o.target_id = n.target_id AND o.what = 'notice'
  JOIN enforcement_shown s ON s.target_id = n.target_id JOIN evidence e ON e.item_id = s.evidence_id
  WHERE n.code = the_code ORDER BY s.number;
END $$;
CREATE OR REPLACE FUNCTION enforcement_evidence_opened(the_code text, the_number int) RETURNS TABLE (sha256 text, size bigint) {DEFINED} AS $$
#variable_conflict use_column
DECLARE s enforcement_shown;
BEGIN
  SELECT x.* INTO s FROM enforcement_notice n JOIN enforcement_order o ON o.target_id = n.target_id AND o.what = 'notice'
  JOIN enforcement_shown x ON x.target_id = n.target_id WHERE n.code = the_code AND x.number = the_number;
  IF NOT FOUND THEN RETURN; END IF;
  INSERT INTO evidence_custody (id, evidence_id, act, at, why, "to")
  VALUES (gen_random_uuid(), s.evidence_id, 'copy', clock_timestamp(), 'opened at the address of a notice', 'whom the notice concerns');
  RETURN QUERY SELECT e.sha256::text, e.size FROM evidence e WHERE e.item_id = s.evidence_id;
END $$;
CREATE OR REPLACE FUNCTION enforcement_contest(the_appeal uuid, the_code text, numbers int[]) RETURNS int {DEFINED} AS $$
DECLARE many int;
BEGIN
  INSERT INTO enforcement_contested (id, appeal_id, shown_id)
  SELECT gen_random_uuid(), a.id, s.id FROM enforcement_notice n JOIN enforcement_appeal a ON a.target_id = n.target_id
  JOIN enforcement_shown s ON s.target_id = n.target_id
  WHERE n.code = the_code AND a.id = the_appeal AND a.outcome = ''
    AND NOT EXISTS (SELECT FROM enforcement_contested x WHERE x.appeal_id = a.id) AND s.number = ANY(numbers) ORDER BY s.number;
  GET DIAGNOSTICS many = ROW_COUNT;
  RETURN many;
END $$;
"""

# What an appeal found wrong reaches whoever was told of it; those whom it concerns read it at the address of their notice.
CONTEST = f"""
CREATE OR REPLACE FUNCTION correction_of_contest(the_appeal uuid, within interval) RETURNS int {DEFINED} AS $$
DECLARE a enforcement_appeal; t enforcement_target; p enforcement_plan; each record; made uuid; many int := 0;
BEGIN
  IF NOT hustings_has_role('reviewer') THEN
    RAISE EXCEPTION 'a reviewer answers appeals' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT x.* INTO a FROM enforcement_appeal x WHERE x.id = the_appeal AND x.held_by_id = hustings_organisation() AND x.outcome <> '';
  IF NOT FOUND THEN RAISE EXCEPTION 'no such appeal here' USING ERRCODE = 'no_data_found'; END IF;
  SELECT x.* INTO STRICT t FROM enforcement_target x WHERE x.id = a.target_id;
  SELECT x.* INTO STRICT p FROM enforcement_plan x WHERE x.item_id = t.plan_id;
  FOR each IN
    SELECT 0 AS number, 'member' AS thing, t.member_id::text AS key, left(t.kind || ' ' || t.platform || ' ' || t.name, 500) AS name,
      'It was acted against: ' || t.action || '.' AS told, 'An appeal was upheld: that was wrong, and it is taken back.' AS now
    UNION ALL
    SELECT s.number, 'evidence', s.evidence_id::text, s.called, 'It was handed on as evidence about the ' || t.kind || ' ' || t.name || '.',
      'Whom it concerns contested it, and people who had no part agreed that acting on it was wrong.'
    FROM enforcement_contested c JOIN enforcement_shown s ON s.id = c.shown_id WHERE c.appeal_id = a.id
    ORDER BY number
  LOOP
    made := gen_random_uuid();
    INSERT INTO correction (id, by_id, at, held_by_id, case_id, thing, key, name, old, new, reason, contest_id)
    VALUES (made, hustings_seat(), clock_timestamp(), p.held_by_id, p.case_id, each.thing, each.key, each.name, each.told, each.now,
      coalesce(nullif(a.answer, ''), 'An appeal was upheld.'), a.id);
    many := many + correction_reaches(made, within);
  END LOOP;
  INSERT INTO correction_sent (id, by_id, at, due_id, how, receipt, called_off)
  SELECT gen_random_uuid(), hustings_seat(), clock_timestamp(), d.id, 'The answer stands at the address of the notice.',
    'They have the number of the notice.', false
  FROM correction_due d JOIN correction c ON c.id = d.correction_id JOIN disclosure x ON x.id = d.disclosure_id
  LEFT JOIN correction_sent s ON s.due_id = d.id WHERE c.contest_id = a.id AND x.subject = t.id AND s.id IS NULL;
  RETURN many;
END $$;
-- The answer was taken back: what nobody was sent is called off, and whoever was sent it is owed to be told so.
CREATE OR REPLACE FUNCTION correction_of_contest_undone(the_appeal uuid, within interval) RETURNS int {DEFINED} AS $$
DECLARE c correction; made uuid; owed uuid[]; many int := 0;
BEGIN
  IF NOT hustings_has_role('reviewer', 'verifier') THEN
    RAISE EXCEPTION 'a reviewer answers appeals' USING ERRCODE = 'insufficient_privilege';
  END IF;
  FOR c IN SELECT x.* FROM correction x WHERE x.contest_id = the_appeal AND x.held_by_id = hustings_organisation() AND x.old LIKE 'It was %' ORDER BY x.at, x.id LOOP
    INSERT INTO correction_sent (id, by_id, at, due_id, how, receipt, called_off)
    SELECT gen_random_uuid(), hustings_seat(), clock_timestamp(), d.id, 'The answer to the appeal was taken back before this was sent.', '', true
    FROM correction_due d LEFT JOIN correction_sent s ON s.due_id = d.id WHERE d.correction_id = c.id AND s.id IS NULL;
    SELECT array_agg(d.disclosure_id ORDER BY d.id) INTO owed FROM correction_due d JOIN correction_sent s ON s.due_id = d.id
    JOIN disclosure x ON x.id = d.disclosure_id
    WHERE d.correction_id = c.id AND NOT s.called_off AND x.subject IS DISTINCT FROM (SELECT a.target_id FROM enforcement_appeal a WHERE a.id = the_appeal)
      AND NOT EXISTS (SELECT FROM correction_due y JOIN correction z ON z.id = y.correction_id
        WHERE y.disclosure_id = d.disclosure_id AND z.contest_id = the_appeal AND z.thing = c.thing AND z.key = c.key AND z.at > c.at);
    CONTINUE WHEN owed IS NULL;
    made := gen_random_uuid();
    INSERT INTO correction (id, by_id, at, held_by_id, case_id, thing, key, name, old, new, reason, contest_id)
    VALUES (made, hustings_seat(), clock_timestamp(), c.held_by_id, c.case_id, c.thing, c.key, c.name, c.new,
      'That answer was taken back. The appeal is decided afresh by other people.', 'The decision on the appeal was undone.', the_appeal);
    INSERT INTO correction_due (id, correction_id, disclosure_id, at, due_at)
    SELECT gen_random_uuid(), made, one, clock_timestamp(), clock_timestamp() + within FROM unnest(owed) AS one;
    many := many + cardinality(owed);
  END LOOP;
  RETURN many;
END $$;
REVOKE ALL ON FUNCTION enforcement_evidence(text), enforcement_evidence_opened(text, int), enforcement_contest(uuid, text, int[]),
  correction_of_contest(uuid, interval), correction_of_contest_undone(uuid, interval), disclosure_of_notice() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION enforcement_evidence(text), enforcement_evidence_opened(text, int), enforcement_contest(uuid, text, int[]),
  correction_of_contest(uuid, interval), correction_of_contest_undone(uuid, interval) TO hustings_web;
"""

FUNCTIONS = DUE + TURN + NOTICE + SHOWN + CONTEST

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
