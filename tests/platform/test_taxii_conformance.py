"""TAXII 2.1 by the letter: checks written from the standard, over HTTP against the real server, as a table.

Each row is a request of a conformance rig and what the standard lets the answer be. What takes several requests stands
below as a test of its own; all of them share one rig, whose objects nothing but their own collection sees.
"""

import gzip
import http.client
import json
import re
import socket
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit
from uuid import UUID, uuid4

import pytest

TAXII = "application/taxii+json;version=2.1"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
CREATED = "2026-01-01T00:00:00.000Z"


@dataclass
class Said:
    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    def header(self, name):
        return self.headers.get(name.lower())


class Rig:
    def __init__(self, site):
        told = site.run("from hustings.apps.taxii.rig import make_rig\nimport json\n"
                        f"print(json.dumps(make_rig({site.url!r})))")  # fmt: skip
        self.told = json.loads(told.splitlines()[-1])
        self.site = site
        self.host = urlsplit(site.url).netloc
        self.line = http.client.HTTPConnection(self.host, timeout=60)
        a, b = self.told["accounts"]
        self.who = {"a": basic(a), "b": basic(b), "bearer": f"Bearer {a['password']}", None: None}
        self.who |= {
            "a by the name of b": basic(a | {"username": b["username"]}),
            "a by no name": basic(a | {"username": ""}),
        }
        kinds = {"rw": "read-write", "ro": "read-only", "wo": "write-only", "none": "none"}
        of = self.told["collections"]
        self.places = {short: of[kind]["id"] for short, kind in kinds.items()}
        self.places |= {f"{short}_alias": of[kind]["alias"] for short, kind in kinds.items()}
        every = self.get(f"/taxii2/shared/collections/{self.places['ro']}/objects/?match[version]=all")
        rows = every.json["objects"]
        self.objects = rows
        self.places["campaign"] = next(row["id"] for row in rows if row["type"] == "campaign")
        self.places["indicator"] = next(row["id"] for row in rows if row["type"] == "indicator")
        self.places["unknown"] = str(uuid4())
        self.first, self.last = every.header("X-TAXII-Date-Added-First"), every.header("X-TAXII-Date-Added-Last")
        self.places["first"], self.places["last"] = self.first, self.last

    def ask(self, method, path, who="a", body=None, **headers):
        sent = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
        given = self.who.get(who, who)
        if given:
            sent["Authorization"] = given
        if isinstance(body, dict):
            body = json.dumps(body).encode()
        if body is not None:
            sent.setdefault("Content-Type", TAXII)
        try:
            self.line.request(method, path, body=body, headers=sent)
            answer = self.line.getresponse()
        except (http.client.HTTPException, ConnectionError):
            self.line.close()
            self.line.request(method, path, body=body, headers=sent)
            answer = self.line.getresponse()
        content = answer.read()
        return Said(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)

    def get(self, path, who="a", **headers):
        return self.ask("GET", path, who, **headers)

    def at(self, kind, rest="", key=None):
        return f"/taxii2/shared/collections/{key or self.places[kind]}/{rest}"

    def post(self, kind, *objects, who="a", **headers):
        return self.ask("POST", self.at(kind, "objects/"), who, {"objects": list(objects)}, **headers)


def basic(account):
    return "Basic " + b64encode(f"{account['username']}:{account['password']}".encode()).decode()


@pytest.fixture(scope="module")
def rig(site):
    return Rig(site)


def indicator(key=None, modified=CREATED, **more):
    return {"type": "indicator", "spec_version": "2.1", "id": f"indicator--{key or uuid4()}", "created": CREATED,
            "modified": modified, "pattern": "[domain-name:value = 'a.example']", "pattern_type": "stix",
            "valid_from": CREATED} | more  # fmt: skip


@dataclass
class Check:
    name: str
    path: str
    status: tuple
    method: str = "GET"
    who: object = "a"
    body: object = None
    headers: dict = field(default_factory=dict)
    holds: object = None


