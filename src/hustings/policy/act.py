"""What can be done beyond reading, by which roles, and what needs a second person: a table."""

from __future__ import annotations

from dataclasses import dataclass

from hustings.policy.role import Role

__all__ = ["ACTS", "EVERYBODY", "Act", "act"]

EVERYBODY = frozenset(Role) - {Role.SERVICE}  # a service account is nobody


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
ON_ELECTIONS = WORKING | {Role.SUPERVISOR, Role.PUBLIC_INFORMATION}

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
        roles=frozenset({Role.REVIEWER, Role.VERIFIER, Role.AUDITOR, Role.SUPERVISOR}),
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
    Act(
        name="keep review rules",
        roles=frozenset({Role.SUPERVISOR}),
        sentence="Put rules of review in force: second looks, what goes by chance, how much of what is hard to bear.",
    ),
    Act(
        name="keep reviewers",
        roles=frozenset({Role.SUPERVISOR}),
        sentence="Record which languages a colleague reads, and who adjudicates.",
    ),
    Act(
        name="decide in bulk",
        roles=frozenset({Role.REVIEWER, Role.VERIFIER}),
        sentence="Propose one decision about many works that wait, and decide them once another person agreed.",
    ),
    Act(
        name="agree to decide in bulk",
        roles=frozenset({Role.REVIEWER, Role.VERIFIER}),
        sentence="Agree to one decision about many works that another person proposed, or roll it back.",
        second=True,
    ),
    # Quality of review
    Act(
        name="see review quality",
        roles=frozenset({Role.SUPERVISOR, Role.AUDITOR}),
        sentence="See how much waits, how often decisions are wrong and how far people agree; never how fast anybody is.",
    ),
    Act(
        name="keep gold",
        roles=frozenset({Role.SUPERVISOR}),
        sentence="Put items with a known answer among the work, and take them out again.",
    ),
    Act(
        name="sample decisions",
        roles=frozenset({Role.SUPERVISOR}),
        sentence="Draw decisions that are looked at again, and say which wrong one was a slip.",
    ),
    # Staffing
    Act(
        name="see staffing",
        roles=frozenset({Role.SUPERVISOR, Role.AUDITOR}),
        sentence="See how many people review needs, of which kind, by when, and what that rests on.",
    ),
    Act(
        name="plan staffing",
        roles=frozenset({Role.SUPERVISOR}),
        sentence="Write the assumptions of staffing, hand in earlier work and shifts, and ask for a plan.",
    ),
    # Equal treatment
    Act(
        name="see rights audits",
        roles=frozenset({Role.RIGHTS_AUDITOR, Role.SUPERVISOR, Role.AUDITOR, Role.PUBLIC_INFORMATION, Role.LIAISON}),
        sentence="See how texts fare that differ in party, group, name or language alone, and which policy version waits.",
    ),
    Act(
        name="audit rights",
        roles=frozenset({Role.RIGHTS_AUDITOR}),
        sentence="Hand in matched texts, and put them through screening and among the work of reviewers.",
    ),
    Act(
        name="release policy",
        roles=frozenset({Role.SUPERVISOR}),
        sentence="Put a policy version in force that was audited, or ask for it in spite of a gap.",
    ),
    Act(
        name="override a gap",
        roles=frozenset({Role.SUPERVISOR, Role.LIAISON}),
        sentence="Agree that a policy version is released in spite of a gap, as another person asked; both are named in public.",
        second=True,
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
    # Elections
    Act(
        name="keep elections",
        roles=frozenset({Role.ANALYST, Role.REVIEWER, Role.LIAISON}),
        sentence="Record elections and how people may vote in them, with the source; load lists of them; say which source the plan follows.",
    ),
    Act(
        name="see election work",
        roles=ON_ELECTIONS | {Role.AUDITOR},
        sentence="See what one's own organisation does for an election: its tier, tasks, assessments and operations room.",
    ),
    Act(
        name="take election on",
        roles=frozenset({Role.ANALYST, Role.REVIEWER, Role.LIAISON, Role.SUPERVISOR}),
        sentence="Say that one's own organisation works on an election, from which its plan follows.",
    ),
    Act(
        name="judge risk tier",
        roles=frozenset({Role.REVIEWER, Role.LIAISON, Role.SUPERVISOR}),
        sentence="Judge how much work an election is worth, with what the judgement rests on.",
    ),
    Act(
        name="work on election",
        roles=ON_ELECTIONS,
        sentence="Take, hand over, do and drop tasks of an election, and add further ones.",
    ),
    Act(
        name="assess threats",
        roles=CASEWORK,
        sentence="Write who may do what to an election, as a version of an assessment.",
    ),
    Act(
        name="approve assessment",
        roles=frozenset({Role.REVIEWER, Role.LIAISON}),
        sentence="Stand by what another person wrote of the threats to an election, or send it back.",
        second=True,
    ),
    Act(
        name="list red-team trials",
        roles=SEARCHING | {Role.SUPERVISOR},
        sentence="See how the search was tried with planted campaigns, as far as one may know the table.",
    ),
    Act(
        name="ask for a red-team trial",
        roles=frozenset({Role.ANALYST, Role.LIAISON}),
        sentence="Ask that the live search of a table is tried with a planted campaign.",
    ),
    Act(
        name="second a red-team trial",
        roles=frozenset({Role.REVIEWER}),
        sentence="Agree to a trial with a planted campaign that another person asked for, or not.",
        second=True,
    ),
    Act(
        name="run operations room",
        roles=ON_ELECTIONS,
        sentence="Fill the roster of an operations room, write its log, incidents and reports, and keep whom one calls.",
    ),
    # Partners
    Act(
        name="list exchanges",
        roles=CASEWORK | {Role.AUDITOR},
        sentence="See partners, what passed between them and one's own organisation, and what waits for an answer.",
    ),
    Act(
        name="keep partners",
        roles=frozenset({Role.LIAISON}),
        sentence="Record partners, their capacities, agreements, contacts and drills, and who is in a sharing group.",
    ),
    Act(
        name="send to partners",
        roles=frozenset({Role.LIAISON}),
        sentence="Share, ask for information, give notice or ask for action, and take it back; write down what came on paper.",
    ),
    Act(
        name="answer partners",
        roles=frozenset({Role.LIAISON, Role.REVIEWER}),
        sentence="Take up what a partner sent, and answer it with a reason.",
    ),
    Act(name="give opinion", roles=CASEWORK, sentence="Say what one makes of what was shared, and where it was seen."),
    Act(
        name="state evidence",
        roles=CASEWORK,
        sentence="Stand by it that evidence was gathered without what a government told.",
    ),
    Act(
        name="export exchanges",
        roles=frozenset({Role.LIAISON, Role.AUDITOR}),
        sentence="Take all that passed between partners away for oversight, with the numbers of the log.",
    ),
    Act(
        name="hold meetings",
        roles=frozenset({Role.LIAISON}),
        sentence="Call partners to a meeting, set its agenda, and keep its minutes and actions.",
    ),
    Act(name="see meetings", roles=EVERYBODY, sentence="See meetings with partners, as far as one may know them."),
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
    # Exchange over TAXII
    Act(
        name="exchange over TAXII",
        roles=frozenset({Role.SERVICE}),
        sentence="Read and add STIX objects of the collections that one's organisation may read and write.",
    ),
    Act(
        name="publish in collection",
        roles=RELEASING,
        sentence="Put STIX objects of one's own organisation into a collection that partners read.",
    ),
    Act(
        name="see exchange",
        roles=frozenset({Role.LIAISON, Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR}),
        sentence="See the collections of one's own organisation, which partners read and write them, and what came and went.",
    ),
    Act(
        name="keep exchange",
        roles=frozenset({Role.LIAISON, Role.ADMINISTRATOR}),
        sentence="Make collections, say which partners read and write them, make their accounts and tokens, and fetch from theirs.",
    ),
    # Indicators of others
    Act(name="see indicators", roles=SEARCHING, sentence="See what others warned of, and where it was seen here."),
    Act(name="keep indicators", roles=CASEWORK, sentence="Record what is to be looked for."),
    Act(name="decide on matches", roles=CASEWORK, sentence="Say whether what an indicator matches is worth a look."),
    Act(
        name="tell of matches",
        roles=RELEASING,
        sentence="Let who gave an indicator know that it was seen here, how often and when.",
    ),
    # Joint work
    Act(
        name="see joint work",
        roles=SEARCHING,
        sentence="See what several organisations follow, and what each says of it, as far as one may know it.",
    ),
    Act(
        name="remark on joint work",
        roles=CASEWORK,
        sentence="Say something of what others shared: a note or an opinion.",
    ),
    # Look-alikes and cyber incidents
    Act(
        name="see look-alikes",
        roles=SEARCHING,
        sentence="See what one's own organisation protects, what looks like it, and cyber incidents, as far as one may know them.",
    ),
    Act(
        name="protect a name",
        roles=CASEWORK,
        sentence="Record a domain, name or account to protect, who asked for it and what shows that they may; give it up.",
    ),
    Act(
        name="check a protected name",
        roles=CASEWORK,
        sentence="Check that who asked for protection may ask for it, as another person recorded it, or refuse.",
        second=True,
    ),
    Act(
        name="search for look-alikes",
        roles=CASEWORK,
        sentence="Hold what one may know against what one's own organisation protects; the worker does it in the name of who checked.",
    ),
    Act(
        name="decide a look-alike",
        roles=CASEWORK,
        sentence="Let a look-alike stand with a reason, make it a lead, or take back that it was let stand.",
    ),
    Act(
        name="keep cyber incidents",
        roles=CASEWORK,
        sentence="Record a cyber incident around an election, what became of it and by what it is known; export it.",
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
