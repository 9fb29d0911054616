"""What is held about an account, as far as the person who looks may know, and what of it may be told to the account's holder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from hustings.apps.findings.models import Finding, FindingEvidence, FindingLed, FindingMember, RunActor
from hustings.apps.findings.names import pseudonyms
from hustings.apps.items.models import Item, Label
from hustings.apps.people.seat import Seat
from hustings.apps.permission import readable
from hustings.apps.sweeps.models import Tied, TiedEvidence, TipStart

__all__ = ["NEITHER", "Held", "draft", "held_about", "names_of"]

# The last words of every answer, whatever is held, so that they tell nothing. A marking that hides an item hides it
# from the person too; whether there is one is not told to anybody who may not know it.
NEITHER = (
    "Whether anything is held beyond this that the law keeps secret we neither confirm nor deny, to anybody, in any "
    "answer. You can complain to the data protection authority, which may look at everything."
)


@dataclass(frozen=True, kw_only=True)
class Held:
    """Rows about an account behind one item.

    tellable   the marking lets the account's holder be told
    """

    item: Item
    what: str
    rows: int
    tellable: bool


def names_of(account: str) -> list[str]:
    """The spellings under which an account may be held: as given, without `@`, and both in small letters."""
    plain = account.strip()
    given = [plain, plain.removeprefix("@")]
    return list(dict.fromkeys([*given, *(name.lower() for name in given)]))


def tellable(label: Label) -> bool:
    """Whether a marking lets the person it is about be told: it asks for no naming, level or compartment."""
    free = label.need != "named" and label.level == 0 and not label.compartments and label.tlp != "red"
    return free and not label.originator_consent


def held_about(platform: str, account: str, *, by: Seat) -> list[Held]:
    """Findings, runs and sweeps that hold the account's pseudonym, and tips that name it, of those this seat may know.

    Edges    what the seat may not know is left out and leaves no trace, in counts either. Spellings that differ in
             more than `@` and capitals are not found; nor is an account under another name.
    """
    names = names_of(account)
    known = readable(by)
    shown = pseudonyms([(platform, name) for name in names])
    found: list[Held] = []

    def tell(what: str, rows: Iterable[tuple[object, int]]) -> None:
        many = dict(rows)
        items = known.filter(pk__in=list(many)).select_related("label").order_by("-made_at")
        found.extend(Held(item=item, what=what, rows=many[item.pk], tellable=tellable(item.label)) for item in items)

    actors = RunActor.objects.filter(pseudonym__in=shown)
    tell("the account among those of a run", actors.values_list("run").annotate(many=Count("number")).order_by())
    of_run = RunActor.objects.filter(run=OuterRef("finding__run"), pseudonym__in=shown)
    for what, rows, sides in (
        ("the account as a member of a group", FindingMember.objects, ("actor",)),
        ("the account ahead of a group", FindingLed.objects, ("actor",)),
        ("posts of the account as evidence", FindingEvidence.objects, ("a", "b")),
    ):
        held = Q()
        for side in sides:
            held |= Q(Exists(of_run.filter(number=OuterRef(side))))
        # Runs without the account are left out first, for evidence is counted in millions.
        mine = rows.filter(finding__run__in=actors.values("run")).filter(held)
        tell(what, mine.values_list("finding").annotate(many=Count("finding")).order_by())
    joined = Q(pk__in=[])
    for run, number in actors.values_list("run", "number"):
        joined |= Q(run=run, joined_by__contains=[[number]])
    tell("the account as of one person with others", ((key, 1) for key in Finding.objects.filter(joined).values_list("pk", flat=True)))  # fmt: skip
    tied = Tied.objects.filter(pseudonym__in=shown)
    tell("the account as tied to a tip", tied.values_list("sweep").annotate(many=Count("id")).order_by())
    ties = TiedEvidence.objects.filter(Q(a__in=shown) | Q(b__in=shown))
    tell("posts that tie the account to a tip", ties.values_list("sweep").annotate(many=Count("id")).order_by())
    starts = TipStart.objects.filter(platform=platform, name__in=names, what="actor")
    tell("the account's name in a tip", starts.values_list("tip").annotate(many=Count("id")).order_by())
    return found


def draft(held: list[Held]) -> str:
    """The words of an answer: what may be told, then the sentence that ends every answer."""
    told: dict[str, tuple[int, int]] = {}
    for one in held:
        if one.tellable:
            items, rows = told.get(one.what, (0, 0))
            told[one.what] = items + 1, rows + one.rows
    lines = [f"- {what} (records: {items:,}; rows: {rows:,})" for what, (items, rows) in told.items()]
    if lines:
        begin = "Under a pseudonym we hold, from posts that were public:"
        lines.append("It is deleted 180 days after it was found unless a case takes it up.")
    else:
        begin = "We hold nothing about this account that we can tell you of."
    return "\n".join([begin, *lines, "", NEITHER])
