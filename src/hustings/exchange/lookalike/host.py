"""A host as people read it: its labels in their own script, what was registered, and the ending it stands under."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList

from hustings.screening.landing import PARTS

__all__ = ["Host", "read_host"]

LABEL = re.compile(r"[\w-]+")
NUMBERS = re.compile(r"\d{1,3}(\.\d{1,3}){3}")
LONGEST = 253


@dataclass(frozen=True, slots=True)
class Host:
    """A host taken apart. `name` is the label that was registered under the public ending `suffix`; `under` stands
    before it. Labels are in their own script; `registered` is in the form in which computers exchange it.
    """

    under: tuple[str, ...]
    name: str
    suffix: str
    registered: str
    ascii: str

    @property
    def shown(self) -> str:
        """The whole, as people read it."""
        return ".".join((*self.under, self.name, self.suffix)).strip(".")


@lru_cache(maxsize=1 << 16)
def read_host(text: str) -> Host | None:
    """The host of an address or of itself; None where there is none, or only a number.

    Edges    an ending that nobody lists is an ending of one label; what is itself a public ending is no host
    """
    match = PARTS.match(text.strip().lower())
    host = match["host"].strip(".").replace("。", ".").replace("．", ".") if match else ""
    if not host or len(host) > LONGEST or "." not in host or " " in host or NUMBERS.fullmatch(host):
        return None
    if not all(LABEL.fullmatch(label) for label in host.split(".")):
        return None
    labels = [_exchanged(label) for label in host.split(".")]
    spelt = ".".join(labels)
    registered = _suffixes().privatesuffix(spelt)
    if not registered:
        return None
    before = labels[: len(labels) - registered.count(".") - 1]
    name, _, suffix = registered.partition(".")
    return Host(tuple(map(_read, before)), _read(name), suffix, registered, spelt)


def _exchanged(label: str) -> str:
    if label.isascii():
        return label
    return "xn--" + label.encode("punycode").decode("ascii")


def _read(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


@cache
def _suffixes() -> PublicSuffixList:
    # accept_unknown: a made-up ending is still an ending; the list is the package's copy
    return PublicSuffixList(accept_unknown=True)
