"""Results are there whole or not at all."""

import errno

import pytest

from hustings.errors import EnvironmentLacks
from hustings.writing import whole_file, whole_folder


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_there_when_the_work_is_done(tmp_path):
    with whole_file(tmp_path / "new" / "links.csv") as part:
        part.write_text("a,b")
        assert not (tmp_path / "new" / "links.csv").exists()
    assert (tmp_path / "new" / "links.csv").read_text() == "a,b"
    assert names(tmp_path / "new") == ["links.csv"]


def test_a_failure_keeps_the_old_file_and_leaves_nothing_beside_it(tmp_path):
    (tmp_path / "links.csv").write_text("old")
    with pytest.raises(ValueError, match="half"), whole_file(tmp_path / "links.csv") as part:
        part.write_text("half")
        raise ValueError("half way")
    assert (tmp_path / "links.csv").read_text() == "old"
    assert names(tmp_path) == ["links.csv"]


@pytest.mark.parametrize("whole", [whole_file, whole_folder])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_says_so_and_leaves_nothing(tmp_path, whole, number):
    with pytest.raises(EnvironmentLacks, match="no room to write"), whole(tmp_path / "result"):
        raise OSError(number, "No space left on device")
    assert names(tmp_path) == []


def test_other_errors_of_the_system_stay_what_they_are(tmp_path):
    with pytest.raises(PermissionError), whole_file(tmp_path / "result"):
        raise PermissionError(errno.EACCES, "Permission denied")


def test_a_folder_is_filled_as_one_and_keeps_what_else_was_there(tmp_path):
    place = tmp_path / "run"
    place.mkdir()
    (place / "notes.txt").write_text("mine")
    (place / "links.csv").write_text("old")
    with whole_folder(place, last="run.json") as part:
        (part / "links.csv").write_text("new")
        (part / "run.json").write_text("{}")
    assert {path.name: path.read_text() for path in place.iterdir()} == {
        "notes.txt": "mine", "links.csv": "new", "run.json": "{}",
    }  # fmt: skip
    assert names(tmp_path) == ["run"]


def test_a_failed_folder_changes_nothing(tmp_path):
    place = tmp_path / "run"
    place.mkdir()
    (place / "run.json").write_text("old")
    with pytest.raises(ValueError, match="half"), whole_folder(place, last="run.json") as part:
        (part / "run.json").write_text("new")
        raise ValueError("half way")
    assert (place / "run.json").read_text() == "old"
    assert names(tmp_path) == ["run"]


def test_a_folder_inside_the_result_replaces_the_old_one(tmp_path):
    place = tmp_path / "run"
    (place / "rows").mkdir(parents=True)
    (place / "rows" / "old.csv").write_text("old")
    with whole_folder(place) as part:
        (part / "rows").mkdir()
        (part / "rows" / "new.csv").write_text("new")
    assert names(place / "rows") == ["new.csv"]