ROOT, C = "/taxii2/shared/", "/taxii2/shared/collections/"
ENDPOINTS = {
    "discovery": "/taxii2/", "root": ROOT, "collections": C, "collection": C + "{ro}/", "objects": C + "{ro}/objects/",
    "manifest": C + "{ro}/manifest/", "object": C + "{ro}/objects/{campaign}/", "versions": C + "{ro}/objects/{campaign}/versions/",
}  # fmt: skip
READS = ("objects", "manifest", "object", "versions")
CHECKS = []


def check(name, path, *status, **more):
    CHECKS.append(Check(name, path, status, **more))


for name, path in ENDPOINTS.items():
    check(f"{name} answers", path, 200, holds=lambda said: isinstance(said.json, dict))
    check(f"{name} without login", path, 401, who=None, holds=lambda said: "Basic" in said.header("WWW-Authenticate"))
    check(f"{name} without its slash", path.rstrip("/"), 404)
    for method in ("PUT", "PATCH", "HEAD", "OPTIONS", "TRACE"):
        check(f"{name} by {method}", path, 405, method=method, holds=lambda said: "GET" in said.header("Allow"))
    check(f"{name} for html", path, 406, headers={"Accept": "text/html"})
for accept in (
    "application/taxii+json", "application/taxii+json;version=2.1", "application/taxii+json; version=2.1", "*/*",
    "application/taxii+json ;version=2.1", "text/html, application/taxii+json;version=2.1", "application/*", "",
    'application/taxii+json; version="2.1"', "application/TAXII+json;Version=2.1", "text/html;q=0.9, */*;q=0.1",
    "application/taxii+json;version=2.1;charset=utf-8", "application/taxii+json;version=2.0, application/taxii+json",
):  # fmt: skip
    check(f"accepting {accept!r}", "/taxii2/", 200, headers={"Accept": accept})
for accept in (
    "application/taxii+json;version=2.0", "application/json", "application/vnd.oasis.taxii+json", "*/*;q=0", "application/taxii+json;version=2.2",
    "application/taxii+json;version=", "application/stix+json;version=2.1", "*", "*/*;q=0.1, application/taxii+json;version=2.1;q=0",
):  # fmt: skip
    check(f"accepting {accept!r} only", "/taxii2/", 406, headers={"Accept": accept})
for login in ("Basic", "Basic !!!", "Basic " + b64encode(b"a:wrong").decode(), "Basic " + b64encode(b"nocolon").decode(),
              "Bearer hustings_wrong", "Bearer", "Digest x", "Basic " + b64encode(b"\xff\xfe").decode()):  # fmt: skip
    check(f"login {login!r}", "/taxii2/", 401, who=login, holds=lambda said: bool(said.header("WWW-Authenticate")))
for who in ("a by the name of b", "a by no name"):
    check(f"login of {who}", "/taxii2/", 401, who=who, holds=lambda said: bool(said.header("WWW-Authenticate")))
check("login by bearer", "/taxii2/", 200, who="bearer")
check("discovery names roots", "/taxii2/", 200, holds=lambda said: said.json["default"] in said.json["api_roots"])
check("roots are relative or https", "/taxii2/", 200, holds=lambda said: all(
    (root.startswith(("/", "https://"))) and root.endswith("/") and "?" not in root for root in said.json["api_roots"]))  # fmt: skip
check("discovery has a title", "/taxii2/", 200, holds=lambda said: bool(said.json["title"]))
check("root has versions", ROOT, 200, holds=lambda said: TAXII in said.json["versions"])
check(
    "root has a size",
    ROOT,
    200,
    holds=lambda said: type(said.json["max_content_length"]) is int and said.json["max_content_length"] > 0,
)
check("root has a title", ROOT, 200, holds=lambda said: bool(said.json["title"]))
for path in (
    "/taxii2/nothing/", "/taxii2/nothing/collections/", ROOT + "nothing/", C + "{unknown}/", C + "{unknown}/objects/", C + "x/",
    C + "{unknown}/manifest/", C + "{ro}/nothing/", C + "{ro}/objects/indicator--{unknown}/", C + "{ro}/objects/x/",
    C + "{ro}/objects/indicator--{unknown}/versions/", ROOT + "status/{unknown}/", ROOT + "status/x/", C + "{ro}/objects/%00/",
    C + "{ro}/objects/{campaign}/versions/x/", C + "%F0%9F/", "/taxii2//", "/taxii2/shared//collections/", C + "../",
):  # fmt: skip
    check(f"unknown {path}", path, 404)
