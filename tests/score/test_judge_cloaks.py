"""Thirty ways in which a page hides from whoever looks: what two or three vantages would give of each."""

import json
from collections.abc import Mapping

import pytest

from scamhunt import reference
from scamhunt.model import Match, Reason
from scamhunt.observed import Verdict
from scamhunt.score.brands import Brands
from scamhunt.score.judge import judge
from scamhunt.score.seen.signal import EXAMPLES_AT, findings_of
from scamhunt.testing import sample_brands

BRANDS = Brands.of(sample_brands())
MATCH = Match(0, "amazon-refund-desk.test", "amazon-refund-desk.test", "amazon", 0.9, (Reason("name", 2.2, "as is"),))
MINE = "https://amazon-refund-desk.test/"
BRAND = "https://www.amazon.com/"
Table = Mapping[str, object]


def exchange(vantage: str, **data: object) -> Table:
    """Return an exchange of one vantage."""
    return {"kind": "http.exchange", "vantage": vantage, "source": MINE} | data


def page(vantage: str, **data: object) -> Table:
    """Return what one vantage is shown."""
    shown = {"kind": "page.shown", "vantage": vantage, "source": MINE, "title": "", "words": 120, "brands": []}
    return shown | data


def login(vantage: str, kind: str = "page.shown") -> list[Table]:
    """Return the scammer's login as one vantage sees it."""
    shown = page(vantage, kind=kind, title="Amazon Sign-In", brands=["amazon"], words=20)
    return [exchange(vantage), shown, {"kind": "page.form", "vantage": vantage, "asks": ["password"]}]


def silent(vantage: str, outcome: str = "timeout") -> Table:
    """Return that one vantage got no answer."""
    return {"kind": "http.exchange", "vantage": vantage, "outcome": outcome}


def to_brand(vantage: str) -> Table:
    """Return that one vantage is led to the brand."""
    return exchange(vantage, source=BRAND, final_url=BRAND)


def blank(vantage: str, **data: object) -> list[Table]:
    """Return an empty page."""
    return [exchange(vantage), page(vantage, empty=True, words=0, **data)]


def harmless(vantage: str, title: str = "Garden tips") -> list[Table]:
    """Return a page about something else."""
    return [exchange(vantage), page(vantage, title=title)]


def wall(vantage: str, what: str, status: int = 200) -> list[Table]:
    """Return a wall in front of the page."""
    shown = page(vantage, title="Just a moment", words=9)
    return [exchange(vantage, status=status), shown, {"kind": "page.block", "vantage": vantage, "what": what}]


