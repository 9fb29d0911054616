"""Health and figures: answered before anything else, to nobody who should not know, and never about contents."""

import re

import pytest
from django.db import OperationalError, connection

from hustings.apps.health import middleware, state
from hustings.apps.health.state import State

FIGURES = {
    "hustings_build_info",
    "hustings_ready",
    "hustings_database_up",
    "hustings_migrations_pending",
    "hustings_worker_age_seconds",
    "hustings_checkpoint_age_seconds",
}


@pytest.fixture(autouse=True)
def forget(monkeypatch):
    """What this thread knows of migrations."""
    monkeypatch.setattr(state, "_migrations", state._Migrations())


def figures(text):
    return dict(re.findall(r"^(\w+)(?:\{.*\})? (\S+)$", text, re.MULTILINE))


def test_alive_asks_nobody(client):
    # Without the fixture `db` any question to the database would fail the test.
    answer = client.get("/health/live")
    assert (answer.status_code, answer.content) == (200, b"alive\n")
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies


@pytest.mark.django_db
def test_ready_says_that_it_can_serve(client):
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.content) == (200, b"ready\n")
    assert not answer.cookies


@pytest.mark.django_db
def test_pending_migrations_are_not_ready(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'items'")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert re.fullmatch(r"\d+ migrations are pending\n", answer.content.decode())


def test_a_database_that_is_away_is_not_ready(client, monkeypatch):
    def away(*_):
        raise OperationalError("no")

    monkeypatch.setattr(state, "in_role", away)
    monkeypatch.setattr(state, "_answers", lambda: False)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.content) == (503, b"the database does not answer\n")


@pytest.mark.django_db
def test_figures_are_openmetrics_and_the_same_whatever_the_installation_holds(client):
    answer = client.get("/metrics")
    assert answer["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    text = answer.content.decode()
    assert text.endswith("\n# EOF\n")
    assert figures(text).keys() == FIGURES - {"hustings_worker_age_seconds", "hustings_checkpoint_age_seconds"}
    assert figures(text)["hustings_ready"] == "1"
    with connection.cursor() as cursor:
        cursor.execute("SELECT log_put((SELECT id FROM log WHERE name = 'open'), 'test.happened', '{}', '{}')")
        cursor.execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('default', 'sweep')")
    assert client.get("/metrics").content.decode() == text


def test_every_figure_is_declared_before_it_is_given():
    whole = State(database=True, migrations_pending=0, worker_age=1.5, checkpoint_age=2.0)
    text = middleware.metrics(whole)
    assert figures(text).keys() == FIGURES
    declared = re.findall(r"^# TYPE (\w+) (gauge|info)$", text, re.MULTILINE)
    assert {f"{name}_info" if kind == "info" else name for name, kind in declared} == FIGURES


@pytest.mark.django_db
@pytest.mark.parametrize(
    "who",
    [
        {"REMOTE_ADDR": "192.0.2.1"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
        {"REMOTE_ADDR": ""},
        {"HTTP_AUTHORIZATION": "Bearer wrong"},
    ],
)
def test_for_all_others_there_are_no_figures(client, who, tmp_path, monkeypatch):
    token = tmp_path / "token"
    token.write_text("right\n")
    monkeypatch.setenv("HUSTINGS_METRICS_TOKEN_FILE", str(token))
    assert client.get("/metrics", **who).status_code == 404


@pytest.mark.django_db
def test_behind_tls_only_the_token_counts(client, settings, tmp_path, monkeypatch):
    settings.SECURE = True
    assert client.get("/metrics").status_code == 404
    token = tmp_path / "token"
    token.write_text("right\n")
    monkeypatch.setenv("HUSTINGS_METRICS_TOKEN_FILE", str(token))
    answer = client.get("/metrics", HTTP_AUTHORIZATION="Bearer right", HTTP_X_FORWARDED_FOR="192.0.2.1")
    assert answer.status_code == 200
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer ").status_code == 404


def test_only_reading_is_answered(client):
    assert client.post("/metrics").status_code == 404
