"""Plans of enforcement: nothing acts on what is not sealed, nobody approves their own, and each effect comes once."""

import io
import json
from contextlib import contextmanager, suppress
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from made_desk import Desk
from made_people import appoint, person

from hustings.apps.ads.models import Ad, Disclaimer, Page, Sponsor
from hustings.apps.cases import campaigns, sealing, working
from hustings.apps.cases.enforcing import answers, appeals, handing, planning, preview, reasons
from hustings.apps.cases.enforcing.planning import Terms
from hustings.apps.cases.enforcing.webhook import Said, post, read, signature
from hustings.apps.cases.models import Member, Notice, Order, Plan, PlanAppeal, Target
from hustings.apps.database import moment
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.review.actions import claim, decide
from hustings.apps.review.models import Work
from hustings.apps.sweeps.actions import own_marking
from hustings.apps.sweeps.models import ProtectedActor
from hustings.errors import BadInput
from hustings.exchange.dsa.made import batches
from hustings.exchange.dsa.statement import problems_of
from hustings.policy.casework import Confidence, MemberKind
from hustings.policy.enforcement import PLAN, Action, Answer, Ground, PlanState


@pytest.fixture
def desk(db, settings, tmp_path):
    settings.EVIDENCE = tmp_path / "evidence"
    settings.PUBLIC_URL = "https://hustings.example"
    settings.ENFORCEMENT_URL = "https://platform.example/orders"
    settings.ENFORCEMENT_KEY = "a key of tests"
    return Desk()


TERMS = {
    "ground": Ground.TERMS, "rule": "Terms of use, section 4.2", "explanation": "Pages that hide who runs them are not allowed.",
    "facts": "They posted the same texts within seconds, day after day.", "reason": "The campaign is established.",
    "category": "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS", "source": "SOURCE_VOLUNTARY",
    "found_by_machine": True, "begins_on": date(2026, 11, 23), "keywords": ("KEYWORD_INAUTHENTIC_ACCOUNTS",),
    "places": ("DE", "AT"), "channel": "webhook",
}  # fmt: skip


def campaign_of(desk, names=("one", "two", "three"), *, sealed=True):
    """A campaign with accepted pages, each with a sealed original."""
    with desk.as_("anna") as anna:
        case = working.open_case(
            by=anna, title="Three pages", question="Do they act as one?", marking=own_marking(anna)
        )
        campaign = campaigns.open_campaign(case, by=anna, name="Harbour lights")
        grounds = sealing.seal_rows(
            {"export": 1}, name="export", by=anna, case=case, tool="export", captured_at=anna.now
        )
        members = []
        for name in names:
            if sealed:
                original(case, name, anna)
            members.append(
                campaigns.propose_member(
                    campaign, by=anna, kind=MemberKind.PAGE, platform="meridian", name=name, confidence=Confidence.HIGH,
                    method="same administrators",
                )
            )  # fmt: skip
    with desk.as_("ben") as ben:
        tip = sealing.seal_rows({"list": 1}, name="list", by=ben, case=case, tool="export", captured_at=ben.now,
                                made_from=None)  # fmt: skip
        copy = sealing.seal(io.BytesIO(b"copy"), by=ben, case=case, name="copy", media_type="text/plain", how="rendition",
                            tool="cut", captured_at=ben.now, made_from=tip)  # fmt: skip
        for member in members:
            # A membership may rest on a working copy; an action may not.
            campaigns.rest_on(member, copy.item, by=ben)
            campaigns.accept_member(member, by=ben, reason="The export shows it.")
    assert grounds
    return case, campaign, [Member.objects.get(pk=member.pk) for member in members]


def original(case, name, by):
    return sealing.seal(
        io.BytesIO(name.encode()), by=by, case=case, name=name, media_type="text/plain", how="platform export",
        tool="export 2.1", captured_at=by.now - timedelta(days=3), about=("page", "meridian", name),
    )  # fmt: skip


def plan_of(desk, *, action=Action.BAN, sealed=True, names=("one", "two", "three"), **changed):
    case, campaign, members = campaign_of(desk, names, sealed=sealed)
    with desk.as_("anna") as anna:
        return planning.draft(
            campaign, case, by=anna, title="Ban the pages", wanted=[(member, action) for member in members],
            terms=Terms(**TERMS | changed),
        )  # fmt: skip


