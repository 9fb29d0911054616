"""Posts in the columns of the posts table: a few on a screen, and drawn ones, for tests of sources and layouts."""

from hypothesis import strategies as st

from hustings.connectors.address import find_addresses
from hustings.connectors.folding import find_hashtags

START = 1_772_409_600_000_000  # 2 March 2026, microseconds UTC
SECOND = 1_000_000


def post(content, actor="ann", after=0, platform="chirp", **columns):
    """One post, `after` microseconds from the start; columns not given are null."""
    return {"platform": platform, "actor": actor, "content": content, "at": START + after, **columns}


def some_posts():
    """Posts with everything, with nothing, reposts of one that is here and one that is not, signs of many scripts."""
    about = {
        "handle": "ann_x",
        "name": "Änn 🙂",
        "profile_text": 'a "b", c\nd',
        "profile_picture": "https://p.example/1.jpg",
    }
    whole = {
        **about, "created": START - 40 * 86_400 * SECOND, "text": "Grüße aus Łódź, дом, 東京 \"quoted\",\nnew line",
        "language": "de", "links": ["https://a.example/x?y=1&z=2", "https://b.example/ü"], "hashtags": ["eins", "東京"],
        "mentions": ["bob", "carl_7"], "views": 12, "images": ["f0" * 8],
    }  # fmt: skip
    return [
        post("p1", after=123_456, **whole),
        post("p2", "bob", 999_999, text="short", handle="bob"),
        post("p3", "carl", 2 * SECOND, repost_of="p1", handle="carl", views=3),
        post("p4", "dora", 3 * SECOND + 1, reply_to="p1", text="an answer", handle="dora", hashtags=["zwei"],
             deleted=START + 500 * SECOND),
        post("p5", "ann", 3 * SECOND + 1, platform="plaza", text="the same name elsewhere", handle="ann_x"),
        post("p6", "bob", 90_000 * SECOND, repost_of="gone", handle="bob"),
        *(post(f"q{n}", f"actor {n % 3}", 100_000 * SECOND + n * 777_777, text=f"number {n}", handle=f"a{n % 3}") for n in range(12)),
    ]  # fmt: skip


# Drawn texts may be words of our own code: "None" is nothing in some tables, and an address in a text is a link.
NOTHING = {"NA", "NaN", "nan", "null", "None", "NONE", "[]"}
NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789_", min_size=1, max_size=12).map(lambda text: f"u{text}")
# Any sign that a platform would let through: no lone surrogates, no control signs.
WORDS = (
    st.text(
        st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="#＃@＠"), min_size=1, max_size=40
    )
    .map(lambda text: " ".join(text.split()) or "x")
    .filter(lambda text: text not in NOTHING and not find_addresses(text) and not find_hashtags(text))
)
TAGS = st.text("abcdefghäßжテ0123456789_", min_size=1, max_size=8).map(lambda text: f"t{text}")
LINKS = st.builds(
    "https://{}.example/{}z".format, st.text("abcxyz", min_size=1, max_size=5), st.text("abc?=&/1", max_size=9)
)
MAYBE = lambda values: st.none() | values
LISTS = lambda values: MAYBE(st.lists(values, min_size=1, max_size=3, unique=True))


@st.composite
def drawn_posts(draw):
    """A handful of posts with any columns; reposts and replies name posts of the handful or none."""
    count = draw(st.integers(1, 6))
    rows = []
    people = draw(
        st.lists(
            st.tuples(st.sampled_from(["plaza", "chirp"]), NAMES), min_size=1, max_size=3, unique_by=lambda one: one[1]
        )
    )
    for number in range(count):
        platform, actor = draw(st.sampled_from(people))
        other = draw(st.sampled_from([None, *range(count)]))
        row = post(
            f"p{number}", actor, draw(st.integers(0, 10**12)), platform,
            text=draw(MAYBE(WORDS)), language=draw(st.sampled_from([None, "en", "uk"])), links=draw(LISTS(LINKS)),
            hashtags=draw(LISTS(TAGS)), mentions=draw(LISTS(NAMES)), views=draw(MAYBE(st.integers(0, 2**40))),
            handle=actor, name=actor.upper(),
        )  # fmt: skip
        if other is not None and other != number:
            row["repost_of" if draw(st.booleans()) else "reply_to"] = f"p{other}"
        rows.append(row)
    return rows
