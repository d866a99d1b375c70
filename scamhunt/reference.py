"""Read what ships in `data/` and build the values of it: brands, scoring model, words, protected names."""

import gzip
import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from pathlib import Path

from scamhunt import __version__, bundle
from scamhunt.errors import NotFound, UserError
from scamhunt.indicators.domain import Names
from scamhunt.indicators.lists import read_rows
from scamhunt.investigate.hosting import Hosting, parse_hosting
from scamhunt.model import Evidence, Kind
from scamhunt.protected import Protected
from scamhunt.referral.agencies import Agency
from scamhunt.referral.agencies import parse as parse_agencies
from scamhunt.score.batch import read_names
from scamhunt.score.brands import Brands, parse_packs
from scamhunt.score.classifier import Classifier
from scamhunt.score.letters import parse_letters
from scamhunt.score.model import Model, parse_model
from scamhunt.score.phone_model import PhoneModel, parse_phone_model
from scamhunt.score.phone_signal import IN_TEXT, TEXT_EXAMPLES, worded
from scamhunt.score.phone_signals import PHONE_SIGNALS
from scamhunt.score.phones import PhoneScorer
from scamhunt.score.seen_model import SeenModel, parse_seen_model
from scamhunt.score.shadow import parse_hits
from scamhunt.score.signals import SIGNALS
from scamhunt.score.texts import TEXT_SIGNALS, TEXT_WEIGHTS, BrandTexts
from scamhunt.score.vocabulary import Vocabulary, parse_words
from scamhunt.settings import Settings
from scamhunt.takedown.case import Desk
from scamhunt.takedown.desks import parse_desks
from scamhunt.takedown.escalation import Ladders, parse_ladders
from scamhunt.takedown.template import Template, parse_template

PHONE_MODEL = "phone_model.json"
"""The model of numbers, in `data/scoring/`; in the state folder the team's own, which takes its place."""
LADDERS, AGENCIES = "escalation.toml", "agencies.toml"
"""In `data/`, and in the overlay's."""
PIECE = 65_536
"""Bytes of the sample that are read at once."""


def brands(settings: Settings, chosen: Sequence[Path] = ()) -> Brands:
    """Return the brands of the chosen packs, else of those in force. Raises `BrandPackError`."""
    return parsed(tuple(bundle.brand_packs(settings.overlay, chosen or settings.brands)))


@lru_cache(4)  # the same packs are asked for with each act of a person
def parsed(packs: tuple[tuple[str, bytes], ...]) -> Brands:
    """Return the brands of packs given as (file name, content). Raises `BrandPackError`."""
    return parse_packs(packs)


@cache
def model() -> Model:
    """Return the scoring model."""
    return parse_model(bundle.data("scoring/model.json").read_text("utf-8"))


@cache
def vocabulary() -> Vocabulary:
    """Return the known words: lures, plain words, ordinary and common ones, people's names, words of trades."""
    plain = parse_words(_lines("scoring/plainwords.txt"))
    return Vocabulary(
        lures=parse_words(_lines("scoring/lures.txt")) - plain,
        plain=plain,
        ordinary=_words("words/ordinary.txt.gz"),
        common=_words("words/common.txt.gz"),
        people=_words("words/people.txt.gz"),
        sectors=_sectors(),
        letters=parse_letters(bundle.data("scoring/letters.txt").read_text("utf-8")),
    )


def classifier(packs: Brands, *, popular: bool = True) -> Classifier:
    """Return a classifier for these brands; without `popular` no name is excused for being well-known."""
    known = parse_words(_lines("protected/popular.txt")) if popular else frozenset[str]()
    return Classifier(packs, model(), vocabulary(), known)


@cache
def shipped_phone_model() -> PhoneModel:
    """Return the model of numbers whose weights are set by hand."""
    return parse_phone_model(bundle.data(f"scoring/{PHONE_MODEL}").read_text("utf-8"))


