"""What is particular to each source of posts: their traps, one by one."""

import io
import json
import math
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.cli.main import main
from hustings.connectors import json_pieces as reading
from hustings.connectors.bluesky import tid_us
from hustings.connectors.json_pieces import OPENS, json_pieces
from hustings.connectors.post_sources import POST_SOURCES, find_source
from hustings.connectors.posting import write_posts
from hustings.errors import BadInput


@pytest.fixture
def posts(tmp_path):
    """Read values as a source, one a line; give the rows by content, and what was told."""

    def run(source, *values, name="in.jsonl"):
        place = tmp_path / name
        place.write_text("".join(json.dumps(value) + "\n" for value in values), encoding="utf-8")
        told = write_posts([place], find_source(source), tmp_path / "out.parquet")
        table = pq.read_table(tmp_path / "out.parquet")
        at = [name for name in table.column_names if pa.types.is_timestamp(table[name].type)]
        for column in at:
            table = table.set_column(table.column_names.index(column), column, table[column].cast(pa.int64()))
        return {row["content"]: row for row in table.to_pylist()}, told

    return run


# X -------------------------------------------------------------------------------------------------------------------
def tweet(number, **columns):
    return {"id": str(number), "author_id": "7", "created_at": "2020-09-18T18:36:15.000Z", "text": "t", **columns}


ID = 1307025659294674945  # given at 18:36:15.195


def test_x_the_millisecond_is_the_ids_where_both_agree(posts):
    rows, _ = posts("x-api", {"data": [tweet(ID), tweet(ID + 1, created_at="2020-09-18T18:36:16.000Z")]})
    assert rows[str(ID)]["at"] == 1_600_454_175_195_000
    assert rows[str(ID + 1)]["at"] == 1_600_454_176_000_000


def test_x_a_post_without_created_at_has_the_time_of_its_id(posts):
    rows, told = posts(
        "x-api",
        {"data": [{"id": str(ID), "author_id": "7", "text": "t"}, {"id": "20", "author_id": "7", "text": "old"}]},
    )
    assert rows[str(ID)]["at"] == 1_600_454_175_195_000
    assert [skip.reason for skip in told.skipped] == ["posts without a time"]


def test_x_posts_without_an_author_are_counted_with_what_to_ask_for(posts):
    _, told = posts("x-api", {"data": [tweet(ID), {"id": str(ID + 1), "text": "t"}]}, {"meta": {"result_count": 0}})
    assert {skip.reason: skip.count for skip in told.skipped} == {
        "posts without author_id (ask the interface for that field)": 1, "pages without a post": 1,
    }  # fmt: skip


def test_x_own_pictures_and_the_quoted_post_are_no_links(posts):
    urls = [
        {
            "start": 9,
            "url": "https://t.co/c",
            "expanded_url": "https://c.example/",
            "unwound_url": "https://c.example/page",
        },
        {"start": 1, "url": "https://t.co/a", "expanded_url": f"https://twitter.com/a/status/{ID}/photo/1"},
        {"start": 2, "url": "https://t.co/b", "expanded_url": "https://x.com/b/status/99"},
        {"start": 3, "url": "https://t.co/d", "expanded_url": "https://x.com/d/status/98"},
        {"start": 4, "url": "https://t.co/e", "expanded_url": "https://pic.example/", "media_key": "3_1"},
    ]
    page = {"data": [tweet(ID, entities={"urls": urls}, referenced_tweets=[{"type": "quoted", "id": "99"}])]}
    rows, _ = posts("x-api", page)
    assert rows[str(ID)]["links"] == ["https://x.com/d/status/98", "https://c.example/page"]
    assert rows[str(ID)]["quote_of"] == "99"
    assert rows[str(ID)]["repost_of"] is None


def test_x_of_a_repost_only_whom_and_when_is_kept(posts):
    original = tweet(ID - (5 << 22), author_id="8", created_at="2020-09-18T18:36:15.000Z")
    entities = {"hashtags": [{"start": 0, "tag": "T"}], "mentions": [{"start": 1, "username": "eight"}]}
    share = tweet(
        ID, text="RT @eight: t", entities=entities, referenced_tweets=[{"type": "retweeted", "id": original["id"]}]
    )
    rows, _ = posts("x-api", {"data": [share], "includes": {"tweets": [original]}})
    row = rows[str(ID)]
    assert (row["repost_of"], row["repost_of_actor"]) == (original["id"], "8")
    assert row["repost_of_at"] == row["at"] - 5_000
    assert [row[name] for name in ("text", "hashtags", "mentions", "links", "views")] == [None] * 5


def test_x_long_posts_streams_and_flattened_posts(posts):
    author = {"id": "7", "username": "Seven", "profile_image_url": "https://abs.twimg.com/default_profile_normal.png"}
    note = {"text": "the whole long text #End", "entities": {"hashtags": [{"start": 20, "tag": "End"}]}}
    flat = {**tweet(ID), "author": author, "__twarc": {"version": "2"}}
    stream = {"data": tweet(ID + 1, note_tweet=note, lang="und"), "matching_rules": [{"id": "1"}]}
    rows, _ = posts("x-api", flat, stream)
    assert rows[str(ID)]["handle"] == "seven"
    assert rows[str(ID)]["profile_picture"] is None
    assert (rows[str(ID + 1)]["text"], rows[str(ID + 1)]["hashtags"]) == ("the whole long text #End", ["end"])
    assert rows[str(ID + 1)]["language"] is None


