"""The command line: parse, one call of the application, print, exit. Commands are loaded when they are called."""

from __future__ import annotations

import sys
from typing import Any

import click

from kakosheet import __version__
from kakosheet.cli.streams import Unheard, heard, made_ready, tell_unheard
from kakosheet.core.issues import EXIT_IO

COMMANDS = {
    "new": "book",
    "refresh": "book",
    "check": "book",
    "undo": "book",
    "repair": "repair",
    "upgrade": "repair",
    "add": "rows",
    "import": "rows",
    "export": "rows",
    "set": "rows",
    "did": "rows",
    "review": "views",
    "explain": "views",
    "summary": "views",
    "due": "views",
    "schema": "views",
    "demo": "views",
    "remind": "remind",
    "watch": "remind",
    "schedule": "remind",
    "today": "remind",
}
"""Command → the module of this package that has it."""


class _Lazy(click.Group):
    """A group that imports a command's module only for that command, so that help comes at once.

    Whatever cannot be said, by a command or by click itself, ends here.
    """

    def main(self, *args: Any, **extra: Any) -> Any:
        made_ready()
        try:
            return super().main(*args, **extra)
        except Unheard as unheard:
            tell_unheard(unheard)
        except OSError as why:  # of click's, which was telling a mistake of usage
            tell_unheard(Unheard(why))
        sys.exit(EXIT_IO)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with heard():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with heard():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from importlib import import_module

        home = COMMANDS.get(cmd_name)
        if home is None:
            return None
        command: click.Command = getattr(import_module(f"kakosheet.cli.{home}"), f"{cmd_name}_command")
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="kakosheet")
def main() -> None:
    """Purchases and their disputes in one spreadsheet: what is risky, what is due, what it cost.

    \b
    kakosheet new orders.xlsx            a workbook that explains itself
    kakosheet refresh orders.xlsx        flags, deadlines, alerts, scores, charts recomputed in place
    kakosheet check orders.xlsx          what is wrong, with the cell and the cure
    kakosheet review orders.xlsx         the quarterly review workbook, native charts
    """
