"""Who may touch the tables of casework: whoever may read the case, lead, campaign or piece of evidence they belong to."""

from __future__ import annotations

from hustings.apps.cases.afteraction import sql as afteraction
from hustings.apps.cases.disclosing import legal_sql as legal
from hustings.apps.cases.disclosing import sql as disclosing
from hustings.apps.cases.enforcing import sql as enforcing
from hustings.apps.cases.factchecks import tables as factchecks
from hustings.apps.cases.reporting import sql as reporting
from hustings.apps.protection.table import APPEND_ONLY, Table

__all__ = ["SQL", "TABLES"]

ITEMS = "(SELECT id FROM item)"  # the items' own row rules decide
SEAT = "(SELECT hustings_seat())"
WORKING = "(SELECT hustings_has_role('analyst', 'reviewer', 'liaison'))"

# Codes of what was removed, under a key that is made here once and read by nobody but this function: a list of likely
# names, phones or cards cannot be matched against the table. HMAC as in RFC 2104 with SHA-256, whole.
SIGNED = r"""
CREATE TABLE IF NOT EXISTS signature_key (one boolean PRIMARY KEY DEFAULT true CHECK (one), secret bytea NOT NULL);
INSERT INTO signature_key (secret)
  SELECT sha256(convert_to(string_agg(gen_random_uuid()::text, ''), 'UTF8')) FROM generate_series(1, 8)
  ON CONFLICT DO NOTHING;
CREATE OR REPLACE FUNCTION signed(kind text, said text[]) RETURNS TABLE (value text, code text) LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  secret bytea := (SELECT signature_key.secret FROM signature_key);
  inner_pad bytea := ''; outer_pad bytea := ''; octet int;
BEGIN
  FOR place IN 0..63 LOOP
    octet := CASE WHEN place < 32 THEN get_byte(secret, place) ELSE 0 END;
    inner_pad := inner_pad || set_byte('\x00'::bytea, 0, octet # 54);
    outer_pad := outer_pad || set_byte('\x00'::bytea, 0, octet # 92);
  END LOOP;
  RETURN QUERY SELECT one, encode(sha256(outer_pad || sha256(inner_pad || convert_to(kind || E'\x1f' || one, 'UTF8'))), 'hex')
    FROM unnest(said) AS asked (one);
END $$;
REVOKE ALL ON FUNCTION signed(text, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION signed(text, text[]) TO hustings_web, hustings_worker;
"""

SQL = [
    # Nothing belongs to a campaign without evidence, whoever says so; looked at when the transaction ends.
    """
CREATE OR REPLACE FUNCTION case_member_has_evidence() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM campaign_member m WHERE m.id = NEW.id AND m.state = 'accepted')
     AND NOT EXISTS (SELECT FROM campaign_member_evidence e WHERE e.member_id = NEW.id) THEN
    RAISE EXCEPTION 'a member of a campaign is accepted on evidence only' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'campaign_member_has_evidence';
  END IF;
  RETURN NULL;
END $$
""",
    """
CREATE OR REPLACE TRIGGER campaign_member_has_evidence AFTER INSERT OR UPDATE ON campaign_member
FOR EACH ROW EXECUTE FUNCTION case_member_has_evidence()
""",
    SIGNED,
    *enforcing.SQL,
    *disclosing.SQL,
    *reporting.SQL,
    *legal.SQL,
    *afteraction.SQL,
]


def of_item(column: str = "item_id") -> dict[str, tuple[str, str, str]]:
    """Rows follow an item: known to whoever knows it, written by who works on such things."""
    known = f"{column} IN {ITEMS}"
    return {
        "follows_item": ("SELECT", known, ""),
        "working_people_make": ("INSERT", "", f"{known} AND {WORKING}"),
        "working_people_change": ("UPDATE", f"{known} AND {WORKING}", known),
    }


