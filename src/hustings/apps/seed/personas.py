"""The people of the demo season: who they are, where they work, and what they hold."""

from __future__ import annotations

from dataclasses import dataclass, field

from hustings.policy.level import Level
from hustings.policy.role import Role

__all__ = ["ADVERTISERS", "COMPARTMENT", "DOMAIN", "PERSONAS", "Persona", "Post"]

DOMAIN = "demo.example"
COMPARTMENT = "LANTERN"  # invented, like everything here


@dataclass(frozen=True, kw_only=True)
class Post:
    """A position, and what its holder was given there; `left` for one that ended."""

    organisation: str
    title: str
    roles: tuple[Role, ...]
    requires: Level = Level.UNCLASSIFIED
    access: Level = Level.UNCLASSIFIED
    compartments: tuple[str, ...] = ()
    left: bool = False
    employment: str = "employee"


@dataclass(frozen=True, kw_only=True)
class Persona:
    """One person. `story` is what a visitor of the demo reads beside the name."""

    name: str
    story: str
    posts: tuple[Post, ...]
    eligibility: Level = Level.UNCLASSIFIED
    citizenship: str = "XV"
    named_on_tip: bool = field(default=False)

    @property
    def key(self) -> str:
        """First name in small letters: how tests and the log-in list call the person."""
        return self.name.split()[0].lower()

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"{self.key}@{DOMAIN}"


def meridian(
    title: str, *roles: Role, requires: Level = Level.UNCLASSIFIED, inside: bool = False, **more: object
) -> Post:
    """A position at the platform company; who requires a level holds it, unless told otherwise."""
    given: dict[str, object] = {"access": requires, "compartments": (COMPARTMENT,) if inside else ()}
    return Post(organisation="Meridian", title=title, roles=roles, requires=requires, **(given | more))  # type: ignore[arg-type]


PERSONAS = (
    Persona(
        name="Anna Weber",
        story="Analyst with SECRET access, named on the tip.",
        eligibility=Level.SECRET,
        named_on_tip=True,
        posts=(meridian("Threat analyst", Role.ANALYST, requires=Level.SECRET, inside=True),),
    ),
    Persona(
        name="Ben Ortiz",
        story="Analyst beside Anna, without a clearance: for him there is no tip.",
        posts=(meridian("Analyst", Role.ANALYST),),
    ),
    Persona(
        name="Carla Nunes",
        story="Security officer: keeps clearances, agreements and visits in order.",
        eligibility=Level.SECRET,
        posts=(meridian("Security officer", Role.SECURITY_OFFICER, requires=Level.SECRET, inside=True),),
    ),
    Persona(
        name="Dora Lindqvist",
        story="Reviewer and releasing authority: seconds sweeps, approves tear-lines.",
        eligibility=Level.SECRET,
        named_on_tip=True,
        posts=(meridian("Head of review", Role.REVIEWER, requires=Level.SECRET, inside=True),),
    ),
    Persona(
        name="Emil Kovac", story="Verifier of advertisers.", posts=(meridian("Advertiser verification", Role.VERIFIER),)
    ),
    Persona(
        name="Farah Haddad",
        story="Liaison: receives tips from the Directorate and answers them.",
        eligibility=Level.SECRET,
        named_on_tip=True,
        posts=(meridian("Government liaison", Role.LIAISON, requires=Level.SECRET, inside=True),),
    ),
    Persona(
        name="George Amadi",
        story="Auditor: reads the log, changes nothing.",
        posts=(meridian("Auditor", Role.AUDITOR),),
    ),
    Persona(
        name="Hanna Sato",
        story="Administrator: invites people and opens positions, reads no case by it.",
        posts=(meridian("Administrator", Role.ADMINISTRATOR),),
    ),
    Persona(
        name="Ines Roche",
        story="Public information at the electoral authority.",
        posts=(
            Post(
                organisation="Electoral Authority of Valdoria",
                title="Spokesperson",
                roles=(Role.PUBLIC_INFORMATION, Role.REVIEWER),
            ),
        ),
    ),
    Persona(
        name="Jonas Berg",
        story="Analyst at a research group that shares with Meridian.",
        citizenship="XB",
        posts=(Post(organisation="Open Elections Lab", title="Researcher", roles=(Role.ANALYST,)),),
    ),
    Persona(
        name="Kira Malik",
        story="Liaison at the Directorate, where the tips come from.",
        eligibility=Level.TOP_SECRET,
        named_on_tip=True,
        posts=(
            Post(
                organisation="Directorate for Election Security",
                title="Partner liaison",
                roles=(Role.LIAISON, Role.SECURITY_OFFICER),
                requires=Level.TOP_SECRET,
                access=Level.TOP_SECRET,
                compartments=(COMPARTMENT,),
            ),
        ),
    ),
    Persona(
        name="Luis Prado",
        story="Two employers: came from the Directorate, where his access ended with his post.",
        eligibility=Level.SECRET,
        posts=(
            Post(
                organisation="Directorate for Election Security",
                title="Desk officer",
                roles=(Role.ANALYST,),
                requires=Level.SECRET,
                access=Level.SECRET,
                left=True,
            ),
            meridian(
                "Senior analyst",
                Role.ANALYST,
                requires=Level.SECRET,
                access=Level.UNCLASSIFIED,
                employment="former official",
            ),
            Post(organisation="Open Elections Lab", title="Fellow", roles=(Role.ANALYST,), employment="consultant"),
        ),
    ),
    Persona(
        name="Mona Varga",
        story="Second verifier: what takes two people takes her and Emil.",
        posts=(meridian("Advertiser verification, second reader", Role.VERIFIER),),
    ),
    Persona(
        name="Tilda Okafor",
        story="Supervisor of review: sees what waits, how sure decisions are and how many people are needed.",
        posts=(meridian("Review operations", Role.SUPERVISOR),),
    ),
    Persona(
        name="Omar Castellan",
        story="External rights auditor: tests whether rules, searches and reviewers treat people alike.",
        posts=(
            Post(
                organisation="Meridian",
                title="Civil-rights auditor",
                roles=(Role.RIGHTS_AUDITOR,),
                employment="contractor",
            ),
        ),
    ),
)

# People without a position, who act for advertisers: key, name, story.
ADVERTISERS = (
    ("paula", "Paula Reed", "Advertiser: acts for the Harbour Citizens' League, which is authorised."),
    ("rita", "Rita Sand", "Advertiser: Lantern Street Press waits for the verifiers; its number is somebody else's."),
    ("sven", "Sven Holm", "Advertiser under his own name; his authorisation has lapsed."),
)
