"""Files of other people that the hub serves itself: fetched from npm, pinned, and verified.

A folder has a manifest, vendor.json, by package:

    {"htmx.org": {"version": "4.0.1", "licence": "0BSD", "files":
        {"htmx.org/htmx.min.js": {"from": "dist/htmx.min.js", "sha384": "sha384-..."}}}}

To upgrade, change the version there and refresh; the difference of the manifest is the review.
"""

import base64
import hashlib
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

MANIFEST = "vendor.json"


def refresh(folder: Path) -> None:
    """Fetches every file of the folder's manifest with npm and records what it hashes to.

    OSError where there is no npm, CalledProcessError where it fails, KeyError for a file that
    the package does not have.
    """
    manifest = _manifest(folder)
    for name, package in manifest.items():
        spec = f"{name}@{package['version']}"
        with tempfile.TemporaryDirectory() as elsewhere, _packed(spec, Path(elsewhere)) as archive:
            for path, file in package["files"].items():
                member = archive.extractfile(f"package/{file['from']}")
                if member is None:
                    raise KeyError(f"{spec} has no file {file['from']}")
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(member.read())
                file["sha384"] = _sha384(target)
    text = json.dumps(manifest, indent=2, ensure_ascii=False, sort_keys=True)
    (folder / MANIFEST).write_text(f"{text}\n", encoding="utf-8")


def faults(folder: Path) -> list[str]:
    """What is wrong with the folder, in sentences; empty when every file is the recorded one."""
    recorded = {
        path: file["sha384"]
        for package in _manifest(folder).values()
        for path, file in package["files"].items()
    }
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }
    return [
        *(f"{path} is missing" for path in sorted(recorded.keys() - found)),
        *(f"{path} is not in {MANIFEST}" for path in sorted(found - recorded.keys())),
        *(
            f"{path} is not the file that was recorded"
            for path in sorted(found & recorded.keys())
            if _sha384(folder / path) != recorded[path]
        ),
    ]


def _manifest(folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return manifest


def _packed(spec: str, folder: Path) -> tarfile.TarFile:
    done = subprocess.run(  # noqa: S603
        ["npm", "pack", "--silent", spec],  # noqa: S607
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return tarfile.open(folder / done.stdout.split()[-1])


def _sha384(path: Path) -> str:
    """As browsers write it in an integrity attribute."""
    digest = hashlib.sha384(path.read_bytes()).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"
