# ruff: noqa: S608 - what is put together here are words of this module and of the rule
"""Complaints in the database: handed in by anybody through a function, read by who reviews at the organisation of the ad."""

from __future__ import annotations

from hustings.apps.protection.table import Table

__all__ = ["SQL", "TABLES"]

DEFINED = "LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp"

COMPLAIN = f"""
-- The same complaint twice is one: a form that is sent again, or somebody who is impatient.
CREATE OR REPLACE FUNCTION library_complain(the_key uuid, the_code text, the_number bigint, the_ground text, the_words text,
  the_email text, due timestamptz) RETURNS TABLE (key uuid, code varchar, organisation uuid, fresh boolean) {DEFINED} AS $$
DECLARE holder uuid; there library_complaint;
BEGIN
  SELECT a.held_by_id INTO holder FROM library_subject s JOIN ad a ON a.id = s.source WHERE s.number = the_number AND s.kind = 'ad';
  IF NOT FOUND THEN RETURN; END IF;
  SELECT c.* INTO there FROM library_complaint c WHERE c.number = the_number AND c.ground = the_ground AND c.words = the_words
    AND c.email = the_email AND c.outcome = '' LIMIT 1;
  IF FOUND THEN RETURN QUERY SELECT there.id, there.code, holder, false; RETURN; END IF;
  INSERT INTO library_complaint (id, code, held_by_id, number, ground, words, email, at, due_at, outcome, answer)
  VALUES (the_key, the_code, holder, the_number, the_ground, the_words, the_email, hustings_now(), due, '', '');
  PERFORM log_put((SELECT id FROM log WHERE name = 'open'), 'library complaint', jsonb_build_object('outcome', 'done', 'subject',
    'complaint:' || the_key, 'actor', NULL, 'item', NULL, 'with', jsonb_build_object('number', the_number, 'ground', the_ground)), '{{}}');
  RETURN QUERY SELECT the_key, the_code::varchar, holder, true;
END $$;
CREATE OR REPLACE FUNCTION library_complaint_state(the_code text)
RETURNS TABLE (number bigint, at timestamptz, due_at timestamptz, outcome varchar, answer varchar, answered_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.number, c.at, c.due_at, c.outcome, c.answer, c.answered_at FROM library_complaint c WHERE c.code = the_code
$$;
CREATE OR REPLACE FUNCTION library_complaint_answer(which uuid, the_outcome text, the_answer text) RETURNS void {DEFINED} AS $$
BEGIN
  IF NOT hustings_has_role('reviewer') THEN
    RAISE EXCEPTION 'a reviewer answers complaints' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE library_complaint SET outcome = the_outcome, answer = the_answer,
    answered_at = CASE WHEN the_outcome = '' THEN NULL ELSE hustings_now() END
  WHERE id = which AND held_by_id = hustings_organisation();
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such complaint here' USING ERRCODE = 'no_data_found';
  END IF;
END $$;
REVOKE ALL ON FUNCTION library_complain(uuid, text, bigint, text, text, text, timestamptz), library_complaint_state(text),
  library_complaint_answer(uuid, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION library_complain(uuid, text, bigint, text, text, text, timestamptz), library_complaint_state(text),
  library_complaint_answer(uuid, text, text) TO hustings_web;
"""

SQL = (
    f"DO $do$ BEGIN IF to_regclass('library_complaint') IS NOT NULL THEN EXECUTE $sql${COMPLAIN}$sql$; END IF; END $do$"
)

TABLES = [
    Table(
        name="library_complaint",
        web=("SELECT",),
        worker=("SELECT", "UPDATE (email)", "DELETE"),
        rows={
            "shown_to_who_reviews": ("SELECT", "held_by_id = (SELECT hustings_reviewing('reviewer', 'auditor'))", "")
        },
        logged=True,
    )
]
