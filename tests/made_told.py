"""A campaign with accepted pages and sealed originals, a plan that runs against them, and notices that were sent."""

import io
from datetime import date, timedelta

from hustings.apps.cases import campaigns, sealing, working
from hustings.apps.cases.enforcing import handing, planning
from hustings.apps.cases.enforcing.planning import Terms
from hustings.apps.cases.enforcing.webhook import Said
from hustings.apps.cases.models import Member
from hustings.apps.sweeps.actions import own_marking
from hustings.policy.casework import Confidence, MemberKind
from hustings.policy.enforcement import Action, Answer, Ground

TERMS = {
    "ground": Ground.TERMS, "rule": "Terms of use, section 4.2", "explanation": "Pages that hide who runs them are not allowed.",
    "facts": "They posted the same texts within seconds, day after day.", "reason": "The campaign is established.",
    "category": "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS", "source": "SOURCE_VOLUNTARY",
    "found_by_machine": True, "begins_on": date(2026, 11, 23), "keywords": ("KEYWORD_INAUTHENTIC_ACCOUNTS",),
    "places": ("DE", "AT"), "channel": "webhook", "stages": (100,),
}  # fmt: skip


def told_settings(settings, tmp_path):
    """What a plan needs to be handed over."""
    settings.EVIDENCE = tmp_path / "evidence"
    settings.PUBLIC_URL = "https://hustings.example"
    settings.ENFORCEMENT_URL = "https://platform.example/orders"
    settings.ENFORCEMENT_KEY = "a key of tests"


def original(case, by, name, content, *, days=3, about=None):
    """A sealed original about a page."""
    return sealing.seal(
        io.BytesIO(content), by=by, case=case, name=f"{name}.txt", media_type="text/plain", how="platform export", tool="export 2.1",
        captured_at=by.now - timedelta(days=days), about=about or ("page", "meridian", name),
    )  # fmt: skip


def case_of(desk, who="anna"):
    """An open case."""
    with desk.as_(who) as seat:
        return working.open_case(
            by=seat, title="Three pages", question="Do they act as one?", marking=own_marking(seat)
        )


def campaign_of(desk, names=("one", "two"), content="Written by Nora Example, nora@example.org, for {}."):
    """A case, its campaign with accepted pages, and the sealed original of each."""
    case, sealed, members = case_of(desk), [], []
    with desk.as_("anna") as anna:
        campaign = campaigns.open_campaign(case, by=anna, name="Harbour lights")
        for name in names:
            sealed.append(original(case, anna, name, content.format(name).encode()))
            members.append(campaigns.propose_member(
                campaign, by=anna, kind=MemberKind.PAGE, platform="meridian", name=name, confidence=Confidence.HIGH, method="same administrators",
            ))  # fmt: skip
    with desk.as_("ben") as ben:
        for member, kept in zip(members, sealed, strict=True):
            campaigns.rest_on(member, kept.item, by=ben)
            campaigns.accept_member(member, by=ben, reason="The export shows it.")
    return case, campaign, [Member.objects.get(pk=member.pk) for member in members], sealed


def told(desk, monkeypatch, **more):
    """The same, acted against, each page told."""
    case, campaign, members, sealed = campaign_of(desk, **more)
    monkeypatch.setattr(handing, "post", lambda *_: Said(answer=Answer.DONE, reason=""))
    with desk.as_("anna") as anna:
        plan = planning.draft(
            campaign, case, by=anna, title="Ban the pages", wanted=[(member, Action.BAN) for member in members], terms=Terms(**TERMS)
        )  # fmt: skip
    for who, code in (("anna", "ask"), ("dora", "approve"), ("dora", "start")):
        with desk.as_(who) as seat:
            plan = planning.move(plan, code, by=seat, reason="as agreed")
    handing.hand_over()
    return case, campaign, plan, sealed
