"""The sources whose mapping comes with Hustings, by the name one gives to `--mapping`."""

__all__ = ["BUNDLED", "find_mapping"]

from importlib.resources import files
from pathlib import Path

from hustings.connectors.mapping import Mapping, parse_mapping
from hustings.errors import BadInput, Problem

# Name -> folder beside this file that holds its mapping.toml.
BUNDLED = {
    "german-elections": "german_elections",
    "russian-retweets": "russian_retweets",
    "ira-ads": "ira_ads",
    "snap-ads": "snap_ads",
    "bought-ads": "bought_ads",
    "cnt-csv": "cnt_csv",
    "coortweet": "coortweet",
}


def find_mapping(name_or_file: str) -> Mapping:
    """The bundled mapping of that name, else the one in that file."""
    if name_or_file in BUNDLED:
        place = files("hustings.connectors") / BUNDLED[name_or_file] / "mapping.toml"
        return parse_mapping(place.read_text(encoding="utf-8"), where=name_or_file)
    path = Path(name_or_file)
    if path.is_file():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise BadInput(
                f"The mapping {path} cannot be read.",
                [
                    Problem(
                        where=f"byte {error.start}",
                        found="bytes that are not UTF-8",
                        expected="UTF-8 text",
                        do="Save the file as UTF-8.",
                    )
                ],
            ) from error
        return parse_mapping(text, where=str(path))
    raise BadInput(
        "The mapping cannot be found.",
        [
            Problem(
                where="--mapping",
                found=repr(name_or_file),
                expected=f"a TOML file that exists, or one of {', '.join(BUNDLED)}",
                do="Name one of these, or write your own (docs/how-to/bring-your-own-table.md).",
            )
        ],
    )
