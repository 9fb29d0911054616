"""Tells which protected domain an observed one looks like: letters, slips, endings, dots, words beside, labels in front."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from hustings.exchange.lookalike.host import Host, read_host
from hustings.exchange.lookalike.labels import MORE, SEPARATORS, Labels
from hustings.exchange.lookalike.relation import Relation, Seen
from hustings.exchange.lookalike.words import ENDINGS, STARTS, WORDS, parted
from hustings.screening.folded import fold

__all__ = ["Domains"]

# A label of fewer letters in front of another's domain, or under another ending, says nothing.
FEWEST_LABEL, FEWEST_ENDING, FEWEST_BESIDE_DOTS = 7, 3, 4
WEAK_LABEL = 0.45
COMMON = 0.7  # a name that consists of everybody's words


class Domains:
    """Protected hosts, and the recognition of what looks like them.

    Reads    protected: hosts or addresses. What is registered, and everything under it, is theirs.
             allowed: further hosts that are theirs, or that somebody looked at and let stand; likewise with all under
    Limits   a host is compared by its letters alone: neither who registered it nor what stands there is known. A
             foreign word that means the same, a picture of the name and a path under an unrelated host pass.
    """

    def __init__(self, protected: Iterable[str], allowed: Iterable[str] = ()) -> None:
        self._own: set[str] = set()
        self._allowed: set[str] = set()
        self._labels = Labels()
        # label -> the protected hosts that go by it, in the order they came
        self._hosts: dict[str, list[Host]] = defaultdict(list)
        self._whole: dict[str, list[Host]] = defaultdict(list)
        self._spelt: dict[str, Host] = {}
        for text in protected:
            host = read_host(text)
            if host is None or host.ascii in self._spelt:
                continue
            self._spelt[host.ascii] = host
            self._own.add(host.registered)
            for label in _labels_of(host):
                self._labels.add(label)
                self._hosts[label].append(host)
            for joined in {_joined(host.name, host.suffix), _joined(*host.under, host.name, host.suffix)}:
                self._whole[joined].append(host)
        for text in allowed:
            host = read_host(text)
            if host is not None:
                self._allowed.add(host.ascii)

    def own(self, host: Host) -> bool:
        """Whether a host is protected itself, stands under what is, or is allowed."""
        if host.registered in self._own:
            return True
        parts = host.ascii.split(".")
        return any(".".join(parts[at:]) in self._allowed for at in range(len(parts) - 1))

    def find(self, observed: str) -> dict[str, set[Seen]]:
        """The protected hosts that an observed host or address looks like, and how."""
        host = read_host(observed)
        if host is None or self.own(host):
            return {}
        found: dict[str, set[Seen]] = defaultdict(set)
        self._by_name(host, found)
        self._by_dots(host, found)
        self._glued(host, found)
        self._in_front(host, found)
        return {name: seen for name, seen in found.items() if seen}

    def _add(self, found: dict[str, set[Seen]], label: str, host: Host, seen: Iterable[Seen]) -> None:
        for protected in self._hosts[label]:
            other = protected.suffix != host.suffix
            common = COMMON if label.translate(SEPARATORS) in WORDS or _of_words(label) else 1.0
            for one in seen:
                # Another ending is one thing more to suppose, unless nothing else was.
                found[protected.ascii].add(Seen(one.relation, one.weight * (MORE if other else 1.0) * common))
            if other:
                strongest = max(one.weight for one in found[protected.ascii])
                found[protected.ascii].add(Seen(Relation.OTHER_SUFFIX, min(strongest, Relation.OTHER_SUFFIX.weight)))

    def _by_name(self, host: Host, found: dict[str, set[Seen]]) -> None:
        if host.name in self._labels and len(host.name) >= FEWEST_ENDING:
            common = COMMON if host.name in WORDS or _of_words(host.name) else 1.0
            for protected in self._hosts[host.name]:
                found[protected.ascii].add(Seen(Relation.OTHER_SUFFIX, Relation.OTHER_SUFFIX.weight * common))
        for label, seen in self._labels.find(host.name).items():
            self._add(found, label, host, seen)

    def _by_dots(self, host: Host, found: dict[str, set[Seen]]) -> None:
        """The dots moved: "vir.ginia.gov", "example.co.uk" as "exampleco.uk"."""
        joined = _joined(*host.under, host.name, host.suffix)
        for protected in self._whole.get(joined, ()):
            found[protected.ascii].add(Seen(Relation.SPLIT, Relation.SPLIT.weight))
        if host.under:
            for label in self._labels.joined(_joined(*host.under, host.name)):
                if len(label) >= FEWEST_BESIDE_DOTS:
                    self._add(found, label, host, [Seen(Relation.SPLIT, Relation.SPLIT.weight)])

    def _glued(self, host: Host, found: dict[str, set[Seen]]) -> None:
        """What stands around the dots, without them: "wwwexample.com", "example-gov.com"."""
        name = fold(host.name).text
        rests = {name}
        for start in STARTS:
            if name.startswith(start):
                rests.add(name.removeprefix(start).lstrip("-"))
        for rest in sorted(rests):
            for cut in range(2, len(rest)):
                ending = rest[cut:].translate(SEPARATORS)
                if ending in ENDINGS:
                    for label in self._labels.joined(rest[:cut].rstrip("-")):
                        if len(label) >= FEWEST_BESIDE_DOTS:
                            self._seen_glued(label, host, ending, found)
            if rest != name:
                for label in self._labels.joined(rest):
                    if len(label) >= FEWEST_BESIDE_DOTS:
                        self._seen_glued(label, host, "", found)
            for protected in self._whole.get(rest.translate(SEPARATORS), ()):
                found[protected.ascii].add(Seen(Relation.GLUED, Relation.GLUED.weight))

    def _seen_glued(self, label: str, host: Host, ending: str, found: dict[str, set[Seen]]) -> None:
        for protected in self._hosts[label]:
            right = not ending or protected.suffix.replace(".", "") == ending
            found[protected.ascii].add(Seen(Relation.GLUED, Relation.GLUED.weight * (1.0 if right else MORE)))

    def _in_front(self, host: Host, found: dict[str, set[Seen]]) -> None:
        """The protected name among the labels before a domain of somebody else's."""
        under = [fold(label).text for label in host.under]
        for start in range(len(under)):
            for end in range(start + 1, len(under) + 1):
                for protected in self._whole.get(_joined(*under[start:end]), ()):
                    found[protected.ascii].add(Seen(Relation.LABEL, Relation.LABEL.weight))
        for label in under:
            names = self._labels.joined(label)
            weight = WEAK_LABEL
            if not names:
                names = [name for rest, _ in parted(label) for name in self._labels.joined(rest)]
            for name in names:
                if len(name) >= FEWEST_LABEL and not _of_words(name):
                    for protected in self._hosts[name]:
                        found[protected.ascii].add(Seen(Relation.LABEL, weight))


def _labels_of(host: Host) -> list[str]:
    """The labels by which a host is known: what was registered, and that with what stands before it."""
    labels = [fold(host.name).text]
    under = [label for label in host.under if label != "www"]
    if under:
        labels.append(fold("-".join((*under, host.name))).text)
    return labels


def _joined(*labels: str) -> str:
    return fold("".join(labels)).text.translate(SEPARATORS)


def _of_words(label: str) -> bool:
    """Whether a label consists of everybody's words."""
    plain = label.translate(SEPARATORS)
    return plain in WORDS or any(rest in WORDS for rest, _ in parted(plain))
