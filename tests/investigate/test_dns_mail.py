import pytest

from scamhunt.investigate.mail_policy import MailPolicy, mail_policy


@pytest.mark.parametrize(
    ("mx", "null", "problems"),
    [
        ([], False, ()),
        (["0 ."], True, ()),
        (["10 ."], True, ()),
        (["10 mail.shop.test"], False, ()),
        (["0 .", "10 mail.shop.test"], False, ("a null MX beside other MX records (RFC 7505)",)),
    ],
)
def test_null_mx(mx: list[str], null: bool, problems: tuple[str, ...]) -> None:
    """One MX that is the root says: no mail. Beside another it says nothing."""
    assert mail_policy(mx, [], []) == MailPolicy(null_mx=null, problems=problems)


@pytest.mark.parametrize(
    ("spf", "others"),
    [
        ("v=spf1 -all", "-"),
        ("V=SPF1 include:_spf.mail.test ~ALL", "~"),
        ("v=spf1 ?all", "?"),
        ("v=spf1 +all", "+"),
        ("v=spf1 all", "+"),
        ("v=spf1 ~all -all", "~"),
        ("v=spf1  a  -all", "-"),
        ("v=spf1 redirect=_spf.mail.test", ""),
        ("v=spf1 include:all.test exists:x-all", ""),
        ("v=spf1", ""),
    ],
)
def test_what_spf_says_of_other_senders(spf: str, others: str) -> None:
    """The first `all` counts; without a sign it lets pass."""
    assert mail_policy([], ["some-token=1", spf], []) == MailPolicy(spf=spf, spf_all=others)


@pytest.mark.parametrize("text", ["v=spf10 -all", "v=spf1-all", " v=spf1 -all", "spf2.0/pra -all", "v=spf2 -all"])
def test_what_is_no_spf(text: str) -> None:
    """Only a record that begins with the version and a space is one."""
    assert mail_policy([], [text], []) == MailPolicy()


def test_of_several_records_none_counts() -> None:
    """Two SPF or two DMARC records are an error."""
    found = mail_policy([], ["v=spf1 -all", "v=spf1 ~all"], ["v=DMARC1; p=reject"] * 2)
    problems = ("2 SPF records: none of them counts", "2 DMARC records: none of them counts")
    assert found == MailPolicy(problems=problems)


NO_POLICY = ("DMARC without a policy that can be read",)


@pytest.mark.parametrize(
    ("dmarc", "policy", "problems"),
    [
        ("v=DMARC1; p=reject", "reject", ()),
        ("v=DMARC1;p=Quarantine;", "quarantine", ()),
        (" v = DMARC1 ; rua=mailto:a@mail.test; P = none", "none", ()),
        ("v=DMARC1; p=reject; p=none", "reject", ()),
        ("v=DMARC1; p=reject; t=y", "reject", ("DMARC is being tried out (t=y)",)),
        ("v=DMARC1; p=banish; rua=mailto:a@mail.test", "none", NO_POLICY),
        ("v=DMARC1; p=banish", "", NO_POLICY),
        ("v=DMARC1", "", NO_POLICY),
    ],
)
def test_what_dmarc_wants_done(dmarc: str, policy: str, problems: tuple[str, ...]) -> None:
    """Without a policy that can be read mail is only watched, and only where reports are wanted."""
    found = mail_policy([], [], ["unrelated", dmarc])
    assert found == MailPolicy(dmarc=dmarc, dmarc_policy=policy, problems=problems)


@pytest.mark.parametrize("text", ["v=dmarc1; p=reject", "p=reject; v=DMARC1", "v=DMARC12; p=reject", "", ";"])
def test_what_is_no_dmarc(text: str) -> None:
    """The version comes first and in capitals."""
    assert mail_policy([], [], [text]) == MailPolicy()
