"""A platform and an election office on one installation, and a county that is reached on paper; people of both who deal with each other."""

from datetime import timedelta

from django.test import Client
from made_desk import Desk
from made_people import appoint, organisation, person

from hustings.apps.sharing import partners, passing
from hustings.exchange.request import Named
from hustings.policy.capacity import Capacity, Matter, Sort
from hustings.policy.marking import Tlp

__all__ = ["Partners"]

LAW = "Election Code, section 41"
PAGE = Named(what="page", platform="meridian", name="17")


class Partners(Desk):
    """The people of the desk; Farah is Meridian's liaison, Olga the office's, Peter the laboratory's, Ada an
    auditor, and Walter has nothing to do with any of it."""

    def __init__(self):
        super().__init__()
        named = self.world.organisations
        self.company, self.office, self.lab = (
            named["Meridian"],
            named["Electoral Authority of Valdoria"],
            named["Open Elections Lab"],
        )
        self.county, self.outside = organisation("County", "authority"), organisation("Outside", "company")
        for name, where, roles in (
            ("olga", self.office, ("liaison",)), ("peter", self.lab, ("liaison",)), ("ada", self.company, ("auditor",)),
            ("walter", self.outside, ("liaison", "reviewer", "analyst")),
        ):  # fmt: skip
            self.world.people[name] = person(name.capitalize())
            self.world.appointments[name] = [appoint(self.world.people[name], where, roles[0].capitalize(), roles)]
        self.meet("farah", self.company, self.office, self.county, self.lab)
        self.meet("olga", self.office, self.company)

    def browser(self, key):
        """A browser without scripts in which somebody is signed in, with the second factor, in their first position."""
        client = Client()
        client.force_login(self.world.people[key], backend="hustings.apps.people.signin.account.Backend")
        session = client.session
        session["strong"] = True
        session["appointment"] = str(self.world.appointments[key][0].pk)
        session.save()
        return client

    def meet(self, who, own, *others):
        """Record partners: whoever sits here answers here, the county on paper."""
        words = {self.company: Capacity.PLATFORM, self.office: Capacity.ELECTORAL_NATIONAL, self.county: Capacity.ELECTORAL_STATE,
                 self.lab: Capacity.RESEARCH}  # fmt: skip
        with self.as_(who) as seat:
            for one in (own, *others):
                partner = partners.keep_partner(
                    one,
                    by=seat,
                    way="document" if one == self.county else "here",
                    capacity=words[one],
                    document="charter",
                )
                if one != own:
                    today = seat.now.date()
                    partners.agree(
                        partner, by=seat, title="Memorandum", reference="2026/7", starts_on=today - timedelta(days=9),
                        ends_on=today + timedelta(days=90), sorts=list(Sort) if one != self.lab else [Sort.SHARE, Sort.NOTICE],
                        matters=[Matter.INDICATORS, Matter.ANALYSIS] + ([Matter.CONTENT] if one != self.lab else []),
                        up_to=Tlp.AMBER_STRICT,
                    )  # fmt: skip

    def asks(self, who="olga", other=None, sort=Sort.ACTION, **changed):
        """Ask, share or give notice; by default the office asks the platform to act."""
        with self.as_(who) as seat:
            given = {
                "sort": sort, "other": other or self.company, "title": "Page gives a wrong election day", "text": "It says Monday.",
                "ground": "Duty to tell voters when to vote", "matters": frozenset({Matter.CONTENT}),
                "legal_ground": LAW if sort is Sort.ACTION else "", "content": (PAGE,) if sort.names_content or sort.asks else (),
                "deadline": seat.now + timedelta(days=2) if sort.asks else None,
            } | changed  # fmt: skip
            return passing.send(passing.Sending(**given), by=seat)

    def steps(self, one, *steps):
        """Take steps: (who, code) or (who, code, more)."""
        for who, code, *more in steps:
            with self.as_(who) as seat:
                passing.take_step(one, code, by=seat, **{"reason": "As our rules say.", **(more[0] if more else {})})
