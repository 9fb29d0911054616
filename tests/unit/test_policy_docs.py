"""The page on policy says what the rule says."""

import importlib.util
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_the_tables_of_the_page_are_drawn_from_the_rule():
    spec = importlib.util.spec_from_file_location("policy_page", DOCS / "policy.py")
    page = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(page)
    text = (DOCS / "reference" / "policy.md").read_text()
    assert page.drawn(text) == text, "run .venv/bin/python docs/policy.py"
