"""What can be done beyond reading, by which roles, and what needs a second person: a table."""

from __future__ import annotations

from dataclasses import dataclass

from hustings.policy.role import Role

__all__ = ["ACTS", "Act", "act"]

EVERYBODY = frozenset(Role)


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """One thing that somebody can do.

    roles      a position with one of them may
    sentence   what is done, for a page, the log and the docs
    second     another person has to have asked for it
    of_owner   only at the organisation that owns the item
    onward     what is passed on: every recipient has to be one who may read it
    """

    name: str
    roles: frozenset[Role]
    sentence: str
    second: bool = False
    of_owner: bool = False
    onward: bool = False


def acts(*rows: Act) -> dict[str, Act]:
    """Acts by name; two of one name are a mistake."""
    table = {row.name: row for row in rows}
    assert len(table) == len(rows), "two acts have one name"
    return table


WORKING = frozenset({Role.ANALYST, Role.REVIEWER, Role.VERIFIER, Role.LIAISON})
RELEASING = frozenset({Role.REVIEWER, Role.LIAISON})

# A liaison seconds where an organisation has one reviewer.
ANSWERING = frozenset({Role.REVIEWER, Role.PUBLIC_INFORMATION, Role.LIAISON})
CASEWORK = frozenset({Role.ANALYST, Role.REVIEWER, Role.LIAISON})
SEARCHING = frozenset({Role.ANALYST, Role.REVIEWER, Role.LIAISON, Role.AUDITOR})

