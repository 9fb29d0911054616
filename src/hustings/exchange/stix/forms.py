"""Which kind of ours is which STIX object, and the extensions that say what STIX has no word for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from hustings.exchange.request import Answered, Asked, Beginnings, Noticed, Shared
from hustings.exchange.stix.acs import ACS
from hustings.exchange.stix.form import Form, said_at
from hustings.exchange.stix.limits import LIMITS
from hustings.exchange.stix.tip import TIP_FORM, TipForm
from hustings.exchange.stix.tlp import TLP_EXTENSION
from hustings.exchange.stix.work import (
    Ad,
    Channel,
    Finding,
    Gathering,
    Incident,
    Indicator,
    KnownActor,
    Narrative,
    Note,
    Opinion,
    Organisation,
    Relationship,
    Report,
    Sighting,
    StudiedCampaign,
)

__all__ = ["EXTENSIONS", "FORMS", "extension_definitions", "form_of", "read", "write"]

MAKER = "identity--f21cb0da-f611-42f0-acea-edae5351183e"  # this system, as the author of its extensions
SINCE = datetime(2026, 11, 1, tzinfo=UTC)

FINDING = "extension-definition--d301094d-bcdc-4f66-a30c-01b9cd0f43dc"
CAMPAIGN = "extension-definition--189d3c6a-bed9-47f1-a642-74f35b449d5c"
ACTOR = "extension-definition--501d113c-59fb-407f-b8e5-be2de36f9a10"
AD = "extension-definition--a1c42949-dde0-4bf7-ba71-1b3385d9663b"
GATHERING = "extension-definition--397f2daa-a8cf-432e-8f24-04bc94583e8a"
NARRATIVE = "extension-definition--2c9a6ed2-6c4e-4751-a778-0b85a7169c67"
CHANNEL = "extension-definition--aff4efac-4a4a-4181-ba55-e05de2cccc57"
SHARE = "extension-definition--416f5b95-6f62-4ccc-8e68-fc4b444a912f"
NOTICE = "extension-definition--27505056-c4d4-403e-9ef9-68f3fa8b4fd0"
FOR_INFORMATION = "extension-definition--88627241-eb77-4687-9ed7-18ef7670db5a"
FOR_ACTION = "extension-definition--b57a9739-7eb7-4a9b-b4ad-cc73cdd923fb"
STEP = "extension-definition--f0b5be8b-9c5d-46a7-9d83-6313a87b14c2"
BEGINNING = "extension-definition--5b0d8f2e-3c66-4c1b-9a0e-7d41c2a96f38"

SPEAKS = ("id", "created", "modified", "sender")
WORDS = {"title": "name", "text": "description", "receiver": "receiver_ref"}
SEEN = {"first": "first_seen", "last": "last_seen"}

FORMS: tuple[Form[Any], ...] = (
    Form(made=Organisation, type="identity", fixed={"identity_class": "organization"}),
    Form(
        made=Finding,
        type="grouping",
        extension=FINDING,
        names={"sentence": "description"},
        own=frozenset(
            "score basis named platforms first last links traces acts expected_acts limits why_innocent rows_digest run_digest".split()
        ),
        fixed={"context": "suspicious-activity"},
    ),
    Form(
        made=StudiedCampaign,
        type="campaign",
        extension=CAMPAIGN,
        names=SEEN,
        own=frozenset({"aims_at", "techniques", "narratives", "members", "origins"}),
    ),
    Form(made=KnownActor, type="intrusion-set", extension=ACTOR, own=frozenset({"assets", "habits", "claims"})),
    Form(made=Ad, type="political-ad", extension=AD, new=True),
    Form(made=Gathering, type="gathering", extension=GATHERING, new=True),
    Form(made=Narrative, type="narrative", extension=NARRATIVE, new=True),
    Form(made=Channel, type="channel", extension=CHANNEL, new=True),
    Form(made=Indicator, type="indicator", fixed={"pattern_type": "stix", "pattern_version": "2.1"}),
    Form(made=Incident, type="incident"),
    Form(
        made=Sighting,
        type="sighting",
        names={"sighting_of": "sighting_of_ref", "seen_by": "where_sighted_refs", "summary": "description", **SEEN},
    ),
    Form(made=Opinion, type="opinion"),
    Form(made=Note, type="note"),
    Form(made=Report, type="report"),
    Form(made=Relationship, type="relationship"),
    Form(made=Shared, type="information-share", extension=SHARE, new=True, names=WORDS, head=SPEAKS),
    Form(made=Noticed, type="notice", extension=NOTICE, new=True, names=WORDS, head=SPEAKS),
    Form(
        made=Asked,
        type="request-for-information",
        extension=FOR_INFORMATION,
        new=True,
        names=WORDS,
        head=SPEAKS,
        implied={"action": False},
    ),
    Form(
        made=Asked,
        type="request-for-action",
        extension=FOR_ACTION,
        new=True,
        names=WORDS,
        head=SPEAKS,
        implied={"action": True},
    ),
    Form(
        made=Answered,
        type="request-step",
        extension=STEP,
        new=True,
        names={"refs": "object_refs"},
        head=("id", "at", "at", "by"),
    ),
    Form(made=Beginnings, type="beginning", extension=BEGINNING, new=True, head=SPEAKS),
)
# Extensions that this system writes or reads, and what each is called.
TIP = Form(
    made=TipForm, type="tip", extension=TIP_FORM, own=frozenset(TipForm.__dataclass_fields__), head=("", "", "", "")
)
EXTENSIONS = {form.extension: form for form in (*FORMS, TIP) if form.extension is not None}
OTHERS = {TLP_EXTENSION: "TLP 2.0", ACS: "Access control set 3.0", LIMITS: "Hustings limits"}


def form_of(value: object) -> Form[Any]:
    """The form that a value is written in."""
    return next(
        form
        for form in FORMS
        if type(value) is form.made and all(getattr(value, name) == said for name, said in form.implied.items())
    )


def write(value: object, marked: Iterable[str] = ()) -> dict[str, Any]:
    """The STIX object of a value, under the markings with these ids."""
    return form_of(value).write(value, marked)


def read(said: Mapping[str, Any]) -> object | None:
    """The value that an object says; None for a kind that is none of ours, which stays what it is.

    An object of a type of STIX's own that others made (a campaign without our extension) is read as far as STIX says it.
    Raises   Unreadable
    """
    for form in FORMS:
        if form.fits(said):
            value: object = form.read(said)
            return value
    return None


def extension_definitions() -> list[dict[str, Any]]:
    """The definitions of our extensions, which go along with what uses them, and this system as their author."""
    made = [{"type": "identity", "spec_version": "2.1", "id": MAKER, "created": said_at(SINCE), "modified": said_at(SINCE),
             "name": "Hustings", "identity_class": "system"}]  # fmt: skip
    for extension, form in EXTENSIONS.items():
        made.append(_definition(extension, form.type, "new-sdo" if form.new else "property-extension"))
    made.append(_definition(LIMITS, "limits", "property-extension"))
    return made


def _definition(extension: str, name: str, kind: str) -> dict[str, Any]:
    return {
        "type": "extension-definition", "spec_version": "2.1", "id": extension, "created_by_ref": MAKER, "created": said_at(SINCE),
        "modified": said_at(SINCE), "name": f"Hustings {name}", "version": "1.0.0", "extension_types": [kind],
        "schema": f"docs/stix/{name}.schema.json of the Hustings repository",
        "description": f"What Hustings says of a {name}.",
    }  # fmt: skip
