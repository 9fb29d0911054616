"""Every machine of people and clearances: the one table from which code, pages, diagrams and tests are drawn."""

from __future__ import annotations

from hustings.policy.move import Effect, Guard, Machine, Move, Who
from hustings.policy.state import Access, Agreement, Eligibility, Facility, Held, ReadIn, Requisition, Visit

__all__ = ["MACHINES", "machine"]

GOVERNMENT, OFFICER, ADMINISTRATOR, PERSON, CAUSE = (
    (Who.GOVERNMENT,),
    (Who.SECURITY_OFFICER,),
    (Who.ADMINISTRATOR,),
    (Who.PERSON,),
    (Who.CAUSE,),
)
# A debrief takes everything with it that hung on the access.
ENDS_ACCESS = (Effect.END_READ_INS, Effect.END_GRANTS, Effect.CANCEL_VISITS, Effect.CLOSE_SESSIONS)
PAUSES_ACCESS = (Effect.CANCEL_VISITS, Effect.CLOSE_SESSIONS)
ASKING = (
    Guard.APPOINTMENT,
    Guard.ORGANISATION,
    Guard.POSITION,
    Guard.HOLDER,
    Guard.FACILITY,
    Guard.ELIGIBILITY,
    Guard.REACTIVATION,
    Guard.BREAK,
    Guard.ANOTHER,
)
CONFIRMING = (*ASKING, Guard.NDA, Guard.BRIEFING)

E = Eligibility
ELIGIBILITY = Machine(
    code="eligibility",
    title="Eligibility of a person",
    about="A government's finding about a person. It stays with the person from employer to employer, and no employer makes it.",
    states=tuple(E),
    start=E.NONE,
    moves=(
        Move(
            code="investigate",
            sources=(E.NONE, E.EXPIRED, E.DENIED, E.REVOKED, E.LOSS_OF_JURISDICTION),
            target=E.IN_PROCESS,
            who=GOVERNMENT,
            guards=(Guard.ANOTHER,),
            sentence="The government opens an investigation, or takes an open incident up again.",
        ),
        Move(
            code="give interim",
            sources=(E.IN_PROCESS,),
            target=E.INTERIM,
            who=GOVERNMENT,
            guards=(Guard.ANOTHER,),
            sentence="The government gives an interim finding; no access is opened on it here.",
        ),
        Move(
            code="find favourable",
            sources=(E.IN_PROCESS, E.INTERIM),
            target=E.FAVOURABLE,
            who=GOVERNMENT,
            guards=(Guard.ANOTHER,),
            sentence="The government finds the person eligible up to a level.",
        ),
        Move(
            code="regrade",
            sources=(E.FAVOURABLE,),
            target=E.FAVOURABLE,
            who=GOVERNMENT,
            guards=(Guard.ANOTHER,),
            effects=(Effect.LOWER,),
            sentence="The government sets another level; the earlier interval stays on record.",
        ),
        Move(
            code="suspend",
            sources=(E.INTERIM, E.FAVOURABLE),
            target=E.SUSPENDED,
            who=GOVERNMENT,
            guards=(Guard.ANOTHER,),
            effects=(Effect.SUSPEND,),
            sentence="The government suspends; access stops at once at every employer.",
        ),
        Move(
            code="reinstate",
            sources=(E.SUSPENDED,),
            target=E.FAVOURABLE,
            who=GOVERNMENT,
            guards=(Guard.ANOTHER,),
            sentence="The government lifts the suspension; each access is restored by a step of its own.",
        ),
        Move(
            code="deny",
            sources=(E.IN_PROCESS, E.INTERIM),
            target=E.DENIED,
            who=GOVERNMENT,
            guards=(Guard.ANOTHER,),
            effects=(Effect.DEBRIEF,),
            sentence="The government denies.",
        ),
        Move(
            code="revoke",
            sources=(E.INTERIM, E.FAVOURABLE, E.SUSPENDED),
            target=E.REVOKED,
            who=GOVERNMENT,
            guards=(Guard.ANOTHER,),
            effects=(Effect.DEBRIEF,),
            sentence="The government revokes; access ends at once at every employer.",
        ),
        Move(
            code="lose jurisdiction",
            sources=(E.FAVOURABLE, E.SUSPENDED),
            target=E.LOSS_OF_JURISDICTION,
            who=GOVERNMENT,
            guards=(Guard.ANOTHER,),
            effects=(Effect.DEBRIEF,),
            sentence="The person left with an incident open; the next employer has to have it resolved first.",
        ),
        Move(
            code="lapse",
            sources=(E.INTERIM, E.FAVOURABLE, E.SUSPENDED),
            target=E.EXPIRED,
            who=OFFICER,
            guards=(Guard.BREAK_OVER, Guard.ANOTHER),
            effects=(Effect.DEBRIEF,),
            sentence="The break has lasted longer than the period of the rule.",
        ),
        Move(
            code="drop from vetting",
            sources=(E.INTERIM, E.FAVOURABLE, E.SUSPENDED),
            target=E.EXPIRED,
            who=GOVERNMENT,
            guards=(Guard.ANOTHER,),
            effects=(Effect.DEBRIEF,),
            sentence="The person is dropped from continuous vetting.",
        ),
    ),
)

