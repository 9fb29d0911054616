"""Who may touch what passes between partners: nobody changes or removes any of it, and the table of steps binds everybody."""

from __future__ import annotations

from hustings.apps.protection.table import APPEND_ONLY, Table
from hustings.apps.sharing import origin_sql
from hustings.policy.capacity import CAPACITIES, Sort
from hustings.policy.requests import REQUESTS

__all__ = ["SQL", "TABLES"]

DEFINED = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
PASSED = {
    Sort.SHARE: "sharing_share",
    Sort.INFORMATION: "sharing_information_request",
    Sort.NOTICE: "sharing_notice",
    Sort.ACTION: "sharing_action_request",
}
EVERY = " UNION ALL ".join(
    f"SELECT x.item_id, '{sort.value}' AS sort, x.sender_id, x.receiver_id, x.deadline FROM {table} x WHERE x.item_id = the_item"
    for sort, table in PASSED.items()
)
STEPS = ", ".join(
    f"('{move.code}', '{source.value}', '{move.target.value}', '{move.party.value}', '{sort.value}', {str(move.reason).lower()})"
    for move in REQUESTS
    for source in move.sources
    for sort in sorted(move.sorts)
)
# What a capacity sends and gets, as the database holds it as well.
MAY = ", ".join(
    f"('{sort.value}', '{sender.value}', '{receiver.value}')"
    for sort in Sort
    for sender, dealing in CAPACITIES.items()
    if sort in dealing.sends
    for receiver, other in CAPACITIES.items()
    if sort in other.gets
)

GOVERNMENT = f"""
CREATE OR REPLACE FUNCTION sharing_passed_guard() RETURNS trigger {DEFINED} AS $$
BEGIN
  NEW.government := sharing_is_government(NEW.sender_id, NEW.capacity);
  IF coalesce(current_setting('role', true), '') = 'hustings_web' THEN
    IF NEW.capacity IS DISTINCT FROM sharing_capacity_of(hustings_organisation(), NEW.sender_id) THEN
      RAISE EXCEPTION 'the capacity is the one that is recorded' USING ERRCODE = 'check_violation', CONSTRAINT = 'sharing_capacity_is_recorded';
    END IF;
    IF (TG_ARGV[0], NEW.capacity, sharing_capacity_of(hustings_organisation(), NEW.receiver_id)) NOT IN ({MAY}) THEN
      RAISE EXCEPTION 'this does not pass between these capacities' USING ERRCODE = 'check_violation', CONSTRAINT = 'sharing_passes_by_capacity';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION sharing_names_content() RETURNS trigger {DEFINED} AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM sharing_content c WHERE c.of_id = NEW.item_id) THEN
    RAISE EXCEPTION 'it names the content that it is about' USING ERRCODE = 'check_violation', CONSTRAINT = 'sharing_names_content';
  END IF;
  RETURN NULL;
END $$;
""" + "\n".join(
    f"""CREATE OR REPLACE TRIGGER government BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION sharing_passed_guard('{sort.value}');
DROP TRIGGER IF EXISTS names_content ON {table};
"""
    + (
        f"CREATE CONSTRAINT TRIGGER names_content AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION sharing_names_content();"
        if sort.names_content
        else ""
    )
    for sort, table in PASSED.items()
)