check("taxii2 without its slash", "/taxii2", 404)
for kind in ("ro", "rw", "wo"):
    check(f"{kind} has what a collection has", C + "{" + kind + "}/", 200, holds=lambda said: (
        UUID(said.json["id"]).version == 4 and said.json["title"] and said.json["media_types"]
        and {type(said.json[name]) for name in ("can_read", "can_write")} == {bool}))  # fmt: skip
    check(f"{kind} by its alias", C + "{" + kind + "_alias}/", 200)
check("collection of no permission", C + "{none}/", 403, 404)
check("collection of no permission by its alias", C + "{none_alias}/", 403, 404)
for name, rest in (
    ("objects", "objects/"),
    ("manifest", "manifest/"),
    ("object", "objects/{campaign}/"),
    ("versions", "objects/{campaign}/versions/"),
):
    check(f"{name} of write-only", C + "{wo}/" + rest, 403, 404)
    check(f"{name} of none", C + "{none}/" + rest, 403, 404)
check("adding to read-only", C + "{ro}/objects/", 403, 404, method="POST", body={"objects": [indicator()]})
check("adding to none", C + "{none}/objects/", 403, 404, method="POST", body={"objects": [indicator()]})
check("deleting from read-only", C + "{ro}/objects/{campaign}/", 403, method="DELETE")
check("deleting from write-only", C + "{wo}/objects/{campaign}/", 403, method="DELETE")
check("deleting from none", C + "{none}/objects/{campaign}/", 404, method="DELETE")
check("deleting what is not there", C + "{rw}/objects/indicator--{unknown}/", 404, method="DELETE")
for name in READS:
    path = ENDPOINTS[name]
    check(f"{name} has moments", path, 200, holds=lambda said: MOMENT.fullmatch(said.header("X-TAXII-Date-Added-First"))
          and MOMENT.fullmatch(said.header("X-TAXII-Date-Added-Last")))  # fmt: skip
    check(f"{name} after the last is without a list", path + "?added_after={last}", 200, holds=lambda said: said.json == {}
          and not said.header("X-TAXII-Date-Added-First"))  # fmt: skip
    check(f"{name} before all", path + "?added_after=2000-01-01T00:00:00Z", 200, holds=lambda said: len(said.json) >= 1)
    for query in ("limit=0", "limit=-1", "limit=x", "limit=", "limit=1.5", "added_after=yesterday", "added_after=2026-13-01T00:00:00Z",
                  "added_after=2026-01-01T00:00:00", "added_after=", "next=forged", "next=", "match[spec_version]=x",
                  "limit=1&limit=2"):  # fmt: skip
        check(f"{name}?{query}", f"{path}?{query}", 400)
for query in ("match[name]=a", "match[]=a", "match=a", "match[type=a", "match[id]=", "match[id]=,a", "match[type]=indicator&match[type]=campaign",
              "added_after=2026-02-30T00:00:00Z", "added_after=2026-01-01T00:00:00%2B00:00", "added_after=1767225600", "added_after=%FF",
              "limit=%2B5", "limit=1e3", "limit=%D9%A3", "limit=5%20", "next=%00"):  # fmt: skip
    check(f"objects?{query}", f"{ENDPOINTS['objects']}?{query}", 400)
for header in ("items 0-0", "bytes=0-10"):
    check(
        f"a range of {header} asks for nothing",
        ENDPOINTS["objects"],
        200,
        headers={"Range": header},
        holds=lambda said: len(names(said)) == 10,
    )
check("adding to a manifest", ENDPOINTS["manifest"], 405, method="POST", body={"objects": [{}]})
check("deleting a whole collection", ENDPOINTS["objects"], 405, method="DELETE")
check("a query on discovery", "/taxii2/?limit=0", 200)
for query in ("match[version]=never", "match[version]=2026-99-01T00:00:00.000Z", "match[version]=", "match[version]=last,,first",
              "match[version]=Last"):  # fmt: skip
    for name in ("objects", "manifest", "object"):
        check(f"{name}?{query}", f"{ENDPOINTS[name]}?{query}", 400)
