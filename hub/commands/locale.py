"""hub locale"""

import sys
from pathlib import Path

import click

import hub
from hub.commands.opening import example
from hub.folders import folder
from hub.locales import TRANSLATED, catalogue, faults, gather, renewed


@click.command(epilog=example("hub locale --check"))
@click.option("--check", is_flag=True, help="Change nothing; status 1 if anything is wrong.")
def locale(check: bool) -> None:
    """Bring the catalogues of translations up to date with the templates and the code, and name
    what is missing or wrong in them."""
    target = folder("locale")
    gathered = gather(folder("templates"), Path(hub.__file__).parent)
    found: list[str] = []
    for language in TRANSLATED:
        po = catalogue(target, language)
        if not check:
            po.parent.mkdir(parents=True, exist_ok=True)
            po.write_text(renewed(po, language, gathered), encoding="utf-8", newline="\n")
        found += faults(po, language, gathered)
    for fault in found:
        click.echo(f"hub: {fault}", err=True)
    if check and found:
        sys.exit(1)
    if not found:
        click.echo(f"{len(gathered)} messages, complete in {', '.join(TRANSLATED)}", err=True)
