"""The page about screening holds the rules and the law as they are."""

import importlib.util
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_tables_of_the_page_are_those_of_the_rules():
    spec = importlib.util.spec_from_file_location("screening_page", DOCS / "screening.py")
    page = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(page)
    text = (DOCS / "reference" / "screening.md").read_text("utf-8")
    assert page.drawn(text) == text, "run .venv/bin/python docs/screening.py"
