"""What pages show that speaks against them: signs, of which a verdict `suspicious` needs one."""

# ruff: noqa: D401  # a signal's docstring states what it sees

from itertools import combinations

from scamhunt.score.seen.acts import MOST_TOLD, callbacks, place, warnings
from scamhunt.score.seen.read import folded, holds, host_of, target_of, text, texts
from scamhunt.score.seen.scene import PAGES, SECRETS, UNUSED, Scene, recognised
from scamhunt.score.seen.signal import Part, Told, signal


@signal(
    Part.SIGN,
    source="own judgement: a stranger's login on a name like the brand's",
    seen_in="""{"kind": "page.shown", "title": "Sign in", "brands": []}
               {"kind": "page.form", "asks": ["password"]}""",
    not_in="""{"kind": "page.shown", "title": "Sign in", "brands": [], "source": "https://garden-club.test/"}
              {"kind": "page.form", "asks": ["password"], "source": "https://garden-club.test/"}""",
)
def asks_on_lookalike(scene: Scene) -> Told | None:
    """A form asks for a secret on a name that resembles the brand, without saying who asks."""
    if scene.resembles and scene.secrets and not scene.claimed:
        return 1.0, f"{place(scene, 'page.form')} asks for {', '.join(scene.secrets)}, and its name resembles the brand"
    return None


@signal(
    Part.SIGN,
    source="wallets' own advice: nobody honest asks for a recovery phrase on a web page",
    seen_in='{"kind": "page.form", "asks": ["seed phrase"]}',
    not_in='{"kind": "page.form", "asks": ["password"]}',
)
def asks_seed_phrase(scene: Scene) -> Told | None:
    """A form asks for the recovery phrase of a wallet."""
    return (1.0, f"{place(scene, 'page.form')} asks for a seed phrase") if "seed phrase" in scene.asks else None


@signal(
    Part.SIGN,
    source="Mohammad et al., 2012: forms that send elsewhere",
    seen_in='{"kind": "page.form", "asks": ["password"], "foreign": true, "action_host": "collect.example"}',
    not_in='{"kind": "page.form", "asks": ["email"], "foreign": true, "action_host": "letters.example"}',
)
def posts_elsewhere(scene: Scene) -> Told | None:
    """What a form with a secret is filled with goes to another registrable name."""
    for one in scene.foreign("page.form"):
        if holds(one, "foreign") and SECRETS & set(texts(one, "asks")):
            return 1.0, f"what is typed in goes to {text(one, 'action_host') or 'another host'}"
    return None


@signal(
    Part.SIGN,
    source="own judgement: who speaks is said in the title",
    seen_in='{"kind": "page.shown", "title": "Amazon refund desk", "brands": ["amazon"]}',
    not_in='{"kind": "page.shown", "title": "Amazonia tours", "brands": []}',
)
def title_names_brand(scene: Scene) -> Told | None:
    """The title of the page names the brand."""
    if not (scene.brand and scene.title):
        return None
    return 1.0, f"the title of {place(scene, *PAGES)} names {scene.brand.name}"


@signal(
    Part.SIGN,
    source="own judgement: news and shops name brands too",
    seen_in='{"kind": "page.shown", "title": "Refunds", "brands": ["amazon"]}',
    not_in='{"kind": "page.shown", "title": "Refunds", "brands": ["paypal"]}',
)
def words_name_brand(scene: Scene) -> Told | None:
    """The words of a page on a name that resembles the brand name it too, and its title does not."""
    if scene.brand and scene.resembles and scene.named and not scene.title:
        return 1.0, f"the words of {place(scene, *PAGES)} name {scene.brand.name}"
    return None


@signal(
    Part.SIGN,
    source="own judgement: partners show a brand's pictures too, so it is no act",
    seen_in='{"kind": "page.image", "dhash": "8899aabbccddeef0"}',
    not_in='{"kind": "page.image", "dhash": "7766554433221100"}',
)
def brand_picture(scene: Scene) -> Told | None:
    """A picture of the page, such as a logo, is one of the brand's own site."""
    if scene.brand is None or scene.image is None:
        return None
    return 1.0, f"a picture of {scene.start} is one of {scene.brand.name}'s own site"


@signal(
    Part.SIGN,
    source="own judgement: a copy keeps the title",
    seen_in='{"kind": "page.shown", "title": "Amazon.com: low prices"}',
    not_in='{"kind": "page.shown", "title": "Amazon.com: lower prices"}',
)
def same_title(scene: Scene) -> Told | None:
    """The title is that of the brand's own page, letter by letter."""
    known = {folded(title) for one in scene.officials for title in one.titles}
    titles = [text(one, "title") for one in scene.foreign(*PAGES)]
    if scene.brand and any(folded(one) in known for one in titles if one):
        return 1.0, f"{place(scene, *PAGES)} has the title of {scene.brand.name}'s own page"
    return None


