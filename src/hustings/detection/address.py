"""Web addresses made comparable without asking the web: one spelling per page, one domain per site.

What does not choose the page goes: tracking parameters, fragments, default ports, `www.`, case of the
host, trailing slashes and dots, the order of parameters. What may choose it stays. The domain is the
registrable one, by the public-suffix list that comes with the package `publicsuffixlist`.
"""

__all__ = ["canonical_address", "find_addresses", "site"]

import re
from functools import cache, lru_cache
from typing import NamedTuple

from publicsuffixlist import PublicSuffixList

from hustings.detection.escapes import escaped, parameters, unescaped

# Parameters that say how a reader came, not what is read. Kept short on purpose: a name here joins
# pages, and a wrong join accuses. Prefixes end in "*".
TRACKING = frozenset(
    {
        "fbclid",
        "gclid",
        "gclsrc",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "yclid",
        "ysclid",
        "twclid",
        "ttclid",
        "igshid",
        "igsh",
        "li_fat_id",
        "scclid",
        "sccid",
        "mc_cid",
        "mc_eid",
        "_hsenc",
        "_hsmi",
        "hsctatracking",
        "mkt_tok",
        "oly_anon_id",
        "oly_enc_id",
        "vero_id",
        "vero_conv",
        "wickedid",
        "rb_clickid",
        "s_cid",
        "soc_src",
        "soc_trk",
        "ncid",
        "sr_share",
        "wt_mc",
        "wtmc",
        "at_medium",
        "at_campaign",
        "xtor",
        "fb_ref",
        "fb_source",
        "fb_action_ids",
        "fb_action_types",
        "ref_src",
        "ref_url",
        "guccounter",
        "guce_referrer",
        "guce_referrer_sig",
        "__twitter_impression",
        "_ga",
        "_gl",
        "spm",
        "cmpid",
        "cmp",
        "echobox",
        "dc_trk_aid",
        "dc_trk_cid",
        "dc_lat",
        "dc_rdid",
    }
)
TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "piwik_", "matomo_", "hsa_", "ga_", "at_custom", "stm_", "trk_")
# Only here do these mean "how a reader came"; elsewhere they may choose the page.
TRACKING_AT = {
    "youtube.com": {"feature", "si", "pp", "ab_channel"},
    "youtu.be": {"feature", "si"},
    "twitter.com": {"s", "t"},
    "x.com": {"s", "t"},
    "facebook.com": {"ref", "refid", "__tn__", "__cft__", "mibextid"},
    "instagram.com": {"hl"},
    "linkedin.com": {"trk", "rcm"},
    "spotify.com": {"si"},
    "tiktok.com": {"_r", "_t"},
}
# A click-counting address that carries the page it leads to in a parameter.
WRAPPERS = {
    ("l.facebook.com", "/l.php"): "u",
    ("lm.facebook.com", "/l.php"): "u",
    ("l.instagram.com", "/"): "u",
    ("www.google.com", "/url"): "url",
    ("google.com", "/url"): "url",
    ("out.reddit.com", "/"): "url",
    ("vk.com", "/away.php"): "to",
    ("www.youtube.com", "/redirect"): "q",
    ("t.umblr.com", "/redirect"): "z",
}
# Another door of the same house.
SAME_HOST = {
    "m.facebook.com": "facebook.com",
    "web.facebook.com": "facebook.com",
    "mbasic.facebook.com": "facebook.com",
    "touch.facebook.com": "facebook.com",
    "mobile.twitter.com": "twitter.com",
    "m.youtube.com": "youtube.com",
}
DEFAULT_PORTS = {"", "80", "443"}
ADDRESS = re.compile(
    r"https?:/{2,}(?:[^/?#]*@)?([^/?#:@\[\]\\]+)(?::([0-9]*))?(/[^?#]*)?(?:\?([^#]*))?(?:#.*)?",
    re.IGNORECASE | re.DOTALL,
)
WHITE = re.compile(r"\s+")
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
HOST = re.compile(r"[^\s/?#@:\[\]]+\.[^\s/?#@:\[\].]{2,}\.?")
NUMBERS = re.compile(r"\d{1,3}(\.\d{1,3}){3}")
WEB = re.compile(r"https?://[^\s<>\"'|\\^`{}]+", re.IGNORECASE)
# Ends a sentence more often than an address.
CLOSING = ".,;:!?'\"”’…"
SAFE = "!$&'()*+,;=:@/-._~"
PLAIN = re.compile(r"[A-Za-z0-9!$&'()*+,;=:@/._~-]*")
INDEX = re.compile(r"/index\.(html?|php|aspx?)$", re.IGNORECASE)


