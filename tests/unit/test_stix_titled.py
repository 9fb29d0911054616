"""Objects are known in lists by words that people can tell apart."""

import pytest

from hustings.exchange.stix.titled import title_of

ID = "3f2a9c01-0000-4000-8000-000000000000"
OTHER = "99999999-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("told", "title"),
    [
        ({"id": f"indicator--{ID}", "name": "A domain", "pattern": "[x]"}, "indicator: A domain"),
        ({"id": f"indicator--{ID}", "name": "  ", "pattern": "[x]"}, "indicator: [x]"),
        ({"id": f"request-step--{ID}", "step": "decline"}, "request-step: decline"),
        ({"id": f"user-account--{ID}", "user_id": "17"}, "user-account: 17"),
        ({"id": f"sighting--{ID}", "sighting_of_ref": f"indicator--{OTHER}"}, "sighting of indicator 99999999"),
        ({"id": f"beginning--{ID}", "object_refs": [f"report--{OTHER}"]}, "beginning of report 99999999"),
        (
            {"id": f"beginning--{ID}", "object_refs": [f"report--{OTHER}"] * 3},
            "beginning of report 99999999 and 2 more",
        ),
        ({"id": f"beginning--{ID}", "object_refs": [7, "x"]}, "beginning 3f2a9c01"),
        ({"id": f"artifact--{ID}", "name": 7}, "artifact 3f2a9c01"),
    ],
)
def test_an_object_is_titled_by_its_name_or_by_what_it_speaks_of(told, title):
    assert title_of(told) == title
