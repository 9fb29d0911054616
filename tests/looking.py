"""Looking at a page as a person would: who signs in, what axe finds, where Tab leads, whether it fits a phone."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from installation import Site
from made_people import SECRET, Codes
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 375, "height": 700}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TABS = 150  # how often Tab is pressed at most; a page with more stops than that has lists to walk by J and K

ENROL = f"""
from hustings.apps.people.models import Person
from hustings.apps.people.signin.second_factor import enrol
person = Person.objects.get(email={{email!r}})
person.set_password({{password!r}}); person.save()
enrol(person, {SECRET!r})
"""
LOOK_PASSWORD = "correct-horse-battery"

STOP = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at), box = at.getBoundingClientRect();
  const words = (at.getAttribute("aria-label") || at.labels?.[0]?.textContent || at.textContent || at.name || "").trim();
  return {
    tag: at.tagName.toLowerCase(), words: words.replace(/\\s+/g, " ").slice(0, 60),
    seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    inside: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    last: at === document.documentElement,
  };
}"""
SIDEWAYS = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide <= 0) return "";
  const out = [...document.body.querySelectorAll("*")].filter((e) => {
    if (e.closest(".scroll, .unseen, pre") && !e.matches(".scroll, pre")) return false;
    return e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && e.checkVisibility();
  });
  const names = out.slice(-3).map((e) => e.tagName.toLowerCase() + (e.className ? "." + e.className : ""));
  return `${wide} px too wide: ${names.join(", ")}`;
}"""
SMALL = """() => [...document.querySelectorAll("a[href], button, input, select, summary")].filter((e) => {
  if (!e.checkVisibility() || e.closest("p, li, td, th, dd, label, .help, .unseen, .skip")) return false;
  const box = e.getBoundingClientRect();
  return box.height && (box.height < 24 || box.width < 20);
}).map((e) => e.outerHTML.slice(0, 100))"""


@dataclass
class Heard:
    """What a page said and asked for that it should not have."""

    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def clear(self) -> None:
        """Forget it, for the next page."""
        self.complaints.clear()
        self.elsewhere.clear()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's browser."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "chromium is missing: ./run test installs it"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def visit(browser: Browser, site: Site, **named: object) -> tuple[BrowserContext, Page, Heard]:
    """A browser of its own that remembers what went wrong on its pages."""
    context = browser.new_context(base_url=site.url, viewport=DESKTOP, locale="en-GB", **named)
    context.set_default_timeout(60_000)
    page = context.new_page()
    heard = Heard()

    def listen(message):
        # An answer of 403 or 404 is reported by the browser too; that it is answered so is looked at elsewhere.
        # What the graphics driver tells of its own speed is not the page's.
        if (
            message.type in ("error", "warning")
            and "status of 4" not in message.text
            and "GL Driver" not in message.text
        ):
            heard.complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: heard.complaints.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith((site.url, "data:", "blob:")) else heard.elsewhere.append(request.url)
        ),
    )
    return context, page, heard


def enrol(site: Site, email: str) -> None:
    """Give a person of the installation the password and the second factor that these tests know."""
    site.run(ENROL.format(email=email, password=LOOK_PASSWORD))


CODES: dict[tuple[str, str], Codes] = {}


def sign_in(page: Page, email: str, codes: Codes | None = None) -> None:
    """Sign in with password and code as a person does, to the first position if there are several."""
    page.goto("/account/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", LOOK_PASSWORD)
    page.press("input[name=password]", "Enter")
    # Each code counts once, whichever test of a site used it.
    kept = CODES.setdefault((urlsplit(page.url).netloc, email), Codes())
    page.fill("input[name=code]", (codes or kept).next())
    page.press("input[name=code]", "Enter")
    page.wait_for_url(lambda url: "/second/" not in url and "/login/" not in url)
    if "/account/seat/" in page.url and page.locator("button", has_text="Act in this position").count():
        page.locator("button", has_text="Act in this position").first.click()
        page.wait_for_url(lambda url: "/account/seat/" not in url)


def axe(page: Page) -> list[str]:
    """What axe finds wrong, one line each."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]})
    return [
        f"{each['id']} ({each['impact']}): {node['html'][:140]} {' '.join(check['message'] for check in node['any'])[:160]}"
        for each in found.response["violations"]
        for node in each["nodes"][:4]
    ]


def sideways(page: Page) -> str:
    """What makes the page scroll sideways at this width, or nothing."""
    return page.evaluate(SIDEWAYS)


def small_targets(page: Page) -> list[str]:
    """What is hard to hit: under 24 pixels and not part of a sentence or list."""
    return page.evaluate(SMALL)


def keyboard(page: Page) -> tuple[list[str], list[str]]:
    """Where Tab leads, and what is wrong on the way: focus that is not seen, or that does not go on."""
    page.evaluate("document.activeElement?.blur(); window.scrollTo(0, 0)")
    stops: list[str] = []
    wrong: list[str] = []
    same = 0
    for _ in range(TABS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            break
        name = f"{stop['tag']} {stop['words']}"
        # The picker parts of a date are stops of one element.
        same = same + 1 if stops and stops[-1] == name else 0
        if same > 8:
            wrong.append(f"focus stays at {name}")
            break
        if not stop["seen"]:
            wrong.append(f"focus is not seen at {name}")
        if not stop["inside"]:
            wrong.append(f"focus is out of sight at {name}")
        stops.append(name)
    return stops, wrong
