from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from scamhunt.indicators.ct.certificate import BadCertificate, looks_like_host, names_of
from tests.crawlers.ct_log import alternative, certificate, der, tbs


def _real(*names: x509.GeneralName, subject: str | None = None) -> x509.Certificate:
    """Return a certificate as a library makes it."""
    key = ec.derive_private_key(9, ec.SECP256R1())
    own = [x509.NameAttribute(NameOID.COMMON_NAME, subject)] if subject else []
    own += [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "organisation.example")]
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder().serial_number(7).public_key(key.public_key()).subject_name(x509.Name(own))
    made = made.issuer_name(x509.Name(own)).not_valid_before(moment).not_valid_after(moment)
    made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    made = made.add_extension(x509.SubjectAlternativeName(names), critical=True) if names else made
    return made.sign(key, hashes.SHA256())


def test_a_real_certificate_and_its_tbs_give_the_same_names() -> None:
    """A certificate, and what a precertificate's entry has of it, give the DNS names in their order."""
    real = _real(
        x509.DNSName("*.amazon-refund-desk.com"),
        x509.IPAddress(ip_address("192.0.2.1")),
        x509.RFC822Name("a@mail.example"),
        x509.DNSName("weather.example"),
        subject="other.example",
    )
    found = names_of(real.public_bytes(Encoding.DER), tbs=False)
    assert found == (["*.amazon-refund-desk.com", "weather.example"], [], False)
    assert names_of(real.tbs_certificate_bytes, tbs=True) == found


def test_a_real_certificate_without_alternative_names() -> None:
    """Then the common name counts, when it is a host."""
    whole = _real(subject="old.example").public_bytes(Encoding.DER)
    assert names_of(whole, tbs=False).names == ["old.example"]
    assert names_of(_real().public_bytes(Encoding.DER), tbs=False).names == []


@pytest.mark.parametrize("version", [b"", b"\xa0\x03\x02\x01\x02"])
def test_the_subject_is_found_with_and_without_a_version(version: bytes) -> None:
    """A certificate of version 1 has no version field; its subject is not taken for its issuer."""
    assert names_of(tbs("old.example", extensions=[], version=version), tbs=True).names == ["old.example"]


@pytest.mark.parametrize(
    ("tag", "coding"), [(0x0C, "utf-8"), (0x13, "ascii"), (0x14, "latin-1"), (0x16, "ascii"), (0x1E, "utf-16-be")]
)
def test_a_common_name_in_each_kind_of_text(tag: int, coding: str) -> None:
    """Old certificates have their name in one of five kinds of text."""
    subject = der(0x30, der(0x31, der(0x30, b"\x06\x03\x55\x04\x03", der(tag, "old.example".encode(coding)))))
    assert names_of(tbs(subject=subject, extensions=[]), tbs=True).names == ["old.example"]


_GOOD = tbs("a.example")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "another thing where a sequence belongs"),
        (b"\x30", "cut off"),
        (b"\x31\x00", "another thing where a sequence belongs"),
        (_GOOD + b"\x00", "bytes after the end"),
        (_GOOD[:-1], "a length beyond the end"),
        (b"\x30\x80\x00\x00", "a length that is not DER"),
        (b"\x30\x81\x05" + bytes(5), "a length that is not DER"),
        (b"\x30\x82\x00\x85" + bytes(133), "a length that is not DER"),
        (b"\x30\x85\x01\x00\x00\x00\x00", "a length that is not DER"),
        (der(0x30, b"\x1f\x01\x00"), "a tag that certificates do not have"),
        (tbs("a.example", extensions=[b"\x04\x00"]), "an extension that is no sequence"),
        (tbs("a.example", extensions=[der(0x30, b"\x06\x03\x55\x1d\x11")]), "an extension without a value"),
        (
            tbs("a.example", extensions=[der(0x30, b"\x06\x03\x55\x1d\x11", b"\x02\x00")]),
            "an extension without a value",
        ),
        (tbs("a", extensions=[der(0x30, b"\x06\x03\x55\x1d\x11", der(4, b"\x30\x00\x00"))]), "bytes after the end"),
    ],
)
def test_bytes_that_are_no_certificate_have_a_reason(body: bytes, reason: str) -> None:
    """DER that is cut, padded or something else is refused in words, with none of its bytes."""
    with pytest.raises(BadCertificate, match=f"^{reason}$"):
        names_of(body, tbs=True)


def test_a_certificate_is_no_tbs() -> None:
    """Around a certificate's TBS nothing but a sequence may stand."""
    with pytest.raises(BadCertificate):
        names_of(der(0x30, b"\x02\x01\x05"), tbs=False)
    assert names_of(certificate(_GOOD), tbs=False).names == ["a.example"]


def test_a_name_that_is_not_utf_8_is_a_bad_one() -> None:
    """Its bytes and the reason are kept, the next name is read."""
    body = tbs("a.example", extensions=[alternative(der(0x82, b"\xff.example"), "b.example")])
    assert names_of(body, tbs=True) == (["b.example"], [(b"\xff.example", "a name that is not UTF-8")], False)


@given(st.binary(max_size=60), st.integers(0, len(_GOOD)), st.integers(0, 8), st.booleans())
def test_any_bytes_are_names_or_a_reason(noise: bytes, at: int, cut: int, tbs_only: bool) -> None:
    """Whatever stands in the place of a certificate, nothing else than `BadCertificate` is raised."""
    for body in (noise, _GOOD[:at] + noise + _GOOD[at + cut :]):
        try:
            found = names_of(body, tbs=tbs_only)
        except BadCertificate:
            continue
        assert all(isinstance(name, str) for name in found.names)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("a.example", True),
        ("*.a.example", True),
        ("A_B.example.", True),
        ("bücher.example", True),
        ("Jane Doe", False),
        ("localhost", False),
        ("192.0.2.1", False),
        ("a..example", False),
        ("a@mail.example", False),
        (f"{'a.' * 124}example", True),
        (f"a{'a.' * 124}example", False),
        ("-a.example", False),
    ],
)
def test_what_looks_like_a_host(text: str, host: bool) -> None:
    """A common name may be a person, a company or an address; only hosts are taken."""
    assert looks_like_host(text) is host
