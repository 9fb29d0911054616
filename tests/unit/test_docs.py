"""What the docs point to is there, and the demo's commands exist."""

import re
from pathlib import Path

from hustings.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def test_every_relative_link_leads_to_a_file():
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_page_can_be_reached_from_the_index():
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page in reached or page.suffix != ".md" or not page.exists():
            continue
        reached.add(page)
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            place = page.parent / target
            waiting.extend(place.glob("*.md") if place.is_dir() else [place])
    assert sorted(str(page.relative_to(ROOT)) for page in PAGES if page.resolve() not in reached) == []


def test_commands_named_in_the_docs_exist():
    unknown = {
        f"{page.relative_to(ROOT)}: hustings {name}"
        for page in PAGES
        for block in re.findall(r"```.*?```", page.read_text(encoding="utf-8"), re.DOTALL)
        for name in re.findall(r"^(?:\S*bin/)?hustings ([a-z]\S*)", block, re.MULTILINE)
        if name not in COMMANDS
    }
    assert unknown == set()
