"""How long each table keeps what it holds, on which ground, from which moment on, and what deletes it: one line a table.

A table without a line is a table that nobody has thought about; a test demands one for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

__all__ = ["KEPT", "NEVER_ACTED", "Ended", "Kept", "Whose", "kept"]


class Ended(StrEnum):
    """What deletes a row."""

    EXPIRY = "expiry"
    WITH_ANOTHER = "cascade"
    JOB = "job"
    ITSELF = "its own"
    NEVER = "never"

    @property
    def sentence(self) -> str:
        """For a page and for the docs."""
        return SENTENCES[self]


SENTENCES = {
    Ended.EXPIRY: "deleted by the job `expire` when the item's time is over and no case has taken it up",
    Ended.WITH_ANOTHER: "deleted together with the row that it belongs to",
    Ended.JOB: "deleted by the job `expire`",
    Ended.ITSELF: "deleted by what writes it",
    Ended.NEVER: "not deleted",
}


class Whose(StrEnum):
    """Whom the rows are about."""

    ACTORS = "accounts under study"
    STAFF = "people who work with the platform"
    ASKING = "people who ask about themselves"
    ADVERTISING = "advertisers and who acts for them"
    NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What one table keeps.

    after     how long a row stays once the moment `since` is over; None where another row or nothing ends it
    reason    for what is never deleted: why not
    """

    table: str
    holds: str
    whose: Whose
    basis: str
    period: str
    since: str
    ended: Ended
    after: timedelta | None = None
    reason: str = ""


# Public interest covers finding coordinated campaigns; an installation names its law in each sweep (legal_ground).
TASK = "Public interest or a platform's legal duty to reduce election risks; the sweep names the law."
OPINION = "The same; posts made public by their author, under pseudonyms, for a named election (special category)."
WORK = "The contract or office of the person, and the security rules that bind the organisation."
DUTY = "The duty to account for who did what (security of processing)."
ANSWER = "The duty to answer people about their data."
ACCOUNT = "The law on political advertising, or the platform's terms: who pays for political ads is public."
NONE = "No personal data."

ACTORS, STAFF, ASKING, NOBODY, ADVERTISING = Whose.ACTORS, Whose.STAFF, Whose.ASKING, Whose.NOBODY, Whose.ADVERTISING
WITH_ITEM = "as long as its item"
HISTORY = (
    "what was allowed on any past day must be answerable; rows carry random keys, and the job `expire` takes the name "
    "off the person ten years after their last position"
)
TREE = "accountability: entries hold random keys and salted hashes, no personal text"
CASES = (
    "what was established about whom must be answerable to courts and to those concerned; a merged or closed case stays"
)
TOLD = "who was told what must be known as long as somebody relies on it, so that a correction can reach them"
EXCHANGED = "what passed between organisations must be answerable to courts and oversight; nothing of it can be deleted"
RULES = "it says how things are ordered and holds nothing about a natural person"


def line(
    table: str, holds: str, whose: Whose, basis: str, period: str, since: str, ended: Ended, *,
    after: timedelta | None = None, reason: str = "",
) -> Kept:  # fmt: skip
    """A line of the table below, short enough to be read as one."""
    return Kept(table=table, holds=holds, whose=whose, basis=basis, period=period, since=since, ended=ended,
                after=after, reason=reason)  # fmt: skip


def with_item(table: str, holds: str, whose: Whose = ACTORS, basis: str = OPINION) -> Kept:
    """What goes with its item."""
    return line(table, holds, whose, basis, WITH_ITEM, "the item's making", Ended.WITH_ANOTHER)


def job(table: str, holds: str, whose: Whose, basis: str, period: str, since: str, after: timedelta) -> Kept:
    """What the job deletes by its own rule."""
    return line(table, holds, whose, basis, period, since, Ended.JOB, after=after)


def never(table: str, holds: str, whose: Whose, basis: str, reason: str) -> Kept:
    """What stays, and why."""
    return line(table, holds, whose, basis, "as long as the installation", "-", Ended.NEVER, reason=reason)


