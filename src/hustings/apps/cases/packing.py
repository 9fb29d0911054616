"""A package of a case's sealed evidence for somebody outside: what its maker may know and may take out, with what proves it."""

from __future__ import annotations

import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import IO, Any
from uuid import UUID

from django.db import connection, transaction

from hustings import __version__
from hustings.apps.audit.find import newest_checkpoint, note_of
from hustings.apps.audit.models import Leaf, Text
from hustings.apps.audit.record import record
from hustings.apps.audit.store import body_of, node_reader
from hustings.apps.cases import find
from hustings.apps.cases.disclosing import register
from hustings.apps.cases.disclosing.register import Told
from hustings.apps.cases.models import Argument, Case, Custody, Evidence, Head, HeadLeaf, MemberEvidence, Redaction
from hustings.apps.cases.store import store
from hustings.apps.cases.working import said
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can, readable, require
from hustings.errors import BadInput, Problem
from hustings.ledger.bag import Payload, write_bag
from hustings.ledger.merkle import Node, inclusion_proof
from hustings.policy.disclosure import DisclosureKind, Thing

__all__ = ["Packed", "pack", "write_package"]

SHOWN = (
    "sha256", "size", "name", "media_type", "how", "tool", "what", "platform", "of", "source_url", "captured_at", "sealed_at",
    "made_from_id", "case_id",
)  # fmt: skip
# Each row as the log was told of it when it was written; what is updated since was empty then.
WRITTEN = """
SELECT item_id::text, (to_jsonb(evidence) || '{"checked_at": null}')::text FROM evidence WHERE item_id = ANY(%s)
"""
CUSTODY = """
SELECT id::text, to_jsonb(evidence_custody)::text FROM evidence_custody WHERE evidence_id = ANY(%s)
"""
REDACTIONS = """
SELECT id::text, to_jsonb(evidence_redaction)::text FROM evidence_redaction WHERE copy_id = ANY(%s)
"""


@dataclass(frozen=True, kw_only=True)
class Packed:
    """A package: the .tar at its beginning, gone when closed, and the digest by which it is known."""

    file: IO[bytes]
    name: str
    tagmanifest: str
    objects: int
    left_out: int


@transaction.atomic
def pack(case: Case, *, by: Seat, why: str, to: str, redacted: bool = False) -> Packed:
    """Make the package, and write into each object's custody that it left, to whom and why.

    redacted   of what was redacted the copies go and the originals stay
    The package holds the custody up to this act. What its maker may know but not take out is counted, not named.

    Costs    reads every object once; takes as much room in the folder for temporary files
    Raises   BadInput, NotAsSealed
    """
    require(by, "export", case.item, reason=why)
    said(why=why, to=to)
    began = register.clock()
    known = find.evidence(by).filter(case__in=find.parts_of(by, case)).order_by("sealed_at", "pk")
    takes = permitted(by)
    objects = [kept for kept in known if takes(kept.item)]
    if redacted:
        stay = set(Redaction.objects.filter(copy__in=objects).values_list("original", flat=True))
        objects = [kept for kept in objects if kept.pk not in stay]
    if not objects:
        found = "nothing that you may take out" if known.exists() else "nothing sealed"
        raise BadInput("There is nothing to pack.", [
            Problem(where="case", found=found, expected="at least one sealed object", do="Seal a file first, or ask its owner."),
        ])  # fmt: skip
    packed = write_package(case, objects, by=by, at=by.now, left_out=known.count() - len(objects))
    Custody.objects.bulk_create(
        Custody(evidence=kept, act="export", by=by.appointment, why=why.strip(), to=to.strip()) for kept in objects
    )
    register.enter(
        by=by, kind=DisclosureKind.PACKAGE, what=case.item.title, to=to, ground=why, case=case, marked=[case.item, *(kept.item for kept in objects)],
        digest=packed.tagmanifest, redactions=redactions_in(objects), left_out=packed.left_out, holds=holds_of(case, objects, by),
        read_from=began,
    )  # fmt: skip
    facts: dict[str, str | int | bool | None] = {
        "objects": packed.objects,
        "left out": packed.left_out,
        "tagmanifest": packed.tagmanifest,
    }
    record("evidence packed", by=by, about=case.item, reason=why, facts=facts, text={"to": to})
    return packed


