from dataclasses import replace

import pytest

from scamhunt.observed import Finding
from scamhunt.score.brands import Brands
from scamhunt.score.officials import Official, differ, has_ink, looks_alike
from scamhunt.score.seen.family import SEEN_SIGNALS
from scamhunt.score.seen.read import host_of
from scamhunt.score.seen.scene import Scene, start_of, views_of
from scamhunt.score.seen.signal import EXAMPLES_AT, Part, SeenSignal, findings_of
from scamhunt.testing import sample_brands

BRANDS = Brands.of(sample_brands())
OFFICIAL = Official(
    "amazon",
    "www.amazon.com",
    titles=frozenset({"Amazon.com: Low Prices"}),
    texts=frozenset({"00ff00ff00ff00ff"}),
    structures=frozenset({"skeleton"}),
    icons=frozenset({"a" * 64}),
    icon_codes=frozenset({-1234567}),
    icon_looks=frozenset({"0f1e2d3c4b5a6979"}),
    images=frozenset({"b" * 64}),
    image_looks=frozenset({"8899aabbccddeeff"}),
    hosts=frozenset({"m.media-amazon.example"}),
    registrant="Amazon Technologies, Inc.",
)
BY_NAME = {signal.name: signal for signal in SEEN_SIGNALS}


def scene(*lines: str, resembles: bool | None = None, officials: tuple[Official, ...] = (OFFICIAL,)) -> Scene:
    """Return what these findings are seen as, with Amazon in mind; a name with `amazon` resembles it."""
    findings: list[Finding] = findings_of(lines)
    start = start_of(findings) or next((one.source for one in findings if "://" in one.source), "")
    near = "garden" not in start if resembles is None else resembles
    brand, score = BRANDS.by_id["amazon"], 0.9 if near else 0.0
    return Scene(findings, views_of(findings), BRANDS, brand, officials, score, start, EXAMPLES_AT)


def told(name: str, *lines: str, resembles: bool | None = None) -> tuple[float, str] | None:
    """Return what one signal says of findings."""
    return BY_NAME[name].says(scene(*lines, resembles=resembles))


def test_there_is_a_family_of_seen_signals() -> None:
    """An empty family would pass every test of it; names are unique and each has meaning and source."""
    assert len(SEEN_SIGNALS) >= 30
    assert len(BY_NAME) == len(SEEN_SIGNALS)
    assert {signal.part for signal in SEEN_SIGNALS} == set(Part)
    assert all(signal.meaning.endswith(".") and signal.source for signal in SEEN_SIGNALS)


@pytest.mark.parametrize("signal", SEEN_SIGNALS, ids=lambda signal: signal.name)
def test_a_seen_signal_speaks_in_its_own_examples(signal: SeenSignal) -> None:
    """The examples that people are shown are what the signal sees, and what it must not see."""
    for lines, speaks in ((signal.seen_in, True), (signal.not_in, False)):
        said = signal.says(scene(*lines))
        assert (said is not None) is speaks
        assert said is None or (said[0] == 0 if signal.part is Part.NOTE else 0 < said[0] <= 1)
        assert said is None or (said[1] and "\n" not in said[1])


@pytest.mark.parametrize("signal", SEEN_SIGNALS, ids=lambda signal: signal.name)
def test_no_seen_signal_speaks_where_nothing_was_seen(signal: SeenSignal) -> None:
    """Nothing seen is no reason for anything."""
    assert signal.says(scene()) is None


LOGIN = '{"kind": "page.form", "asks": ["email", "password"]}'


@pytest.mark.parametrize(
    ("line", "by"),
    [
        ('{"kind": "page.shown", "title": "Your Amazon account", "brands": ["amazon"]}', "its title"),
        ('{"kind": "page.shown", "title": "АMAZON", "brands": ["amazon"]}', "its title"),
        ('{"kind": "page.rendered", "title": "Amazon Prime", "brands": ["amazon"]}', "its title"),
        ('{"kind": "page.shown", "title": "Sign in", "brands": ["paypal", "amazon"]}', "its name and its words"),
    ],
)
def test_a_secret_is_asked_for_under_the_brand(line: str, by: str) -> None:
    """The title, as drawn or in look-alike letters too, or the words on a name like the brand's say who asks."""
    said = told("asks_under_brand", line, LOGIN)
    assert said == (1.0, f"amazon-refund-desk.test asks for password and gives itself out as Amazon by {by}")


def test_a_shop_that_names_its_means_of_payment_does_not_pretend_to_be_them() -> None:
    """A page with a button to sign in by way of a brand is no act, on a name that resembles nobody."""
    page = (
        '{"kind": "page.shown", "title": "Garden shop: log in", "brands": ["amazon"], "source": "https://garden.test/"}'
    )
    form = '{"kind": "page.form", "asks": ["password"], "source": "https://garden.test/"}'
    assert told("asks_under_brand", page, form) is None
    assert told("words_name_brand", page, form) is None


