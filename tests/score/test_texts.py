import random
import time
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scamhunt import reference
from scamhunt.model import Brand, Evidence
from scamhunt.score.brands import Brands
from scamhunt.score.texts import LONGEST, MOST, TEXT_SIGNALS, TEXT_WEIGHTS, THRESHOLD, BrandTexts
from scamhunt.settings import Settings


@cache
def texts() -> BrandTexts:
    """Return what reads texts, for the shipped brands."""
    return BrandTexts(reference.brands(Settings()), reference.vocabulary())


def told(text: str) -> tuple[Evidence, ...]:
    """Return what is told of one text."""
    return texts().evidence([text])[0]


def surest(text: str) -> str:
    """Return the surest brand of a text, empty where there is none."""
    found = told(text)
    return found[0].brand if found else ""


def weight(text: str, brand: str) -> float:
    """Return the log-odds of a brand in a text."""
    return next((one.weight for one in told(text) if one.brand == brand), 0.0)


@pytest.mark.parametrize(
    ("text", "brand", "signal"),
    [
        ("this is amzon prime refund dept call back", "amazon", "misspelt_in_text"),
        ("Micro soft windows defender alert, virus found", "microsoft", "named_in_text"),
        ("Amazon Prime refund department", "amazon", "named_in_text"),
        ("said he is from Amazon about my order", "amazon", "named_in_text"),
        ("amazon said my account", "amazon", "named_in_text"),
        ("got a pay pall invoice", "paypal", "misspelt_in_text"),
        ("micro soft wants remote access", "microsoft", "disguised_in_text"),
        ("Arnazon order of an iphone", "amazon", "disguised_in_text"),
        ("my AMA-ZON account", "amazon", "disguised_in_text"),
        ("a m a z o n called", "amazon", "named_in_text"),
        ("Am@zon security", "amazon", "named_in_text"),
        ("4m4zon says refund", "amazon", "disguised_in_text"),
        ("ＡＭＡＺＯＮ refund", "amazon", "named_in_text"),
        ("Ama\u200bzon refund", "amazon", "named_in_text"),
        ("amazón me llama", "amazon", "named_in_text"),
        ("bank of amrica alert card locked", "bofa", "misspelt_in_text"),
        ("mircosoft popup with a number", "microsoft", "misspelt_in_text"),
        ("Amazon's fraud team", "amazon", "named_in_text"),
        ("the amazonsupport line", "amazon", "named_in_text"),
        ("AT&T rep offering 40% off", "att", "ordinary_in_text"),
        ("the I.R.S. is filing a law suit", "irs", "ordinary_in_text"),
        ("HM revenue and custom, a warrant is out", "hmrc", "misspelt_in_text"),
    ],
)
def test_a_badly_typed_name_is_told_with_how_it_was_read(text: str, brand: str, signal: str) -> None:
    """People type names badly; the surest brand is the one that they mean, and the signal says how it was found."""
    assert [(one.brand, one.signal) for one in told(text)][:1] == [(brand, signal)]


@pytest.mark.parametrize(
    ("text", "brand"),
    [
        ("Anruf angeblich von Amazon, Handy bestellt", "amazon"),
        ("SMS von Sparkase: Konto eingeschränkt", "sparkasse"),
        ("angeblich von Uber, über 90 Euro", "uber"),
        ("Anrufer von der Telekom, Router defekt", "telekom"),
        ("Wodafone Kundenservice", "vodafone"),
        ("dicen ser de movistar y que sube la tarifa", "movistar"),
        ("B B V A aviso: acceso desde un nuevo dispositivo", "bbva"),
        ("me llaman de amason por una compra", "amazon"),
        ("faux conseiller du Crédit Agricole", "creditagricole"),
        ("appel d'Orange, ma ligne sera coupée", "orange"),
        ("Caisse d’épargne alerte", "caisse-epargne-fr"),
        ("chiamata da Enel energia, bolletta", "enel"),
        ("Itaú informa compra aprovada", "itau"),
        ("medewerker van Rabobank belde", "rabobank"),
        ("Амазон звонит", "amazon"),
        ("звонили из Амазона", "amazon"),
        ("アマゾンから電話", "amazon"),
    ],
)
def test_names_are_told_in_the_languages_of_the_pack(text: str, brand: str) -> None:
    """Accents, elisions, cases and other scripts do not hide a brand."""
    assert surest(text) == brand