STEP = f"""
CREATE OR REPLACE FUNCTION sharing_passed(the_item uuid)
RETURNS TABLE (item uuid, sort text, sender uuid, receiver uuid, deadline timestamptz) {DEFINED} STABLE AS $$
BEGIN RETURN QUERY {EVERY}; END $$;
CREATE OR REPLACE FUNCTION sharing_step_guard() RETURNS trigger {DEFINED} AS $$
DECLARE
  passed record; before text; last integer; needs boolean; own uuid; theirs uuid;
  web boolean := coalesce(current_setting('role', true), '') = 'hustings_web';
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('sharing ' || NEW.of_id::text, 1));
  SELECT * INTO passed FROM sharing_passed(NEW.of_id);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a step is of what passed' USING ERRCODE = 'check_violation', CONSTRAINT = 'sharing_step_of_something';
  END IF;
  SELECT s.number, s.state INTO last, before FROM sharing_step s WHERE s.of_id = NEW.of_id ORDER BY s.number DESC LIMIT 1;
  IF NEW.number IS DISTINCT FROM coalesce(last, 0) + 1 THEN
    RAISE EXCEPTION 'steps follow one another' USING ERRCODE = 'check_violation', CONSTRAINT = 'sharing_step_in_order';
  END IF;
  SELECT t.needs_reason INTO needs FROM (VALUES {STEPS}) t (code, source, target, party, sort, needs_reason)
  WHERE t.code = NEW.code AND t.source = coalesce(before, 'sent') AND t.target = NEW.state AND t.party = NEW.party AND t.sort = passed.sort;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no step of the table' USING ERRCODE = 'check_violation', CONSTRAINT = 'sharing_step_by_its_table';
  END IF;
  IF needs AND btrim(NEW.reason) = '' THEN
    RAISE EXCEPTION 'this step says why' USING ERRCODE = 'check_violation', CONSTRAINT = 'sharing_step_has_reason';
  END IF;
  IF NEW.party = 'clock' AND (web OR passed.deadline IS NULL OR passed.deadline >= hustings_now()) THEN
    RAISE EXCEPTION 'the deadline is not over' USING ERRCODE = 'check_violation', CONSTRAINT = 'sharing_step_expires_late';
  END IF;
  IF NEW.code IN ('act', 'decline', 'act in part') AND passed.deadline < NEW.at THEN
    RAISE EXCEPTION 'the deadline is over' USING ERRCODE = 'check_violation', CONSTRAINT = 'sharing_step_in_time';
  END IF;
  IF web THEN
    own := hustings_organisation();
    theirs := CASE NEW.party WHEN 'sender' THEN passed.sender ELSE passed.receiver END;
    -- Who is not of that side writes down what it did, for a partner who can only be reached on paper.
    IF own IS DISTINCT FROM theirs AND (NEW.how = '' OR own NOT IN (passed.sender, passed.receiver) OR NOT EXISTS (
        SELECT FROM sharing_partner p WHERE p.held_by_id = own AND p.organisation_id = theirs AND p.way = 'document')) THEN
      RAISE EXCEPTION 'a step is made by the side whose it is' USING ERRCODE = 'check_violation', CONSTRAINT = 'sharing_step_by_its_side';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER step_guard BEFORE INSERT ON sharing_step FOR EACH ROW EXECUTE FUNCTION sharing_step_guard();
-- What is named and carried is said with it, and not later.
CREATE OR REPLACE FUNCTION sharing_said_at_once() RETURNS trigger {DEFINED} AS $$
BEGIN
  IF EXISTS (SELECT FROM sharing_step s WHERE s.of_id = NEW.of_id) OR (coalesce(current_setting('role', true), '') = 'hustings_web'
      AND NOT EXISTS (SELECT FROM item i WHERE i.id = NEW.of_id AND i.made_by_id = hustings_seat() AND i.made_at >= transaction_timestamp())) THEN
    RAISE EXCEPTION 'what is named and carried is said when it is sent' USING ERRCODE = 'check_violation', CONSTRAINT = 'sharing_said_at_once';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER said_at_once BEFORE INSERT ON sharing_content FOR EACH ROW EXECUTE FUNCTION sharing_said_at_once();
CREATE OR REPLACE TRIGGER said_at_once BEFORE INSERT ON sharing_object FOR EACH ROW EXECUTE FUNCTION sharing_said_at_once();
"""

SQL = [*origin_sql.SQL, GOVERNMENT, STEP]

ITEMS = "(SELECT id FROM item)"  # the items' own row rules decide
OWN = "(SELECT hustings_organisation())"
SEAT = "(SELECT hustings_seat())"
LIAISON = "(SELECT hustings_has_role('liaison'))"
ANSWERING = "(SELECT hustings_has_role('liaison', 'reviewer'))"
STUDYING = "(SELECT hustings_has_role('liaison', 'reviewer', 'analyst'))"
SEEING = "(SELECT hustings_has_role('liaison', 'reviewer', 'analyst', 'auditor'))"
ADDED = APPEND_ONLY
PARTNERS = "(SELECT id FROM sharing_partner)"  # that table's own row rules decide


def kept(column: str, known: str) -> dict[str, tuple[str, str, str]]:
    """What an organisation's liaison keeps, and its colleagues read."""
    return {
        "colleagues_know": ("SELECT", f"{column} {known} AND {SEEING}", ""),
        "liaison_keeps": ("INSERT", "", f"{column} {known} AND by_id = {SEAT} AND {LIAISON}"),
    }


def of_item(column: str, who: str, *, by: bool = True) -> dict[str, tuple[str, str, str]]:
    """Rows follow an item."""
    known = f"{column} IN {ITEMS}"
    return {
        "follows_item": ("SELECT", known, ""),
        "said": ("INSERT", "", " AND ".join([known, who, *([f"by_id = {SEAT}"] if by else [])])),
    }


BETWEEN = f"{OWN} IN (sender_id, receiver_id) AND {LIAISON}"
OF_PASSED = f"EXISTS (SELECT FROM sharing_passed(of_id) p WHERE {OWN} IN (p.sender, p.receiver))"
BY_SIDE = f"{OF_PASSED} AND (organisation_id = {OWN} OR how <> '') AND {STUDYING}"

