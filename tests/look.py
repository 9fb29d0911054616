"""Every page as each persona, in light and dark, on desktop and phone: pictures, axe, keyboard. `./run look` runs it.

Leaves `out/look/index.html` with everything it saw. LOOK_AS=anna,ben looks as some only; LOOK_OUT is another folder.
"""

import html
import json
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.exceptions import Resolver404
from installation import Site
from looking import DESKTOP, PHONE, axe, chromium, enrol, keyboard, sideways, sign_in, small_targets, visit
from playwright.sync_api import Error, Page

VISITOR = "visitor"
EACH = 2  # pages of one kind that a persona opens: the second finding looks like the first
# Programs' addresses, files, and what ends the session.
NOT_PAGES = re.compile(
    r"^/(api|static|health|metrics|taxii2)(/|$)|[?&]csv=|/logout/|/suggest/|\.(csv|ics|json|txt|parquet)$|/export"
)

# What a page says beside who reads it, without what is new in every answer.
SAYS = """() => {
  const page = document.body.cloneNode(true);
  for (const part of page.querySelectorAll("details.account, input[type=hidden], canvas")) part.remove();
  return location.pathname + page.innerHTML;
}"""


@dataclass
class Look:
    """One page as one persona saw it."""

    persona: str
    path: str
    kind: str
    status: int
    pictures: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)
    same_as: str = ""


def addresses() -> list[str]:
    """Every address without a variable part."""

    def walk(resolver: URLResolver, before: str) -> list[str]:
        found = []
        for each in resolver.url_patterns:
            path = before + str(each.pattern).removeprefix("^")
            if isinstance(each, URLResolver):
                found += walk(each, path)
            elif isinstance(each, URLPattern) and not re.search(r"[<(\\$*]", path):
                found.append("/" + path)
        return found

    return sorted({path for path in walk(get_resolver(), "") if not NOT_PAGES.search(path)})


def kind_of(path: str) -> str:
    """The name of the address: pages of one kind have one."""
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return "unknown"


def links(page: Page) -> list[str]:
    """Where the page leads on this host, a table's sorting and pages left out."""
    found = page.eval_on_selector_all(
        "a[href]", "all => all.filter(a => !a.closest('thead, .pages')).map(a => a.getAttribute('href'))"
    )
    return [link.split("#")[0] for link in found if link.startswith("/") and not NOT_PAGES.search(link)]


def look_at(
    page: Page, heard, persona: str, path: str, out: Path, traced: set[str], opened: set[str], said: dict[str, str]
) -> Look | None:
    """Open one page and look at it in every way."""
    heard.clear()
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")
    try:
        answer = page.goto(path)
    except Error as error:
        # An answer without a page (a form's address, a file) shows nothing to look at.
        if "ERR_HTTP_RESPONSE_CODE_FAILURE" in str(error) or "ERR_ABORTED" in str(error) or "Download" in str(error):
            return None
        raise
    if answer is None or "text/html" not in answer.headers.get("content-type", ""):
        return None
    page.wait_for_load_state("load")
    at = urlsplit(page.url).path
    if at != urlsplit(path).path and at in opened:
        return None  # led on to a page that was looked at already
    opened.add(at)
    says = page.evaluate(SAYS)
    if says in said:
        # Told apart by nothing but the name in the bar: what is true of one is true of the other.
        return Look(persona=persona, path=path, kind=kind_of(at), status=answer.status, same_as=said[says])
    said[says] = f"{persona} {path}"
    seen = Look(persona=persona, path=path, kind=kind_of(at), status=answer.status)
    if answer.status >= 500:
        seen.wrong.append(f"answered {answer.status}")
    name = re.sub(r"[^a-z0-9]+", "-", f"{persona} {path}".lower()).strip("-")[:110]
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for size, wide in ((DESKTOP, "desktop"), (PHONE, "phone")):
            page.set_viewport_size(size)
            picture = f"{name}-{wide}-{scheme}.png"
            page.screenshot(path=str(out / picture), full_page=True)
            seen.pictures.append(picture)
            if wide == "phone" and scheme == "light":
                seen.wrong += [wide_one for wide_one in [sideways(page)] if wide_one]
                seen.wrong += [f"small target: {each}" for each in small_targets(page)]
                seen.wrong += [f"phone: {each}" for each in axe(page)]
        page.set_viewport_size(DESKTOP)
        seen.wrong += [f"{scheme}: {each}" for each in axe(page)]
    page.emulate_media(color_scheme="light")
    if seen.kind not in traced:
        traced.add(seen.kind)
        seen.stops, wrong = keyboard(page)
        seen.wrong += wrong
    firsts = page.locator(".first:visible").count()
    if firsts > 1:
        seen.wrong.append(f"{firsts} filled buttons")
    heads = page.locator("h1").all_inner_texts()
    if len(heads) != 1 or not heads[0].strip():
        seen.wrong.append(f"headings of the page: {heads}")
    seen.wrong += [f"console: {each}" for each in heard.complaints]
    seen.wrong += [f"asks elsewhere: {each}" for each in heard.elsewhere]
    return seen


