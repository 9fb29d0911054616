"""Static files are put together once for the same sources."""

import pytest

from hustings.serving import static


@pytest.fixture
def kept(tmp_path, settings, monkeypatch):
    """A folder of its own, and a list that grows each time something is collected."""
    settings.STATIC_ROOT = tmp_path / "static"
    made = []

    def collecting(name, **_):
        made.append(name)
        (tmp_path / "static").mkdir(exist_ok=True)
        (tmp_path / "static" / "staticfiles.json").write_text("{}")

    monkeypatch.setattr(static, "call_command", collecting)
    return made


def test_what_was_made_of_the_same_sources_is_left_alone(kept, tmp_path, settings):
    assert static.collect()
    assert not static.collect()
    (tmp_path / "static" / "staticfiles.json").unlink()
    assert static.collect(), "somebody removed it"
    more = tmp_path / "more"
    more.mkdir()
    (more / "one.css").write_text("p { color: black; }")
    settings.STATICFILES_DIRS = [more]
    assert static.collect(), "one file more"
    (more / "one.css").write_text("p { color: white; }")
    assert static.collect(), "the same name says something else"
    settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("css",)
    assert static.collect(), "it is kept in another way"
    assert not static.collect()
    assert len(kept) == 5


def test_who_is_ended_in_the_middle_begins_anew(kept, monkeypatch):
    static.collect()
    whole = static.call_command

    def ended(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(static, "sources", lambda: "others")
    monkeypatch.setattr(static, "call_command", ended)
    with pytest.raises(KeyboardInterrupt):
        static.collect()
    monkeypatch.setattr(static, "call_command", whole)
    assert static.collect()


def test_maps_of_scripts_are_not_pressed(settings):
    from whitenoise.compress import Compressor

    compressor = Compressor(extensions=settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS)
    assert not compressor.should_compress("ninja/redoc.standalone.js.map")
    assert compressor.should_compress("console/console.css")
