"""What a reader of an HTML page sees, with the place in the source of each character; and its links. Pure.

A scanner that only ever goes forward, so its time and memory grow with the page and with nothing else, however the
page is made. It knows what a tag itself hides (`hidden`, an inline style that draws nothing or backwards), not what a
style sheet or a script does. Text with `aria-hidden` is seen.
"""

import html
import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field

_NAMES = (
    "a abbr address area article aside b bdo blockquote body br button center code dd div dl dt em font footer form "
    "h[1-6] head header hr html i iframe img input label li link main map mark meta nav noscript ol option p pre s "
    "script section small span strike strong style sub sup svg table tbody td template textarea th thead title tr tt "
    "u ul"
)
_MARKUP = re.compile(rf"<(?:/?(?:{'|'.join(_NAMES.split())})(?=[\s/>])[^<>@]{{0,4000}}>|!doctype\s|!--)", re.IGNORECASE)
_MARK = re.compile("<(?=[a-zA-Z/!?])")
_TAG = re.compile(r"[a-zA-Z][^\s/>]*+")
_ATTRIBUTE = re.compile(
    r"""[\s/]*+([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*+)(?:"|\Z)|'([^']*+)(?:'|\Z)|([^\s>]*+)))?"""
)
_SPACE = re.compile(r"[\s/]*+")
_ENTITY = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,7}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_BLANKS = str.maketrans("\t\n\r\x0c", "    ")
_NOT_TEXT = frozenset("script style noscript xmp iframe noembed noframes".split())
_GONE = frozenset({"template"})
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_BLOCKS = frozenset(
    "address article aside blockquote body br caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol option p pre section select summary table "
    "tbody td textarea tfoot th thead title tr ul".split()
)
_DRAWN = frozenset({"img", "input", "button", "svg", "video", "canvas"})
_ENDS = {
    "li": {"li"},
    "option": {"option"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "tr": {"tr", "td", "th"},
    "td": {"td", "th"},
    "th": {"td", "th"},
} | {name: {"p"} for name in _BLOCKS - {"br", "body", "html", "li", "option", "td", "th", "tr", "title", "caption"}}
"""Which open element ends where this one begins, though nobody closed it."""
_READ = frozenset({"href", "hidden", "type", "style", "dir"})
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_HIDDEN = re.compile(r"visibility\s*:\s*(?:hidden|collapse)")
_SHOWN = re.compile(r"visibility\s*:\s*visible")
_SIZE = re.compile(r"(?:font-size|opacity|zoom)\s*:\s*([\d.]{1,20})")
_GONE_STYLE = re.compile(r"display\s*:\s*none|unicode-bidi\s*:\s*bidi-override|direction\s*:\s*rtl")
_STYLE_LIMIT = 4_096


@dataclass(frozen=True, slots=True)
class Link:
    """A link that a reader can follow: its target decoded, where that stands in the source, what it is written over."""

    target: str
    start: int
    end: int
    text_start: int
    text_end: int
    """In the visible text."""


@dataclass
class Visible:
    """The visible text of a page; blocks stand on lines of their own."""

    text: str = ""
    links: list[Link] = field(default_factory=list)
    _at: "array[int]" = field(default_factory=lambda: array("q"))
    _source: "array[int]" = field(default_factory=lambda: array("q"))
    _end: "array[int]" = field(default_factory=lambda: array("q"))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of the visible text begins and ends in the source."""
        return self._place(start)[0], self._place(end - 1)[1]

    def _place(self, at: int) -> tuple[int, int]:
        piece = bisect_right(self._at, at) - 1
        if self._end[piece] >= 0:
            return self._source[piece], self._end[piece]
        source = self._source[piece] + at - self._at[piece]
        return source, source + 1

    def note(self, at: int, source: int, end: int = -1) -> None:
        """Take a piece: from this place on the text is the source itself or, with an end, stands for a stretch."""
        self._at.append(at)
        self._source.append(source)
        self._end.append(end)


def is_markup(text: str) -> bool:
    """Return whether a text holds tags of HTML, and not just a `<` or an address in angle brackets."""
    return "<" in text and _MARKUP.search(text) is not None


def visible(source: str) -> Visible:
    """Return what a reader of the page sees."""
    return _Scanner(source).run()


@dataclass(slots=True)
class _Open:
    name: str
    gone: bool
    unseen: bool
    link: tuple[str, int, int, int] | None = None


class _Scanner:
    """One pass over a page."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.page = Visible()
        self.parts: list[str] = []
        self.length = 0
        self.stack: list[_Open] = []
        self.counts: dict[str, int] = {}

    def run(self) -> Visible:
        at = 0
        while at < len(self.source):
            found = _MARK.search(self.source, at)
            mark = found.start() if found else len(self.source)
            self._text(at, mark)
            at = self._markup(mark) if found else mark
        while self.stack:
            self._pop()
        self.page.text = "".join(self.parts)
        return self.page

    def _add(self, text: str, source: int, end: int = -1) -> None:
        self.page.note(self.length, source, end)
        self.parts.append(text)
        self.length += len(text)

    def _text(self, start: int, end: int) -> None:
        if start >= end or self._hidden():
            return
        at = start
        for found in _ENTITY.finditer(self.source, start, end):
            if found.start() > at:
                self._add(self.source[at : found.start()].translate(_BLANKS), at)
            self._add(html.unescape(found[0]).translate(_BLANKS), *found.span())
            at = found.end()
        if end > at:
            self._add(self.source[at:end].translate(_BLANKS), at)

    def _hidden(self) -> bool:
        return bool(self.stack) and (self.stack[-1].gone or self.stack[-1].unseen)

    def _markup(self, at: int) -> int:
        """Read what begins with `<`; return where it ends."""
        if self.source.startswith("!--", at + 1):
            return self._after("-->", at + 2)
        if self.source[at + 1] in "!?":
            return self._after(">", at + 1)
        return self._close(at) if self.source[at + 1] == "/" else self._start(at)

    def _after(self, mark: str, at: int) -> int:
        end = self.source.find(mark, at)
        return len(self.source) if end < 0 else end + len(mark)

    def _close(self, at: int) -> int:
        tag = _TAG.match(self.source, at + 2)
        if not tag:
            return self._after(">", at + 1)
        name = tag[0].lower()[:32]
        gone = bool(self.stack) and self.stack[-1].gone
        if self.counts.get(name):
            while self._pop() != name:
                pass
        self._gap(name, at, gone=gone)
        return self._after(">", tag.end())

    def _start(self, at: int) -> int:
        tag = _TAG.match(self.source, at + 1)
        name = tag[0].lower()[:32] if tag else ""
        spans, end = self._attributes(tag.end() if tag else at + 1)
        while self.stack and self.stack[-1].name in _ENDS.get(name, ()):
            self._pop()
        if name in _NOT_TEXT:
            closed = re.compile(rf"</{name}(?=[\s/>])[^>]*+>?", re.IGNORECASE).search(self.source, end)
            return closed.end() if closed else len(self.source)
        if name not in _VOID:
            self._push(name, spans)
        elif name == "area" and not self._hidden():
            self._link(spans.get("href"), self.length)
        self._gap(name, at, gone=bool(self.stack) and self.stack[-1].gone)
        return end

    def _attributes(self, at: int) -> tuple[dict[str, tuple[int, int]], int]:
        """Return where the values of the attributes that matter stand, and where the tag ends."""
        spans: dict[str, tuple[int, int]] = {}
        while found := _ATTRIBUTE.match(self.source, at):
            name = found[1].lower() if found.end(1) - found.start(1) < len("unicode-bidi") else ""
            if name in _READ and name not in spans:
                spans[name] = next((found.span(group) for group in (2, 3, 4) if found.start(group) >= 0), (0, 0))
            at = found.end()
        at = _SPACE.match(self.source, at).end()  # type: ignore[union-attr]  # it matches nothing too
        return spans, min(at + 1, len(self.source)) if self.source[at : at + 1] in {">", ""} else at + 1

    def _gap(self, name: str, at: int, *, gone: bool) -> None:
        if name in _BLOCKS and not gone:
            self._add("\n", at, at)
        elif name in _DRAWN and not gone:
            self._add(" ", at, at)

    def _push(self, name: str, spans: dict[str, tuple[int, int]]) -> None:
        above = self.stack[-1] if self.stack else _Open("", gone=False, unseen=False)
        style = self._value(spans, "style")
        gone = above.gone or name in _GONE or "hidden" in spans or bool(_GONE_STYLE.search(style))
        gone = gone or (name == "bdo" and self._value(spans, "dir").strip() == "rtl")
        unseen = _unseen(style, above=above.unseen)
        link = (*spans["href"], self.length) if name == "a" and "href" in spans and not (gone or unseen) else None
        self.stack.append(_Open(name, gone, unseen, ("", *link) if link else None))
        self.counts[name] = self.counts.get(name, 0) + 1

    def _pop(self) -> str:
        closed = self.stack.pop()
        self.counts[closed.name] -= 1
        if closed.link:
            self._link(closed.link[1:3], closed.link[3])
        return closed.name

    def _link(self, span: tuple[int, int] | None, text_start: int) -> None:
        if span and span[1] - span[0] <= _STYLE_LIMIT:
            target = html.unescape(self.source[slice(*span)]).strip()
            self.page.links.append(Link(target, *span, text_start, self.length))

    def _value(self, spans: dict[str, tuple[int, int]], name: str) -> str:
        """Return the value of an attribute in small letters, without comments, cut where no honest page goes."""
        start, end = spans.get(name, (0, 0))
        if end == start:
            return ""
        return _COMMENT.sub("", html.unescape(self.source[start : min(end, start + _STYLE_LIMIT)]).lower())


def _unseen(style: str, *, above: bool) -> bool:
    """Return whether a style draws nothing, though an element within may be drawn again."""
    sizes = [size.strip("0.") for size in _SIZE.findall(style)]
    if _HIDDEN.search(style) or "" in sizes:
        return True
    return above and not (_SHOWN.search(style) or sizes)
