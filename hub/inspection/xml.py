"""One part of an office file, read as it comes out of the zip; no definitions, nothing fetched."""

import xml.sax
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.sax.handler import ContentHandler, feature_external_ges, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from hub.domain.filetype import Fault
from hub.inspection.bounds import XML
from hub.inspection.report import TEXT_LIMIT, Refused

_OOXML_TEXT = frozenset({"t"})
_ODF_TEXT = frozenset({"p", "h"})
_LINE = frozenset({"p", "h", "si", "row", "table-row"})
_SPACE = frozenset({"tab", "br", "line-break", "s", "tc", "table-cell", "cr"})

# Only these lead somewhere the reader sees and presses.
_PRESSED = ("/hyperlink",)
_AWAY = ("http:", "https:", "ftp:", "mhtml:", "ms-", "\\\\", "//", "file:", "smb:", "data:")


@dataclass(slots=True)
class Part:
    """What a part said: the name of its outermost element, its words, what it would load."""

    root: tuple[str, str] = ("", "")
    words: list[str] = field(default_factory=list, repr=False)
    content_types: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    encrypted: bool = False


def read_xml(chunks: Iterable[bytes], *, name: str) -> Part:
    """Raises Refused at a DTD, at what is no XML, and at too much of it."""
    parser = DefusedExpatParser(
        namespaceHandling=1, forbid_dtd=True, forbid_entities=True, forbid_external=True
    )
    reader = _Reader()
    parser.setFeature(feature_namespaces, True)
    parser.setFeature(feature_external_ges, False)
    parser.setContentHandler(reader)
    size = 0
    try:
        for chunk in chunks:
            size += len(chunk)
            if size > XML:
                raise Refused(Fault.UNPACKS_TOO_LARGE, f"{name}: {size} bytes and more")
            parser.feed(chunk)
        parser.close()
    except DefusedXmlException as error:
        raise Refused(Fault.ENTITIES, f"{name}: {type(error).__name__}"[:200]) from error
    except xml.sax.SAXException as error:
        raise Refused(Fault.DAMAGED, f"{name}: {error.getMessage()}"[:200]) from error
    return reader.part


class _Reader(ContentHandler):
    """Words of all kinds of office files: what they call a run or a paragraph never collides."""

    def __init__(self) -> None:
        super().__init__()
        self.part = Part()
        self._room = 2 * TEXT_LIMIT
        self._depth = 0
        self._in_text = 0
        self._text_names = _OOXML_TEXT

    def startElementNS(
        self, name: tuple[str | None, str], qname: str | None, attrs: AttributesNSImpl
    ) -> None:
        space, local = name
        if self._depth == 0:
            self.part.root = (space or "", local)
            if "opendocument" in (space or ""):
                self._text_names = _ODF_TEXT
        self._depth += 1
        if local in self._text_names:
            self._in_text += 1
        elif local in _SPACE:
            self._say(" ")
        elif local == "encryption-data":
            self.part.encrypted = True
        elif local in {"Override", "Default"}:
            self.part.content_types.append(str(attrs.get((None, "ContentType"), "")))
        elif local == "Relationship":
            self._relationship(attrs)

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:
        local = name[1]
        self._depth -= 1
        if local in self._text_names:
            self._in_text -= 1
        if local in _LINE:
            self._say("\n")

    def characters(self, content: str) -> None:
        if self._in_text:
            self._say(content)

    def _say(self, words: str) -> None:
        if self._room > 0:
            self.part.words.append(words)
            self._room -= len(words)

    def _relationship(self, attrs: AttributesNSImpl) -> None:
        if str(attrs.get((None, "TargetMode"), "")).lower() != "external":
            return
        if str(attrs.get((None, "Type"), "")).endswith(_PRESSED):
            return
        target = str(attrs.get((None, "Target"), "")).strip()
        if target.lower().startswith(_AWAY):
            self.part.loads.append(target)
