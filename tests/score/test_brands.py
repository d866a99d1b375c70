import pytest

from scamhunt.errors import BrandPackError
from scamhunt.model import Brand
from scamhunt.score.brands import ALIAS_LIMIT, DOMAIN_LIMIT, FAULTS_TOLD, NAME_LIMIT, Brands, check, parse_packs
from scamhunt.score.packtext import FILE_LIMIT

FULL = """\
# a comment
[[brand]]
id = "acme"
name = "Acme"
aliases = ["Acme Shop", " Acme Shop "]
domains = [
    "acme.com",
    "acme.co.uk",  # the shop
    "BÜCHER.example",
]
phones = ["+1 888 555 0100"]
inbound_only = ["+18885550100"]
sector = "retail"
countries = ["US"]
lures = ["refund"]
ambiguous = []
authority = "agent"
authority_ref = "letter of 1 May"
marks = ["US 1"]

[[brand]]
id = "zeta"
name = "Zeta Bank"
domains = ["zeta.example"]
"""


def one(
    line: str, *, ident: str = 'id = "x"', name: str = 'name = "Xenon"', domains: str = 'domains = ["x.com"]'
) -> str:
    """Return a pack with one brand and one more line, the fifth."""
    return f"[[brand]]\n{ident}\n{name}\n{domains}\n{line}\n"


def pack(text: str) -> Brands:
    """Return the brands of one pack."""
    return parse_packs([("p.toml", text)])


def faults(text: str | bytes) -> list[str]:
    """Return the messages for one pack."""
    return [str(fault) for fault in check([("p.toml", text)])[1]]


def test_every_key_of_a_pack_arrives() -> None:
    """A complete brand keeps each field; names in other scripts become what the network uses; repetitions go."""
    assert pack(FULL).by_id["acme"] == Brand(
        id="acme",
        name="Acme",
        domains=("acme.com", "acme.co.uk", "xn--bcher-kva.example"),
        aliases=("Acme Shop",),
        phones=("+1 888 555 0100",),
        sector="retail",
        countries=("US",),
        lures=("refund",),
        ambiguous=(),
        inbound_only=("+18885550100",),
        authority="agent",
        authority_ref="letter of 1 May",
        marks=("US 1",),
    )


def test_ambiguous_words_that_are_not_stated_are_left_to_be_derived() -> None:
    """A pack that does not say which words are ordinary differs from one that says: none."""
    acme, zeta = pack(FULL)
    assert (acme.ambiguous, zeta.ambiguous) == ((), None)


def test_brands_are_ordered_by_id_over_all_files() -> None:
    """The order of files does not matter, so a run is the same everywhere."""
    other = '[[brand]]\nid = "mid"\nname = "Middle"\ndomains = ["middle.com"]\n'
    brands = parse_packs([("b.toml", FULL), ("a.toml", other.encode())])
    assert [brand.id for brand in brands] == ["acme", "mid", "zeta"]
    assert len(brands) == 3
    assert brands.by_id["mid"].name == "Middle"


def test_each_official_domain_leads_to_its_brand() -> None:
    """Every official domain is known as the network writes it, and nothing else is."""
    owners = {"acme.com": "acme", "acme.co.uk": "acme", "xn--bcher-kva.example": "acme", "zeta.example": "zeta"}
    assert pack(FULL).owners == owners


