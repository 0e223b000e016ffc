"""hub vendor"""

import sys
from pathlib import Path

import click

from hub.commands.opening import example
from hub.folders import folder
from hub.vendoring import faults, refresh


@click.command(epilog=example("hub vendor --check"))
@click.option("--check", is_flag=True, help="Only compare the files with their checksums.")
def vendor(check: bool) -> None:
    """Fetch the front-end files of others again (needs npm), or verify them (needs nothing)."""
    target: Path = folder("static") / "vendor"
    if not check:
        refresh(target)
    found = faults(target)
    for fault in found:
        click.echo(f"hub: {fault}", err=True)
    if found:
        sys.exit(1)
    click.echo("every file is as its checksum says", err=True)
