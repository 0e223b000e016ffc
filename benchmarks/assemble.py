"""The page that shows all tables: python -m benchmarks.assemble"""

import re
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
FIRST = "side_by_side"
HEAD = """# Benchmarks

What each figure means, and how to make it anew: [docs/benchmarks.md](../../docs/benchmarks.md).
"""


def assemble(results: Path = RESULTS) -> None:
    """Every other page of the folder, one below the other, in results/README.md."""
    pages = sorted(results.glob("*.md"), key=lambda page: (page.stem != FIRST, page.stem))
    texts = [page.read_text().strip() for page in pages if page.name != "README.md"]
    lower = [re.sub(r"^#", "##", text, flags=re.MULTILINE) for text in texts]
    (results / "README.md").write_text("\n\n".join([HEAD.strip(), *lower]) + "\n")


if __name__ == "__main__":
    assemble()
