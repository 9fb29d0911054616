"""Where web addresses lead to, by a table that the user supplies: nobody is asked over the network."""

__all__ = ["Redirects", "read_redirects"]

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hustings.detection.address import canonical_address
from hustings.errors import BadInput, Problem


@dataclass(frozen=True, kw_only=True)
class Redirects:
    """Addresses in canonical form, each with the one at the end of its chain.

    chains   how many led on more than once
    loops    addresses that lead back to themselves, a loop each; these stand for themselves
    """

    to: Mapping[str, str] = field(default_factory=dict)
    chains: int = 0
    loops: tuple[tuple[str, ...], ...] = ()

    def follow(self, address: str) -> str:
        """Where a canonical address leads to; itself where the table does not say."""
        return self.to.get(address, address)

    def __hash__(self) -> int:
        return hash((self.chains, self.loops, len(self.to)))


def read_redirects(path: Path) -> Redirects:
    """Read a CSV with the columns `from` and `to` (others are passed over), UTF-8.

    Raises   BadInput: with every line that is no pair of web addresses or says otherwise than a line before.
    """
    problems: list[Problem] = []
    steps: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not {"from", "to"} <= set(reader.fieldnames or ()):
                has = ", ".join(map(repr, reader.fieldnames or ())) or "an empty file"
                raise BadInput(
                    "Cannot use this as a table of redirects.",
                    [Problem(where=str(path), found=has, expected="the columns from, to", do="Name them so.")],
                )
            for row in reader:
                one, other = (canonical_address(row[name] or "") for name in ("from", "to"))
                where = f"{path}, line {reader.line_num:,}"
                if one is None or other is None:
                    wrong = row["from"] if one is None else row["to"]
                    problems.append(
                        Problem(
                            where=where, found=repr(wrong), expected="a web address", do="Mend or leave out the line."
                        )
                    )
                elif steps.setdefault(one, other) != other:
                    found = f"{one} leading to {other}, and to {steps[one]} before"
                    problems.append(Problem(where=where, found=found, expected="one end", do="Leave one of them out."))
    except OSError as error:
        found = error.strerror or str(error)
        problems.append(Problem(where=str(path), found=found, expected="a file that can be read", do="Check the name."))
    except (UnicodeDecodeError, csv.Error) as error:
        problems.append(Problem(where=str(path), found=str(error), expected="CSV in UTF-8", do="Write it again."))
    if problems:
        raise BadInput("Cannot use this as a table of redirects.", problems)
    return followed(steps)


def followed(steps: Mapping[str, str]) -> Redirects:
    """Each address with the end of its chain."""
    ends: dict[str, str] = {}
    looping: set[str] = set()
    loops = []
    for start in steps:
        path = [start]
        while path[-1] in steps and path[-1] not in ends and path[-1] not in looping:
            follows = steps[path[-1]]
            if follows in path:
                loop = path[path.index(follows) :]
                # An address that leads to itself is at its end, and no loop worth a word.
                if len(loop) > 1:
                    first = loop.index(min(loop))
                    loops.append(tuple(loop[first:] + loop[:first]))
                looping |= set(loop)
                path = path[: path.index(follows) + 1]
                break
            path.append(follows)
        end = ends.get(path[-1], path[-1])
        for address in path:
            if address not in looping and address != end:
                ends[address] = end
    chains = sum(steps[address] != end for address, end in ends.items())
    return Redirects(to=ends, chains=chains, loops=tuple(sorted(loops)))
