"""Files are handed out as they were made ready when an ad was shown: the same bytes as written from the records, whatever happens to these."""

import json

import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_library import change, made_library, number_of, remove

from hustings.apps.library.bulk.columns import COLUMNS, FLAGS, FORMULA, NESTED, NUMBERS, PLAIN
from hustings.apps.library.bulk.export import FORMS
from hustings.apps.library.models import Line, Shown, Version
from hustings.apps.library.publishing.publish import publish_all
from hustings.apps.library.publishing.showing import show_again

FILES = {"ads.jsonl": "jsonl", "ads.csv.zip": "csv.zip", "ads.parquet": "parquet"}


def exported(file, **named):
    return b"".join(Client().get(f"/api/library/export/{file}", named).streaming_content)


def written(form, at):
    """The slow reference: every record read from what is shown and written by COPY."""
    told = [f'"{name}" text' for name in (*NUMBERS, *PLAIN, *FLAGS)] + [f'"{name}" jsonb' for name in NESTED]
    signs = ", ".join(str(ord(sign)) for sign in FORMULA)
    columns = []
    for name in COLUMNS:
        cell = f'flat."{name}"'
        formula = f"ascii({cell}) IN ({signs})" if form != "parquet" and name in PLAIN else "false"
        columns.append(f"CASE WHEN {formula} THEN chr(39) || {cell}::text ELSE {cell}::text END")
    found = (
        f"(SELECT * FROM library_shown WHERE kind = 'ad' AND seq <= {at} AND (until IS NULL OR until > {at})) AS found"
    )
    with connection.cursor() as cursor:
        if form == "jsonl":
            cursor.execute(f"SELECT body::text FROM {found} ORDER BY number DESC")
            return [row[0] for row in cursor.fetchall()]
        of = f"{found}, jsonb_to_record(body) AS flat ({', '.join(told)})"
        with cursor.copy(
            f"COPY (SELECT {', '.join(columns)} FROM {of} ORDER BY found.number DESC) TO STDOUT (FORMAT csv)"
        ) as rows:
            return [bytes(row).decode().removesuffix("\n") for row in rows]


def assert_same(at=None):
    """Each file, of the present or a place, is that of the reference byte by byte."""
    place = Version.objects.order_by("-seq").values_list("seq", flat=True)[0] if at is None else at
    for file, form in FILES.items():
        reference = written(form, place)
        portions = [reference] if reference else []
        assert exported(file) == b"".join(FORMS[form].write(iter(portions))), form


WORDS = st.one_of(
    st.none(),
    st.text(max_size=12).map(lambda text: text.replace("\0", "").encode("utf-8", "ignore").decode()),
    st.sampled_from(
        ["", "=SUM(1)", "+1", "-1", "@x", "\tx", "\rx", "'x", "'=x", "a,b", 'a "b"', "a\nb", 'a\r\n"b",', "\\.", "\\", ",'x", ',"\'x', '=a,"b"\n', "=", '"', " ", "ä\u202e💥"]
    ),
)  # fmt: skip
VALUES = st.one_of(
    WORDS, st.booleans(), st.integers(-(10**12), 10**12), st.lists(WORDS, max_size=2),
    st.dictionaries(st.sampled_from(["a", 'b"']), WORDS, max_size=2), st.sampled_from([0.1, 1e-7, 1e20]),
)  # fmt: skip
BODIES = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(PLAIN, WORDS),
        **dict.fromkeys(NESTED, VALUES),
        # What is searched is read out of these, so that they are what they are.
        "media": st.lists(st.fixed_dictionaries({"recognised_text": WORDS, "kind": WORDS}), max_size=2),
        **{name: st.one_of(st.none(), st.booleans()) for name in FLAGS},
        **{name: st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)) for name in NUMBERS},
    },
)


@settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(told=st.lists(BODIES, min_size=1, max_size=3))
def test_whatever_a_record_says_its_lines_are_those_of_the_slow_writer(ads, told):
    with transaction.atomic():
        for row, said in zip(Shown.objects.filter(kind="ad").order_by("seq"), told, strict=False):
            Shown.objects.filter(seq=row.seq).update(body=row.body | said)
        assert_same()
        transaction.set_rollback(True)


