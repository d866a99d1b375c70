"""Who can be written to."""

import re

from scamhunt.errors import UserError
from scamhunt.takedown.words import clean

# Narrower than RFC 5321 on purpose: what abuse desks publish. `=` and `?` would let an RFC 2047 encoded word pass as an
# address, which mail libraries decode to whatever it hides.
_ATOM = r"[A-Za-z0-9_+-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?!-)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?!\d+$){_LABEL}")
_LONGEST = 254


def check_recipient(address: str) -> str:
    """Return the address when it is one plain address in ASCII, such as `abuse@registrar.example`.

    Raises `UserError` for a display name, a comment, quotes, several addresses, spaces, line ends and other characters.
    """
    if len(address) <= _LONGEST and _ADDRESS.fullmatch(address):
        return address
    shown = clean(address, 60)
    raise UserError(f"'{shown}' is not one plain e-mail address; write it as in abuse@registrar.example")
