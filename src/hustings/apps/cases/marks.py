# ruff: noqa: S608 - what is put together here are words of this module
"""What two assets of one hand share in the tables of ads: one statement a kind, for what was removed and for what is new.

Each statement gives rows (what, id, value, buyer): a page, payer or buyer bears a mark, and whose it is for counting how
many share it. Values leave the database only as codes under its key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from hustings.policy.casework import SignatureKind

__all__ = ["COMMON", "LIMIT", "Match", "first_runs", "found_again", "marks_of", "named", "signed"]

LIMIT = 5  # a mark that more buyers of one door share says nothing of one hand: an agency's phone, a common address
# Where anybody may have a page: leading there says nothing, however few do in this installation.
COMMON = (
    "facebook.com", "instagram.com", "twitter.com", "x.com", "youtube.com", "youtu.be", "tiktok.com", "t.me", "telegram.org", "vk.com",
    "linkedin.com", "snapchat.com", "google.com", "docs.google.com", "forms.gle", "bit.ly", "t.co", "linktr.ee", "eventbrite.com",
    "meetup.com", "change.org", "actblue.com", "winred.com", "paypal.com", "gofundme.com", "wordpress.com",
    "blogspot.com", "medium.com", "substack.com", "amazon.com", "apple.com", "play.google.com", "apps.apple.com", "wikipedia.org",
)  # fmt: skip
NAME = "lower(regexp_replace(normalize({}, NFKD), '[^[:alnum:]]+', '', 'g'))"
PHONE = "right(regexp_replace({}, '[^0-9]', '', 'g'), 9)"
OF_AD = """
  SELECT CASE WHEN a.page_id IS NULL THEN 'buyer' ELSE 'page' END, coalesce(a.page_id, a.sponsor_id), {value},
    coalesce(a.sponsor_id, a.page_id)
  FROM ad a JOIN ad_creative c ON c.id = a.creative_id {more}
  WHERE a.held_by_id = %(door)s AND coalesce(a.page_id, a.sponsor_id) IS NOT NULL AND {where}
