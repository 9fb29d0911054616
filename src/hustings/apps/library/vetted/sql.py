# ruff: noqa: S608 - what is put together here are words of this module and of the rule
"""Vetted access once more, in the database: whoever reaches it as the web is shown no row that was not granted, and leaves a trace.

The web may hand in a request and read the requests that are its reader's. It writes none of the rest: received, decided and
withdrawn is by functions that ask who acts, and what a request opens is read through `library_vetted_read` alone, which
asks every condition of `policy.vetting` and writes down what it gave.
"""

from __future__ import annotations

from hustings.apps.protection.table import APPEND_ONLY, Table
from hustings.policy.act import act
from hustings.policy.vetting import LONGEST

__all__ = ["SQL", "TABLES"]


def roles(name: str) -> str:
    """The roles of an act, as arguments."""
    return ", ".join(f"'{role.value}'" for role in sorted(act(name).roles, key=str))


DEFINED = "LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp"
READS = f"(SELECT hustings_has_role({roles('list vetted access')}))"
OURS = "held_by_id = (SELECT hustings_organisation())"
MYSELF = "(SELECT hustings_advertiser())"
UNTOUCHED = "outcome = '' AND received_by_id IS NULL AND withdrawn_at IS NULL AND salt = '' AND token = '' AND place IS NULL AND ads IS NULL"

STEPS = f"""
CREATE OR REPLACE FUNCTION library_vetting_turn(which uuid) RETURNS library_vetting {DEFINED} AS $$
DECLARE v library_vetting;
BEGIN
  SELECT * INTO v FROM library_vetting WHERE id = which AND held_by_id = hustings_organisation() FOR UPDATE;
  IF NOT FOUND OR NOT hustings_has_role({roles("decide on vetted access")}) THEN
    RAISE EXCEPTION 'who decides is a reviewer or public information of whom it was asked of' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN v;
END $$;

CREATE OR REPLACE FUNCTION library_vetting_receive(which uuid, looked_at text) RETURNS void {DEFINED} AS $$
DECLARE v library_vetting;
BEGIN
  SELECT * INTO v FROM library_vetting WHERE id = which AND held_by_id = hustings_organisation() FOR UPDATE;
  IF NOT FOUND OR NOT hustings_has_role({roles("receive vetted access")}) OR v.person_id = hustings_person() THEN
    RAISE EXCEPTION 'it is not theirs to receive' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF v.received_by_id IS NOT NULL OR v.outcome <> '' OR v.withdrawn_at IS NOT NULL THEN
    RAISE EXCEPTION 'it was received already' USING ERRCODE = 'no_data_found';
  END IF;
  UPDATE library_vetting SET received_by_id = hustings_seat(), received_at = hustings_now(), found = looked_at WHERE id = which;
END $$;

-- The ads that it opens are those of the organisation alone, whatever the web says that the query found.
CREATE OR REPLACE FUNCTION library_vetting_decide(which uuid, agreed boolean, why text, the_place bigint, numbers bigint[]) RETURNS integer {DEFINED} AS $$
DECLARE v library_vetting := library_vetting_turn(which); many integer;
BEGIN
  IF v.received_by_id IS NULL OR v.outcome <> '' OR v.withdrawn_at IS NOT NULL THEN
    RAISE EXCEPTION 'there is nothing to decide' USING ERRCODE = 'no_data_found';
  END IF;
  IF hustings_person() IN (v.person_id, (SELECT person_id FROM appointment WHERE id = v.received_by_id)) THEN
    RAISE EXCEPTION 'another person than who received it has to decide' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT agreed THEN
    UPDATE library_vetting SET outcome = 'refused', decided_by_id = hustings_seat(), decided_at = hustings_now(), reason = why WHERE id = which;
    RETURN 0;
  END IF;
  IF v.until <= hustings_now() OR v.until > hustings_now() + interval '{LONGEST.days} days' THEN
    RAISE EXCEPTION 'its end is past or too far' USING ERRCODE = 'check_violation';
  END IF;
  INSERT INTO library_vetted (vetting_id, number) SELECT which, s.number FROM library_subject s JOIN ad a ON a.id = s.source
    WHERE s.kind = 'ad' AND s.number = ANY (numbers) AND a.held_by_id = v.held_by_id;
  GET DIAGNOSTICS many = ROW_COUNT;
  UPDATE library_vetting SET outcome = 'granted', decided_by_id = hustings_seat(), decided_at = hustings_now(), reason = why,
    place = the_place, ads = many, salt = encode(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), 'hex') WHERE id = which;
  RETURN many;
END $$;

CREATE OR REPLACE FUNCTION library_vetting_withdraw(which uuid, why text) RETURNS void {DEFINED} AS $$
DECLARE v library_vetting;
BEGIN
  -- Who asked may take it back; without a seat the reason is theirs.
  IF hustings_seat() IS NULL THEN
    SELECT * INTO v FROM library_vetting WHERE id = which AND person_id = hustings_advertiser() FOR UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'it is not theirs to take back' USING ERRCODE = 'insufficient_privilege';
    END IF;
  ELSE
    v := library_vetting_turn(which);
  END IF;
  IF v.withdrawn_at IS NOT NULL OR v.outcome = 'refused' THEN
    RAISE EXCEPTION 'it is over already' USING ERRCODE = 'no_data_found';
  END IF;
  UPDATE library_vetting SET withdrawn_by_id = hustings_seat(), withdrawn_at = hustings_now(), withdrawn_why = why, token = '' WHERE id = which;
END $$;
"""

