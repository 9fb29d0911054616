"""What is known of an ad beside its text: its sponsor's past, its page's kind, where it leads, whom it seeks."""

__all__ = ["Extra"]

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from hustings.screening.political.concepts import concepts
from hustings.screening.political.wording import wording

# Concepts of commerce and leisure, which say nothing for politics.
ELSEWHERE = frozenset({
    "commerce", "prize", "food_drink", "fashion_home", "entertainment", "travel_sport", "technology_service", "feeling",
    "rhetoric", "campaign",
})  # fmt: skip
PAGE_KINDS = (
    "politic", "government", "party", "candidate", "campaign", "activis", "advoca", "cause", "election", "ngo",
    "nonprofit", "non-profit", "public figure", "community organization",
)  # fmt: skip
FUNDRAISING = (
    "actblue.com", "winred.com", "anedot.com", "ngpvan.com", "nationbuilder.com", "actionnetwork.org", "change.org",
    "campact.de", "avaaz.org", "moveon.org", "wecollect.ch", "openpetition.eu", "openpetition.de", "gop.com",
    "democrats.org", "winred.com",
)  # fmt: skip
# Log odds that each may add at most; a prior opinion, not learnt, for no archive holds them with ads that are not
# political. Alone none of them makes an ad political at the usual threshold.
TARGETING, PAGE, LANDING, PAST = 1.5, 1.0, 2.0, 2.0


@dataclass(frozen=True, kw_only=True)
class Extra:
    """What a platform knows beside the text; whatever is not known stays empty and adds nothing.

    political_before, other_before   how many earlier ads of this sponsor were decided political, and not
    page_category   as the platform names it: "Political Organization"
    landing_domain  where the ad leads
    targeting       interests and segments it asks for
    beside          texts of the sponsor's other ads, whatever was decided of them; the model reads the first ten
    """

    political_before: int = 0
    other_before: int = 0
    page_category: str = ""
    landing_domain: str = ""
    targeting: Sequence[str] = ()
    beside: Sequence[str] = ()

    def evidence(self) -> tuple[tuple[str, float], ...]:
        """Reasons with their log odds, but for `beside`, which takes a model to read."""
        found = []
        if self.political_before or self.other_before:
            past = log((self.political_before + 1) / (self.other_before + 1))
            found.append(("extra: sponsor's earlier ads", max(-PAST, min(PAST, past))))
        if any(kind in self.page_category.casefold() for kind in PAGE_KINDS):
            found.append(("extra: page category", PAGE))
        domain = self.landing_domain.casefold().removeprefix("www.").rstrip(".")
        if domain and (
            domain.endswith((".gov", ".mil")) or any(domain == one or domain.endswith(f".{one}") for one in FUNDRAISING)
        ):
            found.append(("extra: landing domain", LANDING))
        political = sum(_political(interest) for interest in self.targeting)
        if political:
            share = political / len(self.targeting)
            found.append(("extra: targeting", TARGETING * min(1.0, 0.5 + share)))
        return tuple(found)


def _political(interest: str) -> bool:
    table = concepts()
    words = wording(interest).words
    found = [*(table.of_word(word) for word in words)]
    return any("politic" in word for word in words) or any(
        table.names[concept] not in ELSEWHERE for each in found for concept in each
    )