IMPERSONATES, SUSPICIOUS, INCONCLUSIVE = Verdict.IMPERSONATES, Verdict.SUSPICIOUS, Verdict.INCONCLUSIVE
NEW = {"kind": "rdap.domain", "registered": "2026-11-19T00:00:00Z"}
AGED = {"kind": "rdap.domain", "registered": "2019-01-01T00:00:00Z"}
RECIPES: dict[str, tuple[Verdict, list[Table]]] = {
    "address: all are refused": (INCONCLUSIVE, [exchange("desktop", status=403), exchange("mobile", status=403), NEW]),
    "address: all time out": (INCONCLUSIVE, [silent("desktop"), silent("mobile"), NEW]),
    "address: connections are reset": (INCONCLUSIVE, [silent("desktop", "failed"), silent("mobile", "failed"), AGED]),
    "address: all are sent to the brand": (INCONCLUSIVE, [to_brand("desktop"), to_brand("mobile"), NEW]),
    "address: all are sent to the brand, registry silent": (INCONCLUSIVE, [to_brand("desktop"), to_brand("mobile")]),
    "address: all are sent to the brand, one silent": (INCONCLUSIVE, [to_brand("desktop"), silent("mobile"), AGED]),
    "address: all see an empty page": (INCONCLUSIVE, [*blank("desktop"), *blank("mobile"), AGED]),
    "address: all are not found": (
        INCONCLUSIVE,
        [exchange("desktop", status=404), exchange("mobile", status=404), AGED],
    ),
    "browser: the page is for phones": (IMPERSONATES, [exchange("desktop", status=404), *login("mobile")]),
    "browser: desktops see another page": (IMPERSONATES, [*harmless("desktop"), *login("mobile")]),
    "browser: desktops are sent to the brand": (IMPERSONATES, [to_brand("desktop"), *login("mobile")]),
    "browser: desktops are sent to a search engine": (
        INCONCLUSIVE,
        [exchange("desktop", source="https://search.example/"), exchange("mobile", status=404), NEW],
    ),
    "browser: phones are sent to the brand": (IMPERSONATES, [*login("desktop"), to_brand("mobile")]),
    "browser: phones see a page, desktops the brand": (SUSPICIOUS, [to_brand("desktop"), *harmless("mobile"), AGED]),
    "browser: robots see nothing": (IMPERSONATES, [*blank("robot"), *login("desktop"), *login("mobile")]),
    "referrer: only from a search engine": (IMPERSONATES, [*login("desktop"), *blank("mobile")]),
    "referrer: without one it is not found": (IMPERSONATES, [*login("desktop"), exchange("mobile", status=404)]),
    "referrer: only from a link in a text message": (INCONCLUSIVE, [*harmless("desktop"), *blank("mobile"), AGED]),
    "country: not available here": (INCONCLUSIVE, [*wall("desktop", "geo"), *wall("mobile", "geo", 451)]),
    "country: another language sees another page": (
        INCONCLUSIVE,
        [*harmless("desktop"), *harmless("mobile", "Nothing"), AGED],
    ),
    "country: one proxy of three sees it": (IMPERSONATES, [*blank("desktop"), *blank("mobile"), *login("proxy")]),
    "scripts: drawn by a script": (
        IMPERSONATES,
        [*blank("desktop", scripts=3), *blank("mobile"), *login("desktop", "page.rendered")[1:]],
    ),
    "scripts: never drawn for us": (INCONCLUSIVE, [*blank("desktop", scripts=3), *blank("mobile", scripts=3)]),
    "scripts: send the browser to the brand": (
        INCONCLUSIVE,
        [*blank("desktop"), page("desktop", kind="page.rendered", source=BRAND, title="Amazon"), *blank("mobile"), NEW],
    ),
    "click: a gate before the page": (
        SUSPICIOUS,
        [
            exchange("desktop"),
            page("desktop", title="Amazon: press to go on", brands=["amazon"], words=6),
            exchange("mobile"),
            page("mobile", title="Amazon: press to go on", brands=["amazon"], words=6),
        ],
    ),
    "click: a box to be ticked": (INCONCLUSIVE, [*wall("desktop", "captcha"), *wall("mobile", "captcha")]),
    "time: open in the evening only": (INCONCLUSIVE, [exchange("desktop", status=503), exchange("mobile", status=503)]),
    "visits: only the first one": (IMPERSONATES, [*login("desktop"), *blank("mobile")]),
    "visits: the second is sent to the brand": (IMPERSONATES, [*login("desktop"), to_brand("mobile")]),
    "challenge: one vantage passes": (IMPERSONATES, [*wall("desktop", "challenge", 503), *login("mobile")]),
    "key: only with a token in the address": (
        INCONCLUSIVE,
        [exchange("desktop", status=401), exchange("mobile", status=401), AGED],
    ),
}


def test_there_are_thirty_recipes() -> None:
    """The count that the figure is of."""
    assert len(RECIPES) >= 30


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_page_that_hides_is_never_benign(recipe: str) -> None:
    """What hides is inconclusive or worse; where one vantage saw the act, the others do not hide it."""
    expected, tables = RECIPES[recipe]
    findings = findings_of([json.dumps(one) for one in tables])
    model = reference.seen_model()
    judged = judge([MATCH], findings, BRANDS, [], model=model, now=EXAMPLES_AT)
    assert judged.verdict is expected
    assert judged.brand == "amazon"
    without = judge([], findings, BRANDS, [], model=model, now=EXAMPLES_AT)
    assert without.verdict not in {Verdict.BENIGN, Verdict.PARKED}