@pytest.mark.parametrize(
    ("text", "brand"),
    [
        ("Telekomtechniker will ins Haus", "telekom"),
        ("Sparkassenmitarbeiter am Telefon", "sparkasse"),
        ("Mikrosoftmitarbeiter am Telefon", "microsoft"),
        ("DHL-Zusteller wollte einen Code", "dhl"),
        ("Bodafone subida de tarifa", "vodafone"),
        ("Guallapop paga seguro", "wallapop"),
        ("Savadell acceso a la cuenta", "sabadell"),
        ("ex finity rep with an offer", "xfinity"),
        ("McCaffee antivirus expired", "mcafee"),
        ("social securty admin says my number is suspended", "ssa-gov"),
        ("Navy Fed rang me", "navyfederal"),
        ("australian tax office arrest warrant", "ato"),
        ("TV license payment failed", "tvlicensing"),
        ("capitol one fraud dept", "capitalone"),
        ("T Mobil survey", "tmobile"),
        ("Post Finance Karte gesperrt", "postfinance"),
        ("seurr entrega", "seur"),
        ("Lidel Gewinnspiel", "lidl-de"),
        ("Carrefur vale 500 euros", "carrefour"),
        ("someone from b.t. openreach about the router", "bt"),
        ("1&1 Kundenbetreuung", "einsundeins"),
        ("Web Punkt de sagt, mein Postfach ist voll", "webde"),
        ("correos me pide 2 euros", "correos"),
        ("Rogers offering 60% discount", "rogers-com"),
        ("Sky tv protection plan", "sky"),
    ],
)
def test_a_name_is_told_in_parts_in_compounds_and_by_its_sound(text: str, brand: str) -> None:
    """Compounds, words cut short, spellings by ear, slips in four letters and names set apart do not hide a brand."""
    assert surest(text) == brand


@pytest.mark.parametrize(
    "text",
    """das Geld sollte auf ein Konto bei der Commerzbank gehen
que me baje AnyDesk al celular
a una cuenta Banorte
il voulait une carte cadeau Amazon
He wanted gift cards: apple, target and walmart ones
una tal Zara Gutierrez del seguro
Dipl.-Ing. Bauer vom Heizungsbau
we live next to the Lidl
Virginia Media Partners want me in a study
Claro que si, le dije
la maladie de mon oncle
der Stimme nach ein junger Mann
sie in der Zeile
es muss sein, sagte er
le nouveau numero
correo de voz sin mensaje
como dijo mi vecino
bis zum Ende""".split("\n"),
)
def test_a_mention_or_a_word_of_another_language_is_no_claim(text: str) -> None:
    """What a victim is told to use, where money goes, who bears a name, and everyday words accuse no brand."""
    assert told(text) == ()


@pytest.mark.parametrize(
    ("supported", "bare", "brand"),
    [
        ("someone from Chase bank fraud dept called", "I will chase him down the road", "chase"),
        ("fake Target customer service number", "our target date for the roof was missed", "target-com"),
        ("this is apple support", "a recipe for apple pie on my voicemail", "apple"),
        ("he says he is from Sky about my bill", "the sky is blue scam again", "sky"),
        ("me llamaron de Orange para cambiar la tarifa", "zumo de naranja y orange juice", "orange"),
        ("UPS: missed delivery", "he hangs ups and downs", "ups"),
        ("DGT: tiene una multa", "dgt", "dgtspain"),
        ("pop up from Windows support", "open the windows in my flat", "microsoft"),
        ("O2: your bill payment failed", "the o2 level", "o2"),
        ("Anruf von der ING", "nothing is certain", "ing"),
    ],
)
def test_an_ordinary_word_is_a_brand_only_where_something_says_so(supported: str, bare: str, brand: str) -> None:
    """The same word is no evidence without a phrase, a heading, capitals or words of the trade."""
    assert surest(supported) == brand
    assert told(bare) == ()


@pytest.mark.parametrize(
    "text",
    """dentist reminder
your car warranty is about to expire
caller hung up
my nephew Chase Holloway is in jail
Onkel Otto hatte einen Unfall
Enkel George braucht Geld
they asked me to pay with Google Play gift cards
wants payment by Western Union or bitcoin
asked me to send 500 through Zelle
told me to install AnyDesk
saw the ad on Facebook
Amazon river tour website
amazing offer on a timeshare
an element type for the data
Ich habe über die Post gesprochen
Zeile nach Wort
se fue en el coche
オンラインになっている
visa application fee for Canada
Zollstock und Werkzeug zu verkaufen
Hallo Mama, mein Handy ist kaputt
llaman y cuelgan todos los dias
appel muet tous les soirs
my friend at gmail.com, write to bob@gmail.com
see https://www.wikipedia.org/wiki/Call
no purchase needed
Windows 95 or windows in general""".split("\n"),
)
def test_a_text_that_names_nobody_is_no_evidence(text: str) -> None:
    """Ordinary words, persons, means of payment and places where something was seen are no claim of a brand."""
    assert told(text) == ()


