import random
import string
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from scamhunt.indicators import lookalike
from scamhunt.score import index as index_module
from scamhunt.score.brandwords import SHORT, BrandWord
from scamhunt.score.index import DIGITS_FROM, MOST_HITS, SLICE, STRAY, BrandIndex, Hit, How
from scamhunt.score.wordlist import WEAK

LURES = ("refund", "help", "login", "my", "com")
LETTERS = string.ascii_lowercase
PARTS = (
    "ama",
    "zon",
    "z0n",
    "arna",
    "am",
    "rn",
    "m",
    "cl",
    "d",
    "o",
    "0",
    "1",
    "-",
    "-",
    ".",
    "orn",
    "a",
    "аm",
    "help",
)
NAMES = st.lists(st.lists(st.sampled_from(PARTS), max_size=7).map("".join), max_size=8)


def word(text: str, *joints: int, ambiguous: bool = False) -> BrandWord:
    """Return a brand word of a brand of its own."""
    return BrandWord(text, lookalike.fold(text), text, ambiguous, frozenset(joints))


CHASE = word("chase", ambiguous=True)


def found(head: str, words: Iterable[BrandWord], beside: Iterable[str] = LURES) -> set[tuple[str, str, int]]:
    """Return (brand word, letters of the name, edits) for every hit."""
    hits = BrandIndex(words, beside).hits(["other", head, "another"])
    return {(hit.word.text, head[hit.start : hit.end], hit.edits) for hit in hits if hit.row == 1}


def pieces(head: str, *words: str) -> set[tuple[str, str, int]]:
    """Return (brand word, letters of the name, edits) for every hit of distinctive words."""
    return found(head, [word(text) for text in words])


@pytest.mark.parametrize(
    ("head", "brand", "piece", "edits"),
    [
        ("amazon", "amazon", "amazon", 0),
        ("my-amazon-help", "amazon", "amazon", 0),
        ("xamazony", "amazon", "amazon", 0),
        ("amaz0n-x", "amazon", "amaz0n", 0),
        ("arnazon", "amazon", "arnazon", 0),
        ("xarnazony", "amazon", "arnazon", 0),
        ("amazorn", "amazom", "amazorn", 0),
        ("ama-zon", "amazon", "ama-zon", 0),
        ("ama-zon24", "amazon", "ama-zon", 0),
        ("аmazon", "amazon", "аmazon", 0),
        ("ﬁ-аmazon", "amazon", "аmazon", 0),
        ("ﬁ-ama-zоn-x", "amazon", "ama-zоn", 0),
        ("shop.amazon.evil", "amazon", "amazon", 0),
        ("pay.pal", "paypal", "pay.pal", 0),
        ("www.ama.z0n.example", "amazon", "ama.z0n", 0),
        ("ama.z-on", "amazon", "ama.z-on", 0),
        ("amazom", "amazon", "amazom", 1),
        ("amzaon", "amazon", "amzaon", 1),
        ("amazomhelp", "amazon", "amazom", 1),
        ("refundamazom", "amazon", "amazom", 1),
        ("amazom24", "amazon", "amazom", 1),
        ("amaz-onn", "amazon", "amaz-onn", 1),
        ("mcirosotf", "microsoft", "mcirosotf", 2),
        ("mcir-osotf.login", "microsoft", "mcir-osotf", 2),
        ("dhl-paket", "dhl", "dhl", 0),
        ("24dhl24", "dhl", "dhl", 0),
        ("1100-x", "1100", "1100", 0),
        ("微信支付", "微信", "微信", 0),
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
        ("d-hl", "dhl"),
        ("v15a-card", "visa"),
        ("2011000", "1100"),
        ("bills-ama-zonqw", "amazon"),
        ("visb", "visa"),
        ("amaxxn", "amazon"),
        ("garden-flowers", "amazon"),
        ("mcirosotfff", "microsoft"),
        ("pay.palx", "paypal"),
        ("xpay.pal", "paypal"),
        ("yah.oo", "yahoo"),
        ("am-a-z-onn", "amazon"),
    ],
)
def test_what_only_happens_to_be_near_is_not_found(head: str, brand: str) -> None:
    """Short words inside others, slips in short words and distances beyond the limit are no hits."""
    assert pieces(head, brand) == set()