A = "a"
MANY = ", ".join(f'"a{n}"' for n in range(ALIAS_LIMIT + 1))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("zzz = 1", "unknown key 'zzz' in brand 'x'; rename or remove it"),
        ('aliasses = ["ab"]', "unknown key 'aliasses' in brand 'x' (did you mean 'aliases'?); rename or remove it"),
        ('sector = ["a"]', "'sector' of brand 'x' is a list, not a text; write sector = \"...\""),
        ("sector = 7", "'sector' of brand 'x' is a number, not a text; write sector = \"...\""),
        ("lures = 1e3", "'lures' of brand 'x' is a number, not a list; write lures = [\"...\"]"),
        ("lures = {}", "'lures' of brand 'x' is a table, not a list; write lures = [\"...\"]"),
        ("lures = true", "'lures' of brand 'x' is true or false, not a list; write lures = [\"...\"]"),
        ("lures = 2026-01-01", "'lures' of brand 'x' is a date or time, not a list; write lures = [\"...\"]"),
        ('aliases = "Xen"', "'aliases' of brand 'x' is a text, not a list; write aliases = [\"...\"]"),
        ('aliases = ["a", 3]', "'aliases' of brand 'x' holds a number; write texts only, none of them empty"),
        ('aliases = ["ab", " "]', "'aliases' of brand 'x' holds an empty text; write texts only, none of them empty"),
        (
            'aliases = ["a\\u202eb"]',
            "'aliases' 'a\\u202eb' of brand 'x' has a control or invisible character; remove the character",
        ),
        (
            f'lures = ["{A * (NAME_LIMIT + 1)}"]',
            f"'lures' '{A * 56}... of brand 'x' is longer than 100 characters; shorten it",
        ),
        (f"aliases = [{MANY}]", "brand 'x' has 201 aliases, more than 200; keep those that the public knows"),
        ('phones = ["0800 1"]', "'0800 1' of brand 'x' is no phone number; write \"+1 888 280 4331\""),
        ('inbound_only = ["x"]', "'x' of brand 'x' is no phone number; write \"+1 888 280 4331\""),
        (
            'inbound_only = ["+1 888 555 0100"]',
            "'+1 888 555 0100' of brand 'x' is not among its 'phones'; add it there",
        ),
        (
            'authority = "owner"',
            "authority 'owner' of brand 'x' is unknown; write \"in-house\" or \"agent\", or remove it",
        ),
        (
            'authority = "agent"',
            "brand 'x' has authority 'agent' without 'authority_ref'; add authority_ref: the letter that allows it",
        ),
    ],
)
def test_a_fault_is_named_with_file_line_and_fix(line: str, message: str) -> None:
    """Each fault says where it stands and how to mend it, and the pack is refused."""
    expected = [f"p.toml:5: {message}"]
    assert faults(one(line)) == expected
    with pytest.raises(BrandPackError) as error:
        parse_packs([("p.toml", one(line))])
    assert error.value.faults == expected


@pytest.mark.parametrize(
    "line",
    [
        f"aliases = [{MANY.rpartition(',')[0]}]",
        f'lures = ["{A * NAME_LIMIT}"]',
        'authority = "in-house"',
        'lures = ["a"]',
        'phones = ["+44 (20) 7946-0100"]',
    ],
)
def test_what_is_just_within_the_rules_is_taken(line: str) -> None:
    """A limit refuses what is beyond it and nothing else."""
    assert faults(one(line)) == []


def test_a_missing_key_is_named_at_the_header() -> None:
    """A brand without what it needs is led back to its first line, with the mistyped key beside it."""
    assert faults('[[brand]]\nid = "x"\nname = "Xenon"\ndomians = ["x.com"]\n') == [
        "p.toml:1: brand 'x' has no 'domains'; add domains = [...]",
        "p.toml:4: unknown key 'domians' in brand 'x' (did you mean 'domains'?); rename or remove it",
    ]
    assert faults('\n[[brand]]\ndomains = ["x.com"]\n') == [
        "p.toml:2: brand 'without id' has no 'id'; add id = ...",
        "p.toml:2: brand 'without id' has no 'name'; add name = ...",
    ]


@pytest.mark.parametrize(
    ("ident", "message"),
    [
        ('id = "A b_C"', "p.toml:2: id 'A b_C' is not a slug; write id = \"a-b-c\""),
        ('id = "ä"', "p.toml:2: id 'ä' is not a slug; write id = \"my-brand\""),
        ('id = ""', "p.toml:2: id '' is not a slug; write id = \"my-brand\""),
        ("id = 5", "p.toml:2: 'id' of brand 5 is a number, not a text; write id = \"...\""),
    ],
)
def test_an_id_is_a_slug(ident: str, message: str) -> None:
    """An id that would not do in a command or a URL is refused, with one that would."""
    assert faults(one("", ident=ident)) == [message]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ('name = ""', "'name' '' of brand 'x' is empty; write the name that the public knows"),
        (
            'name = "a\\u0000b"',
            "'name' 'a\\x00b' of brand 'x' has a control or invisible character; remove the character",
        ),
        ("name = false", "'name' of brand 'x' is true or false, not a text; write name = \"...\""),
    ],
)
def test_a_name_can_be_told_by(name: str, message: str) -> None:
    """An empty name or one with hidden characters would match everything or nothing; `X` is a name."""
    assert faults(one("", name='name = "X"')) == []
    assert faults(one("", name=name)) == [f"p.toml:3: {message}"]


@pytest.mark.parametrize(
    ("domain", "message"),
    [
        ("https://amazon.com/", 'is more than a domain; write "amazon.com"'),
        ("*.amazon.com", 'is more than a domain; write "amazon.com"'),
        ("co.uk", 'cannot be used: a public suffix itself; write a registrable domain such as "example.com"'),
        ("localhost", 'cannot be used: a single label; write a registrable domain such as "example.com"'),
        ("127.0.0.1", 'cannot be used: an IP address; write a registrable domain such as "example.com"'),
    ],
)
def test_a_domain_is_registrable(domain: str, message: str) -> None:
    """A URL, a suffix or an address in place of an official domain is named, at its own line in a long list."""
    text = one("", domains=f'domains = [\n  "good.com",\n  "{domain}",\n]')
    assert faults(text) == [f"p.toml:6: domain '{domain}' of brand 'x' {message}"]