"""
BEARERS = {
    SignatureKind.PAGE: """
      SELECT 'page', p.id, p.platform || ':' || p.number, p.id FROM ad_page p WHERE p.held_by_id = %(door)s AND p.number <> ''""",
    SignatureKind.ACCOUNT: """
      SELECT 'buyer', s.id, s.archive || ':' || s.number, s.id FROM sponsor s WHERE s.held_by_id = %(door)s AND s.number <> ''""",
    SignatureKind.INSTRUMENT: """
      SELECT 'payer', y.id, y.instrument, coalesce(y.sponsor_id, y.id) FROM ad_payer y
      WHERE y.held_by_id = %(door)s AND y.instrument <> ''""",
    SignatureKind.ADMINISTRATOR: """
      SELECT 'page', p.id, m.fingerprint, coalesce(p.sponsor_id, p.id) FROM ad_page_administrator m JOIN ad_page p ON p.id = m.page_id
      WHERE p.held_by_id = %(door)s AND m.fingerprint <> ''""",
    SignatureKind.PHONE: f"""
      SELECT 'buyer', s.id, {PHONE.format("s.phone")}, s.id FROM sponsor s
      WHERE s.held_by_id = %(door)s AND length(regexp_replace(s.phone, '[^0-9]', '', 'g')) >= 7""",
    SignatureKind.NAME: f"""
      SELECT named.what, named.id, named.value, named.buyer FROM (
        SELECT 'page' AS what, p.id, {NAME.format("p.name")} AS value, coalesce(p.sponsor_id, p.id) AS buyer
        FROM ad_page p WHERE p.held_by_id = %(door)s
        UNION SELECT 'page', p.id, {NAME.format("n.name")}, coalesce(p.sponsor_id, p.id)
        FROM ad_page_name n JOIN ad_page p ON p.id = n.page_id WHERE p.held_by_id = %(door)s
        UNION SELECT 'buyer', s.id, {NAME.format("s.registered_name")}, s.id FROM sponsor s WHERE s.held_by_id = %(door)s
        UNION SELECT 'buyer', s.id, {NAME.format("s.display_name")}, s.id FROM sponsor s WHERE s.held_by_id = %(door)s
        UNION SELECT 'payer', y.id, {NAME.format("y.name")}, coalesce(y.sponsor_id, y.id) FROM ad_payer y WHERE y.held_by_id = %(door)s
      ) AS named WHERE length(named.value) >= 6""",
    SignatureKind.DOMAIN: OF_AD.format(
        value="c.landing_domain", more="", where="c.landing_domain <> '' AND c.landing_domain <> ALL (%(common)s)"
    ),
    SignatureKind.PICTURE: OF_AD.format(
        value="files.one ->> 'perceptual'", more="CROSS JOIN LATERAL jsonb_array_elements(c.media) AS files (one)",
        where="jsonb_typeof(files.one) = 'object' AND files.one ->> 'perceptual' <> ''",
    ),
    SignatureKind.TEXT: OF_AD.format(
        value="shingle.code", more="CROSS JOIN LATERAL unnest(c.near) AS shingle (code)", where="shingle.code <> ''"
    ),
    SignatureKind.TARGETING: OF_AD.format(
        value="aim.value", where="aim.parts >= 4",  # fewer are shared by strangers, as in screening.targeting
        more="""CROSS JOIN LATERAL (
          SELECT string_agg(DISTINCT leaf.said::text, '|' ORDER BY leaf.said::text) AS value, count(DISTINCT leaf.said::text) AS parts
          FROM jsonb_path_query(a.targeting, 'lax $.**.is') AS leaf (said)) AS aim""",
    ),
}  # fmt: skip
# When something was first there, as far as its own rows and its ads tell.
THINGS = """
  SELECT 'page' AS what, p.id, least(p.created_on::timestamp AT TIME ZONE 'UTC', ads.first, names.first, people.first) AS first_seen
  FROM ad_page p
  LEFT JOIN (SELECT page_id, min(coalesce(created, made_at)) AS first FROM ad WHERE held_by_id = %(door)s GROUP BY page_id) ads ON ads.page_id = p.id
  LEFT JOIN (SELECT page_id, min(since) AS first FROM ad_page_name GROUP BY page_id) names ON names.page_id = p.id
  LEFT JOIN (SELECT page_id, min(since) AS first FROM ad_page_administrator GROUP BY page_id) people ON people.page_id = p.id
  WHERE p.held_by_id = %(door)s
  UNION ALL SELECT 'buyer', s.id, least(s.made_at, ads.first) FROM sponsor s
  LEFT JOIN (SELECT sponsor_id, min(coalesce(created, made_at)) AS first FROM ad WHERE held_by_id = %(door)s GROUP BY sponsor_id) ads ON ads.sponsor_id = s.id
  WHERE s.held_by_id = %(door)s
  UNION ALL SELECT 'payer', y.id, least(s.made_at, ads.first) FROM ad_payer y LEFT JOIN sponsor s ON s.id = y.sponsor_id
  LEFT JOIN (SELECT payer_id, min(coalesce(created, made_at)) AS first FROM ad WHERE held_by_id = %(door)s GROUP BY payer_id) ads ON ads.payer_id = y.id
  WHERE y.held_by_id = %(door)s
"""
AGAIN = """
WITH borne (what, id, value, buyer) AS MATERIALIZED ({borne}),
things AS MATERIALIZED ({things}),
watched AS (
  SELECT g.code, g.actor_id, g.removed_on FROM known_signature g JOIN known_actor k ON k.item_id = g.actor_id
  JOIN item i ON i.id = g.actor_id JOIN label l ON l.id = i.label_id
  WHERE g.kind = %(kind)s AND k.watched AND l.owner_id = %(door)s),
fresh AS (
  SELECT DISTINCT b.what, b.id, b.value, t.first_seen FROM borne b JOIN things t ON t.what = b.what AND t.id = b.id
  WHERE t.first_seen IS NULL OR t.first_seen >= (SELECT min(removed_on) FROM watched)::timestamp AT TIME ZONE 'UTC'),
coded AS (SELECT value, code FROM signed(%(kind)s, (SELECT array_agg(DISTINCT value) FROM fresh WHERE EXISTS (SELECT FROM watched)))),
hit AS (
  SELECT f.what, f.id, f.value, f.first_seen, w.actor_id, max(w.removed_on) AS removed_on
  FROM fresh f JOIN coded USING (value) JOIN watched w USING (code)
  WHERE f.first_seen IS NULL OR f.first_seen >= w.removed_on::timestamp AT TIME ZONE 'UTC'
  GROUP BY f.what, f.id, f.value, f.first_seen, w.actor_id),
often AS (
  SELECT b.value FROM borne b WHERE b.value IN (SELECT value FROM hit) GROUP BY b.value HAVING count(DISTINCT b.buyer) > %(limit)s)
SELECT h.what, h.id, h.actor_id, max(h.removed_on), min(h.first_seen) FROM hit h
WHERE h.value NOT IN (SELECT value FROM often)
  AND NOT EXISTS (SELECT FROM known_part p WHERE p.actor_id = h.actor_id AND h.id = ANY (p.things))
  AND NOT EXISTS (SELECT FROM known_return r WHERE r.actor_id = h.actor_id AND r.what = h.what AND r.thing = h.id)
