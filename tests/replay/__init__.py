"""The transcripts that every test of reading and pacing runs on."""

import os
from pathlib import Path

SAMPLE = Path(__file__).with_name("sample.md")

_folder = os.environ.get("HUB_TRANSCRIPTS")
_real = sorted(Path(_folder).glob("*.md")) if _folder else []
# Our own sample always; real ones where HUB_TRANSCRIPTS names a folder of them.
TRANSCRIPTS = [SAMPLE, *(path for path in _real if path.name != "README.md")]
