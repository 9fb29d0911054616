"""Who may touch what was deleted and what people asked; and the functions through which rows go and requests come."""

from __future__ import annotations

from hustings.apps.privacy.past import RULES, Rule, blocks, follows
from hustings.apps.protection.table import Table
from hustings.policy.retention import KEPT, Whose
from hustings.policy.subject_request import State

__all__ = ["SQL", "TABLES"]

OPEN = "(SELECT id FROM log WHERE name = 'open')"


# Who still has the salt could try out what the deleted row said; the tree of the log holds without it.
SALTS = """
    UPDATE log_text SET salt = NULL, text = NULL, erased_at = hustings_now()
    WHERE name = 'row' AND erased_at IS NULL AND entry IN (
      SELECT id FROM log_leaf WHERE {which} UNION ALL SELECT id FROM log_entry WHERE {which});"""


def plain(rule: Rule, also: str = "true") -> str:
    """Delete one batch of a table and keep its keys in `keys`."""
    key = f"{rule.key}::text" if rule.key else "''"
    return (
        f"WITH gone AS (DELETE FROM {rule.table} WHERE ctid = ANY (ARRAY(SELECT r.ctid FROM {rule.table} r "
        f"WHERE {also} AND {rule.condition} LIMIT most FOR UPDATE SKIP LOCKED)) RETURNING {key} AS key) "
        "SELECT array_agg(key ORDER BY key) INTO keys FROM gone;"
    )


def of_items(rule: Rule) -> str:
    """The same for rows that belong to items: one batch is of items of one label, and told in its log."""
    rows = f"FROM {rule.table} r JOIN item i ON i.id = r.{rule.item} WHERE {rule.condition}"
    salts = SALTS.format(
        which=f"item = ANY (ids) AND facts ->> 'table' = '{rule.table}' AND facts ->> 'key' = ANY (keys)"
    )
    return f"""
    SELECT i.label_id INTO marked {rows} LIMIT 1;
    IF NOT FOUND THEN RETURN 0; END IF;
    place := log_for(marked);
    ids := ARRAY(SELECT DISTINCT i.id {rows} AND i.label_id = marked LIMIT most);
    {plain(rule, f"r.{rule.item} = ANY (ids)")}
    {salts}"""


def items(rule: Rule) -> str:
    """Delete one batch of items of one label with all that goes with them: the restricted are told of where they were."""
    alone = " AND ".join(f"NOT EXISTS (SELECT FROM {table} b WHERE b.{column} = r.id)" for table, column in blocks())
    went = " ".join(f"DELETE FROM {table} WHERE {column} = ANY (ids);" for table, column in follows())
    return f"""
    SELECT r.label_id INTO marked FROM item r WHERE {rule.condition} AND {alone} ORDER BY r.expires_at LIMIT 1;
    IF NOT FOUND THEN RETURN 0; END IF;
    ids := ARRAY(SELECT r.id FROM item r WHERE r.label_id = marked AND {rule.condition} AND {alone}
                 ORDER BY r.expires_at LIMIT most FOR UPDATE SKIP LOCKED);
    place := log_for(marked);
    {went}
    DELETE FROM item WHERE id = ANY (ids);
    SELECT array_agg(key::text ORDER BY key::text) INTO keys FROM unnest(ids) AS key;"""


TEXTS = """
    SELECT l.log_id INTO place FROM log_text r JOIN log_leaf l ON l.id = r.entry WHERE {past} LIMIT 1;
    IF NOT FOUND THEN RETURN 0; END IF;
    FOR one IN SELECT r.entry, r.name FROM log_text r JOIN log_leaf l ON l.id = r.entry
               WHERE l.log_id = place AND {past} LIMIT most LOOP
      PERFORM log_erase(one.entry, one.name, 'retention', NULL);
      keys := array_append(keys, one.entry || ' ' || one.name);
    END LOOP;
    keys := ARRAY(SELECT key FROM unnest(keys) AS key ORDER BY key);"""

