"""Who may touch elections: everybody reads the calendar, who plans work around it writes; plans belong to one organisation."""

from __future__ import annotations

from hustings.apps.elections.red_team.tables import TRIALS
from hustings.apps.elections.searching.tables import SEARCHES
from hustings.apps.protection.table import APPEND_ONLY, Table

__all__ = ["SQL", "TABLES"]

SQL: list[str] = []
SEAT = "(SELECT hustings_seat())"
OWN = "held_by_id = (SELECT hustings_organisation())"
PLANNING = "(SELECT hustings_has_role('analyst', 'reviewer', 'liaison'))"
READING = "(SELECT hustings_has_role('analyst', 'reviewer', 'liaison', 'verifier', 'supervisor', 'public information', 'auditor'))"
WORKING = "(SELECT hustings_has_role('analyst', 'reviewer', 'liaison', 'verifier', 'supervisor', 'public information'))"
TAKING_ON = "(SELECT hustings_has_role('analyst', 'reviewer', 'liaison', 'supervisor'))"
JUDGING = "(SELECT hustings_has_role('reviewer', 'liaison', 'supervisor'))"
WATCHED = "watch_id IN (SELECT id FROM election_watch)"  # that table's own row rules decide
EVERYBODY = ("SELECT", "true", "")


def of_watch(writing: str, *said: str, changing: bool = False) -> dict[str, tuple[str, str, str]]:
    """Rows of a watch: read by who works at the organisation, written by some of them, under their own name."""
    rows = {
        "own_people_read": ("SELECT", f"{WATCHED} AND {READING}", ""),
        "own_people_add": ("INSERT", "", " AND ".join([WATCHED, writing, *said])),
    }
    if changing:
        rows["own_people_change"] = ("UPDATE", f"{WATCHED} AND {writing}", WATCHED)
    return rows


CALENDAR = [
    Table(
        name="election",
        web=("SELECT", "INSERT", "UPDATE"),
        worker=("SELECT", "INSERT", "UPDATE"),
        rows={
            "everybody_reads": EVERYBODY,
            "planners_add": ("INSERT", "", PLANNING),
            "planners_change": ("UPDATE", PLANNING, PLANNING),
        },
        logged=True,
    ),
    *(
        Table(
            name=name,
            web=APPEND_ONLY,
            worker=APPEND_ONLY,
            rows={
                "everybody_reads": EVERYBODY,
                "planners_add": ("INSERT", "", f"{PLANNING} AND recorded_by_id = {SEAT}"),
            },
            append_only=True,
            logged=True,
        )
        for name in ("election_change", "voting_rule")
    ),
    Table(
        name="election_followed",
        web=APPEND_ONLY,
        worker=APPEND_ONLY,
        rows={
            "everybody_reads": EVERYBODY,
            "planners_add": ("INSERT", "", f"{PLANNING} AND (by_id = {SEAT} OR NOT chosen AND by_id IS NULL)"),
        },
        append_only=True,  # a choice is an entry of the log by itself; what the rule follows can be worked out again
    ),
    Table(
        name="election_load",
        web=APPEND_ONLY,
        rows={
            "working_people_read": ("SELECT", READING, ""),
            "planners_add": ("INSERT", "", f"{PLANNING} AND by_id = {SEAT}"),
        },
        append_only=True,
        logged=True,
    ),
    Table(
        name="election_load_fault",
        web=APPEND_ONLY,
        rows={
            "working_people_read": ("SELECT", READING, ""),
            "planners_add": (
                "INSERT",
                "",
                f"{PLANNING} AND load_id IN (SELECT id FROM election_load WHERE by_id = {SEAT})",
            ),
        },
        append_only=True,
    ),
]

