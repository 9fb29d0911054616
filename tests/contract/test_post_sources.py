"""What every source of posts has to do, whatever its layout: one suite that each passes by being in the list."""

import contextlib
import gzip
import json
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_posts import drawn_posts, post, some_posts

from hustings.cli.main import main
from hustings.cli.posts import signals_of
from hustings.connectors import json_pieces, posting
from hustings.connectors.post_rows import POSTS
from hustings.connectors.post_sources import POST_SOURCES, find_source
from hustings.connectors.posting import write_posts
from hustings.errors import BadInput
from hustings.simulator.layouts import LAYOUTS, formed

NAMES = sorted(POST_SOURCES)
each_source = pytest.mark.parametrize("name", NAMES)


def test_every_source_has_a_sample_of_ours():
    assert sorted(LAYOUTS) == NAMES


def written(name, folder, posts):
    """The posts as the source writes them: its files, and the rows that must come out of them."""
    rows = formed(posts, LAYOUTS[name])
    Path(folder).mkdir(parents=True, exist_ok=True)
    return LAYOUTS[name].write(rows, Path(folder)), rows


def read(name, files, folder, **options):
    out = Path(folder) / "posts.parquet"
    told = write_posts(files, find_source(name), out, **options)
    return told, pq.read_table(out)


def as_rows(table):
    """Rows of the posts table as plain values, times in microseconds."""
    columns = []
    for field in POSTS:
        column = table[field.name]
        columns.append((column.cast(pa.int64()) if pa.types.is_timestamp(field.type) else column).to_pylist())
    return [dict(zip(POSTS.names, values, strict=True)) for values in zip(*columns, strict=True)]


def in_full(rows):
    return [{column: row.get(column) for column in POSTS.names} for row in rows]


def by_content(rows):
    return sorted(rows, key=lambda row: (row["actor"], row["content"]))


@each_source
def test_what_was_written_comes_back(name, tmp_path):
    files, rows = written(name, tmp_path, some_posts())
    told, table = read(name, files, tmp_path)
    assert by_content(as_rows(table)) == by_content(in_full(rows))
    assert told.posts == len(rows)
    assert told.repeats == 0
    assert not told.skipped


@each_source
@settings(max_examples=15)
@given(posts=drawn_posts())
def test_whatever_was_written_comes_back(name, posts):
    with tempfile.TemporaryDirectory() as folder:
        files, rows = written(name, folder, posts)
        _, table = read(name, files, folder)
        assert by_content(as_rows(table)) == by_content(in_full(rows))


@each_source
def test_columns_are_those_of_the_posts_table(name, tmp_path):
    files, _ = written(name, tmp_path, some_posts())
    told, table = read(name, files, tmp_path)
    assert pa.schema(list(table.schema)[: len(POSTS)]).equals(POSTS)
    assert str(table.schema.field("at").type) == "timestamp[us, tz=UTC]"
    source = find_source(name)
    assert set(told.filled) <= {"platform", "actor", "content", "at", *source.gives, *source.extra}


@each_source
def test_a_post_that_says_nothing_is_a_row_of_nulls(name, tmp_path):
    files, rows = written(name, tmp_path, [post("p1")])
    _, table = read(name, files, tmp_path)
    assert as_rows(table) == in_full(rows)
    assert rows[0]["text"] in {None, ""} or "text" not in rows[0]


@each_source
def test_ids_are_text_with_every_digit(name, tmp_path):
    files, rows = written(name, tmp_path, some_posts())
    _, table = read(name, files, tmp_path)
    assert table.schema.field("content").type == pa.string()
    assert sorted(table["content"].to_pylist()) == sorted(row["content"] for row in rows)
    assert sorted(table["actor"].to_pylist()) == sorted(row["actor"] for row in rows)
    assert len({row["content"] for row in rows}) == len(rows)


@each_source
def test_times_are_utc_and_as_fine_as_the_source_says(name, tmp_path):
    files, rows = written(name, tmp_path, some_posts())
    _, table = read(name, files, tmp_path)
    assert sorted(table["at"].cast(pa.int64()).to_pylist()) == sorted(row["at"] for row in rows)
    assert all(row["at"] % LAYOUTS[name].resolution == 0 for row in rows)


