import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.screening.name_forms import letters, skeleton, sounds
from hustings.screening.names import FORBIDDEN, OFFICIAL, SPONSOR, Known, Names

PEOPLE = (
    "Rosalind Okafor",
    "Chester Winthrop",
    "Mike Pence",
    "Marguerite Delacroix",
    "Bernard Sandoval",
    "Ann O'Leary",
)
LISTED = (
    *(Known(name=name, kind=OFFICIAL, office="Senate") for name in PEOPLE),
    Known(name="ISIS", kind=FORBIDDEN), Known(name="Black Banner Front", kind=FORBIDDEN, also=("BBF",)),
)  # fmt: skip
COMMITTEES = (
    Known(name="DEMOCRATIC CONGRESSIONAL CAMPAIGN COMMITTEE", kind=SPONSOR, number="C00000935"),
    Known(name="Winthrop for Ohio", kind=SPONSOR, number="C1"),
    Known(name="Prairie Growers Association PAC", kind=SPONSOR, number="C2"),
    Known(name="Prairie Growers Victory Fund", kind=SPONSOR, number="C3"),
)
GUARD = Names(officials=LISTED, sponsors=COMMITTEES)
OFFICIALS = Names(officials=LISTED)


def near(name, guard=OFFICIALS, **more):
    return {(one.known.name, one.how) for one in guard.near(name, **more)}


@pytest.mark.parametrize("name, how", [
    ("Mike Pence", "same"), ("MIKE PENCE", "same"), ("Office of Mike Pence", "holds"), ("Friends of Mike Pence", "holds"),
    ("М1ke Реnсе", "look-alike"), ("M!ke P3nce", "look-alike"), ("Mlke Pence", "look-alike"), ("ＭＩＫＥ ＰＥＮＣＥ", "same"),
    ("M i k e  P e n c e", "same"), ("M.i.k.e.P.e.n.c.e", "same"), ("MikePence2020", "holds"), ("Mike\u200bPence", "same"),
    ("Mik Pence", "spelling"), ("Mike Pnece", "spelling"), ("Mikke Pennce", "look-alike"), ("Pence, Mike", "order"),
    ("Michael Pence", "short name"), ("Michael R. Pence", "short name"), ("Myke Pens", "sound"), ("Майк Пенс", "script"),
    ("Pence for President", "surname"), ("Senator Pence", "surname"),
])  # fmt: skip
def test_ways_around_a_name_are_found_and_named(name, how):
    assert ("Mike Pence", how) in near(name)


@pytest.mark.parametrize(
    "name", ["ISIS", "isis", "I S I S", "1S1S", "I.S.I.S.", "ISIS Media", "lSlS", "ІЅІЅ", "BBF", "B B F Fund"]
)
def test_short_forbidden_names_are_found_as_words(name):
    assert {one.known.kind for one in OFFICIALS.near(name)} == {FORBIDDEN}


@pytest.mark.parametrize("name", [
    "Crisis Center", "Isisbury Farms", "Red Cross", "Mikado Pencils", "Penceville Growers", "Greg Pence", "Bernard's Bakery",
    "Sandoval Street Market", "Winthrop University", "Ann Arbor Neighbors", "2020", "", "???",
])  # fmt: skip
def test_others_are_left_alone(name):
    assert near(name) == set()


def test_another_person_of_the_family_name_is_somebody_else_only_if_named():
    guard = Names(officials=(*LISTED, Known(name="Greg Stanton", kind=OFFICIAL)))
    assert near("Greg Pence for Congress", guard) == set()
    assert near("Mike Pence for Congress", guard) == {("Mike Pence", "holds")}


def test_a_family_name_of_many_sponsors_names_nobody_alone():
    many = tuple(Known(name=f"{first} Okafor for Senate", kind=SPONSOR) for first in ("Ida", "Joe", "Sam", "Lee"))
    assert ("Rosalind Okafor", "surname") in near("Okafor for Congress")
    assert ("Rosalind Okafor", "surname") not in near("Okafor for Congress", Names(officials=LISTED, sponsors=many))


@pytest.mark.parametrize("name, how", [
    ("Democratic Congresional Campaign Committee", "holds"), ("DCCC", "acronym"), ("Prairie Growers Associaton", "spelling"),
    ("Winthrop for Ohio", "same"), ("PRAIRIE GROWERS", "holds"),
])  # fmt: skip
def test_existing_sponsors_are_guarded(name, how):
    assert how in {how for _, how in near(name, GUARD)}


def test_a_sponsor_is_not_near_itself_nor_near_others_by_its_own_name():
    assert near("DCCC", GUARD, own_number="C00000935") == set()
    assert near("Prairie Growers Victory Fund", GUARD, own_number="C3") == set()
    assert near("Prairie Growers Victory Fund", GUARD) >= {("Prairie Growers Victory Fund", "same")}
    assert near("Prairie Growers Association", GUARD, own_number="C2") == set()
    # The number does not help against an official's name.
    assert ("Chester Winthrop", "holds") in near("Chester Winthrop for Ohio", GUARD, own_number="C1")


def test_each_hit_says_why():
    (hit,) = OFFICIALS.near("Friends of Mike Pence")
    assert hit.category == "name.official"
    assert hit.sentence == '"Friends of Mike Pence" holds the name of Mike Pence (Senate), with "friends of" beside it.'
    (hit,) = OFFICIALS.near("1SIS")
    assert (hit.category, "forbidden" in hit.sentence) == ("name.forbidden", True)


LOOK = str.maketrans("aeopcxyik", "аеорсхуік")
WRITINGS = {
    "look-alikes": lambda text: text.lower().translate(LOOK),
    "digits": lambda text: text.lower().translate(str.maketrans("oieast", "013@57")),
    "fullwidth": lambda text: "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text),
    "accents": lambda text: "".join(f"{sign}\u0308" if sign in "aeiou" else sign for sign in text),
    "invisible": "\u2060".join,
    "spaced": lambda text: " ".join(text.replace(" ", "")),
    "glued": lambda text: text.replace(" ", ""),
    "capitals": str.upper,
}
SLIPS = {
    "none": lambda text, place, sign: text,
    "doubled": lambda text, place, sign: text[:place] + text[place] + text[place:],
    "missing": lambda text, place, sign: text[:place] + text[place + 1 :],
    "added": lambda text, place, sign: text[:place] + sign + text[place:],
    "changed": lambda text, place, sign: text[:place] + sign + text[place + 1 :],
}
FRAMES = (
    "{}",
    "Friends of {}",
    "{} for Senate",
    "Office of Senator {}",
    "paid for by {}",
    "Team {} 2020",
    "the real {}",
)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(PEOPLE), st.sampled_from(sorted(WRITINGS)), st.sampled_from(sorted(SLIPS)), st.sampled_from(FRAMES),
    st.integers(1, 30), st.sampled_from("aeiounrst"),
)  # fmt: skip
def test_any_slip_in_any_writing_in_any_frame_is_found(name, writing, slip, frame, place, sign):
    places = [n for n in range(1, len(name)) if name[n - 1 : n + 1].isalpha()]
    changed = SLIPS[slip](name, places[place % len(places)], sign)
    assert name in {one for one, _ in near(frame.format(WRITINGS[writing](changed)))}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_asked(name):
    for one in GUARD.near(name):
        assert one.sentence
        assert 0 < one.similarity <= 100


def test_folding():
    assert skeleton("Schurner") == skeleton("Schumer")
    assert letters("$ch0Lz!") == "scholz"
    assert sounds("schumer") & sounds("shumer")
    assert sounds("jackson") & sounds("jakkson")
    assert not sounds("pence") & sounds("mence")
