import json
from datetime import UTC, datetime

import pytest

from scamhunt.investigate.page import PageError, read_page
from scamhunt.investigate.page_asks import asked
from scamhunt.investigate.page_findings import findings_of
from scamhunt.investigate.page_shown import Block, Mark, Shown, from_json, to_json
from scamhunt.investigate.page_shown import Image as Pictured

URL = "https://amazon-refund-desk.test/claim/start"
LOGIN = (
    '<!doctype html><html lang=EN><head><title>Amazon\n Sign-In</title><link rel="shortcut icon" href=/f.ico>'
    '<meta name=generator content="Kit 1"></head><body><!-- a --><form action="https://collect.example/p.php" '
    "method=POST><input name=email><input type=password name=pw></form><p>Your account is locked. Call "
    '<a href="tel:+18005550142">1-800-555-0142</a> or write to Desk@help.example</p>'
    "<script>ga('create','UA-12345-6')</script><a href='javascript:x()'>x</a><a href='#top'>top</a>"
    "<a href=/terms>terms</a><iframe src=//frame.example/1></iframe><img src=logo.png alt='The  sign'></body></html>"
)


def read(body: str) -> Shown:
    """Return what a page shows."""
    return read_page(body, URL, "US")


def findings(shown: Shown) -> list[tuple[str, str]]:
    """Return kind and sentence of each finding."""
    at = datetime(2026, 11, 23, tzinfo=UTC)
    found = findings_of(shown, source=URL, observed_at=at, sha256="ab" * 32, vantage="desktop")
    assert {(one.source, one.observed_at, one.sha256, one.vantage) for one in found} == {
        (URL, at, "ab" * 32, "desktop")
    }
    json.dumps([dict(one.data) for one in found], allow_nan=False)
    return [(one.kind, one.text) for one in found]


def test_a_page_is_understood() -> None:
    """Title, form, number, account, links, frame, sign and picture of a false log-in are all there."""
    shown = read(LOGIN)
    assert (shown.title, shown.language, shown.generator) == ("Amazon Sign-In", "en", "Kit 1")
    (form,) = shown.forms
    assert (form.action, form.action_host, form.foreign) == ("https://collect.example/p.php", "collect.example", True)
    assert (form.method, form.asks) == ("post", ("email", "password"))
    assert [(one.e164, one.role) for one in shown.numbers] == [("+18005550142", "callback")]
    assert shown.trackers == (Mark("Google Analytics", "UA-12345-6"),)
    assert shown.emails == ("desk@help.example",)
    assert (shown.scripts, shown.comments, shown.odd_links, shown.cut) == (1, 1, 1, "")
    assert shown.links.urls == ("https://amazon-refund-desk.test/terms",)
    assert shown.frames == ("https://frame.example/1",)
    assert shown.favicons == ("https://amazon-refund-desk.test/f.ico",)
    assert shown.images == (Pictured("https://amazon-refund-desk.test/claim/logo.png", "The sign"),)
    assert "Your account is locked" in shown.text
    assert "ga(" not in shown.text


def test_what_is_shown_is_told() -> None:
    """Each thing on the page is a finding with a sentence."""
    told = findings(read(LOGIN))
    assert told[0] == ("page.shown", "a page titled \u201cAmazon Sign-In\u201d, 13 words")
    assert ("page.form", "asks for email, password, sent to another host, collect.example") in told
    assert ("page.number", "shows +1 800-555-0142 as callback") in told
    assert ("page.tracker", "Google Analytics, UA-12345-6") in told
    assert ("page.email", "mail address desk@help.example") in told
    assert ("page.links", "leads to 1 host: amazon-refund-desk.test") in told
    assert ("page.frames", "shows 1 page within the page") in told
    assert findings(read(""))[0] == ("page.shown", "an empty page")


EMPTY = [("", True), ("<title></title><script>x()</script>", True), ("<img src=x>", False), ("<p>word", False)]


@pytest.mark.parametrize(("body", "empty"), EMPTY)
def test_an_empty_page_shows_nothing(body: str, empty: bool) -> None:
    """Nothing to read, to fill in or to see is empty, scripts or not."""
    assert read(body).empty is empty