# Room for the addresses of a busy season: the same ones come back in every batch of rows.
@lru_cache(maxsize=1 << 18)
def canonical_address(address: str) -> str | None:
    """One spelling of a web address, without its scheme; None where there is no such address.

    `HTTP://www.Example.org:80/a/?utm_source=x&b=1#top` and `https://example.org/a?b=1` are one page.
    The scheme goes because the same page is given under both; the source's own spelling is kept beside.
    """
    parts = _parts(address)
    for _ in range(3):  # A wrapped address may itself be wrapped, but not forever.
        if parts is None:
            return None
        inner = _unwrapped(parts)
        if inner is None:
            break
        parts = _parts(inner)
    if parts is None:
        return None
    host = _host(parts)
    if host is None:
        return None
    where = host if parts.port in DEFAULT_PORTS else f"{host}:{int(parts.port)}"
    path = INDEX.sub("/", _encoded(parts.path)).rstrip("/")
    query = _query(parts.query, host)
    return where + (path or ("/" if query else "")) + (f"?{query}" if query else "")


@lru_cache(maxsize=1 << 18)
def site(address: str) -> str | None:
    """The registrable domain of an address or host; a bare IP address stands for itself."""
    parts = _parts(address)
    inner = None if parts is None else _unwrapped(parts)
    parts = parts if inner is None else _parts(inner)
    host = None if parts is None else _host(parts)
    if host is None or NUMBERS.fullmatch(host):
        return host
    return _registrable(host)


def find_addresses(text: str) -> list[str]:
    """The web addresses written out in a text, in order."""
    found = []
    for match in WEB.finditer(text):
        address = match.group().rstrip(CLOSING)
        while address.endswith((")", "]")) and address.count(address[-1]) > address.count("(["[address[-1] == "]"]):
            address = address[:-1].rstrip(CLOSING)
        found.append(address)
    return found


@cache
def _suffixes() -> PublicSuffixList:
    # accept_unknown: a made-up ending is still a site of its own; the list is the package's copy.
    return PublicSuffixList(accept_unknown=True)


@lru_cache(maxsize=1 << 16)
def _registrable(host: str) -> str:
    return _suffixes().privatesuffix(host) or host


class _Parts(NamedTuple):
    host: str
    port: str
    path: str
    query: str


def _parts(address: str) -> _Parts | None:
    """The parts that matter of a web address; the library's parser takes four times as long."""
    if WHITE.search(address):
        address = WHITE.sub("", address)
    scheme = SCHEME.match(address)
    if address.startswith("//"):
        address = "http:" + address
    elif scheme is None or HOST.fullmatch(scheme.group()[:-1]):
        address = "http://" + address
    match = ADDRESS.fullmatch(address)
    if match is None:
        return None
    host, port, path, query = match.groups(default="")
    if port and not 0 < int(port[:6]) < 1 << 16:
        return None
    return _Parts(host.lower(), port, path, query)


def _host(parts: _Parts) -> str | None:
    return _plain_host(parts.host)


@lru_cache(maxsize=1 << 16)
def _plain_host(host: str) -> str | None:
    host = host.rstrip(".")
    if not HOST.fullmatch(host) and not NUMBERS.fullmatch(host):
        return None
    try:
        host = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    host = SAME_HOST.get(host, host)
    return host.removeprefix("www.") if host.count(".") > 1 else host


def _unwrapped(parts: _Parts) -> str | None:
    name = WRAPPERS.get((parts.host, parts.path or "/"))
    if name is None:
        return None
    return next((value for key, value in parameters(parts.query) if key == name and "." in value), None)


def _encoded(path: str) -> str:
    """Escapes in one form: what need not be escaped is not, the rest in capitals; `a%2Fb` stays."""
    if PLAIN.fullmatch(path):
        return path
    kept = re.split(r"(%2[fF]|%3[fF]|%23|%25)", path)
    return "".join(piece.upper() if index % 2 else escaped(unescaped(piece), SAFE) for index, piece in enumerate(kept))


def _query(query: str, host: str) -> str:
    if not query:
        return ""
    there = TRACKING_AT.get(_registrable(host), set())
    kept = []
    for piece in re.split("[&;]", query):
        key = piece.partition("=")[0].lower()
        key = unescaped(key).lower() if "%" in key else key
        if not piece or key in TRACKING or key in there or key.startswith(TRACKING_PREFIXES):
            continue
        kept.append(_encoded(piece))
    return "&".join(sorted(kept))
