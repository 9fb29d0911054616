"""What a position lets its holder do, each role in a sentence for people."""

from enum import StrEnum

__all__ = ["Role"]


class Role(StrEnum):
    """A role belongs to a position, never to a person: who leaves the position leaves the role."""

    ANALYST = "analyst"
    REVIEWER = "reviewer"
    VERIFIER = "verifier"
    LIAISON = "liaison"
    SECURITY_OFFICER = "security officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    PUBLIC_INFORMATION = "public information"
    SUPERVISOR = "supervisor"
    RIGHTS_AUDITOR = "rights auditor"
    SERVICE = "service account"

    @property
    def sentence(self) -> str:
        """What the holder does, for a page and for the docs."""
        return SENTENCES[self]


SENTENCES = {
    Role.ANALYST: "Searches for coordinated campaigns, studies findings and writes what they show.",
    Role.REVIEWER: "Decides on ads, findings and appeals, and seconds what another person asks for.",
    Role.VERIFIER: "Checks who advertisers are, where they are and whether they are registered.",
    Role.LIAISON: "Receives tips and requests from partners and answers them.",
    Role.SECURITY_OFFICER: "Keeps clearances, agreements, need-to-know and visits of one organisation in order.",
    Role.AUDITOR: "Reads the log and the rules in force, and changes nothing.",
    Role.ADMINISTRATOR: "Invites people, opens and closes positions and keeps the installation running; reads no case by it.",
    Role.PUBLIC_INFORMATION: "Publishes reports and answers the public from what is marked for everybody.",
    Role.SUPERVISOR: "Sees what waits for review, how sure its decisions are and how many people it needs; decides no item by it.",
    Role.RIGHTS_AUDITOR: "Comes from outside and tests whether rules, searches and reviewers treat people alike; changes no decision.",
    Role.SERVICE: "Is no person: exchanges STIX over TAXII for its organisation, and does nothing else.",
}
