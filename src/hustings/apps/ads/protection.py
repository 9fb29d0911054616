"""Who may touch sponsors and ads: the door's own people, advertisers what is theirs, the public by functions alone.

An advertiser is a person who signed in and acts for a sponsor; they have no seat, so no marking ever counts them in.
`database.advertiser` tells the database who it is.
"""

from __future__ import annotations

from hustings.apps.ads.figures_sql import GONE
from hustings.apps.ads.figures_sql import SQL as FIGURES
from hustings.apps.ads.guards_sql import SQL as GUARDS
from hustings.apps.ads.portal.sql import SQL as PORTAL
from hustings.apps.protection.table import APPEND_ONLY, Table

__all__ = ["SQL", "TABLES"]

ADVERTISER = """
CREATE OR REPLACE FUNCTION hustings_advertiser() RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('hustings.advertiser', true), '')::uuid
$$;
CREATE OR REPLACE FUNCTION hustings_sponsors() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT m.sponsor_id FROM sponsor_member m JOIN person p ON p.id = m.person_id
  WHERE m.person_id = hustings_advertiser() AND p.is_active AND m.since <= hustings_now()
    AND (m.ended IS NULL OR m.ended > hustings_now())
$$;
REVOKE ALL ON FUNCTION hustings_sponsors() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hustings_sponsors() TO hustings_web;
"""

# Whoever holds a look at an ad that is made without the machine's answer is not told it by the ad's own page, the
# interface or search: to them the ad is not there meanwhile.
BLIND = """
CREATE OR REPLACE FUNCTION hustings_read_blind() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN RETURN QUERY
  SELECT l.ad_id FROM review_work w JOIN ad_blind_look l ON l.id = w.subject_id
  WHERE w.holder_id = hustings_seat() AND w.state = 'open' AND w.lease_until > hustings_now() AND w.subject_kind = 'blind look';
END $$;
REVOKE ALL ON FUNCTION hustings_read_blind() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hustings_read_blind() TO hustings_web;
"""

SQL = [ADVERTISER, GONE, *PORTAL, *FIGURES, *GUARDS, BLIND]

READ = ("SELECT",)
ALL = ("SELECT", "INSERT", "UPDATE")
STAFF = "(SELECT hustings_has_role('reviewer', 'verifier', 'analyst', 'auditor', 'liaison', 'public information'))"
WORKING = "(SELECT hustings_has_role('reviewer', 'verifier', 'analyst'))"
CHECKING = "(SELECT hustings_has_role('verifier', 'reviewer', 'auditor'))"
HOMES = "(SELECT hustings_has_role('verifier', 'auditor'))"
VERIFYING = "(SELECT hustings_has_role('verifier'))"
OURS = "held_by_id = (SELECT hustings_organisation())"
THEIRS = "IN (SELECT hustings_sponsors())"
MYSELF = "(SELECT hustings_advertiser())"
# What an advertiser may leave a row as; every other state is given by people of the door or by the worker.
HANDED_IN = "state IN ('draft', 'person submitted', 'organisation submitted')"


def of_door(sponsor: str | None = None, *, seen: str = STAFF, worked: str = WORKING) -> dict[str, tuple[str, str, str]]:
    """Rows of one's own organisation; where `sponsor` names a column, advertisers read the rows of theirs."""
    rows = {
        "door_reads": ("SELECT", f"{OURS} AND {seen}", ""),
        "door_adds": ("INSERT", "", f"{OURS} AND {worked}"),
        "door_changes": ("UPDATE", f"{OURS} AND {worked}", f"{OURS} AND {worked}"),
    }
    if sponsor:
        rows["advertiser_reads"] = ("SELECT", f"{sponsor} {THEIRS}", "")
    return rows


def of(parent: str, column: str, *, seen: str = STAFF, worked: str = WORKING) -> dict[str, tuple[str, str, str]]:
    """Rows that belong to a row of `parent`: seen with it by the door, by its rules on that row."""
    there = f"EXISTS (SELECT FROM {parent} p WHERE p.id = {column})"
    return {
        "door_reads": ("SELECT", f"{seen} AND {there}", ""),
        "door_adds": ("INSERT", "", f"{worked} AND {there}"),
        "door_changes": ("UPDATE", f"{worked} AND {there}", f"{worked} AND {there}"),
    }