PEOPLE = """
    ids := ARRAY(SELECT r.id FROM person r WHERE {past} LIMIT most FOR UPDATE SKIP LOCKED);
    DELETE FROM socialaccount_socialtoken WHERE account_id IN (SELECT id FROM socialaccount_socialaccount WHERE user_id = ANY (ids));
    DELETE FROM socialaccount_socialaccount WHERE user_id = ANY (ids);
    DELETE FROM account_emailconfirmation WHERE email_address_id IN (SELECT id FROM account_emailaddress WHERE user_id = ANY (ids));
    DELETE FROM account_emailaddress WHERE user_id = ANY (ids);
    DELETE FROM mfa_authenticator WHERE user_id = ANY (ids);
    UPDATE person SET name = 'Somebody who left', email = id || '@erased.invalid', password = '!', is_active = false,
      stamp = gen_random_uuid(), last_login = NULL WHERE id = ANY (ids);
    SELECT array_agg(key::text ORDER BY key::text) INTO keys FROM unnest(ids) AS key;"""


def branch(rule: Rule) -> str:
    """How one table's rows go."""
    if rule.table == "item":
        return items(rule) + SALTS.format(which="item = ANY (ids)")
    if rule.table == "log_text":
        return TEXTS.format(past=rule.condition)
    if rule.table == "person":
        return PEOPLE.format(past=rule.condition)
    if rule.item:
        return of_items(rule)
    elsewhere = "place := (SELECT id FROM log WHERE name = 'unplaced'); " if rule.hidden else ""
    return elsewhere + plain(rule)


# Whether a row is past its time is decided in here by the clock of the database: who may call it can delete nothing
# else. Deleting, telling the log and telling the public are one transaction.
EXPIRE = f"""
CREATE OR REPLACE FUNCTION expire_rows(what text, most integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  keys text[]; ids uuid[]; marked uuid; one record; told uuid; whole text := '';
  place uuid := {OPEN};
BEGIN
  {" ".join(f"IF what = '{rule.table}' THEN {branch(rule)} END IF;" for rule in RULES)}
  IF coalesce(cardinality(keys), 0) = 0 THEN RETURN 0; END IF;
  IF keys[1] <> '' THEN
    whole := encode(sha256(convert_to(array_to_string(keys, E'\\n'), 'UTF8')), 'hex');
  END IF;
  told := log_put(place, 'rows.deleted', jsonb_build_object('actor', NULL, 'item', NULL, 'table', what,
    'rows', cardinality(keys), 'digest', whole), '{{}}');
  INSERT INTO deletion (id, at, "table", "rows", digest, log_id, entry)
  VALUES (gen_random_uuid(), hustings_now(), what, cardinality(keys), whole, place, told);
  RETURN cardinality(keys);
END $$;
REVOKE ALL ON FUNCTION expire_rows(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION expire_rows(text, integer) TO hustings_worker;
"""