def test_x_signs_that_the_interface_codes_are_signs_again(posts):
    note = {"text": "2 &lt; 3 &amp;amp; on"}
    rows, _ = posts("x-api", {"data": [tweet(ID, text="R&amp;D &gt; 1"), tweet(ID + 1, note_tweet=note)]})
    assert [row["text"] for row in rows.values()] == ["R&D > 1", "2 < 3 &amp; on"]


def test_x_where_a_short_address_of_a_long_text_leads_stands_at_the_post(posts):
    short = {"start": 0, "url": "https://t.co/a", "expanded_url": "https://sho.example/1"}
    note = {"text": "https://t.co/a and https://t.co/b", "entities": {"urls": [short, short | {"start": 20, "url": "https://t.co/b"}]}}  # fmt: skip
    led = {"urls": [short | {"unwound_url": "https://long.example/page"}]}
    rows, _ = posts("x-api", {"data": [tweet(ID, note_tweet=note, entities=led)]})
    assert rows[str(ID)]["links"] == ["https://long.example/page", "https://sho.example/1"]


def test_x_what_a_page_could_not_give_is_counted(posts):
    gone = {"resource_type": "tweet", "title": "Not Found Error", "value": "5", "detail": "Could not find tweet"}
    locked = {"resource_type": "tweet", "title": "Authorization Error", "value": "6"}
    rows, told = posts("x-api", {"data": [tweet(ID)], "errors": [gone, locked, gone | {"value": "7"}]})
    assert len(rows) == 1
    assert {skip.reason: skip.count for skip in told.skipped} == {
        "things the interface did not give (Not Found Error)": 2,
        "things the interface did not give (Authorization Error)": 1,
    }


@pytest.mark.parametrize("source", ["x-api", "tiktok"])
def test_ids_that_were_made_fractions_are_refused(source, posts):
    value = {"data": [tweet(ID) | {"id": 1.307025659294675e18}]}
    if source == "tiktok":
        value = {"data": {"videos": [{"id": 7.2e18, "create_time": 1_700_000_000, "username": "a"}]}}
    with pytest.raises(BadInput, match="their last digits are lost"):
        posts(source, value)


# Bluesky -------------------------------------------------------------------------------------------------------------
DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
AT = 1_725_911_162_329_308


def event(key, record, at=AT, operation="create", collection="app.bsky.feed.post", did=DID):
    commit = {"rev": "3", "operation": operation, "collection": collection, "rkey": key, "record": record, "cid": "b"}
    return {"did": did, "time_us": at, "kind": "commit", "commit": commit}


def uri(key, collection="app.bsky.feed.post"):
    return f"at://{DID}/{collection}/{key}"


def facet(begin, end, kind, **member):
    return {
        "index": {"byteStart": begin, "byteEnd": end},
        "features": [{"$type": f"app.bsky.richtext.facet#{kind}", **member}],
    }


def test_bluesky_facets_count_bytes(posts):
    text = "Größe #ja 🙂 @b"  # ö and ß have two bytes, the face four
    record = {
        "text": text, "createdAt": "2024-09-09T19:46:02.102Z", "langs": ["de", "en"], "tags": ["Neben"],
        "facets": [
            facet(17, 19, "mention", did="did:plc:b"), facet(8, 11, "tag", tag="Ja"), facet(0, 7, "link", uri="https://g.example"),
            facet(12, 14, "link", uri="https://half.example"), facet(5, 99, "link", uri="https://beyond.example"),
        ],
    }  # fmt: skip
    rows, _ = posts("bluesky", event("p", record))
    row = rows[uri("p")]
    assert row["hashtags"] == ["ja", "neben"]
    assert row["mentions"] == ["did:plc:b"]
    assert row["links"] == ["https://g.example"]
    assert (row["language"], row["text"]) == ("de", text)


def test_bluesky_time_is_when_it_was_seen_and_what_was_said_rides_along(posts):
    record = {"text": "from long ago", "createdAt": "2011-01-01T00:00:00Z"}
    rows, _ = posts(
        "bluesky",
        event("p", record),
        {"uri": uri("q"), "cid": "b", "value": record},
        event("r", {"text": "t", "createdAt": "soon"}),
    )
    assert (rows[uri("p")]["at"], rows[uri("p")]["said_at"]) == (AT, 1_293_840_000_000_000)
    assert rows[uri("q")]["at"] == 1_293_840_000_000_000
    assert (rows[uri("r")]["at"], rows[uri("r")]["said_at"]) == (AT, None)


