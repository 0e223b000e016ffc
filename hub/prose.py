"""What was said, from Markdown to HTML and to plain words; and how much it weighs."""

import re
from collections.abc import Mapping
from functools import lru_cache

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markupsafe import Markup

from hub.domain.change import Span, changes

_TAGS = {
    "p", "br", "strong", "em", "s", "a", "ul", "ol", "li", "blockquote", "code",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip

LIGHT_WORDS = 7_000
"""Bytes: an update whose words weigh more, in all languages together, says the reader's own and
links to the others. So an event stays below 16 KB (docs/protocol.md)."""

LIGHT_CHANGE = 2_000
"""Bytes: a change that weighs more, before and after, is linked to."""


def _parser(*, linkify: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": linkify})
    parser.linkify = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False})
    parser.enable(["strikethrough", "table"]).disable(["image", "heading"])
    return parser.enable("linkify") if linkify else parser


_LINKING, _NOT_LINKING = _parser(linkify=True), _parser(linkify=False)

# Paragraphs of one line, which begin with a letter, and nothing that is Markdown's, HTML's or a
# link's: most of what is said. Such a text is known to become itself, without being taken apart.
_LINE = r"[^\W\d_][\w ,.;'()?!%–—…’‘“”«»/+=@#°€$-]*(?<! )"
_PROSE = re.compile(rf"{_LINE}(?:\n\n{_LINE})*")


@lru_cache(maxsize=4096)
def markdown(text: str) -> Markup:
    """What was said, from Markdown to the few tags that an update may have."""
    html = _paragraphs(text) if is_prose(text) else taken_apart(text)
    return Markup(html)  # noqa: S704 - cleaned, or nothing in it has to be


def is_prose(text: str) -> bool:
    """Whether it holds nothing that means anything to Markdown, HTML or a browser."""
    return _PROSE.fullmatch(text) is not None and "_" not in text and "//" not in text


def taken_apart(text: str) -> str:
    """HTML from any Markdown."""
    html = nh3.clean(
        _html(text),
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )
    # Some markup weighs hundreds of times what was typed; nobody needs it.
    sane = len(html.encode()) <= 1_000 + 4 * len(text)
    return html if sane else _paragraphs(str(Markup.escape(text)))


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """The words alone, paragraphs kept apart by a line end."""
    html = _html(text)
    return Markup(nh3.clean(html, tags=set())).unescape().strip()  # noqa: S704


def headline(text: str) -> str:
    """The first paragraph, as plain words."""
    return plain(text.strip().split("\n\n", 1)[0])


def light_words(words: Mapping[str, str]) -> bool:
    """Whether they may all stand in one article."""
    return sum(len(markdown(text).encode()) for text in words.values()) <= LIGHT_WORDS


def light_change(before: str, after: str) -> bool:
    """Whether it may be told in the feed."""
    was, now = marked_changes(before, after)
    return len((was + now).encode()) <= LIGHT_CHANGE


@lru_cache(maxsize=1024)
def marked_changes(before: str, after: str) -> tuple[Markup, Markup]:
    """What was changed, before and after, as excerpts with the changed words marked."""
    was, now = changes(plain(before), plain(after))
    return _marked(was, "del"), _marked(now, "ins")


def _marked(spans: list[Span], tag: str) -> Markup:
    parts: list[Markup] = []
    for span in spans:
        match span.kind:
            case "same":
                parts.append(Markup.escape(span.text))
            case "left_out":
                parts.append(Markup(" … "))
            case "changed":
                text = span.text.rstrip()
                space = span.text[len(text) :]
                parts.append(Markup(f"<{tag}>{{}}</{tag}>{{}}").format(text, space))  # noqa: S704
    return Markup("").join(parts)


def _paragraphs(prose: str) -> str:
    return "".join(f"<p>{one}</p>\n" for one in prose.split("\n\n"))


def _html(text: str) -> str:
    # Looking for links is dear, and there is none without a colon or two slashes.
    html: str = (_LINKING if ":" in text or "//" in text else _NOT_LINKING).render(text)
    return html
