"""The command `hub`. Wrong use ends with status 2 and one line that says what is wrong."""

import sys

import click

from hub import __version__
from hub.commands.briefings import briefing
from hub.commands.demo import demo
from hub.commands.flood import flood
from hub.commands.locale import locale
from hub.commands.migrate import migrate
from hub.commands.order import order
from hub.commands.people import person, token
from hub.commands.replay import replay
from hub.commands.serve import serve
from hub.commands.vendor import vendor
from hub.config import ConfigError
from hub.domain.errors import Refusal


@click.group(context_settings={"max_content_width": 100})
@click.version_option(__version__, prog_name="hub")
def hub() -> None:
    """A real-time press centre. Settings come from the environment: HUB_DATABASE_URL,
    HUB_SECRET_KEY, HUB_REDIS_URL, HUB_PUBLIC_URL, ... (docs/operation.md lists them all)."""


for command in (
    serve, demo, migrate, replay, flood, briefing, person, order, token, vendor, locale,
):  # fmt: skip
    hub.add_command(command)


def main() -> None:
    """The entry point."""
    try:
        hub(standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except click.ClickException as error:
        click.echo(f"hub: {error.format_message()}", err=True)
        sys.exit(error.exit_code)
    except (ConfigError, Refusal) as error:
        click.echo(f"hub: {error}", err=True)
        sys.exit(2)