def holds_of(case: Case, objects: Sequence[Evidence], by: Seat) -> list[Told]:
    """What a package of a case tells of: its objects, and the members that its campaigns are said to have."""
    told = [Told(thing=Thing.EVIDENCE, key=str(kept.pk), name=kept.name) for kept in objects]
    for campaign in find.campaigns(by).filter(cases__case__in=find.parts_of(by, case)).distinct():
        told += [
            Told(thing=Thing.MEMBER, key=str(one.pk), name=f"{one.kind} {one.platform} {one.name}")
            for one in find.members(by, campaign)
        ]
    return told


def redactions_in(objects: Sequence[Evidence]) -> dict[str, int]:
    """How many parts were taken out of these objects, by reason code."""
    counted = Counter(
        part["code"] for one in Redaction.objects.filter(copy__in=objects).order_by("pk") for part in one.parts
    )
    return dict(sorted(counted.items()))


def permitted(by: Seat) -> Any:
    """Whether an item may be taken out. Asked once for each marking, unless its owners are asked for each item."""
    asked: dict[UUID, bool] = {}

    def takes(item: Item) -> bool:
        if item.label.originator_consent:
            return can(by, "export", item)
        if item.label_id not in asked:
            asked[item.label_id] = can(by, "export", item)
        return asked[item.label_id]

    return takes


def write_package(
    case: Case, objects: Sequence[Evidence], *, by: Seat, at: datetime, left_out: int = 0, told: Mapping[str, Any] | None = None,
    called: str = "", key: UUID | None = None,
) -> Packed:  # fmt: skip
    """Write a package of these objects of a case, in this order.

    told, called, key   what case.json says, and the title and number of the package, where they are not the case's
    """
    keys = [kept.pk for kept in objects]
    written, custody, redacted = rows_of(WRITTEN, keys), rows_of(CUSTODY, keys), rows_of(REDACTIONS, keys)
    index = [
        {"number": number, "id": str(kept.pk)} | {name: json.loads(written[str(kept.pk)])[name] for name in SHOWN}
        for number, kept in enumerate(objects, 1)
    ]
    steps = custody_of(objects, custody)
    cuts = redactions_of(objects, redacted)
    # What was taken out of an original stands in the log of the original or of the copy.
    proofs, checkpoints = proven([*keys, *(UUID(row["original_id"]) for row in cuts)],
                                 {"evidence": written, "evidence_custody": custody, "evidence_redaction": redacted})  # fmt: skip
    heads, leaves, stamps = stamped(keys)
    name = f"evidence-{str(key or case.pk)[:8]}"
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the caller reads and closes it
    try:
        tagmanifest = write_bag(
            file, name,
            info={
                "Bag-Software-Agent": f"Hustings {__version__}",
                "Bagging-Date": at.date().isoformat(),
                "External-Identifier": str(key or case.pk),
                "External-Description": called or f"Sealed evidence of a case: {case.item.title}",
                "Marking": f"TLP:{case.item.label.tlp.upper()}",
            },
            tables={
                "index.jsonl": index, "custody.jsonl": steps, "proofs.jsonl": proofs, "checkpoints.jsonl": checkpoints,
                "heads.jsonl": heads, "leaves.jsonl": leaves, "redactions.jsonl": cuts,
            },
            case=told or summary(case, by) | {"objects": len(objects), "objects left out": left_out}, stamps=stamps,
            payload=[Payload(sha256=kept.sha256, size=kept.size, open=partial(store().open, kept.sha256)) for kept in objects],
        )  # fmt: skip
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return Packed(file=file, name=name, tagmanifest=tagmanifest, objects=len(objects), left_out=left_out)


