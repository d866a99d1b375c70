import pytest
from hypothesis import given
from hypothesis import strategies as st

from scamhunt.indicators.romanise import READINGS, needs, original_span, readings, romanise, romanised

NAMES = [
    ("амазон", "amazon"),
    ("АМАЗОН", "amazon"),
    ("почта-россии", "pochta-rossii"),
    ("сбербанк", "sberbank"),
    ("объект", "obekt"),
    ("щука", "shchuka"),
    ("ёлка", "elka"),
    ("мой", "moy"),
    ("мои\N{COMBINING BREVE}", "moy"),
    ("アマゾン", "amazon"),
    ("ｱﾏｿﾞﾝ", "amazon"),
    ("あまぞん", "amazon"),
    ("パイパル", "paiparu"),
    ("ヤフー", "yafu"),
    ("ジャパン", "japan"),
    ("シャープ", "shapu"),
    ("キャノン", "kyanon"),
    ("フュ", "fyu"),
    ("ファミリーマート", "famirimato"),
    ("ティファニー", "tifani"),
    ("ウィキ", "wiki"),
    ("イェ", "ye"),
    ("アィ", "ai"),
    ("ねぇ", "ne"),
    ("うぅ", "u"),
    ("チェック", "chekku"),
    ("マッチ", "matchi"),
    ("カップ", "kappu"),
    ("カッ", "ka"),
    ("っっっ", ""),
    ("ッア", "a"),
    ("ッamazon", "amazon"),
    ("ャ", "ya"),
    ("xャ", "xya"),
    ("ンャ", "nya"),
    ("ァァ", "aa"),
    ("楽天", "letian"),
    ("佐々木", "zuozuomu"),
    ("쿠팡", "kupang"),
    ("삼성", "samseong"),
    ("\u110f\u116e팡", "kupang"),
    ("ελτα", "elta"),
    ("Ελλάδα", "ellada"),
    ("ούζο", "ouzo"),
    ("ευρώπη", "evropi"),
    ("αυτο", "afto"),
    ("ταυ", "taf"),
    ("άυλο", "aylo"),
    ("υγεία", "ygeia"),
    ("αγγελος", "angelos"),
    ("γη", "gi"),
    ("αγ", "ag"),
    ("μπανκ", "bank"),
    ("λαμπα", "lampa"),
    ("أمازون", "amazun"),
    ("واتساب", "watsab"),
    ("باي", "bay"),
    ("فيسبوك", "fisbuk"),
    ("يوتيوب", "yutyub"),
    ("עאבו", "aavo"),
    ("אמזון", "amzon"),
    ("יידיש", "yidish"),
    ("פייפאל", "payfal"),
    ("וואטסאפ", "vatsaf"),
    ("דוואר", "dvar"),
    ("באבא", "bava"),
    ("अमेज़न", "amezan"),
    ("भारत", "bharat"),
    ("बैंक", "baink"),
    ("मुंबई", "mumbai"),
    ("शक्ति", "shakti"),
    ("அமேசான்", "amechan"),
    ("தமிழ", "tamila"),
    ("อเมซอน", "ameson"),
    ("อาหาร", "ahar"),
    ("ไลน์", "lain"),
    ("ที่อ", "thio"),
    ("เฟซบุ๊ก", "fesbuk"),
    ("เ", "e"),
    ("ไa", "aia"),
    ("ბანკი", "banki"),
    ("բանկ", "bank"),
    ("crédit", "credit"),
    ("straße", "strasse"),
    ("İstanbul", "istanbul"),
    ("İジャパ", "ijapa"),
    ("а．б", "a.b"),
    ("９１", "91"),
    ("٣", "3"),
    ("амазон。рф", "amazon.rf"),
    ("ア・マ", "a-ma"),
    ("а–б", "a-b"),
    ("а／б", "ab"),
    ("⒈а", "1a"),
    ("а…😀₤\ud800б", "ab"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "reading"), NAMES)
def test_a_name_in_another_script_is_read(text: str, reading: str) -> None:
    """Each script is read after its usual romanisation; signs without a reading vanish."""
    assert romanise(text) == reading


def test_ascii_stays_in_its_place() -> None:
    """Letters are lowered; digits, hyphens, dots, spaces and slashes of a name stay, beside other scripts too."""
    assert romanise("AmaZon-24.Shop/x y_") == "amazon-24.shop/x y_"
    assert romanise("Банк-24.Shop/x y_") == "bank-24.shop/x y_"


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Ab1", [0, 1, 2]),
        ("почта", [0, 1, 2, 2, 3, 4]),
        ("ジャパン", [0, 0, 2, 2, 3]),
        ("ｱﾏｿﾞﾝ", [0, 1, 1, 2, 2, 4]),
        ("e\N{COMBINING ACUTE ACCENT}я", [0, 2, 2]),
        ("ไลน์", [1, 0, 0, 2]),
    ],
)
def test_each_letter_knows_what_gave_it(text: str, spans: list[int]) -> None:
    """The indexes lead from the reading back to the text, over swallowed and composed characters."""
    assert romanised(text)[1] == spans