A = Access
ACCESS = Machine(
    code="access",
    title="Access of a person in a position",
    about="Held by one person in one position at one organisation. It never travels to another position or employer.",
    states=tuple(A),
    start=A.NOT_HELD,
    moves=(
        Move(
            code="request",
            sources=(A.NOT_HELD, A.DEBRIEFED),
            target=A.REQUESTED,
            who=OFFICER,
            guards=ASKING,
            sentence="The organisation asks the government for activation, or for reactivation after a break.",
        ),
        Move(
            code="withdraw",
            sources=(A.REQUESTED,),
            target=A.NOT_HELD,
            who=(Who.SECURITY_OFFICER, Who.CAUSE),
            sentence="The organisation takes its request back.",
        ),
        Move(
            code="refuse",
            sources=(A.REQUESTED,),
            target=A.NOT_HELD,
            who=GOVERNMENT,
            sentence="The government says no to the request.",
        ),
        Move(
            code="confirm",
            sources=(A.REQUESTED,),
            target=A.ACTIVE,
            who=GOVERNMENT,
            guards=CONFIRMING,
            gives_lowest=True,
            sentence="The government confirms; access is active at the lowest of what was asked, the person's eligibility, "
            "the facility's level and the position's.",
        ),
        Move(
            code="lower",
            sources=(A.ACTIVE,),
            target=A.ACTIVE,
            who=(Who.SECURITY_OFFICER, Who.CAUSE),
            guards=(Guard.LOWER,),
            effects=(Effect.CLOSE_SESSIONS,),
            sentence="Access goes on at a lower level.",
        ),
        Move(
            code="suspend",
            sources=(A.ACTIVE,),
            target=A.SUSPENDED,
            who=(Who.SECURITY_OFFICER, Who.GOVERNMENT, Who.CAUSE),
            effects=PAUSES_ACCESS,
            sentence="Access stops for the time being.",
        ),
        Move(
            code="restore",
            sources=(A.SUSPENDED,),
            target=A.ACTIVE,
            who=GOVERNMENT,
            guards=CONFIRMING,
            gives_lowest=True,
            sentence="Access goes on, after everything was looked at again.",
        ),
        Move(
            code="debrief",
            sources=(A.ACTIVE, A.SUSPENDED),
            target=A.DEBRIEFED,
            who=(Who.SECURITY_OFFICER, Who.CAUSE),
            effects=ENDS_ACCESS,
            sentence="Access ends; the person's eligibility stays current and its clock starts.",
        ),
    ),
)