def history(table: str, holds: str) -> Kept:
    """Dated changes about people and organisations."""
    return never(table, holds, STAFF, WORK, HISTORY)


RECORD = "the public record of political advertising; what a law of the place lets end is masked, not deleted"

DAYS_180 = timedelta(days=180)
YEAR = timedelta(days=365)
NEVER_ACTED = YEAR  # an account with which nobody ever handed anything in, nor held a position

LINES = (
    # What is found
    line("item", "title, text and marking of everything that carries one", ACTORS, TASK,
         "findings and runs 180 days unless a case takes them up; closed requests one year; what has no end stays with its case",
         "loading, or the closing of a request", Ended.EXPIRY, after=timedelta()),
    with_item("item_source", "which item was made from which", NOBODY, NONE),
    with_item("run", "settings, input digests and counts of a search", NOBODY, NONE),
    with_item("finding", "a group of accounts that acted together, with figures"),
    with_item("network_picture", "the drawn network of a finding, by pseudonyms"),
    *(with_item(table, holds) for table, holds in (
        ("run_actor", "pseudonyms of the accounts in a run"), ("run_thing", "traces shared by several accounts"),
        ("run_link", "pairs of pseudonyms with figures"), ("run_layer", "the same by kind of trace"),
        ("finding_member", "members of a finding by number"), ("finding_led", "accounts tied to a finding by number"),
        ("finding_evidence", "posts that show a finding, by number"),
        ("finding_name", "clear names of accounts, posts and persons, readable for eight hours by who states a reason"))),
    with_item("names_opened", "who opened the names of a finding, and why", STAFF, DUTY),
    never("signature_key", "the key of the marks of what was removed", NOBODY, NONE,
          "a return could not be told without it; no role can read it"),
    never("pseudonym_key", "the key of the pseudonyms", NOBODY, NONE,
          "without it a person's question could not be answered; no role can read it"),
    # What is searched
    with_item("tip", "that a source told something, and its control number", NOBODY, TASK),
    job("tip_start", "accounts, traces and posts that a tip names, in clear", ACTORS, OPINION,
        "180 days", "the end of the last sweep from the tip, or its receipt", DAYS_180),
    with_item("answer", "what was told to the source of a tip", NOBODY, TASK),
    with_item("tear_line", "words that may be told of an item", NOBODY, TASK),
    with_item("trace_table", "which table of posts may be searched, and its digest", NOBODY, NONE),
    with_item("sweep", "purpose, ground and population of a search, and who asked", STAFF, DUTY),
    with_item("red_team_trial", "a search tried with planted campaigns: who asked, and counts of what was found", STAFF, DUTY),
    job("tied", "pseudonyms that a search from a tip named", ACTORS, OPINION, "180 days unless a case takes it up",
        "the end of the sweep", DAYS_180),
    job("tied_evidence", "posts that tie them, by pseudonym and time", ACTORS, OPINION,
        "180 days unless a case takes it up", "the end of the sweep", DAYS_180),
    never("protected_actor", "accounts that are never a starting point, from published lists", ACTORS,
          "The protection of candidates, journalists, unions and parties.", "it protects who is on it; rows are taken off by hand"),
    # Who may know
    never("label", "combinations of markings", NOBODY, NONE, RULES),
    with_item("need_grant", "who needs to know an item, why and until when", STAFF, WORK),
    with_item("item_consent", "who let an item be passed on", STAFF, WORK),
    with_item("recusal", "who keeps out of an item", STAFF, WORK),
    never("sharing_group", "names of sharing groups", NOBODY, NONE, RULES),
    history("sharing_member_change", "which organisations share"),
    # People
    job("person", "name, address and password hash of a colleague or advertiser", STAFF, WORK, "ten years, then name and address are "
        "taken off; a year where nobody ever acted with the account", "the end of the last position; the last sign-in",
        timedelta(days=3653)),
    *(history(table, holds) for table, holds in (
        ("appointment", "who is in which position"), ("appointment_change", "since when, until when"),
        ("citizenship_change", "citizenships seen"), ("eligibility_change", "a government's findings"),
        ("access_change", "access asked for, confirmed, ended"), ("agreement_change", "agreements signed"),
        ("read_in_change", "read-ins into compartments"), ("offer", "positions offered"),
        ("requisition", "posts to fill"), ("requisition_change", "how filling a post went"),
        ("visit", "hours in a reading room"), ("visit_change", "how a visit went"))),
    *(never(table, holds, NOBODY, NONE, RULES) for table, holds in (
        ("organisation", "organisations"), ("organisation_change", "since when they take part"),
        ("site", "sites"), ("facility_change", "clearances of sites"), ("position", "posts"),
        ("position_change", "what a post does and requires"), ("compartment", "codes of compartments"),
        ("rule_change", "the rule on clearances, by version"), ("move_turn", "whose turn it is to record a move"),
        ("clock_high_water", "the latest moment seen"), ("provider", "which sign-in service speaks for whom"),
        ("socialaccount_socialapp", "sign-in services of the sign-in package; unused"),
        ("django_content_type", "names of tables"), ("django_migrations", "versions of tables"))),
    # Sign-in
    job("signed_in", "sessions, with address and browser", STAFF, DUTY, "none", "the end of the session", timedelta()),
    job("attempt", "counts of attempts, by address or account", STAFF, DUTY, "none", "the end of the count", timedelta()),
    job("api_call", "calls of the interface in the last minute", STAFF, DUTY, "an hour", "the call", timedelta(hours=1)),
    job("invitation", "digests of invitation links", STAFF, WORK, "30 days", "the link's end or use", timedelta(days=30)),
    job("token", "digests of tokens for programs", STAFF, WORK, "90 days", "the token's end", timedelta(days=90)),
    job("account_emailconfirmation", "links that confirm an address", STAFF, WORK, "seven days", "its making", timedelta(days=7)),
    *(line(table, holds, STAFF, WORK, "as long as the person's name", "the end of the last position", Ended.WITH_ANOTHER)
      for table, holds in (
        ("account_emailaddress", "addresses for signing in"), ("mfa_authenticator", "second factors, sealed"),
        ("socialaccount_socialaccount", "accounts at a sign-in service"),
        ("socialaccount_socialtoken", "its tokens; none are stored"))),
    # Jobs
    job("procrastinate_jobs", "jobs done, by the random key of what they are about", NOBODY, NONE, "30 days", "the job's end",
        timedelta(days=30)),
    line("procrastinate_events", "what happened to a job", NOBODY, NONE, "as long as the job", "the job's end", Ended.WITH_ANOTHER),
    *(line(table, holds, NOBODY, NONE, "until the next", "its making", Ended.ITSELF) for table, holds in (
        ("procrastinate_periodic_defers", "when a regular job ran last"), ("procrastinate_workers", "which workers live"))),
    # The log
    *(never(table, holds, NOBODY, DUTY, TREE) for table, holds in (
        ("log", "the trees"), ("log_leaf", "entries in their place"), ("log_node", "hashes of the trees"),
        ("log_checkpoint", "signed checkpoints"), ("log_cosignature", "signatures of witnesses"),
        ("log_witness", "keys of witnesses"))),
    line("log_entry", "entries that wait for their place", NOBODY, DUTY, "about a second", "the act", Ended.ITSELF),
    job("log_text", "reasons given by people, and the salts of hashes", STAFF, DUTY,
        "three years; the salts of a deleted row's hashes go with the row", "the entry", timedelta(days=3 * 365)),
    # Cases: kept for who has to answer for them
    *(with_item(table, holds) for table, holds in (
        ("lead", "that something should be looked at, who says so, and how it ended"),
        ("lead_about", "accounts, pages, ads and addresses that a lead is about"),
        ("lead_told", "who told a lead again"))),
    *(never(table, holds, ACTORS, TASK, CASES) for table, holds in (
        ("case_file", "questions under study"), ("case_lead", "leads looked at in a case"),
        ("case_item", "findings and other material of a case"), ("case_hypothesis", "possible answers"),
        ("case_argument", "what speaks for and against them"), ("case_note", "the log that people write"),
        ("campaign", "campaigns: aims, tactics, narratives"), ("campaign_case", "in which case a campaign is studied"),
        ("campaign_member", "what belongs to a campaign, and how sure somebody is"),
        ("campaign_member_evidence", "what that rests on"), ("campaign_origin", "who may stand behind it, as a named person says"),
        ("campaign_dissent", "who disagrees"), ("evidence", "sealed objects by digest"),
        ("impact_observation", "how far a campaign was taken up, as somebody saw it"), ("impact_judgement", "in which category somebody judged it"),
        ("gathering", "gatherings that people were called to: where, when, by which pages"),
        ("gathering_figure", "how many saw, were interested, said they would go"), ("gathering_ad", "ads that called to it"),
        ("gathering_held", "whether it took place, and who says so"), ("gathering_opposed", "gatherings against each other"),
        ("gathering_unwitting", "how many took part unknowing; no names"),
        ("known_actor", "profiles of those who acted before"), ("known_part", "their names, pages, accounts, domains, with dates"),
        ("known_habit", "how they work"), ("known_claim", "who says who they are"),
        ("known_signature", "marks of what was removed, under a key nobody reads"),
        ("known_return", "new pages, payers and buyers that bear such marks"))),
    *(never(table, holds, ACTORS, TASK, CASES) for table, holds in (
        ("enforcement_plan", "what was to be done on which ground, and who approved it"),
        ("enforcement_target", "to which asset"), ("enforcement_order", "what the platform was told, and its answer"),
        ("enforcement_notice", "what those affected were told"), ("enforcement_appeal", "what they said against it"))),
    *(never(table, holds, ACTORS, TASK, CASES) for table, holds in (
        ("fact_check", "what newsrooms checked, in their words"), ("fact_check_match", "which ads and findings say the same"))),
    never("fact_check_feed", "files of fact-checks, and who loaded them", STAFF, DUTY, CASES),
    never("enforcement_move", "how a plan went", STAFF, DUTY, CASES),
    *(never(table, holds, ACTORS, DUTY, TOLD) for table, holds in (
        ("disclosure", "who was told what, on which ground, under which marking"), ("disclosure_holds", "of which objects, members and figures"),
        ("disclosure_receipt", "what recipients gave in return"), ("correction", "what was not as it was told"),
        ("correction_due", "which recipients are owed a correction"), ("correction_sent", "which of them have it"),
        ("evidence_redaction", "which parts a working copy leaves out, and why"),
        ("evidence_redaction_salt", "random numbers by which those parts can be shown later"),
        ("enforcement_shown", "which evidence whom an action concerns is shown"), ("enforcement_contested", "which of it they say is wrong"),
        ("legal_process", "what authorities and others asked for, by which right"), ("legal_asset", "about which assets"),
        ("legal_step", "how it went"), ("legal_delay", "until when those concerned are not told, on which ground"),
        ("legal_notice", "what they were told"))),
    *(never(table, holds, ACTORS, TASK, CASES) for table, holds in (
        ("report_version", "reports as they were approved and published, with their figures"), ("report_text", "what people wrote between the figures"),
        ("report_correction", "figures that were not so, and why"))),
    *(never(table, holds, STAFF, DUTY, CASES) for table, holds in (
        ("report", "reports that somebody writes"), ("report_move", "how a report went"))),
    *(never(table, holds, STAFF, DUTY, CASES) for table, holds in (
        ("hearing", "who will ask about a case"), ("hearing_question", "what is asked"), ("hearing_answer", "what is answered, with figures"),
        ("hearing_approval", "who agreed to an answer"), ("hearing_company_figure", "what companies say to the same question"),
        ("hearing_reconciled", "why their figures differ"))),
    *(never(table, holds, STAFF, DUTY, CASES) for table, holds in (
        ("case_move", "how a case went"), ("case_teammate", "who works on a case"), ("case_task", "what is to be done"),
        ("gathering_notice", "whom to tell of a gathering, and who did"), ("safety_contact", "whom an organisation calls about one"),
        ("gathering_alert", "which gatherings to come were told"), ("case_hold", "legal holds"), ("case_merge", "cases read as one"), ("evidence_custody", "who did what with evidence"))),
    *(never(table, holds, NOBODY, DUTY, CASES) for table, holds in (
        ("evidence_head", "digests over what was newly sealed"), ("evidence_leaf", "where a sealed object stands in one"),
        ("evidence_stamp", "what time authorities answered about them"))),
    # After-action reviews
    *(never(table, holds, STAFF, DUTY, CASES) for table, holds in (
        ("look_back", "reviews of what was missed"), ("look_back_missed", "what was missed, and why"),
        ("look_back_change", "what is done otherwise since"), ("look_back_replay", "searches that show it"))),
    never("look_back_actor", "which accounts, pages and buyers were missed", ACTORS, TASK, CASES),
    # Elections
    *(never(table, holds, NOBODY, NONE, RULES) for table, holds in (
        ("election", "when which election is"), ("election_change", "what a source said of its day"),
        ("election_followed", "which of several sources the plan goes by, and why"),
        ("election_load", "which lists of elections were loaded"), ("election_load_fault", "what was wrong with their rows"),
        ("voting_rule", "how people may vote in it"))),
    *(never(table, holds, STAFF, DUTY, CASES) for table, holds in (
        ("election_watch", "which organisation works on which election"), ("election_tier", "how much work it is worth, as somebody judged it"),
        ("election_task", "what is to be done for it, by whom, until when"), ("election_task_move", "how a task went"),
        ("election_shift", "who is on duty around an election, and how they are called"),
        ("election_contact", "whom an organisation calls at platforms, agencies and election offices"),
        ("election_contact_check", "whether anybody answered there"), ("election_room_line", "the log of an operations room"),
        ("election_incident", "what happened around an election"), ("election_incident_line", "what was done about it"),
        ("election_situation", "what was reported of the situation, with figures of a moment"),
        ("election_standing_search", "searches that are due again and again ahead of an election, and who agreed to them"),
        ("election_search", "what each of them looked at, and whether anything was found"))),
    *(never(table, holds, ACTORS, TASK, CASES) for table, holds in (
        ("threat_assessment", "who may do what to an election"), ("threat_assessment_version", "what an assessment said, version by version"),
        ("threat_assessment_actor", "which actors it names"), ("threat_assessment_approval", "who stands by it"))),
    # Ads: the public record of who paid for what
    *(never(table, holds, ADVERTISING, ACCOUNT, RECORD) for table, holds in (
        ("sponsor", "who stands behind ads"), ("sponsor_change", "how an authorisation went"),
        ("sponsor_check", "what was checked against which register"), ("sponsor_behind", "who pays and who controls"),
        ("ad_page", "pages that ads come from"), ("ad_page_name", "their names over time"),
        ("ad_payer", "whose money it was"), ("ad_disclaimer", "what an ad said of who paid"),
        ("ad_creative", "what an ad showed"), ("ad", "ads"), ("ad_version", "what an ad said at each time"),
        ("ad_change", "what happened to an ad"), ("ad_screening", "what the rules said of an ad"),
        ("ad_found_late", "how an undeclared ad was found"),
        ("ad_blind_look", "ads that two people read without the machine's answer, and that answer"))),
    *(never(table, holds, NOBODY, ACCOUNT, RECORD) for table, holds in (
        ("ad_delivery", "impressions and spend by day, region, age and gender; sketches that hold no viewer"),
        ("ad_landing_capture", "digests of the pages ads led to"), ("archive_import", "which files were read"),
        ("archive_set_aside", "rows that were not taken in"), ("archive_row", "rows of archives that are no single ads"),
        ("listed_landing", "lists of landing pages"), ("ad_order", "which ads a platform was told to show or to stop"), ("register_edition", "editions of registers"),
        ("register_entry", "lines of public registers"))),
    *(line(table, holds, ADVERTISING, ACCOUNT, "as long as the sponsor acts here", "the end of the membership", Ended.NEVER,
           reason="who acted for a sponsor is part of what its ads answer for") for table, holds in (
        ("sponsor_member", "who acts for a sponsor"), ("ad_page_administrator", "fingerprints of accounts that run a page"))),
    # The library: what the public may know of these
    *(never(table, holds, ADVERTISING, ACCOUNT, RECORD) for table, holds in (
        ("library_version", "what the library said of an ad, advertiser, payer or page from when on; words and names sealed"),
        ("library_shown", "the same as it is read, without what is masked or expunged"),
        ("library_line", "the same as lines of files"))),
    never("library_subject", "the public numbers of ads, advertisers, payers and pages", NOBODY, ACCOUNT, RECORD),
    line("library_key", "the keys that open sealed words and names", ADVERTISING, ACCOUNT,
         "until two people destroy it on a named ground", "the first version", Ended.NEVER,
         reason="without the key nobody can read the record; a court or a private person's safety ends it, no clock"),
    never("library_expungement", "who asked that a record of the library be destroyed, on which ground, and who agreed", STAFF, DUTY, RECORD),
    never("library_vetting", "what researchers asked to read beyond the public library, who they are, and who decided", ASKING,
          "The researcher's own request, and the duty to account for who was given what.", TREE),
    never("library_vetted", "which ads such a request opened", NOBODY, DUTY, RECORD),
    never("library_vetted_look", "when a researcher read how many of them, by the key of the request", ASKING, DUTY, TREE),
    job("library_complaint", "what somebody reports about an ad; the address is emptied once an answer was sent", ASKING, ANSWER,
        "a year", "the answer", YEAR),
    job("library_pace", "how often an address asked of late, by a keyed digest", NOBODY, NONE, "a day", "the call", timedelta(days=1)),
    job("library_sending", "that a file goes to an address, by a keyed digest", NOBODY, NONE, "a day", "its last portion", timedelta(days=1)),
    line("library_due", "which rows changed since the library looked", NOBODY, NONE, "about a minute", "the change", Ended.ITSELF),
    line("library_word", "words that several ads say, for telling misspelt ones", NOBODY, NONE, "an hour", "its counting", Ended.ITSELF),
    line("library_alert", "addresses that want to be told of new ads, and the search they asked", ASKING,
         "The person's own wish, confirmed by a link in a letter.", "until they end it; seven days where it was never confirmed",
         "the asking", Ended.ITSELF),
    line("sponsor_document", "sealed documents of advertisers; after deletion only hash, kind, issuer and verdict", ADVERTISING,
         ACCOUNT, "the document 90 days, its hash and verdict as long as the sponsor", "its upload", Ended.ITSELF),
    never("sponsor_document_look", "who opened a document, and why", STAFF, DUTY, TREE),
    line("sponsor_person", "legal name and home of who acts for a sponsor, as they handed it in", ADVERTISING, ACCOUNT,
         "a year after it was replaced or the sponsor's end", "the next one, or the end", Ended.JOB, after=YEAR),
    never("sponsor_organisation", "what an organisation said of itself", ADVERTISING, ACCOUNT, RECORD),
    job("sponsor_challenge", "digests of codes sent to addresses", ADVERTISING, ACCOUNT, "90 days", "its end",
        timedelta(days=90)),
    # Review
    *(never(table, holds, NOBODY, NONE, RULES) for table, holds in (
        ("review_policy", "policies by which people decide, version by version"), ("review_reason", "their reason codes"))),
    never("review_work", "what was put before people to decide, as they saw it", ADVERTISING, ACCOUNT, RECORD),
    *(never(table, holds, STAFF, DUTY, RECORD) for table, holds in (
        ("review_decision", "who decided what, by which reason"), ("review_undo", "who undid a decision, and why"),
        ("review_recusal", "who keeps out of what"), ("review_hold", "who kept what for later, and why"),
        ("review_rules", "by which rules an organisation reviews"), ("review_bulk", "who decided many alike, and who agreed"))),
    *(never(table, holds, STAFF, WORK, RECORD) for table, holds in (
        ("review_language", "which languages a reviewer reads"), ("review_senior", "who adjudicates"))),
    *(never(table, holds, NOBODY, NONE, RECORD) for table, holds in (
        ("review_bulk_item", "which works were decided alike"), ("review_lane", "what a queue's work asks of its reviewers"),
        ("review_draw", "the seed from which what was drawn by chance is worked out again"))),
    *(never(table, holds, STAFF, WORK, RECORD) for table, holds in (
        ("review_gold", "items with a known answer, and who made them"), ("review_gold_end", "which of them are used no more"),
        ("review_sample", "which decisions were drawn to be looked at again, and by whom"),
        ("review_technical", "which wrong decision a supervisor calls technical"))),
    *(never(table, holds, NOBODY, NONE, RECORD) for table, holds in (
        ("review_stratum", "of how many decisions a sample was drawn; people by a number of that sample alone"),
        ("review_sampled", "the decisions that were drawn"), ("review_planted", "which works move nothing"))),
    job("review_dose", "how much of what is hard to bear a reviewer saw on a day, for their own eyes", STAFF, WORK, "90 days",
        "the day", timedelta(days=90)),
    never("review_avoided", "which topics a reviewer keeps from, for their own eyes", STAFF, WORK, "it holds until they say otherwise"),
    never("review_pause", "until when a reviewer has a break from what is hard to bear, one row a person", STAFF, WORK, "each look writes it anew"),
    never("review_appeal", "what an advertiser says against a decision", ADVERTISING, ACCOUNT, RECORD),
    job("review_outbox", "that a decision was passed on, by the random key of the decision", NOBODY, NONE, "30 days",
        "its delivery", timedelta(days=30)),
    # Staffing
    *(never(table, holds, STAFF, DUTY, RULES) for table, holds in (
        ("staffing_assumptions", "what staffing plans take for granted, and who wrote it"), ("staffing_history", "how much work earlier elections brought"),
        ("staffing_roster", "shifts by crew; no names"), ("staffing_plan", "how many people were said to be needed"))),
    # Equal treatment
    *(never(table, holds, STAFF, DUTY, RULES) for table, holds in (
        ("rights_table", "matched texts by which equal treatment is tested, and who wrote them"), ("rights_audit", "what such tests found"),
        ("rights_variant", "which texts of a test were put before people, and whether they let them pass"),
        ("rights_override", "who asked for a release in spite of a gap, and why"), ("rights_release", "which policy versions are in force, and on which ground"))),
    # Look-alikes and cyber incidents
    *(never(table, holds, STAFF, DUTY, RULES) for table, holds in (
        ("lookalike_protected", "domains, names and accounts that are protected, who asked for it and who recorded it"),
        ("lookalike_protected_decision", "who checked that they may ask"), ("lookalike_allowed", "what looks like them and was let stand, and why"))),
    never("lookalike_cursor", "how far streams were looked through", NOBODY, NONE, "each look writes it anew"),
    *(with_item(table, holds) for table, holds in (
        ("lookalike_hit", "what looked like a protected name, and what people made of it"), ("lookalike_hit_place", "where it was seen"),
        ("cyber_incident", "what was done to an election by way of computers"), ("cyber_incident_step", "what was found and done about it"),
        ("cyber_incident_indicator", "by what it is known"), ("cyber_incident_leak", "how many ways to sign in were leaked; keyed digests, never one of them"))),
    # Exchange over TAXII
    *(never(table, holds, NOBODY, NONE, RULES) for table, holds in (
        ("taxii_collection", "collections that partners read and write"), ("taxii_permission", "which organisation reads and writes which"),
        ("taxii_account", "service accounts of organisations; no person is behind one"),
        ("taxii_subscription", "which collections of partners are read and written, and how far"))),
    *(with_item(table, holds) for table, holds in (
        ("stix_object", "STIX objects as they came"), ("taxii_entry", "in which collections they stand, since when"),
        ("stix_reaction", "what was made of them here"))),
    line("taxii_status", "what became of requests to add objects", NOBODY, NONE, "seven days", "the request", Ended.ITSELF),
    # Indicators of others
    with_item("indicator", "a sign that somebody warned of: a domain, an address, an account", ACTORS, DUTY),
    with_item("indicator_match", "in which ad or table it was seen, and what somebody made of that", ACTORS, DUTY),
    with_item("indicator_telling", "that its giver was told how often it was seen", NOBODY, DUTY),
    never("indicator_progress", "how far the search for indicators has come", NOBODY, NONE, "each round writes it anew"),
    # Joint work
    with_item("stix_mention", "which STIX object names which", NOBODY, DUTY),
    with_item("stix_scanned", "which objects were read for that", NOBODY, NONE),
    with_item("joint_remark", "what somebody here said of what was shared", STAFF, WORK),
    # Partners
    *(never(table, holds, STAFF, DUTY, EXCHANGED) for table, holds in (
        ("sharing_partner", "which organisations one works with, and how to reach them"), ("sharing_capacity", "in which capacity, from when on"),
        ("sharing_agreement", "what was agreed on, and who recorded it"), ("sharing_agreement_end", "which agreements ended early, and why"),
        ("sharing_contact", "whom one calls at a partner"),
        ("sharing_acs_name", "by which names control sets mean organisations"), ("sharing_digest_wish", "which partner asked for mail, to which address"),
        ("sharing_digest_sent", "which mail went out when, and how much it told"), ("sharing_lead_rule", "whose objects become leads by themselves, and why"), ("sharing_contact_end", "whom one calls no more"),
        ("sharing_contact_check", "whether a contact was still right"), ("sharing_drill", "when the contacts were tried"),
        ("sharing_drill_call", "who answered in a drill"), ("sharing_step", "who took which step on a request, and why"),
        ("sharing_opinion", "what an organisation makes of what was shared"), ("sharing_sighting", "where it was seen"),
        ("sharing_gathered_without", "who stands by it that evidence was gathered without a tip"),
        ("sharing_refused_tip", "that a tip was refused on its form; nothing of what it said"),
        ("sharing_meeting", "meetings with partners"), ("sharing_attendee", "who was to attend"), ("sharing_attendee_left", "who did not"),
        ("sharing_point", "their agenda"), ("sharing_minute", "what was said"), ("sharing_meeting_action", "who is to do what"),
        ("sharing_meeting_action_done", "what came of it"))),
    *(never(table, holds, ACTORS, OPINION, EXCHANGED) for table, holds in (
        ("sharing_share", "what was shared, by whom, on which ground"), ("sharing_information_request", "what was asked to be told"),
        ("sharing_notice", "what was notified"), ("sharing_action_request", "what was asked to be done, on which law"),
        ("sharing_content", "content and accounts that a request names"))),
    *(never(table, holds, NOBODY, NONE, EXCHANGED) for table, holds in (
        ("sharing_object", "which items were carried"), ("sharing_acted_on", "what of what was named was acted on"),
        ("sharing_outgoing", "what waits to go over TAXII"), ("sharing_outgone", "that it went"),
        ("item_origin", "who began what, by kind of organisation"), ("sharing_told_beginning", "who began what, as another installation says"),
        ("sharing_public_count", "what was told the public of it"))),
    # What this table is about itself
    never("deletion", "how many rows of which table were deleted when, and a digest of their keys", NOBODY, DUTY, TREE),
    with_item("subject_request", "a person's question or objection, how to reach them, and the answer", ASKING, ANSWER),
    never("exempt_actor", "pseudonyms left out of later findings", ACTORS, "The person's own objection.",
          "an objection stands for as long as searches are made"),
)  # fmt: skip

KEPT = {row.table: row for row in LINES}
assert len(KEPT) == len(LINES), "two lines speak of one table"


def kept(table: str) -> Kept:
    """The line of a table.

    Raises   KeyError for a table that nobody thought about
    """
    return KEPT[table]