@signal(
    Part.SIGN,
    source="own judgement: kits save themselves the files",
    seen_in="""{"kind": "page.shown", "title": "Amazon refund desk", "brands": ["amazon"]}
               {"kind": "page.resources", "hosts": {"images.amazon.com": 4}}""",
    not_in="""{"kind": "page.shown", "title": "Refund desk", "brands": [], "source": "https://garden-club.test/"}
              {"kind": "page.resources", "hosts": {"images.amazon.com": 4}, "source": "https://garden-club.test/"}""",
)
def loads_from_brand(scene: Scene) -> Told | None:
    """The page loads pictures or styles from the brand's own hosts, and gives itself out as the brand."""
    theirs = {host for one in scene.officials for host in one.hosts}
    loaded = [host for one in scene.foreign("page.resources") for host in texts(one, "hosts")]
    found = next((host for host in loaded if host in theirs or scene.is_own(target_of(host))), "")
    return (1.0, f"{scene.start} loads files from {found}") if found and (scene.claimed or scene.resembles) else None


@signal(
    Part.SIGN,
    source="own judgement: the brand's page in a frame, under a stranger's name",
    seen_in='{"kind": "page.frames", "urls": ["https://www.amazon.com/ap/signin"]}',
    not_in='{"kind": "page.frames", "urls": ["https://video.example/1"]}',
)
def frames_brand(scene: Scene) -> Told | None:
    """The page shows the brand's own page in a frame."""
    urls = [url for one in scene.foreign("page.frames") for url in texts(one, "urls")]
    found = next((host for url in urls if scene.is_own(target_of(host := host_of(url)))), "")
    return (1.0, f"{scene.start} shows {found} in a frame") if found else None


@signal(
    Part.SIGN,
    source="FTC, tech support scams: numbers of false help desks",
    seen_in="""{"kind": "page.shown", "title": "Amazon refund desk", "brands": ["amazon"]}
               {"kind": "page.number", "e164": "+18885550142", "role": "callback"}""",
    not_in="""{"kind": "page.shown", "title": "Amazon refund desk", "brands": ["amazon"]}
              {"kind": "page.number", "e164": "+18885550142", "role": "unknown"}""",
)
def callback_number(scene: Scene) -> Told | None:
    """In the brand's name visitors are told to call a number that is not the brand's."""
    if not (scene.brand and scene.claimed and callbacks(scene)):
        return None
    return 1.0, f"visitors are told to call {callbacks(scene)[0]}, no number of {scene.brand.name} that we know"


@signal(
    Part.SIGN,
    source="Miramirkhani et al., Dial One for Scam, NDSS 2017: what such pages do to keep their visitor",
    seen_in='{"kind": "page.popup", "signs": ["fake scan", "audio", "fullscreen"]}',
    not_in='{"kind": "page.popup", "signs": ["countdown"]}',
)
def popup(scene: Scene) -> Told | None:
    """The page behaves like a false warning: it scans, sounds, fills the screen; three signs count fully."""
    signs = warnings(scene)
    if not signs:
        return None
    return min(1.0, len(signs) / 3), f"{place(scene, 'page.popup')} behaves like a false warning: {', '.join(signs)}"


@signal(
    Part.SIGN,
    source="own judgement: shops take coins too, so only in a brand's name",
    seen_in="""{"kind": "page.shown", "title": "Amazon giveaway", "brands": ["amazon"]}
               {"kind": "page.wallet", "value": "bc1qexample", "currency": "bitcoin"}""",
    not_in='{"kind": "page.wallet", "value": "bc1qexample", "currency": "bitcoin", "source": "https://garden.test/"}',
)
def wallet(scene: Scene) -> Told | None:
    """In the brand's name a wallet's address is shown."""
    one = next(scene.foreign("page.wallet"), None)
    if one is None or not (scene.claimed or scene.resembles):
        return None
    return 1.0, f"{scene.start} shows an address for {text(one, 'currency') or 'coins'}"


@signal(
    Part.SIGN,
    source="data/kits.toml: files and fields of kits that are sold",
    seen_in='{"kind": "page.kit", "known": ["courier-fee"]}',
    not_in='{"kind": "page.kit", "known": []}',
)
def known_kit(scene: Scene) -> Told | None:
    """The page is made with a known kit."""
    known = sorted({name for one in scene.foreign("page.kit") for name in texts(one, "known")})
    return (1.0, f"{scene.start} is made like a known kit: {', '.join(known[:MOST_TOLD])}") if known else None


@signal(
    Part.SIGN,
    source="Zhang et al., CrawlPhish, 2021: whom a kit does not want it sends to the brand",
    seen_in="""{"kind": "http.exchange", "vantage": "desktop", "source": "https://www.amazon.com/"}
               {"kind": "http.exchange", "vantage": "mobile"}
               {"kind": "page.shown", "vantage": "mobile", "title": "Parcels"}""",
    not_in="""{"kind": "http.exchange", "vantage": "desktop", "source": "https://www.amazon.com/"}
              {"kind": "http.exchange", "vantage": "mobile", "source": "https://www.amazon.com/"}""",
)
def sends_some_to_brand(scene: Scene) -> Told | None:
    """Some visitors are sent to the brand's own site, others see a page."""
    if recognised(scene.findings).keys() & UNUSED:
        return None
    for one, other in combinations([view.as_fetched for view in scene.views], 2):
        for sent, stayed in ((one, other), (other, one)):
            if scene.is_own(sent.target) and stayed.pages and stayed.target not in scene.brands.owners:
                return (
                    1.0,
                    f"{sent.vantage} is sent to {sent.hosts[-1]}, {stayed.vantage} sees a page at {stayed.hosts[-1]}",
                )
    return None