def test_a_word_never_runs_over_the_end_of_a_name() -> None:
    """What the end of one name and the start of the next make together is nobody's word, nor what a newline parts."""
    index = BrandIndex([word("amazon"), word("paypal")], LURES)
    assert list(index.hits(["ama", "zon", "pay-", "pal", "ama\nzon"])) == []
    assert [hit.row for hit in index.hits(["\n\n", "x\ny", "amazon"])] == [2]


@pytest.mark.parametrize(
    ("head", "weak", "expected"),
    [
        ("chase", CHASE, True),
        ("chase-bank", CHASE, True),
        ("chase24", CHASE, True),
        ("chasehelp", CHASE, True),
        ("myloginchasehelp", CHASE, True),
        ("chasewood", CHASE, True),  # begins the run of letters
        ("xchaseqw", CHASE, True),  # three letters more
        ("xychaseqw", CHASE, False),
        ("purchase", CHASE, True),
        ("repurchase", CHASE, False),
        ("repurchase", word("chase"), True),  # five letters that are no ordinary word
        ("my-cha5ed", CHASE, False),  # disguised: a stray letter is one too many
        ("mycha5e", CHASE, True),
        ("cha5ewood", CHASE, False),
        ("advisable", word("visa"), False),
        ("visalogin", word("visa"), True),
        ("visable", word("visa"), True),
        ("bluelink", word("bluelink"), True),
        ("yellorangeish", word("orange"), True),
        ("yellorangeish", word("orange", ambiguous=True), False),
        ("orangehelp", word("orange", ambiguous=True), True),
        ("orangé", word("orange", ambiguous=True), True),
        ("登录账户visa", word("visa"), False),
        ("登录visa", word("visa"), True),
        ("登录账户微信", word("微信", ambiguous=True), True),
    ],
)
def test_a_weak_word_counts_beside_what_explains_its_neighbours(head: str, weak: BrandWord, expected: bool) -> None:
    """Short and ordinary words inside other words are noise, unless those words are lures and fillers.

    Letter by letter they count also in front of anything, and beside up to three letters.
    """
    assert bool(found(head, [weak])) == expected


@pytest.mark.parametrize(
    ("head", "joints", "expected"),
    [
        ("eki-netcom", (3,), {"eki-net"}),
        ("my-eki-netlogin", (3,), {"eki-net"}),
        ("xek1-nety", (3,), {"ek1-net"}),
        ("eki-netcom", (), set()),
        ("ek-inetcom", (3,), set()),
        ("ek-i-netcom", (3,), set()),
        ("ek-i-net", (3,), {"ek-i-net"}),
    ],
)
def test_a_hyphen_at_a_joint_is_no_disguise(head: str, joints: tuple[int, ...], expected: set[str]) -> None:
    """A brand written with a hyphen is found inside longer words too; with other hyphens it must stand alone."""
    assert {piece for _, piece, edits in found(head, [word("ekinet", *joints)]) if not edits} == expected


@pytest.mark.parametrize("head", ["clear-nest", "my-clear-nests", "clearnest", "c1ear-nest"])
def test_letters_that_would_fold_together_across_a_joint(head: str) -> None:
    """A hyphen keeps r and n apart that without it look like m."""
    assert [text for text, _, edits in found(head, [word("clearnest", 5)]) if not edits] == ["clearnest"]


def test_words_alike_of_two_brands_are_both_found() -> None:
    """Brands may share a word, and each has its hit."""
    shared = [replace(word("delta"), brand=brand) for brand in ("airline", "faucets")]
    hits = list(BrandIndex(shared, LURES).hits(["de1ta", "delta", "dleta"]))
    assert [(hit.row, hit.word.brand) for hit in hits if hit.how is not How.SLIP or hit.row == 2] == [
        (row, brand) for row in range(3) for brand in ("airline", "faucets")
    ]