def test_a_host_stands_for_the_domain_that_it_lies_under() -> None:
    """Directories of brands list hosts: what is official is the registrable name, or the tenant on a platform."""
    (brand,) = pack(one("", domains='domains = ["aws.x.com", "x.com", "a.b.github.io"]'))
    assert brand.domains == ("x.com", "b.github.io")


def test_a_brand_needs_an_official_domain() -> None:
    """An empty list of domains would protect nothing."""
    assert faults(one("", domains="domains = []")) == [
        "p.toml:4: 'domains' of brand 'x' is empty; name an official domain"
    ]


def test_more_domains_than_a_brand_can_have_are_refused() -> None:
    """A list beyond the limit is refused before its names are read."""
    names = ", ".join(f'"a{n}.com"' for n in range(DOMAIN_LIMIT + 1))
    assert faults(one("", domains=f"domains = [{names}]")) == [
        "p.toml:4: brand 'x' has 2001 domains, more than 2000; keep those that the public knows"
    ]
    assert faults(one("", domains=f"domains = [{names.rpartition(',')[0]}]")) == []


def test_an_id_twice_names_both_places() -> None:
    """Two brands with one id are found over files, wherever they stand."""
    got = check([("a.toml", FULL), ("b.toml", one("", ident='id = "zeta"'))])[1]
    assert [str(fault) for fault in got] == [
        "b.toml:2: id 'zeta' is taken already at a.toml:22; give one of them another id, or merge the two"
    ]


def test_a_domain_claimed_twice_names_both_places() -> None:
    """An official domain belongs to one brand; the message leads to both lines."""
    other = one("", domains='domains = ["x.com", "acme.co.uk"]')
    got = check([("a.toml", FULL), ("b.toml", other)])[1]
    message = "domain 'acme.co.uk' of brand 'x' is claimed by brand 'acme' at a.toml:8 too; keep it with one of them"
    assert [str(fault) for fault in got] == [f"b.toml:4: {message}"]


def test_one_brand_may_repeat_its_domain() -> None:
    """A repetition inside one brand is no fault."""
    assert pack(one("", domains='domains = ["x.com", "X.com"]')).by_id["x"].domains == ("x.com",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "p.toml:1: no brand in this pack; write at least one [[brand]], or remove the file"),
        ("# only this\n", "p.toml:1: no brand in this pack; write at least one [[brand]], or remove the file"),
        ('[[brand]]\nid = "x"\nname = \n', "p.toml:3: not TOML: Invalid value; mend the text here or just before"),
        ('[[brand]]\nid = "x', "p.toml:2: not TOML: Unterminated string; mend the text here or just before"),
        (b'[[brand]]\nid = "x\n\n\xff', "p.toml:4: not UTF-8; save the file as UTF-8"),
        ("[brand]\nid = 'x'\n", "p.toml:1: 'brand' is not a list of tables; write [[brand]] with two brackets"),
        ("\nbrand = [1]\n", "p.toml:2: 'brand' is not a list of tables; write [[brand]] with two brackets"),
        ("brand = 1\n", "p.toml:1: 'brand' is not a list of tables; write [[brand]] with two brackets"),
        (
            f"{FULL}\n[[brands]]\nid = 'y'\n",
            "p.toml:26: unknown table 'brands' (did you mean 'brand'?); write [[brand]]",
        ),
        ("a = " + "[" * 9_000, "p.toml:1: nested too deeply; a brand pack needs one level: [[brand]] and its keys"),
        ("a = " + "9" * 5_000, "p.toml:1: not TOML: Exceeds the limit (4300 digits)"),
        ('[[brand]]\nid = "a"\nid = "b"\n', "p.toml:3: not TOML: Cannot overwrite a value"),
    ],
)
def test_a_text_that_is_no_pack_is_named(text: str | bytes, message: str) -> None:
    """Whatever lies in the file, the answer is one message with a line, never a crash."""
    got = faults(text)
    assert len(got) == 1
    assert got[0].startswith(message)


def test_a_pack_may_begin_with_the_mark_of_an_editor() -> None:
    """Some editors put a byte order mark before UTF-8, where nobody sees it."""
    text = '\ufeff[[brand]]\nid = "zorvel"\nname = "Zorvel"\ndomains = ["zorvel.example"]\n'
    assert faults(text.encode()) == []