check("a large limit", ENDPOINTS["objects"] + "?limit=99999999999999999999999", 200)
check("an unknown parameter", ENDPOINTS["objects"] + "?x=y", 200)
check("too many parameters", ENDPOINTS["objects"] + "?" + "&".join(f"a{n}=1" for n in range(500)), 400)
check("NUL in a filter", ENDPOINTS["objects"] + "?match[id]=a%00b", 200, holds=lambda said: said.json == {})


def types(said):
    return {each["type"] for each in said.json.get("objects", ())}


def names(said):
    return [each["id"] for each in said.json.get("objects", ())]


OBJECTS, MANIFEST, OBJECT = ENDPOINTS["objects"], ENDPOINTS["manifest"], ENDPOINTS["object"]
check("match type", OBJECTS + "?match[type]=indicator", 200, holds=lambda said: types(said) == {"indicator"})
check(
    "match types",
    OBJECTS + "?match[type]=indicator,identity",
    200,
    holds=lambda said: types(said) == {"indicator", "identity"},
)
check("match no type", OBJECTS + "?match[type]=malware", 200, holds=lambda said: said.json == {})
check("match id", OBJECTS + "?match[id]={indicator}", 200, holds=lambda said: len(names(said)) == 1)
check("match ids", OBJECTS + "?match[id]={indicator},{campaign}", 200, holds=lambda said: len(names(said)) == 2)
check(
    "match id and type",
    OBJECTS + "?match[id]={indicator}&match[type]=campaign",
    200,
    holds=lambda said: said.json == {},
)
check(
    "match by encoded brackets",
    OBJECTS + "?match%5Btype%5D=campaign",
    200,
    holds=lambda said: types(said) == {"campaign"},
)
check("match spec_version 2.1", OBJECTS + "?match[spec_version]=2.1", 200, holds=lambda said: len(names(said)) == 10)
check("match spec_version 2.0", OBJECTS + "?match[spec_version]=2.0", 200, holds=lambda said: said.json == {})
check("match spec_versions", OBJECTS + "?match[spec_version]=2.0,2.1", 200, holds=lambda said: len(names(said)) == 10)
check("manifest match type", MANIFEST + "?match[type]=campaign", 200, holds=lambda said: len(names(said)) == 1)
check("manifest records", MANIFEST, 200, holds=lambda said: all(
    set(each) == {"id", "date_added", "version", "media_type"} and MOMENT.fullmatch(each["date_added"])
    and each["media_type"] == "application/stix+json;version=2.1" for each in said.json["objects"]))  # fmt: skip
check("manifest in order", MANIFEST, 200, holds=lambda said: (
    (dates := [each["date_added"] for each in said.json["objects"]]) == sorted(set(dates))))  # fmt: skip


def versions(*wanted):
    return lambda said: sorted(each["modified"][5:7] for each in said.json["objects"]) == sorted(wanted)


for query, wanted in (("", ("03",)), ("?match[version]=last", ("03",)), ("?match[version]=first", ("01",)), ("?match[version]=all", ("01", "02", "03")),
                      ("?match[version]=first,last", ("01", "03")), ("?match[version]=2026-02-01T00:00:00.000Z", ("02",)),
                      ("?match[version]=2026-02-01T00:00:00Z,first", ("01", "02")),
                      ("?match[version]=2026-02-01T00:00:00.000000Z", ("02",))):  # fmt: skip
    check(f"object{query}", OBJECT + query, 200, holds=versions(*wanted))
check(
    "a version that is not there",
    OBJECT + "?match[version]=2025-02-01T00:00:00.000Z",
    200,
    holds=lambda said: said.json == {},
)
check("versions of an object", ENDPOINTS["versions"], 200, holds=lambda said: said.json["versions"] == [
    f"2026-0{month}-01T00:00:00.000Z" for month in (1, 2, 3)])  # fmt: skip