@each_source
def test_the_same_file_twice_gives_each_post_once(name, tmp_path):
    files, rows = written(name, tmp_path, some_posts())
    told, table = read(name, [*files, *files], tmp_path)
    assert by_content(as_rows(table)) == by_content(in_full(rows))
    assert told.repeats == len(rows)


@each_source
def test_small_batches_give_the_same_rows(name, tmp_path, monkeypatch):
    monkeypatch.setattr(posting, "BATCH", 3)
    monkeypatch.setattr(json_pieces, "CHUNK", 50)
    files, rows = written(name, tmp_path, some_posts())
    _, table = read(name, files, tmp_path)
    assert by_content(as_rows(table)) == by_content(in_full(rows))


@each_source
@pytest.mark.parametrize("packing", ["gz", "zst"])
def test_packed_files_are_read(name, packing, tmp_path):
    files, rows = written(name, tmp_path, some_posts())
    if files[0].suffix == ".parquet":
        pytest.skip("Parquet packs itself")
    packed = [packed_file(file, packing) for file in files]
    _, table = read(name, packed, tmp_path)
    assert by_content(as_rows(table)) == by_content(in_full(rows))


def packed_file(file, packing):
    place = file.with_name(f"{file.name}.{packing}")
    if packing == "gz":
        place.write_bytes(gzip.compress(file.read_bytes()))
    else:
        with pa.CompressedOutputStream(str(place), "zstd") as out:
            out.write(file.read_bytes())
    return place


@each_source
def test_a_packed_file_that_is_cut_is_refused_by_name(name, tmp_path):
    files, _ = written(name, tmp_path, some_posts())
    if files[0].suffix == ".parquet":
        pytest.skip("Parquet packs itself")
    packed = packed_file(files[0], "gz")
    packed.write_bytes(packed.read_bytes()[:-40])
    refused(name, [packed], tmp_path, packed.name)


@each_source
def test_unknown_members_change_nothing(name, tmp_path):
    files, rows = written(name, tmp_path, some_posts())
    for file in files:
        add_unknown(file)
    _, table = read(name, files, tmp_path)
    assert by_content(as_rows(table)) == by_content(in_full(rows))


def add_unknown(file):
    if file.suffix == ".parquet":
        table = pq.read_table(file)
        pq.write_table(table.append_column("zz new", pa.array(["?"] * len(table))), file)
    elif file.suffix == ".csv":
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        assert '"' not in lines[0]
        file.write_text("zz new," + lines[0] + "".join(_unknown_cell(lines[1:])), encoding="utf-8")
    elif file.suffix == ".jsonl":
        lines = [json.dumps(with_unknown(json.loads(line))) for line in file.read_text(encoding="utf-8").splitlines()]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    else:
        file.write_text(json.dumps(with_unknown(json.loads(file.read_text(encoding="utf-8")))), encoding="utf-8")


def _unknown_cell(lines):
    """A cell before each record; a record may stand on several lines."""
    open_quotes = False
    for line in lines:
        yield line if open_quotes else "?," + line
        open_quotes ^= line.count('"') % 2 == 1


def with_unknown(value):
    if isinstance(value, dict):
        return {
            "zz_new": {"id": 1.5},
            **{name: with_unknown(item) for name, item in value.items()},
            "zz_list": [1, None],
        }
    return [with_unknown(item) for item in value] if isinstance(value, list) else value


def refused(name, files, folder, *words):
    """The files are refused, once, with these words and no file left."""
    out = Path(folder) / "refused.parquet"
    with pytest.raises(BadInput) as error:
        write_posts(files, find_source(name), out)
    assert not out.exists()
    assert not list(Path(folder).glob(".*"))
    for word in words:
        assert word in str(error.value)
    return error.value