def test_a_file_beyond_the_limit_is_not_read() -> None:
    """A huge file costs nothing."""
    assert faults(b"#" * (FILE_LIMIT + 1)) == ["p.toml:1: larger than 16 MiB; split it into several files"]
    comment = "#" * 50_000 + "\n"
    assert faults(one("") + comment * ((FILE_LIMIT - len(one(""))) // len(comment))) == []


def test_lines_are_right_after_texts_over_several_lines() -> None:
    """What stands inside a long text is neither a header nor a key."""
    text = '[[brand]]\nname = """\n[[brand]]\ndomains = 1\n"""\nid = "x"\ndomains = ["*.x.com"]\n[[brand]]\nid = 3\n'
    assert [fault.partition(": ")[0] for fault in faults(text)] == [
        "p.toml:2",
        "p.toml:7",
        "p.toml:8",
        "p.toml:8",
        "p.toml:9",
    ]


def test_a_brand_written_in_one_line_has_its_faults_at_the_top() -> None:
    """Where no header shows the place, the first line is named."""
    assert faults('brand = [{id = "x", name = "Xenon", domains = ["*.x.com"]}]') == [
        "p.toml:1: domain '*.x.com' of brand 'x' is more than a domain; write \"x.com\""
    ]


def test_all_faults_come_at_once_and_in_order() -> None:
    """One look is enough to mend a pack: files as given, then lines."""
    bad = one('phones = ["1"]\ncolour = "red"', domains='domains = ["*.x.com"]')
    brands, got = check([("b.toml", bad), ("a.toml", one("nope = 1")), ("c.toml", FULL)])
    places = ["b.toml:4", "b.toml:5", "b.toml:6", "a.toml:2", "a.toml:4", "a.toml:5"]
    assert [str(fault).partition(": ")[0] for fault in got] == places
    assert [brand.id for brand in brands] == ["acme", "zeta"]


def test_a_long_hostile_value_is_shown_short_and_escaped() -> None:
    """A message never carries control characters or pages of text to a terminal."""
    (got,) = faults(one(f'authority = "\\u001b[31m{A * 500}"'))
    assert "\x1b" not in got
    assert len(got) < 200
    assert "\\x1b[31maaa" in got


def test_a_line_without_end_is_refused_before_it_is_read() -> None:
    """A dotted key of hundreds of thousands of parts would keep the parser busy for a minute."""
    assert faults("[[brand]]\n" + "a." * 60_000 + "a = 1\n") == [
        "p.toml:2: longer than 100,000 characters; break the line"
    ]


def test_a_hundred_wrong_domains_are_enough() -> None:
    """A list that is wrong throughout is told by its first hundred."""
    wrong = ", ".join(f'"bad {n}"' for n in range(500))
    assert len(faults(one("", domains=f"domains = [{wrong}]"))) == FAULTS_TOLD


def test_a_host_leaves_the_domain_to_whoever_names_it() -> None:
    """Of two brands with hosts below one name it is the one's that names it itself, else the first one's."""
    first = one("", domains='domains = ["pay.shop.com", "own.com"]')
    second = one("", domains='domains = ["shop.com", "a.shared.com"]').replace('id = "x"', 'id = "y"')
    third = one("", domains='domains = ["b.shared.com", "third.com"]').replace('id = "x"', 'id = "z"')
    brands, got = check([("a.toml", first), ("b.toml", second), ("c.toml", third)])
    assert got == []
    assert {brand.id: brand.domains for brand in brands} == {
        "x": ("own.com",),
        "y": ("shop.com", "shared.com"),
        "z": ("third.com",),
    }


def test_packs_may_take_the_place_of_brands_by_id() -> None:
    """A changed brand replaces the one of its id, others stay, and its domains are free for it again."""
    force = [("force.toml", FULL)]
    changed = one('aliases = ["Acme Pay"]', ident='id = "acme"', domains='domains = ["acme.com", "acme.io"]')
    brands = parse_packs(force, [("new.toml", changed)])
    assert [brand.id for brand in brands] == ["acme", "zeta"]
    assert brands.by_id["acme"].domains == ("acme.com", "acme.io")
    assert brands.by_id["acme"].phones == ()
    assert brands.owners.keys() == {"acme.com", "acme.io", "zeta.example"}


def test_faults_between_packs_in_force_and_new_ones_are_told_at_both_places() -> None:
    """A new brand cannot claim a domain of another one, nor stand twice among the new ones."""
    new = [("new.toml", one("", domains='domains = ["zeta.example"]')), ("more.toml", one(""))]
    with pytest.raises(BrandPackError) as caught:
        parse_packs([("force.toml", FULL)], new)
    assert [fault.partition(";")[0] for fault in caught.value.faults] == [
        "new.toml:4: domain 'zeta.example' of brand 'x' is claimed by brand 'zeta' at force.toml:24 too",
        "more.toml:2: id 'x' is taken already at new.toml:2",
    ]