WORK = [
    Table(
        name="election_watch",
        web=("SELECT", "INSERT", "UPDATE (languages)"),
        worker=("SELECT",),
        rows={
            "own_people_read": ("SELECT", f"{OWN} AND {READING}", ""),
            "own_people_add": ("INSERT", "", f"{OWN} AND {TAKING_ON} AND by_id = {SEAT}"),
            "own_people_change": ("UPDATE", f"{OWN} AND {TAKING_ON}", OWN),
        },
        logged=True,
    ),
    Table(
        name="election_tier",
        web=APPEND_ONLY,
        worker=("SELECT",),
        rows=of_watch(JUDGING, f"by_id = {SEAT}"),
        append_only=True,
        logged=True,
    ),
    Table(
        name="election_task",
        web=(
            "SELECT",
            "INSERT",
            "UPDATE (due, title, owner_id, state, note, ended_by_id, ended_at, moved_at, seen_at)",
        ),
        worker=(
            "SELECT",
            "INSERT",
            "UPDATE (due, title, owner_id, state, note, ended_by_id, ended_at, moved_at, seen_at)",
        ),
        rows=of_watch(WORKING, changing=True),
        logged=True,
    ),
    Table(
        name="election_task_move",
        web=APPEND_ONLY,
        worker=APPEND_ONLY,
        rows={
            "follows_task": ("SELECT", "task_id IN (SELECT id FROM election_task)", ""),
            "own_people_add": (
                "INSERT",
                "",
                f"task_id IN (SELECT id FROM election_task) AND {WORKING} AND by_id = {SEAT}",
            ),
        },
        append_only=True,
        logged=True,
    ),
]

ITEMS = "(SELECT id FROM item)"  # the items' own row rules decide
VERSIONS = "(SELECT id FROM threat_assessment_version)"
ASSESSING = "(SELECT hustings_has_role('analyst', 'reviewer', 'liaison'))"
APPROVING = "(SELECT hustings_has_role('reviewer', 'liaison'))"


def following(known: str, writing: str, *said: str) -> dict[str, tuple[str, str, str]]:
    """Rows that follow another row: known to whoever knows that one, added by some of them."""
    return {"follows": ("SELECT", known, ""), "some_add": ("INSERT", "", " AND ".join([known, writing, *said]))}


OWN_NAME = f"by_id = {SEAT}"
THREATS = [
    Table(name="threat_assessment", web=APPEND_ONLY, rows=following(f"item_id IN {ITEMS}", ASSESSING, OWN_NAME, WATCHED), logged=True),
    Table(name="threat_assessment_version", web=APPEND_ONLY, rows=following(f"assessment_id IN {ITEMS}", ASSESSING, OWN_NAME),
          append_only=True, logged=True),
    Table(name="threat_assessment_actor", web=APPEND_ONLY,
          rows=following(f"version_id IN {VERSIONS} AND (actor_id IS NULL OR actor_id IN {ITEMS})", ASSESSING), append_only=True, logged=True),
    Table(name="threat_assessment_approval", web=APPEND_ONLY,
          rows=following(f"version_id IN {VERSIONS}", APPROVING, OWN_NAME,
                         "NOT EXISTS (SELECT FROM threat_assessment_version v JOIN appointment w ON w.id = v.by_id JOIN appointment m "
                         "ON m.id = threat_assessment_approval.by_id WHERE v.id = threat_assessment_approval.version_id AND w.person_id = m.person_id)"),
          append_only=True, logged=True),
]  # fmt: skip

ROOM = [
    Table(name="election_shift", web=("SELECT", "INSERT", "UPDATE (ended_by_id, ended_at)"), rows=of_watch(WORKING, OWN_NAME, changing=True), logged=True),
    Table(
        name="election_contact",
        web=("SELECT", "INSERT", "UPDATE (ended_by_id, ended_at)"),
        rows={
            "own_people_read": ("SELECT", f"{OWN} AND {READING}", ""),
            "own_people_add": ("INSERT", "", f"{OWN} AND {WORKING} AND {OWN_NAME}"),
            "own_people_change": ("UPDATE", f"{OWN} AND {WORKING}", OWN),
        },
        logged=True,
    ),
    Table(name="election_contact_check", web=APPEND_ONLY, rows=following("contact_id IN (SELECT id FROM election_contact)", WORKING, OWN_NAME),
          append_only=True, logged=True),
    Table(name="election_incident", web=("SELECT", "INSERT", "UPDATE (severity, state)"), rows=of_watch(WORKING, OWN_NAME, changing=True), logged=True),
    Table(name="election_incident_line", web=APPEND_ONLY, rows=following("incident_id IN (SELECT id FROM election_incident)", WORKING, OWN_NAME),
          append_only=True, logged=True),
    Table(name="election_room_line", web=APPEND_ONLY, rows=of_watch(WORKING, OWN_NAME), append_only=True, logged=True),
    Table(name="election_situation", web=APPEND_ONLY, rows=of_watch(WORKING, OWN_NAME), append_only=True, logged=True),
]  # fmt: skip

TABLES = [*CALENDAR, *WORK, *THREATS, *ROOM, *SEARCHES, *TRIALS]
