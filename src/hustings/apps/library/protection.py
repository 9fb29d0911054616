"""Who may touch the library: everybody reads what is shown, the worker alone adds, and the keys are read by nothing that serves people."""

from __future__ import annotations

from hustings.apps.items.words import PARTING
from hustings.apps.library.audiences.sql import SQL as AUDIENCES
from hustings.apps.library.bulk.sql import SQL as BULK
from hustings.apps.library.bulk.sql import TABLES as OF_BULK
from hustings.apps.library.complaints.sql import SQL as COMPLAINTS
from hustings.apps.library.complaints.sql import TABLES as OF_COMPLAINTS
from hustings.apps.library.handover.sql import SQL as HANDOVER
from hustings.apps.library.pace.sql import SQL as PACE
from hustings.apps.library.pace.sql import TABLES as OF_PACE
from hustings.apps.library.vetted.sql import SQL as VETTED
from hustings.apps.library.vetted.sql import TABLES as OF_VETTED
from hustings.apps.protection.table import APPEND_ONLY, Table
from hustings.policy.advertising import AdState

__all__ = ["LANGUAGES", "SQL", "TABLES", "TURN"]

TURN = 0x11B  # of publishing: any number that nobody else here locks by
RUNNING = ", ".join(f"'{state.value}'" for state in (AdState.DELIVERING, AdState.PAUSED))
SIGNS = PARTING.replace("'", "''")

# PostgreSQL's own stemmers; any other language is searched by its words as they are written.
LANGUAGES = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "et": "estonian",
    "fi": "finnish", "fr": "french", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian",
    "lt": "lithuanian", "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "tr": "turkish",
}  # fmt: skip

# A word is found as it stands and, in the ad's own language, by its stem.
WORDS = f"""
CREATE OR REPLACE FUNCTION library_parted(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT translate(said, '{SIGNS}', repeat(' ', {len(PARTING)}))
$$;
CREATE OR REPLACE FUNCTION library_stemmer(spoken text) RETURNS regconfig LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (CASE left(spoken, 2) {" ".join(f"WHEN '{code}' THEN '{name}'" for code, name in LANGUAGES.items())} ELSE 'simple' END)::regconfig
$$;
CREATE OR REPLACE FUNCTION library_words(body jsonb, spoken text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('simple', whole) || CASE WHEN library_stemmer(spoken) = 'simple'::regconfig THEN ''::tsvector
    ELSE to_tsvector(library_stemmer(spoken), whole) END
  FROM (SELECT library_parted(concat_ws(' ', body ->> 'title', body ->> 'text', body ->> 'page_name', body ->> 'advertiser_name',
    body ->> 'payer_name', body ->> 'disclaimer', body ->> 'landing_domain', body ->> 'name', body ->> 'registered_name',
    (SELECT string_agg(one ->> 'name', ' ') FROM jsonb_array_elements(coalesce(body -> 'names', '[]')) one),
    (SELECT string_agg(one ->> 'recognised_text', ' ') FROM jsonb_array_elements(coalesce(body -> 'media', '[]')) one))) AS whole) AS said
$$;
-- The days on which an ad was or may still be shown, for the index `library_days`: rather too many than too few.
CREATE OR REPLACE FUNCTION library_days(starts date, ends date, state text) RETURNS daterange LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT daterange(starts, CASE WHEN state IN ({RUNNING}) THEN NULL ELSE greatest(starts, ends) END, '[]')
$$;
CREATE OR REPLACE FUNCTION library_index() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search := library_words(NEW.body, NEW.language);
  -- What was made ready of another body must not outlive it.
  IF TG_OP = 'UPDATE' AND NEW.body IS DISTINCT FROM OLD.body AND NEW.meta IS NOT DISTINCT FROM OLD.meta THEN
    NEW.meta := NULL;
  END IF;
  RETURN NEW;
END $$;
"""

