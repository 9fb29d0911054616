"""What an action refused stands beside the field it is about, and nothing of it is lost."""

import pytest
from django import forms

from hustings.apps.console.refused import say
from hustings.errors import BadInput, Problem


class Asked(forms.Form):
    reason = forms.CharField(required=False)
    due_by = forms.CharField(required=False)
    margin = forms.CharField(required=False)


def problem(where):
    return Problem(where=where, found="nothing", expected="a word", do="Write it.")


@pytest.mark.parametrize(
    ("where", "field", "words"),
    [
        ("reason", "reason", "Nothing; expected a word. Write it."),
        ("due by", "due_by", "Nothing; expected a word. Write it."),
        ("reason 3", "reason", "reason 3: found nothing; expected a word. Write it."),
        ("rules: margin", "margin", "rules: margin: found nothing; expected a word. Write it."),
        ("the calendar", "__all__", "the calendar: found nothing; expected a word. Write it."),
    ],
)
def test_a_problem_stands_beside_its_field_and_keeps_its_place_elsewhere(where, field, words):
    form = Asked({})
    say(form, BadInput("It was not done.", [problem(where)]))
    assert form.errors == {field: [words]}


def test_all_problems_are_told_and_a_refusal_without_any_is_told_too():
    form = Asked({})
    say(form, BadInput("It was not done.", [problem("reason"), problem("margin"), problem("reason")]))
    assert {field: len(said) for field, said in form.errors.items()} == {"reason": 2, "margin": 1}
    bare = Asked({})
    say(bare, BadInput("It was not done."))
    assert bare.errors == {"__all__": ["It was not done."]}
