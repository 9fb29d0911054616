"""What the page of checklists names is there: each command exists, each page answers, and the sums are those of its tables."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.test import Client
from made_library import made_library, number_of

from hustings.cli.main import COMMANDS

TEXT = (Path(__file__).parents[2] / "docs" / "reference" / "checklists.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(/[^`]*)`", TEXT)))
RUN = sorted(set(re.findall(r"`hustings ([^`]+)`", TEXT)))


@pytest.mark.django_db
def test_every_page_that_is_named_answers_everybody():
    number = number_of(made_library(2)[0])
    answered = {place: Client().get(place.replace("NUMBER", str(number))).status_code for place in NAMED}
    assert {place: code for place, code in answered.items() if code != 200} == {}
    assert len(NAMED) > 20


def test_every_command_that_is_named_exists():
    assert RUN
    for command in RUN:
        name, *rest = command.split()
        assert name in COMMANDS, command
        if name == "manage":
            assert rest[0] in get_commands(), command


def test_the_sums_are_those_of_the_tables():
    for section, sentence in zip(
        TEXT.split("\n## ")[1:3], re.findall(r"^Of \d+ (?:points|criteria) .*$", TEXT, re.MULTILINE), strict=True
    ):
        scores = re.findall(r"^\| [\d.]+ \|[^|]*\| (met|partly|not met) \|", section, re.MULTILINE)
        rows = [line for line in section.splitlines() if re.match(r"\| [\d.]+ \|", line)]
        assert len(scores) == len(rows)
        told = [int(number) for number in re.findall(r"\d+", sentence)]
        counts = [len(scores), scores.count("met"), scores.count("partly"), scores.count("not met")]
        assert told == [count for count in counts if count]


def test_the_limits_of_the_page_are_those_of_the_settings():
    from hustings.apps import settings as real

    page = (Path(__file__).parents[2] / "docs" / "reference" / "limits.md").read_text(encoding="utf-8")
    for name in ("HUSTINGS_LIBRARY_CALLS_A_MINUTE", "HUSTINGS_LIBRARY_CALLS_AN_HOUR", "HUSTINGS_LIBRARY_FILES_AT_ONCE"):
        assert f"| `{name}` | {getattr(real, name):,} |" in page