def phone_model(settings: Settings) -> PhoneModel:
    """Return the model of numbers that `make train` fitted to the team's decisions, else the shipped one.

    Raises `UserError` for one that does not fit, `Refused` for one that others may write to.
    """
    own = settings.home / PHONE_MODEL
    try:
        text = own.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return shipped_phone_model()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{own}: cannot be read ({type(error).__name__}); mend it, or remove it") from None
    bundle.refuse_shared(own)
    return parse_phone_model(text, str(own))


def phone_scorer(settings: Settings, packs: Brands) -> PhoneScorer:
    """Return a scorer of numbers for these brands. Raises as `phone_model` does."""
    return PhoneScorer(packs, _Words(packs), protected(settings, packs), phone_model(settings))


@cache
def seen_model() -> SeenModel:
    """Return the weights of what is seen at a target, set by hand."""
    return parse_seen_model(bundle.data("scoring/seen_model.json").read_text("utf-8"))


def hosting(settings: Settings) -> Hosting:
    """Return the tables by which hosts, parking pages and the like are recognised. Raises `UserError`."""
    return parse_hosting(bundle.hosting_tables(settings.overlay))


def desks(settings: Settings) -> list[Desk]:
    """Return the desks that take reports: the shipped ones, with the team's in the place of those of their name.

    Raises `UserError` with file, line and fix for each fault.
    """
    listed = (parse_desks(name, content) for name, content in bundle.recipient_lists(settings.overlay))
    return list({desk.name: desk for each in listed for desk in each}.values())


def ladders(settings: Settings) -> Ladders:
    """Return who is asked next and when: the shipped steps, with the team's in the place of those of their names.

    Raises `UserError` with file, line and fix for each fault, `Refused` for a file that others may write to.
    """
    shipped = bundle.data(LADDERS)
    kept = parse_ladders(str(shipped), shipped.read_bytes())
    own = _overlaid(settings, LADDERS)
    return kept.overlaid(parse_ladders(*own, silence=kept.silence)) if own else kept


def agencies(settings: Settings) -> dict[str, Agency]:
    """Return who takes referrals, by id: the shipped profiles, with the team's in the place of those of their ids.

    Raises as `ladders` does.
    """
    shipped, own = bundle.data(AGENCIES), _overlaid(settings, AGENCIES)
    listed = [(str(shipped), shipped.read_text("utf-8"))]
    return parse_agencies([*listed, (own[0], own[1].decode("utf-8", "replace"))] if own else listed)


def packet_template() -> str:
    """Return the look of the document that a packet begins with."""
    return bundle.data("referral/packet.typ").read_text("utf-8")


def _overlaid(settings: Settings, name: str) -> tuple[str, bytes] | None:
    """Return where the team's own file of `data/` lies and what it holds, None where there is none."""
    own = settings.overlay / "data" / name
    if not own.is_file():
        return None
    for way in (settings.overlay, own.parent, own):
        bundle.refuse_shared(way)
    try:
        return str(own), own.read_bytes()
    except OSError as error:
        raise UserError(f"{own}: cannot be read ({type(error).__name__}); mend it, or remove it") from None


class _Words:
    """What finds brands in words, built when there are some: a day of complaints has none."""

    def __init__(self, packs: Brands) -> None:
        self._made = cache(partial(BrandTexts, packs, vocabulary()))

    def evidence(self, texts: Sequence[str]) -> list[tuple[Evidence, ...]]:
        """Return for each text which brands it names, the surest first."""
        return self._made().evidence(texts)


def protected(settings: Settings, packs: Brands) -> Protected:
    """Return the names that are never to be reported: shipped lists, the team's additions and all official domains."""
    return Protected.of(packs, bundle.protected_lists(settings.overlay))


def digest_of_lists(settings: Settings) -> str:
    """Return a hash over the brand packs in force and the lists of what is protected: other lists, another hash.

    Raises `UserError` for a pack that cannot be read.
    """
    found = hashlib.sha256(__version__.encode())
    for name, body in (
        *bundle.brand_packs(settings.overlay, settings.brands),
        *bundle.protected_lists(settings.overlay),
    ):
        found.update(f"{name}\0{len(body)}\0".encode("utf-8", "surrogateescape") + body)
    return found.hexdigest()[:32]


