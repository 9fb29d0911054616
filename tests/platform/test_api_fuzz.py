"""The interface under made-up calls: no failure of ours, no answer that the description does not tell."""

from datetime import timedelta

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from made_people import appoint, organisation, person
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from hustings.apps import api_caller
from hustings.apps.items.actions import make_item
from hustings.apps.people.find import seats
from hustings.apps.tokens.actions import make_token
from hustings.apps.tokens.scope import Scope
from hustings.policy.marking import Marking, Tlp

# What these take has to fit more than a description can say; what does not fit it is refused with the place of each problem.
BEYOND = {
    "/api/ads/deliveries": "every row names an ad that is there",
    "/api/elections": "an election that is called or held has a day",
    "/api/indicators/": "a pattern is one of STIX",
    "/api/lookalikes/protected": "what is protected is a domain, name or account that can be one",
    "/api/partners/drills": "who is called is a contact that is there",
}

pytestmark = pytest.mark.slow  # hundreds of made-up calls


@pytest.fixture
def anna(db, settings, monkeypatch):
    # Calls are counted elsewhere; here there are more than anybody makes.
    settings.HUSTINGS_API_CALLS_A_MINUTE = 10**6
    monkeypatch.setattr(api_caller, "FAILED_A_MINUTE", 10**6)
    # A test is one transaction, which an answer of the application would close with its connection.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    cache.clear()
    meridian = organisation("Meridian")
    made = person("Anna")
    appoint(made, meridian, roles=("analyst", "auditor"))
    (made.seat,) = seats(made, strong=True)
    for number in range(3):
        marking = Marking(tlp=Tlp.AMBER_STRICT, owner=str(meridian.pk))
        make_item(kind="note", title=f"note {number}", marking=marking, by=made.seat)
    yield made
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def by_token(anna):
    _, secret = make_token(name="fuzz", scopes=tuple(Scope), good_for=timedelta(days=1), by=anna.seat)
    return {"Authorization": f"Bearer {secret}"}


def fuzz(operation, mode, headers, examples):

    @settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def holds(case):
        # Who calls is asked before what is asked, so one of the two kinds tries calls without a caller too. What is in
        # a file, or which ads there are, is more than a description can say: what fits it may be refused.
        skipped = [] if mode is GenerationMode.POSITIVE else [ignored_auth]
        if operation.path in BEYOND or any(body.media_type == "multipart/form-data" for body in operation.body):
            skipped.append(positive_data_acceptance)
        answer = case.call_and_validate(headers=headers(), excluded_checks=skipped)
        if operation.path in BEYOND and mode is GenerationMode.POSITIVE and answer.status_code == 422:
            assert all(problem["where"] for problem in answer.json()["problems"])

    holds()


def asked(operation, anna, token, examples):
    """One operation under calls that fit its description, that do not, and that nobody makes."""
    # A call that ends its token needs another one each time.
    headers = (lambda: by_token(anna)) if operation.path == "/api/me/token" else (lambda: token)
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        asks = [*operation.path_parameters, *operation.query, *operation.headers, *operation.body]
        if mode is GenerationMode.POSITIVE or asks:
            fuzz(operation, mode, headers, examples)
    fuzz(operation, GenerationMode.POSITIVE, dict, 3)


def run(anna, examples):
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
    token = by_token(anna)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert {f"{each.method.upper()} {each.path}" for each in operations} >= {"GET /api/me", "GET /api/items"}
    wrong = []
    for operation in operations:
        try:
            asked(operation, anna, token, examples)
        except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - all of them are told at once
            wrong.append(f"{operation.method.upper()} {operation.path}: {error}"[:2000])
    assert not wrong, "\n\n".join(wrong)


def test_made_up_calls_get_described_answers(anna):
    run(anna, examples=4)


@pytest.mark.long
def test_very_many_made_up_calls_get_described_answers(anna):
    run(anna, examples=200)