check(
    "objects tell only the newest version",
    OBJECTS,
    200,
    holds=lambda said: len(names(said)) == len(set(names(said))) == 10,
)
check("all versions", OBJECTS + "?match[version]=all", 200, holds=lambda said: len(names(said)) == 12)
check("more is told", OBJECTS + "?limit=3", 200, holds=lambda said: said.json["more"] is True and len(names(said)) == 3)
check(
    "no more is told",
    OBJECTS + "?limit=10",
    200,
    holds=lambda said: not said.json.get("more") and "next" not in said.json,
)
check("the collections of the second account", C, 200, who="b", holds=lambda said: len(said.json["collections"]) == 2)
check("what the second account may", C + "{ro}/", 200, who="b", holds=lambda said: said.json["can_write"])
check("what the second account may not", C + "{rw}/", 200, who="b", holds=lambda said: said.json["can_write"] is False)
check("what the second account does not know", C + "{wo}/", 404, who="b")
check("no list is empty", C, 200, holds=lambda said: [] not in said.json.values())
for kind, wanted in (("application/json", (415,)), ("text/plain", (415,)), ("application/taxii+json;version=2.0", (415,)),
                     ("application/stix+json;version=2.1", (415,)), ("application/taxii+json;version=2.2", (415,)), ("", (415,))):  # fmt: skip
    check(
        f"adding as {kind}",
        C + "{rw}/objects/",
        *wanted,
        method="POST",
        body={"objects": [indicator()]},
        headers={"Content-Type": kind},
    )
for kind in ("application/taxii+json", "application/taxii+json; version=2.1", TAXII):
    check(
        f"adding as {kind!r}",
        C + "{rw}/objects/",
        202,
        method="POST",
        body={"objects": [indicator()]},
        headers={"Content-Type": kind},
    )
check("adding what is compressed", C + "{rw}/objects/", 415, method="POST", body=gzip.compress(json.dumps({"objects": [indicator()]}).encode()),
      headers={"Content-Encoding": "gzip"})  # fmt: skip
check(
    "adding for html",
    C + "{rw}/objects/",
    406,
    method="POST",
    body={"objects": [indicator()]},
    headers={"Accept": "text/html"},
)
for content in (
    json.dumps({"objects": [indicator()]}).encode("utf-8-sig"), json.dumps({"objects": [indicator()]}).encode("utf-16"), b'{"objects": ["\xff"]}',
    b"", b"{", b"[]", b"{}", b'{"objects": []}', b'{"objects": {}}', b'{"objects": [1]}', b'{"objects": [{}]}', b"null", b"\xff", b'"x"',
    b'{"objects": [' + json.dumps(indicator()).encode() + b"]", b'{"objects": [' + json.dumps(indicator()).encode() + b"]} x",
    b'{"type": "bundle", "objects": [' + json.dumps(indicator()).encode() + b"]}", b'{"objects": [' + b"[" * 100_000, b'{"objects": [NaN]}',
    b'{"objects": [' + b'{"a":' * 100_000, b'{"objects": [' + json.dumps(indicator()).encode()[:-1] + b', "labels": ["a"], "labels": ["b"]}]}',
):  # fmt: skip
    check(f"adding {content[:40]!r} of {len(content)}", C + "{rw}/objects/", 400, 422, method="POST", body=content)
for what, wrong in (
    ("no id", {"id": None}), ("not an id", {"id": "not-an-id"}), ("id of another type", {"id": f"malware--{uuid4()}"}), ("no type", {"type": ""}),
    ("no moment", {"modified": "yesterday"}), ("modified before creation", {"modified": "2020-01-01T00:00:00.000Z"}), ("spec 3", {"spec_version": "3.0"}),
    ("empty markings", {"object_marking_refs": []}), ("a number for markings", {"object_marking_refs": 3}), ("no version", {"modified": None}), ("a bundle within", {"type": "bundle", "id": f"bundle--{uuid4()}"}),
    ("more depth than is read again", {"x_deep": json.loads("[" * 200 + "]" * 200)}),
):  # fmt: skip
    check(
        f"adding an object with {what}",
        C + "{rw}/objects/",
        400,
        422,
        method="POST",
        body={"objects": [indicator() | wrong]},
    )


