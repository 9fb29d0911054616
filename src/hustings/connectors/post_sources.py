"""The sources of posts that come with Hustings, by the name one gives to `--as`."""

__all__ = ["POST_SOURCES", "find_source"]

from importlib.resources import files
from pathlib import Path

from hustings.connectors.bluesky import BLUESKY
from hustings.connectors.post_mapping import parse_post_mapping
from hustings.connectors.post_source import PostSource, mapped_source
from hustings.connectors.telegram import TELEGRAM
from hustings.connectors.tiktok import TIKTOK
from hustings.connectors.x_api import X_API
from hustings.errors import BadInput, Problem


def _bundled(folder: str) -> PostSource:
    text = (files("hustings.connectors") / folder / "mapping.toml").read_text(encoding="utf-8")
    return mapped_source(parse_post_mapping(text, where=folder))


POST_SOURCES: dict[str, PostSource] = {
    source.name: source
    for source in (
        X_API,
        BLUESKY,
        TELEGRAM,
        TIKTOK,
        _bundled("meta_content_library"),
        _bundled("information_operations"),
    )
}


def find_source(name_or_file: str) -> PostSource:
    """The source of that name, else the one that the mapping in that file describes."""
    if name_or_file in POST_SOURCES:
        return POST_SOURCES[name_or_file]
    path = Path(name_or_file)
    if path.is_file():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            problem = Problem(
                where=f"{path}, byte {error.start}",
                found="bytes that are not UTF-8",
                expected="UTF-8 text",
                do="Save the file as UTF-8.",
            )
            raise BadInput(f"The mapping {path} cannot be read.", [problem]) from error
        return mapped_source(parse_post_mapping(text, where=str(path)))
    problem = Problem(
        where="--as",
        found=repr(name_or_file),
        expected=f"one of {', '.join(POST_SOURCES)}, or a TOML file that exists",
        do="`hustings posts --list` tells them; docs/how-to/bring-your-own-posts.md tells how to write one.",
    )
    raise BadInput("The source cannot be found.", [problem])
