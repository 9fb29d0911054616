"""What else a plan touches, before anybody approves it: counted for every target at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from uuid import UUID

from django.db import connection

from hustings.apps.cases.models import Plan
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require

__all__ = ["Touched", "preview", "totals"]


@dataclass(frozen=True, kw_only=True)
class Touched:
    """What one target touches, as far as the reader may know it.

    ads           ads of the asset: of a page those it shows, of a buyer those paid, of a domain those that lead there
    running       those of them that are on their way or shown now
    posts         the asset itself where it is a post; posts of others are not held by the platform
    campaigns     other campaigns of which the same asset is a member
    other_members members of other campaigns among its ads
    sponsors      advertisers in force behind those ads or the page
    protected     1 where the authority's list of protected actors names the asset
    disclaimers   approved disclaimers that running ads carry
    """

    target: UUID
    place: int
    kind: str
    platform: str
    name: str
    action: str
    sealed: bool
    ads: int
    running: int
    posts: int
    campaigns: int
    other_members: int
    sponsors: int
    protected: int
    disclaimers: int

    @property
    def weight(self) -> tuple[int, ...]:
        """By which targets that need a look come first."""
        return (
            self.protected,
            self.sponsors,
            self.campaigns,
            self.other_members,
            self.disclaimers,
            self.running,
            self.ads,
        )


COUNTED = ("ads", "running", "posts", "campaigns", "other_members", "sponsors", "protected", "disclaimers")

# One pass over each table, whatever the number of targets; each table's own row rules decide what is counted.
SQL = """
WITH t AS MATERIALIZED (
  SELECT id, place, kind, platform, name, action, evidence_id, member_id FROM enforcement_target WHERE plan_id = %(plan)s
), named AS MATERIALIZED (
  SELECT DISTINCT kind, platform, name FROM t
), pages AS MATERIALIZED (
  SELECT n.kind, n.platform, n.name, p.id AS page, p.sponsor_id FROM named n
  JOIN ad_page p ON p.platform = n.platform AND p.number = n.name WHERE n.kind IN ('page', 'account')
), touched AS MATERIALIZED (
  SELECT g.kind, g.platform, g.name, a.id AS ad FROM pages g JOIN ad a ON a.page_id = g.page
  UNION
  SELECT n.kind, n.platform, n.name, a.id FROM named n JOIN ad a ON a.archive = n.platform AND a.number = n.name WHERE n.kind = 'ad'
  UNION
  SELECT n.kind, n.platform, n.name, a.id FROM named n JOIN ad_payer y ON y.name = n.name JOIN ad a ON a.payer_id = y.id
  WHERE n.kind = 'ad buyer'
  UNION
  SELECT n.kind, n.platform, n.name, a.id FROM named n JOIN ad_creative c ON c.landing_domain = n.name
  JOIN ad a ON a.creative_id = c.id WHERE n.kind = 'domain'
), elsewhere AS MATERIALIZED (
  SELECT m.id, m.kind, m.platform, m.name, m.campaign_id FROM campaign_member m
  WHERE m.campaign_id <> %(campaign)s AND m.state <> 'withdrawn'
), of_ads AS (
  SELECT h.kind, h.platform, h.name, count(*) AS ads,
    count(*) FILTER (WHERE a.state IN ('approved', 'scheduled', 'delivering', 'paused')) AS running,
    count(DISTINCT a.disclaimer_id) FILTER (WHERE a.state IN ('approved', 'scheduled', 'delivering', 'paused')) AS disclaimers,
    count(DISTINCT e.id) FILTER (WHERE h.kind <> 'ad') AS other_members
  FROM touched h JOIN ad a ON a.id = h.ad
  LEFT JOIN elsewhere e ON e.kind = 'ad' AND e.platform = a.archive AND e.name = a.number
  GROUP BY 1, 2, 3
), of_sponsors AS (
  SELECT w.kind, w.platform, w.name, count(DISTINCT s.id) AS sponsors FROM (
    SELECT h.kind, h.platform, h.name, a.sponsor_id FROM touched h JOIN ad a ON a.id = h.ad
    UNION SELECT kind, platform, name, sponsor_id FROM pages
  ) w JOIN sponsor s ON s.id = w.sponsor_id WHERE s.state IN ('authorised', 'renewal due') GROUP BY 1, 2, 3
), of_campaigns AS (
  SELECT n.kind, n.platform, n.name, count(DISTINCT e.campaign_id) AS campaigns FROM named n
  JOIN elsewhere e ON e.kind = n.kind AND e.platform = n.platform AND e.name = n.name GROUP BY 1, 2, 3
), guarded AS (
  SELECT DISTINCT n.kind, n.platform, n.name FROM named n JOIN protected_actor p ON p.platform = n.platform AND p.actor = n.name
)
SELECT t.id, t.place, t.kind, t.platform, t.name, t.action, t.evidence_id IS NOT NULL,
  coalesce(a.ads, 0), coalesce(a.running, 0), (t.kind = 'post')::int, coalesce(c.campaigns, 0), coalesce(a.other_members, 0),
  coalesce(s.sponsors, 0), (g.name IS NOT NULL)::int, coalesce(a.disclaimers, 0)
FROM t LEFT JOIN of_ads a USING (kind, platform, name) LEFT JOIN of_sponsors s USING (kind, platform, name)
LEFT JOIN of_campaigns c USING (kind, platform, name) LEFT JOIN guarded g USING (kind, platform, name)
ORDER BY t.place
"""


def preview(plan: Plan, *, by: Seat) -> list[Touched]:
    """What each target touches, in their turn.

    Limits   what the reader may not know is not counted, and what the platform does not hold (followers, members of a
             group, posts of a page) cannot be; a buyer is known by the payer's name
    """
    require(by, "read", plan.item)
    with connection.cursor() as cursor:
        # Compiled, it would take longer than it runs.
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(SQL, {"plan": plan.pk, "campaign": plan.campaign_id})
        return list(rows(cursor))


def rows(cursor: Iterator[tuple[object, ...]]) -> Iterator[Touched]:
    """Rows as values with names."""
    names = [field.name for field in fields(Touched)]
    for row in cursor:
        yield Touched(**dict(zip(names, row, strict=True)))  # type: ignore[arg-type]


def totals(touched: list[Touched]) -> Mapping[str, int]:
    """How many targets touch anything of each kind: not how many things, since two can touch the same."""
    return {name: sum(getattr(one, name) > 0 for one in touched) for name in COUNTED}