@contextmanager
def refused_by(constraint):
    """The database refuses what the block does, by this constraint or trigger."""
    with pytest.raises(IntegrityError) as error:
        yield
    assert error.value.__cause__.diag.constraint_name == constraint


def moved(desk, plan, *steps):
    for who, code in steps:
        with desk.as_(who) as seat:
            plan = planning.move(plan, code, by=seat, reason="as agreed")
    return plan


def running(desk, **changed):
    return moved(desk, plan_of(desk, **changed), ("anna", "ask"), ("dora", "approve"), ("dora", "start"))


class Platform:
    """The platform's own systems: does each key once, and remembers."""

    def __init__(self, answer=Answer.DONE, reason=""):
        self.calls, self.effects, self.said = [], {}, Said(answer=answer, reason=reason)

    def __call__(self, url, key, order, body):
        assert (url, key) == ("https://platform.example/orders", "a key of tests")
        self.calls.append(order)
        assert self.effects.setdefault(order, body) == body
        return self.said


@pytest.fixture
def platform(monkeypatch):
    there = Platform()
    monkeypatch.setattr(handing, "post", there)
    return there


# --- the table


def test_every_state_and_step_is_as_the_table_says(desk):
    plan = plan_of(desk)
    given = {"approved_by": desk.world.appointments["dora"][0], "approved_at": moment()}
    for state in PlanState:
        for step in PLAN:
            with transaction.atomic():
                Plan.objects.filter(pk=plan.pk).update(state="draft", approved_by=None, approved_at=None, released=0)
                ready(plan)
                released = {PlanState.RUNNING: 1, PlanState.DONE: 2, PlanState.ROLLED_BACK: 2}.get(state, 0)
                if step.code == "finish" and state == PlanState.RUNNING:
                    released = 2
                Plan.objects.filter(pk=plan.pk).update(
                    state=state, released=released, **(given if state.stands else {})
                )
                if state == PlanState.RUNNING:
                    settled(plan)
                allowed = state in step.sources
                with desk.as_("dora") as dora:
                    if allowed:
                        assert planning.move(plan, step.code, by=dora, reason="as agreed").state == step.target, (
                            state,
                            step.code,
                        )
                    else:
                        with pytest.raises(BadInput) as error:
                            planning.move(plan, step.code, by=dora, reason="as agreed")
                        assert error.value.problems[0].where == "state", (state, step.code)
                transaction.set_rollback(True)


def ready(plan):
    planning.find_originals(plan)
    plan.targets.update(approved=True)


def settled(plan):
    for target in plan.targets.all():
        Order.objects.create(
            key=f"do-{target.pk}", plan=plan, target=target, what="do", body="{}", due_at=moment(), delivered_at=moment(),
            answer="done", answered_at=moment(),
        )  # fmt: skip


def test_a_reason_is_asked_for_and_only_the_acts_of_each_role_are_done(desk):
    plan = plan_of(desk)
    with desk.as_("anna") as anna:
        with pytest.raises(BadInput):
            planning.move(plan, "ask", by=anna, reason=" ")
        plan = planning.move(plan, "ask", by=anna, reason="It is ready.")
        for code in ("approve", "refuse"):
            with pytest.raises(Refused):
                planning.move(plan, code, by=anna, reason="x")
    with desk.as_("ben") as ben, pytest.raises(Refused):
        planning.move(plan, "approve", by=ben, reason="x")
    for who in ("kira", "carla"):
        with desk.as_(who) as seat, pytest.raises(NotKnown):
            planning.move(plan, "approve", by=seat, reason="x")


def test_nobody_approves_their_own_plan_not_even_in_the_database(desk):
    case, campaign, members = campaign_of(desk)
    with desk.as_("dora") as dora:
        plan = planning.draft(
            campaign, case, by=dora, title="x", wanted=[(one, Action.BAN) for one in members], terms=Terms(**TERMS)
        )
        planning.move(plan, "ask", by=dora, reason="x")
        with pytest.raises(Refused):
            planning.move(plan, "approve", by=dora, reason="x")
    plan.targets.update(approved=True)
    with refused_by("plan_approved_by_another"), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(state="approved", approved_by=plan.by, approved_at=moment())
        checked()
    with refused_by("plan_stands_approved"), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(state="running")


