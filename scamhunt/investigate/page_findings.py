"""What a page shows, told as findings."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from typing import Protocol

from scamhunt.indicators.phone import shown as readable
from scamhunt.investigate import page_kits
from scamhunt.investigate.page_shown import Form, Places, Shown
from scamhunt.observed import Finding, Outcome

_TITLE = 120


class _Make(Protocol):
    def __call__(self, kind: str, *, text: str, data: dict[str, object]) -> Finding: ...


def findings_of(shown: Shown, *, source: str, observed_at: datetime, sha256: str, vantage: str) -> list[Finding]:
    """Return the findings of one page as one vantage saw it: `page.shown` first, then one for each thing on it.

    `sha256` is the hash of the item that proves them. `brands` is empty: whose name it is, others tell.
    """
    make: _Make = partial(
        _finding, source=source, observed_at=observed_at, outcome=Outcome.FOUND, sha256=sha256, vantage=vantage
    )
    return [_page(shown, make), *_asked(shown, make), *_offered(shown, make), *_around(shown, make)]


def _finding(kind: str, *, text: str, data: dict[str, object], **rest: object) -> Finding:
    return Finding(kind=kind, text=text, data=data, **rest)  # type: ignore[arg-type]  # as bound above


def _page(shown: Shown, make: _Make) -> Finding:
    keys = "title text language words empty simhash structure generator refresh scripts comments odd_links cut".split()
    data: dict[str, object] = {name: getattr(shown, name) for name in keys}
    said = f"titled \u201c{shown.title[:_TITLE]}\u201d" if shown.title else "without a title"
    text = "an empty page" if shown.empty else f"a page {said}, {_counted(shown.words, 'word')}"
    text += f", {shown.cut}" if shown.cut else ""
    return make("page.shown", text=text, data={**data, "brands": []})


def _asked(shown: Shown, make: _Make) -> Iterator[Finding]:
    for form in shown.forms:
        data = {**asdict(form), "fields": [asdict(one) for one in form.fields], "asks": list(form.asks)}
        yield make("page.form", text=_form(form), data=data)


def _form(form: Form) -> str:
    asks = f"asks for {', '.join(form.asks)}" if form.asks else f"a form of {_counted(len(form.fields), 'field')}"
    if form.method == "script":
        return f"{asks}, outside of any form: a script sends it"
    return f"{asks}, sent to {'another host, ' if form.foreign else ''}{form.action_host or 'no web address'}"


def _offered(shown: Shown, make: _Make) -> Iterator[Finding]:
    for number in shown.numbers:
        text = f"shows {readable(number.e164)} as {number.role.replace('_', ' ')}"
        yield make("page.number", text=text, data=asdict(number))
    for email in shown.emails:
        yield make("page.email", text=f"mail address {email}", data={"value": email})
    for wallet in shown.wallets:
        yield make("page.wallet", text=f"{wallet.currency} address {wallet.value}", data=asdict(wallet))
    for chat in shown.chats:
        yield make("page.chat", text=f"{chat.vendor}, {chat.key}", data=asdict(chat))
    for one in shown.trackers:
        yield make("page.tracker", text=f"{one.vendor}, {one.key}", data={"vendor": one.vendor, "id": one.key})


def _around(shown: Shown, make: _Make) -> Iterator[Finding]:
    for kind, places, what in (("page.links", shown.links, "leads"), ("page.resources", shown.resources, "loads")):
        if places.urls:
            yield make(kind, text=_places(places, what), data={"hosts": dict(places.hosts), "urls": list(places.urls)})
    if shown.frames:
        text = f"shows {_counted(len(shown.frames), 'page')} within the page"
        yield make("page.frames", text=text, data={"urls": list(shown.frames)})
    if shown.popup:
        text = f"plays a warning: {', '.join(shown.popup)}"
        yield make("page.popup", text=text, data={"signs": list(shown.popup)})
    for block in shown.blocks:
        yield make("page.block", text=f"a wall in front of the page: {block.what}, by {block.by}", data=asdict(block))
    kit = replace(shown.kit, known=page_kits.known(shown, page_kits.shipped()))
    if any((kit.structure, kit.resources, kit.forms, kit.known)):
        text = f"looks like: {', '.join(kit.known)}" if kit.known else "fingerprints of its make"
        yield make("page.kit", text=text, data={**asdict(kit), "known": list(kit.known)})


def _places(places: Places, what: str) -> str:
    first = ", ".join(list(places.hosts)[:3])
    return f"{what} {'to' if what == 'leads' else 'from'} {_counted(len(places.hosts), 'host')}: {first}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
