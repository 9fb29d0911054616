"""The door of the demo season: an ad in every state worth seeing, made by the same actions as on the pages."""

import pytest

STATES = """SELECT state, count(*) FROM ad GROUP BY state ORDER BY state"""
HITS = """SELECT DISTINCT split_part(h ->> 'category', '.', 1) FROM ad a JOIN ad_screening s ON s.ad_id = a.id AND s.version = a.version,
          jsonb_array_elements(s.hits) h WHERE a.state = 'in review'"""


@pytest.mark.usefixtures("seeded_site")
def test_the_demo_has_ads_in_every_state_worth_seeing(seeded_site):
    assert dict(seeded_site.sql(STATES)) == {
        "delivering": 1, "ended": 1, "found political": 1, "in review": 2, "rejected": 1, "returned": 2,
    }  # fmt: skip
    assert {"voting", "payment"} <= {row[0] for row in seeded_site.sql(HITS)}
    (delivered,) = seeded_site.sql("SELECT impressions, clicks, spend FROM ad WHERE state = 'delivering'")
    assert delivered == (6475, 154, delivered[2])
    assert seeded_site.sql("SELECT count(*) FROM election") == [(3,)]
    assert seeded_site.sql("SELECT DISTINCT source FROM voting_rule") == [("made up for the demo",)]
    assert seeded_site.sql("SELECT count(*) FROM review_work WHERE queue = 'door' AND state = 'open'") == [(2,)]
