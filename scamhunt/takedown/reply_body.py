"""The text of an answer in the two versions that it may have, read under limits. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from scamhunt.indicators import mime
from scamhunt.indicators.mime import Part
from scamhunt.takedown import reply_text
from scamhunt.takedown.reply_words import listed

TEXT_LIMIT = 200_000
"""Bytes of each version that are looked at."""
ENCRYPTED = frozenset(
    {"multipart/encrypted", "application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}
)
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
_FOR_PROGRAMS = frozenset({"message/delivery-status", "message/feedback-report", "text/rfc822-headers"})
_ARMOUR = "-----BEGIN PGP MESSAGE-----"


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a mail."""

    subject: str
    plain: str
    page: str
    """What a reader of its HTML sees, without quotations."""
    opaque: bool
    """Whether it is encrypted."""
    cut: bool
    others: frozenset[str]
    """Media types of its other parts, files among them; none of them is opened."""

    @property
    def whole(self) -> str:
        """What is read of it: the plain version, else the page."""
        return self.plain or self.page

    @property
    def own(self) -> str:
        """What its sender wrote himself."""
        return "" if self.opaque else reply_text.own(self.whole)

    @property
    def is_absence(self) -> bool:
        """Whether it says that nobody is there."""
        return listed("absent").search(f"{self.subject}\n{self.own[:400]}") is not None


def body_of(part: Part) -> Body:
    """Return the text of a mail; what is attached is none of it."""
    leaves = list(part.leaves())
    shown = [leaf for leaf in leaves if not leaf.is_attached]
    plain, plain_cut = _joined(leaf for leaf in shown if leaf.kind == "text/plain")
    source, page_cut = _joined(leaf for leaf in shown if leaf.kind == "text/html")
    kinds = {leaf.kind for leaf in leaves if leaf.is_attached or leaf.kind not in {"text/plain", "text/html"}}
    return Body(
        subject=reply_text.seen(mime.words(part.headers.get("subject", ""))),
        plain=reply_text.seen(plain).strip(),
        page=reply_text.seen(reply_text.of_page(source)).strip(),
        opaque=bool(({part.kind} | kinds) & ENCRYPTED) or _ARMOUR in plain,
        cut=plain_cut or page_cut,
        others=frozenset(kinds - _SIGNATURES - _FOR_PROGRAMS - {"message/rfc822"}),
    )


def _joined(leaves: Iterable[Part]) -> tuple[str, bool]:
    """Return the text of some parts, and whether it was longer than the limit."""
    texts: list[str] = []
    left = TEXT_LIMIT
    for leaf in leaves:
        if left <= 0:
            return "\n".join(texts), True
        texts.append(mime.texts(leaf, left))
        left -= min(left, len(leaf.body))
    return "\n".join(texts), left <= 0