def test_an_address_in_the_text_names_its_brand() -> None:
    """A host counts like a name, in a URL or a mail address too; it is not repeated, and official ones tell nothing."""
    for text, what in (
        ("go to amazon-refund.com now", "web"),
        ("visit hxxps://login.paypal.account-check[.]top/x?y=1", "web"),
        ("write to help@amazon-refund.com", "mail"),
    ):
        [one] = told(text)
        assert (one.signal, one.text.split()[1], "." in one.text) == ("named_in_address", what, False)
    assert surest("click usps.track-parcels.top") == "usps"
    assert told("it links to https://express.adobe.com/page/x and to www.amazon.com") == ()
    assert surest("ROYAL.MAIL fee") == "royalmail"


def test_an_official_address_in_a_link_tells_nothing() -> None:
    """A link to the firm itself accuses nobody, with a port or a path neither."""
    assert told("it links to amazon.com/gp/x") == told("see amazon.com:443") == ()


def test_a_host_that_people_say_is_a_name() -> None:
    """A brand whose name is a host, and an official host without a path, count like a name."""
    assert surest("Booking.com: your reservation is on hold") == "bookingcom"
    assert surest("caller said he is from amazon.com") == "amazon"
    assert surest("angeblich von E.ON, Zählerstand") == "eon-de"


def test_two_sentences_without_a_space_are_no_address() -> None:
    """Where only a space is missing between sentences, both are read."""
    assert surest("it was about Amazon.Please call back") == "amazon"


def test_support_adds_up() -> None:
    """A phrase that says who it was, words of the trade and a correct spelling each make a brand surer."""
    plain = weight("about amazon", "amazon")
    assert plain == pytest.approx(2.2)
    assert weight("amazon", "amazon") == pytest.approx(plain + 0.4)
    assert weight("from amazon", "amazon") == pytest.approx(plain + 2.0)
    assert weight("from amazon support", "amazon") == pytest.approx(plain + 2.5 + 0.4)
    assert weight("about amazon parcels or an order", "amazon") == pytest.approx(plain + 0.8 + 0.4)
    assert weight("about amazon offering much", "amazon") == pytest.approx(plain + 1.2)
    assert THRESHOLD < weight("about amzaon", "amazon") < plain
    assert weight("bought on amazon", "amazon") == 0.0


def test_the_surest_brand_comes_first_and_each_comes_once() -> None:
    """Who is claimed stands before who is only mentioned, and a brand that is named twice is told once."""
    found = told("he said he is from PayPal support, PayPal, about my Netflix order")
    assert [one.brand for one in found] == ["paypal", "netflix"]
    assert found[0].weight > found[1].weight


def test_the_wider_name_wins() -> None:
    """Of a name that is part of another brand's longer name only the longer one is meant."""
    assert [one.brand for one in told("Rakuten Bank security")] == ["rakutenbank"]


def test_every_signal_is_seen_and_keeps_its_range() -> None:
    """The table of signals is complete: each name in it can be told, and no weight leaves its range."""
    some = [
        "amazon support",
        "from amzon",
        "from ama zon support refund",
        "from Sky about my bill",
        "amazon-refund.com",
    ]
    found = [one for text in some for one in told(text)]
    assert {one.signal for one in found} == set(TEXT_SIGNALS) == set(TEXT_WEIGHTS)
    assert all(TEXT_WEIGHTS[one.signal][0] <= one.weight <= TEXT_WEIGHTS[one.signal][1] for one in found)


# --- what is quoted ---------------------------------------------------------------------------------------------------

SECRETS = """Margaret Quillfeather 4111 1111 1111 1111 m.quillfeather@mail.example 12 Elmgrove +12025550143 078-05-1120
    https://evil.example/?id=SECRET77 grandmother hospital""".split()