def test_bluesky_handles_and_profiles_are_those_of_the_time(posts):
    def identity(at, handle):
        return {"did": DID, "time_us": at, "kind": "identity", "identity": {"did": DID, "handle": handle, "seq": 1}}

    profile = {
        "displayName": "N",
        "description": "D",
        "avatar": {"ref": {"$link": "bafA"}},
        "createdAt": "2023-05-01T00:00:00Z",
    }
    rows, _ = posts(
        "bluesky", event("a", {"text": "1"}, AT), identity(AT + 10, "Old.example"), event("b", {"text": "2"}, AT + 20),
        identity(AT + 30, "new.example"), event("c", {"text": "3"}, AT + 40),
        event("self", profile, AT + 50, collection="app.bsky.actor.profile"),
    )  # fmt: skip
    assert [rows[uri(key)]["handle"] for key in "abc"] == ["old.example", "old.example", "new.example"]
    assert {(row["name"], row["profile_text"], row["profile_picture"]) for row in rows.values()} == {("N", "D", "bafA")}
    assert rows[uri("a")]["created"] == 1_682_899_200_000_000


def test_bluesky_deletions_of_posts_and_of_accounts(posts):
    other = DID.replace("a", "b")
    gone = {"did": other, "time_us": AT + 9, "kind": "account", "account": {"active": False, "status": "deleted"}}
    down = {"did": DID, "time_us": AT + 9, "kind": "account", "account": {"active": False, "status": "takendown"}}
    rows, told = posts(
        "bluesky", event("a", {"text": "1"}), event("b", {"text": "2"}), event("a", None, AT + 5, "delete"),
        event("zz", None, AT + 6, "delete"), event("c", {"text": "3"}, did=other), gone, down,
        event("d", {"text": "back again"}, AT + 20, did=other),
    )  # fmt: skip
    assert {key.rsplit("/", 1)[1]: row["deleted"] for key, row in rows.items()} == {
        "a": AT + 5,
        "b": None,
        "c": AT + 9,
        "d": None,
    }
    assert told.notes == ("1 deletions of posts that are not here.",)


def test_bluesky_reposts_quotes_pictures_and_likes(posts):
    picture = {"alt": "", "image": {"$type": "blob", "ref": {"$link": "bafkreix"}}}
    external = {"$type": "app.bsky.embed.external", "external": {"uri": "https://e.example", "title": "t"}}
    quote = {
        "$type": "app.bsky.embed.recordWithMedia",
        "record": {"record": {"uri": uri("o")}},
        "media": {"images": [picture]},
    }
    subject = {"subject": {"uri": uri("3l3pte3p2e325"), "cid": "b"}, "createdAt": "2024-09-09T19:46:02.102Z"}
    rows, told = posts(
        "bluesky", event("a", {"text": "x", "embed": external}), event("b", {"text": "", "embed": quote}),
        event("c", subject, collection="app.bsky.feed.repost"), event("d", subject, collection="app.bsky.feed.like"),
        {"kind": "heartbeat", "payload": ""},
    )  # fmt: skip
    assert rows[uri("a")]["links"] == ["https://e.example"]
    assert (rows[uri("b")]["images"], rows[uri("b")]["quote_of"], rows[uri("b")]["text"]) == (
        ["bafkreix"],
        uri("o"),
        None,
    )
    shared = rows[uri("c", "app.bsky.feed.repost")]
    assert shared["repost_of"] == uri("3l3pte3p2e325")
    assert shared["repost_of_at"] == tid_us("3l3pte3p2e325")
    assert {skip.reason: skip.count for skip in told.skipped} == {"likes": 1, "heartbeats": 1}


def view(key, text, **columns):
    author = {"did": DID, "handle": "A.example", "displayName": "A", "createdAt": "2023-05-01T00:00:00Z"}
    author["avatar"] = f"https://cdn.example/img/avatar/plain/{DID}/bafA@jpeg"
    record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2024-09-09T19:46:02.102Z"}
    return {"uri": uri(key), "cid": "b", "author": author, "record": record, "indexedAt": "2024-09-09T19:46:05.5Z", **columns}  # fmt: skip


def test_bluesky_searches_feeds_and_threads_as_the_interface_answers(posts):
    by = {"did": DID.replace("a", "b"), "handle": "b.example"}
    shared = f"at://{by['did']}/app.bsky.feed.repost/3l3"
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": by, "uri": shared, "indexedAt": "2024-09-10T00:00:00Z"}
    nameless = {name: value for name, value in reason.items() if name != "uri"}
    thread = {
        "parent": {"post": view("up", "asked")}, "post": view("t", "said"),
        "replies": [{"post": view("down", "answered"), "replies": []}, {"uri": uri("no"), "notFound": True}],
    }  # fmt: skip
    rows, told = posts(
        "bluesky",
        {"cursor": "1", "hitsTotal": 2, "posts": [view("p", "found"), view("q", "found too")]},
        {"feed": [{"post": view("p", "found"), "reason": reason}, {"post": view("f", "x"), "reason": nameless}]},
        {"thread": thread},
    )
    assert {key.rsplit("/", 1)[1] for key in rows} == {"p", "q", "3l3", "f", "up", "t", "down"}
    row = rows[uri("p")]
    assert (row["at"], row["said_at"]) == (1_725_911_165_500_000, 1_725_911_162_102_000)
    assert (row["handle"], row["profile_picture"], row["created"]) == ("a.example", "bafA", 1_682_899_200_000_000)
    assert (rows[shared]["actor"], rows[shared]["repost_of"], rows[shared]["handle"]) == (by["did"], uri("p"), "b.example")  # fmt: skip
    assert rows[shared]["at"] == 1_725_926_400_000_000
    assert told.repeats == 1
    assert [(skip.reason, skip.count) for skip in told.skipped] == [
        ("reposts in feeds that do not say which record they are", 1)
    ]


