import base64
import time
from urllib.parse import quote

import pytest

from scamhunt.indicators.links import clean, find, safe_path

DESK = "https://amazon-refund-desk.com/claim"

TEXTS = [
    (f"see {DESK}.", [DESK]),
    (f"({DESK})", [DESK]),
    ("https://weather.example/a_(b)", ["https://weather.example/a_(b)"]),
    (f'<a href="{DESK}">{DESK}</a>', [DESK, DESK]),
    ("hxxps://amazon-refund-desk[.]com/claim", [DESK]),
    ("hXXp[:]//amazon-refund-desk(dot)com", ["http://amazon-refund-desk.com"]),
    ("h**ps://amazon-refund-desk{.}com/claim", [DESK]),
    ("https[://]amazon-refund-desk.com/claim", [DESK]),
    ("amazon-refund-desk[.]com", ["amazon-refund-desk.com"]),
    ("go to www.amazon-refund-desk.com, now", ["www.amazon-refund-desk.com"]),
    ("go to amazon-refund-desk.com/claim, now", ["amazon-refund-desk.com/claim"]),
    ("anna@amazon-refund-desk.com/x", []),
    ("write to a@weather.example or wait (now). It cost 10.50/month", []),
    ("nothing.here and read.me", []),
    ("https:// and http:", []),
]


@pytest.mark.parametrize(("text", "found"), TEXTS)
def test_links_are_found_as_people_write_them(text: str, found: list[str]) -> None:
    """With and without a scheme, in brackets, at the end of a sentence, made harmless on purpose."""
    assert [one for one in map(clean, find(text)) if one] == found


KEPT = [
    ("https://User:Word@Amazon-Refund-Desk.com/Claim?mail=a@b#c", "https://amazon-refund-desk.com/Claim"),
    ("https://a@b@amazon-refund-desk.com/", "https://amazon-refund-desk.com/"),
    ("https://amazon-refund-desk.com:8443/x", "https://amazon-refund-desk.com:8443/x"),
    ("https://d.example/u/anna@team.example/x", "https://d.example/u/*/x"),
    ("https://d.example/u/anna%40team.example", "https://d.example/u/*"),
    ("https://d.example/u/anna%2540team.example", "https://d.example/u/*"),
    ("https://d.example/888-555-0142/x", "https://d.example/*/x"),
    ("https://d.example/order-1234567", "https://d.example/order-1234567"),
    ("https://d.example/12345678", "https://d.example/*"),
    (f"https://d.example/{'aB3' * 14}", "https://d.example/*"),
    (f"https://d.example/{'aBc' * 13}", None),
    ("https://d.example/how-to-get-your-money-back-from-us-in-two-days", None),
    (f"https://d.example/{base64.b64encode(b'anna@team.example').decode()}", "https://d.example/*"),
    ("https://d.example/claim;session=abc/x", "https://d.example/claim/x"),
    ("https://d.example/x%3Fmail=anna", "https://d.example/x"),
    ("https://d.example/x%2523anna/y", "https://d.example/x"),
    ("https://d.example/out%3Bmail=anna/y", "https://d.example/out/y"),
    ("https://anna.d.example/x", "https://anna.d.example/x"),
    ("https:\\\\d.example\\claim", "https://d.example/claim"),
    ("https://d.exa\nmple/cl\taim", "https://d.example/claim"),
    ("mailto:anna@team.example", ""),
    ("ftp://d.example/x", ""),
    ("10.50/month", ""),
    ("", ""),
]


@pytest.mark.parametrize(("link", "kept"), KEPT)
def test_what_may_name_the_receiver_is_dropped(link: str, kept: str | None) -> None:
    """Of a link scheme, host and path are kept; user, query, fragment and telling parts of the path are not."""
    assert clean(link) == (link if kept is None else kept)


ASKED = f"{DESK}?who=anna"
PROOFPOINT = ASKED.replace("-", "-2D").replace(":", "-3A").replace("/", "_").replace("?", "-3F").replace("=", "-3D")
WRAPPED = [
    f"https://nam02.safelinks.protection.outlook.com/?url={quote(ASKED, '')}&data=05%7C01%7Canna%40team.example",
    f"https://urldefense.proofpoint.com/v1/url?u={quote(ASKED, '')}&k=x",
    f"https://urldefense.proofpoint.com/v2/url?u={PROOFPOINT}&d=x&c=y",
    f"https://urldefense.com/v3/__{ASKED}__;!!x!y$",
    f"https://urldefense.com/v3/__{ASKED.replace('://', ':/')}__;!!x!y$",
    f"https://www.google.com/url?q={quote(ASKED, '')}&sa=D",
    f"https://google.co.uk/url?sa=t&url={quote(ASKED, '')}",
    f"https://l.facebook.com/l.php?u={quote(ASKED, '')}&h=x",
    f"https://linkprotect.cudasvc.com/url?a={quote(ASKED, '')}",
    f"https://eu-west-1.protection.sophos.com/?d=x&u={base64.urlsafe_b64encode(ASKED.encode()).decode()}&i=y",
    f"https://deref-mail.com/mail/client/x/dereferrer/?redirectUrl={quote(ASKED, '')}",
    f"https://www.google.com/url?q={quote(f'https://l.facebook.com/l.php?u={quote(ASKED, str())}', '')}",
]


@pytest.mark.parametrize("link", WRAPPED)
def test_wrapped_links_are_unwrapped(link: str) -> None:
    """What a link checker or a search engine put around a link is taken off, and what the link itself hides too."""
    assert clean(link) == DESK


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://www.google.com/url?q=amazon", "https://www.google.com/url"),
        ("https://www.google.com/search", "https://www.google.com/search"),
        (f"https://www.google.com/url?{'a=b&' * 50}q={quote(DESK)}", "https://www.google.com/url"),
        ("https://urldefense.com/v3/x", "https://urldefense.com/v3/x"),
        (f"https://google.com.weather.example/url?q={quote(DESK)}", "https://google.com.weather.example/url"),
    ],
)
def test_what_wraps_nothing_stays(link: str, kept: str) -> None:
    """Other pages of those who wrap links, and hosts that only look like theirs, are links as any."""
    assert clean(link) == kept


def test_a_link_is_unwrapped_so_often_and_no_more() -> None:
    """A link that is wrapped without end ends."""
    link = DESK
    for _ in range(6):
        link = f"https://google.com/url?q={quote(link, '')}"
    assert clean(link) == "https://google.com/url"


@pytest.mark.parametrize(
    "text", ["a-" * 200_000, "a." * 200_000, "[.]" * 100_000, "http://" * 60_000, "www." * 100_000]
)
def test_no_text_costs_more_than_its_length(text: str) -> None:
    """Texts made to be slow to search are not."""
    begun = time.process_time()
    list(find(text))
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(("path", "kept"), [("", ""), ("/u/a@b.example/?c", "/u/*/"), (":8443/x#a", ":8443/x")])
def test_a_path_alone_is_made_safe_too(path: str, kept: str) -> None:
    """What is no link that can be read may still have a path that names somebody."""
    assert safe_path(path) == kept
