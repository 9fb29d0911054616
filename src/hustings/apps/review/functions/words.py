"""Words that the functions of review are made of: how a function runs, and Python's lists as arrays of SQL."""

from __future__ import annotations

from hustings.policy.act import act

__all__ = ["DEFINED", "KEEPS", "array", "roles"]

# Functions of PL/pgSQL keep their plans for the connection; those of SQL are planned anew by each call.
KEEPS = "LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp"
DEFINED = "LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp"


def array(words: list[str]) -> str:
    """Words as an array of SQL."""
    return "ARRAY[" + ", ".join(f"'{word}'" for word in words) + "]::text[]"


def roles(name: str) -> str:
    """The roles of an act as an array of SQL."""
    return array(sorted(role.value for role in act(name).roles))