for what, wrong in (
    ("NUL in its id", {"id": "a\x00"}), ("half a sign in its id", {"id": "\ud800"}), ("NUL in a marking", {"object_marking_refs": ["\x00"]}),
    ("half a sign in a marking", {"object_marking_refs": ["\ud800"]}), ("a long marking", {"object_marking_refs": ["x" * 9000]}),
    ("NUL in a part's marking", {"granular_markings": [{"marking_ref": "\x00", "selectors": ["name"]}]}), ("NUL in its name", {"name": "\x00"}),
    ("a long id", {"id": "x" * 9000}), ("half a sign in its name", {"name": "\ud800"}),
):  # fmt: skip
    check(
        f"adding an object with {what} beside another",
        C + "{rw}/objects/",
        202,
        method="POST",
        body={"objects": [indicator(), indicator() | wrong]},
        holds=lambda said: said.json["success_count"] >= 1 and said.json["total_count"] == 2,
    )


@pytest.mark.parametrize("each", CHECKS, ids=lambda each: each.name[:80])
def test_check(rig, each):
    path = re.sub(r"\{(\w+)\}", lambda found: quote(rig.places[found[1]], safe=""), each.path)
    said = rig.ask(each.method, path, each.who, each.body, **each.headers)
    assert said.status in each.status, said.body[:500]
    assert said.header("Content-Type") == TAXII
    if each.method != "HEAD" and said.status >= 400:
        assert said.json["title"]
        assert said.json["http_status"] == str(said.status)
    if each.holds is not None:
        assert each.holds(said), said.body[:2000]


def test_there_are_enough_checks():
    assert len(CHECKS) >= 135
    assert len({each.name for each in CHECKS}) == len(CHECKS)


def status_of(rig, said):
    assert said.status == 202, said.body[:500]
    told = said.json
    assert UUID(told["id"]).version == 4
    assert rig.get(f"{ROOT}status/{told['id']}/").json == told
    assert told["status"] == "complete"
    assert told["total_count"] == told["success_count"] + told["failure_count"] + told["pending_count"]
    return told


def test_what_was_added_is_told_and_stands_unchanged(rig):
    made = indicator(name="ä ✓", labels=["x"], lang="en")
    told = status_of(rig, rig.post("rw", made))
    assert told["successes"] == [{"id": made["id"], "version": made["modified"]}]
    assert "failures" not in told
    assert rig.get(rig.at("rw", f"objects/{made['id']}/")).json["objects"] == [made]


def test_asking_without_a_login_is_no_failed_one(rig):
    from hustings.apps.taxii.account import FAILED_A_MINUTE

    assert {rig.get("/taxii2/", None).status for _ in range(FAILED_A_MINUTE + 5)} == {401}
    assert rig.get("/taxii2/").status == 200


def test_a_status_is_of_its_account_and_root(rig):
    told = rig.post("rw", indicator()).json
    assert rig.get(f"{ROOT}status/{told['id']}/", "b").status == 404
    assert rig.get(f"/taxii2/other/status/{told['id']}/").status == 404


def test_an_exact_duplicate_is_no_error(rig):
    made = indicator()
    assert status_of(rig, rig.post("rw", made))["success_count"] == 1
    assert status_of(rig, rig.post("rw", made))["success_count"] == 1
    assert len(rig.get(rig.at("rw", f"objects/{made['id']}/?match[version]=all")).json["objects"]) == 1


def test_one_that_is_wrong_does_not_hold_up_the_others(rig):
    right, wrong = indicator(), indicator() | {"id": "not-an-id"}
    told = status_of(rig, rig.post("rw", right, wrong))
    assert [each["id"] for each in told["successes"]] == [right["id"]]
    assert [each["id"] for each in told["failures"]] == ["not-an-id"]
    assert told["failures"][0]["message"]
    assert told["failures"][0]["version"] == wrong["modified"]
    nameless = status_of(rig, rig.post("rw", indicator(), {"type": "indicator"}))["failures"]
    assert [(each["id"], bool(MOMENT.fullmatch(each["version"]))) for each in nameless] == [("", True)]


