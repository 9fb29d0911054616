"""The story's page holds whatever the rows hold as text, and its pictures never stand alone."""

from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

from hustings.report.story import Chapter, Columns, Network, Node, Series, Story, Table, Tie
from hustings.report.story_page import page

EVIL = '<script>alert("1")</script>'
ROWS = Table(title=EVIL, columns=("page", "ads"), rows=((EVIL, "1"), ("b", "2")), figures=(1,), first=1)
NETWORK = Network(
    title="Ties",
    caption=EVIL,
    nodes=(Node(label=EVIL), Node(label="b", sort="event", group=0)),
    ties=(Tie(a=0, b=1, named=True, title=EVIL),),
    table=ROWS,
)
MONTHS = Columns(
    title="Months",
    caption="By month.",
    labels=("Jun", "Jul"),
    ticks=(0,),
    marked=(1,),
    series=(Series(name=EVIL, unit="ads", values=(0.0, 3.0)),),
    table=ROWS,
)
STORY = Story(
    title=EVIL,
    summary=(EVIL,),
    version="0",
    seed=0,
    sure=EVIL,
    not_shown=EVIL,
    chapters=(
        Chapter(
            key="bought", title=EVIL, sentences=(EVIL,), sure=EVIL, not_shown=(EVIL,), source=EVIL, simulated=True,
            pictures=(NETWORK, MONTHS), tables=(ROWS,), files=((EVIL, 'a"b'),), commands=(EVIL,),
        ),
    ),
)  # fmt: skip


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.styled = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.styled += any(name == "style" or name.startswith("on") for name, _ in attrs)


def test_no_text_of_the_source_becomes_markup():
    tags = Tags(page(STORY, beside=Path("/")))
    assert "script" not in tags.seen
    assert tags.styled == 0  # the page's policy would refuse it


def test_each_picture_has_a_caption_and_its_rows():
    tags = Tags(page(STORY, beside=Path("/"))).seen
    assert tags.count("svg") == tags.count("figcaption") == tags.count("figure") == 2
    assert tags.count("table") == 4  # one a picture, and the chapter's in two parts


def test_headings_go_down_one_step_at_a_time():
    steps = [int(tag[1]) for tag in Tags(page(STORY, beside=Path("/"))).seen if tag in {"h1", "h2", "h3"}]
    assert steps[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(steps))
