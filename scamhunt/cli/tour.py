"""The help of the program as a tour: its commands in the order of the work."""

from typing import Any

from typer.core import TyperGroup

SECTIONS = ("Gather", "Score", "Investigate", "Triage", "Take down", "Refer", "Look after it")
"""The stages, in the order of the flow. A command names its own as `rich_help_panel`."""


class Tour(TyperGroup):
    """A group whose help lists the commands by stage."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002  # typer's, its types private
        """Write one section a stage."""
        width = max(map(len, self.commands))
        for section in SECTIONS:
            rows = [
                (name.ljust(width), command.get_short_help_str(formatter.width - width - 6))
                for name, command in self.commands.items()
                if getattr(command, "rich_help_panel", None) == section
            ]
            with formatter.section(section):
                formatter.write_dl(rows)