F = Facility
FACILITY = Machine(
    code="facility",
    title="Facility clearance of a site",
    about="Of one site of one legal entity; a parent's does not cover a subsidiary, nor one site another.",
    states=tuple(F),
    start=F.NONE,
    moves=(
        Move(
            code="sponsor",
            sources=(F.NONE, F.REVOKED, F.TERMINATED),
            target=F.SPONSORED,
            who=GOVERNMENT,
            guards=(Guard.SPONSOR,),
            sentence="A government customer or a cleared prime sponsors the site; nobody applies for themself.",
        ),
        Move(
            code="assess",
            sources=(F.SPONSORED,),
            target=F.IN_PROCESS,
            who=GOVERNMENT,
            sentence="The government looks at ownership, key managers and the site.",
        ),
        Move(
            code="give interim",
            sources=(F.IN_PROCESS,),
            target=F.INTERIM,
            who=GOVERNMENT,
            sentence="An interim clearance; no access is opened on it here.",
        ),
        Move(
            code="grant",
            sources=(F.IN_PROCESS, F.INTERIM),
            target=F.GRANTED,
            who=GOVERNMENT,
            guards=(Guard.SAFEGUARDING,),
            sentence="The site is cleared up to a level, and for keeping material up to a level or not at all.",
        ),
        Move(
            code="regrade",
            sources=(F.GRANTED,),
            target=F.GRANTED,
            who=GOVERNMENT,
            guards=(Guard.SAFEGUARDING,),
            effects=(Effect.LOWER,),
            sentence="The government sets another level or safeguarding.",
        ),
        Move(
            code="invalidate",
            sources=(F.INTERIM, F.GRANTED),
            target=F.INVALIDATED,
            who=GOVERNMENT,
            effects=(Effect.SUSPEND,),
            sentence="Ownership changed, a key manager is uncleared or gone, or there is a deficiency: no access until cured.",
        ),
        Move(
            code="cure",
            sources=(F.INVALIDATED,),
            target=F.GRANTED,
            who=GOVERNMENT,
            guards=(Guard.SAFEGUARDING,),
            sentence="What was wrong is put right; each access is restored by a step of its own.",
        ),
        Move(
            code="revoke",
            sources=(F.INTERIM, F.GRANTED, F.INVALIDATED),
            target=F.REVOKED,
            who=GOVERNMENT,
            effects=(Effect.SUSPEND,),
            sentence="The government takes the clearance away.",
        ),
        Move(
            code="terminate",
            sources=(F.SPONSORED, F.IN_PROCESS, F.INTERIM, F.GRANTED, F.INVALIDATED),
            target=F.TERMINATED,
            who=GOVERNMENT,
            effects=(Effect.SUSPEND,),
            sentence="The need has ended.",
        ),
    ),
)

POSITION = Machine(
    code="position",
    title="Position at a site",
    about="What a post requires and lets its holder do, tied to a contract or agreement.",
    states=tuple(Held),
    start="",
    moves=(
        Move(
            code="open",
            sources=("", Held.ENDED),
            target=Held.IN_FORCE,
            who=ADMINISTRATOR,
            guards=(Guard.ORGANISATION, Guard.ANOTHER),
            sentence="A post with its roles is opened; it requires no access yet.",
        ),
        Move(
            code="change roles",
            sources=(Held.IN_FORCE,),
            target=Held.IN_FORCE,
            who=ADMINISTRATOR,
            guards=(Guard.ORGANISATION, Guard.ANOTHER),
            effects=(Effect.CLOSE_SESSIONS,),
            sentence="The post lets its holder do other things; who is in it signs in anew.",
        ),
        Move(
            code="require access",
            sources=(Held.IN_FORCE,),
            target=Held.IN_FORCE,
            who=OFFICER,
            guards=(Guard.INSTRUMENT, Guard.ANOTHER),
            effects=(Effect.LOWER, Effect.DEBRIEF, Effect.END_READ_INS),
            sentence="The post requires access at another level or other compartments; where it requires none, access ends.",
        ),
        Move(
            code="end",
            sources=(Held.IN_FORCE,),
            target=Held.ENDED,
            who=(Who.ADMINISTRATOR, Who.SECURITY_OFFICER),
            guards=(Guard.ANOTHER,),
            effects=(Effect.END_APPOINTMENTS,),
            sentence="The post, or the contract it is tied to, ends.",
        ),
    ),
)