def test_bluesky_messages_of_the_firehose_itself(posts):
    def commit(*operations, **columns):
        return {"seq": 1, "repo": DID, "rev": "3", "time": "2024-09-09T19:46:02.329308Z", "ops": list(operations)} | columns  # fmt: skip

    made = {"action": "create", "path": "app.bsky.feed.post/a", "cid": {"$link": "b"}, "record": {"text": "1"}}
    bare = {"action": "create", "path": "app.bsky.feed.post/n", "cid": {"$link": "b"}}
    gone = {"action": "delete", "path": "app.bsky.feed.post/a", "cid": None}
    line = {"action": "create", "collection": "app.bsky.feed.post", "rkey": "c", "record": {"text": "2"}, "time": "2024-09-09T19:46:03Z"}  # fmt: skip
    identity = {"type": "identity", "payload": {"did": DID, "handle": "h.example", "time": "2024-09-09T19:46:01Z"}}
    rows, told = posts(
        "bluesky", commit(made, bare), identity, {"type": "commit", "payload": commit(gone)}, line | {"repo": DID}, line,
        {"$type": "com.atproto.sync.subscribeRepos#sync", "did": DID, "blocks": None},
    )  # fmt: skip
    assert {key.rsplit("/", 1)[1]: row["at"] for key, row in rows.items()} == {"a": AT, "c": 1_725_911_163_000_000}
    assert (rows[uri("a")]["handle"], rows[uri("a")]["deleted"]) == ("h.example", AT)
    assert {skip.reason: skip.count for skip in told.skipped} == {
        "events without a record": 1, "events without did, collection, rkey or time": 1, "events of kind sync": 1,
    }  # fmt: skip


def test_bluesky_jetstream_as_it_wrote_until_autumn_2024(posts):
    def old(kind, at, **commit):
        return {"did": DID, "time_us": at, "type": "com", "commit": {"rev": "3", "type": kind, "rkey": "a", "collection": "app.bsky.feed.post", **commit}}  # fmt: skip

    named = {"did": DID, "time_us": AT, "type": "id", "identity": {"did": DID, "handle": "h.example"}}
    rows, told = posts("bluesky", old("c", AT, record={"text": "1"}), named, old("d", AT + 4))
    row = rows[uri("a")]
    assert (row["at"], row["text"], row["handle"], row["deleted"]) == (AT, "1", "h.example", AT + 4)
    assert not told.skipped


def test_bluesky_films_ride_along_by_their_bytes(posts):
    film = {"$type": "app.bsky.embed.video", "video": {"$type": "blob", "ref": {"$link": "bafkfilm"}}}
    beside = {"record": {"record": {"uri": uri("o")}}, "media": film}
    rows, _ = posts("bluesky", event("a", {"text": "x", "embed": film}), event("b", {"text": "y", "embed": beside}))
    assert [rows[uri(key)]["media"] for key in "ab"] == [["bafkfilm"], ["bafkfilm"]]
    assert rows[uri("a")]["images"] is None


def test_bluesky_record_keys_are_times():
    # A follow of the README of Jetstream, deleted on 5 September 2024: its key is of the day before or earlier.
    assert math.isclose(tid_us("3l3qo2vuowo2b"), AT, abs_tol=2_000_000)
    assert tid_us("self") is None
    assert tid_us("zzzzzzzzzzzzz") is None


# Telegram ------------------------------------------------------------------------------------------------------------
def message(number, **columns):
    return {
        "id": number,
        "type": "message",
        "date": "2024-01-01T13:00:00",
        "date_unixtime": "1704110400",
        "text": "t",
        **columns,
    }


def chat(*messages, kind="public_channel", number=34):
    return {"name": "The channel", "type": kind, "id": number, "messages": list(messages)}


def test_telegram_texts_as_lists_and_entities(posts):
    parts = [
        "See ", {"type": "text_link", "text": "here", "href": "https://h.example"}, " ", {"type": "hashtag", "text": "#Tag"},
        " ", {"type": "mention", "text": "@Bob"}, {"type": "mention_name", "text": "Ann", "user_id": 12},
        {"type": "link", "text": "https://l.example"},
    ]  # fmt: skip
    rows, _ = posts("telegram", chat(message(5, text=parts, edited_unixtime="1704110460")), name="result.json")
    row = rows["channel34/5"]
    assert row["text"] == "See here #Tag @BobAnnhttps://l.example"
    assert row["links"] == ["https://h.example", "https://l.example"]
    assert (row["hashtags"], row["mentions"]) == (["tag"], ["bob", "user12"])
    assert (row["actor"], row["name"]) == ("channel34", "The channel")
    assert (row["at"], row["edited"]) == (1_704_110_400_000_000, 1_704_110_460_000_000)


