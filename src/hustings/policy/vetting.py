"""What a vetted researcher may read beyond the public library: the fields, the steps of a request, and each condition of a look."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

__all__ = ["LONGEST", "Field", "Hurdle", "Look", "Request", "State", "Step", "hurdles", "may_decide", "state_of"]

LONGEST = timedelta(days=366)  # from the decision to the end; who needs longer asks again


class Field(StrEnum):
    """Something of an ad that the public library leaves out. Homes, documents, mails and phones are none of these: nobody is given them."""

    PAYER = "payer name"
    ISSUER = "issuing country"
    INSTRUMENT = "instrument"
    CREATIVE = "removed creative"
    ADMINISTRATORS = "administrator countries"

    @property
    def sentence(self) -> str:
        """What it opens, for the form and the docs."""
        return SENTENCES[self]


SENTENCES = {
    Field.PAYER: "The name of a payer that the public is not shown because it is a private person's.",
    Field.ISSUER: "The country whose bank issued the card or account that paid.",
    Field.INSTRUMENT: "A mark that is the same wherever the same card or account paid, made for this request alone.",
    Field.CREATIVE: "Words and address of an ad that was removed under the policy.",
    Field.ADMINISTRATORS: "The countries from which the page is run.",
}


class State(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    RECEIVED = "received"
    REFUSED = "refused"
    GRANTED = "granted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Hurdle(StrEnum):
    """Something that has to hold before a researcher is shown anything. All must: what is missing or unknown fails."""

    IDENTITY = "identity"
    RESEARCHER = "researcher"
    GRANTED = "granted"
    SECOND = "second person"
    IN_TIME = "in time"
    STANDS = "not withdrawn"
    QUERY = "query"
    FIELDS = "fields"

    @property
    def sentence(self) -> str:
        """What has to hold, for a page and for the docs."""
        return HOLDS[self]


HOLDS = {
    Hurdle.IDENTITY: "The account is enabled, signed in with a second factor, and acts in no position here.",
    Hurdle.RESEARCHER: "It is the account that asked.",
    Hurdle.GRANTED: "The request was granted.",
    Hurdle.SECOND: "Who granted it is neither who received it nor the researcher.",
    Hurdle.IN_TIME: "Its end has not come.",
    Hurdle.STANDS: "Nobody withdrew it.",
    Hurdle.QUERY: "What is asked for was found by the query of the request when it was granted.",
    Hurdle.FIELDS: "Every field that is asked for was granted.",
}


class Step(StrEnum):
    """What becomes of a request, in order; who may is a line of the table of acts."""

    RECEIVE = "receive"
    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A request as far as a decision asks. Persons are named by their keys."""

    researcher: str
    received_by: str | None = None
    outcome: str = ""
    decided_by: str | None = None
    until: datetime | None = None
    withdrawn: bool = False
    fields: frozenset[str] = frozenset()
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """Who wants to see what: `person` is None where nobody is signed in with a second factor, or acts in a position."""

    person: str | None
    enabled: bool = True
    fields: frozenset[str] = frozenset()
    numbers: frozenset[int] = frozenset()


def hurdles(request: Request, look: Look, now: datetime) -> tuple[Hurdle, ...]:
    """Every condition that fails; none is a yes. The database asks the same again in `library_vetted_read`."""
    holds = {
        Hurdle.IDENTITY: look.person is not None and look.enabled,
        Hurdle.RESEARCHER: look.person == request.researcher,
        Hurdle.GRANTED: request.outcome == State.GRANTED,
        Hurdle.SECOND: request.decided_by not in (None, request.received_by, request.researcher) and request.received_by is not None,
        Hurdle.IN_TIME: request.until is not None and now < request.until,
        Hurdle.STANDS: not request.withdrawn,
        Hurdle.QUERY: look.numbers <= request.numbers,
        Hurdle.FIELDS: look.fields <= request.fields,
    }  # fmt: skip
    return tuple(one for one in Hurdle if not holds[one])


def state_of(request: Request, now: datetime) -> State:
    """Where it stands at this moment."""
    if request.outcome == State.REFUSED:
        return State.REFUSED
    if request.withdrawn:
        return State.WITHDRAWN
    if request.outcome == State.GRANTED:
        return State.GRANTED if request.until is not None and now < request.until else State.EXPIRED
    return State.RECEIVED if request.received_by is not None else State.ASKED


def may_decide(request: Request, step: Step, *, person: str, now: datetime, until: datetime | None = None) -> str:
    """Why this person may not take this step; empty where they may. Roles are asked of the table of acts before.

    until   the end that a grant would have
    """
    state = state_of(request, now)
    before: Collection[State] = {
        Step.RECEIVE: (State.ASKED,), Step.GRANT: (State.RECEIVED,), Step.REFUSE: (State.RECEIVED,),
        Step.WITHDRAW: (State.ASKED, State.RECEIVED, State.GRANTED),
    }[step]  # fmt: skip
    if state not in before:
        return f"The request is {state}."
    if step is Step.WITHDRAW:
        return ""
    if person == request.researcher:
        return "It is your own request."
    if step in (Step.GRANT, Step.REFUSE) and person == request.received_by:
        return "Who received it does not decide it: another person has to."
    if step is Step.GRANT and (until is None or not now < until <= now + LONGEST):
        return f"It has to end after now and within {LONGEST.days} days."
    return ""
