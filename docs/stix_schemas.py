"""Draws the JSON schemas of our STIX extensions from the values that they say."""

import json
from pathlib import Path

from hustings.exchange.stix.forms import EXTENSIONS

FOLDER = Path(__file__).parent / "stix"


def drawn() -> dict[str, str]:
    """The text of each schema by its file's name."""
    return {
        f"{form.type}.schema.json": json.dumps(form.schema() | {"$id": extension}, indent=2) + "\n"
        for extension, form in EXTENSIONS.items()
    }


if __name__ == "__main__":
    for name, text in drawn().items():
        (FOLDER / name).write_text(text, "utf-8")