ASKS = [
    ("text", "", "cardNumber", "card"),
    ("text", "cc-number", "x1", "card"),
    ("text", "", "Kartennummer", "card"),
    ("text", "", "Num\u00e9ro de carte", "card"),
    ("text", "cc-csc", "", "cvv"),
    ("password", "", "Pr\u00fcfziffer", "password,cvv"),
    ("tel", "one-time-code", "", "phone,otp"),
    ("text", "", "C\u00f3digo de verificaci\u00f3n", "otp"),
    ("text", "", "atm_pin", "pin"),
    ("text", "", "pinterest", ""),
    ("text", "", "Recovery phrase", "seed phrase"),
    ("text", "", "social_security_no", "identity number"),
    ("text", "", "Codice fiscale", "identity number"),
    ("text", "", "dateOfBirth", "date of birth"),
    ("text", "", "Geboortedatum", "date of birth"),
    ("text", "", "IBAN", "bank account"),
    ("text", "", "Numer konta", "bank account"),
    ("text", "", "Has\u0142o", "password"),
    ("text", "", "senha", "password"),
    ("file", "", "", "file"),
    ("hidden", "", "password", ""),
    ("submit", "", "card number", ""),
    ("search", "", "name", ""),
]


@pytest.mark.parametrize("at", range(len(ASKS)))
def test_what_a_field_asks_for(at: int) -> None:
    """Types, hints and words in eight languages tell it; hidden fields and buttons ask for nothing."""
    kind, complete, said, asks = ASKS[at]
    assert ",".join(asked(kind, complete, [said])) == asks


def test_a_seed_phrase_is_known_by_its_words() -> None:
    """Twelve fields for numbered words ask for a seed phrase; three do not."""
    twelve = "".join(f"<input name=w{number} placeholder='Word {number}'>" for number in range(1, 13))
    assert read(f"<form>{twelve}</form>").forms[0].asks == ("seed phrase",)
    assert read("<form><input placeholder='Word 1'><input placeholder='Word 2'></form>").forms[0].asks == ()


FORMS = [
    ("<form><input type=password></form>", URL, False),
    ("<form action=''><input type=password></form>", URL, False),
    ("<form action='javascript:send()'><input type=password></form>", "", False),
    ("<form action='mailto:a@b.example'><input type=password></form>", "", True),
    ("<form action=https://pay.amazon-refund-desk.test/x></form>", "https://pay.amazon-refund-desk.test/x", False),
    ("<form action='http://[bad/'></form>", "", True),
    ("<base href=https://other.example/a/><form action=b></form>", "https://other.example/a/b", True),
    ("<form action=/a><button formaction=//c.example/d>x</button></form>", "https://c.example/d", True),
]


@pytest.mark.parametrize("at", range(len(FORMS)))
def test_where_a_form_is_sent(at: int) -> None:
    """The whole address, by the page's base and its buttons, and whether it is somebody else's."""
    body, action, foreign = FORMS[at]
    (form,) = read(body).forms
    assert (form.action, form.foreign) == (action, foreign)


def test_fields_without_a_form_and_labels_count() -> None:
    """A script can send what stands in no form; labels around, before and by id are read."""
    (form,) = read("<label for=a>Card number</label><input id=a><label>CVV<input></label>").forms
    assert (form.method, form.asks, form.action) == ("script", ("card", "cvv"), "")
    assert findings(read("<input type=password>"))[1][1] == "asks for password, outside of any form: a script sends it"


def test_a_page_that_leads_on_says_where() -> None:
    """A refresh with an address is told, one without is none, and a scheme of scripts is none."""
    assert read("<meta http-equiv=Refresh content='0; URL=/next'>").refresh == "https://amazon-refund-desk.test/next"
    assert read("<meta http-equiv=refresh content=5>").refresh == ""
    assert read("<meta http-equiv=refresh content='0;url=javascript:x'>").refresh == ""


POPUP = "<body onbeforeunload=x><script>alert('x');document.onkeydown=function(e){return false}</script>"


