"""The pages that ads lead to, on a real server: the same, changed, cloaked, endless, slow, and those nobody may ask."""

import hashlib
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest
from django.db import connection
from made_door import approve_disclaimer, decide, made_door, submit

from hustings.apps.ads import jobs, landing
from hustings.apps.ads.landing import AGENTS, LARGEST, capture, fetch, may_ask, unseen_ads
from hustings.apps.ads.models import Ad, Order
from hustings.apps.ads.moving import move_ad
from hustings.policy.advertising import By

pytestmark = pytest.mark.django_db

WORDS = " ".join(f"word{number} of our plan for parks and schools in district {number}" for number in range(40))


class Place:
    """A server on loopback whose pages a test sets: path -> what answers."""

    def __init__(self):
        self.pages, self.asked, self.over = {}, [], Event()
        place = self

        class Answers(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                place.asked.append((self.path, self.headers["User-Agent"]))
                place.pages[self.path](self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.thread = Thread(target=self.server.serve_forever)
        self.thread.start()

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def close(self):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def page(body, status=200):
    content = body if isinstance(body, bytes) else f"<html><title>T</title><body>{body}</body></html>".encode()

    def answer(request):
        request.send_response(status)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        try:
            request.wfile.write(content)
        except OSError:
            request.close_connection = True

    return answer


def to(url):
    def answer(request):
        request.send_response(302)
        request.send_header("Location", url)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


def for_phones(phone, robot):
    return lambda request: (phone if "Android" in request.headers["User-Agent"] else robot)(request)


@pytest.fixture
def place(settings):
    settings.LANDING_FETCHER, settings.LANDING_HOSTS = "on", ["127.0.0.1"]
    made = Place()
    yield made
    made.close()


@pytest.fixture
def door():
    return made_door()


def approved(door, place, body=WORDS, path="/plan", **more):
    """An ad that leads to a page, approved by a person; its page is looked at, as the worker does it."""
    place.pages.setdefault(path, page(body))
    ad = submit(door, landing_url=place.url(path), **more).ad
    approve_disclaimer(ad, door.verifier)
    decide(door.reviewer, "approve", "fits")
    jobs.run_look(str(ad.pk), "approval")
    ad.refresh_from_db()
    return ad


def waiting():
    """The looks that wait for the worker."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'landing' ORDER BY id")
        return [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]


# What is asked


def test_a_page_is_seen_with_its_digest_and_words(place):
    place.pages["/a"] = page(f"<script>no</script><p>Vote &amp; win 12</p>{WORDS}")
    seen = fetch(place.url("/a"), AGENTS[0])
    assert (seen.status, seen.problem, seen.final_url) == (200, "", place.url("/a"))
    assert len(seen.sha256) == len(seen.text_digest) == len(seen.near) == 64
    assert place.asked == [("/a", AGENTS[0])]


def test_a_redirect_is_followed_and_told(place):
    place.pages |= {"/a": to("/b"), "/b": page(WORDS)}
    assert fetch(place.url("/a"), AGENTS[0]).final_url == place.url("/b")


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:{port}/secret", "http://10.0.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/",
        "http://[::1]:{port}/secret", "http://[::ffff:10.0.0.1]/", "http://0.0.0.0:{port}/secret", "http://2130706433:{port}/secret",
        "file:///etc/passwd", "ftp://127.0.0.1/secret", "http://224.0.0.1/", "http://a:99999999/", "http://[",
    ],
)  # fmt: skip
def test_neither_an_ad_nor_a_redirect_leads_us_to_our_own_doors(place, url):
    inward = url.format(port=place.port)
    place.pages |= {"/a": to(inward), "/secret": page("secret")}
    asked = fetch(inward, AGENTS[0])
    led = fetch(place.url("/a"), AGENTS[0])
    assert asked.problem
    assert asked.sha256 == asked.near == ""
    assert led.problem or led.status == 302
    assert "/secret" not in [path for path, _ in place.asked]


def test_a_page_that_leads_in_a_circle_ends(place):
    place.pages["/a"] = to("/a")
    seen = fetch(place.url("/a"), AGENTS[0])
    assert len(place.asked) <= landing.REDIRECTS + 1
    assert seen.problem or seen.status == 302


def test_a_host_that_nobody_allowed_is_not_asked(place, settings):
    settings.LANDING_HOSTS = []
    assert "private network" in fetch(place.url("/a"), AGENTS[0]).problem
    assert place.asked == []
    with pytest.raises(ValueError, match="no address of the web"):
        may_ask("javascript:alert(1)")
    with pytest.raises(ValueError, match="no address of the web"):
        may_ask("http:///secret")


def test_of_a_page_without_end_the_beginning_is_read(place):
    body = b"<p>" + b"parks and schools " * 200_000
    place.pages["/a"] = page(body)
    seen = fetch(place.url("/a"), AGENTS[0])
    assert seen.sha256 == hashlib.sha256(body[:LARGEST]).hexdigest()


def test_a_page_that_does_not_come_is_a_problem_and_no_page(place, monkeypatch):
    monkeypatch.setattr(landing, "SECONDS", 0.2)
    place.pages["/a"] = lambda request: place.over.wait()
    seen = fetch(place.url("/a"), AGENTS[0])
    assert "timed out" in seen.problem
    assert (seen.status, seen.sha256) == (None, "")


def test_a_page_that_drips_ends(place, monkeypatch):
    monkeypatch.setattr(landing, "LONGEST", 0.2)

    def drips(request):
        request.send_response(200)
        request.end_headers()
        try:
            while not place.over.wait(0.02):
                request.wfile.write(b"x")
        except OSError:
            request.close_connection = True

    place.pages["/a"] = drips
    assert "not there within" in fetch(place.url("/a"), AGENTS[0]).problem


def test_a_head_that_drips_ends(place, monkeypatch):
    monkeypatch.setattr(landing, "LONGEST", 0.3)
    sent = []

    def drips(request):
        request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        try:
            # Each sign is in time for itself; fifty of them are not, and there is no more than the fifty.
            while len(sent) < 50 and not place.over.wait(0.02):
                request.wfile.write(b"x")
                sent.append(1)
            request.wfile.write(b"\r\nContent-Length: 2\r\n\r\nok")
        except OSError:
            request.close_connection = True

    place.pages["/a"] = drips
    seen = fetch(place.url("/a"), AGENTS[0])
    assert "not there within" in seen.problem
    assert seen.status is None


def test_redirects_share_the_time_of_one_look(place, monkeypatch):
    monkeypatch.setattr(landing, "LONGEST", 0.3)

    def on(request):
        place.over.wait(0.12)
        number = int(request.path[2:])
        request.send_response(302 if number < 5 else 200)
        request.send_header("Location", f"/a{number + 1}")
        request.send_header("Content-Length", "0")
        request.end_headers()

    place.pages |= {f"/a{number}": on for number in range(6)}
    seen = fetch(place.url("/a0"), AGENTS[0])
    assert seen.problem
    assert len(place.asked) < 6


@pytest.mark.parametrize("status", [404, 500])
def test_a_page_that_is_gone_is_seen_as_it_is(place, status):
    place.pages["/a"] = page("Nothing here.", status)
    seen = fetch(place.url("/a"), AGENTS[0])
    assert (seen.status, seen.problem) == (status, "")
    assert seen.near


def test_an_answer_that_is_cut_off_is_a_problem(place):
    def cut(request):
        request.send_response(404)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b"half")
        request.close_connection = True

    place.pages["/a"] = cut
    seen = fetch(place.url("/a"), AGENTS[0])
    assert seen.status == 404 or seen.problem


# What follows


def test_the_same_page_with_another_counter_leaves_the_ad_where_it_is(place, door):
    ad = approved(door, place, f"Visitor 17. {WORDS}")
    assert ad.state == "scheduled"
    place.pages["/plan"] = page(f"Visitor 18. {WORDS}")
    kept = capture(ad, "random")
    assert (kept.same, kept.problem, ad.state) == (True, "", "scheduled")


def test_an_ad_waits_for_the_look_at_its_page(place, door):
    place.pages["/plan"] = page(WORDS)
    ad = submit(door, landing_url=place.url("/plan")).ad
    approve_disclaimer(ad, door.verifier)
    decide(door.reviewer, "approve", "fits")
    ad.refresh_from_db()
    assert ad.state == "approved"
    assert waiting() == [{"ad": str(ad.pk), "why": "approval"}]
    assert place.asked == []
    jobs.run_look(**waiting()[0])
    ad.refresh_from_db()
    assert ad.state == "scheduled"
    assert [agent for _, agent in place.asked] == list(AGENTS)


def test_another_page_holds_a_running_ad_and_tells_who_shows_it(place, door):
    ad = approved(door, place)
    move_ad(ad, "start", machine=By.CLOCK)
    place.pages["/plan"] = page("Stay at home on Tuesday, the polls are closed. " * 10)
    kept = capture(ad, "random")
    assert kept.same is False
    last = ad.changes.last()
    assert (ad.state, last.move, last.reason_code) == ("in review", "hold", "landing page changed")
    assert [order.order for order in Order.objects.filter(ad=ad).order_by("number")] == ["show", "stop"]


def test_a_page_that_a_person_approved_again_holds_the_ad_no_more(place, door):
    ad = approved(door, place)
    place.pages["/plan"] = page("A new plan, which a person has read and found in order. " * 10)
    capture(ad, "random")
    assert ad.state == "in review"
    decide(door.other, "approve", "fits")
    jobs.run_look(str(ad.pk), "approval")
    ad.refresh_from_db()
    assert ad.state == "scheduled"
    assert capture(ad, "random").same is True
    place.pages["/plan"] = page(WORDS)  # and what stood there before is another page now
    assert capture(ad, "random").same is False


def test_a_page_that_moved_to_another_site_is_another_page(place, door, settings):
    ad = approved(door, place)
    settings.LANDING_HOSTS = ["127.0.0.1", "localhost"]
    place.pages |= {"/plan": to(f"http://localhost:{place.port}/b"), "/b": page(WORDS)}
    assert capture(ad, "random").same is False
    assert ad.state == "in review"


def test_a_page_that_shows_a_robot_something_else_is_cloaked(place, door):
    place.pages["/plan"] = for_phones(page("Win a prize, click here and install our extension. " * 9), page(WORDS))
    ad = approved(door, place)
    last = ad.changes.last()
    assert (ad.state, last.reason_code) == ("in review", "landing page cloaked")


def test_a_page_that_refuses_robots_and_serves_phones_is_cloaked(place, door):
    place.pages["/plan"] = for_phones(page(WORDS), page("Forbidden.", 403))
    assert approved(door, place).changes.last().reason_code == "landing page cloaked"


def test_a_page_that_did_not_answer_blocks_and_is_asked_again_and_accuses_nobody(place, door):
    place.pages["/plan"] = lambda request: setattr(request, "close_connection", True)
    ad = approved(door, place)
    assert ad.state == "approved"
    assert ad.captures.get().problem
    assert [one.pk for one in unseen_ads(10)] == [ad.pk]
    place.pages["/plan"] = page(WORDS)
    jobs.run_looks_again(0)
    jobs.run_look(**waiting()[-1])
    ad.refresh_from_db()
    assert ad.state == "scheduled"
    assert unseen_ads(10) == []
    place.pages["/plan"] = lambda request: setattr(request, "close_connection", True)
    assert capture(ad, "random").same is None
    assert ad.state == "scheduled"
    place.pages["/plan"] = page("Another page altogether, about something else. " * 9)
    assert capture(ad, "random").same is False


def test_what_was_edited_while_we_looked_is_not_judged_by_the_old_page(place, door):
    ad = approved(door, place)
    old = Ad.objects.get(pk=ad.pk)
    submit(door, landing_url=place.url("/plan"), text="Another text.")
    assert capture(old, "random") is None
    assert Ad.objects.get(pk=ad.pk).captures.filter(version=2).count() == 0


def test_nobody_is_asked_while_the_fetcher_is_off(place, door, settings):
    settings.LANDING_FETCHER = ""
    ad = approved(door, place)
    assert ad.state == "scheduled"  # a person approved it, and that is all there is to ask
    assert capture(ad, "random") is None
    jobs.run_looks_again(0)
    assert (place.asked, waiting(), ad.captures.count()) == ([], [], 0)


def test_an_ad_that_leads_nowhere_asks_nobody(place, door):
    ad = submit(door).ad
    assert capture(ad, "random") is None
    assert place.asked == []


def test_running_ads_are_drawn_to_be_looked_at_again(place, door):
    ad = approved(door, place)
    approved(door, place, number="2", text="Another plan.", path="/other")
    move_ad(ad, "start", machine=By.CLOCK)
    jobs.run_looks_again(0)
    assert sorted(job["why"] for job in waiting()).count("random") == 2