def checked():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_web_cannot_approve_in_another_name_skip_a_step_or_take_back_without_being_a_reviewer(desk, platform):
    plan = moved(desk, plan_of(desk), ("anna", "ask"))
    dora = desk.world.appointments["dora"][0]
    with desk.as_("anna") as anna:
        for change, constraint in (
            ({"state": "approved", "approved_by": dora, "approved_at": anna.now}, "plan_approved_by_reviewer"),
            ({"approved_by": dora, "approved_at": anna.now}, "plan_approved_by_reviewer"),
            ({"state": "running", "approved_by": dora, "approved_at": anna.now}, "plan_moves_by_its_table"),
        ):
            with refused_by(constraint), transaction.atomic():
                Plan.objects.filter(pk=plan.pk).update(**change)
        for who in (dora, anna.appointment):
            with refused_by("enforcement_target_undone_by_reviewer"), transaction.atomic():
                plan.targets.update(undo_by=who, undo_at=anna.now, undo_why="x")
    assert Plan.objects.get().state == "asked"


# --- preserve before enforce


def test_a_plan_with_anything_unsealed_is_neither_asked_for_nor_approved_and_says_which(desk):
    plan = plan_of(desk, sealed=False)
    with desk.as_("anna") as anna, pytest.raises(BadInput) as error:
        planning.move(plan, "ask", by=anna, reason="x")
    assert sorted(problem.found for problem in error.value.problems) == [
        f"no sealed original about page meridian {name}" for name in ("one", "three", "two")
    ]


