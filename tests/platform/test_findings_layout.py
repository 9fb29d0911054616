"""Places in a large network: the same each time, linked ones close, a group in one place."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.apps.findings.layout import SIDE, layout
from hustings.apps.findings.picture import Drawn, Tie, drawn


def two_crowds():
    """Two groups of thirty, each linked inside, with one link between."""
    draw = np.random.default_rng(3)
    edges = [(0, 30)]
    for start in (0, 30):
        edges += [(start + a, start + b) for a, b in draw.integers(0, 30, (140, 2)).tolist() if a != b]
    return np.array(edges, np.int64)


def test_equal_links_give_equal_places():
    assert (layout(60, two_crowds()) == layout(60, two_crowds())).all()


def test_linked_actors_stand_closer_than_others():
    at = layout(60, two_crowds()).astype(float)
    inside = np.mean([np.ptp(at[start : start + 30], axis=0).mean() for start in (0, 30)])
    apart = np.hypot(*(at[:30].mean(axis=0) - at[30:].mean(axis=0)))
    assert apart > 0.5 * inside
    first = np.hypot(*(at[:30] - at[:30].mean(axis=0)).T).mean()
    assert np.hypot(*(at[:30] - at[30:].mean(axis=0)).T).mean() > 1.5 * first


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 40), st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=80))
def test_everybody_has_a_place_inside_the_picture_and_none_is_shared(actors, pairs):
    edges = np.array([pair for pair in pairs if max(pair) < actors], np.int64).reshape(-1, 2)
    at = layout(actors, edges)
    assert at.shape == (actors, 2)
    assert len(at) == 0 or (at.min() >= 0 and at.max() <= SIDE)
    assert len({tuple(place) for place in at.tolist()}) == actors


def test_a_group_that_no_drawn_link_holds_stands_in_one_place_all_the_same():
    actors = [Drawn(number=n, pseudonym=f"a·{n:02}", platform="a", group=n // 4) for n in range(40)]
    body = drawn(actors, [Tie(a=n, b=n + 1, acts=1, traces=1, chance=1e-3) for n in range(0, 40, 4)]).body
    at = np.column_stack([body["actors"]["x"], body["actors"]["y"]]).astype(float)
    group = np.array(body["actors"]["group"])
    centre = np.array([at[group == number].mean(axis=0) for number in range(10)])
    nearest = np.hypot(*(at[:, None, :] - centre[None]).transpose(2, 0, 1)).argmin(axis=1)
    assert (nearest == group).all()
    assert len(body["links"]["a"]) == 10


def test_of_more_than_can_be_drawn_the_most_linked_and_the_surest_are(monkeypatch):
    from hustings.apps.findings import picture

    monkeypatch.setattr(picture, "MOST_ACTORS", 3)
    monkeypatch.setattr(picture, "MOST_LINKS", 2)
    actors = [Drawn(number=n, pseudonym=f"a·{n}", platform="a") for n in range(5)]
    pairs = [(0, 1, 0.01), (0, 2, 1e-9), (1, 2, 1e-13), (3, 4, 1e-20)]
    network = drawn(actors, [Tie(a=a, b=b, acts=1, traces=1, chance=chance) for a, b, chance in pairs])
    body = network.body
    assert sorted(body["actors"]["number"]) == [0, 1, 2]
    assert sorted(body["links"]["strength"]) == [2, 3]
    assert (body["actors_in_all"], body["links_in_all"]) == (5, 4)
