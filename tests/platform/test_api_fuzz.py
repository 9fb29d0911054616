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

NAMES_ADS = {"/api/ads/deliveries"}  # all or nothing, and every row that names no ad is told

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
        if operation.path in NAMES_ADS or any(body.media_type == "multipart/form-data" for body in operation.body):
            skipped.append(positive_data_acceptance)
        case.call_and_validate(headers=headers(), excluded_checks=skipped)

    holds()


def run(anna, examples):
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
    token = by_token(anna)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert {f"{each.method.upper()} {each.path}" for each in operations} >= {"GET /api/me", "GET /api/items"}
    for operation in operations:
        # A call that ends its token needs another one each time.
        headers = (lambda: by_token(anna)) if operation.path == "/api/me/token" else (lambda: token)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            asks = [*operation.path_parameters, *operation.query, *operation.headers, *operation.body]
            if mode is GenerationMode.POSITIVE or asks:
                fuzz(operation, mode, headers, examples)
        fuzz(operation, GenerationMode.POSITIVE, dict, 3)


def test_made_up_calls_get_described_answers(anna):
    run(anna, examples=6)


@pytest.mark.long
def test_very_many_made_up_calls_get_described_answers(anna):
    run(anna, examples=200)