# What stands: everything that the rule asks of a look but the fields, which each look names.
STANDS = f"""
CREATE OR REPLACE FUNCTION library_vetting_stands(v library_vetting) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT v.outcome = 'granted' AND v.withdrawn_at IS NULL AND v.until > hustings_now()
    AND EXISTS (SELECT FROM person p WHERE p.id = v.person_id AND p.is_active)
    AND (SELECT person_id FROM appointment WHERE id = v.decided_by_id) NOT IN
      (v.person_id, (SELECT person_id FROM appointment WHERE id = v.received_by_id))
$$;

-- Whom a program's secret reads for: it names one request, and dies with it.
CREATE OR REPLACE FUNCTION library_vetting_of_token(given text) RETURNS TABLE (vetting uuid, person uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT v.id, v.person_id FROM library_vetting v WHERE given <> '' AND v.token = given AND library_vetting_stands(v)
$$;
CREATE OR REPLACE FUNCTION library_vetting_token(which uuid, given text) RETURNS boolean {DEFINED} AS $$
BEGIN
  UPDATE library_vetting v SET token = given WHERE v.id = which AND v.person_id = hustings_advertiser() AND library_vetting_stands(v);
  RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION library_vetting_counts() RETURNS TABLE (asked bigint, granted bigint, refused bigint, withdrawn bigint, open bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT count(*), count(*) FILTER (WHERE outcome = 'granted'), count(*) FILTER (WHERE outcome = 'refused'),
    count(*) FILTER (WHERE withdrawn_at IS NOT NULL), count(*) FILTER (WHERE outcome = '' AND withdrawn_at IS NULL) FROM library_vetting
$$;
"""