@each_source
def test_a_broken_line_is_named_with_its_file(name, tmp_path):
    files, _ = written(name, tmp_path, some_posts())
    file = files[0]
    if file.suffix == ".jsonl":
        lines = file.read_text(encoding="utf-8").splitlines()
        file.write_text("\n".join([lines[0], '{"id": "1", "broken', *lines[1:]]) + "\n", encoding="utf-8")
        refused(name, files, tmp_path, f"{file}, line 2")
    elif file.suffix == ".json":
        text = file.read_text(encoding="utf-8")
        half = text[: text.index("\n", len(text) // 2) + 1]
        file.write_text(half, encoding="utf-8")
        refused(name, files, tmp_path, f"{file}, line {half.count(chr(10)) + 1}")
    elif file.suffix == ".csv":
        with file.open("a", encoding="utf-8") as out:
            out.write("one,two\n")
        refused(name, files, tmp_path, str(file), "2 cells")
    else:
        file.write_bytes(file.read_bytes()[:-200])
        refused(name, files, tmp_path, str(file))


@each_source
def test_a_file_of_another_kind_among_them_is_one_clear_refusal(name, tmp_path):
    files, _ = written(name, tmp_path, some_posts())
    other = next(other for other in NAMES if other != name and LAYOUTS[other].write)
    wrong, _ = written(other, tmp_path / "other", some_posts())
    recipe = tmp_path / "recipe.json"
    recipe.write_text('{"cake": ["flour", "eggs"]}\n', encoding="utf-8")
    error = refused(name, [*files, wrong[0], recipe], tmp_path, str(wrong[0]), str(recipe))
    assert not any(problem.where.startswith(str(file)) for problem in error.problems for file in files)


@each_source
def test_an_empty_file_is_refused(name, tmp_path):
    files, _ = written(name, tmp_path, some_posts())
    empty = tmp_path / f"empty{files[0].suffix}"
    empty.write_bytes(b"")
    refused(name, [empty], tmp_path, str(empty))


@each_source
def test_the_command_writes_the_table_and_says_how(name, tmp_path, capsys):
    files, rows = written(name, tmp_path, some_posts())
    out = tmp_path / "made.parquet"
    assert main(["posts", *map(str, files), "--as", name, "--out", str(out), "--platform", "here", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["posts"] == len(rows)
    assert set(pq.read_table(out)["platform"].to_pylist()) == {"here"}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=6) | st.just("9" * 5_000),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "text", "type"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def places(value, path=()):
    """The way to everything inside a value."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in inside:
        yield from places(item, (*path, name))


def with_another(value, path, other):
    if not path:
        return other
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[path[0]] = with_another(value[path[0]], path[1:], other)
    return changed


@pytest.mark.parametrize("name", ["x-api", "bluesky", "telegram", "tiktok"])
@settings(max_examples=60)
@given(data=st.data())
def test_whatever_stands_where_something_else_should_it_is_read_or_refused(name, data):
    with tempfile.TemporaryDirectory() as folder:
        files, _ = written(name, folder, some_posts())
        text = files[0].read_text(encoding="utf-8")
        values = [json.loads(line) for line in text.splitlines()] if files[0].suffix == ".jsonl" else [json.loads(text)]
        number = data.draw(st.integers(0, len(values) - 1))
        path = data.draw(st.sampled_from(list(places(values[number]))))
        values[number] = with_another(values[number], path, data.draw(ANYTHING))
        files[0].write_text("\n".join(map(json.dumps, values)), encoding="utf-8")
        with contextlib.suppress(BadInput):  # anything else is a fault of ours
            _, table = read(name, files, folder)
            assert not any(table[column].null_count for column in ("platform", "actor", "content", "at"))


def test_the_docs_tell_which_signals_can_be_asked_of_each_source():
    page = (Path(__file__).parents[2] / "docs/reference/sources.md").read_text(encoding="utf-8")
    table = page.split("<!-- signals -->")[1].split("<!-- end signals -->")[0].strip().splitlines()
    sources = [cell.strip() for cell in table[0].split("|")[2:-1]]
    assert sources == list(POST_SOURCES)
    told = {
        name: [row.split("|")[1].strip(" `") for row in table[2:] if row.split("|")[place + 2].strip() == "yes"]
        for place, name in enumerate(sources)
    }
    kinds = [row.split("|")[1].strip(" `") for row in table[2:]]
    assert told == {
        name: [kind for kind in kinds if kind in signals_of(source)] for name, source in POST_SOURCES.items()
    }
