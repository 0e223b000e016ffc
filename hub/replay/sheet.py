"""A page as a reader without a browser keeps it: the parts that frames change, and no more."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr",
}  # fmt: skip
FEEDS = ("updates", "published")
"""Ids of the lists that grow at their top."""

LISTS = ("new", "approved", "called", "disposed")
"""Ids of the desk's lists. A card belongs to that of its state, wherever a page has put it."""

PARTS = (
    *("state", "points", "controls", "speaker"),
    *("documents", "queue", "floor", "messages", "order", "settings"),
)
"""Ids of the parts that are replaced."""

KEPT = "hx-morph-skip-children"
"""On a line of a part: what is in it stays when the part is replaced, and comes by itself."""

DISPOSED = 200
"""How many cards of questions that ended a page of the desk is loaded with."""

_OPEN = {"asked", "approved", "called"}


@dataclass(slots=True)
class Element:
    """An element and where it stands in its source: [start, inner) is its tag."""

    tag: str
    attributes: dict[str, str]
    start: int
    inner: int
    end: int = 0
    stop: int = 0
    children: list["Element"] = field(default_factory=list)


class _Tree(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self._lines = [0]
        # As the parser counts them: only \n ends a line, not what else Unicode calls one.
        for line in source.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.root = Element("", {}, 0, 0, len(source), len(source))
        self._open = [self.root]
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._at()
        inner = start + len(self.get_starttag_text() or "")
        element = Element(tag, {k: v or "" for k, v in attrs}, start, inner, inner, inner)
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                self._open[depth].end = self._at()
                self._open[depth].stop = self._at() + len(tag) + 3
                del self._open[depth:]
                return

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


@dataclass(frozen=True, slots=True)
class Card:
    """A question on the desk, with its state."""

    state: str
    html: str


@dataclass(slots=True)
class Sheet:
    """`items` newest first as (id, html), `parts` html by id, without what is in their `lines`,
    which is by id as well, the desk's `cards` by id, `n` and `epoch` as the page says."""

    items: list[tuple[str, str]]
    parts: dict[str, str]
    n: int
    epoch: str
    cards: dict[str, Card] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, page: str) -> "Sheet":
        """From a whole page. ValueError if it is no window on a briefing."""
        elements = {e.attributes["id"]: e for e in _all(_Tree(page).root) if "id" in e.attributes}
        feed = elements.get("feed")
        if feed is None:
            raise ValueError("the page has no feed")
        lists = [elements[name] for name in FEEDS if name in elements]
        kept = _kept(elements["documents"]) if "documents" in elements else []
        return cls(
            items=[
                (child.attributes.get("id", ""), page[child.start : child.stop])
                for element in lists
                for child in element.children
            ],
            parts={
                name: page[elements[name].inner : elements[name].end]
                if name == "speaker"
                else _without(kept if name == "documents" else [], page, elements[name])
                for name in PARTS
                if name in elements
            },
            n=int(feed.attributes["data-n"]),
            epoch=feed.attributes["data-epoch"],
            cards={
                child.attributes["id"]: _card(child, page[child.start : child.stop])
                for name in LISTS
                if name in elements
                for child in elements[name].children
                if "data-state" in child.attributes
            },
            lines={one.attributes["id"]: page[one.inner : one.end] for one in kept},
        )

    def apply(self, html: str) -> None:
        """What a frame does to the page. ValueError for a swap that no page knows."""
        for partial in _Tree(html).root.children:
            name = partial.attributes["hx-target"].removeprefix("#")
            style = partial.attributes["hx-swap"]
            inside = html[partial.inner : partial.end]
            if style == "afterbegin" and name in FEEDS:
                new = partial.children[0].attributes.get("id", "")
                self.items.insert(0, (new, inside))
            elif style == "beforeend" and name in LISTS:
                card = partial.children[0]
                self.cards[card.attributes["id"]] = _card(card, inside)
            elif name in self.cards:
                self.cards[name] = _card(partial.children[0], inside)
            elif style == "innerMorph" and name in self.lines:
                self.lines[name] = inside
            elif style in ("outerMorph", "innerMorph"):
                if name == "documents":
                    self._place(partial)
                self._replace(name, inside)
            else:
                raise ValueError(f"unknown swap {style} into {name}")

    def differences(self, fresh: "Sheet") -> list[str]:
        """Where this page says something else than a fresh one."""
        found = []
        if [name for name, _ in self.items] != [name for name, _ in fresh.items]:
            found.append("the updates stand in another order, or some are missing or doubled")
        theirs = {name: _squeezed(html) for name, html in fresh.items}
        for name, html in self.items:
            if name in theirs and _squeezed(html) != theirs[name]:
                found.append(f"{name} reads otherwise")
        for name, html in fresh.parts.items():
            if _squeezed(self.parts.get(name, "")) != _squeezed(html):
                found.append(f"#{name} reads otherwise")
        for name, html in fresh.lines.items():
            if _squeezed(self.lines.get(name, "")) != _squeezed(html):
                found.append(f"#{name} reads otherwise")
        return found + self._differences_of_cards(fresh)

    def _differences_of_cards(self, fresh: "Sheet") -> list[str]:
        found = []
        for name, card in fresh.cards.items():
            ours = self.cards.get(name)
            if ours is None:
                found.append(f"{name} is missing")
            elif ours.state != card.state:
                found.append(f"{name} is {ours.state} and should be {card.state}")
            elif _squeezed(ours.html) != _squeezed(card.html):
                found.append(f"{name} reads otherwise")
        ended = sum(card.state not in _OPEN for card in fresh.cards.values())
        for name in self.cards.keys() - fresh.cards.keys():
            # Whoever has followed may have more of those that ended.
            if self.cards[name].state in _OPEN or ended < DISPOSED:
                found.append(f"{name} should not be there")
        return found

    def _place(self, part: Element) -> None:
        places = [one.attributes["id"] for one in _kept(part)]
        self.lines = {name: self.lines.get(name, "") for name in places}

    def _replace(self, name: str, html: str) -> None:
        if name in self.parts:
            self.parts[name] = html
        for at, (item, _) in enumerate(self.items):
            if item == name:
                self.items[at] = (name, html)


def link_to_older(page: str) -> str | None:
    """The address under which the page goes on, if it does."""
    for element in _all(_Tree(page).root):
        if element.attributes.get("id") == "older" and "hidden" not in element.attributes:
            return element.attributes.get("href")
    return None


def _all(root: Element) -> list[Element]:
    found: list[Element] = []
    waiting = [root]
    while waiting:
        element = waiting.pop()
        found.append(element)
        waiting += element.children
    return found


def _kept(part: Element) -> list[Element]:
    return [one for one in _all(part) if KEPT in one.attributes and one.tag == "li"]


def _without(kept: list[Element], page: str, part: Element) -> str:
    """The part's source, what is in these lines left out."""
    source, at = "", part.start
    for line in sorted(kept, key=lambda one: one.inner):
        source, at = source + page[at : line.inner], line.end
    return source + page[at : part.stop]


def _card(element: Element, html: str) -> Card:
    return Card(element.attributes.get("data-state", ""), html)


def _squeezed(html: str) -> str:
    return " ".join(html.split())
