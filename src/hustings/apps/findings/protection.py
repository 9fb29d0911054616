"""Who may touch runs and findings: a row is there for who may read its item; names for who opened them."""

from __future__ import annotations

from hustings.apps.protection.table import APPEND_ONLY, Table

__all__ = ["SQL", "TABLES"]

# The key of the pseudonyms is made here once and read by nobody but this function: without it a list of likely names
# cannot be matched against the tables. HMAC as in RFC 2104 with SHA-256, cut to 48 bits.
PSEUDONYM = r"""
CREATE TABLE IF NOT EXISTS pseudonym_key (one boolean PRIMARY KEY DEFAULT true CHECK (one), secret bytea NOT NULL);
INSERT INTO pseudonym_key (secret)
  SELECT sha256(convert_to(string_agg(gen_random_uuid()::text, ''), 'UTF8')) FROM generate_series(1, 8)
  ON CONFLICT DO NOTHING;
CREATE OR REPLACE FUNCTION pseudonyms(platforms text[], names text[]) RETURNS text[] LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  secret bytea := (SELECT pseudonym_key.secret FROM pseudonym_key);
  inner_pad bytea := ''; outer_pad bytea := ''; octet int; sign text; given text[] := '{}';
BEGIN
  FOR place IN 0..63 LOOP
    octet := CASE WHEN place < 32 THEN get_byte(secret, place) ELSE 0 END;
    inner_pad := inner_pad || set_byte('\x00'::bytea, 0, octet # 54);
    outer_pad := outer_pad || set_byte('\x00'::bytea, 0, octet # 92);
  END LOOP;
  SELECT array_agg(platform || '·' || left(code, 4) || '-' || substr(code, 5, 4) || '-' || substr(code, 9, 4) ORDER BY place)
    INTO given
    FROM (
      SELECT place, platform,
        encode(sha256(outer_pad || sha256(inner_pad || convert_to(platform || E'\x1f' || name, 'UTF8'))), 'hex') AS code
      FROM unnest(platforms, names) WITH ORDINALITY AS asked (platform, name, place)
    ) AS coded;
  RETURN coalesce(given, '{}');
END $$;
REVOKE ALL ON FUNCTION pseudonyms(text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pseudonyms(text[], text[]) TO hustings_web;
"""

SQL = [PSEUDONYM]


READ = ("SELECT",)
# Few runs, so the rows of a run ask for its run; many findings, so the rows of a finding ask for its item alone.
ITEM = {
    "shown_with_item": ("SELECT", "EXISTS (SELECT 1 FROM item WHERE item.id = item_id)", ""),
    "added_with_item": ("INSERT", "", "EXISTS (SELECT 1 FROM item WHERE item.id = item_id)"),
}
OF_RUN = {
    "shown_with_run": ("SELECT", "run_id IN (SELECT item_id FROM run)", ""),
    "added_with_run": ("INSERT", "", "run_id IN (SELECT item_id FROM run)"),
}
OF_FINDING = {
    "shown_with_item": ("SELECT", "EXISTS (SELECT 1 FROM item WHERE item.id = finding_id)", ""),
    "added_with_item": ("INSERT", "", "EXISTS (SELECT 1 FROM item WHERE item.id = finding_id)"),
}
OPENED = (
    "EXISTS (SELECT 1 FROM item WHERE item.id = finding_id) AND EXISTS (SELECT 1 FROM names_opened AS opened "
    "WHERE opened.finding_id = finding_name.finding_id AND opened.appointment_id = hustings_seat() "
    "AND opened.ends_at > hustings_now())"
)
MINE = "appointment_id = hustings_seat() AND EXISTS (SELECT 1 FROM item WHERE item.id = finding_id)"

TABLES = [
    Table(name="pseudonym_key"),
    Table(name="run", web=APPEND_ONLY, worker=READ, rows=ITEM, logged=True),
    Table(name="finding", web=APPEND_ONLY, worker=READ, rows=ITEM, logged=True),
    Table(name="network_picture", web=APPEND_ONLY, worker=READ, rows=ITEM),
    # In bulk: the run is logged with the digests of the files that these rows came from.
    *(
        Table(name=name, web=APPEND_ONLY, worker=READ, rows=OF_RUN)
        for name in ("run_actor", "run_thing", "run_link", "run_layer")
    ),
    *(
        Table(name=name, web=APPEND_ONLY, worker=READ, rows=OF_FINDING)
        for name in ("finding_member", "finding_led", "finding_evidence")
    ),
    Table(
        name="finding_name",
        web=APPEND_ONLY,
        worker=READ,
        rows={"shown_when_opened": ("SELECT", OPENED, ""), "added_with_item": OF_FINDING["added_with_item"]},
    ),
    Table(
        name="names_opened",
        web=APPEND_ONLY,
        worker=READ,
        rows={"shown_to_who_opened": ("SELECT", MINE, ""), "added_by_who_opens": ("INSERT", "", MINE)},
        logged=True,
    ),
]