@pytest.mark.parametrize(
    ("text", "word", "piece"),
    [
        ("мой-амазон-24", "amazon", "амазон"),
        ("xアマゾン", "amazon", "アマゾン"),
        ("ไลน์", "lai", "ไล"),
        ("яблоко", "blok", "блок"),
    ],
)
def test_a_match_is_mapped_back(text: str, word: str, piece: str) -> None:
    """What was found in the reading is shown in the letters of the name."""
    reading, spans = romanised(text)
    start = reading.index(word)
    first, last = original_span(spans, start, start + len(word))
    assert text[first:last] == piece


def test_an_empty_match_has_an_empty_span() -> None:
    """Nothing found, nothing shown."""
    assert original_span([0, 1], 1, 1) == (0, 0)
    assert original_span([], 0, 5) == (0, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amazon", False),
        ("crédit", False),
        ("12-ー", False),
        ("аmazon", True),
        ("楽天", True),
        ("😀", False),
        ("", False),
    ],
)
def test_only_other_scripts_need_a_reading(text: str, expected: bool) -> None:
    """Latin, with marks or without, and what belongs to no script needs none."""
    assert needs(text) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Amazon", ("amazon",)),
        ("Сбер", ("sber",)),
        ("Почта", ("pochta", "pocta")),
        ("Почта России", ("pochta rossii", "pocta rossii")),
        ("Яндекс", ("yandeks", "yandex", "iandeks", "jandeks", "yandecs")),
        ("Циан", ("tsian", "cian")),
        ("Хабр", ("khabr", "habr", "xabr")),
        ("Київ", ("kyiv", "kiiv", "ciiv")),
        ("Щит", ("shchit", "schit", "scit", "shtit")),
        ("삼성", ("samseong", "samsung", "samsong", "samseonk")),
        ("현대", ("hyeondae", "hyundai", "hyundae", "hyondae", "hyeontae")),
        ("أمازون", ("amazun", "amazon")),
        ("פייפאל", ("payfal", "paypal")),
        ("シティ", ("shiti", "siti")),
        ("らいおん", ("raion",)),
        ("パイパル", ("paiparu", "paipalu")),
        ("φιξ", ("fix", "phix")),
        ("楽天", ("letian",)),
        ("а／б", ("ab",)),
        ("😀", ()),
        ("", ()),
    ],
)
def test_a_brand_has_its_usual_spellings(name: str, expected: tuple[str, ...]) -> None:
    """The spellings that people use for a brand of another script, the most usual first."""
    assert readings(name) == expected


def test_spellings_are_few() -> None:
    """A name with all the letters that have several spellings still gives no more than the limit."""
    assert len(readings("яйцохъщёчкс")) == READINGS


ANY = st.text(st.characters(codec=None, exclude_categories=[]), max_size=30)
MIXED = st.text("aZ1-.чёйїアャッ々ーﾞゾ楽쿠μπουγאוי وجअकं़्เอลุ์\u0301\ud800／", max_size=20)


@given(ANY | MIXED)
def test_any_text_is_read(text: str) -> None:
    """Nothing raises, lone surrogates included; the reading is ASCII with an index a character, and reads as itself."""
    reading, spans = romanised(text)
    assert reading.isascii()
    assert reading == romanise(reading) == romanise(text)
    assert len(reading) == len(spans)
    assert all(0 <= at < len(text) for at in spans)
    assert len(readings(text)) <= READINGS
    assert len(set(readings(text))) == len(readings(text))


@given(ANY)
def test_no_sign_is_made_of_other_characters(text: str) -> None:
    """What stands between letters of a host name comes from ASCII alone, but for dots and hyphens."""
    reading, spans = romanised(text)
    strange = [text[at] for char, at in zip(reading, spans, strict=True) if not (char.isalnum() or char in ".-")]
    assert all(char.isascii() for char in strange)


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_is_its_own_reading(text: str) -> None:
    """A name in ASCII is only lowered."""
    assert romanised(text) == (text.lower(), list(range(len(text))))
    assert not needs(text)


@pytest.mark.parametrize("piece", ["ッ", "ェ", "々", "เ", "\u0301", "\u0301\u0316", "क", "و", "я", "ー", "μπ"])
def test_long_texts_are_read_at_once(piece: str) -> None:
    """Ten thousand characters of one kind are read in one pass; marks in a row cost no more."""
    text = "а" + piece * (10_000 // len(piece))
    assert len(romanised(text)[1]) == len(romanise(text))
