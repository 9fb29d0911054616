"""Small worlds of organisations, people and items: drawn by chance, put into the database, or read by the oracle."""

import hashlib
import json
import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

NOW = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# Around each boundary: long ago, yesterday, the instant before, the instant, the one after, tomorrow.
PAST = [NOW - timedelta(days=700), NOW - timedelta(days=1), NOW - MICROSECOND, NOW]
INSTANTS = [*PAST, NOW + MICROSECOND, NOW + timedelta(days=1)]
COUNTRIES = ["US", "VA", "RU"]
COMPARTMENTS = ["ALPHA", "BRAVO"]
KINDS = ["company", "agency", "authority", "research"]
ROLES = ["analyst", "reviewer", "liaison", "security officer"]


@st.composite
def worlds(draw):
    """A world in which most things hold, so that some items can be read and each thing that does not hold shows."""
    count = iter(range(1, 10_000))

    def new():
        return str(uuid.UUID(int=next(count) + (draw_number << 64)))

    draw_number = draw(st.integers(0, 2**31))
    often = st.sampled_from([True] * 14 + [False])
    now_and_then = st.sampled_from([False] * 4 + [True])
    rarely = st.sampled_from([False] * 9 + [True])
    instant = st.sampled_from(INSTANTS)

    def pick(*choices):
        return draw(st.sampled_from(choices))

    def dated(good, other, **about):
        """Usually one change long ago that is good; now and then others around the present moment."""
        rows = []
        if draw(often):
            rows.append({"at": PAST[0], **good})
        while draw(now_and_then):
            rows.append({"at": draw(instant), **(good if draw(st.booleans()) else other())})
        return [
            {"id": new(), "recorded_at": PAST[0] + next(count) * MICROSECOND, **about, **row}
            for row in draw(st.permutations(rows))
        ]

    world = {
        name: []
        for name in (
            "organisations organisation_changes sites facility_changes persons citizenship_changes eligibility_changes "
            "agreement_changes positions position_changes appointments appointment_changes access_changes "
            "read_in_changes groups member_changes labels items grants recusals"
        ).split()
    }
    for _ in range(2):
        organisation = {"id": new(), "kind": pick(*KINDS)}
        world["organisations"].append(organisation)
        world["organisation_changes"] += dated(
            {"state": "in force"}, lambda: {"state": "ended"}, organisation=organisation["id"]
        )
        site = {"id": new(), "organisation": organisation["id"]}
        world["sites"].append(site)
        world["facility_changes"] += dated(
            {"state": "granted", "level": 3, "safeguarding": 3},
            lambda: {
                "state": pick("granted", "invalidated", "interim", "terminated"),
                "level": pick(0, 1, 2, 3),
                "safeguarding": pick(0, 2, 3),
            },
            site=site["id"],
        )
    for _ in range(2):
        person = {"id": new(), "enabled": draw(often)}
        world["persons"].append(person)
        world["eligibility_changes"] += dated(
            {"state": "favourable", "level": 3, "vetting": True},
            lambda: {
                "state": pick("favourable", "suspended", "expired", "interim"),
                "level": pick(0, 1, 2, 3),
                "vetting": draw(often),
            },
            person=person["id"],
        )
        for country in COUNTRIES[: pick(1, 2)]:
            world["citizenship_changes"] += dated(
                {"state": "in force"}, lambda: {"state": "ended"}, person=person["id"], country=country
            )
        for kind in ("non-disclosure agreement", "training"):
            world["agreement_changes"] += dated(
                {"state": "signed", "until": None},
                lambda: {"state": pick("signed", "ended"), "until": pick(None, *INSTANTS)},
                person=person["id"],
                kind=kind,
            )
    for site in world["sites"]:
        for _ in range(2):
            position = {"id": new(), "organisation": site["organisation"], "site": site["id"]}
            world["positions"].append(position)
            world["position_changes"] += dated(
                {
                    "state": "in force",
                    "roles": draw(st.lists(st.sampled_from(ROLES), max_size=2, unique=True)),
                    "level": 3,
                    "compartments": COMPARTMENTS[:],
                },
                lambda: {
                    "state": pick("in force", "ended"),
                    "roles": [pick(*ROLES)],
                    "level": pick(0, 1, 2, 3),
                    "compartments": COMPARTMENTS[: pick(0, 1)],
                },
                position=position["id"],
            )
    # The first person works at both organisations, the second at one.
    for person, position in ((0, 0), (0, 2), (1, 1)):
        appointment = {
            "id": new(),
            "person": world["persons"][person]["id"],
            "position": world["positions"][position]["id"],
        }
        world["appointments"].append(appointment)
        about = {"appointment": appointment["id"]}
        world["appointment_changes"] += dated({"state": "in force"}, lambda: {"state": "ended"}, **about)
        world["access_changes"] += dated(
            {"state": "active", "level": 3},
            lambda: {"state": pick("active", "suspended", "debriefed", "requested"), "level": pick(0, 1, 2, 3)},
            **about,
        )
        for compartment in COMPARTMENTS:
            world["read_in_changes"] += dated(
                {"state": "read in"}, lambda: {"state": "debriefed"}, **about, compartment=compartment
            )
    for _ in range(2):
        group = {"id": new(), "owner": pick(*(row["id"] for row in world["organisations"]))}
        world["groups"].append(group)
        for organisation in world["organisations"]:
            world["member_changes"] += dated(
                {"state": "in force"}, lambda: {"state": "ended"}, group=group["id"], organisation=organisation["id"]
            )
    organisations = [row["id"] for row in world["organisations"]]
    groups = [row["id"] for row in world["groups"]]
    subset = st.lists(st.sampled_from(organisations), max_size=2, unique=True).map(sorted)

    def maybe(strategy):
        return draw(strategy) if draw(rarely) else None

    def circle():
        return {
            "tlp": pick("clear", "green", "amber", "amber", "amber+strict", "red"),
            "owner": pick(*organisations),
            "group": pick(None, *groups),
            "organisations": draw(subset) if draw(rarely) else None,
        }

    for _ in range(6):
        first = circle()
        also = [circle() for _ in range(pick(0, 0, 0, 1))]
        level = pick(0, 0, 1, 2, 3)
        roles = maybe(st.lists(st.sampled_from(ROLES), max_size=2, unique=True).map(sorted))
        need = (
            "named" if level or first["tlp"] == "red" else pick("none", "none", "named", *(["role"] if roles else []))
        )
        label = {
            "id": new(),
            "tlp": first["tlp"],
            "owner": first["owner"],
            "group": first["group"],
            "permitted_organisations": first["organisations"],
            "also": also,
            "level": level,
            "compartments": sorted(draw(st.sets(st.sampled_from(COMPARTMENTS)))) if draw(rarely) or level == 3 else [],
            "releasable_to": maybe(st.lists(st.sampled_from(COUNTRIES), max_size=2, unique=True).map(sorted)),
            "permitted_kinds": maybe(st.lists(st.sampled_from(KINDS), max_size=3, unique=True).map(sorted)),
            "need": need,
            "roles": roles,
            "kept_here": draw(st.booleans()),
            "unknown": ["eyes of nobody"] if draw(rarely) else [],
            "withdrawn_at": maybe(instant),
        }
        world["labels"].append(label)
    appointments = [row["id"] for row in world["appointments"]]
    for number in range(8):
        world["items"].append(
            {
                "id": new(),
                "label": pick(*(row["id"] for row in world["labels"])),
                "case": pick(None, *(row["id"] for row in world["items"][:2])) if number > 1 else None,
                "made_by": pick(None, None, *appointments),
                "embargo_until": maybe(instant),
            }
        )
    for item in world["items"]:
        for appointment in appointments:
            if draw(st.integers(0, 3)) == 0:
                starts = pick(*INSTANTS)
                world["grants"].append(
                    {
                        "id": new(),
                        "item": item["id"],
                        "appointment": appointment,
                        "granted_by": pick(*(other for other in appointments if other != appointment)),
                        "purpose": "to see",
                        "starts_at": starts,
                        "ends_at": pick(*(end for end in [*INSTANTS, NOW + timedelta(days=9)] if end > starts)),
                        "withdrawn_at": maybe(instant),
                    }
                )
        if draw(rarely):
            about = pick("item", "organisation")
            world["recusals"].append(
                {
                    "id": new(),
                    "person": pick(*(row["id"] for row in world["persons"])),
                    "item": item["id"] if about == "item" else None,
                    "organisation": pick(*organisations) if about == "organisation" else None,
                    "starts_at": pick(*INSTANTS),
                    "ends_at": pick(None, *INSTANTS),
                }
            )
    return world


