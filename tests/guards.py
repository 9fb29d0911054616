"""What guards whom: each guard is taken out, and the test that stands behind it must then fail.

`./run test --guards` runs the named test of each line below with that line's guard taken out, and passes only if the
test notices: by a comparison that does not hold, not by any other error. A guard is taken out in Python (an attribute is replaced) or in the test's own transaction (SQL as the
owner, gone when the test ends). Add a line for each guard you add; a test compares the table with the conditions, row
rules and append-only tables that exist.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import reduce
from importlib import import_module
from typing import Any
from unittest.mock import patch

import pytest

__all__ = ["GUARDS", "Guard"]

DECIDE = "tests/unit/test_policy_decide.py"
ATTACKS = "tests/platform/test_attacks.py"
RULES = "tests/platform/test_row_rules.py"
BEGINNINGS = "tests/platform/test_sharing_beginnings.py"


@dataclass(frozen=True)
class Guard:
    """One guard. `test` is the beginning of the id of the test that must fail without it."""

    name: str
    test: str
    sql: Callable[[], list[str]] | None = None
    replace: dict[str, Any] = field(default_factory=dict)  # "module:attribute" -> what stands there instead

    @contextmanager
    def taken_out(self) -> Iterator[None]:
        """Without the guard, until the end of the block."""
        patches = []
        for place, value in self.replace.items():
            module, _, path = place.partition(":")
            *owners, attribute = path.split(".")
            patches.append(patch.object(reduce(getattr, owners, import_module(module)), attribute, value))
        for each in patches:
            each.start()
        try:
            if self.sql is not None:
                from django.db import connection

                with connection.cursor() as cursor:
                    for statement in self.sql():
                        cursor.execute(statement)
            yield
        finally:
            for each in patches:
                each.stop()


def condition(code: str) -> dict[str, Any]:
    """The function that decides, deaf to one condition."""
    from hustings.policy import decide

    whole = decide.decided

    def deaf(failed):
        return whole([each for each in failed if each.value != code])

    return {"hustings.policy.decide:decided": deaf}


def rule(*changes: tuple[str, str]) -> Callable[[], list[str]]:
    """The SQL of the rule with something left out."""

    def statements() -> list[str]:
        from hustings.apps.items.rule import RULE

        text = RULE
        for there, instead in changes:
            assert there in text, f"the rule does not say {there!r} any more"
            text = text.replace(there, instead)
        return [text]

    return statements


def open_rows(table: str, policy: str) -> Callable[[], list[str]]:
    """One row rule that lets everything through."""

    def statements() -> list[str]:
        from hustings.apps.protection.apply import declared

        command, using, check = declared()[table].rows[policy]
        opened = (" USING (true)" if using else "") + (" WITH CHECK (true)" if check or command == "UPDATE" else "")
        return [f'ALTER POLICY {policy} ON "{table}"{opened}']

    return statements


def no_trigger(table: str, trigger: str) -> Callable[[], list[str]]:
    """A table without one of its triggers."""
    return lambda: ["SET CONSTRAINTS ALL IMMEDIATE", f'DROP TRIGGER {trigger} ON "{table}"']


def lapse(name: str) -> str:
    """The test of what ends reading at once."""
    return f"{ATTACKS}::test_23_what_lapses_ends_reading_the_same_instant[{name}]"


FLIPPED = f"{DECIDE}::test_each_condition_on_the_reader_flipped_alone_denies_with_its_code"

# The function, condition by condition.
FUNCTION = [
    *(
        Guard(f"function: {code}", f"{FLIPPED}[{code}-", replace=condition(code))
        for code in (
            "identity",
            "access",
            "eligibility",
            "position",
            "facility",
            "agreement",
            "compartment",
            "release",
            "sharing",
            "need to know",
            "conflict",
        )
    ),
    Guard(
        "function: marking",
        f"{DECIDE}::test_each_condition_on_the_item_flipped_alone_denies_with_its_code[marking-",
        replace=condition("marking"),
    ),
    Guard(
        "function: onward",
        f"{DECIDE}::test_what_is_passed_on_may_be_read_by_every_recipient",
        replace=condition("onward"),
    ),
    Guard("function: role", f"{DECIDE}::test_an_owners_act_is_refused_to_everybody_else", replace=condition("role")),
    Guard(
        "function: second person",
        f"{DECIDE}::test_a_second_person_is_another_person",
        replace=condition("second person"),
    ),
]

# The same as SQL, part by part.
PREDICATE = [
    Guard("SQL: account", lapse("account disabled"), rule(("p.is_active AND", ""))),
    Guard("SQL: strong sign-in", f"{ATTACKS}::test_23_a_weak_sign_in", rule(("AND strong AND", "AND"))),
    Guard("SQL: takes part", lapse("organisation left"), rule(("AND part.state = 'in force'", ""))),
    Guard("SQL: in the position", lapse("left the position"), rule(("AND held.state = 'in force'", ""))),
    Guard("SQL: unknown words", lapse("a word nobody knows"), rule(("l.unknown = '{}'", "true"))),
    Guard(
        "SQL: marking in force",
        lapse("marking withdrawn"),
        rule(("(l.withdrawn_at IS NULL OR l.withdrawn_at > n.now)", "true")),
    ),
    Guard("SQL: access active", lapse("access debriefed, read-in left"), rule(("access.state = 'active' AND", ""))),
    Guard("SQL: access level", lapse("access at a lower level"), rule(("r.access >= l.level AND", ""))),
    Guard("SQL: eligibility", lapse("eligibility suspended"), rule(("eligible.state = 'favourable' AND", ""))),
    Guard("SQL: vetting", lapse("dropped from vetting"), rule(("eligible.vetting AND", ""))),
    Guard("SQL: position", lapse("position requires less"), rule(("r.required >= l.level AND", ""))),
    Guard("SQL: facility", lapse("facility invalidated"), rule(("place.state = 'granted' AND", ""))),
    Guard(
        "SQL: safeguarding",
        lapse("content kept where none may be"),
        rule(("AND (NOT l.kept_here OR r.safeguarding >= l.level)", "")),
    ),
    Guard("SQL: agreement", lapse("agreement ended"), rule(("g.state = 'signed' AND", ""))),
    Guard("SQL: training in date", lapse("training over"), rule(("AND (g.until IS NULL OR g.until > n.now)", ""))),
    Guard(
        "SQL: read-in", lapse("debriefed from the compartment"), rule(("l.compartments::text[] <@ r.read_ins AND", ""))
    ),
    Guard(
        "SQL: position's compartments",
        lapse("position without the compartment"),
        rule(("AND l.compartments::text[] <@ r.required_compartments", "")),
    ),
    Guard(
        "SQL: releasability",
        lapse("citizenship lost"),
        rule(("AND (l.releasable_to IS NULL OR l.releasable_to::text[] && r.citizenships)", "")),
    ),
    Guard(
        "SQL: kinds of organisations",
        lapse("another kind of organisation"),
        rule(("AND (l.permitted_kinds IS NULL OR r.kind = ANY (l.permitted_kinds::text[]))", "")),
    ),
    Guard(
        "SQL: organisations named",
        lapse("organisation not named"),
        rule(
            ("(c.organisations IS NULL OR c.owner = r.organisation OR r.organisation = ANY (c.organisations))", "true")
        ),
    ),
    Guard("SQL: sharing", lapse("group left"), rule(("s.inside AND", ""))),
    Guard("SQL: every owner's circle", lapse("another owner's circle"), rule(("s.inside AND", ""))),
    Guard("SQL: roles", lapse("role not named"), rule(("AND (l.roles IS NULL OR l.roles::text[] && r.roles)", ""))),
    Guard(
        "SQL: grant withdrawn",
        lapse("grant withdrawn"),
        rule(("AND (g.withdrawn_at IS NULL OR g.withdrawn_at > n.now)", "")),
    ),
    Guard("SQL: grant's end", lapse("grant over"), rule(("AND g.ends_at > n.now", ""))),
    Guard(
        "SQL: granted by another",
        f"{ATTACKS}::test_23_nobody_names_themself",
        rule(("AND b.person_id <> a.person_id", "")),
    ),
    Guard("SQL: keeps out of the owner", lapse("keeps out of the owner's affairs"), rule(("AND NOT s.kept_out", ""))),
    Guard(
        "SQL: only one's own seat",
        f"{ATTACKS}::test_23_a_weak_sign_in",
        rule(("coalesce(current_setting('role', true), '') <> 'hustings_web' OR", "true OR")),
    ),
    Guard(
        "SQL: marking what one can read",
        f"{ATTACKS}::test_19_a_label_that_was_there",
        rule(("EXISTS (SELECT FROM hustings_labels() h WHERE h.label = made)", "true")),
    ),
    Guard(
        "SQL: groups one can see",
        f"{ATTACKS}::test_12_and_13",
        rule(("g.circle NOT IN (SELECT hustings_groups())", "false")),
    ),
]

# Row-level security, policy by policy, and the triggers.
ROWS = [
    Guard(f"rows: {table}.{policy}", f"{RULES}::test_the_row_rule_holds[{table}-{policy}]", open_rows(table, policy))
    for table, policy in (
        ("access_change", "person_and_officers_know"),
        ("agreement_change", "person_and_officers_know"),
        ("citizenship_change", "person_and_officers_know"),
        ("compartment", "insiders_know"),
        ("eligibility_change", "person_and_officers_know"),
        ("facility_change", "officers_know"),
        ("item", "holders_change"),
        ("item", "readers_know"),
        ("item", "readers_make"),
        ("item_consent", "owner_consents"),
        ("item_consent", "owner_withdraws"),
        ("item_consent", "readers_know"),
        ("item_source", "makers_say"),
        ("item_source", "readers_of_both_know"),
        ("item_source", "releasing_authorities_release"),
        ("label", "owner_withdraws"),
        ("label", "readers_know"),
        ("need_grant", "another_grants"),
        ("need_grant", "another_withdraws"),
        ("need_grant", "named_and_offices_know"),
        ("read_in_change", "person_and_officers_know"),
        ("recusal", "officer_ends"),
        ("recusal", "person_and_officers_know"),
        ("recusal", "person_or_officer_says"),
        ("sharing_group", "members_know"),
        ("sharing_group", "owner_makes"),
        ("sharing_member_change", "members_know"),
        ("sharing_member_change", "owner_changes"),
    )
]
TRIGGERS = [
    *(
        Guard(
            f"trigger: {table}.added_only",
            f"{RULES}::test_rows_are_added_never_changed[{table}]",
            no_trigger(table, "added_only"),
        )
        for table in (
            "access_change",
            "agreement_change",
            "appointment_change",
            "citizenship_change",
            "eligibility_change",
            "facility_change",
            "organisation_change",
            "position_change",
            "read_in_change",
            "sharing_member_change",
        )
    ),
    *(
        Guard(f"trigger: {table}.kept", f"{RULES}::test_tables_are_never_emptied[{table}]", no_trigger(table, "kept"))
        for table in (
            "access_change",
            "agreement_change",
            "appointment_change",
            "citizenship_change",
            "eligibility_change",
            "facility_change",
            "organisation_change",
            "position_change",
            "read_in_change",
            "sharing_member_change",
        )
    ),
    Guard(
        "trigger: item.item_stays",
        f"{ATTACKS}::test_09_kind_maker_and_date_of_an_item_stay",
        no_trigger("item", "item_stays"),
    ),
]

REVIEWED = "tests/platform/test_review.py"
QUEUED = "tests/platform/test_review_queue.py"


def reviewing(there: str, instead: str = "") -> Callable[[], list[str]]:
    """The functions of review with something left out."""

    def statements() -> list[str]:
        from hustings.apps.review.functions import FUNCTIONS

        assert there in FUNCTIONS, f"the functions do not say {there!r} any more"
        return [FUNCTIONS.replace(there, instead)]

    return statements


# Who holds what, who decides what, and who is told.
REVIEW = [
    *(
        Guard(f"rows: {table}.{policy}", f"{REVIEWED}::{test}", open_rows(table, policy))
        for table, policy, test in (
            ("review_work", "shown_to_who_reviews", "test_another_organisation_sees_and_takes_nothing"),
            ("review_decision", "shown_once_settled", "test_the_second_is_told_nothing_of_the_first"),
            ("review_outbox", "shown_to_who_reviews", "test_another_organisation_sees_and_takes_nothing"),
        )
    ),
    *(
        Guard(f"rows: {table}.{policy}", f"{QUEUED}::{test}", open_rows(table, policy))
        for table, policy, test in (
            ("review_avoided", "own", "test_who_keeps_from_a_topic_is_given_none_of_it"),
            ("review_avoided", "said_of_oneself", "test_nobody_keeps_another_from_a_topic"),
            ("review_dose", "own", "test_nobody_else_reads_a_meter"),
            ("review_draw", "auditors_work_it_out", "test_the_seed_of_draws_is_shown_to_auditors_alone"),
            ("review_rules", "shown_to_who_reviews", "test_rules_hold_for_their_organisation_alone"),
            ("review_rules", "put_in_force_by_a_supervisor", "test_a_reviewer_puts_no_rules_in_force"),
            ("review_language", "recorded_by_a_supervisor", "test_nobody_says_of_themself_what_they_read"),
            ("review_work", "shown_to_who_reviews", "test_marked_work_is_given_and_shown_to_who_may_know_its_item"),
        )
    ),
    *(
        Guard(f"review: {name}", f"{QUEUED}::{test}", reviewing(there, instead))
        for name, there, instead, test in (
            (
                "language",
                "(l.language = '' OR reads IS NULL OR l.language = ANY (reads))",
                "true",
                "test_work_in_a_language_goes_to_who_reads_it_well_enough",
            ),
            ("topics", "AND NOT l.topics::text[] && keeps", "", "test_who_keeps_from_a_topic_is_given_none_of_it"),
            ("senior", "(NOT l.senior OR adjudicates)", "true", "test_where_two_differ_a_senior_decides"),
            ("marking", "OR hustings_knows(n.item_id)", "OR true", "test_marked_work_is_given_and_shown"),
            (
                "a slip is of seconds",
                "seconds' < hustings_now() OR w.state",
                "seconds' < '-infinity' OR w.state",
                "test_later_than_that_or_once_somebody_looked",
            ),
        )
    ),
    *(
        Guard(f"review: {name}", f"{REVIEWED}::{test}", reviewing(there, instead))
        for name, there, instead, test in (
            (
                "one holder",
                "AND (n.lease_until IS NULL OR n.lease_until <= at)",
                "",
                "test_nobody_else_takes_what_is_held",
            ),
            ("fence", "OR w.fence <> the_fence", "", "test_an_older_claim_of_ones_own_is_over_too"),
            ("lease", "OR w.lease_until <= at THEN", "THEN", "test_a_lease_that_ran_out_is_over"),
            ("what was seen", "w.digest <> the_digest", "false", "test_a_digest_that_was_not_shown"),
            ("once a person", "AND NOT me.person = ANY (n.without)", "", "test_who_decided_does_not_decide_again"),
            (
                "role of the queue",
                "r.bound AND r.roles && review_roles(the_queue)",
                "r.bound",
                "test_a_seat_that_ended_takes_nothing",
            ),
        )
    ),
]

SIGNIN, API = "tests/platform/test_signin.py", "tests/platform/test_api.py"
BY_PROVIDER = "tests/platform/test_signin_provider.py"

# Who is at the door, and what programs may.
DOOR = [
    *(
        Guard(f"rows: {table}.{policy}", f"{file}::{test}", open_rows(table, policy))
        for table, policy, file, test in (
            ("token", "own_reads", API, "test_the_web_sees_the_tokens_of_its_seat_only"),
            ("token", "own_ends", API, "test_the_web_ends_the_tokens_of_its_seat_only"),
            ("token", "own_makes", API, "test_the_web_makes_tokens_for_its_seat_only"),
            ("invitation", "own_organisation_reads", SIGNIN, "test_the_web_reads_invitations_of_its_own"),
            ("invitation", "own_organisation_withdraws", SIGNIN, "test_the_web_withdraws_invitations_of_its_own"),
            ("invitation", "own_organisation_invites", SIGNIN, "test_the_web_invites_for_its_own"),
        )
    ),
    Guard(
        "sign-in: asked again before what is dangerous",
        f"{SIGNIN}::test_dangerous_pages_ask_again",
        replace={"hustings.apps.people.signin.fresh:is_fresh": lambda request: True},
    ),
    Guard(
        "sign-in: who shows no second factor is nobody",
        f"{BY_PROVIDER}::test_a_password_alone_there_signs_nobody_in_here",
        replace={"hustings.apps.people.signin.provider:second_factor_shown": lambda provider, claims: True},
    ),
    Guard(
        "sign-in: a provider's own people only",
        f"{BY_PROVIDER}::test_who_holds_no_position_there",
        replace={"hustings.apps.people.signin.provider:at_organisation": lambda person, provider: True},
    ),
    Guard(
        "api: a cursor belongs to its query and caller",
        f"{API}::test_attack_18",
        replace={"hustings.apps.api_cursor:bound_to": lambda request: ""},
    ),
    Guard(
        "api: proof that a page is ours",
        f"{API}::test_a_session_does_not_change_anything",
        replace={"hustings.apps.api_caller:check_csrf": lambda request: None},
    ),
    Guard(
        "api: calls are counted",
        f"{API}::test_too_many_calls",
        replace={"hustings.apps.api_caller:slow_down": lambda who, most: None},
    ),
]

ADVERTISERS = "tests/platform/test_advertisers.py"
# Between advertisers, verifiers and the public.
ADVERTISING = [
    Guard(
        "advertisers: what they leave a sponsor as",
        f"{ADVERTISERS}::test_an_advertiser_authorises_nobody_by_hand",
        open_rows("sponsor", "advertiser_changes"),
    ),
    Guard(
        "advertisers: theirs alone",
        f"{ADVERTISERS}::test_an_advertiser_sees_only_what_is_theirs",
        open_rows("sponsor_person", "advertiser_reads"),
    ),
    Guard(
        "advertisers: nobody lets themself in",
        f"{ADVERTISERS}::test_nobody_lets_themself_into_a_sponsor",
        open_rows("sponsor_member", "advertiser_lets_in"),
    ),
    Guard(
        "documents: of one's own door alone",
        f"{ADVERTISERS}::test_another_organisations_verifier_sees_nothing_of_it",
        open_rows("sponsor_document", "door_reads"),
    ),
    Guard(
        "documents: sealed",
        f"{ADVERTISERS}::test_a_document_is_nowhere_in_clear_and_opens_in_its_own_row_alone",
        replace={"hustings.apps.ads.documents.keeping:seal": lambda content, **_: content},
    ),
    Guard(
        "advertisers: the letter is answered first",
        f"{ADVERTISERS}::test_what_is_handed_in_waits_for_nobody_until_the_letter_is_answered",
        replace={"hustings.apps.ads.desk.asking:ready": lambda sponsor: True},
    ),
]

AD_ROWS = "tests/platform/test_ads_rows.py"
OF_ADS = (
    "sponsor", "sponsor_member", "sponsor_change", "register_edition", "register_entry", "sponsor_check", "sponsor_document", "sponsor_person",
    "sponsor_organisation", "sponsor_document_look", "sponsor_challenge", "sponsor_behind", "ad_page", "ad_page_name", "ad_page_administrator",
    "ad_payer", "ad_disclaimer", "ad_creative", "ad", "ad_version", "ad_change", "ad_screening", "ad_landing_capture", "ad_order", "ad_found_late",
    "ad_delivery", "archive_import", "archive_row", "archive_set_aside", "listed_landing",
)  # fmt: skip
ADDED_ONLY = (
    "sponsor_change", "register_entry", "sponsor_person", "sponsor_organisation", "sponsor_document_look", "ad_page_name", "ad_creative",
    "ad_version", "ad_change", "ad_screening", "ad_landing_capture", "ad_found_late", "archive_row", "archive_set_aside", "listed_landing",
)  # fmt: skip
READ_BY_ADVERTISERS = (
    "sponsor", "sponsor_member", "register_edition", "sponsor_document", "sponsor_person", "sponsor_challenge", "ad_page", "ad_payer",
    "ad_creative", "ad",
)  # fmt: skip
# Beneath the pages of ads and elections, table by table.
BENEATH_ADS = [
    *(
        Guard(f"rows: {table}.{policy}", f"{AD_ROWS}::{test}[{table}]", open_rows(table, policy))
        for tables, policy, test in (
            (OF_ADS, "door_reads", "test_nobody_else_reads_a_row"),
            (READ_BY_ADVERTISERS, "advertiser_reads", "test_nobody_else_reads_a_row"),
            (
                [table for table in OF_ADS if table != "sponsor_document_look"],
                "door_adds",
                "test_nobody_else_adds_a_row",
            ),
            (["sponsor_document_look"], "who_looks_adds", "test_nobody_else_adds_a_row"),
            ([table for table in OF_ADS if table not in ADDED_ONLY], "door_changes", "test_nobody_else_changes_a_row"),
            (
                ["election", "election_change", "voting_rule"],
                "planners_add",
                "test_everybody_reads_elections_and_planners_alone_write_them",
            ),
            (["election"], "planners_change", "test_everybody_reads_elections_and_planners_alone_write_them"),
        )
        for table in tables
    ),
    Guard(
        "rows: sponsor_change.advertiser_adds",
        f"{AD_ROWS}::test_an_advertiser_leaves_a_sponsor_in_no_state_that_the_door_gives[authorised]",
        open_rows("sponsor_change", "advertiser_adds"),
    ),
    Guard(
        "rows: ad_disclaimer.advertiser_adds",
        f"{AD_ROWS}::test_an_approved_disclaimer_is_not_an_advertisers_to_add",
        open_rows("ad_disclaimer", "advertiser_adds"),
    ),
    Guard(
        "landing: a robot's look is compared with a phone's",
        "tests/platform/test_ads_landing.py::test_a_page_that_shows_a_robot_something_else_is_cloaked",
        replace={"hustings.apps.ads.landing:AGENTS": ("Android", "Android")},
    ),
    Guard(
        "landing: no look into our own network",
        "tests/platform/test_ads_landing.py::test_neither_an_ad_nor_a_redirect_leads_us_to_our_own_doors",
        replace={"hustings.apps.ads.landing:may_ask": lambda url: None},
    ),
    Guard(
        "ads: who made a move is one of its makers",
        "tests/platform/test_ads_moves.py::test_a_sponsor_is_moved_as_the_table_says",
        replace={
            "hustings.apps.ads.moving:makers": lambda *_: frozenset(
                {"advertiser", "verifier", "reviewer", "clock", "machine"}
            )
        },
    ),
]

# What stands before every page, and the log.
PAGES = [
    Guard(
        "pages: content security policy",
        "tests/platform/test_console.py::test_what_a_signed_in_person_saw_is_kept_by_no_browser",
        replace={"hustings.apps.console.policy_header:POLICY": "default-src *"},
    ),
    Guard(
        "pages: token of the form",
        f"{SIGNIN}::test_requests_without_the_token_of_the_form_are_refused",
        replace={"django.middleware.csrf:CsrfViewMiddleware.process_view": lambda *_: None},
    ),
    Guard(
        "sign-in: attempts are counted",
        f"{SIGNIN}::test_the_sixth_attempt_at_an_account_is_not_looked_at",
        replace={"django.conf:settings.ACCOUNT_RATE_LIMITS": False},
    ),
    Guard(
        "log: nothing in it is changed",
        "tests/platform/test_audit.py::test_nobody_changes_or_removes_anything_in_the_log_not_even_the_owner",
        no_trigger("log_leaf", "added_only"),
    ),
]

TAXII = "tests/platform/test_taxii.py"


class Everything:
    """Holds whatever is asked for."""

    def __contains__(self, what: object) -> bool:
        return True


# Between partners who read the same collections.
EXCHANGE = [
    Guard(
        "rows: stix_object.known",
        f"{TAXII}::test_markings_bind_beside_the_permission[marks2-False]",
        open_rows("stix_object", "known"),
    ),
    Guard(
        "rows: taxii_entry.known",
        f"{TAXII}::test_an_account_reaches_no_collection_but_of_who_keeps_it",
        open_rows("taxii_entry", "known"),
    ),
    Guard(
        "exchange: a newer version is bound by the older one",
        f"{TAXII}::test_a_newer_version_of_another_lifts_no_marking",
        replace={"hustings.apps.taxii.actions:OBSERVABLES": Everything()},
    ),
    Guard(
        "exchange: what came begins with who handed it in",
        f"{BEGINNINGS}::test_what_is_made_of_it_counts_under_it",
        no_trigger("stix_object", "origin_begins"),
    ),
    Guard(
        "exchange: what another installation says of who began it counts",
        f"{BEGINNINGS}::test_what_is_made_of_it_counts_under_it",
        no_trigger("sharing_told_beginning", "origin_begins"),
    ),
    Guard(
        "exchange: who began it goes beside what is told",
        f"{BEGINNINGS}::test_every_capacity_passed_on",
        replace={"hustings.apps.taxii.actions:COMPANIONS": []},
    ),
    Guard(
        "exchange: a word that nobody here knows is a government's",
        f"{BEGINNINGS}::test_what_is_unknown_unread_or_called_ones_own",
        replace={"hustings.apps.sharing.beginnings:heard": lambda _starter, _capacity: None},
    ),
]

GUARDS = [*FUNCTION, *PREDICATE, *ROWS, *TRIGGERS, *REVIEW, *DOOR, *ADVERTISING, *BENEATH_ADS, *EXCHANGE, *PAGES]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--guards`: take each guard out in turn, and see its test fail."""
    parser.addoption("--guards", action="store_true", help="take each guard out in turn and see its test fail")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put in place of all tests the one of each guard, to be run without it."""
    if not config.getoption("--guards"):
        return
    chosen = []
    for guard in GUARDS:
        item = next((item for item in items if item.nodeid.startswith(guard.test)), None)
        if item is None:
            raise pytest.UsageError(f"Guard '{guard.name}' names test '{guard.test}', which there is none of.")
        chosen.append(without(guard, item))
    items[:] = chosen


def without(guard: Guard, item: pytest.Item) -> pytest.Item:
    """The same test, run with the guard taken out; it passes when the test fails."""
    assert isinstance(item, pytest.Function)
    copy = pytest.Function.from_parent(
        item.parent,
        name=item.name,
        callspec=getattr(item, "callspec", None),
        callobj=item.obj,
        fixtureinfo=item._fixtureinfo,
        keywords=item.keywords,
        originalname=item.originalname,
    )
    copy._nodeid = f"{item.nodeid} without [{guard.name}]"
    run = copy.runtest

    def runtest() -> None:
        with guard.taken_out():
            try:
                run()
            except (AssertionError, pytest.fail.Exception):
                end_unchecked()
                return
        pytest.fail(f"Without the guard '{guard.name}' this test passes all the same.", pytrace=False)

    copy.runtest = runtest  # type: ignore[method-assign]
    return copy


def end_unchecked() -> None:
    """Let the test's transaction end without a last check: what the guard would have refused may still be in it."""
    from django.db import connection, transaction

    if connection.in_atomic_block:
        transaction.set_rollback(True)
