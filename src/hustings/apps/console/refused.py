"""What an action refused, said on the form that asked for it."""

from __future__ import annotations

from django.forms import Form

from hustings.errors import BadInput, Problem

__all__ = ["say"]


def say(form: Form, error: BadInput) -> None:
    """Put every problem beside the field it is about; what is about none, or has no problems, stands on top."""
    for problem in error.problems:
        field = field_of(form, problem)
        form.add_error(field, beside(problem) if field and plain(problem.where) == field else str(problem))
    if not error.problems:
        form.add_error(None, error.what)


def plain(where: str) -> str:
    """The name a field has for this place."""
    return where.replace(" ", "_")


def field_of(form: Form, problem: Problem) -> str | None:
    """The field that a place is, lies in (`shifts row 3`), or ends with (`rules: margin`)."""
    first, _, last = problem.where.partition(" ")
    named = (plain(problem.where), first.rstrip(":,"), last)
    return next((name for name in named if name in form.fields), None)


def beside(problem: Problem) -> str:
    """The problem without its place, which the field says."""
    return f"{problem.found[:1].upper()}{problem.found[1:]}; expected {problem.expected}. {problem.do}"
