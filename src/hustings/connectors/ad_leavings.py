"""What an ad's address and its buyer's account leave beside the ad itself: tracking ids, phones, network blocks."""

__all__ = ["network_block", "phones_of", "tracking_ids"]

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

from hustings.screening.register.contact import folded_phone

# Ids of accounts at services that measure visits, sell ads or load scripts: whoever reads the figures or earns the
# money set them. Those of one view or one click are none of these.
ACCOUNT = re.compile(
    r"(?<![A-Za-z0-9])(?:(UA-\d{4,10})-\d{1,4}|(G-[A-Z0-9]{8,12})|(GTM-[A-Z0-9]{5,8})|(AW-\d{9,11})|(?:ca-)?(pub-\d{16}))(?![A-Za-z0-9])"
)
# Parameters whose value names an account, not a campaign or a visitor.
NAMED = frozenset({"aff_id", "affid", "affiliate_id", "fb_pixel_id", "partner_id", "pixel_id"})
SHORTEST = 4


def tracking_ids(address: str | None, told: Iterable[str] = ()) -> list[str]:
    """Account ids in a landing address, and those `told` by whoever fetched the page; each once, in order.

    Edges    the property of an analytics account (UA-1234-2) is left off: one owner has several. A name and its
             value are one id (`aff_id=north`); values under four signs are everybody's.
    Limits   an agency's id is on its clients' pages, and a template's on those of people who never met
    """
    found = []
    if address:
        try:
            pairs = parse_qsl(urlsplit(address).query)
        except ValueError:
            pairs = []
        found += [
            f"{name.lower()}={value}"
            for name, value in pairs
            if name.lower() in NAMED and len(value.strip()) >= SHORTEST
        ]
    for text in (address or "", *told):
        found += [next(filter(None, match)) for match in ACCOUNT.findall(text)]
    found += [text.strip() for text in told if not ACCOUNT.search(text) and len(text.strip()) >= SHORTEST]
    return list(dict.fromkeys(found))


def phones_of(told: Iterable[str]) -> list[str]:
    """Phone numbers in one spelling."""
    return list(dict.fromkeys(folded for text in told if (folded := folded_phone(text))))


def network_block(address: str | None) -> str | None:
    """The block of a network address: 256 addresses of version 4, a /48 of version 6; None for anything else.

    Edges    a block that is already written as one stays as it is; addresses that lead nowhere (private, loopback)
             say nothing.
    """
    text = (address or "").strip()
    try:
        if "/" in text:
            return str(ipaddress.ip_network(text, strict=False))
        ip = ipaddress.ip_address(text)
    except ValueError:
        return None
    if not ip.is_global:
        return None
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))