def walk(page: Page, heard, persona: str, out: Path, traced: set[str], said: dict[str, str]) -> list[Look]:
    """Every address without a variable part, then what the pages lead to."""
    waiting = [*addresses(), "/nowhere/"]
    done: set[str] = set()
    opened: set[str] = set()
    of_kind: dict[str, int] = {}
    seen = []
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        key = (
            path
            if "?" not in path
            else kind + "?" + "&".join(sorted(part.split("=")[0] for part in path.split("?")[1].split("&")))
        )
        if key in done or of_kind.get(kind, 0) >= EACH + (kind == "unknown"):
            continue
        done.add(key)
        look = look_at(page, heard, persona, path, out, traced, opened, said)
        if look is None:
            continue
        of_kind[kind] = of_kind.get(kind, 0) + 1
        seen.append(look)
        waiting += links(page)
    return seen


def people(site: Site) -> dict[str, str]:
    """Name -> address of everybody in the demo season."""
    rows = site.sql("SELECT email FROM person ORDER BY email")
    return {str(email).split("@")[0]: str(email) for (email,) in rows}


def write(out: Path, seen: list[Look]) -> None:
    """The index: what is wrong first, then every page with its pictures."""
    wrong = [look for look in seen if look.wrong]
    rows = "".join(
        f"<section><h2>{html.escape(look.persona)}: {html.escape(look.path)} <small>{look.kind} {look.status} "
        f"{html.escape('the same as ' + look.same_as if look.same_as else '')}</small></h2>"
        + ("<ul>" + "".join(f"<li>{html.escape(each)}</li>" for each in look.wrong) + "</ul>" if look.wrong else "")
        + "".join(f'<a href="{each}"><img src="{each}" alt="{each}" loading="lazy"></a>' for each in look.pictures)
        + (
            f"<details><summary>{len(look.stops)} stops of Tab</summary><ol>"
            + "".join(f"<li>{html.escape(each)}</li>" for each in look.stops)
            + "</ol></details>"
            if look.stops
            else ""
        )
        + "</section>"
        for look in [*wrong, *(look for look in seen if not look.wrong)]
    )
    style = "body{font:15px system-ui;margin:2rem}img{height:260px;border:1px solid #ccc;margin:4px}li{font-family:monospace}"
    (out / "index.html").write_text(
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Look</title><style>{style}</style>"
        f"<h1>{len(seen)} pages looked at, {len(wrong)} with something wrong</h1>{rows}"
    )
    (out / "look.json").write_text(json.dumps([vars(look) for look in seen], indent=1))


@pytest.mark.long
def test_look(seeded_site: Site):
    out = Path(os.environ.get("LOOK_OUT", "out/look"))
    out.mkdir(parents=True, exist_ok=True)
    everybody = people(seeded_site)
    asked = [name for name in os.environ.get("LOOK_AS", "").split(",") if name] or [VISITOR, *everybody]
    seen: list[Look] = []
    traced: set[str] = set()
    said: dict[str, str] = {}
    with chromium() as browser:
        for persona in asked:
            context, page, heard = visit(browser, seeded_site)
            if persona != VISITOR:
                enrol(seeded_site, everybody[persona])
                sign_in(page, everybody[persona])
            looked = walk(page, heard, persona, out, traced, said)
            seen += looked
            context.close()
            bad = sum(bool(look.wrong) for look in looked)
            sys.stderr.write(f"{persona}: {len(looked)} pages, {bad} with something wrong\n")
            write(out, seen)
    wrong = [f"{look.persona} {look.path}: {each}" for look in seen for each in look.wrong]
    assert not wrong, "\n".join(wrong)