def redactions_of(objects: Sequence[Evidence], written: Mapping[str, str]) -> list[dict[str, Any]]:
    """What was taken out of each copy; with the salts where the original goes along, so that each part can be checked."""
    digests = {kept.pk: kept.sha256 for kept in objects}
    made = Redaction.objects.filter(copy__in=objects).select_related("original", "salts")
    turn = {kept.pk: number for number, kept in enumerate(objects)}
    return [
        {"number": number, "copy_sha256": digests[one.copy_id], "original_sha256": one.original.sha256}
        | {name: json.loads(written[str(one.pk)])[name] for name in ("id", "copy_id", "original_id", "parts", "digest")}
        | ({"salts": one.salts.salts} if one.original_id in digests else {})
        for number, one in enumerate(sorted(made, key=lambda one: turn[one.copy_id]), 1)
    ]


def rows_of(query: str, keys: Sequence[UUID]) -> dict[str, str]:
    """Rows as text, by their key."""
    with connection.cursor() as cursor:
        cursor.execute(query, [list(keys)])
        return dict(cursor.fetchall())


def custody_of(objects: Sequence[Evidence], written: Mapping[str, str]) -> list[dict[str, Any]]:
    """What was done with each object, in the order of the objects and of time."""
    found: dict[UUID, list[Custody]] = defaultdict(list)
    steps = Custody.objects.filter(evidence__in=objects).select_related("by__person", "by__position__organisation")
    for step in steps.order_by("at", "pk"):
        found[step.evidence_id].append(step)
    ordered = [step for kept in objects for step in found[kept.pk]]
    return [
        {"number": number, "object": str(step.evidence_id), "who": who(step)}
        | {name: json.loads(written[str(step.pk)])[name] for name in ("id", "act", "at", "why", "to", "by_id")}
        for number, step in enumerate(ordered, 1)
    ]


def who(step: Custody) -> str:
    """Who did it, as a reader outside understands it."""
    if step.by is None:
        return "the installation"
    return f"{step.by.person.name}, {step.by.position.organisation.name}"


