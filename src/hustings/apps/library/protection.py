"""Who may touch the library: everybody reads what is shown, the worker alone adds, and the keys are read by nothing that serves people."""

from __future__ import annotations

from hustings.apps.items.words import PARTING
from hustings.apps.protection.table import APPEND_ONLY, Table

__all__ = ["SQL", "TABLES"]

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
CREATE OR REPLACE FUNCTION library_index() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search := library_words(NEW.body, NEW.language);
  RETURN NEW;
END $$;
"""

# What the library says of a subject goes into a log of its own, which everybody may read.
TELL = """
CREATE OR REPLACE FUNCTION library_tell(the_seq bigint, the_number bigint, the_version integer, the_digest text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN log_put((SELECT id FROM log WHERE name = 'library'), 'library.version',
    jsonb_build_object('seq', the_seq, 'number', the_number, 'version', the_version, 'digest', the_digest), '{}');
END $$;
REVOKE ALL ON FUNCTION library_tell(bigint, bigint, integer, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION library_tell(bigint, bigint, integer, text) TO hustings_worker;
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

SQL = [WORDS, TELL, NOTE, TRIGGERS]

TABLES = [
    Table(name="library_subject", web=("SELECT",), worker=APPEND_ONLY, append_only=True),
    Table(name="library_key", worker=APPEND_ONLY),
    Table(name="library_version", web=("SELECT",), worker=APPEND_ONLY, append_only=True),
    Table(name="library_shown", web=("SELECT",), worker=("SELECT", "INSERT", "UPDATE")),
    Table(name="library_due", worker=("SELECT", "INSERT", "DELETE")),
]