def test_a_false_warning_has_several_signs() -> None:
    """A page that warns, blocks keys and asks before it is left is told; a mere alert is not."""
    assert read(f"{POPUP}<p>3 viruses found. Error code: 0x80072ee7").popup == (
        *("alert", "beforeunload", "blocked keys"),
        *("fake scan", "error code"),
    )
    assert read("<p>3 viruses found. Error code: 1").popup == ("fake scan", "error code")
    assert read("<p>3 viruses found").popup == ()
    assert read("<script>alert('saved');addEventListener('beforeunload',x)</script><p>x").popup == ()


PLAYED = [
    ("alert ('x')", "alert"),
    ("onBeforeUnload=x", "beforeunload"),
    ("e.webkitRequestFullScreen()", "fullscreen"),
    ("new Audio('x.mp3')", "audio"),
    ("addEventListener('contextmenu',e=>e.preventDefault())", "blocked keys"),
    ("document.onkeyup=function(){return false}", "blocked keys"),
    ("SetInterval(()=>left--,1000)", "countdown"),
    ("CountDown(60)", "countdown"),
]


@pytest.mark.parametrize("at", range(len(PLAYED)))
def test_each_sign_of_a_false_warning_is_known(at: int) -> None:
    """Whatever a page plays besides its false scan is told by name."""
    script, sign = PLAYED[at]
    assert read(f"<script>{script}</script><p>Your computer has been locked").popup == (sign, "fake scan")


def test_tags_of_several_names_stay_in_their_order() -> None:
    """Links, frames and fields come as they stand on the page, not kind by kind; each address counts as often."""
    links = read("<map><area href=/1></map><a href=/2>x</a><area href=/3><a href=/1>y</a><a name=z>z</a>").links
    assert [one.rpartition("/")[2] for one in links.urls] == ["1", "2", "3"]
    assert read("<iframe src=/1></iframe><iframe></iframe><object data=/2></object>").frames == (
        "https://amazon-refund-desk.test/1",
        "https://amazon-refund-desk.test/2",
    )
    (form,) = read("<form><select name=a></select><input name=b><textarea name=c></textarea></form>").forms
    assert [one.name for one in form.fields] == ["a", "b", "c"]


def test_pictures_and_numbers_beyond_the_limits_are_left_out() -> None:
    """Thirty pictures are named, each once; numbers are looked for in the first million characters."""
    pictures = read("".join(f"<img src={number}.png><img src={number}.png alt=x>" for number in range(31))).images
    assert [one.src.rpartition("/")[2] for one in pictures] == [f"{number}.png" for number in range(30)]
    assert {one.alt for one in pictures} == {""}
    far = f"<p>+1 800 555 0142<!-- {'x' * 1_000_000} --><p>+1 800 555 0167"
    assert [one.e164 for one in read(far).numbers] == ["+18005550142"]


WALLS = [
    ("<h1>Verify you are human</h1><div class='h-captcha'></div>", (Block("hCaptcha", "captcha"),)),
    ("<p>Not available in your country", (Block("its words", "geo"),)),
    ("<h1>403 Forbidden</h1>", (Block("its words", "forbidden"),)),
    ("<script>document.cookie='a=1';location.reload()</script>", (Block("its own script", "challenge"),)),
    ("<script>document.cookie='a=1';location.reload()</script><p>Hello", ()),
    ("<div class=h-captcha></div><form><input type=password></form>", ()),
    ("<h1>403 Forbidden</h1>" + "<p>word" * 200, ()),
]


@pytest.mark.parametrize("at", range(len(WALLS)))
def test_a_wall_is_known(at: int) -> None:
    """Captcha, challenge, country and refusal are walls; a page with a form or much to read is none."""
    body, blocks = WALLS[at]
    assert read(body).blocks == blocks


