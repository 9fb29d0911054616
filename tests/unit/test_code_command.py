"""`hustings code` knows everybody whom `hustings up` names, and nobody else."""

import pytest

from hustings.apps.people.signin.one_time_code import code as code_at
from hustings.apps.seed.second_factor import demo_secret
from hustings.cli.main import main
from hustings.serving import up


@pytest.fixture
def demo(tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "demo-password").write_text("made up")
    return tmp_path


def test_everybody_who_is_named_at_the_start_has_a_code(demo, monkeypatch, capsys):
    monkeypatch.setattr("hustings.cli.code.time.time", lambda: 3_000.0)
    people = [*(each.email for each in up.PERSONAS), *(f"{key}@{up.DOMAIN}" for key, _, _ in up.ADVERTISERS)]
    assert len(people) == 18
    for email in people:
        for name in (email, email.partition("@")[0].upper()):
            assert main(["code", name, "--data", str(demo)]) == 0
            assert capsys.readouterr().out == code_at(demo_secret("made up", email), 100) + "\n"


def test_somebody_else_has_none(demo, capsys):
    assert main(["code", "nobody", "--data", str(demo)]) == 2
    assert "paula" in capsys.readouterr().err
