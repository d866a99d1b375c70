"""Invented phishing kits, cloaked ones too, and the honest sites beside them: what each answers and what to expect."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench import lab_kit_pages as pages
from bench import lab_site as site
from bench.lab_site import Handler
from scamhunt.observed import Verdict

ACCUSED = frozenset({Verdict.IMPERSONATES})
SUSPECTED = frozenset({Verdict.IMPERSONATES, Verdict.SUSPICIOUS})
OPEN = frozenset({Verdict.INCONCLUSIVE})
UNDECIDED = SUSPECTED | OPEN
"""What may be said of a page that hid itself: anything but harmless."""
PARKED = frozenset({Verdict.PARKED})
BENIGN = frozenset({Verdict.BENIGN})


@dataclass(frozen=True, slots=True)
class Kit:
    """One site of the lab."""

    name: str
    domain: str
    handler: Handler
    verdicts: frozenset[Verdict]
    """What may be said of it where no browser draws it."""
    brand: str = ""
    """Whose name is on it, or in its name."""
    holds: Mapping[str, object] = field(default_factory=dict)
    """`kind key`: what some finding of this kind holds under this key; None: any finding of the kind will do."""
    path: str = "/"
    age: int = 3
    """Days since it was registered."""
    statuses: tuple[str, ...] = ("client transfer prohibited",)
    name_servers: tuple[str, ...] = ("ns1.host.example", "ns2.host.example")
    slow: bool = False
    """Whether a look at it takes seconds: `bench/soak_kits.py` has them."""
    drawn: frozenset[Verdict] = frozenset()
    """What may be said of it where a browser draws it; empty: the same."""


AMAZON, PAYPAL = site.shows(pages.login("Amazon")), site.shows(pages.login("PayPal"))
NOTHING, TO_AMAZON = site.shows(""), site.leads("http://amazon.test:PORT/")
SECRET = {"page.form foreign": True, "page.form asks": ["email", "password"], "page.shown brands": ["amazon"]}

OFFICIAL = (
    Kit("amazon", "amazon.test", site.official("Amazon"), BENIGN, "amazon", age=9_000),
    Kit("paypal", "paypal.test", site.shows(pages.official_front("PayPal")), BENIGN, "paypal", age=9_000),
    Kit("microsoft", "microsoft.test", site.shows(pages.official_front("Microsoft")), BENIGN, "microsoft", age=9_000),
)
"""The brands' own sites, on their official domains."""

PLAIN = (
    Kit("login", "amazon-signin-verify.test", AMAZON, ACCUSED, "amazon", SECRET),
    Kit(
        "card",
        "paypal-billing-update.test",
        site.shows(pages.card("PayPal")),
        ACCUSED,
        "paypal",
        {"page.form asks": {"card", "cvv"}, "page.form foreign": True},
    ),
    Kit(
        "alarm",
        "microsoft-virus-alert.test",
        site.shows(pages.alarm("Microsoft")),
        ACCUSED,
        "microsoft",
        {"page.number e164": "+18055550142", "page.number role": "callback", "page.popup signs": {"audio", "alert"}},
    ),
    Kit(
        "courier",
        "fjordpost-customs-fee.test",
        site.shows(pages.courier("Fjordpost")),
        ACCUSED,
        "fjordpost",
        {"page.form asks": {"card", "address"}},
    ),
    Kit(
        "seed",
        "kupferwallet-restore.test",
        site.shows(pages.seed("Kupferwallet")),
        ACCUSED,
        "kupferwallet",
        {"page.form asks": {"seed phrase"}},
    ),
    Kit(
        "refund",
        "amazon-refund-chat.test",
        site.shows(pages.refund("Amazon")),
        SUSPECTED,
        "amazon",
        {"page.number e164": "+18055550167", "page.chat vendor": None, "page.tracker id": "UA-12345-6"},
    ),
    Kit(
        "giveaway",
        "amazon-btc-giveaway.test",
        site.shows(pages.giveaway("Amazon")),
        SUSPECTED,
        "amazon",
        {"page.wallet value": pages.WALLET},
    ),
    Kit(
        "copy",
        "amazon-account-review.test",
        site.shows(pages.official_login("Amazon", pages.COLLECTOR), pages.SIGN),
        ACCUSED,
        "amazon",
        {"page.favicon mmh3": None, "page.form foreign": True},
    ),
    Kit(
        "sign",
        "amazon-prime-lounge.test",
        site.shows(pages.page("Welcome", "<h1>Members only</h1><p>The lounge opens at noon.</p>"), pages.SIGN),
        SUSPECTED,
        "amazon",
        {"page.favicon dhash": None},
    ),
    Kit("soothing", "paypal-safe-site.test", site.shows(pages.soothing("PayPal")), ACCUSED, "paypal"),
    Kit("refresh", "paypal-session-check.test", site.steps, ACCUSED, "paypal", {"page.form asks": {"password"}}),
    Kit(
        "scripted",
        "amazon-secure-session.test",
        site.shows(pages.scripted("Amazon")),
        UNDECIDED,
        "amazon",
        drawn=SUSPECTED,
    ),
    Kit("held", "amazon-held-desk.test", AMAZON, ACCUSED, "amazon", statuses=("client hold",)),
)
"""Kits that show themselves to everybody."""