def test_the_brands_own_page_behind_a_redirect_is_its_own() -> None:
    """A name that leads to the brand's login does not ask for the password itself."""
    own = '"source": "https://www.amazon.com/ap"'
    lines = (
        f'{{"kind": "http.exchange", {own}}}',
        f'{{"kind": "page.shown", "title": "Amazon Sign-In", "brands": ["amazon"], {own}}}',
        f'{{"kind": "page.form", "asks": ["password"], {own}}}',
        '{"kind": "page.favicon", "sha256": "' + "a" * 64 + '"}',
    )
    seen = scene(*lines)
    assert [one.name for one in SEEN_SIGNALS if one.part in {Part.ACT, Part.SIGN} and one.says(seen)] == []


@pytest.mark.parametrize(
    ("data", "speaks"),
    [
        ('"sha256": "' + "a" * 64 + '"', True),
        ('"mmh3": -1234567', True),
        ('"mmh3": 1234567', False),
        ('"dhash": "0f1e2d3c4b5a6986"', False),
        ('"dhash": "0f1e2d3c4b5a6976"', True),
        ('"dhash": "not a hash at al"', False),
        ('"mmh3": null, "dhash": null', False),
    ],
)
def test_a_favicon_is_known_by_its_bytes_or_its_looks(data: str, *, speaks: bool) -> None:
    """The same file, the same hash of a search engine, or a look that differs in four bits at most."""
    said = told("brand_icon", '{"kind": "http.exchange"}', f'{{"kind": "page.favicon", {data}}}')
    assert (said is not None) is speaks


@pytest.mark.parametrize(
    ("data", "speaks"),
    [
        ('"simhash": "00ff00ff00ff00f8", "words": 30', True),
        ('"simhash": "00ff00ff00ff00f0", "words": 30', False),
        ('"simhash": "00ff00ff00ff00f0", "words": 30, "title": "Amazon.com: Low Prices"', True),
        ('"simhash": "00ff00ff00ff00ff", "words": 29', False),
        ('"structure": "skeleton", "words": 30', False),
        ('"structure": "skeleton", "words": 30, "title": "Amazon", "brands": ["amazon"]', True),
    ],
)
def test_a_copy_is_known_by_text_or_by_skeleton_in_the_brands_name(data: str, *, speaks: bool) -> None:
    """Few words are alike by accident, and a skeleton alone may be that of a theme."""
    assert (told("copies_page", f'{{"kind": "page.shown", {data}}}') is not None) is speaks


@pytest.mark.parametrize(
    ("days", "strength"), [(0, 1.0), (6, 1.0), (7, 0.5), (29, 0.5), (30, None), (-1, 1.0)], ids=str
)
def test_a_new_name_counts_fully_for_a_week_and_half_for_a_month(days: int, strength: float | None) -> None:
    """Two thirds of malicious names are used within five days."""
    at = EXAMPLES_AT.replace(day=EXAMPLES_AT.day) - (EXAMPLES_AT - EXAMPLES_AT.replace(hour=11)) * 24 * days
    said = told("new_name", f'{{"kind": "rdap.domain", "registered": "{at.isoformat()}"}}')
    assert (said and said[0]) == strength


