"""Who may touch tips and sweeps: whoever may read the item, and nobody else."""

from __future__ import annotations

from hustings.apps.protection.table import Table

__all__ = ["SQL", "TABLES"]

# A marking forbids publication when the source has a say in it or persons had to be named.
OPEN_ENOUGH = (
    "l.level = 0 AND l.tlp <> 'red' AND l.compartments = '{}' AND NOT l.originator_consent AND l.need <> 'named'"
)
FINISHED = "s.state IN ('done', 'failed')"
FROM = "FROM sweep s JOIN item i ON i.id = s.item_id JOIN label l ON l.id = i.label_id"

SQL = [
    # What the public reads of finished sweeps, from the day after the election on; never a title, finding or actor.
    f"""
CREATE OR REPLACE FUNCTION published_sweeps() RETURNS TABLE (
  purpose text, legal_ground text, election text, election_on date, population text, organisation text,
  looked_at bigint, found integer
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT s.purpose, s.legal_ground, s.election, s.election_on, s.population, o.name, s.looked_at, s.found
  {FROM} JOIN appointment a ON a.id = s.requested_by_id JOIN position p ON p.id = a.position_id
  JOIN organisation o ON o.id = p.organisation_id
  WHERE {FINISHED} AND {OPEN_ENOUGH} AND s.election_on < hustings_now()::date
$$
""",
    # The others are counted, as of the first moment of the quarter, and only where they are many enough to hide in.
    f"""
CREATE OR REPLACE FUNCTION unpublished_sweeps(floor integer) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT CASE WHEN count(*) >= greatest(floor, 5) THEN count(*)::integer END
  {FROM}
  WHERE {FINISHED} AND NOT ({OPEN_ENOUGH}) AND s.ended_at < date_trunc('quarter', hustings_now())
    AND s.election_on < date_trunc('quarter', hustings_now())::date
$$
""",
]

READ = ("SELECT",)


def of_item(column: str = "item_id") -> dict[str, tuple[str, str, str]]:
    """Rows follow the item: its own row rules say which items exist for the reader."""
    known = f"{column} IN (SELECT id FROM item)"
    return {"follows_item": ("ALL", known, known)}


TABLES = [
    Table(name="trace_table", web=("SELECT", "INSERT"), worker=READ, rows=of_item(), logged=True),
    # What partners send over TAXII becomes tips by the worker.
    Table(name="tip", web=("SELECT", "INSERT"), worker=("SELECT", "INSERT"), rows=of_item(), logged=True),
    Table(
        name="tip_start",
        web=("SELECT", "INSERT", "DELETE"),
        worker=("SELECT", "INSERT"),
        rows=of_item("tip_id"),
        logged=True,
    ),
    Table(name="protected_actor", web=("SELECT", "INSERT", "DELETE"), logged=True),
    Table(
        name="sweep",
        web=("SELECT", "INSERT", "UPDATE"),
        worker=("SELECT", "UPDATE (state, reason, ended_at)"),
        rows=of_item(),
        logged=True,
    ),
    Table(name="tied", web=("SELECT", "INSERT"), rows=of_item("sweep_id")),
    Table(name="tied_evidence", web=("SELECT", "INSERT"), rows=of_item("sweep_id")),
    Table(name="tear_line", web=("SELECT", "INSERT", "UPDATE"), rows=of_item(), logged=True),
    Table(name="answer", web=("SELECT", "INSERT"), rows=of_item(), logged=True),
]
