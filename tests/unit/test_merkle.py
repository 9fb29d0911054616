"""The Merkle tree agrees with the plain definition and with what others published."""

import hashlib
import json
from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.ledger.merkle import consistency_proof, grow, inclusion_proof, load_edge, root_at
from hustings.ledger.verify_log import (
    EMPTY_ROOT,
    Edge,
    ProofFails,
    UnusableInput,
    check_consistency,
    check_inclusion,
    check_vectors,
    leaf_hash,
    node_hash,
)

# Leaves, roots and proofs of the certificate-transparency reference tests, kept on in
# transparency-dev/merkle (testonly/constants.go, testonly/reference_test.go, testdata).
PUBLISHED = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = """
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125
aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77
d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7
4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4
76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef
ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c
5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328
""".split()
INCLUSION = [
    (0, 1, []),
    (0, 2, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"]),
    (1, 2, ["6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"]),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (1, 5, ["6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
    (0, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
    (5, 8, ["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
]  # fmt: skip
CONSISTENCY = [
    (1, 1, []),
    (1, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
    (2, 5, ["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
    (6, 7, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
    (6, 8, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
]  # fmt: skip
LEAVES = [leaf_hash(bytes.fromhex(text)) for text in PUBLISHED]
SOME = hashlib.sha256(b"some other thing").digest()


def tree(leaves):
    """Grow a tree entry by entry; give what a store would hold."""
    return dict(grow(Edge(), leaves))


def reader(nodes):
    return lambda wanted: {node: nodes[node] for node in wanted}


# The definitions of RFC 9162, sections 2.1.1, 2.1.3.1 and 2.1.4.1, word for word: slow and plain.
def plain_split(count):
    half = 1
    while half * 2 < count:
        half *= 2
    return half


def plain_root(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = plain_split(len(leaves))
    return hashlib.sha256(b"\x01" + plain_root(leaves[:half]) + plain_root(leaves[half:])).digest()


def plain_inclusion(index, leaves):
    if len(leaves) == 1:
        return []
    half = plain_split(len(leaves))
    if index < half:
        return [*plain_inclusion(index, leaves[:half]), plain_root(leaves[half:])]
    return [*plain_inclusion(index - half, leaves[half:]), plain_root(leaves[:half])]


def plain_consistency(old, leaves, whole=True):
    if old == len(leaves):
        return [] if whole else [plain_root(leaves)]
    half = plain_split(len(leaves))
    if old <= half:
        return [*plain_consistency(old, leaves[:half], whole), plain_root(leaves[half:])]
    return [*plain_consistency(old - half, leaves[half:], False), plain_root(leaves[:half])]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size):
    assert root_at(size, reader(tree(LEAVES))).hex() == ROOTS[size]


@pytest.mark.parametrize("index, size, proof", INCLUSION)
def test_inclusion_proofs_are_the_published_ones(index, size, proof):
    made = inclusion_proof(index, size, reader(tree(LEAVES)))
    assert [one.hex() for one in made] == proof
    check_inclusion(LEAVES[index], index, size, made, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize("old, new, proof", CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(old, new, proof):
    made = consistency_proof(old, new, reader(tree(LEAVES)))
    assert [one.hex() for one in made] == proof
    check_consistency(old, new, made, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]))


def test_every_root_and_proof_up_to_130_entries_is_the_plain_one_and_holds():
    leaves = [leaf_hash(str(number).encode()) for number in range(130)]
    read = reader(tree(leaves))
    roots = [plain_root(leaves[:size]) for size in range(131)]
    assert [root_at(size, read) for size in range(131)] == roots
    for size in range(1, 131):
        for index in range(size):
            proof = inclusion_proof(index, size, read)
            if index % 7 == size % 7:  # the plain reading is slow: a seventh of them, every size and place in turn
                assert proof == plain_inclusion(index, leaves[:size])
            check_inclusion(leaves[index], index, size, proof, roots[size])
            old = index + 1
            proof = consistency_proof(old, size, read)
            if index % 7 == size % 7:
                assert proof == plain_consistency(old, leaves[:size])
            check_consistency(old, size, proof, roots[old], roots[size])


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_batches_of_any_cut_make_the_same_tree_and_only_its_edge_is_needed(data):
    leaves = [leaf_hash(bytes([number % 251, number // 251])) for number in range(data.draw(st.integers(0, 300)))]
    nodes, size = {}, 0
    while size < len(leaves):
        batch = leaves[size : size + data.draw(st.integers(1, 90))]
        new = grow(load_edge(size, reader(nodes)), batch)
        assert not {node for node, _ in new} & set(nodes)
        nodes.update(new)
        size += len(batch)
    assert nodes == tree(leaves)
    assert root_at(size, reader(nodes)) == plain_root(leaves)


@settings(max_examples=80, deadline=None)
@given(size=st.integers(2, 200), data=st.data())
def test_a_proof_that_was_touched_anywhere_fails(size, data):
    leaves = [leaf_hash(str(number).encode()) for number in range(size)]
    read = reader(tree(leaves))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    proof = inclusion_proof(index, size, read) if data.draw(st.booleans()) else None
    steps = proof if proof is not None else consistency_proof(old, size, read)
    place = data.draw(st.integers(0, len(steps) - 1))
    way = data.draw(st.sampled_from(["bit", "drop", "double", "add"]))
    flipped = bytes([steps[place][0] ^ 1]) + steps[place][1:]
    touched = {
        "bit": [*steps[:place], flipped, *steps[place + 1 :]],
        "drop": [*steps[:place], *steps[place + 1 :]],
        "double": [*steps[:place], steps[place], *steps[place:]],
        "add": [*steps, SOME],
    }[way]
    with pytest.raises(ProofFails):
        if proof is not None:
            check_inclusion(leaves[index], index, size, touched, root_at(size, read))
        else:
            check_consistency(old, size, touched, root_at(old, read), root_at(size, read))


def inclusion_vector(index, size, proof, leaf, root):
    return {"type": "inclusion", "leaf_index": index, "tree_size": size, "leaf_hash": text(leaf), "root": text(root),
            "proof": None if proof is None else [text(one) for one in proof]}  # fmt: skip


def consistency_vector(old, new, proof, old_root, new_root):
    return {"type": "consistency", "tree_size": old, "tree_size_2": new, "root": text(old_root),
            "root_2": text(new_root), "proof": None if proof is None else [text(one) for one in proof]}  # fmt: skip


def text(data):
    return b64encode(data).decode()


def judged(*vectors):
    return [reason is None for reason in check_vectors(json.dumps(vectors).encode())]


# As the published tests corrupt them: wrong places, sizes, leaves, roots; parts added, lost, touched.
@pytest.mark.parametrize("index, size, proof", INCLUSION[2:])
def test_corrupted_inclusion_proofs_are_invalid_as_published(index, size, proof):
    proof, root, leaf = [bytes.fromhex(one) for one in proof], bytes.fromhex(ROOTS[size]), LEAVES[index]
    good = (index, size, proof, leaf, root)
    bad = [
        ((index - 1) % 2**64, size, proof, leaf, root), (index + 1, size, proof, leaf, root),
        (index ^ 2, size, proof, leaf, root), (index, size * 2, proof, leaf, root),
        (index, size // 2, proof, leaf, root), (index, size, proof, b"WrongLeaf", root),
        (index, size, proof, leaf, EMPTY_ROOT), (index, size, proof, leaf, SOME),
        (index, size, [*proof, b""], leaf, root), (index, size, [*proof, root], leaf, root),
        (index, size, [b"", *proof], leaf, root), (index, size, [root, *proof], leaf, root),
        (index, size, proof[:-1], leaf, root), (index, size, [proof[0], SOME, *proof[1:]], leaf, root),
        (index, size, None, leaf, root), (-1, size, proof, leaf, root),
    ]  # fmt: skip
    assert judged(*[inclusion_vector(*one) for one in [good, *bad]]) == [True] + [False] * len(bad)


@pytest.mark.parametrize("old, new, proof", CONSISTENCY[1:])
def test_corrupted_consistency_proofs_are_invalid_as_published(old, new, proof):
    proof, one, two = [bytes.fromhex(step) for step in proof], bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new])
    bad = [
        (old - 1, new, proof, one, two), (old + 1, new, proof, one, two), (old ^ 2, new, proof, one, two),
        (old, new * 2, proof, one, two), (old, new // 2, proof, one, two), (old, new, proof, b"WrongRoot", two),
        (old, new, proof, one, b"WrongRoot"), (old, new, proof, two, one), (old, new, [], one, two),
        (old, new, [*proof, b""], one, two), (old, new, [*proof, one], one, two), (old, new, [*proof, two], one, two),
        (old, new, [b"", *proof], one, two), (old, new, [one, *proof], one, two), (old, new, [two, *proof], one, two),
        (old, new, [proof[0], *proof], one, two), (old, new, proof[:-1], one, two), (new, old, proof, one, two),
    ]  # fmt: skip
    vectors = [consistency_vector(*each) for each in [(old, new, proof, one, two), *bad]]
    assert judged(*vectors) == [True] + [False] * len(bad)


@pytest.mark.parametrize("old, new, proof, one, two, holds", [
    (0, 0, [], b"don't care 1", b"don't care 1", True),
    (1, 1, None, b"don't care 2", b"don't care 2", True),
    (0, 0, [], EMPTY_ROOT, b"don't care 2", False),
    (1, 1, [], EMPTY_ROOT, b"don't care 2", False),
    (0, 1, [], EMPTY_ROOT, SOME, False),
    (0, 0, [EMPTY_ROOT], EMPTY_ROOT, EMPTY_ROOT, False),
    (1, 1, [EMPTY_ROOT], EMPTY_ROOT, EMPTY_ROOT, False),
    (1, 0, [], SOME, SOME, False),
    (2, 1, [], SOME, SOME, False),
    (-1, 1, [], SOME, SOME, False),
])  # fmt: skip
def test_consistency_at_the_edges_is_judged_as_published(old, new, proof, one, two, holds):
    assert judged(consistency_vector(old, new, proof, one, two)) == [holds]


def test_inclusion_at_the_edges_is_judged_as_published():
    leaf = leaf_hash(b"data")
    vectors = [(0, 1, None, leaf, leaf), (0, 1, [], b"", leaf), (0, 1, [], leaf, b""), (0, 1, [], b"", b""),
               (0, 0, [], SOME, EMPTY_ROOT), (1, 0, [], SOME, EMPTY_ROOT), (2, 1, [], SOME, SOME)]  # fmt: skip
    assert judged(*[inclusion_vector(*vector) for vector in vectors]) == [True] + [False] * 6


def test_a_vector_may_lack_what_it_does_not_need_but_not_what_it_needs():
    whole = inclusion_vector(0, 1, [], SOME, SOME)
    vectors = [whole | {"root_2": None, "tree_size_2": 9, "leaf": "x"},
               *({name: value for name, value in whole.items() if name != missing}
                 for missing in ("leaf_index", "tree_size", "leaf_hash", "root", "proof")),
               whole | {"root": None}, whole | {"root": "not base64"}, whole | {"root": text(SOME).rstrip("=")},
               whole | {"proof": ["?"]}]  # fmt: skip
    assert judged(*vectors) == [True, False, False, False, False, True, False, False, False, False]


@pytest.mark.parametrize("data, place", [
    (b"{}", "expected a list"),
    (b"[", "no JSON"),
    (b"[3]", "vector 0: found int"),
    (b'[{"type": "inclusion"}, {"type": "other"}]', "vector 1.type: found 'other'"),
    (b'[{"type": "inclusion", "leaf_index": true}]', "vector 0.leaf_index: found True"),
    (b'[{"type": "inclusion", "tree_size": 1.5}]', "vector 0.tree_size: found 1.5"),
    (b'[{"type": "inclusion", "tree_size": "1"}]', "vector 0.tree_size: found '1'"),
    (b'[{"type": "inclusion", "root": 5}]', "vector 0.root: found 5"),
    (b'[{"type": "inclusion", "proof": "x"}]', "vector 0.proof: found x"),
    (b'[{"type": "inclusion", "proof": [null]}]', "vector 0.proof: found [None]"),
])  # fmt: skip
def test_a_vector_of_a_wrong_type_is_refused_by_its_place(data, place):
    with pytest.raises(UnusableInput) as refusal:
        check_vectors(data)
    assert place in str(refusal.value)


def test_a_proof_can_only_be_asked_for_within_the_tree():
    read = reader(tree(LEAVES))
    for ask in (lambda: inclusion_proof(8, 8, read), lambda: consistency_proof(3, 2, read)):
        with pytest.raises(ValueError, match="a tree of"):
            ask()
    assert consistency_proof(0, 8, read) == consistency_proof(8, 8, read) == []
    assert node_hash(LEAVES[0], LEAVES[1]).hex() == ROOTS[2]