# A key goes only where two people agreed; with it goes all that was shown, in the transaction that decides.
# Whoever names the subject in words of its own goes with it: the ads of a page, a payer, an advertiser.
EXPUNGE = """
CREATE OR REPLACE FUNCTION library_covered(which bigint) RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT which UNION SELECT number FROM library_shown WHERE page = which OR advertiser = which OR payer = which
$$;
REVOKE ALL ON FUNCTION library_covered(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION library_covered(bigint) TO hustings_web, hustings_worker;

CREATE OR REPLACE FUNCTION library_decide(which uuid, agreed boolean) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  asked library_expungement;
  one bigint;
  gone integer := 0;
BEGIN
  SELECT * INTO asked FROM library_expungement WHERE id = which FOR UPDATE;
  IF NOT FOUND OR asked.outcome <> '' THEN
    RAISE EXCEPTION 'there is nothing to decide' USING ERRCODE = 'no_data_found';
  END IF;
  IF hustings_seat() IS NULL OR NOT hustings_has_role('reviewer', 'public information') OR
     (SELECT person_id FROM appointment WHERE id = hustings_seat()) = (SELECT person_id FROM appointment WHERE id = asked.asked_by_id) THEN
    RAISE EXCEPTION 'another person than who asked has to agree' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE library_expungement SET outcome = CASE WHEN agreed THEN 'expunged' ELSE 'refused' END,
    decided_by_id = hustings_seat(), done_at = hustings_now() WHERE id = which;
  IF NOT agreed THEN
    RETURN 0;
  END IF;
  -- Publishing waits, and finds no key afterwards.
  PERFORM pg_advisory_xact_lock(TURN_OF_PUBLISHING);
  FOR one IN SELECT number FROM library_covered(asked.subject_id) AS c (number) JOIN library_key k ON k.subject_id = c.number ORDER BY 1 LOOP
    DELETE FROM library_key WHERE subject_id = one;
    UPDATE library_shown s SET hidden = 'expunged', salt = '', meta = NULL, body = v.record || jsonb_build_object(
      'seq', s.seq, 'at', s.body -> 'at', 'digest', v.digest, 'hidden', 'expunged') FROM library_version v WHERE v.seq = s.seq AND s.number = one;
    PERFORM log_put((SELECT id FROM log WHERE name = 'library'), 'library.expunged',
      jsonb_build_object('number', one, 'ground', asked.ground, 'with', asked.subject_id), '{}');
    gone := gone + 1;
  END LOOP;
  RETURN gone;
END $$;
REVOKE ALL ON FUNCTION library_decide(uuid, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION library_decide(uuid, boolean) TO hustings_web;

CREATE OR REPLACE FUNCTION library_key_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (
    SELECT FROM library_expungement e WHERE e.outcome = 'expunged' AND (e.subject_id = OLD.subject_id
      OR OLD.subject_id IN (SELECT library_covered(e.subject_id)))) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'a key of the library goes only by two people' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE OR REPLACE FUNCTION library_expungement_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.outcome = '' OR TG_OP = 'UPDATE' AND OLD.outcome = ''
     AND (NEW.subject_id, NEW.ground, NEW.asked_by_id) = (OLD.subject_id, OLD.ground, OLD.asked_by_id) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'an expungement is asked for and decided, and nothing else' USING ERRCODE = 'insufficient_privilege';
END $$;
DO $do$ BEGIN IF to_regclass('library_expungement') IS NOT NULL THEN
  CREATE OR REPLACE TRIGGER kept_by_two BEFORE UPDATE OR DELETE ON library_key FOR EACH ROW EXECUTE FUNCTION library_key_kept();
  CREATE OR REPLACE TRIGGER kept_whole BEFORE TRUNCATE ON library_key EXECUTE FUNCTION library_key_kept();
  CREATE OR REPLACE TRIGGER kept_by_two BEFORE INSERT OR UPDATE OR DELETE ON library_expungement FOR EACH ROW EXECUTE FUNCTION library_expungement_kept();
  CREATE OR REPLACE TRIGGER kept_whole BEFORE TRUNCATE ON library_expungement EXECUTE FUNCTION library_expungement_kept();
END IF; END $do$;
""".replace("TURN_OF_PUBLISHING", str(TURN))

# What the library says of a subject goes into a log of its own, which everybody may read.
TELL = """
DROP FUNCTION IF EXISTS library_tell(bigint, bigint, integer, text);
CREATE OR REPLACE FUNCTION library_tell(seqs bigint[], numbers bigint[], versions integer[], digests text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT log_put_all((SELECT id FROM log WHERE name = 'library'), array_agg('library.version'::text ORDER BY seq),
    array_agg(jsonb_build_object('seq', seq, 'number', number, 'version', version, 'digest', digest) ORDER BY seq))
  FROM unnest(seqs, numbers, versions, digests) AS n (seq, number, version, digest)
$$;
REVOKE ALL ON FUNCTION library_tell(bigint[], bigint[], integer[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION library_tell(bigint[], bigint[], integer[], text[]) TO hustings_worker;
"""

# Whatever writes the tables of ads leaves word that the library has to look again. A statement, not a row at a time.
DUE_OF = {
    "ad": [("ad", "id"), ("ad_change", "ad_id"), ("ad_delivery", "ad_id"), ("ad_found_late", "ad_id")],
    "advertiser": [
        ("sponsor", "id"), ("sponsor_change", "sponsor_id"), ("sponsor_check", "sponsor_id"), ("sponsor_behind", "sponsor_id"),
    ],
    "payer": [("ad_payer", "id")],
    "page": [("ad_page", "id"), ("ad_page_name", "page_id")],
}  # fmt: skip

