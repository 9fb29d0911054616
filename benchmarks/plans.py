# ruff: noqa: PLC0415 - the models are imported when the server runs
"""How long a large enforcement plan takes: what it touches, its check, its orders, a re-run, and taking all of it back.

    .venv/bin/python benchmarks/plans.py [--targets 10000] [--ads 3]

Starts a PostgreSQL of its own, makes a campaign of so many pages, each with so many ads at the door, of which some have
a sponsor in force, are members of another campaign or protected, and lets people plan, look, ask, approve, run and roll
back under the web's rights and row-level security; the platform is a function that remembers each key. Prints JSON, and
each step on the way to the error output; fails where an effect came twice or is missing.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--targets", type=int, default=10_000)
    parser.add_argument("--ads", type=int, default=3, help="of each page")
    options = parser.parse_args()
    from hustings.serving.postgres import running
    from hustings.serving.roles import embedded_addresses

    place = Path(tempfile.mkdtemp(prefix="hpg"))
    place.chmod(0o711)
    with running(place / "data", throwaway=False) as server:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "hustings.apps.settings",
            "HUSTINGS_SECRET_KEY": "benchmark",
            "HUSTINGS_APP_DATABASE_URL": embedded_addresses(server, "plans").owner,
            "HUSTINGS_EVIDENCE": str(place / "evidence"),
            "HUSTINGS_PUBLIC_URL": "https://hustings.example",
            "HUSTINGS_ENFORCEMENT_URL": "https://platform.example/orders",
            "HUSTINGS_ENFORCEMENT_KEY": "benchmark",
        }
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        told = measured(options.targets, options.ads)
    json.dump(told, sys.stdout, indent=1)
    print()


def measured(targets: int, ads: int) -> dict:
    """The figures, in seconds."""
    from made_desk import Desk

    from hustings.apps.cases.enforcing import handing, planning, preview, reasons
    from hustings.apps.cases.enforcing.planning import Terms
    from hustings.apps.cases.enforcing.webhook import Said
    from hustings.apps.cases.models import Order
    from hustings.policy.enforcement import Action, Answer, Ground

    desk = Desk()
    case, campaign, members = made(desk, targets, ads)
    seconds: dict[str, float] = {}
    effects: dict[str, int] = {}

    def platform(url: str, key: str, order: str, body: bytes) -> Said:  # noqa: ARG001 - as the webhook has it
        effects[order] = effects.get(order, 0) + 1
        return Said(answer=Answer.DONE)

    def timed(name, do):
        begun = time.perf_counter()
        result = do()
        seconds[name] = round(time.perf_counter() - begun, 2)
        sys.stderr.write(f"{name}: {seconds[name]} s\n")
        return result

    def as_(who, do):
        with desk.as_(who) as seat:
            return do(seat)

    terms = Terms(
        ground=Ground.TERMS, rule="Terms of use, section 4.2", explanation="Pages that hide who runs them are not allowed.",
        facts="They posted the same texts within seconds.", reason="Established.", source="SOURCE_VOLUNTARY", found_by_machine=True,
        category="STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS", begins_on=date(2026, 11, 23),
        places=("DE",), channel="webhook",
    )  # fmt: skip
    wanted = [(member, Action.BAN) for member in members]
    plan = timed(
        "draft",
        lambda: as_("anna", lambda by: planning.draft(campaign, case, by=by, title="x", wanted=wanted, terms=terms)),
    )
    touched = timed("preview", lambda: as_("anna", lambda by: preview.preview(plan, by=by)))
    timed("statements checked", lambda: as_("anna", lambda by: reasons.problems_of_plan(plan)))  # noqa: ARG005 - in a seat

    def step(who, code):
        return timed(code, lambda: as_(who, lambda by: planning.move(plan, code, by=by, reason="as agreed")))

    for who, code in (("anna", "ask"), ("dora", "approve"), ("dora", "start")):
        plan = step(who, code)
    handing.post = platform
    timed("first stage", handing.hand_over)
    first = sum(key.startswith("do-") for key in effects)
    plan = as_("dora", lambda by: planning.move(plan, "go on", by=by, reason="as agreed"))
    timed("the rest", handing.hand_over)
    again = timed("re-run", handing.hand_over)
    plan = timed(
        "roll back", lambda: as_("dora", lambda by: planning.move(plan, "roll back", by=by, reason="as agreed"))
    )
    timed("undoing", handing.hand_over)
    kinds = {what: sum(key.startswith(f"{what}-") for key in effects) for what in ("do", "notice", "undo")}
    twice = sum(many > 1 for many in effects.values())
    told = {
        "targets": targets, "ads": targets * ads, "processors": os.cpu_count(), "seconds": seconds, "first stage": first,
        "effects": kinds, "new effects of the re-run": again, "effects twice": twice, "touched": preview.totals(touched),
        "orders": Order.objects.count(),
    }  # fmt: skip
    if twice or again or set(kinds.values()) != {targets}:
        sys.exit(f"An effect came twice or is missing: {json.dumps(told)}")
    return told


def made(desk, targets: int, ads: int):
    """A campaign of so many pages with ads, and what else touches them."""
    from hustings.apps.ads.models import Ad, Disclaimer, Page, Sponsor
    from hustings.apps.cases import campaigns, sealing, working
    from hustings.apps.cases.models import Member, MemberEvidence
    from hustings.apps.database import moment
    from hustings.apps.sweeps.actions import own_marking
    from hustings.apps.sweeps.models import ProtectedActor

    anna, ben = (desk.world.appointments[who][0] for who in ("anna", "ben"))
    door = anna.position.organisation
    with desk.as_("anna") as by:
        case = working.open_case(by=by, title="Pages", question="Do they act as one?", marking=own_marking(by))
        campaign, other = (campaigns.open_campaign(case, by=by, name=name) for name in ("Harbour lights", "Another"))
        kept = sealing.seal_rows({"pages": targets}, name="export", by=by, case=case, tool="export", captured_at=by.now)
    names = [f"page-{number:06d}" for number in range(targets)]
    said = {"kind": "page", "platform": "meridian", "confidence": "high", "method": "export", "by": anna}
    members = Member.objects.bulk_create(
        [Member(campaign=campaign, name=name, **said) for name in names], batch_size=1000
    )
    Member.objects.bulk_create([Member(campaign=other, name=name, **said) for name in names[::20]])
    MemberEvidence.objects.bulk_create(
        [MemberEvidence(member=one, rests_on=kept.item, by=anna) for one in members], batch_size=1000
    )
    Member.objects.filter(campaign=campaign).update(
        state="accepted", decided_by=ben, decided_at=moment(), reason="The export shows it."
    )
    sponsors = Sponsor.objects.bulk_create(
        [Sponsor(held_by=door, registered_name=f"Party {n}", state="authorised", sponsor_class="A") for n in range(50)]
    )
    paid = Disclaimer.objects.bulk_create(
        [Disclaimer(sponsor=one, text=f"Paid by {one.registered_name}") for one in sponsors]
    )
    pages = Page.objects.bulk_create(
        [Page(held_by=door, platform="meridian", number=name, sponsor=sponsors[n % 50] if n % 10 == 0 else None) for n, name in enumerate(names)],
        batch_size=1000,
    )  # fmt: skip
    Ad.objects.bulk_create(
        [
            Ad(held_by=door, archive="api", number=f"{n}-{one}", state="delivering" if one == 0 else "ended", page=page,
               sponsor=page.sponsor, disclaimer=paid[n % 50] if page.sponsor else None)
            for n, page in enumerate(pages) for one in range(ads)
        ],
        batch_size=1000,
    )  # fmt: skip
    ProtectedActor.objects.bulk_create(
        [ProtectedActor(platform="meridian", actor=name, ground="a list") for name in names[::100]]
    )
    return case, campaign, list(Member.objects.filter(campaign=campaign).order_by("name"))


if __name__ == "__main__":
    main()
