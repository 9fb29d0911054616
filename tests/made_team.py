"""Analysts and a reviewer of one platform who work by the pages alone, and an analyst elsewhere."""

from django.test import Client
from made_people import appoint, organisation, person, sign_in

from hustings.apps.cases.models import Case, Lead


class Team:
    """Two analysts and a reviewer of one platform, and an analyst elsewhere."""

    def __init__(self):
        company, lab = organisation("Meridian"), organisation("Lab", "research")
        self.people = {name: person(name.capitalize()) for name in ("anna", "ben", "dora", "jonas", "emil")}
        for name, where, roles in (
            ("anna", company, ("analyst",)), ("ben", company, ("analyst",)), ("dora", company, ("reviewer",)),
            ("jonas", lab, ("analyst",)), ("emil", company, ("verifier",)),
        ):  # fmt: skip
            appoint(self.people[name], where, roles[0].capitalize(), roles)
        self.clients = {}

    def client(self, who):
        if who not in self.clients:
            self.clients[who] = Client()
            sign_in(self.clients[who], self.people[who])
        return self.clients[who]

    def post(self, who, path, expected=302, **data):
        answer = self.client(who).post(path, data)
        assert answer.status_code == expected, answer.content.decode()[:2000]
        return answer

    def page(self, who, path, expected=200):
        answer = self.client(who).get(path)
        assert answer.status_code == expected, path
        return answer.content.decode()


def opened(team):
    team.post("anna", "/leads/record/", title="Three pages act as one", source="press", text="A paper says so.",
              about="page; meridian; 17\npage; meridian; 18")  # fmt: skip
    lead = Lead.objects.get()
    team.post(
        "anna", "/cases/open/", title="Three pages", question="Do they act as one?", scope="", leads=[str(lead.pk)]
    )
    return lead, Case.objects.get()