def templates(settings: Settings) -> dict[tuple[str, str, str], Template]:
    """Return the templates by kind of recipient, purpose and language.

    Raises `UserError` with file, line and fix, also for two files that are the same report.
    """
    found: dict[tuple[str, str, str], Template] = {}
    for path in bundle.templates(settings.overlay).values():
        template = parse_template(str(path), path.read_bytes())
        for kind in template.kinds:
            other = found.setdefault((kind, template.purpose, template.lang), template)
            if other is not template:
                same = f"{template.purpose} report to a {kind} in {template.lang}"
                raise UserError(
                    f"{template.name}:1: {other.name} is the {same} already; give it that name, or remove it"
                )
    return found


def sample() -> Iterator[Names]:
    """Yield the names of the bundled sample, newly registered domains, in batches."""
    with gzip.open(bundle.data("feeds/nrd_sample.csv.gz")) as file:
        for batch in read_rows(iter(partial(file.read, PIECE), b"")):
            yield read_names(batch)[0]


def sample_hits() -> Mapping[str, int] | None:
    """Return in how many matches of the bundled brands on the bundled sample each signal speaks.

    `make train` counts them. None where they do not belong to the model that is in use.
    """
    try:
        text = bundle.data("scoring/hits.json").read_text("utf-8")
    except (NotFound, OSError, ValueError):
        return None
    return parse_hits(text, bundle.data("scoring/model.json").read_bytes())


def signals(hits: Mapping[str, int] | None = None) -> list[dict[str, object]]:
    """Return every signal with its kind, weight, meaning, source and examples where it holds and does not.

    `hits` is in how many matches of the sample, which has no numbers, each speaks; without it that field is None. Of
    numbers the weights are those that ship; what words say has no fixed weight, so the most that it weighs is given.
    """
    names: Iterator[dict[str, object]] = (
        {
            "id": signal.name,
            "signal": signal.name,
            "kind": Kind.DOMAIN.value,
            "weight": model().weights[signal.name],
            "hits": None if hits is None else hits.get(signal.name, 0),
            "meaning": signal.meaning,
            "examples": signal.seen_in,
            "not_in": signal.not_in,
            "source": signal.source,
        }
        for signal in SIGNALS
    )
    return [*names, *_phone_signals(None if hits is None else 0)]


def _phone_signals(hits: int | None) -> Iterator[dict[str, object]]:
    shipped = shipped_phone_model()
    for signal in PHONE_SIGNALS:
        told: dict[str, object] = {
            "id": signal.name,
            "signal": signal.name,
            "kind": Kind.PHONE.value,
            "weight": shipped.weights[signal.name],
            "hits": hits,
            "meaning": signal.meaning,
            "examples": signal.seen_in,
            "not_in": signal.not_in,
            "source": signal.source,
        }
        if signal.name != IN_TEXT:
            yield told
            continue
        for name, meaning in TEXT_SIGNALS.items():
            of_words = {"id": name, "signal": name, "weight": TEXT_WEIGHTS[name][1], "meaning": _sentence(meaning)}
            yield told | of_words | {"examples": (worded(TEXT_EXAMPLES[name]),)}


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def bands() -> dict[str, float]:
    """Return the bands of a score by where they begin, the strongest first."""
    return {"urgent": model().urgent, "review": model().review}


def _lines(name: str) -> list[str]:
    return bundle.data(name).read_text("utf-8").splitlines()


def _sectors() -> dict[str, frozenset[str]]:
    table = tomllib.loads(bundle.data("scoring/sectors.toml").read_text("utf-8"))
    return {sector: frozenset(words.split()) for sector, words in table.items()}


def _words(name: str) -> frozenset[str]:
    return parse_words(gzip.decompress(bundle.data(name).read_bytes()).decode().splitlines())