@pytest.fixture
def ads(db):
    # The tests before this one took numbers too, and what is walked number by number here would be all of theirs.
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('library_subject', 'number'), 1, false)")
    return made_library(3, text='=SUM(1), "it" says\nad')


def test_versions_removals_and_moments_have_their_own_lines(ads, monkeypatch):
    monkeypatch.setattr("hustings.apps.library.bulk.export.BATCH", 2)
    before = Version.objects.count()
    change(ads[0], spend="5")
    assert_same()
    remove(ads[1])
    assert_same()
    told = {record["number"]: record for record in map(json.loads, exported("ads.jsonl").splitlines())}
    assert [told[number_of(ad)]["hidden"] for ad in ads] == ["", "removed", ""]
    assert "SUM" not in json.dumps(told[number_of(ads[1])])
    assert Line.objects.count() == Shown.objects.count()
    change(ads[1], state="recorded")
    assert_same()
    assert all(b"SUM" in line for line in exported("ads.jsonl").splitlines())
    when = Version.objects.get(seq=before).at.isoformat()
    if Version.objects.get(seq=before + 1).at > Version.objects.get(seq=before).at:
        assert [json.loads(line)["spend"] for line in exported("ads.jsonl", as_of=when).splitlines()] == ["99.5"] * 3


def test_what_was_drawn_again_and_what_has_no_line_yet_is_handed_out_the_same(ads, monkeypatch):
    monkeypatch.setattr("hustings.apps.library.bulk.export.BATCH", 2)
    whole = {file: exported(file) for file in FILES}
    Line.objects.filter(seq__gt=Version.objects.count() - 2).delete()
    assert {file: exported(file) for file in FILES} == whole
    show_again(number_of(ads[0]))
    Line.objects.all().delete()
    assert {file: exported(file) for file in FILES} == whole
    for ad in ads:
        show_again(number_of(ad))
    assert {file: exported(file) for file in FILES} == whole


def test_what_is_long_to_find_is_looked_for_among_so_many_numbers_at_a_time(ads, monkeypatch):
    change(ads[0], spend="5")
    remove(ads[1])
    asked = [{}, {"q": "parks"}, {"q": "-nowhere"}, {"q": "nowhere"}, {"country": "CA"}, {"to": "2020-01-02"}]
    soon = [exported("ads.jsonl", **one) for one in asked]
    assert [len(one.splitlines()) for one in soon] == [3, 3, 3, 0, 0, 3]
    monkeypatch.setattr("hustings.apps.library.bulk.export.patiently", lambda _ask, _milliseconds: None)
    for window, batch in ((1, 1), (1, 2), (2, 1), (100, 2)):
        monkeypatch.setattr("hustings.apps.library.bulk.export.WINDOW", window)
        monkeypatch.setattr("hustings.apps.library.bulk.export.BATCH", batch)
        assert [exported("ads.jsonl", **one) for one in asked] == soon


def test_the_search_page_hands_out_the_same_rows(ads, monkeypatch):
    monkeypatch.setattr("hustings.apps.library.bulk.export.BATCH", 2)
    table = b"".join(Client().get("/library/", {"csv": "ads"}).streaming_content)
    place = Version.objects.count()
    assert table == ("\n".join([",".join(COLUMNS), *written("csv", place)]) + "\n").encode()
    narrow = b"".join(Client().get("/library/", {"csv": "ads", "country": "CA"}).streaming_content)
    assert narrow == (",".join(COLUMNS) + "\n").encode()


def test_new_ads_and_pages_get_their_lines_with_their_versions(ads):
    publish_all()
    held = dict(Line.objects.values_list("seq", "line"))
    assert {seq: json.loads(line) for seq, line in held.items()} == dict(Shown.objects.values_list("seq", "body"))
    assert set(Line.objects.filter(cells=None).values_list("seq", flat=True)) == set(
        Shown.objects.exclude(kind="ad").values_list("seq", flat=True)
    )
