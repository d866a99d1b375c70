import pytest

from scamhunt.errors import BadIndicator, UserError
from scamhunt.model import Brand
from scamhunt.protected import Protected
from scamhunt.score.brands import Brands

BRANDS = Brands.of(
    [
        Brand("acme", "Acme", ("acme.com", "acme-cloud.com", "tax.service.gov.uk"), phones=("+1 888 555 0100",)),
        Brand("share", "Share", ("sharepages.com",)),
    ]
)
LISTS: list[tuple[str, str | bytes]] = [
    ("government.txt", "# zones\ngov\ngov.uk\nadmin.ch\n"),
    ("platforms.txt", "*.sharepages.com\nbit.ly\nsites.acme.com  # pages of users\n"),
    ("popular.txt", "Wikipedia.org\n\nwww.example.com\nbücher.example\nsharepages.com\ngood.github.io\n"),
    ("ours.txt", b"partner.net\n"),
]
PROTECTED = Protected.of(BRANDS, LISTS)


@pytest.mark.parametrize(
    ("value", "kind", "source"),
    [
        ("acme.com", "official", "brand acme"),
        ("WWW.acme.com.", "official", "brand acme"),
        ("https://login.acme.com/x", "official", "brand acme"),
        ("tax.service.gov.uk", "official", "brand acme"),
        ("x.tax.service.gov.uk", "official", "brand acme"),
        ("+18885550100", "official", "brand acme"),
        ("1 (888) 555-0100", "official", "brand acme"),
        ("github.io", "platform", "public-suffix list, private section"),
        ("www.github.io", "platform", "public-suffix list, private section"),
        ("sharepages.com", "platform", "platforms.txt"),
        ("www.sharepages.com", "platform", "platforms.txt"),
        ("bit.ly", "platform", "platforms.txt"),
        ("https://bit.ly/3xyz", "platform", "platforms.txt"),
        ("api.bit.ly", "platform", "platforms.txt"),
        ("sites.acme.com", "platform", "platforms.txt"),
        ("gov.uk", "government", "government.txt"),
        ("GOV.UK.", "government", "government.txt"),
        ("www.gov.uk", "government", "government.txt"),
        ("refund.service.gov.uk", "government", "government.txt"),
        ("irs.gov", "government", "government.txt"),
        ("www.bit.admin.ch", "government", "government.txt"),
        ("wikipedia.org", "popular", "popular.txt"),
        ("de.m.wikipedia.org", "popular", "popular.txt"),
        ("example.com", "popular", "popular.txt"),
        ("xn--bcher-kva.example", "popular", "popular.txt"),
        ("good.github.io", "popular", "popular.txt"),
        ("shop.partner.net", "popular", "ours.txt"),
    ],
)
def test_a_protected_value_says_why(value: str, kind: str, source: str) -> None:
    """Each kind of protection is found, for the name itself and for what lies below, with a sentence and its list."""
    found = PROTECTED.why(value)
    assert found is not None
    assert (found.kind, found.source) == (kind, source)
    assert " is protected: " in found.text


@pytest.mark.parametrize(
    "value",
    [
        "acme-refund.com",
        "acme.com.evil.net",
        "notwikipedia.org",
        "evil.github.io",
        "a.evil.github.io",
        "evil.sharepages.com",
        "www.evil.sharepages.com",
        "notbit.ly",
        "notgov.uk.com",
        "irs.gov.refund.top",
        "+1 888 555 0101",
        "18885550",
        "lab.test",
    ],
)
def test_what_is_not_protected_may_be_reported(value: str) -> None:
    """Look-alikes, tenants, strangers' numbers and names of a lab have no protection."""
    assert PROTECTED.why(value) is None


@pytest.mark.parametrize(
    ("value", "platform"),
    [
        ("evil.github.io", "github.io"),
        ("a.evil.github.io", "github.io"),
        ("evil.sharepages.com", "sharepages.com"),
        ("a.evil.sharepages.com", "sharepages.com"),
        ("github.io", None),
        ("www.github.io", None),
        ("sharepages.com", None),
        ("www.sharepages.com", None),
        ("bit.ly", None),
        ("api.bit.ly", None),
        ("sites.acme.com", None),
        ("acme.com", None),
        ("evil.com", None),
    ],
)
def test_a_tenant_is_known_by_its_platform(value: str, platform: str | None) -> None:
    """A tenant's host leads to the platform, which alone can act on it; the platform itself is nobody's tenant."""
    assert PROTECTED.tenant_of(value) == platform


PLATFORM = (
    "www.github.io is protected: it belongs to the shared platform github.io; "
    "report a page on it to the platform, by URL"
)
EACH = ["a.acme.com", "x.admin.ch", "m.wikipedia.org", "www.github.io", "+1 888 555 0100"]


def test_the_sentence_names_the_brand_the_zone_or_the_platform() -> None:
    """A person reads what the value is, not only that it is refused."""
    sentences = [found.text for value in EACH if (found := PROTECTED.why(value))]
    assert sentences == [
        "a.acme.com is protected: it is an official domain of Acme",
        "x.admin.ch is protected: admin.ch belongs to a government or public body",
        "m.wikipedia.org is protected: wikipedia.org is a well-known name",
        PLATFORM,
        "+1 888 555 0100 is protected: it is an official number of Acme",
    ]


@pytest.mark.parametrize("value", ["", "127.0.0.1", "no_host.com", "co.uk", "12-34"])
def test_what_cannot_be_read_is_an_error(value: str) -> None:
    """An unreadable value is neither protected nor free: the caller hears of it."""
    with pytest.raises(BadIndicator):
        PROTECTED.why(value)
    with pytest.raises(BadIndicator):
        PROTECTED.tenant_of(value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("good.com\n\nnot a name\n", r"mine\.txt:3: .+; write one name a line, such as example\.com"),
        ("127.0.0.1", r"mine\.txt:1: an IP address; "),
        (b"\xff\xfe", r"mine\.txt: not UTF-8; "),
    ],
)
def test_a_list_that_cannot_be_read_is_refused(content: str | bytes, message: str) -> None:
    """A slip in a team's own list is named with file and line, before anything is left unprotected."""
    with pytest.raises(UserError, match=message):
        Protected.of(BRANDS, [("mine.txt", content)])


def test_lists_of_one_name_add_up() -> None:
    """A team's popular.txt adds to the shipped one and takes nothing away."""
    both = Protected.of(BRANDS, [*LISTS, ("popular.txt", "extra.org"), ("government.txt", "gov.example")])
    assert [both.why(value) is not None for value in ["wikipedia.org", "extra.org", "irs.gov", "a.gov.example"]] == [
        True
    ] * 4


@pytest.mark.parametrize("spaces", [0, 20])
def test_a_number_may_be_written_wide(spaces: int) -> None:
    """Blanks inside a number do not hide it, up to 31 characters after the plus."""
    found = PROTECTED.why(f"+1{' ' * spaces}8885550100")
    assert found is not None
    assert found.kind == "official"


def test_what_is_longer_than_any_number_is_none() -> None:
    """Beyond 31 characters, and below 6, digits are no number but a value that cannot be read."""
    assert PROTECTED.why("112345") is None
    for value in (f"+1{' ' * 21}8885550100", "12345"):
        with pytest.raises(BadIndicator):
            PROTECTED.why(value)