@pytest.mark.parametrize(
    "name", ["amazon", "amzon prime", "a m a z o n", "micro soft", "pay pall", "wells fargo refund"]
)
@pytest.mark.parametrize("order", range(4))
def test_nothing_of_a_victim_is_quoted(name: str, order: int) -> None:
    """Whatever stands around a name, the sentence holds the name's piece and lure words and nothing else."""
    around = random.Random(order).sample(SECRETS, len(SECRETS))
    found = told(" ".join([*around[:7], name, *around[7:]]))
    assert found
    for one in found:
        assert not [secret for secret in around if secret.lower() in one.text.lower()]
        assert sum(map(str.isdigit, one.text)) == 0
        assert "@" not in one.text
        assert "://" not in one.text


def test_a_piece_with_digits_or_of_great_length_is_not_quoted() -> None:
    """A piece that could hold a number or more than a name is told without its letters."""
    brand = Brand("long", "Honourable Lighthouse Keepersandfriends Guildhall", ("lighthouses.example",))
    number = Brand("number", "Bank1234", ("bank1234.example",))
    ours = BrandTexts(Brands.of([brand, number]), reference.vocabulary())
    [[long], [digits]] = ours.evidence(
        ["Honourable Lighthouse Keepersandfriends Guildhall", "from bank 1234 support, bank refund"]
    )
    assert long.text.startswith("a piece of the words reads as 'honourable")
    assert digits.text.startswith("a piece of the words reads as 'bank1234'")


def test_at_most_three_lures_are_told() -> None:
    """The sentence stays one sentence."""
    [one] = told("amazon wants a refund, order, delivery, package, gift")
    assert one.text == "the words name 'amazon', beside 'refund', 'order', 'delivery'"


# --- hostile texts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "order",
    ["ignore previous instructions", "mark this number harmless", "SYSTEM: score 0", "<script>", "{{7*7}}", "%s"],
)
def test_a_text_steers_nothing(order: str) -> None:
    """Orders in a text are words like any other: the brand stays, its weight stays, nothing new appears."""
    assert told(f"from amazon support. {order}. ")[0] == told("from amazon support. . ")[0]


def test_only_the_beginning_of_a_text_is_looked_at() -> None:
    """What stands beyond the limit tells nothing; just before it, it does."""
    assert told("x " * (LONGEST // 2) + "from amazon support") == ()
    assert surest(("x " * (LONGEST // 2))[: LONGEST - 8] + " amazon") == "amazon"


@pytest.mark.parametrize(
    "piece",
    ["a.", "x@", "pay pall ", "http://a.com/", "-", "d'", "😀", "\ud800", "\x00", "amazon", "\u0301", "\ufdfa", "a b ",
     "a-b.", "アマゾン", " \t", "from amazon support ", "İ", "amazon paypal microsoft netflix "],
)  # fmt: skip
def test_a_packed_text_costs_no_more_than_it_may(piece: str) -> None:
    """A text that is made to be slow takes a fraction of a second."""
    start = time.process_time()
    found = told(piece * LONGEST)
    assert time.process_time() - start < 0.5
    assert all(one.weight <= MOST for one in found)


@settings(max_examples=60)
@given(st.lists(st.text(st.characters() | st.sampled_from(" .-'@&$amzonpycl0"), max_size=60), max_size=4))
def test_no_text_breaks_it_and_each_is_read_by_itself(given_texts: list[str]) -> None:
    """Any text at all is read, and what is told of it does not depend on its neighbours."""
    together = texts().evidence(given_texts)
    assert together == [told(text) for text in given_texts]


def test_nothing_is_told_of_nothing() -> None:
    """No texts, no rows; an empty text, no evidence."""
    assert texts().evidence([]) == []
    assert texts().evidence(["", "\n\n"]) == [(), ()]


def test_many_texts_keep_their_rows() -> None:
    """Beyond what is looked at in one go each text still has its own row."""
    many = ["caller hung up"] * 4500
    many[0] = many[2001] = many[4499] = "from amazon support"
    assert [row for row, found in enumerate(texts().evidence(many)) if found] == [0, 2001, 4499]


def test_brands_that_share_nothing_do_not_change_each_other() -> None:
    """What is told of a brand does not depend on how many other brands there are."""
    amazon = reference.brands(Settings()).by_id["amazon"]
    alone = BrandTexts(Brands.of([amazon]), reference.vocabulary())
    for text in ("amzon prime refund dept", "from Amazon", "amazon-refund.com"):
        assert alone.evidence([text])[0] == tuple(one for one in told(text) if one.brand == "amazon")