def test_each_object_of_one_request_has_a_moment_of_its_own_and_paging_loses_none(rig):
    made = [indicator() for _ in range(25)]
    keys = {each["id"] for each in made}
    rig.post("rw", *made)
    wanted = "match[id]=" + ",".join(sorted(keys))
    for way in ("next", "added_after"):
        seen, query = [], ""
        while True:
            said = rig.get(rig.at("rw", f"objects/?limit=4&{wanted}{query}"))
            seen += [each["id"] for each in said.json["objects"]]
            if not said.json.get("more"):
                break
            last = said.header("X-TAXII-Date-Added-Last")
            query = f"&next={quote(said.json['next'])}" if way == "next" else f"&added_after={last}"
        assert seen == [each["id"] for each in made]


def test_added_after_is_strict_to_the_microsecond(rig):
    rows = rig.get(rig.at("ro", "manifest/?match[version]=all")).json["objects"]
    moment = datetime.fromisoformat(rows[4]["date_added"])
    for shift, left in ((0, 7), (-1, 8)):
        after = (moment + timedelta(microseconds=shift)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        found = rig.get(rig.at("ro", f"objects/?match[version]=all&added_after={after}"))
        assert len(found.json["objects"]) == left


def token(rig, who="a", kind="ro", query="", endpoint="objects/"):
    return quote(rig.get(rig.at(kind, f"{endpoint}?limit=1{query}"), who).json["next"])


def test_a_next_of_another_account_collection_endpoint_or_query_is_refused(rig):
    rig.post("rw", indicator(), indicator())
    mine = token(rig)
    assert rig.get(rig.at("ro", f"objects/?limit=1&next={mine}")).status == 200
    assert rig.get(rig.at("ro", f"objects/?limit=5&next={mine}")).status == 200
    assert rig.get(rig.at("ro", f"objects/?limit=1&next={mine}"), "b").status == 400
    assert rig.get(rig.at("rw", f"objects/?limit=1&next={mine}")).status == 400
    assert rig.get(rig.at("ro", f"manifest/?limit=1&next={mine}")).status == 400
    assert rig.get(rig.at("ro", f"objects/?limit=1&match[type]=indicator&next={mine}")).status == 400
    assert rig.get(rig.at("ro", f"objects/?limit=1&next={mine[:-2]}AA")).status == 400
    assert rig.get(rig.at("wo", f"objects/?limit=1&next={mine}")).status == 403


def test_the_collection_of_an_alias_is_that_of_its_id(rig):
    by_id, by_alias = (rig.get(rig.at(kind, "objects/")).json for kind in ("ro", "ro_alias"))
    assert by_id == by_alias


def test_collections_are_told_in_one_order(rig):
    told = [[each["id"] for each in rig.get(C).json["collections"]] for _ in range(3)]
    assert told[0] == told[1] == told[2]
    assert rig.places["none"] not in told[0]


def test_deleting_takes_all_versions_or_the_one_that_is_named(rig):
    key = str(uuid4())
    rig.post("rw", *(indicator(key, f"2026-0{month}-01T00:00:00.000Z") for month in (1, 2, 3)))
    place = rig.at("rw", f"objects/indicator--{key}/")
    assert rig.ask("DELETE", f"{place}?match[version]=2026-02-01T00:00:00.000Z").status == 200
    assert rig.get(f"{place}versions/").json["versions"] == ["2026-01-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z"]
    said = rig.ask("DELETE", place)
    assert (said.status, said.body) == (200, b"")
    assert rig.get(place).status == rig.get(f"{place}versions/").status == rig.ask("DELETE", place).status == 404
    assert f"indicator--{key}" not in rig.get(rig.at("rw", "manifest/")).body.decode()


def test_the_second_account_may_not_delete(rig):
    made = indicator()
    rig.post("rw", made)
    assert rig.ask("DELETE", rig.at("rw", f"objects/{made['id']}/"), "b").status == 403
    assert rig.get(rig.at("rw", f"objects/{made['id']}/"), "b").status == 200


def padded(size):
    """A request of exactly so many bytes."""
    bare = json.dumps({"objects": [indicator(description="")]}).encode()
    return bare.replace(b'"description": ""', b'"description": "' + b"x" * (size - len(bare)) + b'"')


def test_the_largest_content_is_taken_and_one_byte_more_is_not(rig):
    most = rig.get(ROOT).json["max_content_length"]
    assert rig.ask("POST", rig.at("rw", "objects/"), body=padded(most)).status == 202
    assert rig.ask("POST", rig.at("rw", "objects/"), body=padded(most + 1)).status == 413


def in_pieces(rig, content):
    """Send a request that does not say how long it is; gives the status line."""
    host, _, port = rig.host.partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as line:
        head = f"POST {rig.at('rw', 'objects/')} HTTP/1.1\r\nHost: {rig.host}\r\nAuthorization: {rig.who['a']}\r\n"
        line.sendall(f"{head}Content-Type: {TAXII}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        for start in range(0, len(content), 1 << 20):
            piece = content[start : start + (1 << 20)]
            line.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        line.sendall(b"0\r\n\r\n")
        answer = http.client.HTTPResponse(line)
        answer.begin()
        return answer.status


def test_the_size_binds_what_comes_in_pieces_too(rig):
    most = rig.get(ROOT).json["max_content_length"]
    assert in_pieces(rig, json.dumps({"objects": [indicator()]}).encode()) == 202
    assert in_pieces(rig, padded(most + 1)) == 413


def test_unknown_and_hidden_are_one_answer(rig):
    hidden = rig.ask("GET", rig.at("none", "objects/"))
    unknown = rig.ask("GET", rig.at("", "objects/", str(uuid4())))
    assert (hidden.status, hidden.body) == (unknown.status, unknown.body)
    dated = {"date", "content-length"}
    assert {k: v for k, v in hidden.headers.items() if k not in dated} == {
        k: v for k, v in unknown.headers.items() if k not in dated
    }


def test_observables_and_objects_of_stix_2_0_are_told_as_what_they_are(rig):
    seen = {"type": "domain-name", "spec_version": "2.1", "id": f"domain-name--{uuid4()}", "value": "a.example"}
    old = {
        name: value
        for name, value in indicator(labels=["malicious-activity"]).items()
        if name not in {"spec_version", "pattern_type"}
    }
    status_of(rig, rig.post("rw", seen, old))
    (record,) = rig.get(rig.at("rw", f"manifest/?match[id]={old['id']}")).json["objects"]
    assert record["media_type"] == "application/stix+json;version=2.0"
    newer = indicator(old["id"].removeprefix("indicator--"), "2026-02-01T00:00:00.000Z")
    rig.post("rw", newer)
    place = rig.at("rw", f"objects/{old['id']}/")
    assert rig.get(place).json["objects"] == [newer]
    assert rig.get(place + "?match[spec_version]=2.0").json["objects"] == [old]
    assert len(rig.get(place + "?match[spec_version]=2.0,2.1&match[version]=all").json["objects"]) == 2
    assert rig.get(rig.at("rw", f"objects/{seen['id']}/versions/")).json["versions"]


def test_real_clients_read_and_write(rig):
    import stix2
    from taxii2client.v21 import Server, as_pages

    account = rig.told["accounts"][0]
    server = Server(rig.told["discovery"], user=account["username"], password=account["password"])
    assert server.default.title
    found = {each.id: each for root in server.api_roots for each in root.collections}
    collection = found[rig.places["rw"]]
    made = [
        stix2.Indicator(pattern="[domain-name:value = 'b.example']", pattern_type="stix", valid_from=CREATED)
        for _ in range(7)
    ]
    status = collection.add_objects(json.dumps({"objects": [json.loads(each.serialize()) for each in made]}))
    assert (status.status, status.success_count) == ("complete", 7)
    ids = ",".join(each.id for each in made)
    pages = list(as_pages(collection.get_objects, per_request=3, id=ids))
    assert [each["id"] for page in pages for each in page["objects"]] == [each.id for each in made]
    assert [stix2.parse(each) for page in pages for each in page["objects"]] == made
    source = stix2.TAXIICollectionSource(collection)
    assert source.get(made[0].id) == made[0]
    collection.delete_object(made[0].id)
    assert len(collection.get_manifest(id=ids)["objects"]) == 6
