"""What an auditor does (tables, audits), and what others do with it: releasing a version, or asking to in spite of a gap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from hustings import __version__
from hustings.apps.ads.lawful import law_known
from hustings.apps.ads.screened import politics_known
from hustings.apps.database import moment
from hustings.apps.dated import new_id
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.apps.review.models import Policy
from hustings.apps.rights import find
from hustings.apps.rights.models import Audit, Ground, Override, Release, Stage, Table, Variant
from hustings.errors import BadInput, Problem
from hustings.screening.context import Context
from hustings.screening.countries import country_code
from hustings.screening.fairness.gaps import compare
from hustings.screening.fairness.screened import read, rules_digest
from hustings.screening.fairness.swaps import read_swaps

__all__ = ["ask_to_override", "audit_detection", "audit_review", "audit_screening", "keep_table", "override", "release"]

AUDIT, RELEASE, OVERRIDE = "audit rights", "release policy", "override a gap"
# Screened within the request; a larger table is split by its auditor.
MOST_SCREENED = 3_000
# A person decides each of them.
MOST_REVIEWED = 600


def problem(where: str, found: str, expected: str, do: str) -> BadInput:
    """One thing that is wrong."""
    return BadInput("This cannot be done.", [Problem(where=where, found=found, expected=expected, do=do)])


@transaction.atomic
def keep_table(document: Mapping[str, Any], *, by: Seat) -> Table:
    """Keep a table of swaps and texts; the same table again is the same row.

    Raises   BadInput
    """
    require(by, AUDIT)
    swaps = read_swaps(document)
    organisation = by.appointment.position.organisation
    there = Table.objects.filter(held_by=organisation, digest=swaps.digest).first()
    if there is not None:
        return there
    return Table.objects.create(
        held_by=organisation, name=swaps.name, version=swaps.version, document=dict(swaps.document), digest=swaps.digest,
        recorded_by=by.appointment,
    )  # fmt: skip


@transaction.atomic
def audit_screening(table: Table, policy: Policy, *, country: str, by: Seat) -> Audit:
    """Put every matched text through screening as it is installed here, and compare the sides.

    Raises   BadInput
    """
    require(by, AUDIT)
    code = placed(country)
    texts = read_swaps(table.document).matched()
    if len(texts) > MOST_SCREENED:
        raise problem("table", f"{len(texts):,} texts", f"{MOST_SCREENED:,} at most", "Split the table.")
    found = read(texts, context=Context(country=code), politics=politics_known(), law=law_known())
    comparison = compare(each.outcome for each in found)
    return Audit.objects.create(
        held_by=table.held_by, table=table, stage=Stage.SCREENING.value, policy=policy, country=code,
        rules=rules_digest(), software=__version__, blocks=comparison.blocks, done_at=moment(), by=by.appointment,
        figures={
            "errors": find.told(comparison),
            "texts": [
                {"swap": each.outcome.swap, "key": each.outcome.key, "side": each.outcome.side, "should": each.outcome.should,
                 "stopped": each.outcome.stopped, "rules": list(each.rules), "political": each.political, "text": each.text}
                for each in found
            ],
        },
    )  # fmt: skip


@transaction.atomic
def audit_review(table: Table, policy: Policy, *, by: Seat) -> Audit:
    """Have every matched text decided by people, put among their work by the worker, one side of a text after another.

    Raises   BadInput
    """
    require(by, AUDIT)
    texts = read_swaps(table.document).matched()
    if len(texts) > MOST_REVIEWED:
        raise problem(
            "table", f"{len(texts):,} texts", f"{MOST_REVIEWED:,} at most, for people decide each", "Split it."
        )
    made = Audit.objects.create(
        held_by=table.held_by, table=table, stage=Stage.REVIEW.value, policy=policy, rules=rules_digest(),
        software=__version__, by=by.appointment,
    )  # fmt: skip
    pairs: dict[tuple[str, str], list[Variant]] = {}
    for each in texts:
        pairs.setdefault((each.swap, each.key), []).append(
            Variant(audit=made, swap=each.swap, key=each.key, side=each.side, should=each.should, text=each.text, lang=each.lang)
        )  # fmt: skip
    for turn, sides in enumerate(pairs.values()):
        pair = new_id()
        for place, variant in enumerate(sides):
            # Another side begins each time, so that none is always seen first.
            variant.pair, variant.place = pair, (place - turn) % len(sides)
    Variant.objects.bulk_create([variant for sides in pairs.values() for variant in sides])
    return made


@transaction.atomic
def audit_detection(table: Table, policy: Policy, *, by: Seat) -> Audit:
    """Have the worker search a made season once for each side, every account and hashtag bearing that side's word.

    Raises   BadInput
    """
    from hustings.apps.rights.detecting import MOST_SIDES, sides_of
    from hustings.apps.rights.jobs import run_detection

    require(by, AUDIT)
    sides = len(sides_of(read_swaps(table.document)))
    if sides > MOST_SIDES:
        raise problem("table", f"{sides} sides", f"{MOST_SIDES} at most, each a search of its own", "Split the table.")
    made = Audit.objects.create(
        held_by=table.held_by, table=table, stage=Stage.DETECTION.value, policy=policy, rules=rules_digest(),
        software=__version__, by=by.appointment,
    )  # fmt: skip
    run_detection.defer(audit=str(made.pk))
    return made


@transaction.atomic
def release(policy: Policy, *, by: Seat) -> Release:
    """Put a policy version in force on its audits.

    Raises   BadInput where it is in force, was never audited, or the last audit of a stage found a gap
    """
    require(by, RELEASE)
    audit = find.audits(by).filter(policy=policy, blocks=False).first()
    if audit is None:
        raise problem(
            "policy", "no audit without a gap", "an audit of this version by a rights auditor", "Have it audited first."
        )
    if audit.rules != rules_digest():
        raise problem(
            "policy",
            "an audit under other rules of screening",
            "one under those installed now",
            "Have it audited again.",
        )
    return put_in_force(policy, by, ground=Ground.AUDITED, audit=audit)


@transaction.atomic
def ask_to_override(policy: Policy, *, reason: str, by: Seat) -> Override:
    """Ask that a version be released in spite of a gap; the reason will be published with both names.

    Raises   BadInput
    """
    require(by, RELEASE)
    if not reason.strip() or len(reason) > 2000:
        raise problem(
            "reason", "nothing" if not reason.strip() else "more", "1 to 2,000 signs", "Say why, for the public."
        )
    if Release.objects.filter(policy=policy).exists():
        raise problem("policy", "a version in force", "one that waits", "Nothing needs to be done.")
    if not find.audits(by).filter(policy=policy, blocks=True).exists():
        raise problem("policy", "no gap", "an audit that found one", "Have it audited, or release it on its audit.")
    return Override.objects.create(
        held_by=by.appointment.position.organisation, policy=policy, reason=reason.strip(), by=by.appointment
    )


@transaction.atomic
def override(asked: Override, *, by: Seat) -> Release:
    """Agree, as another person, that a version is released in spite of a gap.

    Raises   Refused for who asked; BadInput where it is in force
    """
    require(by, OVERRIDE, asked_by=asked.by)
    return put_in_force(asked.policy, by, ground=Ground.OVERRIDE, override=asked)


def put_in_force(policy: Policy, by: Seat, *, ground: Ground, audit: Audit | None = None, override: Override | None = None) -> Release:  # fmt: skip
    """Write the release; what the database refuses is said."""
    newer = Policy.objects.filter(name=policy.name, release__isnull=False).aggregate(last=Max("version"))["last"]
    if newer is not None and newer >= policy.version:
        raise problem("policy", f"version {newer} in force", "none that is newer", "Leave the older version out.")
    try:
        with transaction.atomic():
            return Release.objects.create(
                policy=policy, ground=ground.value, audit=audit, override=override, by=by.appointment
            )
    except IntegrityError as error:
        raise problem(
            "policy", str(error).splitlines()[0], "a release that its audits carry", "See its audits."
        ) from error


def placed(country: str) -> str:
    """Raises   BadInput for what is no country."""
    code = country.strip().upper()
    if code and country_code(code) != code:
        raise problem("country", repr(country)[:40], "an ISO 3166 code of two letters, or nothing", "Use the code.")
    return code
