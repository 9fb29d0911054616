"""The machines as diagrams and tables for the docs, drawn from the data that the code runs on."""

from __future__ import annotations

from hustings.policy.advertising import Door
from hustings.policy.move import Guard, Machine, Move
from hustings.policy.moves import MACHINES

__all__ = ["chapter", "diagram", "table"]

NOTHING = "nothing yet"


def chapter() -> str:
    """Every machine with its diagram and table, then what each guard asks; Markdown."""
    parts = [
        f"### {machine.title}\n\n{machine.about}\n\n```mermaid\n{diagram(machine)}\n```\n\n{table(machine)}"
        for machine in MACHINES
    ]
    guards = "\n".join(f"| {guard} | {guard.sentence} |" for guard in Guard)
    return "\n\n".join([*parts, f"### Guards\n\n| code | what has to hold |\n| --- | --- |\n{guards}"]) + "\n"


def diagram(machine: Machine | Door) -> str:
    """A mermaid state diagram; one arrow for each pair of states, with the names of its moves."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for move in machine.moves:
        for source in move.sources:
            arrows.setdefault((source, move.target), []).append(move.code)
    lines = ["stateDiagram-v2", *(f'    state "{state}" as {name(state)}' for state in machine.states)]
    if machine.start:
        lines.append(f"    [*] --> {name(machine.start)}")
    lines += [
        f"    {name(source)} --> {name(target)}: {', '.join(codes)}" for (source, target), codes in arrows.items()
    ]
    return "\n".join(lines)


def table(machine: Machine) -> str:
    """One row for each move."""
    rows = [
        "| " + " | ".join([move.code, sources(move), move.target, " or ".join(move.who), listed(move.guards),
                           listed(move.effects), move.sentence]) + " |"
        for move in machine.moves
    ]  # fmt: skip
    head = "| move | from | to | whose decision | guards | the same instant | in words |"
    return "\n".join([head, "| --- | --- | --- | --- | --- | --- | --- |", *rows])


def sources(move: Move) -> str:
    """The states it leads out of."""
    return ", ".join(source or NOTHING for source in move.sources)


def listed(words: tuple[str, ...]) -> str:
    """The words, or a dash."""
    return ", ".join(str(word) for word in words) or "–"


def name(state: str) -> str:
    """A state as mermaid names it; nothing yet is its round start."""
    return state.replace(" ", "_") or "[*]"
