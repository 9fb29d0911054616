"""Keys are made once, lie open to nobody, and are never half there."""

import stat

import pytest

from hustings.errors import EnvironmentLacks
from hustings.serving.keys import secret


def test_a_key_is_made_once_and_readable_by_its_owner_alone(tmp_path):
    place = tmp_path / "keys" / "secret-key"
    assert secret(place, lambda: b"first") == b"first"
    assert secret(place, lambda: b"second") == b"first"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert [path.name for path in place.parent.iterdir()] == ["secret-key"]


def test_a_key_that_others_may_read_is_refused_with_what_to_do(tmp_path):
    place = tmp_path / "secret-key"
    secret(place, lambda: b"first")
    place.chmod(0o640)
    with pytest.raises(EnvironmentLacks, match=r"can be read by others \(mode 640\).*chmod 600"):
        secret(place, lambda: b"second")


def test_a_key_whose_making_was_interrupted_is_made_again(tmp_path):
    (tmp_path / ".secret-key.part").write_bytes(b"ha")
    assert secret(tmp_path / "secret-key", lambda: b"whole") == b"whole"
