"""What pages are made of: colours that can be told apart, nothing inline, scripts that are what was recorded."""

import gzip
import hashlib
import json
import re
from itertools import product
from pathlib import Path

import pytest

import hustings.apps.console
from hustings.apps.console.policy_header import POLICY

ROOT = Path(__file__).parents[2]
STATIC = Path(hustings.apps.console.__file__).parent / "static" / "console"
TOKENS = (STATIC / "tokens.css").read_text()
TEMPLATES = sorted((ROOT / "src" / "hustings" / "apps").rglob("templates/**/*.html"))

# What is written on what; 4.5 to 1 for text, 3 to 1 for the edges of fields and the ring of focus.
TEXT = [
    *product(["ink", "quiet", "signal", "warn", "stop"], ["paper", "sheet"]),
    *product(["ink"], ["signal-soft", "warn-soft", "stop-soft"]),
    *product(["quiet"], ["signal-soft"]),
    ("signal", "signal-soft"),
    ("warn", "warn-soft"),
    ("stop", "stop-soft"),
    ("on-signal", "signal"),
]
EDGES = [*product(["edge", "signal", "stop"], ["paper", "sheet"])]


def colours(scheme: str) -> dict[str, str]:
    light, dark = TOKENS.split("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", light))
    return found | (dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", dark)) if scheme == "dark" else {})


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_edges_can_be_told_from_what_they_stand_on(scheme):
    of = colours(scheme)
    poor = [
        (*pair, round(contrast(of[pair[0]], of[pair[1]]), 2))
        for pair in TEXT
        if contrast(of[pair[0]], of[pair[1]]) < 4.5
    ]
    poor += [
        (*pair, round(contrast(of[pair[0]], of[pair[1]]), 2))
        for pair in EDGES
        if contrast(of[pair[0]], of[pair[1]]) < 3
    ]
    assert poor == []


def test_contrast_is_measured_as_the_guidelines_say():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_sheet_uses_no_colour_but_the_tokens():
    sheet = (STATIC / "console.css").read_text()
    screen = sheet.split("@media print")[0].replace("rgb(20 24 31 / .5)", "")  # what lies behind a dialog
    assert re.findall(r"#[0-9a-f]{3,6}\b|rgba?\(|hsla?\(", screen) == []
    assert set(re.findall(r"var\(--([a-z0-9-]+)", sheet)) <= set(re.findall(r"--([a-z0-9-]+):", TOKENS))


def test_no_page_holds_style_or_script_of_its_own():
    wrong = []
    for template in TEMPLATES:
        text = template.read_text()
        inline = re.findall(r"<[^>]*\sstyle=|<style|\son[a-z]+=[\"']|hx-on|javascript:", text)
        inline += [
            tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag and "application/json" not in tag
        ]
        inline += [found[0] for found in re.finditer(r"(src|href|action)=[\"']?(https?:)?//", text)]
        wrong += [f"{'/'.join(template.parts[-2:])}: {found}" for found in inline]
    assert len(TEMPLATES) > 200
    assert wrong == []


def test_the_policy_of_pages_lets_nothing_inline_or_from_elsewhere():
    assert "unsafe" not in POLICY
    assert POLICY.startswith("default-src 'none'")
    assert not re.search(r"https?:|\*", POLICY)


def test_the_scripts_of_others_are_what_was_recorded():
    recorded = json.loads((STATIC / "vendor" / "digests.json").read_text())
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (STATIC / "vendor").glob("*.js")}
    assert found == {name: entry["sha256"] for name, entry in recorded.items()}
    licences = (STATIC / "vendor" / "LICENCES.txt").read_text()
    assert [source for entry in recorded.values() for source in entry["of"] if f"## {source}" not in licences] == []
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert {
        source: locked[f"node_modules/{source}"]["version"] for entry in recorded.values() for source in entry["of"]
    } == {source: version for entry in recorded.values() for source, version in entry["of"].items()}


def test_the_lock_of_scripts_holds_digests_and_no_address():
    text = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert "://" not in re.sub(r'"url": "[^"]*"', "", text)
    assert text.count('"integrity"') > 5


def test_what_every_page_loads_is_under_60_kilobytes():
    page = (STATIC.parents[1] / "templates" / "console" / "page.html").read_text()
    loaded = re.findall(r"{% static '(console/[^']+\.(?:css|js))' %}", page)
    assert len(loaded) == 5
    bytes_ = sum(len(gzip.compress((STATIC.parent / name).read_bytes(), 9)) for name in loaded)
    assert bytes_ < 56_000, bytes_  # the page itself is a few kilobytes more
