"""The tutorial's commands work as they stand, one after the other."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from hustings.cli.main import main

pytestmark = pytest.mark.slow  # whole commands

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial" / "first-search.md"


def test_the_first_search_can_be_followed_to_the_end(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [
        line
        for block in re.findall(r"```\n(.*?)```", TUTORIAL.read_text(encoding="utf-8"), re.DOTALL)
        for line in block.splitlines()
    ]
    commands = [line for line in lines if line.startswith((".venv/bin/hustings ", "python3 "))]
    assert len(commands) >= 6
    for command in commands:
        program, *words = shlex.split(command)
        if program == "python3":
            code = subprocess.run([sys.executable, *words], check=False, capture_output=True).returncode
        else:
            code = main(words)
        assert code == 0, command
