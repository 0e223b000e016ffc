"""Our own static files: their addresses, which change when what they lead to does."""

import hashlib
import re
from pathlib import Path

_IMPORT = re.compile(r'^import\b[^"]*"\./([\w.-]+)";$', re.MULTILINE)
_EDITION = 12
JOIN = "+"


class OwnFiles:
    """The files of a folder, as they are when the program starts.

    Modules import one another by plain name, so those of one program share a folder in the
    address: `/static/<edition>/live.js`. What comes from others has its version behind a `?v=`,
    and so stays where it is when only our own files change.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._addresses: dict[str, str] = {}
        self.edition = _edition(folder)

    def address(self, name: str) -> str:
        """Where a file is served. KeyError if there is none of this name."""
        address = self._addresses.get(name)
        if address is None:
            path = self._folder / name
            if not path.is_file():
                raise KeyError(f"there is no static file {name}")
            address = self._addresses[name] = (
                f"/static/{name}?v={_digest(path)}"
                if name.startswith("vendor/")
                else f"/static/{self.edition}/{name}"
            )
        return address

    def sheets(self, *names: str) -> str:
        """Where style sheets that every page needs are served as one. KeyError as above."""
        return f"/static/{self.edition}/{JOIN.join(self.address(one) and one for one in names)}"

    def modules(self, name: str) -> list[str]:
        """The addresses of all that a module imports and of what that imports, each once."""
        found: dict[str, None] = {}
        waiting = [name]
        while waiting:
            for other in _IMPORT.findall((self._folder / waiting.pop()).read_text()):
                if other not in found:
                    found[other] = None
                    waiting.append(other)
        return [self.address(other) for other in sorted(found)]


def edition(templates: Path, locale: Path, own_files: str) -> str:
    """Everything that pages are made of, in a few letters."""
    whole = hashlib.sha256(own_files.encode())
    for folder in (templates, locale):
        for path in sorted(folder.rglob("*.html")) + sorted(folder.rglob("*.po")):
            whole.update(f"{path.relative_to(folder)} {_digest(path)}\n".encode())
    return whole.hexdigest()[:_EDITION]


def _edition(folder: Path) -> str:
    """What all files together come to, others' apart."""
    whole = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.is_file():
            whole.update(f"{path.name} {_digest(path)}\n".encode())
    return whole.hexdigest()[:_EDITION]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_EDITION]
