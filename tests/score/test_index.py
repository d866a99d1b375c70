import random

import pytest
from rapidfuzz.distance import OSA

from scamhunt.indicators import lookalike
from scamhunt.score.brandwords import BrandWord
from scamhunt.score.index import BrandIndex

LURES = ("refund", "help", "login")


def word(text: str) -> BrandWord:
    """Return a distinctive brand word."""
    return BrandWord(text, lookalike.fold(text), text, ambiguous=False)


def pieces(head: str, *words: str) -> set[tuple[str, str, int]]:
    """Return (brand word, letters of the name, edits) for every hit."""
    index = BrandIndex([word(text) for text in words], LURES)
    return {(hit.word.text, head[hit.start : hit.end], hit.edits) for hit in index.hits([head])}


@pytest.mark.parametrize(
    ("head", "brand", "piece", "edits"),
    [
        ("amazon", "amazon", "amazon", 0),
        ("my-amazon-help", "amazon", "amazon", 0),
        ("xamazony", "amazon", "amazon", 0),
        ("amaz0n-x", "amazon", "amaz0n", 0),
        ("arnazon", "amazon", "arnazon", 0),
        ("ama-zon", "amazon", "ama-zon", 0),
        ("аmazon", "amazon", "аmazon", 0),
        ("shop.amazon.evil", "amazon", "amazon", 0),
        ("amazom", "amazon", "amazom", 1),
        ("amzaon", "amazon", "amzaon", 1),
        ("amazomhelp", "amazon", "amazom", 1),
        ("refundamazom", "amazon", "amazom", 1),
        ("amazom24", "amazon", "amazom", 1),
        ("mcirosotf", "microsoft", "mcirosotf", 2),
        ("dhl-paket", "dhl", "dhl", 0),
        ("24dhl24", "dhl", "dhl", 0),
    ],
)
def test_a_brand_word_is_found_where_it_stands(head: str, brand: str, piece: str, edits: int) -> None:
    """Exact, disguised, split and misspelt words are found with the letters that mean them."""
    assert (brand, piece, edits) in pieces(head, brand)


@pytest.mark.parametrize(
    ("head", "brand"),
    [
        ("dahlia", "dhl"),
        ("adhlx", "dhl"),
        ("dh1-paket", "dhl"),
        ("v15a-card", "visa"),
        ("2011000", "1100"),
        ("bills-ama-zonqw", "amazon"),
        ("visb", "visa"),
        ("amaxxn", "amazon"),
        ("garden-flowers", "amazon"),
        ("mcirosotfff", "microsoft"),
        ("pay.pal", "paypal"),
    ],
)
def test_what_only_happens_to_be_near_is_not_found(head: str, brand: str) -> None:
    """Short words inside others, slips in short words and distances beyond the limit are no hits."""
    assert pieces(head, brand) == set()


def test_no_token_within_the_limit_is_missed() -> None:
    """Against a brute-force comparison of every token with every word, nothing is missed and nothing is added."""
    rng = random.Random(11)
    words = sorted({"".join(rng.choices("abcd", k=rng.randint(4, 10))) for _ in range(40)})
    tokens = sorted({"".join(rng.choices("abcd", k=rng.randint(4, 11))) for _ in range(300)})
    brand_words = [word(text) for text in words]
    index = BrandIndex(brand_words, ())
    found = {
        (tokens[hit.row], hit.word.text) for hit in index.hits(tokens) if hit.edits and hit.end == len(tokens[hit.row])
    }
    expected = {
        (token, text.text)
        for token in tokens
        for text in brand_words
        if 0 < OSA.distance(token, text.text) <= text.edits
    }
    assert found == expected
    assert expected


def test_no_words_no_hits() -> None:
    """An empty index finds nothing, and so does an index asked about nothing."""
    assert list(BrandIndex([], ()).hits(["amazon"])) == []
    assert list(BrandIndex([word("amazon")], LURES).hits([])) == []
