"""Figures of what was found by whom, done, appealed and taken back, and who was told."""

from __future__ import annotations

from datetime import datetime

from hustings.report.counting.assets import counted_by, keys
from hustings.report.counting.basis import Basis, Row
from hustings.report.counting.figure import Counted, no
from hustings.report.counting.registry import query

__all__ = ["acted"]

DONE = "Done as the platform's own systems answered."


@query(title="Leads, by source", reads=("leads",), unit="leads", caveat="The same told again counts once.")
def leads_by_source(basis: Basis) -> Counted:
    """Leads that the case took up, by who or what told them."""
    rows = basis.rows("leads")
    return Counted(value=counted_by([str(row["source"]) for row in rows]), beneath=keys("leads", rows))


def acted(basis: Basis) -> list[Row]:
    """Targets of which the platform says that it was done."""
    return [row for row in basis.rows("targets") if row.get("done")]


def of_acted(basis: Basis, column: str, otherwise: str) -> Counted:
    """What was done, by one column."""
    rows = acted(basis)
    values = [str(row[column]) if row.get(column) else otherwise for row in rows]
    return Counted(value=counted_by(values), beneath=keys("targets", rows))


@query(title="Ordered", reads=("targets",), unit="actions", caveat="One action on one asset each.")
def ordered(basis: Basis) -> Counted:
    """Actions that the platform was told to take."""
    rows = [row for row in basis.rows("targets") if row.get("ordered")]
    return Counted(value=len(rows), beneath=keys("targets", rows))


@query(title="Done", reads=("targets",), unit="actions", caveat=DONE)
def done(basis: Basis) -> Counted:
    """Actions that the platform says it took, by action."""
    return of_acted(basis, "action", "none said")


@query(title="Done, by format", reads=("targets",), unit="actions", caveat=DONE)
def done_by_format(basis: Basis) -> Counted:
    """The same by kind of asset."""
    return of_acted(basis, "kind", "none said")


@query(
    title="Done, by country",
    reads=("targets",),
    unit="actions",
    caveat=DONE + " An action in several countries counts in each.",
)
def done_by_country(basis: Basis) -> Counted:
    """The same by country in which it was done."""
    rows = acted(basis)
    return Counted(
        value=counted_by([country for row in rows for country in row.get("countries") or ["none said"]]),
        beneath=keys("targets", rows),
    )


@query(title="Done, by language", reads=("targets", "targets.language"), unit="actions", caveat=DONE)
def done_by_language(basis: Basis) -> Counted:
    """The same by the asset's language."""
    return of_acted(basis, "language", "not known")


@query(title="Done, by what led to it", reads=("targets",), unit="actions", caveat=DONE)
def done_by_source(basis: Basis) -> Counted:
    """The same by the source of the flag, in the words of the Digital Services Act's interface."""
    return of_acted(basis, "source", "none said")


@query(
    title="Done, by whether a machine took part",
    reads=("targets",),
    unit="actions",
    caveat=DONE + " A person decided on each.",
)
def done_by_automation(basis: Basis) -> Counted:
    """The same by whether a machine took part in finding it."""
    rows = acted(basis)
    values = ["a machine took part in finding it" if row.get("machine") else "people alone found it" for row in rows]
    return Counted(value=counted_by(values), beneath=keys("targets", rows))


@query(
    title="Notices",
    reads=("targets",),
    unit="notices",
    caveat="Handed to the platform to be shown; who read one is not known.",
)
def noticed(basis: Basis) -> Counted:
    """Targets of which whom they concern was told."""
    rows = [row for row in basis.rows("targets") if row.get("noticed")]
    return Counted(value=len(rows), beneath=keys("targets", rows))


@query(title="Appeals", reads=("appeals",), unit="appeals")
def appeals(basis: Basis) -> Counted:
    """Appeals, by how they ended."""
    rows = basis.rows("appeals")
    return Counted(
        value=counted_by([str(row.get("outcome") or "not yet answered") for row in rows]), beneath=keys("appeals", rows)
    )


@query(
    title="Reinstated",
    reads=("targets",),
    unit="actions",
    caveat="Taken back as the platform's own systems answered, on appeal or by itself.",
)
def reinstated(basis: Basis) -> Counted:
    """Actions that were done and undone again."""
    rows = [row for row in acted(basis) if row.get("undone")]
    return Counted(value=len(rows), beneath=keys("targets", rows))


def days(first: str, then: str) -> int:
    """Whole days between two moments."""
    return (datetime.fromisoformat(then) - datetime.fromisoformat(first)).days


@query(
    title="From the first lead to the case",
    reads=("leads",),
    unit="days",
    caveat="The time in which nobody had told it yet is not in it.",
)
def days_to_case(basis: Basis) -> Counted:
    """Whole days from the first lead to the opening of the case."""
    rows = sorted(
        (row for row in basis.rows("leads") if row.get("at") and row.get("case_opened")),
        key=lambda row: (str(row["at"]), str(row["key"])),
    )
    if not rows:
        return no("no lead stands behind the case")
    return Counted(value=max(days(str(rows[0]["at"]), str(rows[0]["case_opened"])), 0), beneath=keys("leads", rows[:1]))


@query(
    title="From the first lead to the first action",
    reads=("leads", "targets"),
    unit="days",
    caveat="The time in which nobody had told it yet is not in it.",
)
def days_to_act(basis: Basis) -> Counted:
    """Whole days from the first lead to the first action that the platform says was done."""
    told = sorted(
        (row for row in basis.rows("leads") if row.get("at")), key=lambda row: (str(row["at"]), str(row["key"]))
    )
    did = sorted(acted(basis), key=lambda row: (str(row["done"]), str(row["key"])))
    if not told or not did:
        return no("nothing was done yet" if told else "no lead stands behind the case")
    beneath = [*keys("leads", told[:1]), *keys("targets", did[:1])]
    return Counted(value=max(days(str(told[0]["at"]), str(did[0]["done"])), 0), beneath=beneath)


@query(title="Who was told", reads=("told",), unit="times", caveat="By kind; persons are not named here.")
def told(basis: Basis) -> Counted:
    """Contacts and recipients who were told, by kind."""
    rows = [row for row in basis.rows("told") if row.get("at")]
    return Counted(value=counted_by([str(row["whom"]) for row in rows]), beneath=keys("told", rows))
