"""Errors keep their facts and say what to do."""

import pytest

from hustings.cli.main import main
from hustings.errors import BadInput, EnvironmentLacks, HustingsError, Problem

MISSING = Problem(
    where="posts.csv",
    found="columns account, link",
    expected="a column for the time",
    do="Name it in the mapping file, then run again.",
)


def test_bad_input_tells_all_of_its_problems_at_once():
    error = BadInput("Cannot read posts.csv.", [MISSING, MISSING])
    told = (
        "  - posts.csv: found columns account, link; expected a column for the time. "
        "Name it in the mapping file, then run again."
    )
    assert str(error).splitlines() == ["Cannot read posts.csv.", told, told]
    assert error.problems == (MISSING, MISSING)


@pytest.mark.parametrize(
    ("error", "code", "exit_code"),
    [(HustingsError, "hustings_error", 2), (BadInput, "bad_input", 2), (EnvironmentLacks, "environment_lacks", 3)],
)
def test_each_error_has_a_stable_code_and_an_exit_code(error, code, exit_code):
    assert (error.code, error.exit_code) == (code, exit_code)
    assert issubclass(error, HustingsError)


def test_an_unknown_command_is_wrong_usage(capsys):
    assert main(["no-such-command"]) == 2
    assert "no-such-command" in capsys.readouterr().err


def test_help_lists_every_command_without_importing_one(capsys):
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in ("traces", "links", "detect", "expand", "handover", "demo"))


@pytest.mark.parametrize(
    ("raised", "exit_code", "said"),
    [
        (BadInput("Cannot read x."), 2, "hustings: Cannot read x."),
        (EnvironmentLacks("No room."), 3, "hustings: No room."),
        (KeyboardInterrupt(), 130, "Interrupted."),
    ],
)
def test_errors_become_one_message_and_their_exit_code(monkeypatch, capsys, raised, exit_code, said):
    def fail(**_):
        raise raised

    monkeypatch.setattr("hustings.cli.main.hustings.main", fail)
    assert main([]) == exit_code
    assert said in capsys.readouterr().err