TABLES = [
    Table(name="sharing_partner", web=ADDED, worker=("SELECT",), rows=kept("held_by_id", f"= {OWN}"), append_only=True, logged=True),
    *(Table(name=name, web=ADDED, worker=("SELECT",), rows=kept("partner_id", f"IN {PARTNERS}"), append_only=True, logged=True)
      for name in ("sharing_capacity", "sharing_agreement", "sharing_contact", "sharing_acs_name", "sharing_digest_wish", "sharing_lead_rule")),
    Table(name="sharing_digest_sent", web=("SELECT",), worker=ADDED, append_only=True, logged=True,
          rows={"colleagues_know": ("SELECT", f"wish_id IN (SELECT id FROM sharing_digest_wish) AND {SEEING}", "")}),
    Table(name="sharing_agreement_end", web=ADDED, rows=kept("agreement_id", "IN (SELECT id FROM sharing_agreement)"), append_only=True, logged=True),
    *(Table(name=name, web=ADDED, rows=kept("contact_id", "IN (SELECT id FROM sharing_contact)"), append_only=True, logged=True)
      for name in ("sharing_contact_end", "sharing_contact_check")),
    Table(name="sharing_drill", web=ADDED, rows=kept("held_by_id", f"= {OWN}"), append_only=True, logged=True),
    Table(name="sharing_drill_call", web=ADDED, rows=kept("drill_id", "IN (SELECT id FROM sharing_drill) AND contact_id IN (SELECT id FROM sharing_contact)"),
          append_only=True, logged=True),
    *(Table(name=name, web=ADDED, worker=ADDED, rows=of_item("item_id", BETWEEN), append_only=True, logged=True) for name in PASSED.values()),
    *(Table(name=name, web=ADDED, worker=ADDED, rows=of_item("of_id", LIAISON, by=False), append_only=True, logged=True)
      for name in ("sharing_content",)),
    Table(name="sharing_object", web=ADDED, worker=ADDED, append_only=True, logged=True, rows={
        "follows_both": ("SELECT", f"of_id IN {ITEMS} AND carried_id IN {ITEMS}", ""),
        "said": ("INSERT", "", f"of_id IN {ITEMS} AND carried_id IN {ITEMS} AND {LIAISON}"),
    }),
    Table(name="sharing_step", web=ADDED, worker=ADDED, rows=of_item("of_id", ANSWERING), append_only=True, logged=True),
    Table(name="sharing_acted_on", web=ADDED, worker=ADDED, append_only=True, logged=True, rows={
        "follows_step": ("SELECT", "step_id IN (SELECT id FROM sharing_step)", ""),
        "said": ("INSERT", "", (
            "step_id IN (SELECT s.id FROM sharing_step s JOIN sharing_content c ON c.of_id = s.of_id "
            f"WHERE c.id = content_id AND s.by_id = {SEAT})"
        )),
    }),
    *(Table(name=name, web=ADDED, worker=ADDED, rows=of_item("of_id", BY_SIDE), append_only=True, logged=True)
      for name in ("sharing_opinion", "sharing_sighting")),
    Table(name="sharing_outgoing", web=ADDED, worker=("SELECT",), rows=of_item("of_id", ANSWERING, by=False), append_only=True),
    Table(name="sharing_outgone", web=("SELECT",), worker=ADDED, append_only=True, logged=True,
          rows={"follows_outgoing": ("SELECT", "outgoing_id IN (SELECT id FROM sharing_outgoing)", "")}),
    Table(name="sharing_refused_tip", web=ADDED, worker=ADDED, rows=kept("held_by_id", f"= {OWN}"), append_only=True, logged=True),
    # A beginning tells of the item it began with: who may not know that one reads no row of it.
    Table(name="item_origin", web=("SELECT",), worker=("SELECT",), append_only=True,
          rows={"follows_both": ("SELECT", f"item IN {ITEMS} AND root IN {ITEMS}", "")}),
    Table(name="sharing_told_beginning", web=("SELECT",), worker=ADDED, append_only=True,
          rows={"follows_told_in": ("SELECT", f"told_in IN {ITEMS}", "")}),
    Table(name="sharing_gathered_without", web=ADDED, rows=of_item("evidence_id", STUDYING), append_only=True, logged=True),
    Table(name="sharing_public_count", web=("SELECT",), worker=ADDED, append_only=True, logged=True),
    Table(name="sharing_meeting", web=ADDED, rows=of_item("item_id", f"held_by_id = {OWN} AND {LIAISON}"), append_only=True, logged=True),
    *(Table(name=name, web=ADDED, rows=of_item("meeting_id", LIAISON), append_only=True, logged=True) for name in ("sharing_attendee",)),
    Table(name="sharing_attendee_left", web=ADDED, append_only=True, logged=True, rows=kept("attendee_id", "IN (SELECT id FROM sharing_attendee)")),
    *(Table(name=name, web=ADDED, rows=of_item("item_id", f"{other} AND {LIAISON}", by=False), append_only=True, logged=True)
      for name, other in (("sharing_point", f"meeting_id IN {ITEMS}"), ("sharing_minute", f"point_id IN {ITEMS}"))),
    Table(name="sharing_meeting_action", web=ADDED, rows=of_item("point_id", LIAISON), append_only=True, logged=True),
    Table(name="sharing_meeting_action_done", web=ADDED, append_only=True, logged=True, rows={
        "follows_action": ("SELECT", "action_id IN (SELECT id FROM sharing_meeting_action)", ""),
        "owner_or_liaison_says": ("INSERT", "", f"by_id = {SEAT} AND action_id IN (SELECT id FROM sharing_meeting_action WHERE owner_id = {SEAT} OR {LIAISON})"),
    }),
]  # fmt: skip
