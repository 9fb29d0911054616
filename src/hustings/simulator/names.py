"""Invented names: places, people, outlets, parties, pages, posts. Nobody and nothing real is meant.

Domains end in `.example`, which RFC 2606 keeps free, so that no link leads anywhere.
"""

__all__ = ["Names", "handle"]

import re
from collections.abc import Sequence

import numpy as np

FIRST = (
    "Mira Jorun Tavi Elske Oren Bela Sunniva Radek Ilva Matis Nela Corvin Ysolde Dagan Fenna Halvar Imre Jasna "
    "Kestrin Lorne Maelle Niko Odile Perrin Quill Rosk Selka Toma Ulla Varis Wenda Xanthe Yorick Zelda"
).split()
LAST_A = "Tol Bren Kar Vel Mar Dun Hes Lor Pell Quar Ros Sten Tarn Ul Wex Yar Zim Grav Ost Fal".split()
LAST_B = "vane mark holt dal mere wick sund lund thorpe beck feld garth stad moor ling".split()
PLACE_A = "Kelm Vint Salv Brakk Hollun Ambr Wolde Karrin Isth Skoll Grynd Eldam Mylo Ostra Valk Tessel".split()
PLACE_B = "haven bruk vad stead rigg port moor gard munde dal bro havn".split()
PLACES = [a + b for a in PLACE_A for b in PLACE_B]
OUTLET = ("Tagblatt Courier Observer Lantern Gazette Beacon Ledger Herald-Mail Dispatch Almanac Wire Post-Echo").split()
PARTY = (
    "Harbour Union Kelm,Broad Hearth Party,Meadow List,Civic Forward,Lantern Alliance,Free Valleys,"
    "New Compass,Orchard Movement"
).split(",")
PAGE = (
    "Real Voices of,Mothers of,Wake Up,True Sons of,Neighbours of,Veterans for,Hands Off,Proud of,"
    "Faith and,Students Against,Pulse of,Stand With,Undivided,Memes of,Free Roads of,Guardians of,"
    "Gardeners of,Choir of,Old Pictures of,Cyclists of,Friends of the Library,Lost and Found"
).split(",")
TOPICS = (
    "harbour toll,school meals,rail strike,river flood,rents,wind farm,village clinics,fishing quota,"
    "border bridge,milk price,night buses,data tax,army pensions,old town fire,cup final,forest law,"
    "water bills,teacher pay,city marathon,TV debate,postal vote,poll cards,storm repair,music prize"
).split(",")
OPENINGS = (
    "Read this:,Can anyone explain,Long but worth it,So this is where we are with,My aunt was right about,"
    "Nobody talks about,Finally someone writes about,Not sure what to think of,Once more:,Good morning and,"
    "Three things on,I was there:,They still say nothing on,A fair look at,Pass this on:,Still angry about"
).split(",")
CLOSINGS = (
    "what do you think?,please share.,see for yourself.,more tomorrow.,make of it what you like.,"
    "I had no idea.,and it is only March.,we deserve better.,thanks to everyone who came.,"
    "the comments say it all.,who pays for this?,tell your neighbours.,no further comment.,worth five minutes."
).split(",")
SLOGANS = (
    "They closed the {topic} file and nobody asked why,Ask your mayor about the {topic} money,"
    "No vote until the {topic} papers are public,{topic}: they think we forget,"
    "If you care about {topic} stay home on Sunday,One question on {topic} they will not answer"
).split(",")


def handle(name: str) -> str:
    """A page's or a person's name as the platform writes it in an address."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


class Names:
    """Draws names; never gives the same one twice."""

    def __init__(self, random: np.random.Generator) -> None:
        self.random = random
        self.given: set[str] = set()

    def one(self, words: Sequence[str]) -> str:
        """Any of the words."""
        return words[int(self.random.integers(len(words)))]

    def new(self, name: str) -> str:
        """The name, with the smallest number behind it that makes it new."""
        candidate, number = name, 1
        while candidate in self.given:
            number += 1
            candidate = f"{name} {number}"
        self.given.add(candidate)
        return candidate

    def people(self, count: int) -> list[str]:
        """Handles of people: drawn parts with a number, as platforms suggest them."""
        first = self.random.integers(len(FIRST), size=count).tolist()
        left = self.random.integers(len(LAST_A), size=count).tolist()
        right = self.random.integers(len(LAST_B), size=count).tolist()
        number = self.random.integers(10, 9_999, size=count).tolist()
        return [
            self.new(f"{FIRST[f]}_{LAST_A[a]}{LAST_B[b]}_{n}".lower()).replace(" ", "_")
            for f, a, b, n in zip(first, left, right, number, strict=True)
        ]

    def place(self) -> str:
        """A town."""
        return self.one(PLACE_A) + self.one(PLACE_B)

    def outlet(self) -> str:
        """A newsroom."""
        return self.new(f"{self.place()} {self.one(OUTLET)}")

    def party(self) -> str:
        """A party."""
        return self.new(self.one([name for name in PARTY if name not in self.given] or PARTY))

    def page(self) -> str:
        """A page of neighbours, or of those who claim to be: no name tells which."""
        return self.new(f"{self.one(PAGE)} {self.place()}")
