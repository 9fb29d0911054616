"""The demo season's partners: who they are, what was agreed, a request answered, one declined, one that waits, and a meeting.

Everything is done by the people of the season through the same actions as on the pages.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hustings.apps.people.models import Organisation, OrganisationChange
from hustings.apps.people.seat import Seat
from hustings.apps.seed.season import at_desk
from hustings.apps.seed.world import World
from hustings.apps.sharing import find, meetings, partners, passing
from hustings.apps.sharing.partners import Called
from hustings.exchange.request import Named
from hustings.policy.capacity import Capacity, Matter, Sort
from hustings.policy.marking import Kind, Tlp
from hustings.policy.requests import Opinion
from hustings.policy.state import Held

__all__ = ["bring_partners"]

OFFICE, AGENCY, LAB = "Electoral Authority of Valdoria", "Directorate for Election Security", "Open Elections Lab"
CLERK = "County Clerk of Lower Vald"
CAPACITIES = {
    "Meridian": Capacity.PLATFORM, OFFICE: Capacity.ELECTORAL_NATIONAL, AGENCY: Capacity.CIVIL_PROTECTION, LAB: Capacity.RESEARCH,
    CLERK: Capacity.ELECTORAL_STATE,
}  # fmt: skip
PAGE = Named(what="page", platform="meridian", name="lowervald-news")


def bring_partners(world: World, say: Callable[[str], None]) -> None:
    """Record partners, pass things between them, and call a meeting."""
    clerk = Organisation.objects.create(
        name=CLERK, legal_name="Office of the County Clerk of Lower Vald", kind=Kind.AUTHORITY, country="XV"
    )
    OrganisationChange.objects.create(
        organisation=clerk, state=Held.IN_FORCE, at=world.began, document="Terms of participation, signed"
    )
    known = {**world.organisations, CLERK: clerk}
    with at_desk(world, "farah") as farah:
        keep(farah, known, list(CAPACITIES))
        contacts(farah, known)
        asked = passing.send(
            passing.Sending(
                sort=Sort.INFORMATION, other=known[OFFICE], title="Is the notice on polling hours in Lower Vald yours?",
                text="A page shows a notice with your seal that says polls close at four.", ground="Memorandum, section 2",
                matters=frozenset({Matter.ANALYSIS, Matter.CONTENT}), content=(PAGE,), deadline=farah.now + timedelta(days=2),
            ),
            by=farah,
        )  # fmt: skip
        letter = passing.send(
            passing.Sending(
                sort=Sort.ACTION, other=clerk, title="Remove a page that mocks the county clerk",
                text="The page publishes cartoons of the clerk and calls for another clerk to be elected.", ground="Duty of the office",
                legal_ground="Election Code, section 41 (false statements on how to vote)", matters=frozenset({Matter.CONTENT}),
                content=(Named(what="page", platform="meridian", name="clerk-watch"),), how="letter of the clerk, 14/2",
                sent_at=farah.now - timedelta(days=1), deadline=farah.now + timedelta(days=5),
            ),
            by=farah,
        )  # fmt: skip
        for code, reason in (
            ("receive", ""),
            ("review", ""),
            ("decline", "The page says who runs it and mocks an official. It says nothing about how to vote, so the section does not apply, and our terms allow it."),
        ):  # fmt: skip
            passing.take_step(letter, code, by=farah, reason=reason, opinion=Opinion.NEGATIVE if reason else None)
        passing.send(
            passing.Sending(
                sort=Sort.SHARE, other=known[LAB], title="Domains that copy the authority's site",
                text="vald-elections.example and valdoria-vote.example resolve to one host since Monday.", ground="Memorandum, section 4",
                matters=frozenset({Matter.INDICATORS}), handling="Do not contact the host before Friday.",
            ),
            by=farah,
        )  # fmt: skip
        call_meeting(world, farah, known)
    with at_desk(world, "ines") as ines:
        passing.take_step(asked, "receive", by=ines)
        passing.take_step(asked, "review", by=ines)
        passing.take_step(
            asked, "act", by=ines, opinion=Opinion.POSITIVE,
            reason="It is not ours. Polls close at eight everywhere in Valdoria; the seal is copied from last year's notice.",
        )  # fmt: skip
    with at_desk(world, "kira") as kira:
        keep(kira, known, ["Meridian", AGENCY])
        passing.send(
            passing.Sending(
                sort=Sort.ACTION, other=known["Meridian"], title="Take down a copy of the authority's site that asks for identity numbers",
                text="The page links to a form that looks like the authority's and collects identity numbers.", ground="Protection of the register",
                legal_ground="Cyber Security Act, section 12 (2)", matters=frozenset({Matter.ANALYSIS}),
                content=(Named(what="page", platform="meridian", name="valdoria-vote"), Named(what="domain", name="valdoria-vote.example")),
                deadline=kira.now + timedelta(hours=20),
            ),
            by=kira,
        )  # fmt: skip
    say(f"{len(CAPACITIES)} partners, 4 exchanges of which 1 waits for an answer, 1 meeting.")


def keep(by: Seat, known: dict[str, Organisation], names: list[str]) -> None:
    """Record partners and what was agreed with them."""
    own, today = find.organisation_of(by), by.now.date()
    for name in sorted(names, key=lambda name: name != own.name):
        capacity = CAPACITIES[name]
        partner = partners.keep_partner(
            known[name], by=by, way="document" if name == CLERK else "here", capacity=capacity, document="Terms of participation, annex B",
            since=by.now - timedelta(days=300),
        )  # fmt: skip
        if known[name] == own:
            continue
        state = capacity.government or capacity is Capacity.PLATFORM
        partners.agree(
            partner, by=by, title=f"Memorandum with {name}", reference="Registry of agreements, 2026", starts_on=today - timedelta(days=300),
            ends_on=today + timedelta(days=20 if name == LAB else 200),
            sorts=[sort for sort in Sort if state or sort is not Sort.ACTION], up_to=Tlp.AMBER_STRICT,
            matters=[Matter.INDICATORS, Matter.ANALYSIS]
            + ([Matter.CONTENT] if capacity in {Capacity.PLATFORM, Capacity.ELECTORAL_NATIONAL, Capacity.ELECTORAL_STATE} else []),
        )  # fmt: skip


def contacts(by: Seat, known: dict[str, Organisation]) -> None:
    """Whom one calls, and a drill in which one of them did not answer."""
    named = []
    for organisation, people in (
        (OFFICE, (("Duty officer", "Situation centre", "+999 555 0111, day and night"), ("Ines Roche", "Public information", "+999 555 0112, office hours"))),
        (AGENCY, (("Watch desk", "Liaison", "+999 555 0121, day and night"),)),
        (CLERK, (("Pia Anselm", "Deputy clerk", "+999 555 0131, office hours"),)),
    ):  # fmt: skip
        partner = find.partner_of(by, known[organisation].pk)
        assert partner is not None, "recorded above"
        above = None
        for name, office, reach in people:
            above = partners.name_contact(partner, by=by, name=name, office=office, reach=reach, above=above)
            named.append(above)
    today = by.now.date()
    for contact in named[:3]:
        partners.check_contact(contact, by=by, on=today - timedelta(days=12), how="called", right=True)
    partners.record_drill(
        by=by, title="Night call before the election", on=today - timedelta(days=12),
        scenario="At two in the morning a page spreads a wrong polling day under the authority's seal.",
        calls=[Called(contact=one, minutes=minutes) for one, minutes in zip(named, (4, 11, 6, None), strict=True)],
    )  # fmt: skip


def call_meeting(world: World, by: Seat, known: dict[str, Organisation]) -> None:
    """The weekly call: a point for all, and one for the partners of the group."""
    begins = (by.now + timedelta(days=2)).replace(hour=14, minute=0, second=0, microsecond=0)
    meeting = meetings.call(
        by=by,
        title="Weekly call of the election partners",
        starts_at=begins,
        ends_at=begins + timedelta(hours=1),
        place="By telephone",
    )
    meetings.add_point(meeting, by=by, title="What each saw this week", text="Five minutes each.", tlp=Tlp.GREEN)
    copies = meetings.add_point(
        meeting, by=by, title="Copies of the authority's site", tlp=Tlp.AMBER, group=world.group
    )
    for key in ("ines", "kira", "jonas"):
        meetings.ask_to_attend(meeting, by=by, appointment=world.appointments[key][0])
    meetings.ask_to_attend(meeting, by=by, organisation=known[CLERK], name="Pia Anselm")
    meetings.minute(
        copies, by=by, text="Agreed last week: whoever sees a new copy tells the authority within the hour."
    )
    meetings.add_action(
        copies,
        by=by,
        what="Send the list of copied seals",
        owner=world.appointments["ines"][0],
        due=(by.now + timedelta(days=5)).date(),
    )
