"""Each kind of ours becomes a STIX object that others can check, and is read back as it was."""

import importlib.util
import json
from pathlib import Path

import jsonschema
import pytest
import stix2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stix_values import ACCOUNT, AT, CREATOR, one_of_each, values

from hustings.exchange.disarm import attack_patterns, techniques
from hustings.exchange.stix.canonical import canonical, read_json
from hustings.exchange.stix.form import Unreadable
from hustings.exchange.stix.forms import EXTENSIONS, FORMS, extension_definitions, form_of, read, write
from hustings.exchange.stix.limits import LIMITS
from hustings.exchange.stix.marking import Names, Reads, write_marking
from hustings.exchange.stix.objects import bundled, observed
from hustings.exchange.stix.tlp import TLP, tlp_definition
from hustings.policy.marking import Marking, Need, Tlp

DOCS = Path(__file__).parents[2] / "docs"
# All checks of the validator but those of vocabularies that STIX itself leaves open, and 103: it wants random ids for
# what is said and computed ones for what is observed; definitions of limits have computed ids on purpose.
UNCHECKED = ["open-vocab-format", "all-vocabs", "uuid-check"]


def whole():
    limits = write_marking(
        Marking(tlp=Tlp.AMBER, owner="a", group="g", need=Need.NAMED),
        names=Names(here="a", identities={"a": CREATOR}, groups={"g": "key of g"}, reads=Reads.HUSTINGS),
    )
    account = observed("user-account", {"account_type": "facebook", "user_id": "1"}, {}) | {"id": ACCOUNT}
    told = [write(value, [TLP[Tlp.GREEN]]) for value in one_of_each()]
    marked = told[-1] | {"id": f"{told[-1]['type']}--7d3c2f56-9a3c-4f6c-8a77-6c1d8f0f2f12", "object_marking_refs": limits.object_marking_refs}  # fmt: skip
    definitions = {one["id"]: one for one in [tlp_definition(Tlp.GREEN), *limits.definitions]}
    return bundled([*extension_definitions(), *definitions.values(), account, *told, marked])


def test_the_validator_finds_nothing_wrong_and_nothing_to_warn_of():
    from stix2validator import ValidationOptions, validate_instance

    options = ValidationOptions(version="2.1", disabled=UNCHECKED)
    found = validate_instance(json.loads(canonical(whole())), options)
    assert [str(error) for error in found.errors] == []
    assert [str(warning) for warning in found.warnings] == []


def test_the_library_of_others_reads_what_we_write_and_loses_nothing():
    for said in whole()["objects"]:
        parsed = stix2.parse(said, allow_custom=True)
        again = parsed if isinstance(parsed, dict) else json.loads(parsed.serialize())
        assert again.keys() - {"revoked"} == said.keys()


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.type)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_what_is_written_is_read_back_through_canonical_bytes(form, data):
    value = data.draw(values(form))
    assert form_of(value) is form
    said = read_json(canonical(write(value)))
    head = dict(zip(("id", "created", "modified", "created_by_ref"), form.head, strict=True))
    if head["created"] == head["modified"]:
        assert said["created"] == said["modified"]
    assert read(said) == value


@pytest.mark.parametrize("value", list(one_of_each()), ids=lambda value: type(value).__name__)
def test_the_schema_takes_what_is_written_and_refuses_what_is_not(value):
    form = form_of(value)
    if form.extension is None:
        return
    said = write(value)
    part = said if form.new else said["extensions"][form.extension]
    schema = form.schema()
    jsonschema.Draft202012Validator(schema).validate(part)
    for name in schema.get("required", ()):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(schema).validate({key: one for key, one in part.items() if key != name})


def test_the_schema_of_limits_takes_what_is_written():
    said = next(one for one in whole()["objects"] if LIMITS in one.get("extensions", ()))["extensions"][LIMITS]
    schema = json.loads((DOCS / "stix" / "limits.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(said)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(said | {"roles": []})


def test_the_published_schemas_are_those_of_the_values():
    spec = importlib.util.spec_from_file_location("stix_schemas", DOCS / "stix_schemas.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    drawn = module.drawn()
    held = {path.name: path.read_text() for path in (DOCS / "stix").glob("*.json") if path.name != "limits.schema.json"}
    assert held == drawn, "run .venv/bin/python docs/stix_schemas.py"
    assert len(drawn) == len(EXTENSIONS)


def test_all_that_is_wrong_with_an_object_is_told_at_once():
    said = write(next(value for value in one_of_each() if type(value).__name__ == "Gathering"))
    said |= {"id": "gathering--7", "day": "soon", "figures": [7]}
    del said["source"]
    with pytest.raises(Unreadable) as error:
        read(said)
    assert {problem.where.partition(", ")[2] for problem in error.value.problems} == {"id", "day", "figures", "source"}


def test_what_is_no_kind_of_ours_is_left_alone():
    assert read({"type": "malware", "id": "malware--1"}) is None
    assert read({"type": "campaign", "id": "campaign--1", "extensions": []}) is None


def test_every_technique_has_its_id_in_the_bundle_of_the_framework():
    assert attack_patterns().keys() == techniques().keys()
    assert len(set(attack_patterns().values())) == len(techniques())
    assert AT.tzinfo is not None
