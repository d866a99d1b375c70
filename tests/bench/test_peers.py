import subprocess
import sys
from pathlib import Path

import pytest

from bench import peer_speed
from bench.peer_words import keywords, latin, words_of
from bench.peers import PEERS, Peer, dnstwist, entropy, eth_phishing_detect, opensquat, phishing_catcher
from bench.peers import seedbuster as seedbuster_scores
from scamhunt.model import Brand
from scamhunt.score.brands import Brands

ZYRKON = Brand("zyrkonpay", "Zyrkonpay", ("zyrkonpay.com",), aliases=("Mol Vista", "Zky"))
BRANDS = Brands.of([ZYRKON])
TOP = Path(__file__).resolve().parents[2]


def entropy_points(text: str) -> int:
    """Return what phishing_catcher gives for entropy."""
    return round(10 * entropy(text))


def test_keywords_are_names_aliases_and_labels_of_five_letters() -> None:
    """A peer is given what a user would type in; what is too short for any of them is left out."""
    brand = Brand("x", "Müller & Co", ("mueller-co.example", "xn--mller-kva.example"), aliases=("楽天", "Zky"))
    assert words_of(brand) == ["mullerco", "zky", "mueller-co"]
    assert keywords(Brands.of([brand, ZYRKON])) == ["molvista", "mueller-co", "mullerco", "zyrkonpay"]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("zyrkon.example", "zyrkon.example"),
        ("zуrkоn", "zyrkon"),
        ("xn--zrkon-qva", "zyrkon"),
        ("xn--99999999", "xn--99999999"),
    ],
)
def test_look_alikes_become_latin(text: str, plain: str) -> None:
    """Peers get names decoded; what is no punycode stays as it is."""
    assert latin(text) == plain


# --- openSquat --------------------------------------------------------------------------------------------------------


def test_opensquat_grades_by_edits_then_by_containment() -> None:
    """No edit comes before one edit, one edit before a keyword somewhere in the name; the rest is nothing."""
    hosts = ["zyrkonpay.example", "zyrkonpai.example", "my-zyrkonpay.example", "zyrkonbai.example", "shop.example"]
    grades = opensquat(hosts, BRANDS)
    assert [int(grade) for grade in grades] == [3, 2, 1, 0, 0]
    assert grades[3:] == [0.0, 0.0]


@pytest.mark.parametrize(("level", "grades"), [(0, [2, 0, 0]), (1, [3, 2, 0]), (2, [4, 3, 2])])
def test_opensquat_has_levels(level: int, grades: list[int]) -> None:
    """The level is the number of edits that still hit."""
    hosts = ["zyrkonpay.example", "zyrkonpai.example", "zyrkonbai.example"]
    assert [int(grade) for grade in opensquat(hosts, BRANDS, level)] == grades


def test_opensquat_reads_the_suffix_too() -> None:
    """A keyword that is a suffix hits every name under it: the peer looks through the whole name."""
    online = Brands.of([Brand("online", "Online", ("online.example",))])
    assert [int(grade) for grade in opensquat(["shop.online", "shop.example"], online)] == [1, 0]


def test_opensquat_takes_the_longest_keyword() -> None:
    """Equal grades are parted by the length of the keyword, which helps the peer."""
    longer = Brand("zyrkonpaymore", "Zyrkonpaymore", ("zyrkonpaymore.com",))
    grades = opensquat(["zyrkonpaymores.top", "zyrkonpays.top"], Brands.of([ZYRKON, longer]))
    assert grades == [2 + 13 / 64, 2 + 9 / 64]


# --- phishing_catcher -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "points"), [("www.google.com", 24), ("nextcloud.com", 33), ("garden-flowers.com", 36)]
)
def test_phishing_catcher_gives_ordinary_names_points_for_entropy(host: str, points: int) -> None:
    """Names that contain no keyword have 24 to 36 points, as was measured of the tool itself."""
    assert phishing_catcher([host], BRANDS) == [points]