ACTS = acts(
    # Items
    Act(name="read", roles=EVERYBODY, sentence="Read an item."),
    Act(name="make item", roles=EVERYBODY, sentence="Record something that carries a marking."),
    Act(
        name="edit item", roles=WORKING, sentence="Change the text of an item of one's own organisation.", of_owner=True
    ),
    Act(
        name="relabel",
        roles=RELEASING,
        sentence="Give an item of one's own organisation another marking.",
        of_owner=True,
    ),
    Act(
        name="release",
        roles=RELEASING,
        sentence="Approve a lower marking for what was made from an item of one's own organisation.",
        second=True,
        of_owner=True,
    ),
    Act(
        name="grant need",
        roles=frozenset({Role.REVIEWER, Role.LIAISON, Role.SECURITY_OFFICER}),
        sentence="Name another person who needs to know an item or a case, for a purpose and until an end.",
        second=True,
    ),
    Act(
        name="withdraw need",
        roles=frozenset({Role.REVIEWER, Role.LIAISON, Role.SECURITY_OFFICER}),
        sentence="End a person's need to know before its time.",
    ),
    Act(name="recuse", roles=EVERYBODY, sentence="Keep out of an item, a case or an organisation's affairs."),
    Act(name="consent", roles=RELEASING, sentence="Let what one's own organisation owns be passed on.", of_owner=True),
    Act(name="export", roles=WORKING, sentence="Take an item out of the platform.", onward=True),
    Act(
        name="share", roles=frozenset({Role.LIAISON, Role.REVIEWER}), sentence="Pass an item on to others.", onward=True
    ),
    Act(name="print", roles=WORKING, sentence="Put an item on paper.", onward=True),
    Act(name="quote", roles=WORKING, sentence="Use the words of an item in another.", onward=True),
    # People
    Act(
        name="see roster",
        roles=frozenset({Role.SECURITY_OFFICER, Role.AUDITOR}),
        sentence="Read who holds what at one's own organisation.",
    ),
    Act(
        name="keep clearances",
        roles=frozenset({Role.SECURITY_OFFICER}),
        sentence="Record what is decided about clearances, agreements, read-ins, posts to fill and visits.",
    ),
    Act(
        name="see posts",
        roles=frozenset({Role.SECURITY_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR}),
        sentence="Read the positions and sites of one's own organisation.",
    ),
    Act(
        name="keep positions",
        roles=frozenset({Role.ADMINISTRATOR}),
        sentence="Open, change and end positions and sites of one's own organisation.",
    ),
    Act(name="invite", roles=frozenset({Role.ADMINISTRATOR}), sentence="Offer somebody a position."),
    Act(
        name="off-board",
        roles=frozenset({Role.ADMINISTRATOR, Role.SECURITY_OFFICER}),
        sentence="End every position of a person at one's own organisation.",
    ),
    Act(
        name="recover account",
        roles=frozenset({Role.ADMINISTRATOR, Role.SECURITY_OFFICER}),
        sentence="Let a colleague who can do no more than oneself back into their account.",
    ),
    Act(name="book visit", roles=EVERYBODY, sentence="Ask for an hour in a reading room."),
    Act(
        name="change rule",
        roles=frozenset({Role.ADMINISTRATOR}),
        sentence="Record a version of the rule on who may hold access, from a future day on.",
    ),
    # Tips and sweeps
    Act(name="list tips", roles=SEARCHING, sentence="See the list of tips, as far as one is named for them."),
    Act(name="receive tip", roles=frozenset({Role.LIAISON}), sentence="Record what a partner gave, under its marking."),
    Act(name="answer tip", roles=frozenset({Role.LIAISON}), sentence="Tell the source what came of its tip."),
    Act(
        name="list sweeps",
        roles=SEARCHING,
        sentence="See the searches that were asked for, as far as one may know them.",
    ),
    Act(
        name="register table",
        roles=frozenset({Role.ANALYST}),
        sentence="Register a table of posts that can be searched.",
    ),
    Act(
        name="ask for a sweep",
        roles=frozenset({Role.ANALYST, Role.LIAISON}),
        sentence="Ask for a search of a population.",
    ),
    Act(
        name="second a sweep",
        roles=frozenset({Role.REVIEWER}),
        sentence="Agree to a search that another person asked for, or not.",
        second=True,
    ),
    Act(
        name="propose tear-line",
        roles=frozenset({Role.ANALYST, Role.LIAISON}),
        sentence="Propose what may be told of an item.",
    ),
    # Evidence packages of ads
    Act(
        name="hand over public",
        roles=WORKING | {Role.PUBLIC_INFORMATION, Role.AUDITOR},
        sentence="Make a package of what the public library shows of ads.",
    ),
    Act(
        name="hand over committee",
        roles=RELEASING,
        sentence="Make a package of ads for a committee: also amounts by instrument under a pseudonym, accounts, administrators' countries.",
    ),
    Act(
        name="hand over law-enforcement",
        roles=frozenset({Role.REVIEWER}),
        sentence="Make a package of all that is held about ads, payment instruments and administrators by their fingerprints.",
    ),
    # The log
    Act(name="read log", roles=EVERYBODY, sentence="Read the log: auditors all they may know, others their own acts."),
    Act(name="export log", roles=frozenset({Role.AUDITOR}), sentence="Take the log away, to check it elsewhere."),
    # Findings
    Act(
        name="list findings",
        roles=WORKING | {Role.PUBLIC_INFORMATION},
        sentence="See the list of findings and runs, as far as one may know them.",
    ),
    Act(
        name="load run",
        roles=frozenset({Role.ANALYST, Role.REVIEWER, Role.LIAISON}),
        sentence="Load what a run of detection found.",
    ),
    Act(
        name="open actor names",
        roles=frozenset({Role.ANALYST, Role.REVIEWER, Role.LIAISON}),
        sentence="See who stands behind the pseudonyms of one finding of one's own organisation, for a stated reason.",
        of_owner=True,
    ),
    # Review
    Act(
        name="list reviews",
        roles=frozenset({Role.REVIEWER, Role.VERIFIER, Role.AUDITOR}),
        sentence="See what waits for a decision at one's own organisation, what was decided, and by which reason.",
    ),
    Act(name="review ads", roles=frozenset({Role.REVIEWER}), sentence="Take an ad that waits, and decide it."),
    Act(
        name="verify sponsors",
        roles=frozenset({Role.VERIFIER}),
        sentence="Take an advertiser who waits, and decide whether they are who they say.",
    ),
    Act(
        name="undo a decision",
        roles=frozenset({Role.REVIEWER, Role.VERIFIER}),
        sentence="Undo another person's decision, for a stated reason; somebody else decides afresh.",
        second=True,
    ),
    Act(
        name="deliver again",
        roles=frozenset({Role.REVIEWER, Role.VERIFIER}),
        sentence="Let what follows from a decision and could not be delivered be tried again.",
    ),
    # Advertisers
    Act(name="advertise", roles=frozenset(), sentence="Act for an advertiser: nobody does so from a position."),
    Act(
        name="list sponsors",
        roles=frozenset({Role.VERIFIER, Role.REVIEWER, Role.AUDITOR}),
        sentence="See the advertisers of one's own organisation's door, what they handed in and what was checked.",
    ),
    Act(
        name="open document",
        roles=frozenset({Role.VERIFIER}),
        sentence="Open a sealed document of an advertiser, for a stated reason.",
    ),
    Act(
        name="suspend sponsor",
        roles=frozenset({Role.VERIFIER, Role.REVIEWER}),
        sentence="Hold an advertiser while a doubt is looked into, or end that.",
    ),
    Act(
        name="load register",
        roles=frozenset({Role.VERIFIER}),
        sentence="Load an edition of a public register, against which advertisers are checked.",
    ),
    # Ads and elections
    Act(
        name="see ads",
        roles=WORKING | {Role.AUDITOR, Role.PUBLIC_INFORMATION},
        sentence="See the ads at the door of one's own organisation, and who stands behind them.",
    ),
    Act(
        name="take ads in",
        roles=frozenset({Role.ANALYST, Role.REVIEWER, Role.VERIFIER}),
        sentence="Read archives of ads in, hand ads in for advertisers, and record what was delivered.",
    ),
    Act(
        name="hold ads",
        roles=frozenset({Role.REVIEWER}),
        sentence="Hold, remove or put back an ad, or find that one that ran was political.",
    ),
    Act(
        name="ask to expunge",
        roles=frozenset({Role.REVIEWER, Role.PUBLIC_INFORMATION}),
        sentence="Ask that a record of the library be made unreadable for ever, on a court's order or for a private person's safety.",
    ),
    Act(
        name="expunge",
        roles=frozenset({Role.REVIEWER, Role.PUBLIC_INFORMATION}),
        sentence="Agree that a record of the library be made unreadable for ever, or not.",
        second=True,
    ),
    # Vetted researchers
    Act(
        name="list vetted access",
        roles=frozenset({Role.REVIEWER, Role.PUBLIC_INFORMATION, Role.LIAISON, Role.AUDITOR}),
        sentence="See what researchers asked to read beyond the public library, what was decided, and what they read.",
    ),
    Act(
        name="receive vetted access",
        roles=ANSWERING,
        sentence="Receive a researcher's request: look at who they are, what for, and how they keep it.",
    ),
    Act(
        name="decide on vetted access",
        roles=frozenset({Role.REVIEWER, Role.PUBLIC_INFORMATION}),
        sentence="Grant or refuse what a researcher asked for and another person received, or withdraw it.",
        second=True,
    ),
    Act(
        name="withdraw vetted access",
        roles=frozenset({Role.REVIEWER, Role.PUBLIC_INFORMATION}),
        sentence="End a researcher's access before its time.",
    ),
    Act(
        name="keep elections",
        roles=frozenset({Role.ANALYST, Role.REVIEWER, Role.LIAISON}),
        sentence="Record elections and how people may vote in them, with the source.",
    ),
    # Cases
    Act(name="list leads", roles=SEARCHING, sentence="See what should be looked at, as far as one may know it."),
    Act(
        name="record lead",
        roles=WORKING | {Role.PUBLIC_INFORMATION},
        sentence="Record that something should be looked at.",
    ),
    Act(
        name="load fact-checks",
        roles=CASEWORK,
        sentence="Load what newsrooms checked, and tell as leads which ads and findings say the same.",
    ),
    Act(name="dispose of lead", roles=CASEWORK, sentence="Take a lead up in a case, or dismiss it for a reason."),
    Act(name="list cases", roles=SEARCHING, sentence="See the cases and campaigns that one may know."),
    Act(name="open case", roles=CASEWORK, sentence="Open a case."),
    Act(name="work on case", roles=CASEWORK, sentence="Add to a case of one's own organisation.", of_owner=True),
    Act(
        name="merge cases",
        roles=frozenset({Role.REVIEWER, Role.LIAISON}),
        sentence="Let a case of one's own organisation be read as part of another, or end that.",
        of_owner=True,
    ),
    Act(
        name="hold case",
        roles=frozenset({Role.REVIEWER, Role.LIAISON}),
        sentence="Keep everything of a case for a proceeding, or end that.",
        of_owner=True,
    ),
    Act(name="list look-backs", roles=SEARCHING, sentence="See what was missed before, and whether it is closed."),
    Act(
        name="look back",
        roles=CASEWORK,
        sentence="Review afterwards what was missed in a case of one's own organisation.",
        of_owner=True,
    ),
    Act(
        name="second a replay",
        roles=frozenset({Role.REVIEWER, Role.ANALYST}),
        sentence="Agree that a table is searched again, as another person asked.",
        second=True,
        of_owner=True,
    ),
    Act(
        name="settle a miss",
        roles=frozenset({Role.REVIEWER, Role.LIAISON}),
        sentence="Say that a vulnerability another person recorded is closed, or why it stays.",
        second=True,
        of_owner=True,
    ),
    Act(
        name="accept member",
        roles=frozenset({Role.REVIEWER, Role.ANALYST}),
        sentence="Accept on evidence that something belongs to a campaign, as another person proposed.",
        second=True,
        of_owner=True,
    ),
    Act(name="seal evidence", roles=CASEWORK, sentence="Seal an original or a working copy as evidence."),
    Act(
        name="name safety contact",
        roles=CASEWORK,
        sentence="Name whom one's organisation calls about a gathering to come.",
    ),
    Act(name="list known actors", roles=SEARCHING, sentence="See the profiles that one may know, and what came back."),
    Act(name="keep known actors", roles=CASEWORK, sentence="Make the profile of somebody who acted before."),
    Act(
        name="change known actor",
        roles=CASEWORK,
        sentence="Add to a profile of one's own organisation, or say that something of it was removed.",
        of_owner=True,
    ),
    Act(
        name="plan enforcement",
        roles=CASEWORK,
        sentence="Plan what is to be done to accepted members of a campaign of one's own organisation.",
        of_owner=True,
    ),
    Act(
        name="approve plan",
        roles=frozenset({Role.REVIEWER}),
        sentence="Approve what another person plans to do to members of a campaign, or not.",
        second=True,
        of_owner=True,
    ),
    Act(
        name="run plan",
        roles=frozenset({Role.REVIEWER, Role.LIAISON}),
        sentence="Hand an approved plan over in stages, record what came of it, and put the notices off.",
        of_owner=True,
    ),
    Act(
        name="roll back plan",
        roles=frozenset({Role.REVIEWER}),
        sentence="Let what a plan did be undone, for all targets or some.",
        of_owner=True,
    ),
    Act(
        name="list disclosures",
        roles=SEARCHING,
        sentence="See who outside was told what, as far as one may know what they were told.",
    ),
    Act(
        name="keep register",
        roles=CASEWORK,
        sentence="Keep receipts of disclosures, say what was not as it was told, and that recipients have the correction.",
    ),
    Act(
        name="redact evidence",
        roles=CASEWORK,
        sentence="Make a working copy of a sealed original with parts taken out, each for a reason.",
    ),
    Act(
        name="show evidence",
        roles=frozenset({Role.REVIEWER, Role.LIAISON}),
        sentence="Let whom a plan acts against see a sealed object, at the address of their notice.",
        of_owner=True,
    ),
    Act(
        name="list legal process",
        roles=SEARCHING,
        sentence="See what authorities and others asked for, as far as one may know it.",
    ),
    Act(
        name="receive legal process",
        roles=RELEASING,
        sentence="Record a subpoena, warrant, order or request about a case of one's own organisation, with its scope.",
        of_owner=True,
    ),
    Act(
        name="approve legal process",
        roles=RELEASING,
        sentence="Approve as counsel of the case, or refuse, what another person received.",
        second=True,
        of_owner=True,
    ),
    Act(
        name="answer legal process",
        roles=RELEASING,
        sentence="Question, answer or take back what was received, delay the notice to users, and pass notices on.",
        of_owner=True,
    ),
    Act(
        name="keep hearing book",
        roles=CASEWORK,
        sentence="Write down what may be asked about a case of one's own organisation, and what is answered with which figure.",
        of_owner=True,
    ),
    Act(
        name="approve hearing answer",
        roles=RELEASING,
        sentence="Agree that an answer another person wrote is said so.",
        second=True,
        of_owner=True,
    ),
    Act(
        name="write report",
        roles=CASEWORK,
        sentence="Write a report of a case, freeze it with its figures and ask for its approval, and correct what was published.",
        of_owner=True,
    ),
    Act(
        name="approve report",
        roles=RELEASING,
        sentence="Approve and publish a report as another person froze it, or not.",
        second=True,
        of_owner=True,
    ),
    # What people ask about themselves
    Act(name="work on a request", roles=ANSWERING, sentence="Work on what a person asks about their own data."),
    Act(
        name="refuse a request",
        roles=ANSWERING,
        sentence="Agree that a person's request is refused, or not.",
        second=True,
    ),
)


def act(name: str) -> Act:
    """The act of this name.

    Raises   KeyError for a name that the table does not have: nobody may do what nobody described.
    """
    return ACTS[name]