def test_telegram_forwards_of_one_message_have_one_name(posts):
    told = {"forwarded_from": "News", "forwarded_from_id": "channel9", "text": "breaking"}
    account = {"about": "x", "chats": {"list": [
        chat(message(1, **told, from_id="user1"), message(2, text="own", from_id="user1", reply_to_message_id=1), kind="public_supergroup"),
        chat(message(1, **told), message(2, **told | {"text": "other"}), message(3, **told | {"text": ""}), number=35),
    ]}, "left_chats": {"list": [chat(message(7, from_id="user5", reply_to_message_id=3, reply_to_peer_id="channel8"), number=36)]}}  # fmt: skip
    rows, skipped = posts("telegram", account, name="result.json")
    assert rows["channel34/1"]["repost_of"] == rows["channel35/1"]["repost_of"] != rows["channel35/2"]["repost_of"]
    assert rows["channel34/1"]["repost_of"].startswith("channel9#")
    assert rows["channel34/1"]["text"] is None
    assert rows["channel34/2"]["reply_to"] == "channel34/1"
    assert rows["channel36/7"]["reply_to"] == "channel8/3"
    assert [skip.reason for skip in skipped.skipped] == ["forwards of which nothing tells what was forwarded"]


def test_telegram_private_talk_is_never_read_and_service_is_counted(posts):
    account = {"chats": {"list": [
        chat(message(1, text="secret", from_id="user1"), kind="personal_chat", number=12),
        {"type": "saved_messages", "id": 1, "messages": [message(1, text="secret too", from_id="user1")]},
        chat({**message(1), "type": "service", "action": "pin_message"}, {"id": 2, "type": "unsupported"}, message(3, from_id=77)),
    ]}}  # fmt: skip
    rows, told = posts("telegram", account, name="result.json")
    assert list(rows) == ["channel34/3"]
    assert rows["channel34/3"]["actor"] == "user77"
    assert {skip.reason for skip in told.skipped} == {
        "messages of chats that are private (personal_chat)", "messages of chats that are private (saved_messages)",
        "messages of kind service", "messages of kind unsupported",
    }  # fmt: skip


