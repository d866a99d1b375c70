"""Acts in a brand's name: what a verdict `impersonates` needs."""

# ruff: noqa: D401  # a signal's docstring states what it sees

from scamhunt.observed import Finding
from scamhunt.score.officials import LEAST_WORDS, differ
from scamhunt.score.seen.read import host_of, number, text, texts
from scamhunt.score.seen.scene import PAGES, Scene
from scamhunt.score.seen.signal import Part, Told, signal

SAME_TEXT = 3
"""Simhashes (64 bit) that differ in at most so many bits are of the same text."""
NEAR_TEXT = 10
"""And of nearly the same, where the title is the same too."""
WARNINGS = frozenset({"fake scan", "error code", "fullscreen", "blocked keys", "audio", "beforeunload", "alert"})
ENOUGH_WARNINGS = 2
MOST_TOLD = 3
_LOGIN = """{"kind": "page.shown", "title": "Amazon Sign-In", "brands": ["amazon"], "words": 20}
            {"kind": "page.form", "asks": ["email", "password"]}"""
_NEWS = """{"kind": "page.shown", "title": "How to spot an Amazon scam", "brands": ["amazon"], "words": 900}
           {"kind": "page.form", "asks": ["email"]}"""


def place(scene: Scene, *kinds: str) -> str:
    """Return on which host something foreign was found first."""
    return next((host_of(one.source) for one in scene.foreign(*kinds)), "") or scene.start


@signal(
    Part.ACT,
    source="ICANN, DNS abuse: phishing is to get secrets by pretending to be somebody",
    seen_in=_LOGIN,
    not_in=_NEWS,
)
def asks_under_brand(scene: Scene) -> Told | None:
    """A form asks for a secret under the brand's name, on a host that is not the brand's."""
    if not (scene.brand and scene.claimed and scene.secrets):
        return None
    asked = ", ".join(scene.secrets)
    return (
        1.0,
        f"{place(scene, 'page.form')} asks for {asked} and gives itself out as {scene.brand.name} by {scene.claimed}",
    )


@signal(
    Part.ACT,
    source="Afroz and Greenstadt, PhishZoo, 2011: a copy carries the sign of its original",
    seen_in="""{"kind": "http.exchange"}
               {"kind": "page.favicon", "dhash": "0f1e2d3c4b5a6978"}""",
    not_in="""{"kind": "http.exchange"}
              {"kind": "page.favicon", "dhash": "0000000000000001"}""",
)
def brand_icon(scene: Scene) -> Told | None:
    """The brand's favicon stands on a host that is not the brand's."""
    if scene.brand is None or scene.icon is None:
        return None
    return 1.0, f"the favicon of {scene.start} is that of {scene.brand.name}'s own site"


@signal(
    Part.ACT,
    source="Charikar, 2002: simhash; the copy is compared with looks at the brand's own site",
    seen_in='{"kind": "page.shown", "simhash": "00ff00ff00ff00fe", "words": 80}',
    not_in='{"kind": "page.shown", "simhash": "00ff00ff00ff00fe", "words": 12}',
)
def copies_page(scene: Scene) -> Told | None:
    """The page is a copy of the brand's own: the same text, or nearly, or the same skeleton in the brand's name."""
    for one in scene.foreign(*PAGES):
        if scene.brand and (what := _copied(scene, one)):
            return 1.0, f"{place(scene, *PAGES)} shows {what} as {scene.brand.name}'s own page"
    return None


def _copied(scene: Scene, page: Finding) -> str:
    if (number(page, "words") or 0) < LEAST_WORDS:
        return ""
    for known in scene.officials:
        apart = min((differ(text(page, "simhash"), one) for one in known.texts), default=64)
        if apart <= SAME_TEXT or (apart <= NEAR_TEXT and text(page, "title") in known.titles):
            return "the same text"
        if text(page, "structure") in known.structures and scene.claimed:
            return "the same structure"
    return ""


@signal(
    Part.ACT,
    source="Miramirkhani et al., Dial One for Scam, NDSS 2017: warnings that lead to a call centre",
    seen_in="""{"kind": "page.shown", "title": "Amazon security alert", "brands": ["amazon"]}
               {"kind": "page.popup", "signs": ["fake scan", "fullscreen"]}
               {"kind": "page.number", "e164": "+18885550142", "role": "callback"}""",
    not_in="""{"kind": "page.shown", "title": "Security alert", "brands": []}
              {"kind": "page.popup", "signs": ["fake scan", "fullscreen"]}
              {"kind": "page.number", "e164": "+18885550142", "role": "callback"}""",
)
def callback_in_warning(scene: Scene) -> Told | None:
    """A warning in the brand's name tells visitors to call a number that is not the brand's."""
    if not (scene.brand and scene.claimed and len(warnings(scene)) >= ENOUGH_WARNINGS and callbacks(scene)):
        return None
    signs = ", ".join(warnings(scene)[:MOST_TOLD])
    return 1.0, f"a warning in the name of {scene.brand.name} ({signs}) tells visitors to call {callbacks(scene)[0]}"


def warnings(scene: Scene) -> list[str]:
    """Return by what foreign pages behave like false warnings, in order."""
    return sorted({sign for one in scene.foreign("page.popup") for sign in texts(one, "signs")} & WARNINGS)


def callbacks(scene: Scene) -> list[str]:
    """Return the numbers that visitors are to call and that are not the brand's, in the order of the page."""
    own = {
        "".join(c for c in phone if c.isdigit() or c == "+") for phone in (scene.brand.phones if scene.brand else ())
    }
    told = [text(one, "e164") for one in scene.foreign("page.number") if text(one, "role") == "callback"]
    return [one for one in dict.fromkeys(told) if one and one not in own]
