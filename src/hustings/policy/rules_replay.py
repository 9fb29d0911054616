"""What each version of the rules would have let a person hold on a given day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hustings.policy.level import Level
from hustings.policy.move import Guard
from hustings.policy.move_guard import Facts, failed, reachable
from hustings.policy.moves import machine
from hustings.policy.rules import Rules, in_force

__all__ = ["Replay", "replay"]


@dataclass(frozen=True, kw_only=True)
class Replay:
    """One version's answer about one person in one position on one day."""

    rules: Rules
    in_force: bool  # whether this was the version of that day
    failed: tuple[Guard, ...]
    level: Level

    @property
    def allowed(self) -> bool:
        """Whether access could have been held."""
        return not self.failed

    @property
    def sentence(self) -> str:
        """The answer, for people."""
        if self.allowed:
            return f"Would have allowed access up to {self.level.title}."
        return "Would have refused. What did not hold: " + " ".join(guard.sentence for guard in self.failed)


def replay(facts: Facts, versions: Sequence[Rules]) -> tuple[Replay, ...]:
    """The answer of every version to the facts of one moment, the oldest version first.

    A version is asked even about days before its date: the question is what it would have said.
    Limits: who records it does not matter here, so the guard on that is left out.
    """
    confirm = machine("access").move("confirm")
    today = in_force(versions, facts.at)
    answers = []
    for rules in sorted(versions, key=lambda rules: rules.since):
        under = replace(facts, rules=rules, another=True)
        lacking = failed(confirm, under)
        level = Level.UNCLASSIFIED if lacking else reachable(under)
        answers.append(Replay(rules=rules, in_force=rules == today, failed=lacking, level=level))
    return tuple(answers)
