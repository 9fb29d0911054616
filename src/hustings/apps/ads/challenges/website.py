"""Looking for a code at a path of a website, by the fetcher that the operator configured."""

from __future__ import annotations

from urllib.parse import urlsplit

from hustings.apps.ads.challenges.codes import PATH
from hustings.apps.ads.challenges.fetching import fetch

__all__ = ["look_for_code", "place_of_code"]

SHOWN = 100  # signs of the answer that can be the code


def look_for_code(website: str) -> str:
    """What stands at the path of the website's host, cut short.

    Raises   BadInput where it could not be read, with what to do
    """
    return fetch(place_of_code(website)).strip()[:SHOWN]


def place_of_code(website: str) -> str:
    """Where the code belongs: at one path of the host, whatever page was given."""
    parts = urlsplit(website)
    return f"{parts.scheme}://{parts.netloc}{PATH}"
