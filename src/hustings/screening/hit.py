"""What a rule found in an ad: which part of the text, which rule, and a sentence for people."""

__all__ = ["CATEGORIES", "VOTING", "Hit"]

from dataclasses import dataclass

VOTING = (
    "voting.discourages", "voting.useless", "voting.wrong_date", "voting.wrong_place", "voting.wrong_method",
    "voting.wrong_eligibility", "voting.threat", "voting.fraud_claim",
)  # fmt: skip

CATEGORIES = (
    *VOTING,
    "disclaimer.missing", "disclaimer.short_form", "disclaimer.untrue", "disclaimer.too_brief", "disclaimer.form",
    "name.official", "name.sponsor", "name.register",
    "payment.country", "payment.currency", "payment.address",
    "landing.listed", "landing.changed", "landing.cloaked",
    "creative.seen", "creative.removed",
    "targeting.special_category", "targeting.minors", "targeting.forbidden",
    "law.ban", "law.silence", "law.third_country", "law.unknown",
    "election.unknown",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, order=True)
class Hit:
    """One reason why a person should look at an ad.

    start, end   code points [start, end) of the text as it was given; both 0 where the reason is not in the text
    rule         the name of the rule, to be found in the reference
    """

    start: int
    end: int
    category: str
    rule: str
    sentence: str

    def __post_init__(self) -> None:
        assert self.category in CATEGORIES, self.category
        assert 0 <= self.start <= self.end
