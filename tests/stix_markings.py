"""Markings of a sender drawn by chance, and the names by which sender and receiver know each other."""

from hypothesis import strategies as st

from hustings.exchange.stix.marking import Names
from hustings.policy.level import Level
from hustings.policy.marking import Circle, Kind, Marking, Need, Tlp
from hustings.policy.role import Role

ORGANISATIONS = ["meridian", "lab", "directorate"]
GROUPS = {"partners": {*ORGANISATIONS}, "others": {"meridian"}, "both": {"meridian", "lab"}}
KNOWN = {
    "identities": {name: f"identity--{name}" for name in ORGANISATIONS},
    "acs": {name: f"USA.{name.upper()}" for name in ORGANISATIONS},
    "groups": {name: f"key of {name}" for name in GROUPS},
}
OURS = Names(here="meridian", **KNOWN)
THEIRS = Names(here="lab", sender="meridian", group="both", **KNOWN)


def subsets(values):
    return st.sets(st.sampled_from(values)).map(frozenset)


def circles(owners):
    return st.builds(
        Circle,
        tlp=st.sampled_from(Tlp),
        owner=st.sampled_from(owners),
        group=st.sampled_from([None, *GROUPS]),
        organisations=st.none() | subsets(ORGANISATIONS),
    )


def markings(plain):
    """Markings of the sender; with `plain` limits are rare, so that many can be said without an extension."""

    def limit(strategy, nothing):
        return st.just(nothing) | st.just(nothing) | strategy if plain else strategy

    return st.builds(
        Marking,
        tlp=st.sampled_from(Tlp),
        owner=st.just("meridian"),
        group=st.sampled_from([None, *GROUPS]),
        permitted_organisations=limit(st.none() | subsets(ORGANISATIONS), None),
        level=limit(st.sampled_from([Level.UNCLASSIFIED, Level.SECRET]), Level.UNCLASSIFIED),
        compartments=limit(subsets(["ALPHA", "BRAVO"]), frozenset()),
        releasable_to=limit(st.none() | subsets(["US", "VA"]), None),
        permitted_kinds=limit(st.none() | subsets(list(Kind)), None),
        need=limit(st.sampled_from(Need), Need.NONE),
        roles=limit(st.none() | subsets([Role.ANALYST, Role.REVIEWER]), None),
        originator_consent=limit(st.booleans(), False),
        kept_here=st.booleans(),
        also=limit(st.sets(circles(ORGANISATIONS), max_size=2).map(frozenset), frozenset()),
    )
