"""Take the README's picture: the demo's report on a made-up season, in Debian's Chromium.

.venv/bin/hustings demo --simulated --out out/picture && .venv/bin/python docs/picture.py out/picture/report.html
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PLACE = Path(__file__).with_name("report.png")
WIDTH, HEIGHT = 1280, 1100


def main(page: Path) -> None:
    """Open the page as a person does and keep the first screen."""
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        sys.exit("No chromium here: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        tab.goto(page.resolve().as_uri())
        tab.wait_for_timeout(500)
        tab.screenshot(path=PLACE)
        browser.close()
    print(f"{PLACE}: {PLACE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
