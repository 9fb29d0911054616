"""Progress is for the person who watches, and only for that person."""

import io
import sys

from hustings.cli.progress import shown_progress
from hustings.progress import Silent


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_nothing_is_written_where_nobody_watches(capsys):
    with shown_progress() as progress:
        progress.step("counting")
        progress.at(1, 2)
    assert isinstance(progress, Silent)
    assert capsys.readouterr() == ("", "")


def test_json_is_quiet_even_at_a_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with shown_progress(quiet=True) as progress:
        progress.step("counting")
    assert sys.stderr.getvalue() == ""


def test_at_a_terminal_the_step_and_how_far_it_is_are_shown(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with shown_progress() as progress:
        progress.at(1, 4)
        progress.step("counting pairs")
        progress.at(3, 4)
        progress.step("testing")
    said = sys.stderr.getvalue()
    assert "testing" in said
