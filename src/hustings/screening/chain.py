"""Who stands behind an ad: sponsor, payer, controller, each with evidence or as unknown, and what others share with them."""

__all__ = ["NOT_ESTABLISHED", "Chain", "Link", "Reason", "Sponsor", "chain", "reasons"]

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from hustings.screening.register.contact import folded_address, folded_domain, folded_phone, mail_domain

NOT_ESTABLISHED = "controller not established"
# Younger than this, an organisation, a page or a domain goes to a person.
YOUNG_DAYS = 90
# What more sponsors share than this is an office service's or a house's; said with the number, and still looked at.
MANY = 20


@dataclass(frozen=True, kw_only=True)
class Link:
    """One place in the chain: who stands there, and by what evidence; None where nobody knows.

    evidence   a sentence naming its source (a register's edition, a confirmed payment, a document's kind), never
               the document itself
    """

    role: str
    name: str | None = None
    evidence: str | None = None

    @property
    def established(self) -> bool:
        """Whether somebody is named and something shows it: a name alone is a claim."""
        return self.name is not None and self.evidence is not None

    def public(self) -> str:
        """What everybody may read."""
        if self.established:
            return f"{self.role}: {self.name} ({self.evidence})"
        if self.role == "controller":
            return NOT_ESTABLISHED
        return f"{self.role}: {self.name}, by its own word" if self.name else f"{self.role}: unknown"


@dataclass(frozen=True, kw_only=True)
class Chain:
    """Sponsor, payer and controller of one advertiser."""

    sponsor: Link
    payer: Link
    controller: Link

    def public(self) -> str:
        """The line under an ad's record."""
        return "; ".join(link.public() for link in (self.sponsor, self.payer, self.controller)) + "."

    @property
    def unknown(self) -> tuple[str, ...]:
        """The roles that nothing shows."""
        return tuple(link.role for link in (self.sponsor, self.payer, self.controller) if not link.established)


def chain(*, sponsor: Link, payer: Link | None = None, controller: Link | None = None) -> Chain:
    """Put a chain together; who is not given is unknown, and nobody is taken for another.

    Edges    a payer of the sponsor's name is the sponsor, with the sponsor's evidence only if the payment has its own.
    Limits   a controller is established by evidence of control (a register of owners, a statute), not by paying.
    """
    roles = {
        "sponsor": sponsor,
        "payer": payer or Link(role="payer"),
        "controller": controller or Link(role="controller"),
    }
    for role, link in roles.items():
        if link.role != role:
            message = f"a link of role {link.role!r} cannot stand as {role}"
            raise ValueError(message)
    return Chain(**roles)


@dataclass(frozen=True, kw_only=True)
class Sponsor:
    """What is known of a sponsor beside its ads, as a platform holds it. Empty where nothing is known.

    key          its name in traces and tables
    registered, domain_registered, page_created   days from which an age is counted
    owner        a declared common owner: what two sponsors of one owner share is no reason
    """

    key: str
    name: str
    addresses: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    officers: tuple[str, ...] = ()
    administrators: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    registered: date | None = None
    domain_registered: date | None = None
    page_created: date | None = None
    owner: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a person has to look: what kind of fact, which value, with whom it is shared; a number alone asks for nobody."""

    kind: str
    value: str
    others: tuple[str, ...]
    sentence: str
    needs_person: bool = True


def _name(text: str) -> str:
    """An officer's name, whichever way round it is written."""
    return " ".join(sorted(text.casefold().replace(",", " ").replace(".", " ").split()))


# Kind -> (its values, how they are folded so that spellings meet, how it is said).
SHARED: dict[str, tuple[Callable[[Sponsor], Sequence[str]], Callable[[str], str], str]] = {
    "address": (lambda one: one.addresses, folded_address, "The address"),
    "phone": (lambda one: one.phones, folded_phone, "The phone number"),
    "domain": (lambda one: one.domains, folded_domain, "The domain"),
    "mail": (lambda one: one.mails, mail_domain, "The mail's domain"),
    "instrument": (lambda one: one.instruments, str, "The payment instrument"),
    "officer": (lambda one: one.officers, _name, "The officer"),
    "administrator": (lambda one: one.administrators, str, "The administrator"),
    "number": (lambda one: one.numbers, str, "The register's number"),
}
# Values that are nobody's business: shown to the desk, not in public.
SECRET = frozenset({"instrument", "phone", "administrator"})
AGES = (
    ("organisation", "The organisation was registered"),
    ("domain", "The domain was registered"),
    ("page", "The page was made"),
)


def reasons(sponsor: Sponsor, others: Iterable[Sponsor], *, on: date) -> tuple[Reason, ...]:
    """What a sponsor shares with others, and what of it is younger than 90 days; each goes to a person, explained.

    Edges    sponsors of one declared owner share in the open. One register number for many advertisers is lawful
             (53-6002523 stands for the offices of the US House), so it is said and asks for nobody.
    Limits   only sponsors that the caller hands in are looked at; an address written in other words is another.
    """
    found: list[Reason] = []
    rest = [one for one in others if one.key != sponsor.key and not (one.owner and one.owner == sponsor.owner)]
    for kind, (values, folded, said) in SHARED.items():
        held: dict[str, list[str]] = {}
        for one in rest:
            for value in {folded(value) for value in values(one)} - {""}:
                held.setdefault(value, []).append(one.name)
        for value in sorted({folded(value) for value in values(sponsor)} - {""}):
            names = tuple(sorted(held.get(value, ())))
            if not names:
                continue
            shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            text = f"{said}{'' if kind in SECRET else f' {value}'} is also that of {shown}."
            if kind == "number":
                text += " One number may lawfully stand for many."
            elif len(names) > MANY:
                text += " So many share it that it may be an office service or a house of many tenants."
            found.append(Reason(kind=kind, value=value, others=names, sentence=text, needs_person=kind != "number"))
    days = (sponsor.registered, sponsor.domain_registered, sponsor.page_created)
    for (kind, said), day in zip(AGES, days, strict=True):
        if day is not None and (on - day).days < YOUNG_DAYS:
            age = (on - day).days
            text = f"{said} {age} days ago, on {day.isoformat()}: under {YOUNG_DAYS} days."
            found.append(Reason(kind=f"young {kind}", value=day.isoformat(), others=(), sentence=text))
    return tuple(
        sorted(found, key=lambda reason: (not reason.needs_person, -len(reason.others), reason.kind, reason.value))
    )
