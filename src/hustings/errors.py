"""What a person or a file can get wrong, said once and clearly.

Every package derives its own errors from `HustingsError`; the command line turns them into one
message and the exit code they carry, an API into a 4xx with the stable `code`.
"""

__all__ = ["BadInput", "EnvironmentLacks", "HustingsError", "Problem"]

from collections.abc import Sequence
from dataclasses import dataclass


class HustingsError(Exception):
    """Base of all errors that people cause and can mend."""

    code = "hustings_error"
    exit_code = 2


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong: where, what was found, what was expected, what to do."""

    where: str
    found: str
    expected: str
    do: str

    def __str__(self) -> str:
        return f"{self.where}: found {self.found}; expected {self.expected}. {self.do}"


class BadInput(HustingsError):
    """An input cannot be used; carries all of its problems at once."""

    code = "bad_input"

    def __init__(self, what: str, problems: Sequence[Problem] = ()) -> None:
        self.what = what
        self.problems = tuple(problems)
        super().__init__("\n".join([what, *(f"  - {problem}" for problem in self.problems)]))


class EnvironmentLacks(HustingsError):
    """The machine lacks something the command needs (disk, a package, memory)."""

    code = "environment_lacks"
    exit_code = 3