@pytest.mark.parametrize(
    ("host", "joined", "points"),
    [
        ("zyrkonpay.com", ".zyrkonpay", 70),  # contained, and not at a distance of exactly 1
        ("zyrkonpai.com", ".zyrkonpai", 70),  # one edit
        ("zyrkonbai.com", ".zyrkonbai", 0),  # two
        ("zyrkonpai.zyrkonpai.com", "zyrkonpai.zyrkonpai", 140),  # each token
        ("zyrkonpay.top", ".zyrkonpay", 90),  # suffix
        ("com.quartz.net", "com.quartz", 10),  # first token
        ("a-b-c-d.net", ".a-b-c-d", 0),
        ("a-b-c-d-e.net", ".a-b-c-d-e", 12),  # four hyphens, three points each
        ("xn--a-b-c-d-fxa.net", ".xn--a-b-c-d-fxa", 0),  # not of punycode
        ("a.b.c.net", "a.b.c", 9),  # three dots
        ("login-quartz.net", ".login-quartz", 25),
    ],
)
def test_phishing_catcher_adds_up(host: str, joined: str, points: int) -> None:
    """Each rule adds its points to those for entropy."""
    assert phishing_catcher([host], BRANDS) == [entropy_points(joined) + points]


@pytest.mark.parametrize(("token", "points"), [("email", 0), ("quartz", 70)])
def test_phishing_catcher_spares_three_tokens(token: str, points: int) -> None:
    """`email`, `mail` and `cloud` are near many words and never count as misspelt."""
    near = Brands.of([Brand("near", f"{token}x", ("nothing-else.example",))])
    assert phishing_catcher([f"{token}.net"], near) == [entropy_points(f".{token}") + points]


# --- eth-phishing-detect ----------------------------------------------------------------------------------------------


def test_eth_allows_then_blocks_then_compares() -> None:
    """An official name passes though it is blocked, a blocked one fails whatever it looks like, then edits count."""
    hosts = ["pay.zyrkonpay.com", "sub.blocked.example", "www.zyrkonpay.example", "zyrkonpai.example", "quartz.example"]
    blocked = ["zyrkonpay.com", "blocked.example"]
    assert eth_phishing_detect(hosts, BRANDS, blocked, most=3) == pytest.approx([0.0, 2.0, 1.0, 8 / 9, 0.0])


@pytest.mark.parametrize(("most", "grade"), [(1, 0.0), (2, 7 / 9)])
def test_eth_compares_up_to_a_distance(most: int, grade: float) -> None:
    """What is further away than asked for is no hit."""
    assert eth_phishing_detect(["zyrkonbai.example"], BRANDS, most=most) == pytest.approx([grade])


# --- SeedBuster -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "points"),
    [
        ("www.zyrkonpay.com", 0),  # allowed
        ("quartz.example", 0),
        ("quartz.top", 15),
        ("wallet-quartz.example", 15),
        ("zyrkonpay.example", 30 + 25),  # contained; and after leetspeak
        ("zyrk0npay.example", 35 + 25),  # a ratio of 89, and contained after leetspeak
        ("zyrkonbai.example", 20),  # a ratio of 78
        ("zyrkonpai.example", 35 + 15),  # a ratio of 89, a partial one of 94
        ("quartz-zyrkonpai.example", 0),  # 64 and 89
        ("zyrkonpa-quartzes-shop.example", 15),  # 52 and 94
        ("xn--zrkonpay-g6a.example", 40),  # decoded
        ("login-zyrkonpay.top", 30 + 25 + 15 + 15),
        ("login-zyrkonpay-verify.top", 100),  # and no more
    ],
)
def test_seedbuster_adds_up_to_a_hundred(host: str, points: int) -> None:
    """Each rule adds its points; an allowed name has none."""
    only = Brands.of([Brand("zyrkonpay", "Zyrkonpay", ("zyrkonpay.com",))])
    assert seedbuster_scores([host], only) == [points]


