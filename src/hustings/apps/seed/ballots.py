"""Work on the next election of the demo season: claims that differ, a tier, tasks, an assessment, a roster, whom one calls.

Made up like everything here, and done by the actions that the pages use.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hustings.apps.database import moment
from hustings.apps.elections import claims, planning, room, threats
from hustings.apps.elections.models import Election, Task
from hustings.apps.seed.advertisers import AtDesk
from hustings.policy.casework import Confidence
from hustings.policy.election import Authority, Status
from hustings.policy.operations import ContactKind, Duty
from hustings.policy.risk_tier import Factor, Tier
from hustings.policy.threat import Capability

__all__ = ["bring_election_work"]

SOURCE = "made up for the demo"


def bring_election_work(at_desk: AtDesk, say: Callable[[str], object]) -> None:
    """Let Meridian's people work on the election of the Assembly, which is 45 days away."""
    assembly = Election.objects.get(country="XV", name="Election of the Assembly of Valdoria")
    day = assembly.on
    assert day is not None, "the season's election has a day"
    with at_desk("anna") as anna:
        claims.record_claim(
            assembly,
            on=day + timedelta(days=7),
            status=Status.PLANNED,
            source=f"A newspaper, {SOURCE}",
            authority=Authority.PRESS,
            by=anna,
        )
        claims.record_claim(
            assembly,
            on=day,
            status=Status.CALLED,
            source=f"The Electoral Authority's calendar, {SOURCE}",
            authority=Authority.GAZETTE,
            by=anna,
        )
        watch = planning.take_on(assembly, by=anna, languages="en, fr")
    with at_desk("dora") as dora:
        planning.judge_tier(
            watch, Tier.FIRST, factors={Factor.PAST: "established", Factor.CLOSENESS: "close", Factor.LANGUAGES: "most", Factor.CAPABILITY: "medium"},
            why="The Harbour pages were removed in the last election, and their buyers came back.", by=dora,
        )  # fmt: skip
    with at_desk("anna") as anna:
        for step in ("sweeps", "assessment"):
            planning.give(Task.objects.get(watch=watch, step=step), anna.appointment, by=anna)
        planning.finish(
            Task.objects.get(watch=watch, step="rules"),
            by=anna,
            note="Hours, ways of voting and identity are recorded from the act.",
        )
        version = threats.write(
            watch, by=anna, summary="A group that bought ads for the harbour pages may do so again, and may tell people to vote by text message.",
            gaps="Nobody here reads the language of the north bank well; messengers are not seen at all.", confidence=Confidence.MODERATE,
            why="The same landing pages came back twice; who pays is not known.", methods=["T0086"],
            actors=[threats.Named(name="The harbour buyers", capability=Capability.MEDIUM, why="Networks on two platforms, found after weeks.")],
        )  # fmt: skip
    with at_desk("dora") as dora:
        threats.approve(
            version, by=dora, approved=True, note="Read with the case file beside it; the gap in the north is real."
        )
        stands = room.open_time(watch)
        assert stands is not None, "the election has a day"
        for number in range(6):
            begin = stands[0] + timedelta(hours=8 * number)
            room.add_shift(
                watch,
                by=dora,
                who=dora.appointment,
                duty=Duty.LEAD,
                starts=begin,
                ends=begin + timedelta(hours=8),
                reach="Room 4",
                languages="en",
            )
        authority = room.add_contact(
            by=dora, kind=ContactKind.AUTHORITY, office="Electoral Authority of Valdoria", country="XV", name="The duty officer", reach="+999 555 0100, at all hours",
        )  # fmt: skip
        room.check_contact(authority, by=dora, on=moment().date(), how="Called at noon", answered=True)
        room.add_contact(
            by=dora,
            kind=ContactKind.LOCAL_OFFICE,
            office="Election office of Port Anselm",
            country="XV",
            place="Port Anselm",
            reach="+999 555 0107",
        )
    say(
        "Work on the election of the Assembly: two days claimed, tier 1, a plan, an assessment, a roster with gaps, two contacts."
    )
