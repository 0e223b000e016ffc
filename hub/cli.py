"""The command `hub`. Wrong use ends with status 2 and one line that says what is wrong."""

import sys
from importlib import import_module

import click

from hub import __version__
from hub.config import ConfigError
from hub.domain.errors import Refusal

_COMMANDS = {
    "serve": "serve",
    "demo": "demo",
    "migrate": "migrate",
    "replay": "replay",
    "flood": "flood",
    "briefing": "briefings",
    "person": "people",
    "order": "order",
    "token": "people",
    "vendor": "vendor",
    "locale": "locale",
}
"""Each command's module."""


class _Commands(click.Group):
    """Reads a command's module when it is called for: all together take a second."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"hub.commands.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command


@click.group(cls=_Commands, context_settings={"max_content_width": 100})
@click.version_option(__version__, prog_name="hub")
def hub() -> None:
    """A real-time press centre. Settings come from the environment: HUB_DATABASE_URL,
    HUB_SECRET_KEY, HUB_REDIS_URL, HUB_PUBLIC_URL, ... (docs/operation.md lists them all)."""


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
