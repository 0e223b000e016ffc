"""The few keys that a transcript carries before its words: a small, tolerant reader of YAML."""

import re
from dataclasses import dataclass

_FENCE = "---"
_KEY = re.compile(r"([A-Za-z_][\w-]*)\s*:(?:\s+(.*)|$)")
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "_": "\u00a0", "N": "\u0085", "L": "\u2028", "P": "\u2029"}
_BLOCK = re.compile(r"[|>][-+\d]*")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Values by key, and the number of lines that they took, fences included."""

    values: dict[str, str]
    lines: int


def read_front_matter(lines: list[str]) -> FrontMatter:
    """What stands between two `---` at the top; nothing where there are no two. Never raises."""
    first = next((i for i, line in enumerate(lines) if line.strip()), None)
    if first is None or lines[first].strip() != _FENCE:
        return FrontMatter({}, 0)
    end = next(
        (i for i in range(first + 1, len(lines)) if lines[i].rstrip() in (_FENCE, "...")), None
    )
    if end is None:
        return FrontMatter({}, 0)
    return FrontMatter(_values(lines[first + 1 : end]), end + 1)


def _values(lines: list[str]) -> dict[str, str]:
    raw: dict[str, list[str]] = {}
    key = None
    for line in lines:
        if match := _KEY.match(line):
            key = match[1].lower()
            raw[key] = [match[2] or ""]
        elif key is not None:
            raw[key].append(line)
    return {key: _value(wrapped) for key, wrapped in raw.items()}


def _value(wrapped: list[str]) -> str:
    first, *rest = (line.strip() for line in wrapped)
    if _BLOCK.fullmatch(first):
        first = ""
    text = first
    for line in rest:
        # In double quotes a backslash at the end of a line joins without a blank.
        joins = text.startswith('"') and text.endswith("\\") and not text.endswith("\\\\")
        text = text[:-1] + line if joins else f"{text} {line}"
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        return _ESCAPE.sub(_unescape, text[1:-1])
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    return text


def _unescape(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) > 1:
        point = int(code[1:], 16)
        return "" if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF else chr(point)
    return _ESCAPED.get(code, code)