# A visitor is nobody, so no row rule lets them add; what they may say is what these parameters are. The marking is the
# one of every request to that organisation, and the answer is the same whatever is held. The day it is due is worked
# out by `policy.subject_request.due`; here it is at least a month away, so that nobody is hurried.
ASK = """
CREATE OR REPLACE FUNCTION answering_organisations() RETURNS TABLE (id uuid, name varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT o.id, o.name FROM organisation o
  WHERE (SELECT c.state FROM organisation_change c WHERE c.organisation_id = o.id AND c.at <= hustings_now()
         ORDER BY c.at DESC, c.recorded_at DESC, c.id DESC LIMIT 1) = 'in force'
    AND EXISTS (SELECT FROM "position" p CROSS JOIN LATERAL (
      SELECT c.state, c.roles FROM position_change c WHERE c.position_id = p.id AND c.at <= hustings_now()
      ORDER BY c.at DESC, c.recorded_at DESC, c.id DESC LIMIT 1) post
      WHERE p.organisation_id = o.id AND post.state = 'in force'
        AND post.roles::text[] && ARRAY['reviewer', 'public information'])
$$;
CREATE OR REPLACE FUNCTION hand_in_request(whom uuid, what text, where_ text, who text, reach text, shows text, said text,
  due timestamptz) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  roles jsonb := '["liaison", "public information", "reviewer"]';
  marking jsonb := jsonb_build_object('tlp', 'amber+strict', 'owner', whom, 'level', 0, 'compartments', '[]'::jsonb,
    'releasable_to', NULL, 'permitted_kinds', NULL, 'permitted_organisations', NULL, 'group', NULL, 'need', 'role',
    'roles', roles, 'originator_consent', false, 'kept_here', true, 'unknown', '[]'::jsonb, 'also', '[]'::jsonb);
  mark text := encode(sha256(convert_to(marking::text, 'UTF8')), 'hex');
  marked uuid; made uuid := gen_random_uuid();
BEGIN
  IF whom NOT IN (SELECT id FROM answering_organisations()) THEN
    RAISE EXCEPTION 'nobody there answers requests' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO label (id, digest, tlp, level, compartments, owner_id, need, roles, also, originator_consent, kept_here, unknown)
  VALUES (gen_random_uuid(), mark, 'amber+strict', 0, '{}', whom, 'role', ARRAY(SELECT jsonb_array_elements_text(roles)),
    '[]', false, true, '{}') ON CONFLICT (digest) DO NOTHING;
  SELECT id INTO STRICT marked FROM label WHERE digest = mark;
  INSERT INTO item (id, kind, label_id, title, text, state, made_at, expires_at)
  VALUES (made, 'subject request', marked, 'A person asks about their data: ' || what, '', '{received}', hustings_now(),
    hustings_now() + interval '2 years');
  INSERT INTO subject_request (item_id, organisation_id, wanted, platform, account, contact, showing, words, state,
    received_at, due_at, extended_for, shown_how, ground, answer)
  VALUES (made, whom, what, where_, who, reach, shows, said, '{received}', hustings_now(),
    greatest(due, hustings_now() + interval '28 days'), '', '', '', '');
  PERFORM log_append('request received', hustings_seat(), made, jsonb_build_object('wanted', what), '{}');
  RETURN made;
END $$;
REVOKE ALL ON FUNCTION hand_in_request(uuid, text, text, text, text, text, text, timestamptz), answering_organisations() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hand_in_request(uuid, text, text, text, text, text, text, timestamptz), answering_organisations()
  TO hustings_web;
""".replace("{received}", State.RECEIVED.value)

SQL = [EXPIRE, ASK]

PUBLIC = ", ".join(f"'{rule.table}'" for rule in RULES if KEPT[rule.table].whose is Whose.ACTORS)
KNOWN = "item_id IN (SELECT id FROM item)"
OURS = "organisation_id = (SELECT hustings_organisation())"

ANSWERING = "(SELECT hustings_has_role('reviewer', 'public information', 'liaison'))"
WORKED_ON = "state, due_at, extended_for, shown_by_id, shown_at, shown_how, proposed_by_id, ground, decided_by_id, decided_at, answer"

TABLES = [
    Table(
        name="deletion",
        web=("SELECT",),
        # The public reads what became of data about accounts; how busy the staff is, is theirs to know.
        rows={
            "shown_with_log": (
                "SELECT",
                f'log_id IN (SELECT id FROM log) AND ("table" IN ({PUBLIC}) OR (SELECT hustings_seat()) IS NOT NULL)',
                "",
            )
        },
        append_only=True,
    ),
    Table(
        name="subject_request",
        web=("SELECT", f"UPDATE ({WORKED_ON})"),
        rows={
            "shown_with_item": ("SELECT", KNOWN, ""),
            "worked_on_by_its_organisation": ("UPDATE", f"{KNOWN} AND {OURS}", f"{KNOWN} AND {OURS}"),
        },
        logged=True,
    ),
    Table(
        name="exempt_actor",
        web=("SELECT", "INSERT"),
        rows={
            "shown_to_its_organisation": ("SELECT", OURS, ""),
            "added_by_who_answers": (
                "INSERT",
                "",
                f"{OURS} AND added_by_id = (SELECT hustings_seat()) AND {ANSWERING}",
            ),
        },
        logged=True,
    ),
]