def said_in(column: str, *others: str) -> dict[str, tuple[str, str, str]]:
    """The same for what somebody says in a case: under their own name, about items they know."""
    known = " AND ".join([f"{column} IN {ITEMS}", *others])
    return {
        "follows_item": ("SELECT", known, ""),
        "working_people_say": ("INSERT", "", f"{known} AND by_id = {SEAT} AND {WORKING}"),
        "working_people_change": ("UPDATE", f"{known} AND {WORKING}", known),
    }


def through(column: str, table: str) -> dict[str, tuple[str, str, str]]:
    """The same for what belongs to a row that itself follows an item."""
    known = f"{column} IN (SELECT id FROM {table})"  # that table's own row rules decide
    return {
        "follows_row": ("SELECT", known, ""),
        "working_people_say": ("INSERT", "", f"{known} AND by_id = {SEAT} AND {WORKING}"),
        "working_people_change": ("UPDATE", f"{known} AND {WORKING}", known),
    }


ADDED = APPEND_ONLY
MADE = ("SELECT", "INSERT")
OWN = "(SELECT hustings_organisation())"
TOLD_OF_GATHERING = "title, place, region, country, day, starts, hosts, called_off, source"

TABLES = [
    Table(name="lead", web=("SELECT", "INSERT", "UPDATE (state, disposition, disposed_by_id, disposed_at, reason, score, why)"), worker=MADE,
          rows=of_item(), logged=True),
    Table(name="lead_about", web=ADDED, worker=MADE, rows=of_item("lead_id"), logged=True),
    Table(name="lead_told", web=ADDED, rows=of_item("lead_id"), logged=True),
    Table(name="case_file", web=("SELECT", "INSERT", "UPDATE (question, scope, lead_by_id, state, outcome)"), rows=of_item(), logged=True),
    Table(name="case_move", web=ADDED, rows=said_in("case_id"), append_only=True, logged=True),
    Table(name="case_teammate", web=("SELECT", "INSERT", "UPDATE (ended_at)"), rows=said_in("case_id"), logged=True),
    Table(name="case_lead", web=ADDED, rows=said_in("case_id", f"lead_id IN {ITEMS}"), append_only=True, logged=True),
    Table(name="case_item", web=ADDED, rows=said_in("case_id", f"material_id IN {ITEMS}"), append_only=True, logged=True),
    Table(name="case_hypothesis", web=("SELECT", "INSERT", "UPDATE (given_up_at, given_up_why)"), rows=said_in("case_id"), logged=True),
    Table(name="case_argument", web=ADDED, rows=through("hypothesis_id", "case_hypothesis"), append_only=True, logged=True),
    Table(name="case_task", web=("SELECT", "INSERT", "UPDATE (for_whom_id, due, state, ended_by_id, ended_at, result)"),
          rows=said_in("case_id"), logged=True),
    Table(name="case_note", web=ADDED, rows=said_in("case_id"), append_only=True, logged=True),
    Table(name="case_hold", web=("SELECT", "INSERT", "UPDATE (ended_by_id, ended_at, ended_why)"), rows=said_in("case_id"), logged=True),
    Table(name="case_merge", web=("SELECT", "INSERT", "UPDATE (undone_by_id, undone_at, undone_why)"),
          rows=said_in("case_id", f"into_id IN {ITEMS}"), logged=True),
    Table(name="evidence", web=("SELECT", "INSERT"), worker=("SELECT", "UPDATE (checked_at)"), rows=of_item(), logged=True),
    # The worker makes heads over everything; a reader knows those in which something stands that they may know.
    Table(name="evidence_head", web=("SELECT",), worker=("SELECT", "INSERT", "UPDATE (tries, problem)"),
          rows={"known_by_what_stands_in_it": ("SELECT", "id IN (SELECT head_id FROM evidence_leaf)", "")}, logged=True),
    Table(name="evidence_leaf", web=("SELECT",), worker=ADDED,
          rows={"follows_item": ("SELECT", f"evidence_id IN {ITEMS}", "")}, append_only=True),
    Table(name="evidence_stamp", web=("SELECT",), worker=ADDED,
          rows={"follows_head": ("SELECT", "head_id IN (SELECT id FROM evidence_head)", "")}, append_only=True, logged=True),
    Table(name="evidence_custody", web=ADDED, worker=("SELECT", "INSERT"), rows={
        "follows_item": ("SELECT", f"evidence_id IN {ITEMS}", ""),
        "who_did_it_says_so": ("INSERT", "", f"evidence_id IN {ITEMS} AND by_id = {SEAT}"),
    }, append_only=True, logged=True),
    Table(name="campaign", web=("SELECT", "INSERT", "UPDATE (aims_at, tactics, narratives)"), rows=of_item(), logged=True),
    Table(name="campaign_case", web=ADDED, rows=said_in("campaign_id", f"case_id IN {ITEMS}"), append_only=True, logged=True),
    Table(name="campaign_member", web=("SELECT", "INSERT", "UPDATE (state, decided_by_id, decided_at, reason)"), worker=("SELECT",),
          rows=said_in("campaign_id"), logged=True),
    Table(name="campaign_member_evidence", web=ADDED, rows=through("member_id", "campaign_member"), append_only=True, logged=True),
    Table(name="campaign_origin", web=("SELECT", "INSERT", "UPDATE (withdrawn_at, withdrawn_why)"), rows=said_in("campaign_id"), logged=True),
    *(Table(name=name, web=ADDED, rows=said_in("campaign_id"), append_only=True, logged=True) for name in ("impact_observation", "impact_judgement")),
    # What the worker finds by itself nobody made: it tells it as a lead.
    Table(name="gathering", web=("SELECT", "INSERT", f"UPDATE ({TOLD_OF_GATHERING})"), rows=said_in("case_id"), logged=True),
    *(Table(name=name, web=ADDED, rows=through("gathering_id", "gathering"), append_only=True, logged=True)
      for name in ("gathering_figure", "gathering_ad", "gathering_held", "gathering_unwitting", "gathering_opposed")),
    Table(name="gathering_notice", web=("SELECT", "INSERT", "UPDATE (told_at, told_by_id)"), rows=through("gathering_id", "gathering"), logged=True),
    Table(name="safety_contact", web=ADDED, worker=("SELECT",), rows={
        "colleagues_know": ("SELECT", f"organisation_id = {OWN}", ""),
        "working_people_name_it": ("INSERT", "", f"organisation_id = {OWN} AND by_id = {SEAT} AND {WORKING}"),
    }, append_only=True, logged=True),
    Table(name="gathering_alert", web=("SELECT",), worker=ADDED, rows={"colleagues_know": ("SELECT", f"held_by_id = {OWN} AND {WORKING}", "")},
          append_only=True, logged=True),
    Table(name="known_actor", web=("SELECT", "INSERT", "UPDATE (watched)"), worker=("SELECT",), rows=of_item(), logged=True),
    Table(name="known_part", web=("SELECT", "INSERT", "UPDATE (until, removed_on, removed_why, things)"), worker=("SELECT",), rows=said_in("actor_id"), logged=True),
    *(Table(name=name, web=ADDED, rows=said_in("actor_id"), append_only=True, logged=True) for name in ("known_habit", "known_claim")),
    Table(name="known_signature", web=ADDED, worker=("SELECT",), rows={
        "follows_item": ("SELECT", f"actor_id IN {ITEMS}", ""),
        "working_people_make": ("INSERT", "", f"actor_id IN {ITEMS} AND {WORKING}"),
    }, append_only=True, logged=True),
    Table(name="known_return", web=("SELECT",), worker=("SELECT", "INSERT", "UPDATE (first_ran)"),
          rows={"follows_item": ("SELECT", f"actor_id IN {ITEMS} AND held_by_id = {OWN}", "")}, logged=True),
    Table(name="signature_key"),
    *enforcing.TABLES,
    *factchecks.TABLES,
    *disclosing.TABLES,
    *reporting.TABLES,
    *legal.TABLES,
    *afteraction.TABLES,
    Table(name="campaign_dissent", web=ADDED, rows=through("claim_id", "campaign_origin"), append_only=True, logged=True),
]  # fmt: skip
