"""hub order"""

import asyncio
import sys
from pathlib import Path

import click

from hub.commands.opening import example, patient_database, ready_database
from hub.config import Config
from hub.domain.order_log import ApprovedStep, CalledStep, OrderLog, verify
from hub.store.order_log import order_log


@click.command(epilog=example("hub order storm-9 --file order.json"))
@click.argument("slug")
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The published log, /briefings/SLUG/order.json. Without it the database is read that"
    " HUB_DATABASE_URL names.",
)
def order(slug: str, file: Path | None) -> None:
    """Compute again in which order the questions of the briefing SLUG were called.

    Prints each call and who was first; ends with status 1 unless everything agrees."""
    log = _from_file(file) if file else asyncio.run(_from_database(slug))
    if log.briefing != slug:
        raise click.UsageError(f"--file: this is the log of {log.briefing}, not of {slug}")
    for line in _calls(log):
        click.echo(line)
    findings = verify(log)
    for finding in findings:
        at = "" if finding.step is None else f"step {finding.step + 1}: "
        click.echo(f"hub: {at}{finding.says}", err=True)
    if findings:
        sys.exit(1)
    click.echo("Every order was computed again and agrees.")


def _calls(log: OrderLog) -> list[str]:
    """One line a call: how many, what, whose, and who was first."""
    joined = {step.ref: step for step in log.steps if isinstance(step, ApprovedStep)}
    lines: list[str] = []
    for step in log.steps:
        if not isinstance(step, CalledStep):
            continue
        whose = joined.get(step.ref)
        outlet = f" ({whose.outlet}, {whose.category})" if whose else ""
        first = step.order[0] if step.order else step.ref
        why = "was first" if first == step.ref else f"{first} was first; reason: {step.reason}"
        waited = f"of {len(step.order)}"
        lines.append(f"{len(lines) + 1}. {step.ref}{outlet} {waited}: {why}")
    return lines


def _from_file(file: Path) -> OrderLog:
    try:
        return OrderLog.parse(file.read_bytes())
    except ValueError as error:
        raise click.UsageError(f"--file: {error}") from error


async def _from_database(slug: str) -> OrderLog:
    config = Config.read()
    ready_database(config)
    database = patient_database(config)
    try:
        # Whoever has the database has the seed: nothing of it is printed.
        return (await database.read(lambda db: order_log(db, slug, unsealed=True)))[1]
    finally:
        await database.close()
