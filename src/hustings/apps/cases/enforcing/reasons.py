"""The statements of reasons of a plan: one a target, made from the plan, checked before anybody approves it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from hustings.apps.cases.models import Plan, Target
from hustings.errors import Problem
from hustings.exchange.dsa.made import Decided, statement
from hustings.exchange.dsa.statement import problems_of
from hustings.policy.enforcement import ACTIONS, Action, Ground

__all__ = ["problems_of_plan", "statements"]

SHORTEST = 4  # characters of a name that is looked for; a shorter one, such as a number, stands in many a sentence


def statements(plan: Plan) -> Iterator[dict[str, Any]]:
    """The statement of each target that is acted on, in its turn. It names no asset: the database is public."""
    return (made(plan, target) for target in plan.targets.filter(dropped="").order_by("place"))


def made(plan: Plan, target: Target) -> dict[str, Any]:
    """The statement of one target."""
    effect = ACTIONS[Action(target.action)]
    told = statement(
        Decided(
            key=str(target.pk), kind=target.kind, decision=effect.statement, ends=effect.ends, by_law=plan.ground == Ground.LAW,
            ground=plan.rule, explanation=plan.explanation, facts=plan.facts, category=plan.category, keywords=plan.keywords,
            places=plan.places, content_on=target.content_on or plan.begins_on, begins=plan.begins_on, until=plan.ends_on,
            source=plan.source, found_by_machine=plan.found_by_machine, decided_by_machine="AUTOMATED_DECISION_NOT_AUTOMATED",
        )
    )  # fmt: skip
    return told


def problems_of_plan(plan: Plan) -> list[Problem]:
    """Everything for which a statement of the plan would be refused, each once with how many targets it concerns.

    Limits   a name of a target is found in the words of a plan as it is written there, from four characters on
    """
    found = Counter(problem for told in statements(plan) for problem in problems_of(told))
    said = {"facts": plan.facts.casefold(), "explanation": plan.explanation.casefold(), "rule": plan.rule.casefold()}
    named = {
        where
        for name in plan.targets.values_list("name", flat=True)
        for where, words in said.items()
        if len(name) >= SHORTEST
        and name.casefold() in words
        and re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", words)
    }
    return [
        Problem(where=one.where, found=f"{one.found} ({many:,} {'statement' if many == 1 else 'statements'})",
                expected=one.expected, do=one.do)
        for one, many in found.items()
    ] + [
        Problem(where=where, found="the name of a target", expected="no name: the statements are public",
                do="Say what was found without saying of whom.")
        for where in sorted(named)
    ]  # fmt: skip
