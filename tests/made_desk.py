"""A world with people at their desks, who act with the rights that the web gives them."""

from contextlib import contextmanager
from datetime import date, timedelta

from hustings.apps import database
from hustings.apps.database import WEB, in_role, moment
from hustings.apps.items.actions import grant_need
from hustings.apps.people.find import seat_for
from hustings.apps.seed.world import build
from hustings.apps.sweeps import actions
from hustings.policy.marking import Marking, Need, Tlp

ASK = {
    "purpose": "Who else pushes the links that the tip names",
    "legal_ground": "Election Protection Act, article 12",
    "election": "Valdorian parliament",
    "election_on": date(2027, 3, 7),
    "population": "public posts with election hashtags since January",
}


class Desk:
    """A world, and people at their desks: `with desk.as_("anna") as anna:` acts as the web would for her."""

    def __init__(self):
        self.world = build(moment(), "a password of tests")

    def as_(self, key):
        return self.seated(self.world.appointments[key][0])

    def seated(self, appointment):
        @contextmanager
        def block():
            with in_role(WEB):
                seat = seat_for(appointment, strong=True)
                database.seat(seat.id, strong=True)
                yield seat

        return block()

    def marking(self, **changed):
        named = {
            "tlp": Tlp.RED,
            "owner": str(self.world.organisations["Directorate for Election Security"].pk),
            "group": str(self.world.group.pk),
            "need": Need.NAMED,
            "originator_consent": True,
        }
        return Marking(**(named | changed))

    def tip(self, *, starts=(("actor", "twitter", "one"),), **changed):
        with self.as_("farah") as farah:
            return actions.receive_tip(
                by=farah, title="A network of pages", text="Three accounts act as one.", reference="D-17",
                source=self.world.organisations["Directorate for Election Security"], marking=self.marking(),
                starts=list(starts), **changed,
            )  # fmt: skip

    def name(self, tip, key, by="farah"):
        with self.as_(by) as seat:
            grant_need(
                tip.item, self.world.appointments[key][0], purpose="search from the tip",
                ends_at=seat.now + timedelta(days=30), by=seat,
            )  # fmt: skip