def test_telegram_control_signs_as_its_program_writes_them(tmp_path):
    place = tmp_path / "result.json"
    place.write_text(
        json.dumps(chat(message(5, text="a#b")), indent=1).replace("a#b", "a\\x0Bb \\\\x0B"), encoding="utf-8"
    )
    write_posts([place], find_source("telegram"), tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet")["text"].to_pylist() == ["a\x0bb \\x0B"]


# TikTok --------------------------------------------------------------------------------------------------------------
def test_tiktok_videos_and_what_they_were_made_of(posts):
    video = {
        "id": 7213456789012345678,
        "create_time": 1_700_000_000,
        "username": "Ann",
        "view_count": 3,
        "music_id": 7213456789012345679,
    }
    video |= {
        "video_description": "#duet with @Bob.x see https://s.example/a",
        "hashtag_names": ["B", "a"],
        "region_code": "DE",
    }
    rows, told = posts(
        "tiktok", {"data": {"videos": [video], "cursor": 1}, "error": {"code": "ok"}},
        {"data": {"user_reposted_videos": [video]}, "error": {"code": "ok"}}, {"data": {}, "error": {"code": "access_token_invalid"}},
    )  # fmt: skip
    row = rows["7213456789012345678"]
    assert (row["actor"], row["at"], row["views"], row["sound"]) == (
        "ann",
        1_700_000_000_000_000,
        3,
        "7213456789012345679",
    )
    assert (row["hashtags"], row["mentions"], row["links"]) == (["b", "a"], ["bob.x"], ["https://s.example/a"])
    assert (row["repost_of"], row["repost_of_actor"]) == (None, "bob.x")
    assert sum(skip.count for skip in told.skipped) == 2


def test_tiktok_videos_as_the_interfaces_own_example_names_them(posts):
    video = {
        "video_id": 702874395068494965,
        "create_time": 1_633_823_999,
        "username": "a",
        "video_mention_list": ["B.b"],
    }
    nameless = {"create_time": 1_633_823_999, "username": "a"}
    rows, told = posts("tiktok", {"data": {"videos": [video, nameless]}, "error": {"code": "ok"}})
    assert rows["702874395068494965"]["mentions"] == ["b.b"]
    assert [skip.reason for skip in told.skipped] == ["videos without id (ask the interface for that field)"]


# Flat tables ---------------------------------------------------------------------------------------------------------
def test_meta_a_reshare_keeps_the_words_of_who_shares(tmp_path):
    place = tmp_path / "mcl.csv"
    place.write_text(
        "id,creation_time,text,post_owner.id,post_owner.username,shared_post_id,link_attachment.link,statistics.views\n"
        "17841400000000001,2024-03-01T10:00:00+00:00,look #Here,9876543210987654,Page.One,,https://l.example,NA\n"
        "17841400000000002,2024-03-01 10:00:05 UTC,mine #Too,9876543210987655,,17841400000000001,https://l.example,12\n",
        encoding="utf-8",
    )
    write_posts([place], find_source("meta-content-library"), tmp_path / "out.parquet", platform="instagram")
    first, second = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert (first["platform"], first["handle"], first["links"], first["views"]) == (
        "instagram",
        "page.one",
        ["https://l.example"],
        None,
    )
    assert (second["repost_of"], second["text"], second["hashtags"], second["links"]) == (
        "17841400000000001",
        "mine #Too",
        ["too"],
        None,
    )
    assert (second["at"] - first["at"]).total_seconds() == 5


def test_meta_ids_that_went_through_a_spreadsheet_are_refused(tmp_path):
    place = tmp_path / "mcl.csv"
    place.write_text("id,creation_time,post_owner.id\n1.78414E+16,2024-03-01T10:00:00Z,12\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"row 1: 1\.78414E"):
        write_posts([place], find_source("meta-content-library"), tmp_path / "out.parquet")


def test_the_benchmark_its_lists_its_nothings_and_its_campaigns(tmp_path):
    place = tmp_path / "Iran_5_part_3.gzip.parquet"
    table = pa.table({
        "postid": ["p1", "p2"], "accountid": ["a+/=", "b"], "post_text": ["x", "y"], "is_repost": [False, True],
        "post_time": pa.array([1_500_000_000_000, 1_500_000_060_000], pa.timestamp("ms")),
        "reposted_postid": ["None", "p9"], "in_reply_to_postid": [None, "NONE"], "hashtags": ["['Eins', 'zwei']", "[]"],
        "urls": ["h1", None], "account_mentions": ["[\"m1\"]", None], "is_control": [False, True],
        "account_creation_date": ["2014-05-06", "2015-01-01"],
    })  # fmt: skip
    pq.write_table(table, place, compression="gzip")
    told = write_posts([place], find_source("information-operations"), tmp_path / "out.parquet")
    first, second = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert (first["actor"], first["campaign"], first["control"], second["control"]) == ("a+/=", "Iran_5", False, True)
    assert (first["repost_of"], second["repost_of"], second["reply_to"]) == (None, "p9", None)
    assert (first["hashtags"], first["links"], first["mentions"], second["hashtags"]) == (
        ["eins", "zwei"],
        ["h1"],
        ["m1"],
        None,
    )
    assert first["created"].isoformat() == "2014-05-06T00:00:00+00:00"
    assert "2 of 2 posts stand at whole minutes" in told.notes[0]


@pytest.mark.parametrize("time", ["2017-07-14 02:40:00", "1500000000", "1500000000000", "1500000000000000"])
def test_the_benchmark_its_times_in_any_unit(time, tmp_path):
    place = tmp_path / "Cuba.csv"
    place.write_text(f"postid,accountid,post_time,is_control\np,a,{time},False\n", encoding="utf-8")
    write_posts([place], find_source("information-operations"), tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet")["at"].cast(pa.int64()).to_pylist() == [1_500_000_000_000_000]


def test_coortweets_layout_is_read_straight_to_traces(tmp_path):
    place = tmp_path / "coor.csv"
    place.write_text(
        "object_id,account_id,content_id,timestamp_share\no,a,1,1600000000\no,b,2,1600000003\n", encoding="utf-8"
    )
    out = tmp_path / "traces.parquet"
    assert main(["traces", str(place), "--mapping", "coortweet", "--platform", "x", "--out", str(out)]) == 0
    assert pq.read_table(out)["kind"].to_pylist() == ["object", "object"]


def traces_of(tmp_path, mapping, text):
    """What `hustings traces` makes of a table, and how it ended."""
    place, out = tmp_path / "in.csv", tmp_path / "traces.parquet"
    place.write_text(text, encoding="utf-8")
    ended = main(["traces", str(place), "--mapping", mapping, "--platform", "x", "--out", str(out)])
    return pq.read_table(out).to_pylist() if ended == 0 else ended


def test_coortweets_layout_as_r_writes_it(tmp_path, capsys):
    rows = traces_of(
        tmp_path, "coortweet",
        '"","object_id","id_user","content_id","timestamp_share"\n"1","o","a","c",1600000000\n"2","o","b","d",1600000001.5\n'
        '"3",NA,"e","f",1600000000\n"4","o",NA,"g",1600000000\n"5","o","h","i",NA\n',
    )  # fmt: skip
    assert [(row["actor"], row["trace"]) for row in rows] == [("a", "o"), ("b", "o")]
    assert rows[1]["at"].microsecond == 500_000
    said = capsys.readouterr().out
    assert "rows without an actor: 1" in said
    assert "rows without a time: 1" in said


def test_ids_that_r_wrote_as_numbers_are_refused_in_traces_too(tmp_path, capsys):
    lost = "object_id,account_id,content_id,timestamp_share\no,1.30702565929467e+18,c,1600000000\no,b,12e5,1600000000\n"
    assert traces_of(tmp_path, "coortweet", lost) == 2
    assert "1 ids written as numbers with an exponent (row 1: 1.30702565929467e+18)" in capsys.readouterr().err


def test_the_toolkits_layout_with_its_empty_cells(tmp_path):
    text = (
        "\ufeffmessage_id,user_id,username,repost_id,reply_id,message,timestamp,urls\n"
        '1,7,ann,,,"hi #tag",1600000000.25,http://x.example/a https://y.example\n2,8,cy,1,,RT hi,1600000003,http://x.example/a\n'
        "3,9,dy,NaN,1,@ann no,1600000005,\n"
    )
    rows = traces_of(tmp_path, "cnt-csv", text)
    assert sorted((row["actor"], row["kind"], row["trace"]) for row in rows if row["kind"] in {"repost", "reply", "link"}) == [
        ("7", "link", "x.example/a"), ("7", "link", "y.example"), ("8", "repost", "1"), ("9", "reply", "1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "tags", ["['Eins', \"zw'ei\"]", "['Eins' \"zw'ei\"]", '["Eins", "zw\'ei"]', "Eins,zw'ei", "Eins zw'ei"]
)
def test_lists_as_other_programs_print_them(tags, tmp_path):
    place = tmp_path / "Cuba.parquet"
    table = {
        "postid": ["p"],
        "accountid": ["a"],
        "post_time": ["2017-07-14 02:40:00"],
        "is_control": [False],
        "hashtags": [tags],
    }
    pq.write_table(pa.table(table), place)
    write_posts([place], find_source("information-operations"), tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet")["hashtags"].to_pylist() == [["eins", "zw'ei"]]


def test_a_mapping_of_ones_own_is_a_source(tmp_path):
    mapping = tmp_path / "forum.toml"
    mapping.write_text(
        'platform = "forum"\n[post]\nactor = { column = "user" }\ncontent = { column = "n" }\nat = { column = "t", unit = "s" }\n'
        'text = { column = "body" }\nlinks = { column = "body", find = "url" }\n',
        encoding="utf-8",
    )
    place = tmp_path / "forum.jsonl"
    place.write_text(
        '{"user": "a", "n": 9007199254740993, "t": 1700000000, "body": "to https://f.example/x."}\n', encoding="utf-8"
    )
    assert main(["posts", str(place), "--as", str(mapping), "--out", str(tmp_path / "o.parquet")]) == 0
    row = pq.read_table(tmp_path / "o.parquet").to_pylist()[0]
    assert (row["platform"], row["content"], row["links"]) == ("forum", "9007199254740993", ["https://f.example/x"])


def test_all_that_is_wrong_with_a_mapping_is_said_at_once(tmp_path):
    mapping = tmp_path / "bad.toml"
    mapping.write_text(
        '[post]\nactor = { column = "u", unit = "years" }\nwhat = { column = "n" }\nat = { colum = "t" }\n',
        encoding="utf-8",
    )
    with pytest.raises(BadInput) as error:
        find_source(str(mapping))
    wheres = [problem.where for problem in error.value.problems]
    assert {
        "mapping.platform",
        "post.what",
        "post.actor.unit",
        "post.at.colum",
        "post.at.column",
        "post.content",
    } <= set(wheres)


def test_a_folder_stands_for_the_files_in_it(tmp_path, capsys):
    export = tmp_path / "export"
    for number, name in enumerate(["2.jsonl", "deeper/1.jsonl", ".part/3.jsonl"]):
        (export / name).parent.mkdir(parents=True, exist_ok=True)
        (export / name).write_text(json.dumps(tweet(number + 1)) + "\n", encoding="utf-8")
    out = tmp_path / "o.parquet"
    assert main(["posts", str(export), "--as", "x-api", "--out", str(out)]) == 0
    assert pq.read_table(out)["content"].to_pylist() == ["1", "2"]
    assert (
        main(["posts", str(export / ".part" / ".."), str(tmp_path / "none"), "--as", "x-api", "--out", str(out)]) == 2
    )
    (tmp_path / "none").mkdir()
    capsys.readouterr()
    assert main(["posts", str(tmp_path / "none"), "--as", "x-api", "--out", str(out)]) == 2
    assert "none: found no file" in capsys.readouterr().err


def boxed(place, **members):
    with zipfile.ZipFile(place, "w") as box:
        for name, text in members.items():
            box.writestr(name, text)
    return place


def test_what_an_export_brings_along_for_people_is_passed_over_and_told(tmp_path, capsys):
    export = tmp_path / "ChatExport"
    (export / "photos").mkdir(parents=True)
    (export / "photos" / "p.jpg").write_bytes(b"\xff\xd8")
    (export / "labels.parquet").write_bytes(b"PAR1")
    (export / "result.json").write_text(json.dumps(chat(message(5))), encoding="utf-8")
    out = tmp_path / "o.parquet"
    assert main(["posts", str(export), "--as", "telegram", "--out", str(out)]) == 0
    assert "Note: Files that are nothing of this source by their names were passed over: 2 (" in capsys.readouterr().out
    assert pq.read_table(out)["content"].to_pylist() == ["channel34/5"]
    (export / "result.json").unlink()
    assert main(["posts", str(export), "--as", "telegram", "--out", str(out)]) == 2
    assert "no file to read, but" in capsys.readouterr().err


def test_a_zip_is_read_as_a_folder_is(tmp_path, capsys):
    inside = {"b/2.jsonl": json.dumps(tweet(2)), "a/1.jsonl": json.dumps(tweet(1)) + "\n", "read me.txt": "hello"}
    place, out = boxed(tmp_path / "x.zip", **inside), tmp_path / "o.parquet"
    assert main(["posts", str(place), "--as", "x-api", "--out", str(out)]) == 0
    assert pq.read_table(out)["content"].to_pylist() == ["1", "2"]
    assert f"{place} > read me.txt" in capsys.readouterr().out
    boxed(place, **inside | {"/c.json": '{"cake": 1}', "d.jsonl": json.dumps(tweet(3)) + "\n{"})
    assert main(["posts", str(place), "--as", "x-api", "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert f"{place} > /c.json: found no post; line 1 holds" in said
    assert f"{place} > d.jsonl, line 2" in said
    assert sorted(one.name for one in tmp_path.iterdir()) == ["o.parquet", "x.zip"]


def test_a_broken_zip_is_refused_by_name(tmp_path):
    place = boxed(tmp_path / "x.zip", **{"1.json": "[]" * 90})
    place.write_bytes(place.read_bytes()[:-30])
    with pytest.raises(BadInput, match=r"x\.zip: found a zip that does not hold together"):
        write_posts([place], find_source("x-api"), tmp_path / "o.parquet")


def test_a_campaign_in_a_zip_has_the_name_of_its_file(tmp_path):
    row = "postid,accountid,post_time,is_control\np,a,2017-07-14 02:40:00,False\n"
    place = boxed(tmp_path / "all.zip", **{"Iran_2/Iran_2_part_1.csv": row})
    write_posts([place], find_source("information-operations"), tmp_path / "o.parquet")
    assert pq.read_table(tmp_path / "o.parquet")["campaign"].to_pylist() == ["Iran_2"]


def test_the_list_tells_every_source(capsys):
    assert main(["posts", "--list"]) == 0
    said = capsys.readouterr().out
    assert all(f"{name}\n" in said for name in POST_SOURCES)


def test_an_unknown_source_is_refused_with_those_there_are(tmp_path, capsys):
    assert main(["posts", str(tmp_path / "x"), "--as", "myspace", "--out", str(tmp_path / "o.parquet")]) == 2
    assert "x-api, bluesky, telegram, tiktok" in capsys.readouterr().err


# JSON piece by piece -------------------------------------------------------------------------------------------------
def pieces(text, descend=frozenset(), chunk=7):
    problems = []
    before, reading.CHUNK = reading.CHUNK, chunk
    try:
        found = list(json_pieces(Path("f.json"), io.BytesIO(text.encode()), problems, descend=descend))
    finally:
        reading.CHUNK = before
    return found, problems


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4), max_leaves=12,
)  # fmt: skip


@settings(max_examples=60)
@given(
    values=st.lists(JSON, max_size=5),
    indent=st.sampled_from([None, 1]),
    chunk=st.integers(1, 30),
    ascii_only=st.booleans(),
)
def test_values_come_out_whole_however_they_are_cut(values, indent, chunk, ascii_only):
    text = "\n".join(json.dumps([value], indent=indent, ensure_ascii=ascii_only) for value in values)
    found, problems = pieces(text, chunk=chunk)
    assert not problems
    assert [piece.value for piece in found] == values


def test_a_document_is_gone_through_without_being_held():
    text = json.dumps(
        {"a": 1, "chats": {"list": [{"id": 1, "messages": [{"x": 1}, {"x": 2}]}, {"messages": []}]}}, indent=1
    )
    found, problems = pieces(text, frozenset({"chats", "list", "messages"}))
    assert not problems
    assert [(piece.path, piece.value) for piece in found] == [
        (("a",), 1), (("chats", "list"), OPENS), (("chats", "list", "id"), 1),
        (("chats", "list", "messages"), {"x": 1}), (("chats", "list", "messages"), {"x": 2}), (("chats", "list"), OPENS),
    ]  # fmt: skip
    assert [piece.line for piece in found if piece.value in ({"x": 1}, {"x": 2})] == [8, 11]


def test_what_is_kept_in_memory_stays_small():
    text = "[" + ",".join('{"text": "' + "x" * 1_000 + '"}' for _ in range(2_000)) + "]"
    stream = reading._Text(io.BytesIO(text.encode()))
    longest = 0
    before, reading.CHUNK = reading.CHUNK, 1 << 14
    try:
        for _ in reading._outermost(stream, frozenset()):
            longest = max(longest, len(stream.text))
    finally:
        reading.CHUNK = before
    assert longest < 1 << 16


@pytest.mark.parametrize(
    "text, lines, values",
    [
        ('{"a": 1}\n{"b": \n{"c": 3}\n', [4], 1),  # the second value goes on until the end
        ('{"a": 1}\n{"b": 2,}\n{"c": 3}\n', [2], 2),
        ('{"a": 1}\nnonsense\n\n{"c": 3}\n[1, 2\n', [2, 6], 4),
        ("", [], 0),
        ("   \n", [], 0),
        ('\ufeff{"a": 1}', [], 1),
    ],
)
def test_broken_lines_are_named_and_the_others_are_read(text, lines, values):
    found, problems = pieces(text)
    assert [int(problem.where.rsplit(" ", 1)[1]) for problem in problems] == lines
    assert len(found) == values


def test_bytes_that_are_no_utf8_are_a_problem_with_a_line():
    problems = []
    list(json_pieces(Path("f.json"), io.BytesIO(b'{"a": 1}\n{"b": "\xff"}\n'), problems))
    assert "not UTF-8" in problems[0].found


def test_half_a_sign_becomes_a_question_mark(posts):
    rows, _ = posts("x-api", {"data": [tweet(ID, text="broken \ud83d here")]})
    assert rows[str(ID)]["text"] == "broken ? here"
