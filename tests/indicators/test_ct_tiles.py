import pytest

from scamhunt.errors import FeedFailed
from scamhunt.indicators.ct.merkle import EMPTY, is_prefix, leaf_hash, node_hash, root_of
from scamhunt.indicators.ct.tiles import content, edge, tile_path
from scamhunt.testing import reply


@pytest.mark.parametrize(
    ("kind", "index", "width", "path"),
    [
        ("0", 0, 256, "tile/0/000"),
        ("1", 999, 256, "tile/1/999"),
        ("data", 1_000, 256, "tile/data/x001/000"),
        ("data", 1_234_067, 256, "tile/data/x001/x234/067"),
        ("names", 1_234_067, 255, "tile/names/x001/x234/067.p/255"),
        ("0", 4_294_967_295, 1, "tile/0/x004/x294/x967/295.p/1"),
    ],
)
def test_the_path_of_a_tile(kind: str, index: int, width: int, path: str) -> None:
    """Groups of three digits, all but the last with an x; a partial tile has its width (c2sp.org/static-ct-api)."""
    assert tile_path(kind, index, width) == path


@pytest.mark.parametrize(
    ("size", "tiles"),
    [
        (0, [(0, 0, 0)]),
        (1, [(0, 0, 1)]),
        (255, [(0, 0, 255)]),
        (256, [(1, 0, 1), (0, 1, 0)]),
        (70_000, [(2, 0, 1), (1, 1, 17), (0, 273, 112)]),
        (65_536, [(2, 0, 1), (1, 1, 0), (0, 256, 0)]),
    ],
)
def test_the_edge_of_a_tree(size: int, tiles: list[tuple[int, int, int]]) -> None:
    """Which tiles are partial, and how wide, is given by the size: the examples of the specification."""
    assert list(edge(size)) == tiles


def _root(leaves: list[bytes]) -> bytes:
    """Return the root as RFC 6962 2.1 defines it."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(_root(leaves[:half]), _root(leaves[half:]))


@pytest.mark.parametrize("count", range(1, 40))
def test_a_root_is_that_of_the_definition(count: int) -> None:
    """Pairs from left to right give the tree of RFC 6962."""
    leaves = [leaf_hash(bytes([number])) for number in range(count)]
    assert root_of(leaves) == _root(leaves)


def _proof(first: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [_root(leaves)]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    if first <= half:
        return [*_proof(first, leaves[:half], whole=whole), _root(leaves[half:])]
    return [*_proof(first - half, leaves[half:], whole=False), _root(leaves[:half])]


@pytest.mark.parametrize("second", range(1, 34))
def test_a_prefix_is_proved_by_its_proof_and_by_no_other(second: int) -> None:
    """Every shorter tree is a prefix with its own proof; with a hash more, less or changed it is not."""
    leaves = [leaf_hash(bytes([number])) for number in range(second)]
    root = _root(leaves)
    for first in range(1, second + 1):
        old, proof = _root(leaves[:first]), _proof(first, leaves, whole=True)
        assert is_prefix(first, old, second, root, proof)
        assert not is_prefix(first, old, second, root, [*proof, EMPTY])
        assert not is_prefix(first, EMPTY, second, root, proof)
        assert not is_prefix(first, old, second, EMPTY, proof)
        if proof:
            assert not is_prefix(first, old, second, root, proof[:-1])
            assert not is_prefix(first, old, second, root, [EMPTY, *proof[1:]])


def test_prefixes_of_odd_sizes() -> None:
    """An empty tree begins every tree; a longer one begins none that is shorter."""
    one, two = leaf_hash(b"1"), node_hash(leaf_hash(b"1"), leaf_hash(b"2"))
    assert is_prefix(0, EMPTY, 2, two, [])
    assert not is_prefix(0, one, 2, two, [])
    assert not is_prefix(2, two, 1, one, [leaf_hash(b"2")])


def test_a_body_has_a_limit() -> None:
    """What is larger than it can be is not taken into memory whole."""
    assert content(reply(b"abc", piece=1), 3) == b"abc"
    with pytest.raises(FeedFailed, match="larger than 2 bytes"):
        content(reply(b"abc", piece=1), 2)