QUIET = (
    Kit("parked", "amazon-parcel-desk.test", site.shows(pages.parked("amazon-parcel-desk.test")), PARKED, "amazon"),
    Kit("for sale", "paypal-deals.test", site.shows(pages.for_sale("paypal-deals.test")), PARKED, "paypal"),
    Kit("default", "microsoft-update-host.test", site.shows(pages.default()), OPEN, "microsoft"),
    Kit("empty", "amazon-empty-page.test", NOTHING, OPEN, "amazon"),
    Kit("to the brand", "amazon-gift-cards.test", TO_AMAZON, BENIGN, "amazon", age=4_000),
    Kit("new, to the brand", "amazon-gift-desk.test", TO_AMAZON, OPEN, "amazon"),
    Kit("shop", "larch-lane-candles.test", site.shows(pages.shop()), OPEN, age=8_000),
    Kit("news", "larch-valley-courier.test", site.shows(pages.news("Amazon")), OPEN, "amazon"),
)
"""Sites that ask for nothing."""

CLOAKED = (
    Kit("by user agent", "amazon-mobile-login.test", site.only_if(site.mobile, AMAZON, NOTHING), ACCUSED, "amazon"),
    Kit("by referrer", "paypal-search-login.test", site.only_if(site.searched, PAYPAL, site.gone), ACCUSED, "paypal"),
    Kit(
        "by language",
        "amazon-anmelden.test",
        site.only_if(site.german, site.shows(pages.login("Amazon", language="de")), NOTHING),
        OPEN,
        "amazon",
    ),
    Kit(
        "by cookie",
        "amazon-cookie-login.test",
        site.only_if(site.has_cookie, AMAZON, site.sets_cookie),
        ACCUSED,
        "amazon",
    ),
    Kit("once", "paypal-once-login.test", site.only_if(site.first, PAYPAL, site.gone), ACCUSED, "paypal"),
    Kit(
        "by script",
        "amazon-script-check.test",
        site.only_if(site.has_cookie, AMAZON, site.shows(pages.challenge("seen"))),
        UNDECIDED,
        "amazon",
        drawn=SUSPECTED,
    ),
    Kit("403 to desktops", "paypal-desk-wall.test", site.only_if(site.mobile, PAYPAL, site.forbids), ACCUSED, "paypal"),
    Kit("404 to desktops", "amazon-hidden-desk.test", site.only_if(site.mobile, AMAZON, site.gone), ACCUSED, "amazon"),
    Kit(
        "desktops to the brand",
        "amazon-two-faces.test",
        site.only_if(site.mobile, AMAZON, TO_AMAZON),
        ACCUSED,
        "amazon",
    ),
    Kit(
        "desktops to the brand, others to nothing",
        "amazon-three-faces.test",
        site.only_if(site.mobile, NOTHING, TO_AMAZON),
        UNDECIDED,
        "amazon",
    ),
    Kit(
        "captcha",
        "paypal-human-check.test",
        site.shows(pages.captcha()),
        UNDECIDED,
        "paypal",
        {"page.block what": None},
    ),
    Kit("country", "amazon-region-wall.test", site.shows(pages.geo()), UNDECIDED, "amazon", {"page.block what": "geo"}),
    Kit("403 to all", "paypal-closed-door.test", site.forbids, UNDECIDED, "paypal"),
)
"""Kits that hide from some, or from all."""

TROUBLE = (
    Kit("large", "amazon-large-page.test", site.large, UNDECIDED, "amazon", {"http.exchange cut": None}, slow=True),
    Kit("loop", "paypal-round-trip.test", site.loops, OPEN, "paypal", slow=True),
    Kit("to another machine", "amazon-inner-door.test", site.leads("http://127.0.0.2:PORT/"), OPEN, "amazon"),
    Kit("to a private network", "paypal-inner-door.test", site.leads("http://10.0.0.1/"), OPEN, "paypal"),
    Kit("to a file", "amazon-file-door.test", site.leads("file:///etc/passwd"), OPEN, "amazon"),
    Kit("drip", "paypal-slow-page.test", site.drips, UNDECIDED, "paypal", slow=True),
)
"""Sites that attack whoever looks."""

KITS = (*PLAIN, *QUIET, *CLOAKED, *TROUBLE)