APPOINTMENT = Machine(
    code="appointment",
    title="Person in a position",
    about="One person in one position. Sessions, access and grants belong to it and end with it.",
    states=tuple(Held),
    start="",
    moves=(
        Move(
            code="take up",
            sources=("", Held.ENDED),
            target=Held.IN_FORCE,
            who=PERSON,
            guards=(Guard.INVITATION, Guard.POSITION_IN_FORCE, Guard.ORGANISATION),
            effects=(Effect.RECUSE,),
            sentence="The invited person takes the position up; no access comes with it, and a former official is recused.",
        ),
        Move(
            code="leave",
            sources=(Held.IN_FORCE,),
            target=Held.ENDED,
            who=(Who.SECURITY_OFFICER, Who.ADMINISTRATOR, Who.PERSON, Who.CAUSE),
            effects=(Effect.DEBRIEF, *ENDS_ACCESS),
            sentence="The person leaves the position, and access ends the same instant.",
        ),
    ),
)

AGREEMENT = Machine(
    code="agreement",
    title="Agreement, training or briefing",
    about="What a reader has signed or done, until when it counts.",
    states=tuple(Agreement),
    start="",
    moves=(
        Move(
            code="sign",
            sources=("", Agreement.SIGNED, Agreement.ENDED),
            target=Agreement.SIGNED,
            who=OFFICER,
            guards=(Guard.ANOTHER,),
            sentence="The person signed, or was trained or briefed, perhaps anew.",
        ),
        Move(
            code="end",
            sources=(Agreement.SIGNED,),
            target=Agreement.ENDED,
            who=OFFICER,
            guards=(Guard.ANOTHER,),
            effects=(Effect.SUSPEND,),
            sentence="It no longer binds or counts; access stops until it does again.",
        ),
    ),
)

READ_IN = Machine(
    code="read-in",
    title="Read-in to a compartment",
    about="Of a person in a position; it ends with the access at the latest.",
    states=tuple(ReadIn),
    start="",
    moves=(
        Move(
            code="read in",
            sources=("", ReadIn.DEBRIEFED),
            target=ReadIn.READ_IN,
            who=OFFICER,
            guards=(Guard.APPOINTMENT, Guard.ACCESS, Guard.COMPARTMENT, Guard.ANOTHER),
            sentence="The person is told what the compartment is about, and signs.",
        ),
        Move(
            code="debrief",
            sources=(ReadIn.READ_IN,),
            target=ReadIn.DEBRIEFED,
            who=(Who.SECURITY_OFFICER, Who.CAUSE),
            effects=(Effect.CLOSE_SESSIONS,),
            sentence="The person leaves the compartment.",
        ),
    ),
)

