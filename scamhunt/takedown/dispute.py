"""What outsiders are told who think that a report of ours is wrong. Pure."""

from scamhunt.takedown.words import clean, wrap

_FORM = """\
Is our report wrong?

{org} asks registrars, hosts and carriers to act on sites and numbers that were seen to pose as somebody else.
If yours is among them and should not be, tell us. You need no account and no lawyer.

Where to write
  {address}

What helps us
  1. The name, address (URL) or number that was reported.
  2. Who wrote to you about it, and any number of ours that the letter shows (32 letters and digits).
  3. What it is used for, and by whom.
  4. If you have a right to the name or mark that it shows: which.
  5. If it was broken into and is clean now: since when.
  6. How we can reach you. Send no copies of identity papers, and no passwords.

What happens then
  - As soon as one of us has read it, nothing more goes out about your site or number, and nothing about what we
    linked with it.
  - A person who looks at it decides. We mean to have decided a day later.
  - If we were wrong, everybody whom we wrote to gets a withdrawal from us, and we tell you.
  - If we think that we were right, we tell you why.
"""


def form(org: str, address: str) -> str:
    """Return the text of a form for outsiders; it can be put on a page as it is, or sent."""
    told = clean(address, 300) or "[missing: set SCAMHUNT_DISPUTE_ADDRESS]"
    filled = _FORM.format(org=clean(org, 200) or "[missing: set SCAMHUNT_REPORTER_ORG]", address=told)
    return wrap(filled.strip()) + "\n"