def test_seedbuster_counts_every_keyword() -> None:
    """Two brands in a name count twice."""
    two = Brands.of([ZYRKON, Brand("quartzo", "Quartzo", ("quartzo.com",))])
    assert seedbuster_scores(["zyrkonpay.example", "zyrkonpayquartzo.example"], two) == [55, 100]


# --- dnstwist ---------------------------------------------------------------------------------------------------------


def test_dnstwist_hits_what_it_generates() -> None:
    """A typo, a lure word and another suffix hit, in front of another name too; all else does not."""
    hits = {
        "zyrkonpya.com": 1.0,
        "zyrkonpay-login.com": 1.0,
        "zyrkonpay.top": 1.0,
        "zyrkonpya.com.quartz.top": 1.0,
        "zyrkonpay.com": 0.0,
        "zyrkonpya.top": 0.0,
        "8841-zyrkonpay.com": 0.0,
        "quartz.co.uk": 0.0,
    }
    only = Brands.of([Brand("zyrkonpay", "Zyrkonpay", ("zyrkonpay.com",))])
    assert dict(zip(hits, dnstwist(list(hits), only), strict=True)) == hits


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_every_peer_grades_every_host(peer: Peer) -> None:
    """Odd names get a grade too, in their place, and an imitation is above an honest name."""
    hosts = ["quartz.example", "zyrkonpa.com", "co.uk", "localhost", "xn--99999999.example", "a" * 63 + ".example"]
    grades = peer.score(hosts, BRANDS)
    assert len(grades) == len(hosts)
    assert grades[1] > grades[0]


# --- kernels ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right", "most", "found"),
    [
        ("abc", "abc", 1, 0),
        ("abc", "abd", 1, 1),
        ("abc", "acb", 1, 2),
        ("abc", "abcde", 1, 2),
        ("kitten", "sitting", 4, 3),
    ],
)
def test_edits_end_early(left: str, right: str, most: int, found: int) -> None:
    """The peer's distance ends as soon as there are more edits than asked for."""
    assert peer_speed.edits(left, right, most) == found


@pytest.mark.parametrize(
    ("text", "mixed"), [("zyrkon-1", False), ("zуrkon", True), ("楽天", False), ("\U000e0001", False)]
)
def test_scripts_are_found_by_character(text: str, mixed: bool) -> None:
    """Letters of two scripts are mixed; digits and hyphens belong to every script."""
    assert peer_speed.Scripts().are_mixed(text) is mixed


def test_kernels_hit_what_the_peers_hit() -> None:
    """OpenSquat's names every pair; eth's every name once."""
    names = [
        "zyrkonpai.example",
        "my-zyrkonpay.example",
        "zуrkonpay.example",
        "quartz.example",
        "www.zyrkonbai.example",
    ]
    assert list(peer_speed.opensquat(names, ["zyrkonpay", "quartz"])) == [*names[:3], names[3]]
    assert list(peer_speed.eth(names, ["zyrkonpay.com", "quartz.com"])) == [names[0], *names[2:]]


@pytest.mark.parametrize(
    ("kernel", "extra", "hits"),
    [("openSquat", [], ["zyrkonpa.com"]), ("eth", [], ["zyrkonpa.com"]), ("dnstwist", ["lures"], ["zyrkonpa.com"])],
)
def test_a_kernel_runs_as_a_process(tmp_path: Path, kernel: str, extra: list[str], hits: list[str]) -> None:
    """What is timed reads files and leaves its hits in one."""
    word = "zyrkonpay" if kernel == "openSquat" else "zyrkonpay.com"
    for name, line in {"names": "zyrkonpa.com\nquartz.top\n", "words": word, "lures": "refund"}.items():
        (tmp_path / name).write_text(line)
    files = [str(tmp_path / name) for name in ("hits", "names", "words", *extra)]
    script = str(TOP / "bench" / "peer_speed.py")
    done = subprocess.run([sys.executable, script, kernel, *files], check=True, capture_output=True, text=True)
    assert (done.stdout, (tmp_path / "hits").read_text().split()) == (f"{len(hits)}\n", hits)
