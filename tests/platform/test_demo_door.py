"""The demo season: an ad in every state worth seeing, reviews, a plan and an audit, made by the same actions as on the pages."""

import pytest

STATES = """SELECT state, count(*) FROM ad GROUP BY state ORDER BY state"""
HITS = """SELECT DISTINCT split_part(h ->> 'category', '.', 1) FROM ad a JOIN ad_screening s ON s.ad_id = a.id AND s.version = a.version,
          jsonb_array_elements(s.hits) h WHERE a.state = 'in review'"""


@pytest.mark.usefixtures("seeded_site")
def test_the_demo_has_ads_in_every_state_worth_seeing(seeded_site):
    assert dict(seeded_site.sql(STATES)) == {
        "delivering": 1, "ended": 1, "found political": 9, "in review": 2, "recorded": 16, "rejected": 1, "returned": 2,
    }  # fmt: skip
    assert {"voting", "payment"} <= {row[0] for row in seeded_site.sql(HITS)}
    (delivered,) = seeded_site.sql("SELECT impressions, clicks, spend FROM ad WHERE state = 'delivering'")
    assert delivered == (6475, 154, delivered[2])
    assert seeded_site.sql("SELECT count(*) FROM election") == [(3,)]
    assert seeded_site.sql("SELECT DISTINCT source FROM voting_rule") == [("made up for the demo",)]
    assert seeded_site.sql("SELECT count(*) FROM review_work WHERE queue = 'door' AND state = 'open'") == [(2,)]


@pytest.mark.usefixtures("seeded_site")
def test_the_demo_has_what_a_supervisor_and_a_rights_auditor_look_at(seeded_site):
    one = seeded_site.sql
    assert one("SELECT count(*) FROM review_work WHERE queue = 'undeclared' AND state <> 'settled'") == [(0,)]
    assert one("SELECT count(*) FROM review_gold") == [(5,)]
    ((looks, of),) = one("SELECT looks, decisions FROM review_sample")
    assert (looks, of) == (18, 24)
    ((failed, said),) = one("SELECT failed, said IS NOT NULL FROM staffing_plan")
    assert (failed, said) == ("", True)
    assert one("SELECT stage, blocks IS NOT NULL, jsonb_array_length(figures -> 'texts') > 100 FROM rights_audit") == [
        ("screening", True, True)
    ]
    # What stands in the package is of the table that is simulated here.
    assert one(
        "SELECT state, outcome -> 'table' ->> 'sha256' = (SELECT sha256 FROM trace_table) FROM red_team_trial"
    ) == [("done", True)]
    told = seeded_site.run(TOLD).split()
    assert told[0] == "True"
    assert 0.5 < float(told[1]) < 1


# What tilda is told of errors and agreement: enough looks by enough people for both.
TOLD = """
from hustings.apps.review.quality import find
from hustings.apps.seed.season import signed_in
with signed_in("tilda") as tilda:
    (errors,) = find.errors(list(find.samples(tilda)))
    (row, *_), common, caught = find.gold_told(tilda)
    (agreed, *_) = find.agreement(tilda)
    print(errors.all is not None and row.wrong is not None, agreed.alpha.alpha)
"""
