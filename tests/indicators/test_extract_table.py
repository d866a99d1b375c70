import pytest

from scamhunt.indicators.extract import extract

HELP = "+18885550142"
FREE = "+18005550199"
LONDON = "+442079460123"
MOBILE = "+447700900123"

# (text, region, [(raw, E.164)])
NUMBERS = [
    # the strings of the acceptance script
    ("Call Amazon support at +1 (888) 555-0142 now", "US", [("+1 (888) 555-0142", HELP)]),
    ("1-8OO-555-0199 toll free", "US", [("1-8OO-555-0199", FREE)]),
    ("helpline 1.8.0.0-5.5.5-0199", "US", [("1.8.0.0-5.5.5-0199", FREE)]),
    ("８８８－５５５－０１４２", "US", [("８８８－５５５－０１４２", HELP)]),
    ("call 𝟖𝟖𝟖-𝟓𝟓𝟓-𝟎𝟏𝟒𝟐", "US", [("𝟖𝟖𝟖-𝟓𝟓𝟓-𝟎𝟏𝟒𝟐", HELP)]),
    ("8\u200b88\u200b-555-0142", "US", [("8\u200b88\u200b-555-0142", HELP)]),
    ("(+1) 888–555–0142 ext. 9", "US", [("(+1) 888–555–0142 ext. 9", HELP)]),
    ("wa.me/447700900123", "US", [("447700900123", MOBILE)]),
    ("tel:+442079460123", "US", [("+442079460123", LONDON)]),
    ("888*555*0142 ask for Mark", "US", [("888*555*0142", HELP)]),
    ("eight eight eight 555 0142", "US", [("eight eight eight 555 0142", HELP)]),
    ("call 1 8 8 8 5 5 5 0 1 4 2", "US", [("1 8 8 8 5 5 5 0 1 4 2", HELP)]),
    ("<a href='tel:1-888-555-0142'>help</a>", "US", [("1-888-555-0142", HELP)]),
    # the strings of the facts
    ("Microsoft: 1-8OO-642-7676", "US", [("1-8OO-642-7676", "+18006427676")]),
    ("dial 855-MICROSOFT", "US", [("855-MICROSOFT", "+18556427676")]),
    ("+1 (888) 555-0142", "", [("+1 (888) 555-0142", HELP)]),
    ("call 888‑555‑0142", "US", [("888‑555‑0142", HELP)]),
    ("call 888—555—0142", "US", [("888—555—0142", HELP)]),
    ("ring ⑧⑧⑧-⑤⑤⑤-⓪①④②", "US", [("⑧⑧⑧-⑤⑤⑤-⓪①④②", HELP)]),
    ("call eight88-555-oh-one-four-two", "US", [("eight88-555-oh-one-four-two", HELP)]),
    # letters for digits
    ("call 1-888-555-OI42", "US", [("1-888-555-OI42", HELP)]),
    ("call l-888-555-0l42", "US", [("l-888-555-0l42", HELP)]),
    ("call 8B8-5S5-01A2 or 8B8-5S5-014Z", "US", [("8B8-5S5-014Z", HELP)]),
    ("call 888-555-0|42", "US", [("888-555-0|42", HELP)]),
    ("call 8O0.555.Ol99", "US", [("8O0.555.Ol99", FREE)]),
    ("Tel. O2O 7946 O123", "GB", [("O2O 7946 O123", LONDON)]),
    ("call 888-555-О142 (Cyrillic O)", "US", [("888-555-О142", HELP)]),
    # fancy digits, invisible characters, bold and boxed
    ("call ٨٨٨-٥٥٥-٠١٤٢", "US", [("٨٨٨-٥٥٥-٠١٤٢", HELP)]),
    ("call ⁸⁸⁸-⁵⁵⁵-⁰¹⁴²", "US", [("⁸⁸⁸-⁵⁵⁵-⁰¹⁴²", HELP)]),
    ("call 8️⃣8️⃣8️⃣-5️⃣5️⃣5️⃣-0️⃣1️⃣4️⃣2️⃣", "US", [("8️⃣8️⃣8️⃣-5️⃣5️⃣5️⃣-0️⃣1️⃣4️⃣2", HELP)]),
    ("call 888\u00ad-555\u00ad-01\u00ad42", "US", [("888\u00ad-555\u00ad-01\u00ad42", HELP)]),
    ("call 8̶8̶8̶-5̶5̶5̶-0̶1̶4̶2̶", "US", [("8̶8̶8̶-5̶5̶5̶-0̶1̶4̶2", HELP)]),
    ("call \u2060888-555-0142", "US", [("888-555-0142", HELP)]),
    ("＋１ ８８８ ５５５ ０１４２", "", [("＋１ ８８８ ５５５ ０１４２", HELP)]),
    # words
    (
        "call eight eight eight five five five zero one four two",
        "US",
        [("eight eight eight five five five zero one four two", HELP)],
    ),
    (
        "one eight hundred five five five zero one nine nine",
        "US",
        [("one eight hundred five five five zero one nine nine", FREE)],
    ),
    (
        "call triple eight, triple five, zero one four two",
        "US",
        [("triple eight, triple five, zero one four two", HELP)],
    ),
    (
        "call plus one eight eight eight five five five zero one four two",
        "",
        [("plus one eight eight eight five five five zero one four two", HELP)],
    ),
    ("call 888 dash 555 dash 0142", "US", [("888 dash 555 dash 0142", HELP)]),
    ("call 888 (dot) 555 (dot) 0142", "US", [("888 (dot) 555 (dot) 0142", HELP)]),
    (
        "null zwei null sieben neun vier sechs null eins zwei drei",
        "GB",
        [("null zwei null sieben neun vier sechs null eins zwei drei", LONDON)],
    ),
    (
        "cero dos cero siete nueve cuatro seis cero uno dos tres",
        "GB",
        [("cero dos cero siete nueve cuatro seis cero uno dos tres", LONDON)],
    ),
    (
        "zéro deux zéro sept neuf quatre six zéro un deux trois",
        "GB",
        [("zéro deux zéro sept neuf quatre six zéro un deux trois", LONDON)],
    ),
    ("888-555-0142 one of them", "US", [("888-555-0142", HELP)]),
    ("wa.me/447700900123 or call 888-555-0142", "US", [("447700900123", MOBILE), ("888-555-0142", HELP)]),
    ("call this one 888-555-0142", "US", [("888-555-0142", HELP)]),
    # separators
    ("888_555_0142", "US", [("888_555_0142", HELP)]),
    ("888•555•0142", "US", [("888•555•0142", HELP)]),
    ("888 / 555 / 0142", "US", [("888 / 555 / 0142", HELP)]),
    ("888 - 555 - 0142", "US", [("888 - 555 - 0142", HELP)]),
    ("888~555~0142", "US", [("888~555~0142", HELP)]),
    ("{888} [555] 0142", "US", [("888} [555] 0142", HELP)]),
    ("888📞555📞0142", "US", [("888📞555📞0142", HELP)]),
    ("888\u00a0555\u00a00142", "US", [("888\u00a0555\u00a00142", HELP)]),
    ("+𝟏 【𝟖𝟖𝟖】 𝟓𝟓𝟓—𝟎𝟏𝟒𝟐", "US", [("+𝟏 【𝟖𝟖𝟖】 𝟓𝟓𝟓—𝟎𝟏𝟒𝟐", HELP)]),
    ("Call+1-888-555-0142", "US", [("+1-888-555-0142", HELP)]),
    ("888|555|0142", "US", [("888|555|0142", HELP)]),
    ("call 1...888...555...0142", "US", [("1...888...555...0142", HELP)]),
    ("1-(888)-555-0142", "US", [("1-(888)-555-0142", HELP)]),
    # links in free text
    ("https://wa.me/447700900123?text=hi", "US", [("447700900123", MOBILE)]),
    ("https://api.whatsapp.com/send?text=a&phone=447700900123", "", [("447700900123", MOBILE)]),
    ("whatsapp://send?phone=+447700900123", "", [("+447700900123", MOBILE)]),
    ("callto:8885550142", "US", [("8885550142", HELP)]),
    ("sms:+18885550142", "", [("+18885550142", HELP)]),
    # prefixes, plain runs with a word of calling, extensions
    ("011 44 20 7946 0123 is our helpline", "US", [("011 44 20 7946 0123", LONDON)]),
    ("call 0044 20 7946 0123", "", [("0044 20 7946 0123", LONDON)]),
    ("+44 (0)20 7946 0123", "US", [("+44 (0)20 7946 0123", LONDON)]),
    ("020 7946 0123", "GB", [("020 7946 0123", LONDON)]),
    ("07700 900123", "GB", [("07700 900123", MOBILE)]),
    ("Please call 8885550142 today", "US", [("8885550142", HELP)]),
    ("8885550142 (toll free)", "US", [("8885550142", HELP)]),
    ("Rufen Sie uns an: 03023125001", "DE", [("03023125001", "+493023125001")]),
    ("030 23125-001", "DE", [("030 23125-001", "+493023125001")]),
    ("Appelez le 0199001234", "FR", [("0199001234", "+33199001234")]),
    ("01 99 00 12 34", "FR", [("01 99 00 12 34", "+33199001234")]),
    ("06 39 98 12 34", "FR", [("06 39 98 12 34", "+33639981234")]),
    ("Llame al 1-888-555-0142", "ES", [("1-888-555-0142", HELP)]),
    ("müşteri hizmetleri +18885550142", "TR", [("+18885550142", HELP)]),
    ("電話 +1 888 555 0142", "JP", [("+1 888 555 0142", HELP)]),
    ("call karo 8885550142", "US", [("8885550142", HELP)]),
    ("bel 8885550142", "US", [("8885550142", HELP)]),
    ("888-555-0142x12", "US", [("888-555-0142x12", HELP)]),
    ("888-555-0142 extension 7", "US", [("888-555-0142 extension 7", HELP)]),
    # beside other digits
    ("24/7 1-888-555-0142", "US", [("1-888-555-0142", HELP)]),
    ("Windows 11 (888) 555-0142", "US", [("(888) 555-0142", HELP)]),
    ("888-555-0142 9am-5pm", "US", [("888-555-0142", HELP)]),
    ("2026-11-22 888-555-0142", "US", [("888-555-0142", HELP)]),
    ("888-555-0142, 800-555-0199", "US", [("888-555-0142", HELP), ("800-555-0199", FREE)]),
    ("888-555-0142/800-555-0199", "US", [("888-555-0142", HELP), ("800-555-0199", FREE)]),
    ("888-555-0142 800-555-0199", "US", [("888-555-0142", HELP), ("800-555-0199", FREE)]),
    ("+18885550142 +18005550199", "", [("+18885550142", HELP), ("+18005550199", FREE)]),
    ("888-555-0142\n800-555-0199", "US", [("888-555-0142", HELP), ("800-555-0199", FREE)]),
    ("to cancel your order call 888-555-0142.", "US", [("888-555-0142", HELP)]),
    ("(call 888-555-0142)", "US", [("888-555-0142", HELP)]),
    # letters of the keypad
    ("1-888-JKL-0142", "US", [("1-888-JKL-0142", HELP)]),
    ("1-8OO-JKL-0199", "", [("1-8OO-JKL-0199", FREE)]),
]

