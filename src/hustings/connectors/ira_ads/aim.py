"""The aim of the release's ads as a tree, and what was lost when the PDFs were flattened."""

__all__ = ["tree_of"]

from collections.abc import Sequence

from hustings.screening.ad import Criterion
from hustings.screening.targeting_tree import All, Is, Node, Not, one_of

# Categories in which Facebook's form joins all kinds of detailed criteria by "or".
MATCH = {
    "people_who_match",
    "interests",
    "behaviors",
    "politics",
    "multicultural_affinity",
    "employers",
    "industry",
    "job_title",
}
MUST = "and_must_also_match"
# What the form says of lists, not of people.
NO_CRITERION = {"interest_expansion"}
APART = {"location", "age", "gender", "language", "placement", "custom_audience"}
FORM = MATCH | {
    MUST, "placements", "age", "language", "location", "location_living_in", "location_recently_in", "exclude_location",
    "excluded_connections", "exclude", "gender", "connections", "friends_of_connections", "custom_audience",
    "facebook_access_browser", "accessing_facebook_on", "generation", "home_composition", *NO_CRITERION,
}  # fmt: skip


def tree_of(criteria: Sequence[Criterion]) -> tuple[Node, tuple[str, ...]]:
    """The tree, and what is lost of it.

    must_also_match_flattened    several "and must also match" groups may stand behind the one that is left; the
                                 tree joins them by "or", so it lets more people through than the ad did
    category_merged              a wrapped line of the PDF became a category of its own; taken by its dimension
    interest_expansion           the platform was allowed to go beyond the interests, how far is not said
    """
    included: dict[str, list[Is]] = {}
    excluded: list[Is] = []
    lost: dict[str, None] = {}
    for one in criteria:
        leaf = Is(one.dimension, one.value, one.category)
        if one.category in NO_CRITERION:
            lost["interest_expansion"] = None
            continue
        if one.category not in FORM:
            lost["category_merged"] = None
        if one.excluded:
            excluded.append(leaf)
            continue
        if one.category == MUST:
            lost["must_also_match_flattened"] = None
        group = one.dimension if one.dimension in APART else MUST if one.category == MUST else "match"
        if one.category in {"connections", "friends_of_connections"}:
            group = "connections"
        included.setdefault(group, []).append(leaf)
    parts: list[Node] = [one_of(values) for values in included.values()]
    if excluded:
        parts.append(Not(one_of(excluded)))
    return All(tuple(parts)), tuple(lost)