def test_how_a_word_was_found() -> None:
    """A hit says how it was found, and the place is counted from the start of its name."""
    paypal = word("paypal")
    hits = list(BrandIndex([paypal], LURES).hits(["x", "a.paypal", "pay-pal", "paypall"]))
    assert hits == [
        Hit(1, paypal, 2, 8, 0, How.EXACT),
        Hit(2, paypal, 0, 7, 0, How.LOOKALIKE),
        Hit(3, paypal, 0, 6, 0, How.EXACT),
        Hit(3, paypal, 0, 7, 1, How.SLIP),
    ]


def test_no_token_within_the_limit_is_missed() -> None:
    """Against a brute-force comparison of every token with every word, nothing is missed and nothing is added."""
    rng = random.Random(11)
    words = sorted({"".join(rng.choices("abcd", k=rng.randint(6, 12))) for _ in range(60)})
    tokens = sorted({"".join(rng.choices("abcd", k=rng.randint(4, 13))) for _ in range(400)})
    near = sorted({text[:at] + rng.choice("abcd") + text[at + rng.randint(0, 1) :] for text in words for at in (1, 5)})
    heads = [*tokens, *near, *(f"{head[:3]}-{head[3:]}" for head in near)]
    brand_words = [word(text) for text in words]
    hits = BrandIndex(brand_words, ()).hits(heads)
    found = {(hit.row, hit.word.text) for hit in hits if hit.edits and hit.end - hit.start == len(heads[hit.row])}
    expected = {
        (row, text.text)
        for row, head in enumerate(heads)
        for text in brand_words
        if 0 < OSA.distance(head.replace("-", ""), text.text) <= text.edits
    }
    assert found == expected
    assert len(expected) > 100


@settings(max_examples=150, deadline=None)
@given(NAMES)
def test_exact_and_disguised_words_are_found_wherever_they_are(heads: list[str]) -> None:
    """Every place that folds to a word is found, and no other: the same as trying every span of every name."""
    words = [word("amazon"), word("amzon", 2), word("clorn"), word("zonm"), word("0a1")]
    hits = BrandIndex(words, ()).hits(heads)
    seen = {(hit.row, hit.word.text, hit.start, hit.end) for hit in hits if not hit.edits and heads[hit.row].isascii()}
    expected = {
        (row, one.text, start, end)
        for row, head in enumerate(heads)
        if head.isascii()
        for one in words
        for start in range(len(head))
        for end in range(start + 1, len(head) + 1)
        if _means(head, start, end, one)
    }
    assert seen == expected


def _means(head: str, start: int, end: int, one: BrandWord) -> bool:
    before, piece, after = head[:start], head[start:end], head[end:]
    alone = not (before[-1:].isalpha() or after[:1].isalpha())
    alone &= not (piece[0].isdecimal() and before[-1:].isdecimal())
    alone &= not (piece[-1].isdecimal() and after[:1].isdecimal())
    touched = before[-1:].isalpha() or after[:1].isalpha()
    if len(one.text) <= WEAK and touched:
        left, right = len(before) - len(before.rstrip(LETTERS)), len(after) - len(after.lstrip(LETTERS))
        return len(one.text) > SHORT and piece == one.text and (not left or left + right <= STRAY)
    if len(one.text) <= 3 or piece == one.text:
        return piece == one.text and (alone or len(one.text) > 3)
    if lookalike.fold(head) != lookalike.fold(before) + lookalike.fold(piece) + lookalike.fold(after):
        return False  # a pair that folds together is cut in two
    folded, bare = lookalike.fold(piece), piece.replace("-", "").replace(".", "")
    if piece[0] in "-." or piece[-1] in "-." or folded.replace("-", "").replace(".", "") != one.folded:
        return False
    if "." in piece and not (alone and len(one.text) >= 6):
        return False
    joints = {lookalike.fold(one.text[:at]) for at in one.joints}
    parts = piece.split("-")
    split = any(lookalike.fold("".join(parts[:at])) not in joints for at in range(1, len(parts)))
    swaps = lookalike.explain(bare, one.text)
    most = len(one.text) // (2 if len(one.text) >= DIGITS_FROM and any(map(str.isdecimal, bare)) else 3)
    return (not split or alone) and swaps is not None and len(swaps) <= max(1, most)


