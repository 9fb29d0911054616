"""Print the README's output and take its picture again: the demo on a made-up season, seed 0.

.venv/bin/python docs/reprint.py
"""

import contextlib
import io
import os
import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from hustings.cli.main import main as hustings

DOCS = Path(__file__).resolve().parent
README = DOCS.parent / "README.md"
OUT = Path("out/demo")
BEGIN, END = "<!-- docs/reprint.py -->\n```\n", "```\n<!-- end -->"
WIDTH, HEIGHT = 1280, 1000


def main() -> None:
    """Tell the story, then put its last words and its first screen into the README."""
    os.chdir(DOCS.parent)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = hustings(["demo", "--simulated", "--out", str(OUT)])
    if code:
        sys.exit(f"The demo ended with {code}.")
    last = said.getvalue().split("In short ")[1]
    lines = [line.rstrip() for line in last.splitlines()[1:] if line.strip() and not line.startswith("The report:")]
    text = README.read_text(encoding="utf-8")
    block = BEGIN + "".join(line + "\n" for line in lines) + END
    README.write_text(
        re.sub(re.escape(BEGIN) + ".*?" + re.escape(END), lambda _: block, text, flags=re.DOTALL), encoding="utf-8"
    )
    picture(OUT / "report.html", DOCS / "report.png")


def picture(page: Path, place: Path) -> None:
    """Open a page as a person does and keep the first screen."""
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        sys.exit("No chromium here: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        tab.goto(page.resolve().as_uri())
        tab.wait_for_timeout(500)
        tab.screenshot(path=place)
        browser.close()
    print(f"{place.relative_to(DOCS.parent)}: {place.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