R = Requisition
REQUISITION = Machine(
    code="requisition",
    title="Filling a post that needs a clearance",
    about="From the opening to the first day with access, or to its closing.",
    states=tuple(R),
    start="",
    moves=(
        Move(
            code="open",
            sources=("", R.FILLED, R.CLOSED),
            target=R.OPEN,
            who=OFFICER,
            guards=(Guard.POSITION,),
            sentence="Somebody is looked for, for a post that requires access.",
        ),
        Move(
            code="name candidate",
            sources=(R.OPEN,),
            target=R.CANDIDATE,
            who=OFFICER,
            guards=(Guard.CANDIDATE, Guard.ANOTHER),
            sentence="A candidate is named, with the last eligibility they state and how they would be employed.",
        ),
        Move(
            code="drop candidate",
            sources=(R.CANDIDATE, R.OFFERED, R.REACTIVATION),
            target=R.OPEN,
            who=OFFICER,
            sentence="The candidate is out of the running, or the government said no.",
        ),
        Move(
            code="offer",
            sources=(R.CANDIDATE,),
            target=R.OFFERED,
            who=OFFICER,
            guards=(Guard.POSITION, Guard.COOLING_OFF, Guard.ANOTHER),
            sentence="An offer on condition that access is confirmed; a former official will keep out of the former agency's requests.",
        ),
        Move(
            code="request reactivation",
            sources=(R.OFFERED,),
            target=R.REACTIVATION,
            who=OFFICER,
            guards=ASKING,
            effects=(Effect.ASK_ACCESS,),
            sentence="The candidate has taken the position up, and the organisation asks the government.",
        ),
        Move(
            code="fill",
            sources=(R.REACTIVATION,),
            target=R.FILLED,
            who=OFFICER,
            guards=(Guard.ACCESS,),
            sentence="Access is active; the post is filled.",
        ),
        Move(
            code="close",
            sources=(R.OPEN, R.CANDIDATE, R.OFFERED, R.REACTIVATION),
            target=R.CLOSED,
            who=OFFICER,
            sentence="Nobody is looked for any more.",
        ),
    ),
)

V = Visit
VISIT = Machine(
    code="visit",
    title="Visit to a reading room",
    about="What is not kept here is read where it is; the authorisation carries level and need-to-know.",
    states=tuple(V),
    start="",
    moves=(
        Move(
            code="ask",
            sources=("",),
            target=V.ASKED,
            who=PERSON,
            guards=(Guard.APPOINTMENT, Guard.ACCESS, Guard.FACILITY, Guard.NEED, Guard.HOURS),
            sentence="A person with access asks for an hour in a reading room.",
        ),
        Move(
            code="authorise",
            sources=(V.ASKED,),
            target=V.AUTHORISED,
            who=OFFICER,
            guards=(Guard.APPOINTMENT, Guard.ACCESS, Guard.FACILITY, Guard.NEED, Guard.HOURS, Guard.ANOTHER),
            sentence="The security officer sends level and need-to-know ahead.",
        ),
        Move(
            code="refuse", sources=(V.ASKED,), target=V.REFUSED, who=OFFICER, sentence="The security officer says no."
        ),
        Move(
            code="cancel",
            sources=(V.ASKED, V.AUTHORISED),
            target=V.CANCELLED,
            who=(Who.PERSON, Who.SECURITY_OFFICER, Who.CAUSE),
            sentence="The visit will not take place.",
        ),
        Move(code="record", sources=(V.AUTHORISED,), target=V.DONE, who=OFFICER, sentence="The visit took place."),
    ),
)

ORGANISATION = Machine(
    code="organisation",
    title="Organisation here",
    about="One legal entity that takes part. While it does not, nobody acts for it.",
    states=tuple(Held),
    start="",
    moves=(
        Move(
            code="join",
            sources=("", Held.ENDED),
            target=Held.IN_FORCE,
            who=(Who.OPERATOR,),
            sentence="The organisation takes part from now on.",
        ),
        Move(
            code="leave",
            sources=(Held.IN_FORCE,),
            target=Held.ENDED,
            who=(Who.OPERATOR,),
            effects=(Effect.END_APPOINTMENTS,),
            sentence="The organisation takes part no more; everybody leaves their position there.",
        ),
    ),
)

MACHINES = (ELIGIBILITY, ACCESS, FACILITY, POSITION, APPOINTMENT, AGREEMENT, READ_IN, REQUISITION, VISIT, ORGANISATION)
BY_CODE = {machine.code: machine for machine in MACHINES}


def machine(code: str) -> Machine:
    """The machine of this name; KeyError if there is none."""
    return BY_CODE[code]
