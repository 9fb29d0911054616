"""Write the tables of docs/reference/policy.md from the rule itself.

    .venv/bin/python docs/policy.py

A test sees that the page holds what the rule says.
"""

from pathlib import Path

from hustings.policy.act import ACTS, EVERYBODY
from hustings.policy.advertising import AD, SPONSOR, Blocker, Door
from hustings.policy.condition import Condition
from hustings.policy.decide import POLICY_VERSION
from hustings.policy.marking import Tlp
from hustings.policy.move_drawing import diagram
from hustings.policy.role import Role

PAGE = Path(__file__).parent / "reference" / "policy.md"


def main() -> None:
    """Rewrite the page's tables."""
    PAGE.write_text(drawn(PAGE.read_text()))


def drawn(text: str) -> str:
    """The page with each table between its marks drawn again."""
    for name, table in TABLES.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end {name} -->"
        before, found, rest = text.partition(begin)
        assert found, f"the page has no mark '{name}'"
        text = before + begin + table() + end + rest.partition(end)[2]
    return text


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table of the page."""
    return "".join(f"| {' | '.join(row)} |\n" for row in [head, ["---"] * len(head), *rows])


def conditions() -> str:
    """The conditions, in the order in which a refusal names them."""
    return table(
        ["#", "condition", "holds when"],
        [[str(each.number or "+"), f"`{each.value}`", each.sentence] for each in Condition],
    )


def roles() -> str:
    """The roles of positions."""
    return table(["role", "the holder"], [[role.value, role.sentence] for role in Role])


def acts() -> str:
    """What can be done, and by whom."""
    rows = []
    for act in sorted(ACTS.values(), key=lambda act: act.name):
        who = "every role" if act.roles == EVERYBODY else ", ".join(role.value for role in Role if role in act.roles)
        asks = [
            *(["a second person"] if act.second else []),
            *(["the owner's position"] if act.of_owner else []),
            *(["every recipient may read it, the originator's consent"] if act.onward else []),
        ]
        rows.append([f"`{act.name}`", act.sentence, who, "; ".join(asks) or "–"])
    return table(["act", "what is done", "by", "asks besides"], rows)


def tlp() -> str:
    """The Traffic Light Protocol."""
    return table(["TLP 2.0", "lets know"], [[f"`{each.value}`", each.sentence] for each in Tlp])


def door(machine: Door) -> str:
    """A machine of the door as a diagram and a table."""
    rows = [
        [
            move.code,
            ", ".join(move.sources),
            move.target,
            " or ".join(move.by),
            "; ".join(
                [
                    *(["a reason"] if move.reason else []),
                    *([f"{move.people} people"] if move.people > 1 else []),
                    *(["nothing blocks it"] if move.guarded else []),
                ]
            )
            or "–",
            "; ".join(move.effects) or "–",
            move.sentence,
        ]
        for move in machine.moves
    ]
    head = ["move", "from", "to", "by", "asks", "the same instant", "in words"]
    return f"```mermaid\n{diagram(machine)}\n```\n\n{table(head, rows)}"


def blockers() -> str:
    """What keeps an approved ad from being shown."""
    return table(["blocker", "in words"], [[f"`{each.value}`", each.sentence] for each in Blocker])


TABLES = {
    "conditions": conditions,
    "roles": roles,
    "acts": acts,
    "tlp": tlp,
    "sponsor": lambda: door(SPONSOR),
    "ad": lambda: door(AD),
    "blockers": blockers,
    "version": lambda: f"`{POLICY_VERSION}`\n",
}


if __name__ == "__main__":
    main()