@pytest.mark.parametrize(
    ("sql", "constraint"),
    [
        ("UPDATE enforcement_target SET approved = true", "enforcement_target_is_sealed"),
        # A working copy is not what is sealed, even where the membership rests on it.
        ("UPDATE enforcement_target SET approved = true, evidence_id = (SELECT item_id FROM evidence WHERE how = 'rendition')",
         "enforcement_target_is_sealed"),
        # Nor is an original about something else.
        ("UPDATE enforcement_target SET approved = true, evidence_id = (SELECT item_id FROM evidence WHERE name = 'export')",
         "enforcement_target_is_sealed"),
        ("UPDATE enforcement_target SET approved = true, evidence_id = '00000000-0000-4000-8000-000000000000'",
         "enforcement_target_is_sealed"),
    ],
)  # fmt: skip
def test_the_owner_of_the_database_cannot_approve_what_is_not_sealed(desk, sql, constraint):
    plan_of(desk, sealed=False)
    with refused_by(constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_owner_of_the_database_cannot_make_an_order_about_what_is_not_sealed_or_not_approved(desk):
    plan = plan_of(desk)
    target = plan.targets.first()
    insert = "INSERT INTO enforcement_order (key, plan_id, target_id, what, body, due_at, attempts, error, answer, answer_reason) VALUES ('x', %s, %s, %s, '{}', now(), 0, '', '', '')"
    for what, constraint in (
        ("do", "enforcement_order_is_sealed"),
        ("undo", "enforcement_order_follows"),
        ("notice", "enforcement_order_follows"),
    ):
        with refused_by(constraint), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(insert, [plan.pk, target.pk, what])
    with refused_by("plan_approved_with_its_targets"), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(
            state="running", approved_by=desk.world.appointments["dora"][0], approved_at=moment()
        )
        checked()


def test_what_is_sealed_for_a_membership_counts_too(desk):
    plan = plan_of(desk, sealed=False)
    with desk.as_("anna") as anna:
        kept = sealing.seal_rows({"all": 3}, name="all", by=anna, case=plan.case, tool="export", captured_at=anna.now)
        for target in plan.targets.all():
            campaigns.rest_on(target.member, kept.item, by=anna, rows="one row each")
        planning.move(plan, "ask", by=anna, reason="x")
    assert set(plan.targets.values_list("evidence", flat=True)) == {kept.pk}


def test_what_leaves_the_campaign_after_the_approval_is_not_acted_on(desk, platform):
    plan = running(desk, stages=(100,))
    with desk.as_("anna") as anna:
        campaigns.withdraw_member(plan.targets.get(name="two").member, by=anna, reason="Another page of that name.")
    handing.hand_over()
    assert sorted(plan.targets.exclude(dropped="").values_list("name", flat=True)) == ["two"]
    assert len(platform.effects) == 4  # two pages banned, two told


def test_only_accepted_members_are_targets_and_everything_wrong_is_said_at_once(desk):
    case, campaign, members = campaign_of(desk)
    with desk.as_("anna") as anna:
        proposed = campaigns.propose_member(campaign, by=anna, kind=MemberKind.PAGE, platform="meridian", name="four",
                                            confidence=Confidence.LOW, method="a guess")  # fmt: skip
        with pytest.raises(BadInput) as error:
            planning.draft(
                campaign, case, by=anna, title="x", wanted=[(proposed, Action.BAN), (members[0], Action.STOP)],
                terms=Terms(**TERMS | {"stages": (5, 3), "ends_on": date(2026, 1, 1)}),
            )  # fmt: skip
    assert [problem.where for problem in error.value.problems] == ["targets", "targets", "stages", "ends on"]
    assert not Plan.objects.exists()
    with desk.as_("anna") as anna:
        plan = planning.draft(
            campaign, case, by=anna, title="x", wanted=[(members[0], Action.BAN)], terms=Terms(**TERMS)
        )
    with refused_by("enforcement_target_accepted"), transaction.atomic():
        Target.objects.create(
            plan=plan, member=proposed, action="ban page", kind="page", name="four", place=9, by=plan.by
        )


# --- statements


def test_statements_are_made_from_the_plan_and_each_is_valid(desk):
    plan = moved(desk, plan_of(desk, ends_on=date(2027, 1, 31), action=Action.SUSPEND), ("anna", "ask"))
    told = list(reasons.statements(plan))
    assert [problem for one in told for problem in problems_of(one)] == []
    assert sorted(one["puid"] for one in told) == sorted(str(key) for key in plan.targets.values_list("pk", flat=True))
    assert {one["end_date_account_restriction"] for one in told} == {"2027-01-31"}
    assert not any(name in json.dumps(told) for name in ("meridian", '"one"', "Anna"))
    assert [len(batch["statements"]) for batch in batches(told * 70)] == [100, 100, 10]


def test_a_plan_whose_statements_would_be_refused_is_not_asked_for_and_all_problems_are_told(desk):
    plan = plan_of(desk, facts="Write to anna@example.org about Harbourpage.", places=("XX",), keywords=("KEYWORD_NONE",),
                   category="STATEMENT_CATEGORY_NONE", names=("one", "Harbourpage"))  # fmt: skip
    with desk.as_("anna") as anna, pytest.raises(BadInput) as error:
        planning.move(plan, "ask", by=anna, reason="x")
    assert sorted(problem.where for problem in error.value.problems) == [
        "category", "category_specification", "decision_facts", "facts", "territorial_scope",
    ]  # fmt: skip
    assert "2 statements" in error.value.problems[0].found


# --- staged, once, tracked, taken back


def test_stages_are_handed_over_one_after_the_other_each_once(desk, platform):
    plan = running(desk, names=[f"page {number}" for number in range(20)], stages=(10, 100))
    assert handing.hand_over() == 4  # two done, two told
    assert handing.hand_over() == 0
    assert sum(order.startswith("do-") for order in platform.effects) == 2
    first = set(platform.effects)
    plan = moved(desk, plan, ("dora", "go on"))
    handing.hand_over()
    assert sum(order.startswith("do-") for order in platform.effects) == 20
    assert len(platform.calls) == len(set(platform.calls)) == 40
    assert first < set(platform.effects)
    assert handing.hand_over() == 0
    assert moved(desk, plan, ("dora", "finish")).state == PlanState.DONE
    stands = answers.progress(plan)
    assert (stands.targets, stands.handed_over, stands.done, stands.silent, stands.told) == (20, 20, 20, 0, 20)


def test_the_next_stage_waits_until_the_one_before_was_handed_over(desk):
    plan = running(desk)
    with desk.as_("dora") as dora, pytest.raises(BadInput) as error:
        planning.move(plan, "go on", by=dora, reason="x")
    assert "1 of 1 without" in error.value.problems[0].found


def test_a_refusal_is_kept_with_its_reason_and_nobody_is_told_of_what_was_not_done(desk, platform):
    platform.said = Said(answer=Answer.REFUSED, reason="no such page")
    plan = running(desk, stages=(100,))
    handing.hand_over()
    assert set(Order.objects.values_list("what", "answer", "answer_reason")) == {("do", "refused", "no such page")}
    assert not Notice.objects.exists()
    assert answers.progress(plan).refused == 3


STEPS = ("make_doing", "put", "make_notices", "claim", "post before", "post after", "settle")


class Killed(BaseException):
    """The worker is gone."""


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_nothing_is_lost_and_nothing_done_twice(desk, platform, monkeypatch, step):
    plan = running(desk, stages=(100,))
    for turn in range(3):
        name = "post" if step.startswith("post") else step
        real = getattr(handing, name)
        seen = []

        def dying(*given, real=real, seen=seen, turn=turn):
            seen.append(1)
            if len(seen) == turn + 1:
                if step in {"post before", "make_doing", "make_notices"}:
                    raise Killed
                done = real(*given)
                if step == "claim" and done is None:
                    return None
                raise Killed
            return real(*given)

        with monkeypatch.context() as patched:
            patched.setattr(handing, name, dying)
            with suppress(Killed):
                handing.hand_over()
        # What was being tried may be tried again once its time has come.
        Order.objects.filter(delivered_at=None).update(due_at=moment())
    handing.hand_over()
    assert sorted(platform.effects) == sorted(
        f"{what}-{key}" for what in ("do", "notice") for key in plan.targets.values_list("pk", flat=True)
    )
    assert set(Order.objects.values_list("answer", flat=True)) == {"done"}
    assert handing.hand_over() == 0


def test_what_fails_is_tried_again_later_and_given_up_in_plain_sight(desk, monkeypatch):
    plan = running(desk, names=("one",), stages=(100,))

    def broken(*given):
        raise ConnectionRefusedError

    monkeypatch.setattr(handing, "post", broken)
    for attempt in range(1, handing.ATTEMPTS + 1):
        Order.objects.update(due_at=moment())
        assert handing.hand_over() == 0
        assert Order.objects.get().attempts == attempt
        assert handing.hand_over() == 0
    order = Order.objects.get()
    assert order.attempts == handing.ATTEMPTS
    assert order.dead_at is not None
    assert order.error == "ConnectionRefusedError"
    assert answers.progress(plan).lost == 1
    there = Platform()
    monkeypatch.setattr(handing, "post", there)
    with desk.as_("dora") as dora:
        assert answers.try_again(plan, by=dora) == 1
    handing.hand_over()
    assert answers.progress(plan).done == 1


def test_what_there_was_no_time_to_send_is_due_again_and_was_no_attempt(desk, platform, monkeypatch):
    plan = running(desk, stages=(100,))
    handing.make_due()
    with monkeypatch.context() as patched:
        patched.setattr(handing, "LATEST_CALL", -1)
        assert handing.deliver_next() == 0
    assert not platform.calls
    assert set(Order.objects.values_list("attempts", "error", "delivered_at")) == {(0, "", None)}
    handing.hand_over()
    assert answers.progress(plan).done == 3


def test_portions_end_where_they_must_and_leave_nothing_out(desk, platform, monkeypatch):
    monkeypatch.setattr(handing, "DELIVERED", 2)
    monkeypatch.setattr(handing, "PORTION", 2)
    plan = running(desk, stages=(100,), names=[f"page {number}" for number in range(5)])
    assert handing.hand_over() == 10
    assert sorted(platform.calls) == sorted(platform.effects)
    assert answers.progress(plan).done == 5


def test_a_plan_is_rolled_back_whole_each_target_once(desk, platform):
    plan = running(desk, stages=(100,))
    handing.hand_over()
    plan = moved(desk, plan, ("dora", "roll back"))
    handing.hand_over()
    assert handing.hand_over() == 0
    stands = answers.progress(plan)
    assert (stands.to_undo, stands.undone) == (3, 3)
    assert sum(order.startswith("undo-") for order in platform.calls) == 3
    assert plan.item.state == "rolled back"


def test_some_targets_are_taken_back_and_what_was_not_sent_is_called_off(desk, platform):
    plan = running(desk, names=[f"page {number}" for number in range(4)], stages=(100,))
    handing.make_due()
    with desk.as_("dora") as dora:
        assert planning.undo(plan, [plan.targets.get(name="page 2")], by=dora, reason="A newsroom.") == 1
    handing.hand_over()
    assert sum(order.startswith("do-") for order in platform.effects) == 3
    with desk.as_("dora") as dora:
        assert planning.undo(plan, list(plan.targets.all()), by=dora, reason="A mistake.") == 3
        assert planning.undo(plan, list(plan.targets.all()), by=dora, reason="A mistake.") == 0
    handing.hand_over()
    assert sum(order.startswith("undo-") for order in platform.effects) == 3
    assert f"undo-{plan.targets.get(name='page 2').pk}" not in platform.effects
    with desk.as_("anna") as anna, pytest.raises(Refused):
        planning.undo(plan, [plan.targets.first()], by=anna, reason="x")


def test_what_is_being_tried_is_not_tried_again_once_it_was_taken_back_and_its_undoing_follows(desk, monkeypatch):
    plan = running(desk, names=("one",), stages=(100,))

    def broken(*given):
        raise TimeoutError

    monkeypatch.setattr(handing, "post", broken)
    handing.hand_over()
    moved(desk, plan, ("dora", "roll back"))
    there = Platform()
    monkeypatch.setattr(handing, "post", there)
    assert handing.hand_over() == 0  # a call that began may still arrive
    Order.objects.filter(what="undo").update(due_at=moment())
    handing.hand_over()
    assert [order.partition("-")[0] for order in there.calls] == ["undo"]
    with desk.as_("dora") as dora:
        assert answers.try_again(plan, by=dora) == 0


# --- by file


def test_a_plan_goes_by_file_with_the_same_bytes_and_its_answers_come_back(desk, platform):
    plan = running(desk, stages=(100,), channel="file")
    handing.hand_over()
    first = b"".join(answers.lines(plan))
    handing.hand_over()
    assert b"".join(answers.lines(plan)) == first
    assert platform.calls == []
    keys = [json.loads(line)["key"] for line in first.splitlines()]
    told = b"\n".join(json.dumps({"key": key, "answer": "done"}).encode() for key in keys)
    with desk.as_("dora") as dora:
        with pytest.raises(BadInput) as error:
            answers.take(
                plan,
                told
                + b'\n{"key": "do-x", "answer": "done"}\n{"key": 3}\nx\n{"key": "'
                + keys[0].encode()
                + b'", "answer": "refused"}',
                by=dora,
            )
        assert [problem.where for problem in error.value.problems] == ["line 4", "line 5", "line 6", "line 7"]
        assert answers.progress(plan).silent == 3
        assert answers.take(plan, told, by=dora) == 3
        assert answers.take(plan, told, by=dora) == 0
    assert answers.progress(plan).done == 3
    with desk.as_("anna") as anna, pytest.raises(Refused):
        answers.take(plan, told, by=anna)


def test_the_signature_is_the_hmac_of_the_bytes_and_answers_are_read_strictly():
    # RFC 4231, test case 2.
    assert signature("Jefe", b"what do ya want for nothing?") == (
        "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
    assert read(b"") == Said(answer=Answer.ACCEPTED)
    assert read(b'{"answer": "refused"}') == Said(answer=Answer.REFUSED, reason="no reason was given")
    for told, wrong in ((b"[]", "no object"), (b'{"answer": "maybe"}', "maybe"), (b"<html>", "Expecting value")):
        with pytest.raises(ValueError, match=wrong):
            read(told)
    with pytest.raises(ValueError, match="no address"):
        post("file:///etc/passwd", "k", "do-1", b"{}")


# --- notices and appeals


def test_whom_it_concerns_is_told_what_why_and_how_to_answer_and_nothing_of_others(desk, platform):
    running(desk, names=("one", "twopage", "threepage"), stages=(100,))
    handing.hand_over()
    notice = Notice.objects.get(target__name="twopage")
    for words in ("twopage", "may not be used any more", "Terms of use, section 4.2", "A machine took part", "within seconds", "2026-11-23",
                  f"https://hustings.example/appeals/{notice.code}/"):  # fmt: skip
        assert words in notice.text, words
    for words in ("threepage", "Anna", "Dora", "Harbour lights"):
        assert words not in notice.text, words
    sent = json.loads(platform.effects[f"notice-{notice.target_id}"])
    assert sent["text"] == notice.text


def test_a_notice_waits_on_a_ground_until_a_day_and_then_goes_out(desk, platform):
    plan = running(desk, stages=(100,))
    with desk.as_("dora") as dora:
        for until, ground in ((dora.now, "a court"), (dora.now + timedelta(days=3), " ")):
            with pytest.raises(BadInput):
                planning.put_notices_off(plan, until, by=dora, ground=ground)
        planning.put_notices_off(plan, dora.now + timedelta(days=3), by=dora, ground="Order 17 of the court")
    handing.hand_over()
    assert not Notice.objects.exists()
    Plan.objects.update(notices_after=moment())
    handing.hand_over()
    assert Notice.objects.count() == 3
    with refused_by("plan_notices_wait_on_a_ground"), transaction.atomic():
        Plan.objects.update(notices_ground="")


def test_an_appeal_is_decided_by_who_had_no_part_and_what_was_wrong_is_taken_back(desk, platform):
    running(desk, stages=(100,))
    handing.hand_over()
    notice = Notice.objects.get(target__name="two")
    appeals.appeal(notice.code, "We are a newsroom and say so.")
    with pytest.raises(BadInput):
        appeals.appeal(notice.code, "We say it once more.")
    for code in ("x", "A" * 24):
        with pytest.raises(NotKnown):
            appeals.told(code)
    work = Work.objects.get(queue="enforcement")
    people = {str(desk.world.appointments[who][0].person_id) for who in ("anna", "ben", "dora")}
    assert people <= {str(one) for one in work.without}
    with desk.as_("dora") as dora:
        assert claim(dora, "enforcement") is None
    # Somebody else reviews.
    other = appoint(person("Olga"), desk.world.appointments["dora"][0].position.organisation, "Reviewer", ("reviewer",))
    with desk.seated(other) as olga:
        held = claim(olga, "enforcement")
        assert held is not None
        decide(held, "it was wrong", "not so", "", by=olga)
    handing.hand_over()
    assert [order for order in platform.effects if order.startswith("undo-")] == [f"undo-{notice.target_id}"]
    stands = appeals.told(notice.code)
    assert stands.outcome == "it was wrong"
    assert "taken back" in stands.answer
    assert PlanAppeal.objects.get().answered_at is not None


def test_the_web_cannot_write_orders_notices_or_appeals_and_cannot_change_what_a_target_is(desk, platform):
    plan = running(desk, stages=(100,))
    handing.hand_over()
    with desk.as_("anna"):
        for change in (
            "INSERT INTO enforcement_notice (target_id, plan_id, code, text) SELECT id, plan_id, 'x', '' FROM enforcement_target",
            "UPDATE enforcement_target SET name = 'other'",
            "UPDATE enforcement_order SET body = '{}'",
            "UPDATE enforcement_plan SET facts = 'other'",
            "DELETE FROM enforcement_order",
            "DELETE FROM enforcement_move",
            "INSERT INTO enforcement_appeal (id, target_id) SELECT gen_random_uuid(), id FROM enforcement_target",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(change)
    with refused_by("enforcement_order_stays"), transaction.atomic():
        Order.objects.update(body="{}")
    with refused_by("enforcement_target_stays"), transaction.atomic():
        Target.objects.filter(plan=plan).update(name="other")


# --- collateral


def test_the_preview_counts_what_each_target_touches(desk):
    plan = plan_of(desk)
    door = desk.world.appointments["anna"][0].position.organisation
    sponsor = Sponsor.objects.create(held_by=door, registered_name="A party", state="authorised", sponsor_class="A")
    page = Page.objects.create(held_by=door, platform="meridian", number="two", sponsor=sponsor)
    paid = Disclaimer.objects.create(sponsor=sponsor, text="Paid by a party")
    for number, state in enumerate(("delivering", "ended", "delivering")):
        Ad.objects.create(
            held_by=door, archive="api", number=str(number), state=state, page=page, sponsor=sponsor, disclaimer=paid
        )
    ProtectedActor.objects.create(platform="meridian", actor="one", ground="a list")
    with desk.as_("anna") as anna:
        other = campaigns.open_campaign(plan.case, by=anna, name="Another")
        for kind, platform, name in ((MemberKind.PAGE, "meridian", "three"), (MemberKind.AD, "api", "1")):
            campaigns.propose_member(
                other, by=anna, kind=kind, platform=platform, name=name, confidence=Confidence.LOW, method="x"
            )
        seen = {one.name: one for one in preview.preview(plan, by=anna)}
    two = seen["two"]
    assert (two.ads, two.running, two.sponsors, two.disclaimers, two.other_members, two.protected) == (3, 2, 1, 1, 1, 0)
    assert (seen["one"].protected, seen["one"].ads) == (1, 0)
    assert (seen["three"].campaigns, seen["two"].campaigns) == (1, 0)
    assert preview.totals(list(seen.values())) == {
        "ads": 1, "running": 1, "posts": 0, "campaigns": 1, "other_members": 1, "sponsors": 1, "protected": 1, "disclaimers": 1,
    }  # fmt: skip
    with desk.as_("kira") as kira, pytest.raises(NotKnown):
        preview.preview(plan, by=kira)
