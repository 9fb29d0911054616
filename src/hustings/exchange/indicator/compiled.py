# ruff: noqa: N802 - the reader's methods are named by the rules of the grammar
"""A STIX pattern as a small tree of plain JSON, or why nothing here can tell whether it holds.

What is seen here comes one by one: an ad, a post, an account. A pattern about one such thing is matched; one that asks for
several in an order or within a time (AND, FOLLOWEDBY, WITHIN, REPEATS between observations) is not, and says so. The grammar is
the one of the standard's library; its own objects are not used, because they drop the NOT before IN and LIKE.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network
from typing import Any, cast

from stix2patterns.exceptions import ParseException
from stix2patterns.v21.grammars.STIXPatternVisitor import STIXPatternVisitor
from stix2patterns.v21.pattern import Pattern

__all__ = ["Compiled", "NotMatched", "Tree", "compile_pattern"]

Tree = list[
    Any
]  # ["=", type, path, value] | ["in", type, path, [value, ...]] | ["like" | "subset", ...] | ["and" | "or", tree, ...] | ["not", tree]
LONGEST = 20_000  # signs of a pattern
SIMPLE = re.compile(r"\[\s*([a-z0-9-]+):([a-z0-9_]+)\s*=\s*'((?:[^'\\]|\\['\\])*)'\s*\]", re.IGNORECASE)
EQUAL = r"[a-z][a-z0-9-]*:[a-z][a-z0-9_]*\s*=\s*'(?:[^'\\]|\\['\\])*'"
ONE_OF = re.compile(rf"\[\s*{EQUAL}(?:\s+OR\s+{EQUAL})+\s*\]")
NAMED = re.compile(r"([a-z][a-z0-9-]*):([a-z][a-z0-9_]*)\s*=\s*'((?:[^'\\]|\\['\\])*)'")
ESCAPED = re.compile(r"\\(.)")
STEP = re.compile(r"'[^']*'|[^.]+")


class NotMatched(ValueError):
    """The pattern is read and kept, and nothing here is compared with it; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Compiled:
    """What has to be seen, and from when until when the pattern itself says that it counts."""

    tree: Tree
    since: datetime | None = None
    until: datetime | None = None


def compile_pattern(pattern: str, normal: Callable[[str, str, str], str]) -> Compiled:
    """A pattern of STIX 2.1 as a tree.

    normal   (type of object, path, value) -> the value in the one form in which what is seen here is written too
    Raises   ValueError (its subclass NotMatched where the pattern is good STIX that is not matched here)
    Source   STIX 2.1, section 9
    """
    if len(pattern) > LONGEST:
        raise NotMatched(f"it is {len(pattern):,} signs long, more than {LONGEST:,}")
    simple = SIMPLE.fullmatch(pattern.strip())
    if simple is not None:  # most feeds hold nothing else, and a grammar takes a hundred times as long
        kind, path, value = simple.groups()
        return Compiled(tree=_equal(kind, path, value, normal))
    if ONE_OF.fullmatch(pattern.strip()) is not None:  # and of the rest, most nothing but several of these
        each = NAMED.findall(pattern)
        return Compiled(tree=["or", *(_equal(kind, path, value, normal) for kind, path, value in each)])
    try:
        tree = Pattern(pattern)
    except (ParseException, RecursionError) as error:
        raise ValueError(f"it is not a pattern of STIX 2.1: {error or type(error).__name__}") from error
    return cast(Compiled, tree.visit(_Reader(normal)))