def shared(parent: str, column: str, *, worked: str = WORKING) -> dict[str, tuple[str, str, str]]:
    """The same, and whoever may see the parent may see the row: advertisers what is theirs."""
    there = f"EXISTS (SELECT FROM {parent} p WHERE p.id = {column})"
    rows = of(parent, column, worked=worked)
    rows["door_reads"] = ("SELECT", there, "")
    return rows


TABLES = [
    Table(
        name="sponsor",
        web=ALL,
        worker=ALL,
        rows=of_door("id")
        | {
            "advertiser_changes": ("UPDATE", f"id {THEIRS}", f"id {THEIRS} AND {HANDED_IN}"),
        },
        logged=True,
    ),
    Table(
        name="sponsor_member",
        web=ALL,
        worker=READ,
        rows=of("sponsor", "sponsor_id")
        | {
            "advertiser_reads": ("SELECT", f"sponsor_id {THEIRS}", ""),
            "advertiser_lets_in": ("INSERT", "", f"sponsor_id {THEIRS}"),
            "advertiser_ends": ("UPDATE", f"sponsor_id {THEIRS}", f"sponsor_id {THEIRS}"),
        },
        logged=True,
    ),
    Table(
        name="sponsor_change",
        web=APPEND_ONLY,
        worker=APPEND_ONLY,
        rows=shared("sponsor", "sponsor_id")
        | {
            "advertiser_adds": (
                "INSERT",
                "",
                f"sponsor_id {THEIRS} AND by_person_id = {MYSELF} AND by_id IS NULL AND {HANDED_IN}",
            )
        },
        append_only=True,
        logged=True,
    ),
    Table(
        name="register_edition",
        web=ALL,
        worker=ALL,
        rows=of_door()
        | {
            # Against which edition they were checked is theirs to read, as it is everybody's once they are authorised.
            "advertiser_reads": (
                "SELECT",
                f"EXISTS (SELECT FROM sponsor_check c WHERE c.edition_id = register_edition.id AND c.sponsor_id {THEIRS})",
                "",
            ),
        },
        logged=True,
    ),
    Table(name="register_entry", web=APPEND_ONLY, worker=APPEND_ONLY, rows=of("register_edition", "edition_id")),
    Table(name="sponsor_check", web=ALL, worker=ALL, rows=shared("sponsor", "sponsor_id"), logged=True),
    Table(
        name="sponsor_document",
        web=ALL,
        worker=("SELECT", "UPDATE (sealed, deleted_at)"),
        rows=of("sponsor", "sponsor_id", seen=VERIFYING, worked=VERIFYING)
        | {
            "advertiser_reads": ("SELECT", f"sponsor_id {THEIRS}", ""),
            "advertiser_hands_in": ("INSERT", "", f"sponsor_id {THEIRS}"),
        },
        logged=True,
    ),
    # Where somebody lives is read by its members and by who checks it.
    Table(
        name="sponsor_person",
        web=APPEND_ONLY,
        worker=READ,
        rows=of("sponsor", "sponsor_id", seen=HOMES, worked="false")
        | {
            "advertiser_reads": ("SELECT", f"sponsor_id {THEIRS}", ""),
            "advertiser_hands_in": ("INSERT", "", f"sponsor_id {THEIRS} AND person_id = {MYSELF}"),
        },
        logged=True,
    ),
    Table(
        name="sponsor_organisation",
        web=APPEND_ONLY,
        worker=READ,
        rows=shared("sponsor", "sponsor_id", worked="false")
        | {"advertiser_hands_in": ("INSERT", "", f"sponsor_id {THEIRS} AND person_id = {MYSELF}")},
        append_only=True,
        logged=True,
    ),
    Table(
        name="sponsor_document_look",
        web=APPEND_ONLY,
        worker=READ,
        rows={
            "door_reads": ("SELECT", f"{CHECKING} AND EXISTS (SELECT FROM sponsor_document p WHERE p.id = document_id)", ""),
            "who_looks_adds": ("INSERT", "", f"{VERIFYING} AND by_id = (SELECT hustings_seat())"),
        },
        append_only=True,
        logged=True,
    ),
    Table(
        name="sponsor_challenge",
        web=("SELECT", "INSERT", "UPDATE (expires_at)"),
        worker=ALL,
        rows=of("sponsor", "sponsor_id", seen=CHECKING, worked=VERIFYING)
        | {
            "advertiser_reads": ("SELECT", f"sponsor_id {THEIRS}", ""),
            "advertiser_asks": ("INSERT", "", f"sponsor_id {THEIRS} AND answered_at IS NULL AND tries = 0"),
            "advertiser_ends_earlier": ("UPDATE", f"sponsor_id {THEIRS}", f"sponsor_id {THEIRS}"),
        },
        logged=True,
    ),
    Table(name="sponsor_behind", web=ALL, worker=ALL, rows=shared("sponsor", "sponsor_id"), logged=True),
    Table(name="ad_page", web=ALL, worker=ALL, rows=of_door("sponsor_id"), logged=True),
    Table(name="ad_page_name", web=APPEND_ONLY, worker=APPEND_ONLY, rows=shared("ad_page", "page_id")),
    Table(name="ad_page_administrator", web=ALL, worker=ALL, rows=of("ad_page", "page_id", seen=CHECKING), logged=True),
    Table(
        name="ad_payer",
        web=ALL,
        worker=ALL,
        rows=of_door("sponsor_id", seen="(SELECT hustings_has_role('reviewer', 'verifier', 'analyst', 'auditor'))"),
        logged=True,
    ),
    Table(
        name="ad_disclaimer",
        web=ALL,
        worker=ALL,
        rows=shared("sponsor", "sponsor_id")
        | {"advertiser_adds": ("INSERT", "", f"sponsor_id {THEIRS} AND approved_by_id IS NULL AND approved_at IS NULL")},
        logged=True,
    ),
    Table(
        name="ad_creative",
        web=APPEND_ONLY,
        worker=ALL,
        rows=of_door()
        | {
            # Content is shared by digest; an advertiser finds the ones of their own ads.
            "advertiser_reads": (
                "SELECT",
                f"EXISTS (SELECT FROM ad a WHERE a.creative_id = ad_creative.id AND a.sponsor_id {THEIRS})",
                "",
            ),
        },
    ),
    Table(
        name="ad",
        web=ALL,
        worker=ALL,
        # Advertisers read theirs; what they hand in, pause and end is written by the worker, after the machine allowed it.
        rows=of_door("sponsor_id", seen=f"{STAFF} AND id NOT IN (SELECT hustings_read_blind())"),
        logged=True,
    ),
    Table(
        name="ad_version",
        web=APPEND_ONLY,
        worker=APPEND_ONLY,
        rows=shared("ad", "ad_id"),
        append_only=True,
    ),
    Table(
        name="ad_change",
        web=APPEND_ONLY,
        worker=APPEND_ONLY,
        rows=shared("ad", "ad_id"),
        append_only=True,
        logged=True,
    ),
    Table(name="ad_screening", web=APPEND_ONLY, worker=APPEND_ONLY, rows=of("ad", "ad_id"), append_only=True, logged=True),
    Table(name="ad_landing_capture", web=APPEND_ONLY, worker=APPEND_ONLY, rows=of("ad", "ad_id"), append_only=True, logged=True),
    Table(
        name="ad_order",
        web=("SELECT", "INSERT", "UPDATE (done_at)"),
        worker=ALL,
        rows=of("ad", "ad_id"),
        logged=True,
    ),
    Table(name="ad_found_late", web=APPEND_ONLY, worker=READ, rows=shared("ad", "ad_id"), logged=True),
    # What the machine had answered is kept from the people who read the ad without it: the web reads sums alone.
    Table(name="ad_blind_look", worker=("SELECT", "INSERT"), append_only=True, logged=True),
    # In bulk: an import and a delivery call are logged with their counts and digests.
    Table(name="ad_delivery", web=ALL, worker=ALL, rows=shared("ad", "ad_id")),
    Table(name="archive_import", web=ALL, worker=ALL, rows=of_door(), logged=True),
    Table(name="archive_row", web=APPEND_ONLY, worker=APPEND_ONLY, rows=of("archive_import", "of_id")),
    Table(name="archive_set_aside", web=APPEND_ONLY, worker=APPEND_ONLY, rows=of("archive_import", "of_id")),
    Table(name="listed_landing", web=("SELECT", "INSERT", "DELETE"), worker=READ, rows=of_door(), logged=True),
]  # fmt: skip
