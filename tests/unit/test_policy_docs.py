"""The page on policy says what the rule says."""

import importlib.util
import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_the_tables_of_the_page_are_drawn_from_the_rule():
    spec = importlib.util.spec_from_file_location("policy_page", DOCS / "policy.py")
    page = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(page)
    text = (DOCS / "reference" / "policy.md").read_text()
    assert page.drawn(text) == text, "run .venv/bin/python docs/policy.py"


def test_every_test_that_the_page_on_attacks_names_exists():
    text = (DOCS / "explanation" / "attacks.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("| ") and line.split("|")[1].strip().isdigit()]
    assert [int(row.split("|")[1]) for row in rows] == list(range(1, 25))
    missing = []
    for row in rows:
        named = re.findall(r"`([\w./]+\.py)(?:::(\w+))?`", row)
        assert named or "no such feature yet" in row, row
        for file, test in named:
            path = (DOCS.parent / "tests" / "platform" / file).resolve()
            if not path.exists() or f"def {test}" not in path.read_text():
                missing.append((file, test))
    assert missing == []