NOTE = """
CREATE OR REPLACE FUNCTION library_note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  EXECUTE format('INSERT INTO library_due (kind, source, at) SELECT DISTINCT %L, changed.%I, hustings_now() FROM changed',
    TG_ARGV[0], TG_ARGV[1]);
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION library_note() FROM PUBLIC;
"""


def noted(kind: str, table: str, column: str) -> str:
    """The triggers that leave word of one table."""
    return "".join(
        f"CREATE OR REPLACE TRIGGER library_{verb.lower()} AFTER {verb} ON {table} REFERENCING NEW TABLE AS changed "
        f"FOR EACH STATEMENT EXECUTE FUNCTION library_note('{kind}', '{column}');\n"
        for verb in ("INSERT", "UPDATE")
    )


# Only a version's end may be set, and its face drawn anew; nothing of the library goes.
TRIGGERS = f"""
DO $do$ BEGIN IF to_regclass('library_due') IS NOT NULL AND to_regclass('ad_found_late') IS NOT NULL THEN
  CREATE OR REPLACE TRIGGER indexed BEFORE INSERT OR UPDATE OF body ON library_shown FOR EACH ROW EXECUTE FUNCTION library_index();
  {"".join(noted(kind, table, column) for kind, tables in DUE_OF.items() for table, column in tables)}
END IF; END $do$;
"""

# Addresses of people are read by the worker alone: a page can only ask, confirm and end, by the key that a letter carried.
ALERTS = """
CREATE OR REPLACE FUNCTION library_alert_ask(the_key uuid, the_email text, the_query text, most integer) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE there uuid;
BEGIN
  IF (SELECT count(*) FROM library_alert WHERE email = the_email AND query <> the_query) >= most THEN RETURN NULL; END IF;
  INSERT INTO library_alert (id, email, query, after, asked_at)
  VALUES (the_key, the_email, the_query, (SELECT coalesce(max(seq), 0) FROM library_version), hustings_now())
  ON CONFLICT (email, query) DO UPDATE SET asked_at = hustings_now() RETURNING id INTO there;
  RETURN there;
END $$;
CREATE OR REPLACE FUNCTION library_alert_confirm(the_key uuid) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE library_alert SET confirmed_at = coalesce(confirmed_at, hustings_now()),
    after = CASE WHEN confirmed_at IS NULL THEN (SELECT coalesce(max(seq), 0) FROM library_version) ELSE after END
  WHERE id = the_key RETURNING query
$$;
CREATE OR REPLACE FUNCTION library_alert_end(the_key uuid) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH gone AS (DELETE FROM library_alert WHERE id = the_key RETURNING 1) SELECT EXISTS (SELECT FROM gone)
$$;
REVOKE ALL ON FUNCTION library_alert_ask(uuid, text, text, integer), library_alert_confirm(uuid), library_alert_end(uuid) FROM PUBLIC;
"""
ALERTS = f"""DO $do$ BEGIN IF to_regclass('library_alert') IS NOT NULL THEN EXECUTE $sql${ALERTS}
GRANT EXECUTE ON FUNCTION library_alert_ask(uuid, text, text, integer), library_alert_confirm(uuid), library_alert_end(uuid)
TO hustings_web;$sql$; END IF; END $do$"""

SQL = [WORDS, EXPUNGE, TELL, NOTE, TRIGGERS, ALERTS, BULK, AUDIENCES, VETTED, COMPLAINTS, PACE, HANDOVER]

TABLES = [
    Table(name="library_subject", web=("SELECT",), worker=APPEND_ONLY, append_only=True),
    Table(name="library_key", worker=APPEND_ONLY),
    Table(
        name="library_expungement",
        web=APPEND_ONLY,
        worker=("SELECT",),
        rows={
            "staff_reads": ("SELECT", "(SELECT hustings_has_role('reviewer', 'public information', 'auditor'))", ""),
            "staff_asks": (
                "INSERT",
                "",
                "(SELECT hustings_has_role('reviewer', 'public information')) AND asked_by_id = hustings_seat()",
            ),
        },
        logged=True,
    ),
    Table(name="library_version", web=("SELECT",), worker=APPEND_ONLY, append_only=True),
    Table(name="library_shown", web=("SELECT",), worker=("SELECT", "INSERT", "UPDATE")),
    Table(name="library_due", worker=("SELECT", "INSERT", "DELETE")),
    Table(name="library_word", web=("SELECT",), worker=("SELECT", "INSERT", "DELETE")),
    Table(name="library_alert", worker=("SELECT", "UPDATE (after, told_at)", "DELETE")),
    *OF_BULK,
    *OF_VETTED,
    *OF_COMPLAINTS,
    *OF_PACE,
]