@settings(max_examples=80, deadline=None)
@given(NAMES, st.randoms(use_true_random=False), st.integers(0, 8))
def test_neither_order_nor_batches_nor_other_brands_change_a_hit(heads: list[str], rng: random.Random, at: int) -> None:
    """What is found in a name depends on the name and the brand alone."""
    words = [word("amazon"), word("zonam"), word("clorna"), word("helparn", ambiguous=True)]
    alone = {hit for one in words for hit in BrandIndex([one], LURES).hits(heads)}
    rng.shuffle(words)
    both = BrandIndex(words, LURES)
    assert set(both.hits(heads)) == alone
    parts = [*both.hits(heads[:at]), *(hit._replace(row=hit.row + at) for hit in both.hits(heads[at:]))]
    assert parts == list(both.hits(heads))
    assert list(both.hits(heads[::-1])) == sorted(
        (hit._replace(row=len(heads) - 1 - hit.row) for hit in both.hits(heads)), key=lambda hit: hit.row
    )


def test_a_name_packed_with_brand_words_costs_little_and_hides_nothing() -> None:
    """Of a hundred places of one brand the longest words nearest to the end count; other brands push none out."""
    packed = ".".join(["apple-dhl-" * 7 + "x", "paypal" * 10, "amazon-dhl-" * 5 + "x", "apple-paypal-microsoft"])
    words = [word("apple"), word("dhl"), word("paypal"), word("amazon"), word("microsoft")]
    apple = [replace(word(text), brand="apple") for text in ("applepay", "apple")]
    hits = list(BrandIndex([*words, *apple], LURES).hits([f"applepay.{packed}"]))
    by_brand = {brand: [hit for hit in hits if hit.word.brand == brand] for brand in ("apple", "dhl", "microsoft")}
    assert {brand: len(found) for brand, found in by_brand.items()} == {"apple": 4, "dhl": 4, "microsoft": 1}
    assert by_brand["apple"][0].start == 0
    assert by_brand["apple"][1].start == len("applepay.") + packed.rindex("apple")
    assert len(hits) == 4 * MOST_HITS + 1


@pytest.mark.parametrize("part", ["amazon", "amaz0n", "amazom-", "ama-zon.", "a", "am", "-", "登", "аmazon"])
def test_a_label_of_16000_characters_costs_few_looks(part: str) -> None:
    """However long a label is and whatever it is packed with, only so many places are looked at closely."""
    hits = list(BrandIndex([word("amazon"), CHASE], LURES).hits([part * (16_000 // len(part))]))
    assert len(hits) == (MOST_HITS if len(part) > 2 else 0)


def test_long_names_are_looked_through_in_slices() -> None:
    """However long the names of a batch are, only so many characters are looked through at once, none left out."""
    heads = ["a" * 240] * (SLICE // 100) + ["b"]
    slices = list(index_module._slices(heads))  # noqa: SLF001  # the bound is the promise
    assert [start for start, _ in slices] == [0, *(end for _, end in slices[:-1])]
    assert slices[-1][1] == len(heads)
    assert len(slices) == 3
    assert all(sum(map(len, heads[start:end])) < SLICE + 240 for start, end in slices)
    assert list(index_module._slices([])) == []  # noqa: SLF001  # the bound is the promise


def test_rows_are_counted_over_all_slices() -> None:
    """A hit in a later slice has the row of the whole batch."""
    heads: Sequence[str] = [*["a" * 4_000] * (SLICE // 4_000 + 1), "amazon"]
    assert [hit.row for hit in BrandIndex([word("amazon")], LURES).hits(heads)] == [len(heads) - 1]


def test_no_words_no_hits() -> None:
    """An empty index finds nothing, and so does an index asked about nothing."""
    assert list(BrandIndex([], ()).hits(["amazon"])) == []
    assert list(BrandIndex([word("amazon")], LURES).hits([])) == []
    assert list(BrandIndex([word("amazon")], LURES).hits(["", "", "-"])) == []


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=10))
def test_any_text_in_no_exception_out(heads: list[str]) -> None:
    """Whatever stands in a name, places lie inside it."""
    words = [word("amazon"), word("aa"), word("微信"), word("11"), word("åland")]
    for hit in BrandIndex(words, LURES).hits(heads):
        assert 0 <= hit.start < hit.end <= len(heads[hit.row])
