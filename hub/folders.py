"""Where templates/, static/ and locale/ are: beside hub/ in a checkout, inside it in a wheel."""

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder. RuntimeError: a broken installation."""
    for base in (_HERE, _HERE.parent):
        if (base / name).is_dir():
            return base / name
    raise RuntimeError(f"the folder {name} is missing: install the hub again")