GROUP BY h.what, h.id, h.actor_id ORDER BY h.what, h.id, h.actor_id
"""
OWN = """
WITH borne (what, id, value, buyer) AS ({borne})
SELECT code FROM signed(%(kind)s, (
  SELECT array_agg(DISTINCT value) FROM borne
  WHERE what = 'page' AND id = ANY(%(pages)s) OR what = 'buyer' AND id = ANY(%(buyers)s) OR what = 'payer' AND id = ANY(%(payers)s)))
ORDER BY code
"""
RAN = """
SELECT r.id, (SELECT min(CASE WHEN a.state = 'recorded' THEN coalesce(a.starts, a.created)
    ELSE (SELECT min(c.at) FROM ad_change c WHERE c.ad_id = a.id AND c.state = 'delivering') END)
  FROM ad a WHERE CASE r.what WHEN 'page' THEN a.page_id WHEN 'buyer' THEN a.sponsor_id ELSE a.payer_id END = r.thing) AS ran
FROM known_return r WHERE r.first_ran IS NULL ORDER BY r.id
"""


@dataclass(frozen=True, kw_only=True)
class Match:
    """Something that was first there after a removal bears a mark of what was removed."""

    what: str
    thing: UUID
    actor: UUID
    kind: SignatureKind
    removed_on: date
    first_seen: datetime | None


def found_again(door: UUID, kind: SignatureKind) -> list[Match]:
    """What of one door bears marks of this kind, and was not told; one statement, whatever there is.

    Limits   marks that more than `LIMIT` buyers of the door share are left out, and so is what was there before the removal;
             a picture is found by an equal perceptual hash, not a near one
    """
    query = AGAIN.format(borne=BEARERS[kind], things=THINGS)
    with connection.cursor() as cursor:
        cursor.execute(query, {"door": door, "kind": kind.value, "limit": LIMIT, "common": list(COMMON)})
        rows = cursor.fetchall()
    return [
        Match(what=what, thing=thing, actor=actor, kind=kind, removed_on=removed_on, first_seen=first_seen)
        for what, thing, actor, removed_on, first_seen in rows
    ]


def marks_of(door: UUID, kind: SignatureKind, pages: list[UUID], buyers: list[UUID], payers: list[UUID]) -> list[str]:
    """The codes of one kind that these bear."""
    with connection.cursor() as cursor:
        cursor.execute(
            OWN.format(borne=BEARERS[kind]),
            {"door": door, "kind": kind.value, "pages": pages, "buyers": buyers, "payers": payers, "common": list(COMMON)},
        )  # fmt: skip
        return [code for (code,) in cursor.fetchall()]


def signed(kind: SignatureKind, said: str) -> str:
    """The code of words that a person gave, written as the tables write them; empty where too little is left of them."""
    with connection.cursor() as cursor:
        match kind:
            case SignatureKind.NAME:
                cursor.execute(f"SELECT {NAME.format('%s::text')}", [said])
                fewest = 6
            case SignatureKind.PHONE:
                cursor.execute(f"SELECT {PHONE.format('%s::text')}", [said])
                fewest = 7
            case SignatureKind.DOMAIN:
                cursor.execute("SELECT lower(%s::text)", [said.removeprefix("www.")])
                fewest = 4
            case _:
                cursor.execute("SELECT %s::text", [said])
                fewest = 1
        (value,) = cursor.fetchone()
        if len(value) < fewest:
            return ""
        cursor.execute("SELECT code FROM signed(%s, ARRAY[%s])", [kind.value, value])
        code: str = cursor.fetchone()[0]
        return code


def named(what: str, thing: UUID) -> tuple[str, str]:
    """Platform and name of a page, payer or buyer."""
    query = {
        "page": "SELECT platform, coalesce(nullif(name, ''), number) FROM ad_page WHERE id = %s",
        "buyer": "SELECT archive, registered_name FROM sponsor WHERE id = %s",
        "payer": "SELECT '', name FROM ad_payer WHERE id = %s",
    }[what]
    with connection.cursor() as cursor:
        cursor.execute(query, [thing])
        row: tuple[str, str] = cursor.fetchone()
        return row


def first_runs() -> list[tuple[UUID, datetime]]:
    """The returns of which an ad has run since, with the moment of the first."""
    with connection.cursor() as cursor:
        cursor.execute(RAN)
        return [(key, ran) for key, ran in cursor.fetchall() if ran is not None]
