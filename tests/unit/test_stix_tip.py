"""Which objects of partners are refused on their form before anybody reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.exchange.stix.tip import TIP_FORM, TIPS, refused_on_form, starts_of
from hustings.policy.origin import Form

NARRATIVE, ACCOUNT, IDENTITY = "narrative--1", "user-account--1", "identity--1"


def told(kind="report", *, refs=(ACCOUNT,), form=None, **more):
    said = {"type": kind, **({"object_refs": list(refs)} if refs else {}), **more}
    return said | (
        {"extensions": {TIP_FORM: {"extension_type": "property-extension", **form}}} if form is not None else {}
    )


@pytest.mark.parametrize(
    ("said", "reasons"),
    [
        (told(), []),
        (told(refs=[IDENTITY]), []),
        (told(refs=[NARRATIVE, ACCOUNT]), []),
        (told(refs=[NARRATIVE, "note--1"]), [Form.LAWFUL_SPEECH, Form.NO_BEHAVIOUR, Form.NO_CONTENT]),
        (told("campaign", refs=()), []),
        (told("note", refs=[NARRATIVE]), []),
        (told("indicator", refs=(), pattern="[domain-name:value = 'a.example']", form={"speech_alone": True}), []),
        (told("indicator", refs=(), pattern="[user-account:user_id = '1']"), []),
        (told("indicator", refs=(), pattern="[user-account:user_id = '1']", form={"speech_alone": True}), [Form.LAWFUL_SPEECH, Form.NO_BEHAVIOUR]),
        (told(form={}), [Form.NO_BEHAVIOUR]),
        (told(form={"covert": "yes"}), [Form.NO_BEHAVIOUR]),
        (told(form={"covert": True}), []),
        (told(form={"covert": True, "ground": " "}), [Form.NO_GROUND]),
        (told(form={"foreign": True, "speech_alone": True, "ground": "Act 1"}), [Form.LAWFUL_SPEECH]),
        (told(form={"false_voting_facts": True, "speech_alone": True}), []),
    ],
)  # fmt: skip
def test_the_form_of_an_object_is_held_against_the_same_table_as_that_of_a_tip_by_hand(said, reasons):
    assert list(refused_on_form(said)) == reasons


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(
    st.sampled_from(TIPS),
    st.dictionaries(st.sampled_from(["object_refs", "extensions", "pattern", "labels"]), JSON),
    JSON,
)
def test_whatever_somebody_puts_there_is_looked_at_without_an_error(kind, said, body):
    for told in ({"type": kind, **said}, {"type": kind, "extensions": {TIP_FORM: body}}):
        assert all(isinstance(reason.value, str) for reason in refused_on_form(told))
        assert all(len(start) == 3 for start in starts_of(told))