@pytest.mark.parametrize("value", ["", "yesterday", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"])
def test_a_date_that_cannot_be_read_tells_nothing(value: str) -> None:
    """A registry's broken date is no new registration."""
    assert told("new_name", f'{{"kind": "rdap.domain", "registered": "{value}"}}') is None


@pytest.mark.parametrize("kind", ["dns.mx", "rdap.domain", "tls.certificate", "page.shown", "page.form", "page.popup"])
@pytest.mark.parametrize("data", ['"values": 7', '"values": [7, null]', '"asks": {"password": 1}', '"title": ["x"]'])
def test_data_of_another_type_is_as_if_it_were_not_there(kind: str, data: str) -> None:
    """What a broken child or registry wrote stops nothing."""
    seen = scene(f'{{"kind": "{kind}", {data}}}')
    assert [one.says(seen) for one in SEEN_SIGNALS if one.part is Part.OWN] == [None] * 3


NAME_SERVERS = '{"kind": "dns.ns", "values": ["ns1.amazon.com."]}'


def test_name_servers_that_are_sold_to_everybody_are_no_proof() -> None:
    """A brand that sells name servers does not own its customers' names."""
    assert told("brands_registration", NAME_SERVERS) is not None
    sold = '{"kind": "host.recognised", "role": "dns", "name": "Example DNS", "by": "the name server ns1.amazon.com"}'
    assert told("brands_registration", NAME_SERVERS, sold) is None


@pytest.mark.parametrize(
    ("registrant", "speaks"),
    [("AMAZON Technologies, Inc.", True), ("Amazon Refunds", False), ("", False)],
)
def test_a_registrant_counts_where_the_name_leads_to_the_brand(registrant: str, *, speaks: bool) -> None:
    """Anybody may write a brand's name as registrant, so it counts together with where the name leads."""
    lines = [
        f'{{"kind": "http.exchange", "vantage": "{one}", "source": "https://www.amazon.com/"}}' for one in ("a", "b")
    ]
    registry = f'{{"kind": "rdap.domain", "registrant": "{registrant}"}}'
    assert (told("brands_registration", *lines, registry) is not None) is speaks
    assert told("brands_registration", '{"kind": "http.exchange"}', registry) is None


TO_BRAND = [
    f'{{"kind": "http.exchange", "vantage": "{one}", "source": "https://www.amazon.com/"}}' for one in ("a", "b")
]
OLD = '{"kind": "rdap.domain", "registered": "2019-01-01T00:00:00Z"}'


AROUND = (
    '{"kind": "http.exchange", "vantage": "c", "source": "https://www.amazon.com/",'
    ' "chain": [{"url": "https://amazon-refund-desk.test/"}, {"url": "https://tracker.example/"}]}'
)


@pytest.mark.parametrize(
    ("lines", "speaks"),
    [
        ([*TO_BRAND, OLD], True),
        ([*TO_BRAND, OLD, '{"kind": "dns.mx", "outcome": "empty"}'], True),
        ([*TO_BRAND, OLD, '{"kind": "dns.mx", "values": ["0 ."]}'], True),
        ([*TO_BRAND, OLD, '{"kind": "dns.mx", "values": ["10 mx.mail.example"]}'], False),
        ([*TO_BRAND, OLD, '{"kind": "dns.mx", "outcome": "timeout"}'], False),
        ([TO_BRAND[0], OLD], False),
        (TO_BRAND, False),
        ([*TO_BRAND, OLD, '{"kind": "http.exchange", "vantage": "c", "outcome": "timeout"}'], False),
        ([*TO_BRAND, OLD, '{"kind": "http.exchange", "vantage": "c", "source": "https://other.example/"}'], False),
        ([*TO_BRAND, OLD, AROUND], False),
    ],
)
def test_leading_to_the_brand_takes_all_vantages_a_settled_name_and_no_mail(lines: list[str], *, speaks: bool) -> None:
    """A kit sends whom it does not want to the brand, so each condition counts and unknown is not absent."""
    assert (told("leads_to_brand", *lines) is not None) is speaks


@pytest.mark.parametrize(
    ("other", "strength"),
    [
        ('{"kind": "http.exchange", "vantage": "b"}', None),
        ('{"kind": "http.exchange", "vantage": "b", "status": 404}', 1.0),
        ('{"kind": "http.exchange", "vantage": "b", "source": "https://other.example/"}', 1.0),
        ('{"kind": "http.exchange", "vantage": "b", "source": "https://m.amazon-refund-desk.test/"}', None),
        ('{"kind": "http.exchange", "vantage": "b", "outcome": "refused"}', None),
        ('{"kind": "http.exchange", "vantage": "b"} {"kind": "page.form", "vantage": "b", "asks": ["card"]}', 1.0),
        ('{"kind": "http.exchange", "vantage": "b"} {"kind": "page.shown", "vantage": "b", "words": 9}', 1.0),
        ('{"kind": "page.difference", "vantages": ["a", "b"], "what": ["title"]}', 0.5),
    ],
)
def test_visitors_are_compared_where_both_got_an_answer(other: str, strength: float | None) -> None:
    """Another host, status or form counts; no answer for one of them does not."""
    lines = ['{"kind": "http.exchange", "vantage": "a"}', *(f"{part}}}" for part in other[:-1].split("} "))]
    said = told("differs", *lines)
    assert (said and said[0]) == strength


@pytest.mark.parametrize(
    ("data", "strength"),
    [
        ('"title": "Parcels", "simhash": "000000000000ffff", "words": 30', None),
        ('"title": "parcels ", "simhash": "000000000001ffff", "words": 30', 0.5),
        ('"title": "Parcels", "simhash": "ffffffffffffffff", "words": 29', None),
        ('"title": "Flowers", "simhash": "0000000000000000", "words": 30', 0.5),
    ],
)
def test_other_words_count_half(data: str, strength: float | None) -> None:
    """Clocks and offers change the words of honest pages too; few words tell nothing."""
    pages = (
        '{"kind": "page.shown", "vantage": "a", "title": "Parcels", "simhash": "0000000000000000", "words": 99}',
        f'{{"kind": "page.shown", "vantage": "b", {data}}}',
    )
    lines = [f'{{"kind": "http.exchange", "vantage": "{one}"}}' for one in ("a", "b")]
    said = told("differs", *lines, *pages)
    assert (said and said[0]) == strength


def test_what_one_vantage_alone_drew_is_no_difference() -> None:
    """Only one browser runs scripts, mostly: what they draw or where they lead is compared with its like."""
    fetched = [f'{{"kind": "http.exchange", "vantage": "{one}"}}' for one in ("a", "b")]
    drawn = findings_of(
        [
            '{"kind": "page.rendered", "vantage": "a", "title": "Sign in", "source": "https://www.amazon.com/"}',
            '{"kind": "page.form", "vantage": "a", "asks": ["password"]}',
        ]
    )
    both = [*findings_of(fetched), *(replace(one, sha256="d" * 64) for one in drawn)]
    one_draws = replace(scene(*fetched), findings=both, views=views_of(both))
    assert BY_NAME["differs"].says(one_draws) is None
    assert BY_NAME["sends_some_to_brand"].says(one_draws) is None
    other = findings_of(['{"kind": "page.rendered", "vantage": "b", "title": "Sign in"}'])
    both_draw = replace(one_draws, views=views_of([*both, *other]))
    said = BY_NAME["differs"].says(both_draw)
    assert said
    assert "another host (a, b), other forms (a, b)" in said[1]


@pytest.mark.parametrize("url", ["http://[::1/", "no address", ""])
def test_an_address_that_cannot_be_read_has_no_host(url: str) -> None:
    """A hostile link stops nothing."""
    assert host_of(url) == ""


def test_the_brands_own_number_is_no_callback() -> None:
    """A page that repeats the official number of the brand tells nobody to call a scammer."""
    page = '{"kind": "page.shown", "title": "Amazon help", "brands": ["amazon"]}'
    number = '{"kind": "page.number", "e164": "+18885550142", "role": "callback"}'
    seen = scene(page, number)
    assert seen.brand
    assert BY_NAME["callback_number"].says(seen) is not None
    assert (
        BY_NAME["callback_number"].says(replace(seen, brand=replace(seen.brand, phones=("+1 888 555 0142",)))) is None
    )


def test_hashes_that_cannot_be_compared_are_far_apart() -> None:
    """A plain area, a short or a broken hash looks like nothing."""
    assert differ("0", "0000000000000000") == differ("zzzzzzzzzzzzzzzz", "0" * 16) == 64
    assert not has_ink("ffffffffffffffff")
    assert not has_ink("0" * 15)
    assert not has_ink("z" * 16)
    assert not looks_alike("0" * 16, ["0" * 16])


ONES = "1" * 16


def test_a_look_at_the_brands_own_site_becomes_what_copies_are_known_by() -> None:
    """Only what stands on the brand's own hosts is taken: a redirect elsewhere teaches nothing."""
    own = '"source": "https://www.amazon.com/"'
    findings = findings_of(
        [
            f'{{"kind": "http.exchange", {own}}}',
            f'{{"kind": "page.shown", "title": "Amazon", "simhash": "{ONES}", "structure": "s", "words": 30, {own}}}',
            '{"kind": "page.shown", "title": "Elsewhere", "words": 99, "simhash": "x", "source": "https://ads.example/"}',
            f'{{"kind": "page.favicon", "sha256": "i", "mmh3": 5, "dhash": "0f1e2d3c4b5a6979", {own}}}',
            f'{{"kind": "page.image", "sha256": "p", "dhash": "0000000000000000", {own}}}',
            f'{{"kind": "page.resources", "hosts": {{"static.amazon.com": 3, "cdn.example": 9}}, {own}}}',
            '{"kind": "dns.ns", "values": ["NS1.amzn.example."]}',
            '{"kind": "rdap.domain", "registrant": "Amazon Technologies, Inc."}',
        ]
    )
    assert Official.of("amazon", findings, ("amazon.com",)) == Official(
        "amazon",
        "www.amazon.com",
        frozenset({"Amazon"}),
        frozenset({ONES}),
        frozenset({"s"}),
        frozenset({"i"}),
        frozenset({5}),
        frozenset({"0f1e2d3c4b5a6979"}),
        frozenset({"p"}),
        frozenset(),
        frozenset({"static.amazon.com"}),
        frozenset({"amzn.example"}),
        "Amazon Technologies, Inc.",
    )
    assert Official.of("amazon", []) == Official("amazon", "")