class _Reader(STIXPatternVisitor):
    """Reads the grammar's tree: an observation as Compiled, a comparison as Tree."""

    def __init__(self, normal: Callable[[str, str, str], str]) -> None:
        self.normal = normal

    def visitPattern(self, at: Any) -> Compiled:
        return cast(Compiled, self.visit(at.observationExpressions()))

    def visitObservationExpressions(self, at: Any) -> Compiled:
        _alone(at)
        return cast(Compiled, self.visit(at.getChild(0)))

    def visitObservationExpressionAnd(self, at: Any) -> Compiled:
        _alone(at)
        return cast(Compiled, self.visit(at.getChild(0)))

    def visitObservationExpressionOr(self, at: Any) -> Compiled:
        each: list[Compiled] = [self.visit(one) for one in at.getChildren() if not hasattr(one, "symbol")]
        if len(each) == 1:
            return each[0]
        if len({(one.since, one.until) for one in each}) > 1:
            raise NotMatched("its parts count at different times")
        return Compiled(tree=["or", *(one.tree for one in each)], since=each[0].since, until=each[0].until)

    def visitObservationExpressionSimple(self, at: Any) -> Compiled:
        return Compiled(tree=self.visit(at.comparisonExpression()))

    def visitObservationExpressionCompound(self, at: Any) -> Compiled:
        return cast(Compiled, self.visit(at.observationExpressions()))

    def visitObservationExpressionStartStop(self, at: Any) -> Compiled:
        held: Compiled = self.visit(at.observationExpression())
        begin, end = (datetime.fromisoformat(str(one)[2:-1]) for one in at.startStopQualifier().TimestampLiteral())
        return Compiled(
            tree=held.tree,
            since=begin if held.since is None else max(begin, held.since),
            until=end if held.until is None else min(end, held.until),
        )

    def visitObservationExpressionWithin(self, at: Any) -> Compiled:
        raise NotMatched("it counts how soon things are seen (WITHIN), and they are looked at one by one")

    def visitObservationExpressionRepeated(self, at: Any) -> Compiled:
        raise NotMatched("it counts how often something is seen (REPEATS), and things are looked at one by one")

    def visitComparisonExpression(self, at: Any) -> Tree:
        return self._joined("or", at)

    def visitComparisonExpressionAnd(self, at: Any) -> Tree:
        return self._joined("and", at)

    def _joined(self, word: str, at: Any) -> Tree:
        each = [self.visit(one) for one in at.getChildren() if not hasattr(one, "symbol")]
        return each[0] if len(each) == 1 else [word, *each]

    def visitPropTestEqual(self, at: Any) -> Tree:
        kind, path = _path(at.objectPath())
        made = ["=", kind, path, self.normal(kind, path, _value(at.primitiveLiteral()))]
        # `!=` and a NOT before it cancel each other.
        return ["not", made] if (at.NEQ() is not None) != (at.NOT() is not None) else made

    def visitPropTestSet(self, at: Any) -> Tree:
        kind, path = _path(at.objectPath())
        return _negated(
            at, ["in", kind, path, [self.normal(kind, path, _value(one)) for one in at.setLiteral().primitiveLiteral()]]
        )

    def visitPropTestLike(self, at: Any) -> Tree:
        return _negated(at, ["like", *_path(at.objectPath()), _value(at.StringLiteral())])

    def visitPropTestIsSubset(self, at: Any) -> Tree:
        return _negated(at, ["subset", *_path(at.objectPath()), _network(_value(at.StringLiteral()))])

    def visitPropTestIsSuperset(self, at: Any) -> Tree:
        raise NotMatched("it asks whether one network holds another (ISSUPERSET)")

    def visitPropTestRegex(self, at: Any) -> Tree:
        raise NotMatched("it compares by a regular expression (MATCHES), and one of a stranger's may run for ever")

    def visitPropTestOrder(self, at: Any) -> Tree:
        raise NotMatched("it asks what is greater or less")

    def visitPropTestExists(self, at: Any) -> Tree:
        raise NotMatched("it asks whether a property is there (EXISTS)")

    def visitPropTestParen(self, at: Any) -> Tree:
        return cast(Tree, self.visit(at.comparisonExpression()))


def _equal(kind: str, path: str, value: str, normal: Callable[[str, str, str], str]) -> Tree:
    return ["=", kind, path, normal(kind, path, ESCAPED.sub(r"\1", value))]


def _alone(at: Any) -> None:
    if at.getChildCount() > 1:
        raise NotMatched(
            "it asks for several observations together (AND, FOLLOWEDBY), and things are looked at one by one"
        )


def _negated(at: Any, made: Tree) -> Tree:
    return made if at.NOT() is None else ["not", made]


def _path(at: Any) -> tuple[str, str]:
    """The type of object and the path; a list stands for any of what it holds."""
    kind, _, path = str(at.getText()).partition(":")
    steps = [step.strip("'") for step in STEP.findall(path.replace("[*]", ""))]
    if "[" in path.replace("[*]", ""):
        raise NotMatched("it asks for a place in a list")
    if any(step.endswith(("_ref", "_refs")) for step in steps[:-1]):
        raise NotMatched("it follows a reference from one object to another")
    return kind, ".".join(steps)


def _value(at: Any) -> str:
    text = str(at.getText())
    if text.startswith("'"):
        return ESCAPED.sub(r"\1", text[1:-1])
    # t'...', h'...', b'...'; numbers and words stand as they are
    return text[2:-1] if text.endswith("'") else text


def _network(text: str) -> str:
    try:
        return str(ip_network(text, strict=False))
    except ValueError as error:
        raise ValueError(f"ISSUBSET asks for a network of addresses, and {text!r} is none") from error