def proven(
    keys: Sequence[UUID], written: Mapping[str, Mapping[str, str]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The entries of the log that tell of these rows, each under the newest checkpoint that covers it.

    Limits   what was written since the last checkpoint, about a minute ago, has no proof yet
    """
    leaves = Leaf.objects.filter(item__in=keys, event="row.insert", facts__table__in=list(written)).select_related(
        "log"
    )
    told = [
        leaf for leaf in leaves.order_by("log__origin", "index") if leaf.facts["key"] in written[leaf.facts["table"]]
    ]
    salts = {text.entry: text.salt for text in Text.objects.filter(entry__in=[leaf.pk for leaf in told], name="row")}
    proofs, checkpoints = [], []
    for log in {leaf.log_id: leaf.log for leaf in told}.values():
        newest = newest_checkpoint(log)
        if newest is None:
            continue
        covered = [leaf for leaf in told if leaf.log_id == log.pk and leaf.index < newest.size]
        # First which nodes are needed, then all of them in one question.
        wanted: set[Node] = set()

        def note(nodes: Sequence[Node], wanted: set[Node] = wanted) -> Mapping[Node, bytes]:
            wanted.update(nodes)
            return dict.fromkeys(nodes, b"")

        for leaf in covered:
            inclusion_proof(leaf.index, newest.size, note)
        nodes = node_reader(log.pk)(sorted(wanted))
        for leaf in covered:
            salt = salts.get(leaf.pk)
            table, key = leaf.facts["table"], leaf.facts["key"]
            hashes = inclusion_proof(leaf.index, newest.size, lambda _, nodes=nodes: nodes)  # type: ignore[misc]
            proofs.append({
                "of": table, "key": key, "log": log.origin, "index": leaf.index, "hashes": [one.hex() for one in hashes],
                "entry": body_of(leaf.at, leaf.event, leaf.facts, leaf.texts), "row": written[table][key] if salt else None,
                "salt": bytes(salt).hex() if salt else None,
            })  # fmt: skip
        checkpoints.append({"log": log.origin, "key": newest.key, "note": note_of(newest).decode()})
    return proofs, checkpoints


def stamped(keys: Sequence[UUID]) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, bytes]]:
    """The heads in which these objects stand, where each stands, and what authorities answered, as files."""
    leaves = list(HeadLeaf.objects.filter(evidence__in=keys).order_by("head__made_at", "head", "place"))
    heads, replies = [], {}
    for head in (
        Head.objects.filter(pk__in={leaf.head_id for leaf in leaves})
        .prefetch_related("stamps")
        .order_by("made_at", "pk")
    ):
        stamps = []
        for number, stamp in enumerate(head.stamps.all(), 1):
            file = f"stamps/{head.pk}-{number}.tsr"
            replies[file] = bytes(stamp.reply)
            stamps.append({
                "file": file, "authority": stamp.authority, "stamped_at": stamp.stamped_at.isoformat(), "serial": stamp.serial,
                "signer": stamp.signer,
            })  # fmt: skip
        heads.append({"head": str(head.pk), "root": head.root, "size": head.size, "stamps": stamps})
    return (
        heads,
        [
            {"object": str(one.evidence_id), "head": str(one.head_id), "place": one.place, "hashes": one.hashes}
            for one in leaves
        ],
        replies,
    )


def summary(case: Case, by: Seat) -> dict[str, Any]:
    """What a case asks and what was found, as far as its reader may know it; nothing is named that they may not."""
    parts = find.parts_of(by, case)
    return {
        "case": str(case.pk),
        "title": case.item.title,
        "parts": [
            {
                "case": str(part.pk), "question": part.question, "scope": part.scope, "state": part.state, "outcome": part.outcome,
                "answers": [
                    {
                        "answer": one.text, "put forward by": one.by.person.name, "given up": one.given_up_why or None,
                        "for": spoken(one.arguments.filter(side="for"), by), "against": spoken(one.arguments.filter(side="against"), by),
                    }
                    for one in part.hypotheses.select_related("by__person")
                ],
            }
            for part in parts
        ],
        "campaigns": [
            {
                "name": campaign.item.title, "aims at": campaign.aims_at, "tactics": campaign.tactics, "narratives": campaign.narratives,
                "members": [
                    {
                        "kind": one.kind, "platform": one.platform, "name": one.name, "part": one.part, "confidence": one.confidence,
                        "method": one.method, "state": one.state, "reason": one.reason, "rests on": grounds(one.evidence.all(), by),
                    }
                    for one in find.members(by, campaign)
                ],
                "claims of origin": [
                    {
                        "claim": one.claim, "by": one.by.person.name, "confidence": one.confidence, "grounds": one.grounds,
                        "alternatives": one.alternatives, "withdrawn": one.withdrawn_why or None,
                        "dissent": [{"by": each.by.person.name, "text": each.text} for each in one.dissents.select_related("by__person")],
                    }
                    for one in campaign.origins.select_related("by__person")
                ],
            }
            for campaign in find.campaigns(by).filter(cases__case__in=parts).distinct()
        ],
    }  # fmt: skip


def spoken(arguments: Any, by: Seat) -> list[dict[str, Any]]:
    """What speaks for or against an answer."""
    found: list[Argument] = list(arguments.select_related("by__person"))
    known = named([one.rests_on_id for one in found if one.rests_on_id], by)
    return [{"text": one.text, "by": one.by.person.name, "rests on": known.get(one.rests_on_id)} for one in found]


def grounds(rests: Any, by: Seat) -> list[dict[str, Any]]:
    """What a membership rests on."""
    found: list[MemberEvidence] = list(rests)
    known = named([one.rests_on_id for one in found], by)
    return [known[one.rests_on_id] | {"rows": one.rows} for one in found if one.rests_on_id in known]


def named(keys: Sequence[UUID], by: Seat) -> dict[UUID | None, dict[str, Any]]:
    """Items by key, those alone that this reader may know."""
    items = readable(by).filter(pk__in=keys)
    return {item.pk: {"item": str(item.pk), "kind": item.kind, "title": item.title} for item in items}
