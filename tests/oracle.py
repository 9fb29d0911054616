"""Who may read what, worked out a third time, as plainly as the text of the rule says it; shares no code with it.

A world is a dict of lists of plain rows; see `tests/worlds.py`. Dates are datetimes, ids are strings.
"""

TLP_ORDER = ["clear", "green", "amber", "amber+strict", "red"]
ROLES = {
    "analyst",
    "reviewer",
    "verifier",
    "liaison",
    "security officer",
    "auditor",
    "administrator",
    "public information",
    "supervisor",
    "rights auditor",
}


def state_at(rows, now):
    """The row that holds: sorted by its date and then by when it was written, the last one not after now."""
    held = None
    for row in sorted(rows, key=lambda row: (row["at"], row["recorded_at"])):
        if row["at"] <= now:
            held = row
    return held


def of(world, table, **wanted):
    return [row for row in world[table] if all(row[name] == value for name, value in wanted.items())]


def one(world, table, **wanted):
    (row,) = of(world, table, **wanted)
    return row


def is_in(world, table, state, now, **wanted):
    row = state_at(of(world, table, **wanted), now)
    return row is not None and row["state"] == state


def why_not(world, appointment_id, strong, item_id, now):
    """The codes of every condition that fails for somebody (None: a visitor) and an item."""
    item = one(world, "items", id=item_id)
    label = one(world, "labels", id=item["label"])
    circles = [
        {
            "tlp": label["tlp"],
            "owner": label["owner"],
            "group": label["group"],
            "organisations": label["permitted_organisations"],
        },
        *label["also"],
    ]
    no = set()

    # 2: every marking known, in force.
    if label["unknown"] or (label["withdrawn_at"] is not None and label["withdrawn_at"] <= now):
        no.add("marking")
    owners = {circle["owner"] for circle in circles}
    public = (
        not label["unknown"]
        and label["level"] == 0
        and label["need"] == "none"
        and label["compartments"] == []
        and label["roles"] is None
        and label["releasable_to"] is None
        and label["permitted_kinds"] is None
    )
    for circle in circles:
        if circle["tlp"] != "clear" or circle["organisations"] is not None:
            public = False

    if appointment_id is None:
        organisation = None
    else:
        appointment = one(world, "appointments", id=appointment_id)
        position = one(world, "positions", id=appointment["position"])
        person = one(world, "persons", id=appointment["person"])
        organisation = position["organisation"]

    # 12: embargo binds all but the owner; keeping out binds the person, except from what is public.
    if item["embargo_until"] is not None and item["embargo_until"] > now and owners != {organisation}:
        no.add("conflict")
    if public:
        return no

    # 1: enabled, strong, bound to one person in one position at one organisation.
    if appointment_id is None:
        return no | {"identity", "need to know?"}  # what else a visitor fails is not asked
    post = state_at(of(world, "position_changes", position=position["id"]), now)
    in_post = post is not None and post["state"] == "in force"
    if not (
        person["enabled"]
        and strong
        and is_in(world, "appointment_changes", "in force", now, appointment=appointment_id)
        and is_in(world, "organisation_changes", "in force", now, organisation=organisation)
        and in_post
    ):
        no.add("identity")

    level = label["level"]
    if level > 0:
        # 3
        access = state_at(of(world, "access_changes", appointment=appointment_id), now)
        if access is None or access["state"] != "active" or access["level"] < level:
            no.add("access")
        # 4
        found = state_at(of(world, "eligibility_changes", person=person["id"]), now)
        if found is None or found["state"] != "favourable" or found["level"] < level or not found["vetting"]:
            no.add("eligibility")
        # 5
        if not in_post or post["level"] < level:
            no.add("position")
        # 6
        place = state_at(of(world, "facility_changes", site=position["site"]), now)
        if (
            place is None
            or place["state"] != "granted"
            or place["level"] < level
            or (label["kept_here"] and place["safeguarding"] < level)
        ):
            no.add("facility")
        # 7
        for kind in ("non-disclosure agreement", "training"):
            signed = state_at(of(world, "agreement_changes", person=person["id"], kind=kind), now)
            if (
                signed is None
                or signed["state"] != "signed"
                or (signed["until"] is not None and signed["until"] <= now)
            ):
                no.add("agreement")
    # 8
    for compartment in label["compartments"]:
        inside = is_in(world, "read_in_changes", "read in", now, appointment=appointment_id, compartment=compartment)
        if not inside or not in_post or compartment not in post["compartments"]:
            no.add("compartment")
    # 9
    if label["releasable_to"] is not None:
        if not any(
            is_in(world, "citizenship_changes", "in force", now, person=person["id"], country=country)
            for country in label["releasable_to"]
        ):
            no.add("release")
    kind = one(world, "organisations", id=organisation)["kind"]
    if label["permitted_kinds"] is not None and kind not in label["permitted_kinds"]:
        no.add("release")
    for circle in circles:
        if circle["organisations"] is not None and organisation not in [*circle["organisations"], circle["owner"]]:
            no.add("release")
    # 10
    for circle in circles:
        member = circle["group"] is not None and (
            one(world, "groups", id=circle["group"])["owner"] == organisation
            or is_in(world, "member_changes", "in force", now, group=circle["group"], organisation=organisation)
        )
        owner = circle["owner"] == organisation
        fits = {
            "clear": True,
            "green": True,
            "amber": owner or member,
            "amber+strict": owner or organisation in (circle["organisations"] or []),
            "red": owner or member,
        }[circle["tlp"]]
        if not fits:
            no.add("sharing")
    # 11
    if label["roles"] is not None and not (in_post and set(post["roles"]) & set(label["roles"]) & ROLES):
        no.add("need to know")
    strictest = max(TLP_ORDER.index(circle["tlp"]) for circle in circles)
    if label["need"] == "named" or level > 0 or TLP_ORDER[strictest] == "red":
        named = item["made_by"] == appointment_id
        for grant in of(world, "grants", appointment=appointment_id):
            by = one(world, "appointments", id=grant["granted_by"])
            if (
                grant["item"] in (item["id"], item["case"])
                and by["person"] != person["id"]
                and grant["purpose"]
                and grant["starts_at"] <= now < grant["ends_at"]
                and not (grant["withdrawn_at"] is not None and grant["withdrawn_at"] <= now)
            ):
                named = True
        if not named:
            no.add("need to know")
    # 12
    for recusal in of(world, "recusals", person=person["id"]):
        if recusal["starts_at"] <= now and (recusal["ends_at"] is None or now < recusal["ends_at"]):
            if recusal["item"] is not None and recusal["item"] in (item["id"], item["case"]):
                no.add("conflict")
            if recusal["organisation"] is not None and recusal["organisation"] in owners:
                no.add("conflict")
    return no


def readable_ids(world, appointment_id, strong, now):
    """The ids of the items that somebody may know."""
    return {item["id"] for item in world["items"] if not why_not(world, appointment_id, strong, item["id"], now)}
