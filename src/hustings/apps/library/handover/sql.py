# ruff: noqa: S608 - what is put together here are words of this module and of the rule
"""What a package holds beyond the library, through functions alone: they ask again who may hand over which cut, and give no more than that.

A cut that does not hold an instrument or an administrator gets that there is one, so that the package can say what was left out.
"""

from __future__ import annotations

from hustings.exchange.package.cut import Cut
from hustings.policy.act import act

__all__ = ["SQL", "act_of"]


def act_of(cut: Cut) -> str:
    """The act of policy that this cut is."""
    return f"hand over {cut.value}"


def roles(cut: Cut) -> str:
    """The roles that may, as arguments."""
    return ", ".join(f"'{role.value}'" for role in sorted(act(act_of(cut)).roles, key=str))


DEFINED = "LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp"
PERMITTED = " ".join(f"WHEN '{cut.value}' THEN hustings_has_role({roles(cut)})" for cut in Cut)
LAW, COMMITTEE = Cut.LAW_ENFORCEMENT.value, Cut.COMMITTEE.value

SQL = f"""
CREATE OR REPLACE FUNCTION library_may_hand_over(the_cut text) RETURNS void {DEFINED} AS $$
BEGIN
  IF hustings_seat() IS NULL OR NOT (CASE the_cut {PERMITTED} ELSE false END) THEN
    RAISE EXCEPTION 'this position may not hand over the cut %', the_cut USING ERRCODE = 'insufficient_privilege';
  END IF;
END $$;

-- Payers by their public numbers, in the order in which they first pay: it numbers their instruments.
CREATE OR REPLACE FUNCTION library_handed_payers(the_cut text, numbers bigint[])
RETURNS TABLE (number bigint, same bigint, instrument text, issuing_country text, currency text, has_country boolean, has_currency boolean)
{DEFINED} AS $$
BEGIN
  PERFORM library_may_hand_over(the_cut);
  RETURN QUERY
  WITH asked AS (
    SELECT a.number, a.place, p.instrument, p.issuing_country, p.currency
    FROM unnest(numbers) WITH ORDINALITY AS a (number, place)
    JOIN library_subject s ON s.number = a.number AND s.kind = 'payer'
    JOIN library_key k ON k.subject_id = s.number
    JOIN ad_payer p ON p.id = s.source AND p.held_by_id = hustings_organisation()
  ), begun AS (
    SELECT i.instrument, row_number() OVER (ORDER BY min(i.place)) AS same FROM asked i WHERE i.instrument <> '' GROUP BY i.instrument
  )
  SELECT a.number::bigint, b.same,
    CASE WHEN the_cut = '{LAW}' THEN nullif(a.instrument, '')::text END,
    CASE WHEN the_cut = '{LAW}' THEN nullif(a.issuing_country, '')::text END,
    CASE WHEN the_cut = '{LAW}' THEN nullif(a.currency, '')::text END,
    a.issuing_country <> '', a.currency <> ''
  FROM asked a LEFT JOIN begun b ON b.instrument = a.instrument ORDER BY a.place;
END $$;

CREATE OR REPLACE FUNCTION library_handed_administrators(the_cut text, numbers bigint[], until timestamptz)
RETURNS TABLE (number bigint, fingerprint text, country text, since timestamptz, ended timestamptz) {DEFINED} AS $$
BEGIN
  PERFORM library_may_hand_over(the_cut);
  RETURN QUERY
  SELECT s.number::bigint,
    CASE WHEN the_cut = '{LAW}' THEN a.fingerprint::text END,
    CASE WHEN the_cut IN ('{LAW}', '{COMMITTEE}') THEN nullif(a.country, '')::text END,
    CASE WHEN the_cut = '{LAW}' THEN a.since END,
    CASE WHEN the_cut = '{LAW}' AND a.ended <= until THEN a.ended END
  FROM library_subject s
  JOIN library_key k ON k.subject_id = s.number
  JOIN ad_page p ON p.id = s.source AND p.held_by_id = hustings_organisation()
  JOIN ad_page_administrator a ON a.page_id = p.id AND a.since <= until
  WHERE s.kind = 'page' AND s.number = ANY(numbers) ORDER BY s.number, a.fingerprint, a.since;
END $$;
REVOKE ALL ON FUNCTION library_may_hand_over(text), library_handed_payers(text, bigint[]),
  library_handed_administrators(text, bigint[], timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION library_may_hand_over(text), library_handed_payers(text, bigint[]),
  library_handed_administrators(text, bigint[], timestamptz) TO hustings_web;
"""
# The functions name tables of the apps that come after in the migrations' order.
SQL = f"DO $do$ BEGIN IF to_regclass('ad_page_administrator') IS NOT NULL AND to_regclass('library_key') IS NOT NULL THEN EXECUTE $sql${SQL}$sql$; END IF; END $do$"
