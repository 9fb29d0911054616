"""The log's Merkle tree as its keeper needs it: growing in batches, and proofs from stored nodes.

Only complete subtrees are stored, each once and for ever: node (level, place) covers the entries from
place << level up to (place + 1) << level. Any root and any proof of any size is made of few of them.
How proofs are checked stands with the reader's tool, `verify_log`. Source: RFC 9162, section 2.1.
"""

__all__ = ["Node", "consistency_proof", "edge_nodes", "grow", "inclusion_proof", "load_edge", "root_at"]

from collections.abc import Callable, Iterable, Mapping, Sequence

from hustings.ledger.verify_log import EMPTY_ROOT, Edge, node_hash

Node = tuple[int, int]  # level, place
Span = tuple[int, int]  # from the first entry up to, not with, the second
# One call gives the hashes of all the nodes that a proof needs: a single query.
ReadNodes = Callable[[Sequence[Node]], Mapping[Node, bytes]]


def grow(edge: Edge, leaves: Iterable[bytes]) -> list[tuple[Node, bytes]]:
    """Append leaf hashes to a tree known by its edge; give the nodes to store."""
    made: list[tuple[Node, bytes]] = []
    for leaf in leaves:
        place = edge.size
        made += [((level, place >> level), node) for level, node in enumerate(edge.add(leaf))]
    return made


def edge_nodes(size: int) -> list[Node]:
    """The complete subtrees that make up a tree of `size`, largest first."""
    return _complete((0, size))


def load_edge(size: int, read: ReadNodes) -> Edge:
    """The edge of a stored tree, ready to grow on."""
    wanted = edge_nodes(size)
    nodes = read(wanted)
    return Edge(size, [nodes[node] for node in wanted])


def root_at(size: int, read: ReadNodes) -> bytes:
    """Root of the tree when it had `size` entries."""
    return _hashes([(0, size)], read)[0] if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: ReadNodes) -> list[bytes]:
    """What it takes, beside an entry, to compute the root at `size`; nearest sibling first."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} has no entry {index}")
    return _hashes(_siblings(index, (0, size)), read)


def consistency_proof(old: int, new: int, read: ReadNodes) -> list[bytes]:
    """What shows that the tree of `new` entries begins with the tree of `old`; empty for an empty or equal one."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} cannot continue one of {old}")
    return _hashes(_steps(old, (0, new), known=True), read) if 0 < old < new else []


def _split(span: Span) -> int:
    """Where a span of two or more entries is divided: the largest power of two below its length."""
    start, end = span
    return start + (1 << (end - start - 1).bit_length() - 1)


def _siblings(index: int, span: Span) -> list[Span]:
    start, end = span
    if end - start == 1:
        return []
    middle = _split(span)
    if index < middle:
        return [*_siblings(index, (start, middle)), (middle, end)]
    return [*_siblings(index, (middle, end)), (start, middle)]


def _steps(old: int, span: Span, *, known: bool) -> list[Span]:
    """Spans of a consistency proof; `known` while the older root itself is this span's left part."""
    start, end = span
    if old == end:
        return [] if known else [span]
    middle = _split(span)
    if old <= middle:
        return [*_steps(old, (start, middle), known=known), (middle, end)]
    return [*_steps(old, (middle, end), known=False), (start, middle)]


def _complete(span: Span) -> list[Node]:
    """The complete subtrees of a span, largest first; its start is a multiple of the largest."""
    start, end = span
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def _hashes(spans: Sequence[Span], read: ReadNodes) -> list[bytes]:
    parts = [_complete(span) for span in spans]
    nodes = read([node for part in parts for node in part])
    hashes = []
    for part in parts:
        found = nodes[part[-1]]
        for node in reversed(part[:-1]):
            found = node_hash(nodes[node], found)
        hashes.append(found)
    return hashes