NOTHING = [
    ("order 4155550100200300 shipped", "US"),
    ("invoice 2026-11-22, ref 888555", "US"),
    ("card 4111 1111 1111 1111", "US"),
    ("lat 40.7127837, lon -74.0059413", "US"),
    ("IP 192.168.100.200", "US"),
    ("S55-0142", "US"),
    ("version 3.14.15.926", "US"),
    ("order 888-555-0142", "US"),
    ("Order #8885550142 call us", "US"),
    ("order number: 8885550142", "US"),
    ("Invoice no. 888-555-0142", "US"),
    ("your account 8885550142 was charged", "US"),
    ("Call about your purchase 8885550142", "US"),
    ("case ID 888 555 0142", "US"),
    ("tracking 1Z999AA10123456784", "US"),
    ("tracking 9400 1000 0000 0000 0000 00", "US"),
    ("8885550142", "US"),
    ("888-555-0142", ""),
    ("8005550199 people saw it", "US"),
    ("card 3782 822463 10005", "US"),
    ("IBAN DE89 3704 0044 0532 0130 00", "DE"),
    ("IBAN GB29 NWBK 6016 1331 9268 19", "GB"),
    ("SSN 123-45-6789", "US"),
    ("SSN 612-34-5678", "ES"),
    ("born 01.02.1984", "DE"),
    ("call before 2026-11-22", "FR"),
    ("call between 2019-2026", "US"),
    ("call at 10:30-12:00", "US"),
    ("on 11/22/2026 10 30", "US"),
    ("2026-11-22T10:30:00Z", "US"),
    ("20261122103000", "US"),
    ("1732271400", "US"),
    ("$888,555,014.20", "US"),
    ("888.555.014,20 €", "ES"),
    ("612 345 678 views", "ES"),
    ("USD 8885550142", "US"),
    ("8885550142 USD call now", "US"),
    ("ISBN 978-0-306-40615-7", "US"),
    ("ISBN 0-306-40615-2", "GB"),
    ("EAN 4006381333931", "DE"),
    ("VAT DE136695976", "DE"),
    ("10115 Berlin, 80331 München", "DE"),
    ("https://example.com/call-888-555-0142", "US"),
    ("https://example.com/?phone=8885550142&x=1", "US"),
    ("www.example.com/8885550142", "US"),
    ("call 8885550142@example.com", "US"),
    ("IMG_8885550142.jpg", "US"),
    ("888-555-0142.pdf", "US"),
    ("888-555-0142.com", "US"),
    ("0x8885550142", "US"),
    ("call a8885550142b", "US"),
    ("ASIN B088555014", "US"),
    ("d41d8cd98f00b204e9800998ecf8427e", "US"),
    ("88855501420", "US"),
    ("call 88855501421234567", "US"),
    ("call 4155 888 555 0142 300", "US"),
    ("99% of 8885550142%", "US"),
    ("555-0142", "US"),
    ("B+18885550142", "US"),
    ("0000000000", "US"),
    ("call 123-456-7890", "US"),
    ("call 555-555-5555", "US"),
    ("call 911", "US"),
    ("call 10 out of 20 or 30 of 40", "US"),
    ("one two three four five six seven eight nine zero", "US"),
    ("pages 211-227 (2003)", "US"),
    ("030 23125000 12", "DE"),
    ("800 CUSTOMERS called", "US"),
    ("888 customers", "US"),
    ("1-800-OOO-SISO", "US"),
    ("855-MICRO", "US"),
    ("1-888-123-HELP", "US"),
    ("1-888-4FLOWERS", "US"),
    ("1-888-123-4HELPS", "US"),
    ("seven hundred thousand and eight hundred", "US"),
    ("order 855-MICROSOFT", "US"),
    ("\u202e2410-555-888", "US"),
    ("wa.me/8885550142", "US"),
    ("wa.me/888555014", "US"),
    ("2 4 6 8 8 5 5 0 1 4", "US"),
    ("888-555-\n0142", "US"),
    ("3023125001", "DE"),
    ("price 888 555 0142", "US"),
    ("Boston, MA 02110-1301, USA", "IT"),
    ("Albuquerque, NM 87131-0001", "ES"),
    ("blocks 62464-63487", "IN"),
    ("3906-3916", "IT"),
    ("REF-888-555-0142", "US"),
    ("INV/888-555-0142", "US"),
    ("call us #8885550142#tag or x", ""),
]


@pytest.mark.parametrize(("text", "region", "expected"), NUMBERS)
def test_reads_what_is_disguised(text: str, region: str, expected: list[tuple[str, str]]) -> None:
    """The number is found, whatever it is written with, and nothing else; `raw` is exactly what stands there."""
    found = extract(text, region)
    assert [(one.raw, one.number.e164) for one in found] == expected
    assert all(text[one.offset :][: len(one.raw)] == one.raw for one in found)


@pytest.mark.parametrize(("text", "region"), NOTHING)
def test_takes_no_other_number_for_a_phone(text: str, region: str) -> None:
    """Orders, cards, dates, places, sums, names of files: no wrong number is ever found."""
    assert extract(text, region) == []


def test_the_table_is_long_enough() -> None:
    """Sixty strings beside those that others gave us."""
    assert len(NUMBERS) + len(NOTHING) >= 110