# Ads as the library showed them at the place of the request, with what was granted and nothing else. Who or what was
# expunged is in no cut: a payer without a key has no name here either.
READ = f"""
CREATE OR REPLACE FUNCTION library_vetted_read(which uuid, wanted text[], below bigint, most integer, the_way text)
RETURNS TABLE (number bigint, body jsonb, vetted jsonb) {DEFINED} AS $$
#variable_conflict use_column
DECLARE v library_vetting; many integer := 0; highest bigint; lowest bigint; one record; more boolean := false;
BEGIN
  SELECT g.* INTO v FROM library_vetting g WHERE g.id = which AND g.person_id = hustings_advertiser() AND hustings_seat() IS NULL;
  IF NOT FOUND OR NOT coalesce(library_vetting_stands(v), false) OR NOT coalesce(wanted <@ v.fields::text[], false) THEN
    RAISE EXCEPTION 'nothing was granted that opens this' USING ERRCODE = 'insufficient_privilege';
  END IF;
  FOR one IN
    SELECT s.number AS number, s.body AS body, jsonb_strip_nulls(jsonb_build_object(
      'payer name', CASE WHEN 'payer name' = ANY (wanted) THEN CASE WHEN k.subject_id IS NULL THEN '' ELSE coalesce(p.name, '') END END,
      'issuing country', CASE WHEN 'issuing country' = ANY (wanted) THEN coalesce(p.issuing_country, '') END,
      'instrument', CASE WHEN 'instrument' = ANY (wanted) THEN CASE WHEN coalesce(p.instrument, '') = '' THEN ''
        ELSE left(encode(sha256(convert_to(v.salt || p.instrument, 'UTF8')), 'hex'), 32) END END,
      'removed creative', CASE WHEN 'removed creative' = ANY (wanted) AND s.hidden = 'removed' THEN jsonb_build_object(
        'title', coalesce(ran.content ->> 'title', c.title, ''), 'text', coalesce(ran.content ->> 'text', c.text, ''),
        'landing_url', coalesce(ran.content ->> 'landing_url', c.landing_url, '')) END,
      'administrator countries', CASE WHEN 'administrator countries' = ANY (wanted) THEN coalesce((
        SELECT jsonb_agg(DISTINCT r.country) FROM ad_page_administrator r WHERE r.page_id = page.source AND r.country <> ''), '[]') END
    )) AS vetted
    FROM library_vetted o JOIN library_shown s ON s.number = o.number AND s.seq <= v.place AND (s.until IS NULL OR s.until > v.place)
    JOIN library_subject i ON i.number = s.number JOIN ad a ON a.id = i.source
    LEFT JOIN ad_creative c ON c.id = a.creative_id
    LEFT JOIN library_subject payer ON payer.number = s.payer LEFT JOIN ad_payer p ON p.id = payer.source
    LEFT JOIN library_key k ON k.subject_id = s.payer
    LEFT JOIN library_subject page ON page.number = s.page
    LEFT JOIN LATERAL (SELECT w.content FROM ad_version w WHERE w.ad_id = a.id AND w.version =
      (SELECT max(h.version) FROM ad_change h WHERE h.ad_id = a.id AND h.state = 'delivering')) ran ON true
    WHERE o.vetting_id = which AND (below IS NULL OR o.number < below) AND s.hidden <> 'expunged'
    ORDER BY o.number DESC LIMIT least(most, 2000) + 1
  LOOP
    EXIT WHEN more;
    IF many = least(most, 2000) THEN
      -- A last row without a number says that others follow; it was not given, so it is not counted.
      more := true; number := NULL; body := NULL; vetted := NULL;
      RETURN NEXT;
      CONTINUE;
    END IF;
    many := many + 1;
    highest := coalesce(highest, one.number);
    lowest := one.number;
    number := one.number; body := one.body; vetted := one.vetted;
    RETURN NEXT;
  END LOOP;
  INSERT INTO library_vetted_look (vetting_id, at, way, fields, first, last, count)
  VALUES (which, hustings_now(), the_way, wanted, highest, lowest, many);
  PERFORM log_put((SELECT l.id FROM log l WHERE l.name = 'open'), 'library vetted look', jsonb_build_object('outcome', 'done',
    'subject', 'vetting:' || which, 'actor', NULL, 'item', NULL, 'with', jsonb_build_object('way', the_way, 'ads', many,
    'fields', array_to_string(wanted, ', '))), jsonb_build_object('purpose', v.purpose));
END $$;
"""

GRANTS = """
REVOKE ALL ON FUNCTION library_vetting_turn(uuid), library_vetting_receive(uuid, text),
  library_vetting_decide(uuid, boolean, text, bigint, bigint[]), library_vetting_withdraw(uuid, text),
  library_vetting_stands(library_vetting), library_vetting_of_token(text), library_vetting_token(uuid, text),
  library_vetting_counts(), library_vetted_read(uuid, text[], bigint, integer, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION library_vetting_receive(uuid, text), library_vetting_decide(uuid, boolean, text, bigint, bigint[]),
  library_vetting_withdraw(uuid, text), library_vetting_of_token(text), library_vetting_token(uuid, text),
  library_vetting_counts(), library_vetted_read(uuid, text[], bigint, integer, text) TO hustings_web;
"""

SQL = f"DO $do$ BEGIN IF to_regclass('library_vetted_look') IS NOT NULL THEN EXECUTE $sql${STEPS}{STANDS}{READ}{GRANTS}$sql$; END IF; END $do$"

TABLES = [
    Table(
        name="library_vetting",
        web=APPEND_ONLY,
        worker=("SELECT",),
        rows={
            "staff_reads": ("SELECT", f"{OURS} AND {READS}", ""),
            "researcher_reads": ("SELECT", f"person_id = {MYSELF}", ""),
            "researcher_asks": ("INSERT", "", f"person_id = {MYSELF} AND {UNTOUCHED}"),
        },
        logged=True,
    ),
    Table(name="library_vetted"),
    Table(
        name="library_vetted_look",
        web=("SELECT",),
        worker=("SELECT",),
        rows={"shown_with_request": ("SELECT", "vetting_id IN (SELECT id FROM library_vetting)", "")},
        append_only=True,
    ),
]
