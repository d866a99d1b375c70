from collections import Counter

from bench import peer_speed, same_work
from bench.bench_speed import sample

WORDS = ["garden", "shop", "amazon", "office", "wellness", "tech"]
DOMAINS = ["gardens.example", "techno.example", "www.officeline.example"]


def test_the_same_hits_as_opensquat() -> None:
    """What is compared for speed finds the same names, as often as the peer's own loop does."""
    names = [*sample(3_000), "amazom.net", "xamazon.shop", "ofice.tech"]
    theirs = Counter(peer_speed.opensquat(names, WORDS))
    assert Counter(same_work.opensquat(names, WORDS)) == theirs
    assert theirs["xamazon.shop"] == 2


def test_the_same_hits_as_eth_phishing_detect() -> None:
    """The same for the peer that compares whole names."""
    names = [*sample(3_000), "gardenz.net", "techn.com", "www.officeline.org"]
    theirs = sorted(peer_speed.eth(names, DOMAINS))
    assert sorted(same_work.eth(names, DOMAINS)) == theirs
    assert {"gardenz.net", "techn.com", "www.officeline.org"} <= set(theirs)
