"""An ad held against the law of where and when it would be shown."""

__all__ = ["law_hits"]

from datetime import date, timedelta

from hustings.screening.context import Context
from hustings.screening.hit import Hit
from hustings.screening.law.table import MEMBERS, Law
from hustings.screening.special_category import special_categories
from hustings.screening.submission import Submission

VOTING_AGE = 18


def law_hits(ad: Submission, context: Context, law: Law, on: date) -> tuple[Hit, ...]:
    """What stands against showing a political ad on a day.

    Limits   only rows with a source speak; where no row says whether there is a silence, that is told as unknown.
             A ban lets nothing through, yet a machine refuses nothing: a person sees it.
    """
    found: list[Hit] = []

    def put(category: str, rule: str, sentence: str) -> None:
        found.append(Hit(category=category, start=0, end=0, rule=rule, sentence=sentence))

    if not context.country:
        put("law.unknown", "law.country", "The country of the election is not known, so its law was not asked.")
        return tuple(found)
    rows = law.at(context.country, on)
    if context.election_date is None:
        put(
            "election.unknown",
            "law.election",
            "The day of the election is not known, so bans and silence were not asked.",
        )
    else:
        for name, category in (("ban_days", "law.ban"), ("silence_days", "law.silence")):
            if (
                name in rows
                and context.election_date - timedelta(days=int(rows[name].value)) <= on <= context.election_date
            ):
                put(
                    category,
                    f"law.{name}",
                    f"No political ads from {rows[name].value} days before the election ({rows[name].source}, {rows[name].where}).",
                )
        if "ban_days" not in rows and "silence_days" not in rows:
            put(
                "law.unknown",
                "law.silence",
                f"Whether {context.country} forbids political ads before elections is not in the tables.",
            )
        third = rows.get("third_country_days")
        if (
            third is not None
            and ad.sponsor_country
            and on <= context.election_date <= on + timedelta(days=int(third.value))
        ):
            home = ad.sponsor_country.upper()
            inside = home in MEMBERS if third.jurisdiction == "EU" else home == context.country
            if not inside:
                put(
                    "law.third_country",
                    "law.third_country",
                    f"A sponsor from {home} may not advertise in the {third.value} days before the election ({third.source}, {third.where}).",
                )
    special = rows.get("special_category_targeting")
    if special is not None and special.value == "forbidden":
        for criterion, category in special_categories(ad.targeting):
            put(
                "targeting.special_category",
                "law.special_category",
                f"Aimed by {category} ({criterion}): forbidden ({special.source}, {special.where}).",
            )
    age = rows.get("minimum_age")
    if age is not None and ad.minimum_age is not None:
        least = VOTING_AGE - 1 if age.value == "voting_age_minus_1" else int(age.value)
        if ad.minimum_age < least:
            put(
                "targeting.minors",
                "law.minimum_age",
                f"Aimed at people from {ad.minimum_age} years, under {least} ({age.source}, {age.where}).",
            )
    return tuple(found)
