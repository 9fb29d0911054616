"""Asking every figure of a report again, and telling which gives another value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hustings.report.counting import QUERIES, ask
from hustings.report.counting.basis import UNSEEN, Basis
from hustings.report.documents.document import Document

__all__ = ["Again", "differing", "rerun"]


@dataclass(frozen=True, kw_only=True)
class Again:
    """A figure and what it is now.

    same     the value, and whether it can be derived at all, is what it was
    unseen   it could not be asked, now or then, for want of the right to see the rows; then nothing is said of the value
    rows     whether the rows beneath it are the same too: a value can stay while what it rests on does not
    """

    name: str
    title: str
    old: str
    new: str
    same: bool
    rows: bool
    unseen: bool = False


def rerun(document: Document, basis: Basis) -> list[Again]:
    """Ask each figure over these rows, with the parameters of the report.

    Limits   a figure whose query this version of Hustings no longer has counts as another value
    """
    found = []
    for figure in document.figures:
        if figure.name not in QUERIES:
            found.append(
                Again(
                    name=figure.name,
                    title=figure.title,
                    old=figure.text(),
                    new="no such query any more",
                    same=False,
                    rows=False,
                )
            )
            continue
        now = ask(figure.name, basis, document.parameters)
        unseen = now.why_not.startswith(UNSEEN) != figure.why_not.startswith(UNSEEN)
        same = now.value == figure.value and now.why_not == figure.why_not
        rows = now.rows_sha256 == figure.rows_sha256
        found.append(
            Again(
                name=figure.name,
                title=figure.title,
                old=figure.text(),
                new=now.text(),
                same=same,
                rows=rows,
                unseen=unseen,
            )
        )
    return found


def differing(again: Sequence[Again]) -> list[Again]:
    """Those that were asked and whose value is another."""
    return [one for one in again if not one.same and not one.unseen]