CHATS = [
    ("s.src='https://embed.tawk.to/5f0000000000000000000001/1h1';", "tawk.to", "5f0000000000000000000001/1h1"),
    ("<a href='https://wa.me/18005550142'>", "WhatsApp", "18005550142"),
    ("<a href='https://api.whatsapp.com/send?phone=+18005550142'>", "WhatsApp", "18005550142"),
    ("<a href=https://t.me/refund_desk>", "Telegram", "refund_desk"),
    ("<a href=https://telegram.me/refund_desk>", "Telegram", "refund_desk"),
    ("<a href=https://m.me/refund.desk>", "Messenger", "refund.desk"),
    ("fetch('https://api.telegram.org/bot1234567890:" + "A" * 35 + "/x')", "Telegram bot", "1234567890"),
    ("_smartsupp.key = '" + "a" * 40 + "'", "Smartsupp", "a" * 40),
    ("$zopim; static.zdassets.com/ekr/snippet.js?key=" + "0" * 36, "Zendesk", "0" * 36),
]


@pytest.mark.parametrize("at", range(len(CHATS)))
def test_a_chat_tells_its_owner(at: int) -> None:
    """The key of a chat is found; of a bot the number, never its secret."""
    body, vendor, key = CHATS[at]
    assert read(body).chats == (Mark(vendor, key),)


TRACKERS = [
    ("gtag('config', 'G-ABC1234567')", "Google Analytics", "G-ABC1234567"),
    ("GTM-ABCD12", "Google Tag Manager", "GTM-ABCD12"),
    ("gtag('config', 'AW-1234567')", "Google Ads", "AW-1234567"),
    ("client='ca-pub-1234567890'", "Google Ads", "ca-pub-1234567890"),
    ("'https://mc.yandex.ru/watch/12345678'", "Yandex Metrica", "12345678"),
    ("'https://www.clarity.ms/tag/abcdef12'", "Microsoft Clarity", "abcdef12"),
    ("window,document,'clarity','script','abcdef12'", "Microsoft Clarity", "abcdef12"),
    ("fbq('init', '1234567890')", "Meta pixel", "1234567890"),
    ("ym(12345678, 'init', {})", "Yandex Metrica", "12345678"),
    ("h._hjSettings={hjid:123456,hjsv:6}", "Hotjar", "123456"),
    ("_paq.push(['setSiteId', '7'])", "Matomo", "7"),
]


@pytest.mark.parametrize("at", range(len(TRACKERS)))
def test_a_tracker_tells_its_owner(at: int) -> None:
    """The account that counts visitors is found; a word that only looks like one is not."""
    body, vendor, key = TRACKERS[at]
    assert read(f"<script>{body}</script>").trackers == (Mark(vendor, key),)
    assert read("<script>var size='G-ABC1234567'</script>").trackers == ()


def test_limits_cut_and_say_so() -> None:
    """Too many tags, too many characters and an endless tag are cut, and lists stop at their limits."""
    assert read("<!---->" * 40_001).cut == "read up to 40,000 tags"
    assert read("x" * 3_000_001).cut == "read up to 3,000,000 characters"
    assert read(f"<p>before</p><a b='{'x' * 100_001}").cut == "read up to a tag of more than 100,000 characters"
    links = "".join(f"<a href=https://h{number}.example/>x</a>" for number in range(300))
    assert len(read(links).links.urls) == 200
    assert len(read(links).links.hosts) == 100
    assert len(read("<form></form>" * 30).forms) == 20


HOSTILE = [
    '<a b="' * 16_000,
    "<![" * 1_000,
    "<div>" * 4_000,
    "<!-- -->" * 10_000,
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><html><p>&x;</p></html>",
    "<!DOCTYPE a [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><p>&b;&b;</p>",
    "\ufffd<b\ufffd>" * 100,
    "&#xD800;&#0;&#x110000;",
    "<label>" * 2_000 + "<input>" * 2_000,
]


@pytest.mark.parametrize("at", range(len(HOSTILE)))
def test_hostile_pages_do_no_harm(at: int) -> None:
    """What attacks parsers is read or refused, reads no file, and what comes out fits the parent's check."""
    try:
        shown = read(HOSTILE[at])
    except PageError:
        return
    assert "root:" not in shown.text
    assert from_json(Shown, json.loads(json.dumps(to_json(shown)))) == shown
