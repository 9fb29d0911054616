"""Earlier elections made up, with the factor of each, a course over the weeks and a surge in the last days."""

import numpy as np

from hustings.staffing.forecast import FIRST_DAY, LAST_DAY, Counted

# Items for a million who may vote, over the whole time, and how the last days rise: half as long, twice as steep.
KINDS = {"ad at the door": (900.0, 24.0), "complaint": (500.0, 9.0), "account": (250.0, 40.0)}
LANGUAGES = {"US": {"en": 0.85, "es": 0.15}, "DE": {"de": 1.0}, "FI": {"fi": 0.9, "sv": 0.1}}


def course(kind):
    """The part of the work by day: a low base, a rise towards the day of voting, a tail after it."""
    days = np.arange(FIRST_DAY, LAST_DAY + 1)
    rise = np.where(days <= 0, np.exp(days / KINDS[kind][1]), np.exp(-days / 4))
    told = 0.08 + rise
    return days, told / told.sum()


def election(name, country, millions, seed, between=0.35, weekly=0.2):
    """The items of one election by day, kind and language, drawn by chance."""
    draw = np.random.default_rng(seed)
    size = draw.normal(0, between)
    rows = []
    for kind, (a_million, _) in KINDS.items():
        days, parts = course(kind)
        own = np.exp(size + draw.normal(0, 0.1))
        noise = np.exp(draw.normal(0, weekly, 60))
        for day, part in zip(days.tolist(), parts, strict=True):
            expected = a_million * millions * own * part * noise[(day - FIRST_DAY) // 7]
            for language, share in LANGUAGES[country].items():
                items = int(draw.poisson(expected * share))
                if items:
                    rows.append(Counted(
                        election=name, country=country, electorate_millions=millions, day=day, kind=kind,
                        language=language, items=items,
                    ))  # fmt: skip
    return rows


def history(seed, many=8):
    """So many elections in three countries, each of a size of its own."""
    draw = np.random.default_rng(seed)
    rows = []
    for number in range(many):
        country = ("US", "DE", "FI")[number % 3]
        rows += election(f"{country} {number}", country, round(float(draw.uniform(3, 60)), 1), (seed, number))
    return rows