def put(world):
    """Write a world into the database, as the owner."""
    from hustings.apps.items import models as items
    from hustings.apps.people import models as people

    def rows(model, table, **renamed):
        model.objects.bulk_create(
            model(**{renamed.get(name, name): value for name, value in row.items()}) for row in world[table]
        )

    def change(model, table, **renamed):
        rows_ = [
            model(document="order 1", **{renamed.get(name, name): value for name, value in row.items()})
            for row in world[table]
        ]
        model.objects.bulk_create(rows_)

    people.Organisation.objects.bulk_create(
        people.Organisation(id=row["id"], name=row["id"], legal_name="x", kind=row["kind"], country="US")
        for row in world["organisations"]
    )
    people.Site.objects.bulk_create(
        people.Site(id=row["id"], organisation_id=row["organisation"], name="house", country="US")
        for row in world["sites"]
    )
    people.Person.objects.bulk_create(
        people.Person(id=row["id"], name="x", email=f"{row['id']}@example.org", is_active=row["enabled"])
        for row in world["persons"]
    )
    people.Position.objects.bulk_create(
        people.Position(id=row["id"], organisation_id=row["organisation"], site_id=row["site"], title="x")
        for row in world["positions"]
    )
    rows(people.Appointment, "appointments", person="person_id", position="position_id")
    people.Compartment.objects.bulk_create([people.Compartment(code=code) for code in COMPARTMENTS])
    change(people.OrganisationChange, "organisation_changes", organisation="organisation_id")
    change(people.FacilityChange, "facility_changes", site="site_id")
    change(people.EligibilityChange, "eligibility_changes", person="person_id")
    change(people.Citizenship, "citizenship_changes", person="person_id")
    change(people.AgreementChange, "agreement_changes", person="person_id")
    change(people.PositionChange, "position_changes", position="position_id")
    change(people.AppointmentChange, "appointment_changes", appointment="appointment_id")
    change(people.AccessChange, "access_changes", appointment="appointment_id")
    change(people.ReadInChange, "read_in_changes", appointment="appointment_id", compartment="compartment_id")
    items.SharingGroup.objects.bulk_create(
        items.SharingGroup(id=row["id"], name="x", owner_id=row["owner"]) for row in world["groups"]
    )
    change(items.SharingMember, "member_changes", group="group_id", organisation="organisation_id")
    items.Label.objects.bulk_create(
        items.Label(
            digest=hashlib.sha256(json.dumps(row, default=str).encode()).hexdigest(),
            **{{"owner": "owner_id", "group": "group_id"}.get(name, name): value for name, value in row.items()},
        )
        for row in world["labels"]
    )
    items.Item.objects.bulk_create(
        items.Item(
            id=row["id"],
            kind="note",
            title="x",
            label_id=row["label"],
            case_id=row["case"],
            made_by_id=row["made_by"],
            embargo_until=row["embargo_until"],
        )
        for row in world["items"]
    )
    rows(items.NeedGrant, "grants", item="item_id", appointment="appointment_id", granted_by="granted_by_id")
    rows(items.Recusal, "recusals", person="person_id", item="item_id", organisation="organisation_id")
